// One KPI: what it is now and what became of it, its course, its segments, and how it is counted.
import { BlockStack, Button, Card, InlineStack, Text } from "@shopify/polaris";
import type { KpiPageView } from "../../reports/kpi.server.ts";
import { ExportMenu } from "../bits/export-menu.tsx";
import { FollowButton } from "../bits/follow-button.tsx";
import { useWords } from "../bits/language.ts";
import { SkipToTable } from "../bits/skip-link.tsx";
import { TrendChart } from "../chart/trend-chart.tsx";
import { type Framed, ReportPage } from "../frame/report-page.tsx";
import { useAddress } from "../router.ts";
import { useExplained } from "../table/figures.tsx";
import { Formula, Moved, Value } from "../table/kpi-list.tsx";
import { RefundsCard } from "../table/refunds-card.tsx";
import { SegmentsCard } from "../table/segments-card.tsx";

/** `followed`: null of the figure of all customers. */
export function KpiPage(framed: Framed<KpiPageView & { followed: boolean | null }>) {
  const { view } = framed;
  const { say } = useWords();
  const address = useAddress();
  const explained = useExplained();
  return (
    <>
      <SkipToTable />
      <ReportPage
        framed={framed}
        title={view.label}
        subtitle={say("kpiPages.of", { who: view.of, period: view.period })}
        backAction={{
          content: say("kpiPages.title"),
          url: address.href({ sort: null, page: null }, "/app/kpis"),
        }}
        primaryAction={
          <>
            {view.segment === null || view.followed === null ? null : (
              <FollowButton
                kpi={view.kpi}
                label={view.label}
                segment={view.segment}
                of={view.of}
                followed={view.followed}
              />
            )}
            <ExportMenu files={view.files} />
          </>
        }
      >
        <Card>
          <BlockStack gap="300">
            <Text as="p">{view.help}</Text>
            <div className="kpi-figure">
              <Value row={view} explain={explained(view, view.of, view.segment)} />
              {view.cell.change === null && view.cell.unjudged === null ? null : <Moved row={view} />}
            </div>
            {view.comparison === null ? null : (
              <InlineStack gap="200" align="space-between" blockAlign="center">
                <Text as="p" tone="subdued">
                  {view.comparison}
                </Text>
                {view.cell.change === null ? null : (
                  <Button url={address.href({ chart: view.kpi, page: null, sort: null }, "/app/why")}>
                    {say("kpiPages.why")}
                  </Button>
                )}
              </InlineStack>
            )}
            <TrendChart chart={view.chart} period={view.period} compared={view.comparedRange} />
          </BlockStack>
        </Card>
        {view.refunds === null ? null : (
          <div className="wide">
            <Card padding="0">
              <RefundsCard view={view.refunds} />
            </Card>
          </div>
        )}
        <div className="wide">
          <Card padding="0">
            <SegmentsCard
              status={framed.status}
              view={view.segments}
              title={say("kpiPages.bySegment")}
              picker={view.by}
              within={view.segment}
            />
          </Card>
        </div>
        <Card>
          <BlockStack gap="200">
            <Text as="h2" variant="headingMd">
              {say("kpiPages.counted")}
            </Text>
            <Formula explanation={view.explanation} />
          </BlockStack>
        </Card>
      </ReportPage>
    </>
  );
}
