// The months against Shopify's figures: a picture of all, a table of the last ones, and what is known of those that differ.
import { Badge, Button, InlineStack, Text } from "@shopify/polaris";
import type { MonthsView, MonthView } from "../../reports/months.server.ts";
import { useWords } from "../bits/language.ts";
import { DataTable, type Row } from "./data-table.tsx";
import { MonthDetails } from "../pages/month-details.tsx";
import { MonthsPicture } from "../chart/months-picture.tsx";

const tones = {
  agrees: "success",
  explained: "info",
  differs: "attention",
  not_comparable: undefined,
} as const;

export function MonthsTable({
  months,
  open,
  busy,
}: {
  months: MonthsView;
  /** Asks the merchant for access to Shopify's reports. */
  open: () => void;
  busy: boolean;
}) {
  const { say } = useWords();
  return (
    <>
      <div className="card-head">
        <Text as="h2" variant="headingMd">
          {say("dataPage.months")}
        </Text>
        <Text as="p">{months.summary}</Text>
        <Text as="p" tone="subdued">
          {[months.note, ...(months.asked === null ? [] : [months.asked])].join(" ")}
        </Text>
        {months.permission === null ? null : (
          <>
            <Text as="p">{months.permission}</Text>
            <InlineStack>
              <Button onClick={open} disabled={busy}>
                {say("dataPage.giveReports")}
              </Button>
            </InlineStack>
          </>
        )}
        {months.picture === null ? null : <MonthsPicture picture={months.picture} />}
      </div>
      {months.rows.length === 0 ? null : (
        <DataTable
          caption={say("dataPage.monthsCaption")}
          heads={months.columns.map((column, index) => ({
            ...column,
            numeric: index > 1,
            sort: { now: column.sorted, first: column.id === "result" ? "ascending" : "descending" },
          }))}
          rows={months.rows.map(rowOf)}
          folded={months.folded && { text: months.folded.text, rows: months.folded.rows.map(rowOf) }}
        />
      )}
      <MonthDetails differing={months.differing} explained={months.explained} />
    </>
  );
}

const rowOf = ({ month, label, verdict, result, cells }: MonthView): Row => ({
  id: month,
  head: label,
  cells: [
    <Badge key="result" tone={tones[verdict]}>
      {result}
    </Badge>,
    ...cells.map((cell, index) => (
      <span key={index} className="figure-value">
        {cell}
      </span>
    )),
  ],
});
