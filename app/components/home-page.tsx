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
import type { HomeView } from "../reports/home.server.ts";
import type { SyncStatusView } from "../reports/sync-status.server.ts";
import { BannerSlot } from "./banner-slot.tsx";
import { Busy } from "./busy.tsx";
import { DownloadButton } from "./download-button.tsx";
import { HeadlineCards } from "./headline-cards.tsx";
import { KpiPicker } from "./kpi-picker.tsx";
import { SegmentTable } from "./segment-table.tsx";
import { SyncStatus } from "./sync-status.tsx";
import { Toolbar } from "./toolbar.tsx";
import { TrendChart } from "./trend-chart.tsx";
import { useAddress } from "./router.ts";
import { useSyncStatus } from "./use-sync-status.ts";

export interface HomePageProps {
  locale: string;
  status: SyncStatusView;
  /** Keys of notices that were put away. */
  dismissed: readonly string[];
  home: HomeView | null;
}

export function HomePage({ locale, status: initial, dismissed, home }: HomePageProps) {
  const address = useAddress();
  const status = useSyncStatus(initial, locale);
  const settled = ["complete", "sixty_days", "retention"].includes(status.kind);
  return (
    <Page
      title="Customer segments"
      primaryAction={
        home ? (
          <DownloadButton primary href={address.href({ ranges: null }, "/app/export/segments.csv")}>
            Export CSV
          </DownloadButton>
        ) : undefined
      }
    >
      <BlockStack gap="400">
        <BannerSlot notices={status.notices} address={home?.notices} dismissed={dismissed} />
        <SyncStatus status={status} />
        {home ? <Figures home={home} locale={locale} /> : settled ? <NoOrders /> : <Nothing />}
      </BlockStack>
    </Page>
  );
}

function Figures({ home, locale }: { home: HomeView; locale: string }) {
  const address = useAddress();
  const ranges = new URLSearchParams(address.search).get("ranges") === "1";
  return (
    <>
      <Toolbar toolbar={home.toolbar} locale={locale} />
      <Busy>
        <BlockStack gap="400">
          {home.small === null ? null : <Small small={home.small} />}
          {home.comparison === null ? null : <Compared home={home} />}
          <HeadlineCards headlines={home.headlines} chart={home.chart.kpi} usualChart={home.usualChart} />
          <Card>
            <BlockStack gap="200">
              <Text as="h2" variant="headingMd">
                {home.chart.title} by {home.chart.bucket.toLowerCase()}
              </Text>
              <TrendChart chart={home.chart} />
            </BlockStack>
          </Card>
          <Card padding="0">
            <div className="card-head">
              <InlineStack align="space-between" blockAlign="center" gap="200">
                <Text as="h2" variant="headingMd">
                  Segments
                </Text>
                <InlineStack gap="200" blockAlign="center">
                  <Button pressed={ranges} onClick={() => address.go({ ranges: ranges ? "0" : "1" })}>
                    Show ranges
                  </Button>
                  <KpiPicker kpis={home.kpis} />
                </InlineStack>
              </InlineStack>
              <Text as="p" tone="subdued">
                {home.table.membership}
              </Text>
            </div>
            {home.table.ungrouped === null ? null : (
              <div className="table-foot">
                <Text as="p">{home.table.ungrouped}</Text>
              </div>
            )}
            <SegmentTable table={home.table} ranges={ranges} />
            <div className="table-foot">
              <Text as="p" tone="subdued">
                Beside a figure stands its change where it can be judged, bold when it is unlikely to be
                chance.
              </Text>
            </div>
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
        <div className="chart-skeleton" aria-hidden="true">
          <SkeletonBodyText lines={3} />
        </div>
      </Card>
    </>
  );
}
