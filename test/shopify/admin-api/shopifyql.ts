// ShopifyQL as far as `FROM sales` by day or month goes. The figures come from the model by Shopify's published rules for its
// sales reports, and share nothing with the app's ledger: sales on the day they were made, reversals on the day they were
// processed, in the shop's time zone; gift cards sold and tips are no sales; test and deleted orders are left out; who bought gift cards
// alone, with or without a tip or shipping, has placed no order.
import { Temporal } from "temporal-polyfill";
import { decimal } from "../model.ts";
import type { Agreement, Order, Sale } from "../model.ts";
import type { Shop } from "../shop.ts";
import { adminSchema } from "./schema.ts";
import type { Context, Served } from "./context.ts";
import { accessDenied, notSimulated } from "./errors.ts";

interface Answer {
  parseErrors: readonly string[];
  table: Table | null;
}
interface Table {
  columns: readonly Column[];
  rows: readonly Record<string, string>[];
}
interface Column {
  name: string;
  dataType: string;
  displayName: string;
}

type Metric =
  | "orders"
  | "gross_sales"
  | "discounts"
  | "sales_reversals"
  | "net_sales"
  | "shipping_charges"
  | "duties"
  | "additional_fees"
  | "taxes"
  | "total_sales";

/** What a row of an agreement adds; reductions are negative, as reports show them. Money in minor units. */
const METRICS: Readonly<Record<Metric, (sale: Sale) => number>> = {
  orders: () => 0,
  gross_sales: (sale) => (isSold(sale) ? worth(sale) + sale.discountBeforeTax : 0),
  discounts: (sale) => (isSold(sale) ? -sale.discountBeforeTax : 0),
  sales_reversals: (sale) => (isReversed(sale) ? worth(sale) : 0),
  net_sales: (sale) => (isSold(sale) || isReversed(sale) ? worth(sale) : 0),
  shipping_charges: (sale) => (sale.line === "SHIPPING" ? worth(sale) : 0),
  duties: (sale) => (sale.line === "DUTY" ? worth(sale) : 0),
  additional_fees: (sale) => (sale.line === "ADDITIONAL_FEE" || sale.line === "FEE" ? worth(sale) : 0),
  taxes: (sale) => sale.tax,
  total_sales: (sale) => (sale.line === "GIFT_CARD" || sale.line === "TIP" ? sale.tax : sale.total),
};
const worth = (sale: Sale): number => sale.total - sale.tax;
const isSold = ({ line, action }: Sale): boolean =>
  line === "PRODUCT" && (action === "ORDER" || action === "UPDATE");
const isReversed = ({ line, action }: Sale): boolean =>
  line === "ADJUSTMENT" || (line === "PRODUCT" && action === "RETURN");

const isMetric = (name: string): name is Metric => Object.hasOwn(METRICS, name);
const label = (name: string): string =>
  `${name.charAt(0).toUpperCase()}${name.slice(1).replaceAll("_", " ")}`;

interface Query {
  metrics: readonly Metric[];
  by: "day" | "month";
  /** Every value of the time dimension, or only those with data. */
  every: boolean;
  since: Temporal.PlainDate;
  until: Temporal.PlainDate;
  descending: boolean;
  limit: number;
}

/** Shopify's documented clauses that this one does not have. */
const NOT_SERVED = /\b(WHERE|HAVING|COMPARE|DURING|WITH|VISUALIZE|TYPE|OFFSET)\b/i;
const CLAUSES = "FROM|SHOW|GROUP BY|TIMESERIES|SINCE|UNTIL|ORDER BY|LIMIT";

/** The query, or what is wrong with it. */
function parse(text: string, today: Temporal.PlainDate): Query | string[] {
  const served = NOT_SERVED.exec(text);
  if (served) throw notSimulated(`ShopifyQL's ${served[1]?.toUpperCase()}`);
  const clauses = new Map<string, string>();
  const pattern = new RegExp(`\\b(${CLAUSES})\\b\\s+([^]*?)(?=\\b(?:${CLAUSES})\\b|$)`, "gi");
  for (const [, keyword = "", rest = ""] of text.matchAll(pattern))
    clauses.set(keyword.toUpperCase(), rest.trim());
  const errors: string[] = [];
  const table = clauses.get("FROM");
  if (table === undefined) errors.push("FROM is required.");
  else if (table !== "sales") errors.push(`Table '${table}' cannot be found.`);
  const shown = (clauses.get("SHOW") ?? "").split(",").map((name) => name.trim());
  for (const name of shown) if (!isMetric(name)) errors.push(`Column '${name}' cannot be found.`);
  const by = clauses.get("GROUP BY") ?? clauses.get("TIMESERIES");
  if (by !== "day" && by !== "month") throw notSimulated(`ShopifyQL's grouping by ${by}`);
  const [ordered = by, direction = "ASC"] = (clauses.get("ORDER BY") ?? by).split(/\s+/);
  if (ordered !== by) throw notSimulated(`ShopifyQL's order by ${ordered}`);
  const since = dateOf(clauses.get("SINCE") ?? "-30d", today);
  const until = dateOf(clauses.get("UNTIL") ?? "today", today);
  if (!since || !until) errors.push("The reporting period cannot be read.");
  if (errors.length > 0 || !since || !until) return errors;
  return {
    metrics: shown.filter(isMetric),
    by,
    every: clauses.has("TIMESERIES"),
    since,
    until,
    descending: /^desc$/i.test(direction),
    limit: Number(clauses.get("LIMIT") ?? 1000),
  };
}

