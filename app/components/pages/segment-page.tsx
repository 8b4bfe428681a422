// One segment's page.
import { BlockStack, Card, InlineStack, Text } from "@shopify/polaris";
import type { SegmentPageView } from "../../reports/segment.server.ts";
import { DownloadButton } from "../bits/download-button.tsx";
import { ExportMenu } from "../bits/export-menu.tsx";
import { SelectField } from "../bits/field.tsx";
import { useWords } from "../bits/language.ts";
import { KpiList } from "../table/kpi-list.tsx";
import { MemberTable } from "../table/member-table.tsx";
import { SegmentTable } from "../table/segment-table.tsx";
import { SkipToTable } from "../bits/skip-link.tsx";
import { TrendChart, useChartTitle } from "../chart/trend-chart.tsx";
import { type Framed, ReportPage } from "../frame/report-page.tsx";
import { useAddress } from "../router.ts";

export function SegmentPage(framed: Framed<SegmentPageView>) {
  const { view } = framed;
  const address = useAddress();
  const { say } = useWords();
  const chartTitle = useChartTitle(view.chart);
  const { segmentation } = view;
  const back = { page: null, sort: null, chart: null, by: null, segmentation: null };
  return (
    <>
      {view.untold === null ? <SkipToTable /> : null}
      <ReportPage
        framed={framed}
        title={view.label}
        subtitle={say("segmentPage.subtitle", { segmentation: segmentation.label, period: view.period })}
        backAction={{
          content: segmentation.label,
          url: address.href(back, `/app/segments/${segmentation.id}`),
        }}
        primaryAction={
          <DownloadButton primary disabled={!view.members.listed} href={view.file}>
            {say("segmentPage.export")}
          </DownloadButton>
        }
        above={<Who view={view} />}
      >
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
            <KpiList
              rows={view.kpis}
              compared={view.comparison !== null}
              of={{ segmentation: view.segmentation.id, id: view.id, label: view.label }}
            />
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
        <SecondCut second={view.second} label={view.label} within={`${view.segmentation.id}.${view.id}`} />
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
      </ReportPage>
    </>
  );
}

/** Which customers these are, and since when. */
function Who({ view }: { view: SegmentPageView }) {
  const { say } = useWords();
  return (
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
  );
}

/** The segment by something else. */
function SecondCut({
  second,
  label,
  within,
}: {
  second: SegmentPageView["second"];
  label: string;
  /** The segment, as an address names it. */
  within: string;
}) {
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
      {second.table === null ? null : (
        <SegmentTable table={second.table} ranges={false} sortable={false} within={within} />
      )}
    </Card>
  );
}
