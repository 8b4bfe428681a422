// All that the app holds on one customer, as a file the merchant can pass on. Made from the tables' own declarations when it
// is downloaded and never stored, so that no copy of it lies around.
import { segmentsOf } from "../kpis/customer-segments.server.ts";
import { tables, type TableName } from "../warehouse/schema.ts";
import type { Param, Row } from "../warehouse/warehouse.server.ts";
import { money } from "./csv.ts";
import type { ReportedShop } from "./shop.server.ts";
import { utc } from "./sync-status.server.ts";

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

/** Integer minor units of the shop's currency. */
const MONEY: ReadonlySet<string> = new Set([
  ...["original_total", "current_total", "placed_gap", "total_gap"],
  ...["placed_gross", "placed_discount", "placed_net", "net_so_far", "net"],
  ...["unit_price", "unit_cost", "total", "tax", "discount"],
  ...["gross", "discounts", "reversals", "shipping", "duties", "fees", "tips"],
]);

const NOT_HELD =
  "Names, e-mail addresses, phone numbers, streets and payment details are never stored by this app.";

/** `shop` null: nothing of the shop has arrived in the warehouse. */
export async function customerFile(
  shop: ReportedShop | null,
  domain: string,
  asked: AskedCustomer,
  held: HeldInState,
  now: Date,
): Promise<object> {
  const about = {
    what: "All data that the app Segment KPIs holds on this customer of the shop.",
    shop: domain,
    customer_id: asked.customerId,
    shopify_request: asked.number,
    asked_at: asked.receivedAt.toISOString(),
    made_at: now.toISOString(),
    not_held: NOT_HELD,
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

  const { warehouse, meta, place, today } = shop;
  const params: Param[] = [asked.customerId, ...asked.orderIds];
  const named = asked.orderIds.map((_, index) => `$${index + 2}`).join(", ");
  const theirs = `customer_id = $1${named === "" ? "" : ` OR order_id IN (${named})`}`;
  const rowsOf = async (table: TableName, where: string, bound = params): Promise<Row[]> => {
    const rows = await warehouse.query(domain, `SELECT * FROM ${table} WHERE ${where}`, bound);
    return rows.map((row) => readable(table, row, place.decimals));
  };
  const ofOrders = `order_id IN (SELECT order_id FROM orders WHERE ${theirs})`;
  const ofEarlier = `order_id IN (SELECT order_id FROM earlier_orders WHERE ${theirs})`;
  const [
    [customer = null],
    orders,
    lines,
    movements,
    days,
    history,
    removed,
    [sums = null],
    earlier,
    earlierMovements,
    earlierDays,
  ] = await Promise.all([
    rowsOf("customers", "customer_id = $1", [asked.customerId]),
    rowsOf("orders", `${theirs} ORDER BY placed_at, order_id`),
    rowsOf("order_lines", ofOrders),
    rowsOf("sales", `${ofOrders} ORDER BY happened_at, sale_id`),
    rowsOf("activity", `${ofOrders} ORDER BY local_day`),
    rowsOf("customer_history", "customer_id = $1 ORDER BY from_day", [asked.customerId]),
    rowsOf("removed", "kind = 'customer' AND id = $1", [asked.customerId]),
    rowsOf("opening_balance", "customer_id = $1", [asked.customerId]),
    rowsOf("earlier_orders", `${theirs} ORDER BY order_id`),
    rowsOf("sales", `${ofEarlier} ORDER BY happened_at, sale_id`),
    rowsOf("activity", `${ofEarlier} ORDER BY local_day`),
  ]);
  const by = (rows: readonly Row[]) => Map.groupBy(rows, (row) => row["order_id"]);
  const [linesOf, movementsOf, daysOf] = [by(lines), by(movements), by(days)];
  const [movementsOfEarlier, daysOfEarlier] = [by(earlierMovements), by(earlierDays)];
  const orNobody = (owner: Row[string] | undefined) => (owner === asked.customerId ? owner : null);
  return {
    about: {
      ...about,
      amounts_in: place.currency,
      time_zone_of_local_days: place.timeZone,
      complete_to: meta.fresh_at === null ? null : utc(meta.fresh_at).toISOString(),
      orders_since: meta.history === "complete" ? "the first" : meta.loaded_from,
    },
    customer,
    segments_today:
      customer === null && orders.length === 0
        ? {}
        : await segmentsOf(warehouse, domain, asked.customerId, today),
    orders: orders.map((order) => ({
      ...order,
      // Shopify may name an order of whose move to this customer the app has not heard: whose it was stays out of the file.
      customer_id: orNobody(order["customer_id"]),
      lines: linesOf.get(order["order_id"] ?? null) ?? [],
      movements: movementsOf.get(order["order_id"] ?? null) ?? [],
      days: daysOf.get(order["order_id"] ?? null) ?? [],
    })),
    sums_of_orders_not_kept: sums === null ? null : { before: meta.opening_day, ...sums },
    orders_not_kept_that_moved_since: earlier.map((order) => ({
      ...order,
      customer_id: orNobody(order["customer_id"]),
      movements: movementsOfEarlier.get(order["order_id"] ?? null) ?? [],
      days: daysOfEarlier.get(order["order_id"] ?? null) ?? [],
    })),
    states_over_time: history,
    remembered_as_removed: removed,
    ...state,
  };
}

/** Money as a decimal in the shop's currency, instants in ISO form; everything else as it is stored. */
function readable(table: TableName, row: Row, decimals: number): Row {
  const types: Readonly<Record<string, string>> = tables[table];
  return Object.fromEntries(
    Object.entries(row).map(([column, value]) => {
      if (MONEY.has(column) && typeof value === "number") return [column, decimal(value, decimals)];
      const instant = types[column]?.startsWith("TIMESTAMP") && column !== "local_at";
      return [column, instant && typeof value === "string" ? utc(value).toISOString() : value];
    }),
  );
}

function decimal(value: number, decimals: number): string {
  const cell = money(value, decimals);
  return typeof cell === "object" && cell !== null ? cell.numeral : String(value);
}
