// The home page in its states: nothing yet, and figures.
import { BlockStack, Card, Page, ProgressBar, Text } from "@shopify/polaris";
import type { ChangedView } from "../../reports/findings.server.ts";
import type { FollowedView } from "../../reports/followed.server.ts";
import type { HomeView } from "../../reports/home.server.ts";
import type { SyncStatusView } from "../../reports/sync-status.server.ts";
import { BannerSlot } from "../bits/banner-slot.tsx";
import { Busy } from "../bits/busy.tsx";
import { ExportMenu } from "../bits/export-menu.tsx";
import { FindingsCard } from "../bits/findings-card.tsx";
import { FollowedCard } from "./followed-card.tsx";
import { HeadlineCards } from "./headline-cards.tsx";
import { useWords } from "../bits/language.ts";
import { SegmentsCard } from "../table/segments-card.tsx";
import { SaveView } from "../bits/save-view.tsx";
import { SkipToTable } from "../bits/skip-link.tsx";
import { SyncStatus } from "../bits/sync-status.tsx";
import { Toolbar } from "../bits/toolbar.tsx";
import { TodayStrip } from "./today-strip.tsx";
import { TrendChart, useChartTitle } from "../chart/trend-chart.tsx";
import { NoFigures } from "../frame/no-figures.tsx";
import type { Framed } from "../frame/report-page.tsx";
import { useSyncStatus } from "../bits/use-sync-status.ts";

/** What is asked, and what changed in the last whole week. */
export type HomePageView = HomeView & { changed: ChangedView | null; followed: readonly FollowedView[] };

export function HomePage({
  locale,
  where,
  status: initial,
  offline,
  dismissed,
  view: home,
}: Framed<HomePageView | null>) {
  const status = useSyncStatus(initial, locale);
  const { say } = useWords();
  return (
    <>
      {home ? <SkipToTable /> : null}
      <Page
        title={say("common.home")}
        primaryAction={
          home ? (
            <div className="page-actions">
              <SaveView />
              <ExportMenu files={home.files} />
            </div>
          ) : undefined
        }
      >
        <BlockStack gap="400">
          <BannerSlot notices={status.notices} address={home?.notices} dismissed={dismissed} />
          <SyncStatus status={status} offline={offline} />
          {home?.changed == null ? null : <FindingsCard changed={home.changed} />}
          {home ? <Figures home={home} where={where} status={status} /> : <NoFigures kind={status.kind} />}
        </BlockStack>
      </Page>
    </>
  );
}

function Figures({ home, where, status }: { home: HomePageView; where: string; status: SyncStatusView }) {
  const title = useChartTitle(home.chart);
  const { say } = useWords();
  return (
    <>
      {home.today === null ? null : <TodayStrip today={home.today} />}
      <Toolbar toolbar={home.toolbar} where={where} />
      <Busy>
        <BlockStack gap="400">
          {home.small === null ? null : <Small small={home.small} />}
          {home.comparison === null ? null : <Compared home={home} />}
          <HeadlineCards headlines={home.headlines} chart={home.chart.kpi} usualChart={home.usualChart} />
          {home.followed.length === 0 ? null : (
            <FollowedCard followed={home.followed} compared={home.comparison !== null} />
          )}
          <div className="wide" id="segments">
            <Card padding="0">
              <SegmentsCard view={home} title={say("homePage.segments")} status={status} />
            </Card>
          </div>
          <Card>
            <BlockStack gap="200">
              <Text as="h2" variant="headingMd">
                {title}
              </Text>
              <TrendChart
                chart={home.chart}
                period={home.toolbar.period.range}
                compared={home.comparedRange}
              />
            </BlockStack>
          </Card>
        </BlockStack>
      </Busy>
    </>
  );
}

/** From how many buyers on changes can be told from chance, and how far the shop is. */
function Small({ small }: { small: NonNullable<HomeView["small"]> }) {
  return (
    <Card>
      <BlockStack gap="200">
        <Text as="p">{small.text}</Text>
        <ProgressBar size="small" tone="primary" progress={Math.round((100 * small.buyers) / small.needed)} />
      </BlockStack>
    </Card>
  );
}

function Compared({ home }: { home: HomeView }) {
  return (
    <div className="between-cards">
      <Text as="p" tone="subdued">
        {home.comparison}
      </Text>
    </div>
  );
}
