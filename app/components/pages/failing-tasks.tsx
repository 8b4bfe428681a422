// Tasks of the app that fail: red where nothing goes on without the merchant.
import { Banner, BlockStack, Button, InlineStack, Text } from "@shopify/polaris";
import type { FailingTasks as Failing } from "../../reports/upkeep.server.ts";
import { useWords } from "../bits/language.ts";

export function FailingTasks({
  failing: { title, next, stopped, tasks },
  busy,
  retry,
}: {
  failing: Failing;
  busy: boolean;
  retry: (task: string) => void;
}) {
  const { say } = useWords();
  return (
    <Banner tone={stopped ? "critical" : "warning"} title={title}>
      <BlockStack gap="300">
        <Text as="p">{next}</Text>
        {tasks.map(({ id, name, at, error }) => (
          <InlineStack key={id} gap="300" align="space-between" blockAlign="center">
            <BlockStack>
              <Text as="p" fontWeight="semibold">
                {say("dataPage.failedAt", { task: name, at })}
              </Text>
              <Text as="p" breakWord>
                {error}
              </Text>
            </BlockStack>
            <Button
              disabled={busy}
              onClick={() => retry(id)}
              accessibilityLabel={say("dataPage.retryTask", { task: name })}
            >
              {say("dataPage.retry")}
            </Button>
          </InlineStack>
        ))}
      </BlockStack>
    </Banner>
  );
}
