// Tasks of the app that fail: red where nothing goes on without the merchant.
import { Banner, BlockStack, Button, InlineStack, Text } from "@shopify/polaris";
import type { FailingTasks as Failing } from "../../reports/upkeep.server.ts";

export function FailingTasks({
  failing: { title, next, stopped, tasks },
  busy,
  retry,
}: {
  failing: Failing;
  busy: boolean;
  retry: (task: string) => void;
}) {
  return (
    <Banner tone={stopped ? "critical" : "warning"} title={title}>
      <BlockStack gap="300">
        <Text as="p">{next}</Text>
        {tasks.map(({ id, name, at, error }) => (
          <InlineStack key={id} gap="300" align="space-between" blockAlign="center">
            <BlockStack>
              <Text as="p" fontWeight="semibold">
                {name}, {at}
              </Text>
              <Text as="p" breakWord>
                {error}
              </Text>
            </BlockStack>
            <Button disabled={busy} onClick={() => retry(id)} accessibilityLabel={`Retry: ${name}`}>
              Retry
            </Button>
          </InlineStack>
        ))}
      </BlockStack>
    </Banner>
  );
}
