// What of a period's orders is in no figure, or not in this one, and how many there are of it: of the whole shop, whatever segment
// a figure is of.
import type { RowKind } from "../kpis/answer.ts";
import { cached } from "../kpis/cache.server.ts";
import { declarations, type KpiId } from "../kpis/catalogue.ts";
import { Params } from "../kpis/compile/params.ts";
import { countsGuests } from "../kpis/declared.ts";
import { factsOf, happenedIn } from "../kpis/loaded.server.ts";
import type { Period } from "../kpis/period.ts";
import { row as ledger, sum } from "../warehouse/merge/ledger.ts";
import type { Row, ShopView } from "../warehouse/warehouse.server.ts";

/**
 * Why: it is a test; the merchant chose so; it is of gift cards alone; nobody known placed it; it is in another currency, on
 * whichever day.
 */
export const omissions = ["tests", "excluded", "gift_cards", "guests", "other_currency"] as const;
export type Omission = (typeof omissions)[number];

export interface LeftOut {
  why: Omission;
  orders: number;
  /** Net sales of what the merchant chose, in the period, whenever it was ordered. */
  net: number | null;
}

/** What a period has none of is not told. */
export async function ordersLeftOut(
  view: ShopView,
  kpi: KpiId,
  row: RowKind,
  { from, to }: Period,
): Promise<LeftOut[]> {
  if (!happenedIn(kpi).includes("orders")) return [];
  const facts = factsOf(view);
  const found = await cached(facts, ["orders_left_out", from, to], async () => {
    const params = new Params();
    const count = (when: string) => `COUNT(CASE WHEN ${when} THEN 1 END)`;
    const days = `local_day >= ${params.day(from)} AND local_day < ${params.day(to)}`;
    const counted = "NOT test AND NOT excluded";
    const chosen = `SELECT order_id FROM orders WHERE NOT test AND excluded
    UNION ALL SELECT order_id FROM earlier_orders WHERE excluded`;
    const sql = `SELECT ${count("test")} AS tests, ${count("NOT test AND excluded")} AS excluded,
  ${count(`${counted} AND gift_cards_only`)} AS gift_cards,
  ${count(`${counted} AND NOT COALESCE(gift_cards_only, FALSE) AND customer_id IS NULL`)} AS guests,
  (SELECT COUNT(*) FROM removed WHERE kind = 'other_currency') AS other_currency,
  (SELECT ${sum(ledger.net)} FROM sales WHERE ${days} AND order_id IN (${chosen})) AS excluded_net
FROM orders WHERE ${days}`;
    return (await facts.query<Row>(sql, params.values))[0] ?? {};
  });
  // A segment's figure is of customers anyway.
  const isGuestsOut = row === "total" && !countsGuests(declarations, kpi);
  return omissions
    .filter((why) => why !== "guests" || isGuestsOut)
    .map((why) => ({
      why,
      orders: Number(found[why] ?? 0),
      net: why === "excluded" ? Number(found["excluded_net"] ?? 0) : null,
    }))
    .filter(({ orders, net }) => orders > 0 || (net ?? 0) !== 0);
}
