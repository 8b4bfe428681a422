// Tags of orders to choose from and to write: those that are chosen, a field for another, and those that the shop's orders have.
import { BlockStack, Button, Card, Form, InlineStack, Tag, Text, TextField } from "@shopify/polaris";
import { useState } from "react";
import type { ExclusionView } from "../../reports/exclusion.server.ts";
import { useWords } from "../bits/language.ts";

/** What the server takes: neither half a character nor a control character. */
const WRITTEN = /^[^\p{Cc}\p{Cs}]*$/u;

/** As they are kept: each once, in an order of their own. */
function sorted(tags: readonly string[]): string[] {
  const known = new Map(tags.toReversed().map((tag) => [tag.toLowerCase(), tag]));
  return [...known].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, tag]) => tag);
}

export function TagChoice({
  view: { offered, most },
  tags,
  setTags,
}: {
  view: ExclusionView;
  tags: readonly string[];
  setTags: (tags: readonly string[]) => void;
}) {
  const { say } = useWords();
  const [written, write] = useState("");
  const [fault, setFault] = useState<string | undefined>(undefined);
  const has = (tag: string) => tags.some((each) => each.toLowerCase() === tag.toLowerCase());
  const add = () => {
    // In Shopify a comma ends a tag.
    const given = written.split(",").flatMap((part) => part.trim() || []);
    if (given.length === 0) return;
    const fresh = given.filter((tag) => !has(tag));
    if (!WRITTEN.test(written)) setFault(say("exclusionPage.unwritable"));
    else if (fresh.some((tag) => tag.length > most.letters))
      setFault(say("exclusionPage.tooLong", { n: most.letters }));
    else if (tags.length + fresh.length > most.tags) setFault(say("exclusionPage.tooMany", { n: most.tags }));
    else if (fresh.length === 0) setFault(say("exclusionPage.isThere"));
    else {
      setTags(sorted([...tags, ...fresh]));
      write("");
      setFault(undefined);
    }
  };
  const others = offered.tags.filter(({ value }) => !has(value));
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {say("exclusionPage.tags")}
        </Text>
        <Text as="p" tone="subdued">
          {say("exclusionPage.tagsHelp")}
        </Text>
        {tags.length === 0 ? (
          <Text as="p">{say("exclusionPage.noTags")}</Text>
        ) : (
          <InlineStack gap="200">
            {tags.map((tag) => (
              <Tag key={tag} onRemove={() => setTags(tags.filter((each) => each !== tag))}>
                {tag}
              </Tag>
            ))}
          </InlineStack>
        )}
        <Form onSubmit={add}>
          <TextField
            label={say("exclusionPage.tag")}
            value={written}
            onChange={(text) => {
              write(text);
              setFault(undefined);
            }}
            error={fault}
            autoComplete="off"
            connectedRight={<Button submit>{say("exclusionPage.add")}</Button>}
          />
        </Form>
        {others.length === 0 ? null : (
          <BlockStack gap="200">
            <Text as="h3" variant="headingSm">
              {say("exclusionPage.offered")}
            </Text>
            <InlineStack gap="200">
              {others.map(({ value, label, orders }) => (
                <Button
                  key={value}
                  size="slim"
                  accessibilityLabel={say("exclusionPage.addNamed", { tag: label })}
                  disabled={tags.length >= most.tags}
                  onClick={() => setTags(sorted([...tags, value]))}
                >
                  {say("exclusionPage.tagOf", { tag: label, orders })}
                </Button>
              ))}
            </InlineStack>
          </BlockStack>
        )}
      </BlockStack>
    </Card>
  );
}
