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
import type { HomeView } from "../../reports/home.server.ts";
import type { SyncStatusView } from "../../reports/sync-status.server.ts";
import { BannerSlot, GrantAccess } from "../bits/banner-slot.tsx";
import { Busy } from "../bits/busy.tsx";
import { DownloadButton } from "../bits/download-button.tsx";
import { HeadlineCards } from "./headline-cards.tsx";
import { KpiPicker } from "../bits/kpi-picker.tsx";
import { SegmentTable } from "../table/segment-table.tsx";
import { SyncStatus } from "../bits/sync-status.tsx";
import { Toolbar } from "../bits/toolbar.tsx";
import { TrendChart } from "../chart/trend-chart.tsx";
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
}

export function HomePage({ locale, where, status: initial, offline, dismissed, home }: HomePageProps) {
  const status = useSyncStatus(initial, locale);
  const settled = ["complete", "sixty_days", "retention"].includes(status.kind);
  return (
    <Page
      title="Home"
      primaryAction={
        home ? (
          <DownloadButton primary href={home.file}>
            Export CSV
          </DownloadButton>
        ) : undefined
      }
    >
      <BlockStack gap="400">
        <BannerSlot notices={status.notices} address={home?.notices} dismissed={dismissed} />
        <SyncStatus status={status} offline={offline} locale={locale} />
        {home ? (
          <Figures home={home} locale={locale} where={where} lost={lostCustomers(status)} />
        ) : settled ? (
          <NoOrders />
        ) : (
          <Nothing />
        )}
      </BlockStack>
    </Page>
  );
}

/** The scopes to ask for while customers cannot be read; null while they can. */
function lostCustomers({ notices }: SyncStatusView): readonly string[] | null {
  const scopes = notices.find(({ id }) => id === "scopes")?.scopes ?? [];
  return scopes.includes("read_customers") ? scopes : null;
}

function Figures({
  home,
  locale,
  where,
  lost,
}: {
  home: HomeView;
  locale: string;
  where: string;
  lost: readonly string[] | null;
}) {
  return (
    <>
      <Toolbar toolbar={home.toolbar} locale={locale} where={where} />
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
                {home.chart.title} by {home.chart.bucket.toLowerCase()}
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
  const address = useAddress();
  const ranges = new URLSearchParams(address.search).get("ranges") === "1";
  return (
    <>
      <div className="card-head">
        <InlineStack align="space-between" blockAlign="center" gap="200">
          <Text as="h2" variant="headingMd">
            Segments
          </Text>
          <InlineStack gap="200" align="start" blockAlign="center">
            {home.table.byChange.possible || home.table.byChange.text !== null ? (
              <Button
                pressed={home.table.byChange.text !== null}
                onClick={() => address.go({ sort: home.table.byChange.text === null ? "change" : "usual" })}
              >
                Largest change first
              </Button>
            ) : null}
            <Button pressed={ranges} onClick={() => address.go({ ranges: ranges ? "0" : "1" })}>
              Show ranges
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
      <SegmentTable table={home.table} ranges={ranges} />
      {home.comparison === null ? null : (
        <div className="table-foot">
          <Text as="p" tone="subdued">
            Beside a figure stands its change where it can be judged, bold when it is unlikely to be chance.
            {home.verdicts === null ? "" : ` ${home.verdicts}`}
          </Text>
        </div>
      )}
    </>
  );
}

/** One state in place of a table whose every cell would say the same. */
function NoCustomers({ scopes, known }: { scopes: readonly string[]; known: string | null }) {
  return (
    <div className="card-head">
      <Text as="h2" variant="headingMd">
        Segments need access to customers
      </Text>
      <Text as="p">
        New orders don’t say who placed them, so customers can’t be put into segments. Give the access back,
        and what is missing is read again by itself.{known === null ? "" : ` ${known}`}
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
  const address = useAddress();
  return (
    <Card>
      <BlockStack gap="300" inlineAlign="start">
        <Text as="h2" variant="headingMd">
          Your first order starts the figures
        </Text>
        <Text as="p">
          Shopify has no orders the app can read yet. Seconds after one is placed, your segments appear here.
        </Text>
        <Button variant="primary" url={address.href({}, "/app/data")}>
          See what has been read
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
