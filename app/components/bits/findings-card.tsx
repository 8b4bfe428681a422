// First on Home: what changed in the last whole week, and where earlier weeks are.
import { BlockStack, Card, InlineStack, Text } from "@shopify/polaris";
import type { WeekView } from "../../reports/findings.server.ts";
import { Link, useAddress } from "../router.ts";
import { FindingsList } from "./findings-list.tsx";
import { useWords } from "./language.ts";

export function FindingsCard({ week }: { week: WeekView }) {
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
        <FindingsList week={week} />
      </BlockStack>
    </Card>
  );
}
