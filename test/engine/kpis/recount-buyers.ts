// Customers and guests with their orders as the tables hold them, and what each row of the ledger moved.
import type { Row, Warehouse } from "../../../app/warehouse/warehouse.server.ts";
import type { Period } from "../../../app/kpis/period.ts";

export interface Sale {
  order_id: number;
  action: string;
  line_type: string;
  line_item_id: number | null;
  reason: string;
  happened_at: string;
  booked_at: string;
  local_day: string;
  variant_id: number | null;
  quantity: number | null;
  total: number;
  tax: number;
  discount: number;
}

export interface Line {
  order_id: number;
  line_item_id: number;
  gift_card: boolean;
  unit_cost: number | null;
  product_id: number | null;
  product_type: string | null;
  vendor: string | null;
}

export interface Order {
  order_id: number;
  customer_id: number | null;
  local_day: string;
  placed_at: string;
  channel: string | null;
  country: string | null;
  b2b: boolean | null;
  language: string | null;
  subscription: boolean | null;
  sales: Sale[];
  lines: Line[];
  /** False: gift cards alone were bought, which are no order whatever else happened to it. */
  counts: boolean;
}

const at = (timestamp: string) => Date.parse(`${timestamp.replace(" ", "T")}Z`);

/** What belongs to an order as it was placed: its own agreement, and what happened up to 90 seconds after it. */
export function salesAsPlaced({ sales, placed_at }: Pick<Order, "sales" | "placed_at">): Sale[] {
  const checkout = sales.find((sale) => sale.reason === "ORDER")?.happened_at ?? placed_at;
  return sales.filter((sale) => sale.reason === "ORDER" || at(sale.happened_at) <= at(checkout) + 90_000);
}

/** A customer with all orders, or one guest order. */
export interface Buyer {
  customer: number | null;
  createdDay: string | null;
  /** Today's. */
  consent: string | null;
  orders: Order[];
}

export async function buyersOf(warehouse: Warehouse, shop: string): Promise<Buyer[]> {
  const read = <T>(sql: string) => warehouse.of(shop).query<Row & T>(sql);
  const sales = await read<Sale>(
    "SELECT order_id, action, line_type, line_item_id, reason, happened_at, booked_at, local_day, variant_id, quantity, total, tax, discount FROM sales",
  );
  const lines = await read<Line>(
    "SELECT order_id, line_item_id, gift_card, unit_cost, product_id, product_type, vendor FROM order_lines",
  );
  const orders = await read<Omit<Order, "sales" | "lines" | "counts">>(
    "SELECT order_id, customer_id, local_day, placed_at, channel, country, b2b, language, subscription FROM orders WHERE NOT test",
  );
  const customers = await read<{
    customer_id: number;
    created_day: string | null;
    email_consent: string | null;
  }>("SELECT customer_id, created_day, email_consent FROM customers");
  const ofOrder = Map.groupBy(sales, (sale) => sale.order_id);
  const linesOf = Map.groupBy(lines, (line) => line.order_id);
  const full = orders.map((order): Order => {
    const all = ofOrder.get(order.order_id) ?? [];
    const kinds = new Set(salesAsPlaced({ ...order, sales: all }).map((sale) => sale.line_type));
    const own = linesOf.get(order.order_id) ?? [];
    return { ...order, sales: all, lines: own, counts: !kinds.has("GIFT_CARD") || kinds.has("PRODUCT") };
  });
  const byPlacement = (a: Order, b: Order) =>
    a.placed_at < b.placed_at ? -1 : a.placed_at > b.placed_at ? 1 : a.order_id - b.order_id;
  const ofCustomer = Map.groupBy(full, (order) => order.customer_id);
  return [
    ...customers.map((record) => ({
      customer: record.customer_id,
      createdDay: record.created_day,
      consent: record.email_consent,
      orders: (ofCustomer.get(record.customer_id) ?? []).sort(byPlacement),
    })),
    ...(ofCustomer.get(null) ?? []).map((order) => ({
      customer: null,
      createdDay: null,
      consent: null,
      orders: [order],
    })),
  ];
}

export const inside = (day: string, period: Period) => day >= period.from && day < period.to;

/** Days of which the last may end at an instant, in UTC. */
export interface Cut extends Period {
  upTo?: string;
}

export const dayNumber = (day: string) => Date.parse(`${day}T00:00:00Z`) / 86_400_000;

/** Whether it is of the days, and before the instant at which the last of them is cut. */
export const happened = (day: string, timestamp: string, { from, to, upTo }: Cut): boolean => {
  const isLast = dayNumber(day) === dayNumber(to) - 1;
  return inside(day, { from, to }) && (upTo === undefined || !isLast || at(timestamp) < at(upTo));
};

export function movement(sale: Sale) {
  const product = sale.line_type === "PRODUCT";
  const sold = product && (sale.action === "ORDER" || sale.action === "UPDATE");
  const reversed = (product && sale.action === "RETURN") || sale.line_type === "ADJUSTMENT";
  const named = ["PRODUCT", "ADJUSTMENT", "SHIPPING", "TIP", "GIFT_CARD", "DUTY"].includes(sale.line_type);
  const withoutTax = sale.total - sale.tax;
  return {
    gross: sold ? withoutTax + sale.discount : 0,
    discounts: sold ? sale.discount : 0,
    reversals: reversed ? -withoutTax : 0,
    tips: sale.line_type === "TIP" ? withoutTax : 0,
    units: sold ? (sale.quantity ?? 0) : 0,
    returned: product && sale.action === "RETURN" ? Math.abs(sale.quantity ?? 0) : 0,
    charges:
      sale.tax + (sale.line_type === "SHIPPING" || sale.line_type === "DUTY" || !named ? withoutTax : 0),
  };
}

/** Net sales of goods whose cost is known, and that cost; what is given back for a whole order has one where all goods have. */
export function margin(sale: Sale, lines: readonly Line[]): { costed: number; cost: number } {
  const moved = movement(sale);
  const isGoods = sale.line_type === "PRODUCT" && ["ORDER", "UPDATE", "RETURN"].includes(sale.action);
  const line = lines.find(({ line_item_id }) => line_item_id === sale.line_item_id);
  const goods = lines.filter(({ gift_card }) => !gift_card);
  // What is of no line is of the whole order.
  const whole = sale.line_item_id === null;
  const known = whole
    ? goods.length > 0 && goods.every(({ unit_cost }) => unit_cost !== null)
    : (line?.unit_cost ?? null) !== null;
  if (!known || !(isGoods || sale.line_type === "ADJUSTMENT")) return { costed: 0, cost: 0 };
  const pieces = Math.abs(sale.quantity ?? 0) * (sale.action === "RETURN" ? -1 : 1);
  return {
    costed: moved.gross - moved.discounts - moved.reversals,
    cost: whole ? 0 : pieces * (line?.unit_cost ?? 0),
  };
}

export const add = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);

export function netBefore(buyer: Buyer, day: string): number {
  return add(
    buyer.orders.flatMap((order) =>
      order.sales
        .filter((sale) => sale.local_day < day)
        .map(movement)
        .map((moved) => moved.gross - moved.discounts - moved.reversals),
    ),
  );
}
