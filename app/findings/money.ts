// What a change means in net sales: of what is a part of them, itself; of orders and customers, what one of them brings; of a
// rate, its change times what it is a rate of.
import { type DeclaredId, declaredId, type KpiId, kpis } from "../kpis/catalogue.ts";
import type { Slice, Sums } from "../kpis/sums.ts";

/** "each": one brings what net sales there are for one of them. */
const WORTH: ReadonlyMap<DeclaredId, 1 | -1 | "each"> = new Map<DeclaredId, 1 | -1 | "each">([
  ["net_sales", 1],
  ["member_sales", 1],
  ["gross_sales", 1],
  ["sales_as_placed", 1],
  ["discounts", -1],
  ["sales_reversals", -1],
  ["orders", "each"],
  ["member_orders", "each"],
  ["active_customers", "each"],
  ["buying_members", "each"],
  ["units_sold", "each"],
  ["units_as_placed", "each"],
]);
const SALES = "net_sales" satisfies DeclaredId;

/** In minor units, both periods counting alike; null where there is no honest one, as of a share of returning customers. */
export function moneyOf(kpi: KpiId, change: number, sums: Pick<Sums, "sum">): number | null {
  const { numerator, denominator } = kpis[kpi];
  const worth = WORTH.get(numerator);
  if (worth === undefined || denominator?.over === "shop") return null;
  const middle = (of: (slice: Slice) => number) => (of("now") + of("then")) / 2;
  const base = denominator === null ? 1 : middle((slice) => sums.sum(declaredId(denominator.of), slice));
  const one = worth === "each" ? middle((slice) => each(sums, numerator, slice)) : worth;
  const money = change * base * one;
  return Number.isFinite(money) ? money : null;
}

const each = (sums: Pick<Sums, "sum">, name: string, slice: Slice): number =>
  sums.sum(SALES, slice) / sums.sum(name, slice);
