// Shopify's own figures by month: its sales report (ShopifyQL) where the app may read it, else how many orders it counts.
import { z } from "zod";
import { log } from "../log.server.ts";
import { ScopeMissing } from "../errors.ts";
import type { Admin } from "../shopify/admin-api.ts";
import { createdIn } from "../sync/reading/windows.ts";

/** Money in minor units; discounts and reversals as positive numbers; what was not asked for is absent. */
export interface Figures {
  orders: number;
  gross?: number;
  discounts?: number;
  reversals?: number;
  net?: number;
  taxes?: number;
  total?: number;
}

export interface ShopifyFigures {
  source: "sales_report" | "order_counts";
  /** Why it is not the sales report. */
  reason: "not_granted" | "not_approved" | "refused" | null;
  /** By month, YYYY-MM; a month without anything is absent. */
  months: ReadonlyMap<string, Figures>;
}

/** A month and its first instant and the next one's. */
export interface Month {
  month: string;
  from: Date;
  to: Date;
}

export const reportDocument = `query SalesByMonth($query: String!) {
  shopifyqlQuery(query: $query) {
    parseErrors
    tableData { columns { name dataType } rows }
  }
}`;

const COLUMNS = "orders, gross_sales, discounts, sales_reversals, net_sales, taxes, total_sales";

/** `first`: YYYY-MM. Months are those of the shop's time zone, amounts of its currency, as ShopifyQL takes them by itself. */
export const reportQuery = (first: string): string =>
  `FROM sales SHOW ${COLUMNS} GROUP BY month SINCE ${first}-01 UNTIL today ORDER BY month LIMIT 1000`;

const cell = z.union([z.string(), z.number()]).nullable();
const reportAnswer = z.object({
  shopifyqlQuery: z
    .object({
      parseErrors: z.array(z.string()),
      tableData: z.object({ rows: z.array(z.record(z.string(), cell)) }).nullable(),
    })
    .nullable(),
});

class UnreadableReport extends Error {}

/** Of all months from the first to the last; months in order. */
export async function askFigures(
  admin: Admin,
  months: readonly Month[],
  { scopes, decimals }: { scopes: ReadonlySet<string>; decimals: number },
): Promise<ShopifyFigures> {
  const counted = async (reason: ShopifyFigures["reason"]): Promise<ShopifyFigures> => ({
    source: "order_counts",
    reason,
    months: await countByMonth(admin, months),
  });
  const [first] = months;
  if (!first || !scopes.has("read_reports")) return counted("not_granted");
  try {
    const query = reportQuery(first.month);
    const { shopifyqlQuery: answer } = await admin.request(reportDocument, { query }, reportAnswer);
    if (!answer?.tableData || answer.parseErrors.length > 0) {
      log.warn({ shop: admin.shop, errors: answer?.parseErrors }, "Shopify refuses the report's query");
      return await counted("refused");
    }
    const rows = answer.tableData.rows.map((row) => monthOf(row, decimals));
    return { source: "sales_report", reason: null, months: new Map(rows) };
  } catch (error) {
    if (error instanceof UnreadableReport) {
      log.warn({ shop: admin.shop, reason: error.message }, "Shopify's report cannot be read");
      return counted("refused");
    }
    // The scope alone does not open it: Shopify must have approved the app for names and addresses, too.
    if (!(error instanceof ScopeMissing)) throw error;
    return counted("not_approved");
  }
}

function monthOf(row: Readonly<Record<string, string | number | null>>, decimals: number): [string, Figures] {
  const month = /^\d{4}-\d{2}/.exec(String(row["month"]))?.[0];
  if (month === undefined)
    throw new UnreadableReport(`A row of Shopify's report without a month: ${JSON.stringify(row)}`);
  const number = (name: string): number => {
    const value = Number(row[name] ?? 0);
    if (!Number.isFinite(value)) throw new UnreadableReport(`Shopify's report gives ${name} as ${row[name]}`);
    return value;
  };
  const money = (name: string): number => Math.round(number(name) * 10 ** decimals) || 0;
  const [gross, discounts, reversals, net] = [
    money("gross_sales"),
    money("discounts"),
    money("sales_reversals"),
    money("net_sales"),
  ];
  // Reports show what lessens sales as negative numbers. Net sales tell whether this one does.
  const sign = gross - discounts - reversals === net ? 1 : -1;
  return [
    month,
    {
      orders: number("orders"),
      gross,
      discounts: sign * discounts || 0,
      reversals: sign * reversals || 0,
      net,
      taxes: money("taxes"),
      total: money("total_sales"),
    },
  ];
}

/** Ten points each, and a query may cost a thousand. */
const COUNTS_A_QUERY = 40;

/** Orders by the month in which they were created, test orders among them: all that counting can tell apart. */
async function countByMonth(admin: Admin, months: readonly Month[]): Promise<Map<string, Figures>> {
  const counts = new Map<string, Figures>();
  const answer = z.record(z.string(), z.object({ count: z.int() }).nullable());
  for (let at = 0; at < months.length; at += COUNTS_A_QUERY) {
    const some = months.slice(at, at + COUNTS_A_QUERY);
    const filters = Object.fromEntries(some.map((month, index) => [`q${index}`, createdIn(month)]));
    const found = await admin.request(countsDocument(some.length), filters, answer);
    for (const [index, { month }] of some.entries())
      counts.set(month, { orders: found[`m${index}`]?.count ?? 0 });
  }
  return counts;
}

/** `limit: null` counts to the end; the default stops at 10,000. */
export function countsDocument(months: number): string {
  const each = (text: (index: number) => string, glue: string) =>
    Array.from({ length: months }, (_, index) => text(index)).join(glue);
  return `query OrdersByMonth(${each((n) => `$q${n}: String!`, ", ")}) {
  ${each((n) => `m${n}: ordersCount(query: $q${n}, limit: null) { count }`, "\n  ")}
}`;
}
