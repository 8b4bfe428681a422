// What was given back by month: in the month, and of what was sold in it, with what is still to come.
import { BlockStack, Text } from "@shopify/polaris";
import type { RefundRow, RefundsView } from "../../reports/refunds.server.ts";
import { useWords } from "../bits/language.ts";
import { useAddress } from "../router.ts";
import { DataTable, type Head } from "./data-table.tsx";
import { ExplainLink } from "./figures.tsx";

const COLUMNS = ["sold", "backIn", "backOf", "share", "toCome"] as const;
type Column = (typeof COLUMNS)[number];

export function RefundsCard({ view: { missing, rows, sentences } }: { view: RefundsView }) {
  const { say } = useWords();
  const address = useAddress();
  const rowsAt = (month: string) =>
    address.href(
      { month, chart: null, segment: null, within: null, by: null, sort: null, page: null },
      "/app/refund-rows",
    );
  const explainAt = ({ explained, backMonth }: RefundRow, column: Column) =>
    column === "backOf" && backMonth !== null
      ? rowsAt(backMonth)
      : explained === null || (column !== "sold" && column !== "backIn")
        ? null
        : address.href(
            {
              ...explained[column],
              ...{ period: null, segment: null, within: null, by: null, sort: null, page: null },
            },
            "/app/explain",
          );
  const cellOf = (row: RefundRow, column: Column) => {
    const to = explainAt(row, column);
    const value = row[column];
    return (
      <span key={column} className="figure">
        <span className="figure-value">
          {to === null ? (
            value
          ) : (
            <ExplainLink explain={{ kpi: say(`refundsCard.${column}`), row: row.month, to }} value={value} />
          )}
        </span>
        {column === "toCome"
          ? row.notes.map((note) => (
              <span key={note} className="figure-note">
                {note}
              </span>
            ))
          : null}
      </span>
    );
  };
  const heads: Head[] = [
    { id: "month", label: say("refundsCard.month") },
    ...COLUMNS.map((id) => ({
      ...{ id, numeric: true },
      label: say(`refundsCard.${id}`),
      help: say(`refundsCard.${id}Help`),
    })),
  ];
  return (
    <>
      <div className="card-head">
        <Text as="h2" variant="headingMd">
          {say("refundsCard.title")}
        </Text>
        {missing === null ? null : <Text as="p">{missing}</Text>}
      </div>
      {rows.length === 0 ? null : (
        <DataTable
          caption={say("refundsCard.caption")}
          heads={heads}
          rows={rows.map((row) => ({
            id: row.id,
            head: (
              <BlockStack>
                {row.month}
                {row.note === null ? null : (
                  <Text as="span" variant="bodySm" tone="subdued" fontWeight="regular">
                    {row.note}
                  </Text>
                )}
              </BlockStack>
            ),
            cells: COLUMNS.map((column) => cellOf(row, column)),
          }))}
        />
      )}
      {sentences.length === 0 ? null : (
        <div className="table-foot">
          <BlockStack gap="100">
            {sentences.map((sentence) => (
              <Text key={sentence} as="p" tone="subdued">
                {sentence}
              </Text>
            ))}
          </BlockStack>
        </div>
      )}
    </>
  );
}
