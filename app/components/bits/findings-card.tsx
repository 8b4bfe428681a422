// First on Home: what changed in the last whole week, a day that stands out, and where earlier weeks are.
import { BlockStack, Card, InlineStack, Text } from "@shopify/polaris";
import type { ChangedView } from "../../reports/findings.server.ts";
import { Link, useAddress } from "../router.ts";
import { FoundDay } from "./found-days.tsx";
import { FindingsList } from "./findings-list.tsx";
import { useWords } from "./language.ts";

export function FindingsCard({ changed }: { changed: ChangedView }) {
  const address = useAddress();
  const { say } = useWords();
  return (
    <Card>
      <BlockStack gap="300">
        <InlineStack align="space-between" blockAlign="center" gap="200">
          <Text as="h2" variant="headingMd">
            {say("findingsPage.title")}
          </Text>
          <div className="doors">
            <Link to={address.href({ page: null }, "/app/findings")}>{say("findingsPage.all")}</Link>
          </div>
        </InlineStack>
        <FindingsList week={changed} />
        {changed.day === null ? null : (
          <>
            <Text as="h3" variant="headingSm">
              {say("findingsPage.dayOnHome")}
            </Text>
            <FoundDay day={changed.day} />
          </>
        )}
      </BlockStack>
    </Card>
  );
}
