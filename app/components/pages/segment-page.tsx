// One segment's page.
import { BlockStack, Card, InlineStack, Page, Text } from "@shopify/polaris";
import type { SegmentPageView } from "../../reports/segment.server.ts";
import type { SyncStatusView } from "../../reports/sync-status.server.ts";
import { BannerSlot } from "../bits/banner-slot.tsx";
import { Busy } from "../bits/busy.tsx";
import { DownloadButton } from "../bits/download-button.tsx";
import { ExportMenu } from "../bits/export-menu.tsx";
import { SelectField } from "../bits/field.tsx";
import { useWords } from "../bits/language.ts";
import { KpiList } from "../table/kpi-list.tsx";
import { MemberTable } from "../table/member-table.tsx";
import { SegmentTable } from "../table/segment-table.tsx";
import { SkipToTable } from "../bits/skip-link.tsx";
import { SyncStatus } from "../bits/sync-status.tsx";
import { Toolbar } from "../bits/toolbar.tsx";
import { TrendChart, useChartTitle } from "../chart/trend-chart.tsx";
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
  const { say } = useWords();
  const chartTitle = useChartTitle(view.chart);
  const { segmentation } = view;
  const back = { page: null, sort: null, segmentation: segmentation.id };
  return (
    <>
      {view.untold === null ? <SkipToTable /> : null}
      <Page
        title={view.label}
        subtitle={say("segmentPage.subtitle", { segmentation: segmentation.label, period: view.period })}
        backAction={{ content: say("common.home"), url: address.href(back, "/app") }}
        primaryAction={
          <DownloadButton primary disabled={!view.members.listed} href={view.file}>
            {say("segmentPage.export")}
          </DownloadButton>
        }
      >
        <BlockStack gap="400">
          <BannerSlot notices={status.notices} address={view.notices} dismissed={dismissed} />
          <SyncStatus status={status} offline={offline} />
          <Card>
            <BlockStack gap="200">
              <Text as="h2" variant="headingMd">
                {say("segmentPage.who")}
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
          <Toolbar toolbar={view.toolbar} where={where} />
          <Busy>
            <BlockStack gap="400">
              <Card>
                <BlockStack gap="200">
                  <InlineStack align="space-between" blockAlign="center" gap="200">
                    <Text as="h2" variant="headingMd">
                      {chartTitle}
                    </Text>
                    <SelectField
                      picker={{
                        name: "chart",
                        label: say("segmentPage.chosenKpi"),
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
                    {say("segmentPage.kpis")}
                  </Text>
                  <Text as="p" tone="subdued">
                    {view.comparison === null ? view.period : `${view.period}. ${view.comparison}`}
                  </Text>
                  {view.untold === null ? null : <Text as="p">{view.untold}</Text>}
                </div>
                {view.untold === null ? (
                  <KpiList rows={view.kpis} compared={view.comparison !== null} />
                ) : null}
                {[view.verdicts, view.against].map((told, index) =>
                  told === null ? null : (
                    <div className="table-foot" key={index}>
                      <Text as="p" tone="subdued">
                        {told}
                      </Text>
                    </div>
                  ),
                )}
              </Card>
              <SecondCut second={view.second} label={view.label} />
              <Card padding="0">
                <div className="card-head">
                  <Text as="h2" variant="headingMd">
                    {say("segmentPage.customers")}
                  </Text>
                  <Text as="p" tone="subdued">
                    {say("segmentPage.customersHelp")}
                  </Text>
                </div>
                <MemberTable members={view.members} label={view.label} />
              </Card>
            </BlockStack>
          </Busy>
        </BlockStack>
      </Page>
    </>
  );
}

/** The segment by something else. */
function SecondCut({ second, label }: { second: SegmentPageView["second"]; label: string }) {
  const { say } = useWords();
  return (
    <Card padding="0">
      <div className="card-head" id="parts">
        <InlineStack align="space-between" blockAlign="center" gap="200">
          <Text as="h2" variant="headingMd">
            {say("segmentPage.within", { segment: label })}
          </Text>
          {second.missing === null ? (
            <InlineStack gap="200" blockAlign="end">
              <SelectField picker={second.picker} />
              {second.files === null ? null : <ExportMenu files={second.files} />}
            </InlineStack>
          ) : null}
        </InlineStack>
        <Text as="p" tone="subdued">
          {second.missing ?? second.table?.membership ?? say("segmentPage.withinHelp")}
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