function dateOf(text: string, today: Temporal.PlainDate): Temporal.PlainDate | null {
  if (text === "today") return today;
  if (text === "yesterday") return today.subtract({ days: 1 });
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return Temporal.PlainDate.from(text);
  const [, count, unit] = /^-(\d+)([dwmy])$/.exec(text) ?? [];
  if (count === undefined) return null;
  const units = { d: "days", w: "weeks", m: "months", y: "years" } as const;
  return today.subtract({ [units[unit as keyof typeof units]]: Number(count) });
}

function dayOf(instant: string, timeZone: string): Temporal.PlainDate {
  return Temporal.Instant.from(instant).toZonedDateTimeISO(timeZone).toPlainDate();
}

/** An order's own agreement counts on the day on which it was processed, which an import may put into the past. */
const dateOfSale = (order: Order, agreement: Agreement): string =>
  agreement.type === "OrderAgreement" || agreement.happenedAt < order.processedAt
    ? order.processedAt
    : agreement.happenedAt;

/** A post-purchase offer still belongs to the checkout. */
const CHECKOUT_MS = 90_000;

/** Told by what the checkout sold, whatever an edit adds later; by the lines where Shopify keeps no agreements. */
function soldGiftCardsOnly(order: Order): boolean {
  const checkout = order.agreements.find(({ type }) => type === "OrderAgreement");
  const closes = Date.parse(checkout?.happenedAt ?? order.processedAt) + CHECKOUT_MS;
  const sold: readonly { card: boolean; product: boolean }[] =
    order.agreements.length > 0
      ? order.agreements
          .filter((agreement) => agreement === checkout || Date.parse(agreement.happenedAt) <= closes)
          .flatMap(({ sales }) => sales)
          .map(({ line }) => ({ card: line === "GIFT_CARD", product: line === "PRODUCT" }))
      : order.lines.map(({ isGiftCard, isTip }) => ({ card: isGiftCard, product: !isGiftCard && !isTip }));
  return sold.some(({ card }) => card) && !sold.some(({ product }) => product);
}

function tableOf(query: Query, shop: Shop, testOrders: boolean): Table {
  const key = (day: Temporal.PlainDate) => (query.by === "day" ? day : day.with({ day: 1 })).toString();
  const sums = new Map<string, Record<Metric, number>>();
  const at = (day: Temporal.PlainDate): Record<Metric, number> | null => {
    if (Temporal.PlainDate.compare(day, query.since) < 0 || Temporal.PlainDate.compare(day, query.until) > 0)
      return null;
    const known = sums.get(key(day));
    if (known) return known;
    const made = Object.fromEntries(Object.keys(METRICS).map((name) => [name, 0])) as Record<Metric, number>;
    sums.set(key(day), made);
    return made;
  };
  if (query.every)
    for (let day = query.since; Temporal.PlainDate.compare(day, query.until) <= 0; day = day.add({ days: 1 }))
      at(day);
  for (const order of shop.orders.values()) {
    if (order.test && !testOrders) continue;
    const placed = at(dayOf(order.processedAt, shop.timeZone));
    if (placed && !soldGiftCardsOnly(order)) placed.orders += 1;
    for (const agreement of order.agreements) {
      const sum = at(dayOf(dateOfSale(order, agreement), shop.timeZone));
      if (!sum) continue;
      for (const sale of agreement.sales)
        for (const name of Object.keys(METRICS) as Metric[]) sum[name] += METRICS[name](sale);
    }
  }
  const keys = [...sums.keys()].sort();
  if (query.descending) keys.reverse();
  return {
    columns: [
      { name: query.by, dataType: `${query.by.toUpperCase()}_TIMESTAMP`, displayName: label(query.by) },
      ...query.metrics.map((name) => ({
        name,
        dataType: name === "orders" ? "INTEGER" : "MONEY",
        displayName: label(name),
      })),
    ],
    rows: keys.slice(0, query.limit).map((day) => ({
      [query.by]: day,
      ...Object.fromEntries(
        query.metrics.map((name) => {
          const value = sums.get(day)?.[name] ?? 0;
          return [name, name === "orders" ? String(value) : decimal(value, shop.decimals)];
        }),
      ),
    })),
  };
}

/** Beyond the scope, Shopify must have approved the app for protected customer data of level 2. */
export function shopifyqlQuery(args: Readonly<Record<string, unknown>>, context: Context): Answer {
  const { shop } = context.store;
  if (!context.reports.approved)
    throw accessDenied(
      "shopifyqlQuery",
      adminSchema().demands.get("QueryRoot.shopifyqlQuery")?.requiredAccess ?? "",
    );
  const query = parse(String(args["query"]), dayOf(context.now.toISOString(), shop.timeZone));
  if (Array.isArray(query)) return { parseErrors: query, table: null };
  return { parseErrors: [], table: tableOf(query, shop, context.reports.testOrders) };
}

export const shopifyqlTypes: Served = {
  ShopifyqlQueryResponse: {
    parseErrors: ({ parseErrors }: Answer) => parseErrors,
    parseWarnings: () => [],
    tableData: ({ table }: Answer) => table,
  },
  ShopifyqlTableData: {
    columns: ({ columns }: Table) => columns,
    rows: ({ rows }: Table) => rows,
  },
  ShopifyqlTableDataColumn: {
    name: ({ name }: Column) => name,
    dataType: ({ dataType }: Column) => dataType,
    displayName: ({ displayName }: Column) => displayName,
    subType: () => null,
    columnOrigin: () => "REQUESTED",
  },
};
