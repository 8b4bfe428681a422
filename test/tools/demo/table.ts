// KPIs by segment as aligned text.
import type { KpiAnswer } from "./merchant.ts";

export interface TextColumn {
  head: string;
  align: "left" | "right";
}

/** Rows under their heads, columns two spaces apart, a rule below the heads. */
export function alignedTable(columns: readonly TextColumn[], rows: readonly (readonly string[])[]): string {
  const widths = columns.map((column, at) =>
    Math.max(column.head.length, ...rows.map((row) => row[at]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    columns
      .map(({ align }, at) => {
        const [cell = "", width = 0] = [cells[at], widths[at]];
        return align === "right" ? cell.padStart(width) : cell.padEnd(width);
      })
      .join("  ")
      .trimEnd();
  return [
    line(columns.map(({ head }) => head)),
    widths.map((width) => "─".repeat(width)).join("  "),
    ...rows.map(line),
  ].join("\n");
}

const KPIS = [
  { id: "orders", head: "Orders", form: "count" },
  { id: "net_sales", head: "Net sales", form: "money" },
  { id: "aov", head: "Average order", form: "money" },
  { id: "buyer_rate", head: "Share who bought", form: "rate" },
  { id: "sales_share", head: "Share of sales", form: "rate" },
] as const;

/** The names to ask the app for. */
export const KPI_IDS = KPIS.map(({ id }) => id).join(",");

/** Segments with their customers and KPIs, the shop's total last. A KPI without a value is a dash; why stands below. */
export function kpiTable(answer: KpiAnswer): string {
  const digits = { minimumFractionDigits: answer.decimals, maximumFractionDigits: answer.decimals };
  const forms = {
    money: new Intl.NumberFormat("en", { style: "currency", currency: answer.currency, ...digits }),
    count: new Intl.NumberFormat("en", { maximumFractionDigits: 1 }),
    rate: new Intl.NumberFormat("en", {
      style: "percent",
      minimumFractionDigits: 1,
      maximumFractionDigits: 1,
    }),
  };
  const text = (value: number | null | undefined, form: keyof typeof forms) =>
    value == null ? "–" : forms[form].format(form === "money" ? value / 10 ** answer.decimals : value);
  const rows = [...answer.segments, answer.total].map(({ label, members, kpis }) => [
    label,
    text(members, "count"),
    ...KPIS.map(({ id, form }) => text(kpis[id]?.value, form)),
  ]);
  const blank = [...answer.segments, answer.total]
    .flatMap(({ kpis }) => KPIS.map(({ id }) => kpis[id]))
    .flatMap((cell) => (cell?.value === null && cell.reason ? cell.reason.text.replace(/ \(.*/, "") : []));
  const table = alignedTable(
    [
      { head: "Segment", align: "left" },
      { head: "Customers", align: "right" },
      ...KPIS.map(({ head }) => ({ head, align: "right" as const })),
    ],
    rows,
  );
  const reasons = Array.from(new Set(blank));
  return reasons.length === 0 ? table : `${table}\n\n–  ${reasons.join("\n–  ")}`;
}
