// One place on a page that says how far the data reach: a line when all is well, a card with progress while they load.
import { BlockStack, Box, Card, Icon, InlineStack, ProgressBar, Text } from "@shopify/polaris";
import {
  AlertCircleIcon,
  AlertTriangleIcon,
  CheckCircleIcon,
  ClockIcon,
  InfoIcon,
} from "@shopify/polaris-icons";
import { useWords } from "./language.ts";
import { OfflineLine } from "./offline.tsx";
import type { SyncStatusView } from "../../reports/sync-status.server.ts";

const icons = {
  waiting: ClockIcon,
  loading: ClockIcon,
  failed: AlertCircleIcon,
  sixty_days: InfoIcon,
  retention: InfoIcon,
  complete: CheckCircleIcon,
} as const;

const tones = { success: "subdued", info: "subdued", warning: "caution", critical: "critical" } as const;
const iconOf = ({ kind, tone, notices }: SyncStatusView) =>
  tone === "warning"
    ? AlertTriangleIcon
    : kind === "complete" && notices.some(isUnsure)
      ? InfoIcon
      : icons[kind];

/** Notices of what keeps figures from being whole: beside them nothing is ticked. */
const isUnsure = ({ id }: { id: string }) => id === "paused" || id === "scopes";

export function SyncStatus({
  status,
  offline,
}: {
  status: SyncStatusView;
  /** Since when the page's figures are, while nothing can be reached. */
  offline: Date | null;
}) {
  const { say } = useWords();
  if (offline !== null) return <OfflineLine since={offline} />;
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
              {status.elsewhere === null ? status.text : `${status.text} ${status.elsewhere}`}
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
            {say("state.progress", { title: status.title, percent: status.percent })}
          </Text>
        )}
      </BlockStack>
    </Card>
  );
}
