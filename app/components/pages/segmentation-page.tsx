// One way of grouping: its segments against the chosen KPIs.
import { Card, Text } from "@shopify/polaris";
import type { SegmentationView } from "../../reports/segmentation.server.ts";
import { ExportMenu } from "../bits/export-menu.tsx";
import { useWords } from "../bits/language.ts";
import { SkipToTable } from "../bits/skip-link.tsx";
import { type Framed, ReportPage } from "../frame/report-page.tsx";
import { useAddress } from "../router.ts";
import { SegmentsCard } from "../table/segments-card.tsx";

export function SegmentationPage(framed: Framed<SegmentationView>) {
  const { view } = framed;
  const { say } = useWords();
  const address = useAddress();
  return (
    <>
      <SkipToTable />
      <ReportPage
        framed={framed}
        title={view.label}
        backAction={{
          content: say("segmentPages.title"),
          url: address.href({ sort: null, page: null, segmentation: null }, "/app/segments"),
        }}
        primaryAction={<ExportMenu files={view.files} />}
      >
        <div className="between-cards">
          <Text as="p" tone="subdued">
            {view.comparison === null ? view.help : `${view.help} ${view.comparison}`}
          </Text>
        </div>
        <div className="wide">
          <Card padding="0">
            <SegmentsCard status={framed.status} view={view} title={say("homePage.segments")} />
          </Card>
        </div>
      </ReportPage>
    </>
  );
}
