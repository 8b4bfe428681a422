// The Data and trust page: whether the figures are Shopify's, what needs attention, the months, what isn't counted; how it is
// done is folded away.
import { useAppBridge } from "@shopify/app-bridge-react";
import { BlockStack, Card, Page, Text } from "@shopify/polaris";
import { useEffect, useRef } from "react";
import type { AgreementView } from "../../reports/agreement.server.ts";
import type { MonthsView } from "../../reports/months.server.ts";
import type { RecordingView } from "../../reports/recordings.server.ts";
import type { SyncStatusView } from "../../reports/sync-status.server.ts";
import type { TrustView } from "../../reports/trust.server.ts";
import type { Detail } from "../../reports/views.ts";
import type { UpkeepView } from "../../reports/upkeep.server.ts";
import { AgreementCard } from "./agreement-card.tsx";
import { BannerSlot } from "../bits/banner-slot.tsx";
import { DifferingOrders } from "../table/differing-orders.tsx";
import { DetailList } from "../bits/detail-list.tsx";
import { FailingTasks } from "./failing-tasks.tsx";
import { Fold } from "../bits/fold.tsx";
import { useWords } from "../bits/language.ts";
import { UnreadableWebhooks } from "../table/unreadable-webhooks.tsx";
import { MonthsTable } from "../table/months-table.tsx";
import { Recordings } from "./recordings.tsx";
import { useAction, useAddress } from "../router.ts";
import { useSyncStatus } from "../bits/use-sync-status.ts";

export interface DataPageProps {
  locale: string;
  status: SyncStatusView;
  /** Since when the figures are, while nothing can be reached. */
  offline: Date | null;
  /** Keys of notices that were put away. */
  dismissed: readonly string[];
  agreement: AgreementView;
  about: readonly Detail[];
  upkeep: UpkeepView;
  trust: TrustView | null;
  months: MonthsView | null;
  /** Null while nothing of the shop has arrived. */
  recordings: readonly RecordingView[] | null;
}

export function DataPage(props: DataPageProps) {
  const { locale, offline, dismissed, agreement, about, upkeep, trust, months, recordings } = props;
  const address = useAddress();
  const { say } = useWords();
  const shopify = useAppBridge();
  const status = useSyncStatus(props.status, locale, agreement.isChecking);
  const { post, busy, answer } = useAction<{ message: string }>();
  useEffect(() => {
    if (answer) shopify.toast.show(answer.message);
  }, [answer, shopify]);
  useTold(agreement);

  // Shopify asks the merchant in a window of its own; the next check uses what was granted.
  const openReports = async () => {
    const { result } = await shopify.scopes.request(["read_reports"]);
    if (result === "granted-all") post({ intent: "check" });
  };
  const allow = async (scope: string) => {
    const { result } = await shopify.scopes.request([scope]);
    if (result === "granted-all") post({ intent: "record" });
  };

  return (
    <Page
      title={say("dataPage.title")}
      backAction={{ content: say("menu.settings"), url: address.href({ sort: null }, "/app/settings") }}
    >
      <BlockStack gap="400">
        <AgreementCard
          agreement={agreement}
          status={status}
          offline={offline}
          busy={busy}
          sync={() => post({ intent: "sync" })}
          check={() => post({ intent: "check" })}
        />
        {offline === null
          ? upkeep.failing.map((failing) => (
              <FailingTasks
                key={failing.title}
                failing={failing}
                busy={busy}
                retry={(job) => post({ intent: "retry", job })}
              />
            ))
          : null}
        <BannerSlot notices={status.notices} dismissed={dismissed} />
        {trust?.differing ? <DifferingOrders differing={trust.differing} /> : null}
        {upkeep.notifications.unreadable.length > 0 ? (
          <UnreadableWebhooks
            {...upkeep.notifications}
            busy={busy}
            runAgain={(event) => post({ intent: "run_again", event })}
          />
        ) : null}
        {months ? (
          <Card padding="0">
            <MonthsTable months={months} busy={busy} open={() => void openReports()} />
          </Card>
        ) : null}
        {recordings ? (
          <Recordings recordings={recordings} busy={busy} allow={(scope) => void allow(scope)} />
        ) : null}
        <Uncounted details={trust && trust.uncounted} />
        <Fold title={say("dataPage.upkeep")}>
          <DetailList details={upkeep.details} />
        </Fold>
        <Fold title={say("dataPage.technical")}>
          <DetailList details={[...about, ...(trust?.technical ?? []), ...upkeep.technical]} />
        </Fold>
      </BlockStack>
    </Page>
  );
}

/** Says what a check found when it ends while the page is open, whoever began it. */
function useTold({ endedAt, ended }: AgreementView) {
  const shopify = useAppBridge();
  const told = useRef(endedAt);
  useEffect(() => {
    if (told.current === endedAt) return;
    told.current = endedAt;
    if (ended !== null) shopify.toast.show(ended);
  }, [endedAt, ended, shopify]);
}

function Uncounted({ details }: { details: readonly Detail[] | null }) {
  const { say } = useWords();
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {say("dataPage.uncounted")}
        </Text>
        {details !== null && details.length > 0 ? (
          <DetailList details={details} />
        ) : (
          <Text as="p">{say(details === null ? "dataPage.nothingRead" : "dataPage.nothingLeftOut")}</Text>
        )}
      </BlockStack>
    </Card>
  );
}
