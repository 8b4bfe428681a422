// Whether the figures are Shopify's, in one sentence, with what it rests on, and the two things a merchant can do about it.
import { BlockStack, Button, Card, Icon, InlineStack, ProgressBar, Text } from "@shopify/polaris";
import {
  AlertCircleIcon,
  AlertTriangleIcon,
  CheckCircleIcon,
  ClockIcon,
  InfoIcon,
} from "@shopify/polaris-icons";
import type { AgreementView } from "../../reports/agreement.server.ts";
import type { SyncStatusView } from "../../reports/sync-status.server.ts";
import { useWords } from "../bits/language.ts";
import { OfflineLine } from "../bits/offline.tsx";

const icons = {
  success: CheckCircleIcon,
  info: InfoIcon,
  warning: AlertTriangleIcon,
  critical: AlertCircleIcon,
} as const;
const tones = { success: "success", info: "subdued", warning: "caution", critical: "critical" } as const;

export interface AgreementCardProps {
  agreement: AgreementView;
  status: SyncStatusView;
  /** Since when the page's figures are, while nothing can be reached. */
  offline: Date | null;
  busy: boolean;
  sync: () => void;
  check: () => void;
}

export function AgreementCard({ agreement, status, offline, busy, sync, check }: AgreementCardProps) {
  const { say } = useWords();
  const reading = status.kind === "waiting" || status.kind === "loading";
  const stopped = status.kind === "failed";
  return (
    <Card>
      <BlockStack gap="300">
        <div className="agreement-head">
          <span>
            <Icon source={reading ? ClockIcon : icons[agreement.tone]} tone={tones[agreement.tone]} />
          </span>
          <Text as="h2" variant="headingLg" breakWord>
            {agreement.headline}
          </Text>
        </div>
        <BlockStack gap="100">
          {offline === null ? (
            <Text as="p" breakWord>
              {[
                status.kind === "loading" ? `${status.title}. ${status.text}` : status.text,
                ...(reading || agreement.holds === null ? [] : [agreement.holds]),
              ].join(" ")}
            </Text>
          ) : (
            <OfflineLine since={offline} />
          )}
          <div role="status">
            {agreement.check === null ? null : (
              <Text as="p" breakWord>
                {agreement.check}
              </Text>
            )}
          </div>
          {agreement.proof === null ? null : <Text as="p">{agreement.proof}</Text>}
        </BlockStack>
        {status.percent === null ? null : (
          <>
            <ProgressBar
              progress={status.percent}
              size="small"
              animated={false}
              ariaLabelledBy="sync-progress"
            />
            <Text as="span" visuallyHidden id="sync-progress">
              {say("state.progress", { title: status.title, percent: status.percent })}
            </Text>
          </>
        )}
        {reading ? null : (
          <InlineStack gap="200">
            <Button
              onClick={sync}
              loading={status.running && status.kind === "complete"}
              disabled={busy || offline !== null}
            >
              {say(stopped ? "dataPage.goOn" : "dataPage.sync")}
            </Button>
            {stopped ? null : (
              <Button
                onClick={check}
                loading={agreement.isChecking}
                disabled={busy || agreement.isChecking || offline !== null}
              >
                {say("dataPage.check")}
              </Button>
            )}
          </InlineStack>
        )}
        {reading || stopped ? null : (
          <Text as="p" tone="subdued">
            {agreement.checking}
          </Text>
        )}
      </BlockStack>
    </Card>
  );
}
