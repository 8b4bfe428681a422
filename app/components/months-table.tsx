// The months against Shopify's figures: a picture of two years, a table, and for each month that differs what is known of it.
import { Badge, Button, InlineStack, Text } from "@shopify/polaris";
import type { MonthDetail, MonthsView, MonthView } from "../reports/months.server.ts";
import { AdminLink } from "./admin-link.tsx";
import { DataTable } from "./data-table.tsx";

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
  const differing = months.rows.filter((row) => row.detail !== null);
  return (
    <>
      <div className="card-head">
        <Text as="h2" variant="headingMd">
          Month by month against Shopify
        </Text>
        <Text as="p">{months.summary}</Text>
        <Text as="p" tone="subdued">
          {months.note}
          {months.asked === null ? null : ` Shopify was asked at ${months.asked}.`}
        </Text>
        {months.canOpenReport ? (
          <InlineStack>
            <Button onClick={open} disabled={busy}>
              Give access to reports
            </Button>
          </InlineStack>
        ) : null}
        <Picture months={months} />
      </div>
      {months.rows.length === 0 ? null : (
        <DataTable
          caption="Months against Shopify's figures"
          tall
          heads={months.columns.map((column, index) => ({
            ...column,
            numeric: index > 1,
            sort: { now: column.sorted, first: column.id === "result" ? "ascending" : "descending" },
          }))}
          rows={months.rows.map((row) => ({
            id: row.month,
            head: row.label,
            cells: [
              <Badge key="result" tone={tones[row.verdict]}>
                {row.result}
              </Badge>,
              ...row.cells.map((cell, index) => (
                <span key={index} className="figure-value">
                  {cell}
                </span>
              )),
            ],
          }))}
        />
      )}
      {differing.map((row) => (row.detail ? <Detail key={row.month} row={row} detail={row.detail} /> : null))}
    </>
  );
}

/** One square a month; shape says what colour says. */
function Picture({ months: { picture } }: { months: MonthsView }) {
  if (picture.length < 2) return null;
  const [first] = picture;
  return (
    <div className="agreement">
      <ol
        className="agreement-months"
        aria-label={`Agreement of the last ${picture.length} months, oldest first`}
      >
        {picture.map(({ month, label, verdict, result }) => (
          <li key={month} className={`agreement-${verdict}`} title={`${label}: ${result}`}>
            <span className="visually-hidden">
              {label}: {result}
            </span>
          </li>
        ))}
      </ol>
      <div className="agreement-ends" aria-hidden="true">
        <span>{first?.label}</span>
        <span>{picture.at(-1)?.label}</span>
      </div>
    </div>
  );
}

function Detail({ row, detail }: { row: MonthView; detail: MonthDetail }) {
  return (
    <details className="month-detail">
      <summary>
        {row.label}: {row.result.toLowerCase()}
      </summary>
      <dl className="facts">
        {detail.figures.map(({ label, shopify, ours, difference }) => (
          <div key={label} className="fact">
            <dt>
              {label}
              <span className="fact-help">
                Shopify {shopify}, here {ours}
              </span>
            </dt>
            <dd>{difference}</dd>
          </div>
        ))}
      </dl>
      {detail.unexplained === null ? null : <p>{detail.unexplained}</p>}
      <ul>
        {detail.parts.map(({ text, amounts, orders }) => (
          <li key={text}>
            {text}
            {amounts === "" ? null : ` (${amounts})`}
            {orders.length === 0 ? null : (
              <span className="fact-help">
                {orders.map(({ id, name }, index) => (
                  <span key={id}>
                    {index === 0 ? null : ", "}
                    <AdminLink to={`orders/${id}`}>{name}</AdminLink>
                  </span>
                ))}
              </span>
            )}
          </li>
        ))}
      </ul>
    </details>
  );
}
