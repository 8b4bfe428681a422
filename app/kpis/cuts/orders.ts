// Ways to group orders rather than customers: each by what the order itself was, so that a customer's orders may be in several.
import { type Called, OTHER, UNKNOWN } from "../segmentations/segmentation.ts";
import { channelInSql, countryInSql } from "../../warehouse/names.ts";

/** Groups by rules over columns of `orders`: the first that holds wins, and the last catches the rest. */
interface RuledOrders {
  kind: "ruled";
  groups: readonly { id: string; when: string }[];
}

/** One group for each value of a column of `orders`. */
interface ValuedOrders {
  kind: "valued";
  value: string;
  /** How many values get a group of their own; the rest is "other". By all orders, so that ids stay the same when the period changes. */
  limit: number;
  called: Called;
}

export type OrderCut = RuledOrders | ValuedOrders;

export const orderCuts = {
  order_channel: {
    kind: "valued",
    value: channelInSql("channel"),
    limit: 12,
    called: "channel",
  },
  order_country: {
    kind: "valued",
    value: countryInSql("country"),
    limit: 12,
    called: "country",
  },
  order_discount: {
    kind: "ruled",
    groups: [
      { id: "discounted", when: "placed_discount > 0" },
      { id: "full_price", when: "TRUE" },
    ],
  },
  order_place: {
    kind: "ruled",
    groups: [
      { id: "pos", when: "pos" },
      { id: "other_places", when: "channel IS NOT NULL" },
      { id: "unknown", when: "TRUE" },
    ],
  },
} as const satisfies Record<string, OrderCut>;

export type OrderCutId = keyof typeof orderCuts;

export const orderCutOf = (id: OrderCutId): OrderCut => orderCuts[id];

/** The groups in order: as declared, or the most orders first with the rest and the unknown last. */
export function listedOrders(
  by: OrderCutId,
  orders: ReadonlyMap<string, number>,
): { id: string; name: { by: OrderCutId; segment: string } }[] {
  const cut = orderCutOf(by);
  const named = (segment: string) => ({ id: segment, name: { by, segment } });
  if (cut.kind === "ruled")
    return cut.groups.filter(({ id }) => id !== UNKNOWN || orders.has(id)).map(({ id }) => named(id));
  const rank = (id: string) => (id === UNKNOWN ? 2 : id === OTHER ? 1 : 0);
  const count = (id: string) => orders.get(id) ?? 0;
  return [...orders.keys()]
    .sort((a, b) => rank(a) - rank(b) || count(b) - count(a) || (a < b ? -1 : 1))
    .map(named);
}
