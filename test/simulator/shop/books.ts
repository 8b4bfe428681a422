// Adds up a simulated shop's agreements by the words of the definitions, as plainly as possible: what the golden shop's
// arithmetic by hand is checked against.
import type { Order, Sale } from "../../shopify/model.ts";
import type { Shop } from "../../shopify/shop.ts";
import type { GoldenPeriod, GoldenSums } from "../../tools/golden/expectations.ts";

const UPSELL_SECONDS = 90;

interface Movement {
  order: Order;
  sale: Sale;
  day: string;
  placed: boolean;
}

export function books(
  shop: Shop,
  from: string,
  to: string,
): Omit<GoldenPeriod, "retention" | "medians" | "pieces"> {
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone: shop.timeZone, dateStyle: "short" });
  const dayOf = (instant: string): string => format.format(new Date(instant));
  const orders = [...shop.orders.values()].filter((order) => !order.test);
  const movements = orders.flatMap((order) => movementsOf(order, dayOf));
  const sums = (some: readonly Order[]): GoldenSums => {
    const chosen = new Set(some);
    const inside = movements.filter((m) => chosen.has(m.order) && m.day >= from && m.day < to);
    const sumOf = (lines: readonly Sale["line"][], value: (sale: Sale) => number): number =>
      inside.reduce((sum, { sale }) => (lines.includes(sale.line) ? sum + value(sale) : sum), 0);
    const sold = (sale: Sale): boolean => sale.action !== "RETURN";
    const beforeTax = (sale: Sale): number => sale.total - sale.tax;
    const gross = sumOf(["PRODUCT"], (s) => (sold(s) ? beforeTax(s) + s.discountBeforeTax : 0));
    const discounts = sumOf(["PRODUCT"], (s) => (sold(s) ? s.discountBeforeTax : 0));
    const reversals =
      0 - sumOf(["PRODUCT"], (s) => (sold(s) ? 0 : beforeTax(s))) - sumOf(["ADJUSTMENT"], beforeTax);
    const placed = inside.filter(({ sale, placed: as }) => as && sale.line === "PRODUCT" && sold(sale));
    const apart = {
      shipping: sumOf(["SHIPPING"], beforeTax),
      taxes: inside.reduce((sum, { sale }) => sum + sale.tax, 0),
      duties: sumOf(["DUTY"], beforeTax),
      fees: sumOf(["FEE", "ADDITIONAL_FEE"], beforeTax),
    };
    const net = gross - discounts - reversals;
    return {
      gross_sales: gross,
      discounts,
      sales_reversals: reversals,
      net_sales: net,
      ...apart,
      tips: sumOf(["TIP"], beforeTax),
      total_sales: net + apart.shipping + apart.taxes + apart.duties + apart.fees,
      orders: some.filter((order) => within(dayOf(order.processedAt), from, to)).length,
      units_sold: sumOf(["PRODUCT"], (s) => (s.action === "ORDER" ? (s.quantity ?? 0) : 0)),
      placed_sales: placed.reduce((sum, { sale }) => sum + beforeTax(sale), 0),
    };
  };
  const ofCustomers = orders.filter((order) => order.customerId !== null);
  const buyersIn = (start: string, end: string): number[] =>
    ofCustomers
      .filter((order) => within(dayOf(order.processedAt), start, end))
      .map((order) => order.customerId ?? 0);
  const inside = buyersIn(from, to);
  const active = new Set(inside);
  const before = new Set(buyersIn("0000-01-01", from));
  const returning = [...active].filter((id) => before.has(id)).length;
  const known = new Set(ofCustomers);
  const toDate = movements.filter(
    ({ order, sale, day }) => known.has(order) && day < to && ["PRODUCT", "ADJUSTMENT"].includes(sale.line),
  );
  return {
    from,
    to,
    total: sums(orders),
    guests: sums(orders.filter((order) => order.customerId === null)),
    active_customers: active.size,
    new_customers: active.size - returning,
    returning_customers: returning,
    repeat_customers: [...active].filter((id) => inside.filter((one) => one === id).length >= 2).length,
    members_at_start: before.size,
    buyers: returning,
    members_at_end: new Set(buyersIn("0000-01-01", to)).size,
    value_to_date: toDate.reduce((sum, { sale }) => sum + sale.total - sale.tax, 0),
  };
}

const within = (day: string, from: string, to: string): boolean => day >= from && day < to;

function movementsOf(order: Order, dayOf: (instant: string) => string): Movement[] {
  return order.agreements.flatMap((agreement) => {
    const at = agreement.reason === "ORDER" ? order.processedAt : agreement.happenedAt;
    const seconds = (Date.parse(at) - Date.parse(order.processedAt)) / 1000;
    const placed =
      agreement.reason === "ORDER" || (agreement.reason === "ORDER_EDIT" && seconds <= UPSELL_SECONDS);
    return agreement.sales.map((sale) => ({ order, sale, day: dayOf(at), placed }));
  });
}
