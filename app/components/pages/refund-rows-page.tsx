// The orders behind what was given back of what was sold in a month.
import { Card, Text } from "@shopify/polaris";
import type { RefundRowsView } from "../../reports/refund-rows.server.ts";
import { useWords } from "../bits/language.ts";
import { type Framed, ReportPage } from "../frame/report-page.tsx";
import { useAddress } from "../router.ts";
import { RowTable } from "../table/row-table.tsx";

export function RefundRowsPage(framed: Framed<RefundRowsView>) {
  const { title, of, rows } = framed.view;
  const address = useAddress();
  const { say } = useWords();
  return (
    <ReportPage
      framed={framed}
      title={title}
      backAction={{
        content: say("refundsCard.back"),
        url: address.href({ month: null, sort: null, page: null }, "/app/kpis/sales_reversals"),
      }}
    >
      <div className="wide">
        <Card padding="0">
          <div className="card-head">
            <Text as="h2" variant="headingMd">
              {rows.count}
            </Text>
            <Text as="p">{of}</Text>
            {rows.together === null ? null : (
              <Text as="p" tone="subdued">
                {rows.together}
              </Text>
            )}
          </div>
          <RowTable rows={rows} label={title} />
        </Card>
      </div>
    </ReportPage>
  );
}
