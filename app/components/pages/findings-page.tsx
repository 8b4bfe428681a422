// What changed, week by week, and which of the last days stand out.
import { BlockStack, Button, Card, InlineStack, Page, Text } from "@shopify/polaris";
import type { FindingsView, WeekView } from "../../reports/findings.server.ts";
import type { SyncStatusView } from "../../reports/sync-status.server.ts";
import { BannerSlot } from "../bits/banner-slot.tsx";
import { FoundDays } from "../bits/found-days.tsx";
import { FindingsList } from "../bits/findings-list.tsx";
import { useWords } from "../bits/language.ts";
import { SyncStatus } from "../bits/sync-status.tsx";
import { useSyncStatus } from "../bits/use-sync-status.ts";
import { useAddress } from "../router.ts";

export interface FindingsPageProps {
  locale: string;
  status: SyncStatusView;
  /** Since when the page is, while nothing can be reached. */
  offline: Date | null;
  /** Keys of notices that were put away. */
  dismissed: readonly string[];
  view: FindingsView;
}

export function FindingsPage({ locale, status: initial, offline, dismissed, view }: FindingsPageProps) {
  const address = useAddress();
  const status = useSyncStatus(initial, locale);
  const { say } = useWords();
  const { weeks, days, page, newer, older } = view;
  const [newest, ...earlier] = weeks;
  return (
    <Page
      title={say("findingsPage.title")}
      backAction={{ content: say("common.home"), url: address.href({ page: null }, "/app") }}
    >
      <BlockStack gap="400">
        <BannerSlot notices={status.notices} address={[]} dismissed={dismissed} />
        <SyncStatus status={status} offline={offline} />
        <div className="between-cards">
          <Text as="p" tone="subdued">
            {say("findingsPage.how")}
          </Text>
        </div>
        {weeks.length === 0 ? (
          <Card>
            <Text as="p">{say("findingsPage.none")}</Text>
          </Card>
        ) : null}
        {newest === undefined ? null : <Week week={newest} />}
        {days === null ? null : <FoundDays days={days} />}
        {earlier.map((week) => (
          <Week key={week.week} week={week} />
        ))}
        {newer || older ? (
          <InlineStack align="center" gap="200">
            <Button
              disabled={!newer}
              onClick={() => address.go({ page: page === 2 ? null : String(page - 1) })}
            >
              {say("findingsPage.newer")}
            </Button>
            <Button disabled={!older} onClick={() => address.go({ page: String(page + 1) })}>
              {say("findingsPage.older")}
            </Button>
          </InlineStack>
        ) : null}
      </BlockStack>
    </Page>
  );
}

function Week({ week }: { week: WeekView }) {
  return (
    <Card>
      <FindingsList week={week} />
    </Card>
  );
}
