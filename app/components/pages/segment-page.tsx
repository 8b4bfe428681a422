// One segment's page.
import { BlockStack, Card, InlineStack, Page, Text } from "@shopify/polaris";
import type { SegmentPageView } from "../../reports/segment.server.ts";
import type { SyncStatusView } from "../../reports/sync-status.server.ts";
import { BannerSlot } from "../bits/banner-slot.tsx";
import { Busy } from "../bits/busy.tsx";
import { DownloadButton } from "../bits/download-button.tsx";
import { SelectField } from "../bits/field.tsx";
import { KpiList } from "../table/kpi-list.tsx";
import { MemberTable } from "../table/member-table.tsx";
import { SegmentTable } from "../table/segment-table.tsx";
import { SyncStatus } from "../bits/sync-status.tsx";
import { Toolbar } from "../bits/toolbar.tsx";
import { TrendChart } from "../chart/trend-chart.tsx";
import { useAddress } from "../router.ts";
import { useSyncStatus } from "../bits/use-sync-status.ts";

export interface SegmentPageProps {
  locale: string;
  /** The shop and the clock of its days. */
  where: string;
  status: SyncStatusView;
  /** Since when the figures are, while nothing can be reached. */
  offline: Date | null;
  /** Keys of notices that were put away. */
  dismissed: readonly string[];
  view: SegmentPageView;
}

export function SegmentPage({ locale, where, status: initial, offline, dismissed, view }: SegmentPageProps) {
  const address = useAddress();
  const status = useSyncStatus(initial, locale);
  const { segmentation } = view;
  const back = { page: null, sort: null, segmentation: segmentation.id };
  return (
    <Page
      title={view.label}
      subtitle={`${segmentation.label}, ${view.period}`}
      backAction={{ content: "Home", url: address.href(back, "/app") }}
      primaryAction={
        <DownloadButton primary disabled={!view.members.listed} href={view.file}>
          Export customers
        </DownloadButton>
      }
    >
      <BlockStack gap="400">
        <BannerSlot notices={status.notices} address={view.notices} dismissed={dismissed} />
        <SyncStatus status={status} offline={offline} locale={locale} />
        <Card>
          <BlockStack gap="200">
            <Text as="h2" variant="headingMd">
              Who is in it
            </Text>
            <Text as="p">{view.definition}</Text>
            {view.points === null ? null : (
              <Text as="p" tone="subdued">
                {view.points}
              </Text>
            )}
            <Text as="p" tone="subdued">
              {view.memberCount === null ? "" : `${view.memberCount}. `}
              {view.membership}
            </Text>
          </BlockStack>
        </Card>
        <Toolbar toolbar={view.toolbar} locale={locale} where={where} />
        <Busy>
          <BlockStack gap="400">
            <Card>
              <BlockStack gap="200">
                <InlineStack align="space-between" blockAlign="center" gap="200">
                  <Text as="h2" variant="headingMd">
                    {view.chart.title} by {view.chart.bucket.toLowerCase()}
                  </Text>
                  <SelectField
                    picker={{
                      name: "chart",
                      label: "KPI drawn",
                      selected: view.chart.kpi,
                      choices: view.chartChoices,
                    }}
                  />
                </InlineStack>
                <TrendChart chart={view.chart} period={view.period} compared={view.comparedRange} />
              </BlockStack>
            </Card>
            <Card padding="0">
              <div className="card-head">
                <Text as="h2" variant="headingMd">
                  KPIs
                </Text>
                <Text as="p" tone="subdued">
                  {view.comparison === null ? view.period : `${view.period}. ${view.comparison}`}
                </Text>
                {view.untold === null ? null : <Text as="p">{view.untold}</Text>}
              </div>
              {view.untold === null ? <KpiList rows={view.kpis} compared={view.comparison !== null} /> : null}
              {view.verdicts === null ? null : (
                <div className="table-foot">
                  <Text as="p" tone="subdued">
                    {view.verdicts}
                  </Text>
                </div>
              )}
            </Card>
            <SecondCut second={view.second} label={view.label} />
            <Card padding="0">
              <div className="card-head">
                <Text as="h2" variant="headingMd">
                  Customers
                </Text>
                <Text as="p" tone="subdued">
                  Net sales and orders up to the day of the group. Names stay in Shopify: each number opens
                  the customer there.
                </Text>
              </div>
              <MemberTable members={view.members} label={view.label} />
            </Card>
          </BlockStack>
        </Busy>
      </BlockStack>
    </Page>
  );
}

/** The segment by something else. */
function SecondCut({ second, label }: { second: SegmentPageView["second"]; label: string }) {
  return (
    <Card padding="0">
      <div className="card-head" id="parts">
        <InlineStack align="space-between" blockAlign="center" gap="200">
          <Text as="h2" variant="headingMd">
            {`Within ${label}`}
          </Text>
          {second.missing === null ? (
            <InlineStack gap="200" blockAlign="end">
              <SelectField picker={second.picker} />
              {second.file === null ? null : <DownloadButton href={second.file}>Export CSV</DownloadButton>}
            </InlineStack>
          ) : null}
        </InlineStack>
        <Text as="p" tone="subdued">
          {second.missing ??
            second.table?.membership ??
            "See these customers by another segmentation, by their tags, or their orders by channel, country, discount or place."}
        </Text>
      </div>
      {second.table?.missing == null ? null : (
        <div className="table-foot">
          <Text as="p">{second.table.missing}</Text>
        </div>
      )}
      {second.table === null ? null : <SegmentTable table={second.table} ranges={false} sortable={false} />}
    </Card>
  );
}
