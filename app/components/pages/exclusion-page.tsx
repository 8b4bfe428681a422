// The page of orders left out: tags and channels, with what they would leave out while they are chosen, saved in the admin's save bar.
import { SaveBar, useAppBridge } from "@shopify/app-bridge-react";
import { Banner, BlockStack, Box, Card, Checkbox, Page, Text } from "@shopify/polaris";
import { useEffect, useState } from "react";
import type { ExclusionView, Impact } from "../../reports/exclusion.server.ts";
import { useWords } from "../bits/language.ts";
import { OfflineLine } from "../bits/offline.tsx";
import { useAction, useAddress, useRefresh } from "../router.ts";
import { isTooLarge } from "./calendar-draft.ts";
import { TagChoice } from "./exclusion-tags.tsx";

type Draft = ExclusionView["chosen"];

const textOf = (draft: Draft) => JSON.stringify({ tags: draft.tags, channels: draft.channels });

export function ExclusionPage({ view, offline }: { view: ExclusionView; offline: Date | null }) {
  const shopify = useAppBridge();
  const address = useAddress();
  const { say } = useWords();
  const kept = textOf(view.chosen);
  const [shown, show] = useState(kept);
  const [draft, setDraft] = useState(view.chosen);
  const { post, busy, answer } = useAction<{ message: string }>();
  // What was saved comes back in its own order.
  if (kept !== shown) {
    show(kept);
    setDraft(view.chosen);
  }
  useEffect(() => {
    if (answer !== undefined) shopify.toast.show(answer.message);
  }, [answer, shopify]);
  const counting = useAction<{ choice: string; impact: Impact }>();
  const choice = textOf(draft);
  const isChanged = choice !== kept;
  const found = counting.answer?.choice === choice ? counting.answer.impact : null;
  const counted = isChanged ? found : view.impact;
  const change = (part: Partial<Draft>) => {
    const next = { ...draft, ...part };
    setDraft(next);
    const fields = { intent: "count", choice: textOf(next) };
    if (fields.choice !== kept && !isTooLarge(fields)) counting.post(fields);
  };
  const turn = (channel: string, on: boolean) =>
    change({
      channels: draft.channels
        .filter((each) => each !== channel)
        .concat(on ? channel : [])
        .sort(),
    });
  return (
    <Page
      title={say("exclusionPage.title")}
      backAction={{ content: say("menu.settings"), url: address.href({ sort: null }, "/app/settings") }}
    >
      <BlockStack gap="400">
        {offline === null ? null : <OfflineLine since={offline} />}
        <div role="status">
          <Banner tone={view.failed ? "warning" : "info"}>
            <BlockStack gap="100">
              <Text as="p" breakWord>
                {view.state}
              </Text>
              {view.sums === null ? null : <Text as="p">{view.sums}</Text>}
            </BlockStack>
          </Banner>
        </div>
        {view.moving ? <Watch /> : null}
        <Box paddingInline={{ xs: "400", sm: "0" }}>
          <Text as="p" tone="subdued">
            {say("exclusionPage.intro")}
          </Text>
        </Box>
        <TagChoice view={view} tags={draft.tags} setTags={(tags) => change({ tags })} />
        <Channels view={view} chosen={draft.channels} turn={turn} />
        <ImpactCard
          counted={counted}
          isFailed={counted === null && !counting.busy}
          isPresent={!isChanged && !view.moving}
        />
      </BlockStack>
      <SaveBar id="exclusion" open={isChanged}>
        <button
          type="button"
          variant="primary"
          disabled={busy}
          onClick={() => {
            const fields = { intent: "save", choice };
            if (isTooLarge(fields)) shopify.toast.show(say("exclusionPage.tooMuch"), { isError: true });
            else post(fields);
          }}
        >
          {say("common.save")}
        </button>
        <button type="button" disabled={busy} onClick={() => setDraft(view.chosen)}>
          {say("common.discard")}
        </button>
      </SaveBar>
    </Page>
  );
}

const LOOK_AGAIN_MS = 2_000;

/** The page looks until the choice is applied. */
function Watch() {
  const { refresh } = useRefresh();
  useEffect(() => {
    const timer = setInterval(refresh, LOOK_AGAIN_MS);
    return () => clearInterval(timer);
  }, [refresh]);
  return null;
}

function Channels({
  view: { offered, impact },
  chosen,
  turn,
}: {
  view: ExclusionView;
  chosen: readonly string[];
  turn: (channel: string, on: boolean) => void;
}) {
  const { say } = useWords();
  const known = new Set(offered.channels.map(({ value }) => value));
  const all = [...offered.channels, ...impact.channels.filter(({ value }) => !known.has(value))];
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {say("exclusionPage.channels")}
        </Text>
        <Text as="p" tone="subdued">
          {say(all.length === 0 ? "exclusionPage.noChannels" : "exclusionPage.channelsHelp")}
        </Text>
        <BlockStack gap="100">
          {all.map(({ value, label, orders }) => (
            <Checkbox
              key={value}
              label={label}
              helpText={orders}
              checked={chosen.includes(value)}
              onChange={(on) => turn(value, on)}
            />
          ))}
        </BlockStack>
      </BlockStack>
    </Card>
  );
}

/** Of what is kept, or of what is being chosen. */
function ImpactCard({
  counted,
  isFailed,
  isPresent,
}: {
  counted: Impact | null;
  isFailed: boolean;
  /** It holds of the figures as they are. */
  isPresent: boolean;
}) {
  const { say } = useWords();
  const each = counted === null ? [] : [...counted.tags, ...counted.channels];
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {say(isPresent ? "exclusionPage.impactNow" : "exclusionPage.impact")}
        </Text>
        <div role="status">
          <BlockStack gap="200">
            {counted === null ? (
              <Text as="p" tone="subdued">
                {say(isFailed ? "exclusionPage.uncounted" : "exclusionPage.counting")}
              </Text>
            ) : (
              counted.sentences.map((sentence) => (
                <Text as="p" key={sentence}>
                  {sentence}
                </Text>
              ))
            )}
          </BlockStack>
        </div>
        {each.length === 0 ? null : (
          <ul className="plain-list">
            {each.map(({ value, label, orders }) => (
              <li key={value}>{say("exclusionPage.tagOf", { tag: label, orders })}</li>
            ))}
          </ul>
        )}
      </BlockStack>
    </Card>
  );
}
