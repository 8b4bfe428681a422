// Reports: none is made by itself yet; what can be taken away is said.
import { Button, BlockStack, Card, Page, Text } from "@shopify/polaris";
import { useWords } from "../bits/language.ts";
import { useAddress } from "../router.ts";

export function ReportsPage() {
  const { say } = useWords();
  const address = useAddress();
  return (
    <Page title={say("menu.reports")}>
      <Card>
        <BlockStack gap="300" inlineAlign="start">
          <Text as="h2" variant="headingMd">
            {say("reportsPage.heading")}
          </Text>
          <Text as="p">{say("reportsPage.text")}</Text>
          <Button variant="primary" url={address.href({}, "/app/segments")}>
            {say("reportsPage.step")}
          </Button>
        </BlockStack>
      </Card>
    </Page>
  );
}
