// A page whose own matter has only begun: what is known of it, what is not in the app, and the one step that helps.
import { BlockStack, Button, Card, Text } from "@shopify/polaris";
import type { KpiLinesView } from "../../reports/kpi-lines.server.ts";
import { useWords } from "../bits/language.ts";
import { type Framed, ReportPage } from "../frame/report-page.tsx";
import { useAddress } from "../router.ts";
import { KpiLines } from "../table/kpi-lines.tsx";

const STEPS = { journey: "channel", products: "first_product" } as const;

export const JourneyPage = (framed: Framed<KpiLinesView>) => <ChapterPage of="journey" {...framed} />;
export const ProductsPage = (framed: Framed<KpiLinesView>) => <ChapterPage of="products" {...framed} />;

function ChapterPage({ of, ...framed }: Framed<KpiLinesView> & { of: keyof typeof STEPS }) {
  const { view } = framed;
  const { say } = useWords();
  const address = useAddress();
  return (
    <ReportPage framed={framed} title={say(`menu.${of}`)}>
      <Card>
        <BlockStack gap="300" inlineAlign="start">
          <Text as="h2" variant="headingMd">
            {say(`chapterPages.${of}`)}
          </Text>
          <Text as="p">{say(`chapterPages.${of}Not`)}</Text>
          <Button
            url={address.href({ sort: null, page: null, segmentation: null }, `/app/segments/${STEPS[of]}`)}
          >
            {say(`chapterPages.${of}Step`)}
          </Button>
        </BlockStack>
      </Card>
      <div className="between-cards">
        <Text as="p" tone="subdued">
          {view.comparison === null ? view.of : `${view.of}. ${view.comparison}`}
        </Text>
      </div>
      <KpiLines view={view} status={framed.status} />
    </ReportPage>
  );
}
