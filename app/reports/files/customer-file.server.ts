// All that the app holds on one customer, as a file the merchant can pass on. Made from the tables' own declarations when it
// is downloaded and never stored, so that no copy of it lies around.
import { segmentsOf } from "../../kpis/customer-segments.server.ts";
import { sourceCoverage } from "../../warehouse/coverage.ts";
import { rowsOfCustomer } from "../../warehouse/schema/personal.ts";
import type { Schema, TableName } from "../../warehouse/schema/schema.ts";
import type { Table } from "../../warehouse/schema/source.ts";
import type { Param, Row } from "../../warehouse/warehouse.server.ts";
import { type Reader, say } from "../../words/words.server.ts";
import { money } from "./csv.ts";
import type { ReportedShop } from "../shop.server.ts";
import { instantOf } from "../../warehouse/values.ts";

/** What the state database holds on the customer, beside the warehouse. */
export interface HeldInState {
  notifications: readonly { topic: string; receivedAt: Date; processedAt: Date | null }[];
  requests: readonly { topic: string; receivedAt: Date }[];
}

export interface AskedCustomer {
  customerId: number;
  /** Orders that Shopify names in its request. */
  orderIds: readonly number[];
  /** Shopify's number of the request. */
  number: string | null;
  receivedAt: Date;
}

/** `shop` null: nothing of the shop has arrived in the warehouse. */
export async function customerFile(
  shop: ReportedShop | null,
  domain: string,
  asked: AskedCustomer,
  held: HeldInState,
  now: Date,
  reader: Reader,
): Promise<object> {
  const about = {
    what: say(reader, "customerFile.what"),
    shop: domain,
    customer_id: asked.customerId,
    shopify_request: asked.number,
    asked_at: asked.receivedAt.toISOString(),
    made_at: now.toISOString(),
    not_held: say(reader, "customerFile.notHeld"),
  };
  const state = {
    notifications_from_shopify: held.notifications.map(({ topic, receivedAt, processedAt }) => ({
      topic,
      received_at: receivedAt.toISOString(),
      processed_at: processedAt?.toISOString() ?? null,
    })),
    privacy_requests: held.requests.map(({ topic, receivedAt }) => ({
      topic: topic.replace("_", "/"),
      received_at: receivedAt.toISOString(),
    })),
  };
  if (shop === null) return { about, ...state };

  const { view, meta, place, today } = shop;
  const { state: history, from_day: from, fresh_at: fresh } = sourceCoverage(meta, "orders");
  const all = await rowsOf(shop, asked);
  const of = (table: TableName): readonly Row[] => all.get(table) ?? [];
  const [customer = null] = of("customers");
  const [sums = null] = of("opening_balance");
  const passed = of("heirs");
  const by = (rows: readonly Row[]) => Map.groupBy(rows, (row) => row["order_id"]);
  const [linesOf, movementsOf, daysOf] = [by(of("order_lines")), by(of("sales")), by(of("activity"))];
  const orNobody = (owner: Row[string] | undefined) => (owner === asked.customerId ? owner : null);
  return {
    about: {
      ...about,
      amounts_in: place.currency,
      time_zone_of_local_days: place.timeZone,
      complete_to: fresh === null ? null : instantOf(fresh).toISOString(),
      orders_since: history === "complete" ? "the first" : from,
    },
    customer,
    segments_today:
      customer === null && of("orders").length === 0
        ? {}
        : await segmentsOf(reader, view, asked.customerId, today),
    orders: of("orders").map((order) => ({
      ...order,
      // Shopify may name an order of whose move to this customer the app has not heard: whose it was stays out of the file.
      customer_id: orNobody(order["customer_id"]),
      lines: linesOf.get(order["order_id"] ?? null) ?? [],
      movements: movementsOf.get(order["order_id"] ?? null) ?? [],
      days: daysOf.get(order["order_id"] ?? null) ?? [],
    })),
    sums_of_orders_not_kept: sums === null ? null : { before: meta.opening_day, ...sums },
    // The other customer stays out of the file.
    orders_passed_to_another: passed.some((row) => row["customer_id"] === asked.customerId),
    orders_came_from_another: passed.some((row) => row["heir_id"] === asked.customerId),
    orders_not_kept_that_moved_since: of("earlier_orders").map((order) => ({
      ...order,
      customer_id: orNobody(order["customer_id"]),
      movements: movementsOf.get(order["order_id"] ?? null) ?? [],
      days: daysOf.get(order["order_id"] ?? null) ?? [],
    })),
    states_over_time: of("customer_history"),
    remembered_as_removed: of("removed"),
    ...others(view.copy.schema, all, asked.customerId),
    ...state,
  };
}

/** Of every table that can hold some of the customer's, be it declared tomorrow. */
async function rowsOf({ view, place }: ReportedShop, asked: AskedCustomer): Promise<Map<string, Row[]>> {
  const named = asked.orderIds.map((_, index) => `$${index + 2}`);
  const params: Param[] = [asked.customerId, ...asked.orderIds];
  const { schema } = view.copy;
  const reading = view.of("all");
  const rows = await Promise.all(
    [...rowsOfCustomer(schema, "$1", named)].map(async ([name, { sql, namesOrders }]) => {
      const found = await reading.query(sql, namesOrders ? params : params.slice(0, 1));
      return [name, found.map((row) => readable(schema.tables.get(name), row, place.decimals))] as const;
    }),
  );
  return new Map(rows);
}

/** Tables that have their place in the file. */
const PLACED: ReadonlySet<string> = new Set<TableName>([
  ...(["customers", "orders", "order_lines", "sales", "activity", "customer_history"] as const),
  ...(["opening_balance", "earlier_orders", "heirs", "removed"] as const),
]);

/** Rows of all other tables, under their names; whom else they name stays out of the file. */
function others(
  { tables }: Schema,
  all: ReadonlyMap<string, readonly Row[]>,
  customerId: number,
): { other_rows?: Record<string, Row[]> } {
  const without = (name: string, row: Row): Row => {
    const names = tables.get(name)?.names ?? "nobody";
    const naming = names === "nobody" ? [] : Object.keys(names);
    const isAnothers = (column: string) => naming.includes(column) && row[column] !== customerId;
    return Object.fromEntries(
      Object.entries(row).map(([column, value]) => [column, isAnothers(column) ? null : value]),
    );
  };
  const left = [...all].filter(([name]) => !PLACED.has(name));
  if (left.length === 0) return {};
  return {
    other_rows: Object.fromEntries(left.map(([name, rows]) => [name, rows.map((row) => without(name, row))])),
  };
}

/** Money as a decimal in the shop's currency, instants in ISO form; everything else as it is stored. */
function readable(table: Table | undefined, row: Row, decimals: number): Row {
  const { columns = {}, money: amounts = [], clock = [] } = table ?? {};
  return Object.fromEntries(
    Object.entries(row).map(([column, value]) => {
      if (amounts.includes(column) && typeof value === "number") return [column, decimal(value, decimals)];
      const instant = columns[column]?.startsWith("TIMESTAMP") && !clock.includes(column);
      return [column, instant && typeof value === "string" ? instantOf(value).toISOString() : value];
    }),
  );
}

function decimal(value: number, decimals: number): string {
  const cell = money(value, decimals);
  return typeof cell === "object" && cell !== null ? cell.numeral : String(value);
}
