// One place on a page that says how far the data reach: a line when all is well, a card with progress while they load.
import { BlockStack, Box, Card, Icon, InlineStack, ProgressBar, Text } from "@shopify/polaris";
import { AlertCircleIcon, CheckCircleIcon, ClockIcon, InfoIcon } from "@shopify/polaris-icons";
import { OfflineLine } from "./offline.tsx";
import type { SyncStatusView } from "../reports/sync-status.server.ts";

const icons = {
  waiting: ClockIcon,
  loading: ClockIcon,
  failed: AlertCircleIcon,
  sixty_days: InfoIcon,
  retention: InfoIcon,
  complete: CheckCircleIcon,
} as const;

/** Notices of what keeps figures from being whole: beside them nothing is ticked. */
const UNSURE = ["paused", "scopes"];

export function SyncStatus({
  status,
  offline,
  locale,
}: {
  status: SyncStatusView;
  /** Since when the page's figures are, while nothing can be reached. */
  offline: Date | null;
  locale: string;
}) {
  if (offline !== null) return <OfflineLine since={offline} locale={locale} />;
  const sure = !status.notices.some(({ id }) => UNSURE.includes(id));
  if (status.kind === "complete")
    return (
      <div className="status-line">
        <span>
          <Icon source={sure ? CheckCircleIcon : InfoIcon} tone="subdued" />
        </span>
        <Text as="p" tone="subdued">
          {status.text}
        </Text>
      </div>
    );
  return (
    <Card>
      <BlockStack gap="300">
        <InlineStack gap="200" wrap={false} blockAlign="start">
          <Box>
            <Icon source={icons[status.kind]} tone={status.kind === "failed" ? "critical" : "subdued"} />
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
