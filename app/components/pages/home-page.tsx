// The home page in its states: nothing yet, and figures.
import {
  BlockStack,
  Card,
  InlineStack,
  Button,
  Page,
  ProgressBar,
  SkeletonBodyText,
  SkeletonDisplayText,
  Text,
} from "@shopify/polaris";
import type { WeekView } from "../../reports/findings.server.ts";
import type { HomeView } from "../../reports/home.server.ts";
import type { SyncStatusView } from "../../reports/sync-status.server.ts";
import { BannerSlot, GrantAccess } from "../bits/banner-slot.tsx";
import { Busy } from "../bits/busy.tsx";
import { ExportMenu } from "../bits/export-menu.tsx";
import { FindingsCard } from "../bits/findings-card.tsx";
import { HeadlineCards } from "./headline-cards.tsx";
import { KpiPicker } from "../bits/kpi-picker.tsx";
import { useWords } from "../bits/language.ts";
import { SegmentTable } from "../table/segment-table.tsx";
import { SkipToTable, TABLE_ROWS } from "../bits/skip-link.tsx";
import { SyncStatus } from "../bits/sync-status.tsx";
import { Toolbar } from "../bits/toolbar.tsx";
import { TrendChart, useChartTitle } from "../chart/trend-chart.tsx";
import { useAddress } from "../router.ts";
import { useSyncStatus } from "../bits/use-sync-status.ts";

export interface HomePageProps {
  locale: string;
  /** The shop and the clock of its days. */
  where: string;
  status: SyncStatusView;
  /** Since when the figures are, while nothing can be reached. */
  offline: Date | null;
  /** Keys of notices that were put away. */
  dismissed: readonly string[];
  home: HomeView | null;
  /** What changed in the last whole week. */
  changed: WeekView | null;
}

export function HomePage(props: HomePageProps) {
  const { locale, where, status: initial, offline, dismissed, home, changed } = props;
  const status = useSyncStatus(initial, locale);
  const { say } = useWords();
  const settled = ["complete", "sixty_days", "retention"].includes(status.kind);
  return (
    <>
      {home ? <SkipToTable /> : null}
      <Page title={say("common.home")} primaryAction={home ? <ExportMenu files={home.files} /> : undefined}>
        <BlockStack gap="400">
          <BannerSlot notices={status.notices} address={home?.notices} dismissed={dismissed} />
          <SyncStatus status={status} offline={offline} />
          {changed === null ? null : <FindingsCard week={changed} />}
          {home ? (
            <Figures home={home} where={where} lost={lostCustomers(status)} />
          ) : settled ? (
            <NoOrders />
          ) : (
            <Nothing />
          )}
        </BlockStack>
      </Page>
    </>
  );
}

/** The scopes to ask for while customers cannot be read; null while they can. */
function lostCustomers({ notices }: SyncStatusView): readonly string[] | null {
  const scopes = notices.find(({ id }) => id === "scopes")?.scopes ?? [];
  return scopes.includes("read_customers") ? scopes : null;
}

function Figures({ home, where, lost }: { home: HomeView; where: string; lost: readonly string[] | null }) {
  const title = useChartTitle(home.chart);
  return (
    <>
      <Toolbar toolbar={home.toolbar} where={where} />
      <Busy>
        <BlockStack gap="400">
          {home.small === null ? null : <Small small={home.small} />}
          {home.comparison === null ? null : <Compared home={home} />}
          <HeadlineCards headlines={home.headlines} chart={home.chart.kpi} usualChart={home.usualChart} />
          <div className="wide" id="segments">
            <Card padding="0">
              {lost !== null && home.table.missing !== null ? (
                <NoCustomers scopes={lost} known={home.table.known} />
              ) : (
                <Segments home={home} />
              )}
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

function Segments({ home }: { home: HomeView }) {
  const { say } = useWords();
  const address = useAddress();
  const ranges = new URLSearchParams(address.search).get("ranges") === "1";
  return (
    <>
      <div className="card-head">
        <InlineStack align="space-between" blockAlign="center" gap="200">
          <Text as="h2" variant="headingMd">
            {say("homePage.segments")}
          </Text>
          <InlineStack gap="200" align="start" blockAlign="center">
            {home.table.byChange.possible || home.table.byChange.text !== null ? (
              <Button
                pressed={home.table.byChange.text !== null}
                onClick={() => address.go({ sort: home.table.byChange.text === null ? "change" : "usual" })}
              >
                {say("homePage.byChange")}
              </Button>
            ) : null}
            <Button pressed={ranges} onClick={() => address.go({ ranges: ranges ? "0" : "1" })}>
              {say("homePage.ranges")}
            </Button>
            <KpiPicker kpis={home.kpis} />
          </InlineStack>
        </InlineStack>
        <Text as="p" tone="subdued">
          {home.table.membership}
          {home.table.byChange.text === null ? "" : ` ${home.table.byChange.text}`}
        </Text>
      </div>
      {home.table.missing === null ? null : (
        <div className="table-foot">
          <Text as="p">{home.table.missing}</Text>
        </div>
      )}
      <SegmentTable table={home.table} ranges={ranges} rowsId={TABLE_ROWS} />
      {home.comparison === null ? null : (
        <div className="table-foot">
          <Text as="p" tone="subdued">
            {say("homePage.changes")}
            {home.verdicts === null ? "" : ` ${home.verdicts}`}
          </Text>
        </div>
      )}
    </>
  );
}

/** One state in place of a table whose every cell would say the same. */
function NoCustomers({ scopes, known }: { scopes: readonly string[]; known: string | null }) {
  const { say } = useWords();
  return (
    <div className="card-head">
      <Text as="h2" variant="headingMd">
        {say("homePage.noAccess")}
      </Text>
      <Text as="p">
        {say("homePage.noAccessHelp")}
        {known === null ? "" : ` ${known}`}
      </Text>
      <GrantAccess scopes={scopes} />
    </div>
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

function NoOrders() {
  const { say } = useWords();
  const address = useAddress();
  return (
    <Card>
      <BlockStack gap="300" inlineAlign="start">
        <Text as="h2" variant="headingMd">
          {say("homePage.noOrders")}
        </Text>
        <Text as="p">{say("homePage.noOrdersHelp")}</Text>
        <Button variant="primary" url={address.href({}, "/app/data")}>
          {say("homePage.whatWasRead")}
        </Button>
      </BlockStack>
    </Card>
  );
}

/** The page's shape before the first figures, so that they arrive without moving anything. */
function Nothing() {
  return (
    <>
      <div className="headlines" aria-hidden="true">
        {[0, 1, 2, 3].map((card) => (
          <Card key={card} padding="300">
            <div className="headline-skeleton">
              <SkeletonDisplayText size="small" />
              <SkeletonBodyText lines={2} />
            </div>
          </Card>
        ))}
      </div>
      <Card>
        <div className="table-skeleton" aria-hidden="true">
          <SkeletonBodyText lines={8} />
        </div>
      </Card>
      <Card>
        <div className="chart-skeleton" aria-hidden="true">
          <SkeletonBodyText lines={3} />
        </div>
      </Card>
    </>
  );
}
