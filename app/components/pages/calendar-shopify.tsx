// Shopify's notes and other apps' as text, and whether the shop's own are to stand in Shopify; each permission is asked for where
// it opens something.
import { useAppBridge } from "@shopify/app-bridge-react";
import { BlockStack, Button, Card, InlineStack, Text } from "@shopify/polaris";
import { useEffect } from "react";
import type { ShopifyNotesView } from "../../reports/calendar.server.ts";
import { useWords } from "../bits/language.ts";
import { useAction } from "../router.ts";

export function ShopifyNotes({ view }: { view: ShopifyNotesView }) {
  const shopify = useAppBridge();
  const { say } = useWords();
  const { post, busy, answer } = useAction<{ message: string }>();
  useEffect(() => {
    if (answer !== undefined) shopify.toast.show(answer.message);
  }, [answer, shopify]);
  // Shopify asks the merchant in a window of its own. Whoever may write may read.
  const allow = async (scope: string, notes: "read" | "write") => {
    const { result } = await shopify.scopes.request([scope]);
    if (result === "granted-all") post({ notes });
  };
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {say("calendarPage.shopify")}
        </Text>
        <div role="status">
          {view.state.map((sentence) => (
            <Text as="p" tone="subdued" key={sentence}>
              {sentence}
            </Text>
          ))}
        </div>
        {view.notes.length === 0 ? null : (
          <ul className="plain-list">
            {view.notes.map(({ id, text, description }) => (
              <li key={id}>
                {text}
                {description === "" ? null : <span className="trend-about">{description}</span>}
              </li>
            ))}
          </ul>
        )}
        {view.more === null ? null : <Text as="p">{view.more}</Text>}
        <InlineStack gap="200">
          {view.isRead ? null : (
            <Button disabled={busy} onClick={() => void allow("read_analytics_annotations", "read")}>
              {say("calendarPage.showShopifys")}
            </Button>
          )}
          {view.writes ? (
            <Button disabled={busy} onClick={() => post({ notes: "stop" })}>
              {say("calendarPage.stopWriting")}
            </Button>
          ) : (
            <Button disabled={busy} onClick={() => void allow("write_analytics_annotations", "write")}>
              {say("calendarPage.writeThere")}
            </Button>
          )}
        </InlineStack>
      </BlockStack>
    </Card>
  );
}
