// What is recorded day by day because Shopify keeps no past of it, and the permission that would add to it.
import { BlockStack, Button, Card, InlineStack, Text } from "@shopify/polaris";
import type { RecordingView } from "../../reports/recordings.server.ts";
import { useWords } from "../bits/language.ts";

export function Recordings({
  recordings,
  busy,
  allow,
}: {
  recordings: readonly RecordingView[];
  busy: boolean;
  /** Asks the merchant for a scope. */
  allow: (scope: string) => void;
}) {
  const { say } = useWords();
  return (
    <Card>
      <BlockStack gap="400">
        <BlockStack gap="200">
          <Text as="h2" variant="headingMd">
            {say("dataPage.recorded")}
          </Text>
          <Text as="p">{say("dataPage.recordedHelp")}</Text>
        </BlockStack>
        <dl className="details">
          {recordings.map(({ source, label, about, known, missing, permission }) => (
            <div key={source} className="detail">
              <dt>
                {label}
                <span className="detail-help">{about}</span>
                {missing.map((sentence) => (
                  <span key={sentence} className="detail-help">
                    {sentence}
                  </span>
                ))}
                {permission === null ? null : (
                  <>
                    <span className="detail-help">{permission.text}</span>
                    <InlineStack>
                      <Button onClick={() => allow(permission.scope)} disabled={busy}>
                        {permission.button}
                      </Button>
                    </InlineStack>
                  </>
                )}
              </dt>
              <dd>{known}</dd>
            </div>
          ))}
        </dl>
      </BlockStack>
    </Card>
  );
}
