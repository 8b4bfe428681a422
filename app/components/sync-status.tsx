// One place on a page that says how far the data reach: a line when all is well, a card with progress while they load.
import { BlockStack, Box, Card, Icon, InlineStack, ProgressBar, Text } from "@shopify/polaris";
import {
  AlertCircleIcon,
  AlertTriangleIcon,
  CheckCircleIcon,
  ClockIcon,
  InfoIcon,
} from "@shopify/polaris-icons";
import type { SyncStatusView } from "../reports/sync-status.server.ts";

const icons = {
  waiting: ClockIcon,
  loading: ClockIcon,
  failed: AlertCircleIcon,
  sixty_days: InfoIcon,
  retention: InfoIcon,
  complete: CheckCircleIcon,
} as const;

const tones = { success: "subdued", info: "subdued", warning: "caution", critical: "critical" } as const;
const iconOf = ({ kind, tone }: SyncStatusView) => (tone === "warning" ? AlertTriangleIcon : icons[kind]);

export function SyncStatus({ status }: { status: SyncStatusView }) {
  if (status.kind === "complete")
    return (
      <div className="status-line">
        <span>
          <Icon source={iconOf(status)} tone={tones[status.tone]} />
        </span>
        <Text as="p" tone={status.behind ? "caution" : "subdued"}>
          {status.text}
        </Text>
      </div>
    );
  return (
    <Card>
      <BlockStack gap="300">
        <InlineStack gap="200" wrap={false} blockAlign="start">
          <Box>
            <Icon source={iconOf(status)} tone={tones[status.tone]} />
          </Box>
          <BlockStack gap="100">
            <Text as="h2" variant="headingSm">
              {status.title}
            </Text>
            <Text as="p" tone="subdued">
              {status.text}
            </Text>
          </BlockStack>
        </InlineStack>
        {status.percent === null ? null : (
          <ProgressBar
            progress={status.percent}
            size="small"
            animated={false}
            ariaLabelledBy="sync-progress"
          />
        )}
        {status.percent === null ? null : (
          <Text as="span" visuallyHidden id="sync-progress">
            {status.title}, {status.percent} percent
          </Text>
        )}
      </BlockStack>
    </Card>
  );
}
