// What of a period's orders is in no figure, or not in this one, and how many there are of it: of the whole shop, whatever segment
// a figure is of.
import type { RowKind } from "../kpis/answer.ts";
import { cached } from "../kpis/cache.server.ts";
import { declarations, type KpiId } from "../kpis/catalogue.ts";
import { Params } from "../kpis/compile/params.ts";
import { countsGuests } from "../kpis/declared.ts";
import { factsOf, happenedIn } from "../kpis/loaded.server.ts";
import type { Period } from "../kpis/period.ts";
import type { Row, ShopView } from "../warehouse/warehouse.server.ts";

/** Why: it is a test; it is of gift cards alone; nobody known placed it; it is in another currency, on whichever day. */
export const omissions = ["tests", "gift_cards", "guests", "other_currency"] as const;
export type Omission = (typeof omissions)[number];

/** Orders alone that are something: what a period has none of is not told. */
export async function ordersLeftOut(
  view: ShopView,
  kpi: KpiId,
  row: RowKind,
  { from, to }: Period,
): Promise<{ why: Omission; orders: number }[]> {
  if (!happenedIn(kpi).includes("orders")) return [];
  const facts = factsOf(view);
  const found = await cached(facts, ["orders_left_out", from, to], async () => {
    const params = new Params();
    const count = (when: string) => `COUNT(CASE WHEN ${when} THEN 1 END)`;
    const sql = `SELECT ${count("test")} AS tests, ${count("NOT test AND gift_cards_only")} AS gift_cards,
  ${count("NOT test AND NOT COALESCE(gift_cards_only, FALSE) AND customer_id IS NULL")} AS guests,
  (SELECT COUNT(*) FROM removed WHERE kind = 'other_currency') AS other_currency
FROM orders WHERE local_day >= ${params.day(from)} AND local_day < ${params.day(to)}`;
    return (await facts.query<Row>(sql, params.values))[0] ?? {};
  });
  // A segment's figure is of customers anyway.
  const isGuestsOut = row === "total" && !countsGuests(declarations, kpi);
  return omissions
    .filter((why) => why !== "guests" || isGuestsOut)
    .map((why) => ({ why, orders: Number(found[why] ?? 0) }))
    .filter(({ orders }) => orders > 0);
}
