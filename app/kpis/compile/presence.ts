// Who bought in which of two periods: the same customers in both, somebody for the first time, somebody again, somebody no more.
import { literal } from "./members.ts";

/** "neither": who ordered in neither, and of whom something moved all the same, such as a return. */
export const presences = ["both", "first", "back", "gone", "neither", "guest"] as const;
export type Presence = (typeof presences)[number];

/** The column of a row that says who it is. */
export const PRESENCE = "presence";

/** What a statement must have the sums of, so that it can say so: orders, and customers whose first order it was. */
export const PRESENCE_SUMS = ["orders", "new_customers"] as const;

/**
 * Over a row of people that has those sums of both periods.
 * @param segment SQL of the row's segment
 * @param guest that of guests
 */
export function presence(segment: string, guest: string): string {
  const of: Record<Exclude<Presence, "neither">, string> = {
    guest: `${segment} = ${guest}`,
    both: "orders_now > 0 AND orders_then > 0",
    first: "new_customers_now > 0",
    back: "orders_now > 0",
    gone: "orders_then > 0",
  };
  const whens = (["guest", "both", "first", "back", "gone"] as const).map(
    (who) => `WHEN ${of[who]} THEN ${literal(who)}`,
  );
  return `CASE ${whens.join(" ")} ELSE ${literal("neither")} END`;
}
