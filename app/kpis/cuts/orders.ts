// Ways to group orders rather than customers: each by what the order itself was, so that a customer's orders may be in several.
import { OTHER, UNKNOWN } from "../segmentations/segmentation.ts";
import { channelInSql, channelName, countryInSql, countryName } from "../names.ts";

interface Common {
  label: string;
  description: string;
}

/** Groups by rules over columns of `orders`: the first that holds wins, and the last catches the rest. */
interface RuledOrders extends Common {
  kind: "ruled";
  groups: readonly { id: string; label: string; description: string; when: string }[];
}

/** One group for each value of a column of `orders`. */
interface ValuedOrders extends Common {
  kind: "valued";
  value: string;
  /** How many values get a group of their own; the rest is "other". By all orders, so that ids stay the same when the period changes. */
  limit: number;
  valueLabel: (value: string) => string;
  otherLabel: string;
}

export type OrderCut = RuledOrders | ValuedOrders;

export const orderCuts = {
  order_channel: {
    kind: "valued",
    label: "Channel of the order",
    description: "The sales channel of each order itself, whatever its customer's first one was.",
    value: channelInSql("channel"),
    limit: 12,
    valueLabel: channelName,
    otherLabel: "Other channels",
  },
  order_country: {
    kind: "valued",
    label: "Country of the order",
    description: "The country that each order was shipped to, or billed to where nothing was shipped.",
    value: countryInSql("country"),
    limit: 12,
    valueLabel: (value) => countryName(value, "en"),
    otherLabel: "Other countries",
  },
  order_discount: {
    kind: "ruled",
    label: "Discount on the order",
    description: "Whether an order was placed with a discount.",
    groups: [
      {
        id: "discounted",
        label: "With a discount",
        description: "Orders placed with a discount above 0.",
        when: "placed_discount > 0",
      },
      {
        id: "full_price",
        label: "At full price",
        description: "Orders placed without a discount.",
        when: "TRUE",
      },
    ],
  },
  order_place: {
    kind: "ruled",
    label: "Web or point of sale",
    description: "Whether an order was placed at a point of sale or elsewhere, by its sales channel.",
    groups: [
      {
        id: "pos",
        label: "Point of sale",
        description: "Orders of the channels of Shopify's point of sale.",
        when: "pos",
      },
      {
        id: "other_places",
        label: "Web and other channels",
        description: "Orders of any other channel.",
        when: "channel IS NOT NULL",
      },
      {
        id: "unknown",
        label: "Unknown",
        description: "Orders of which Shopify names no channel.",
        when: "TRUE",
      },
    ],
  },
} as const satisfies Record<string, OrderCut>;

export type OrderCutId = keyof typeof orderCuts;

export const orderCutOf = (id: OrderCutId): OrderCut => orderCuts[id];

/** The groups in order: as declared, or the most orders first with the rest and the unknown last. */
export function listedOrders(
  cut: OrderCut,
  orders: ReadonlyMap<string, number>,
): { id: string; label: string }[] {
  if (cut.kind === "ruled")
    return cut.groups
      .filter(({ id }) => id !== UNKNOWN || orders.has(id))
      .map(({ id, label }) => ({ id, label }));
  const rank = (id: string) => (id === UNKNOWN ? 2 : id === OTHER ? 1 : 0);
  const count = (id: string) => orders.get(id) ?? 0;
  return [...orders.keys()]
    .sort((a, b) => rank(a) - rank(b) || count(b) - count(a) || (a < b ? -1 : 1))
    .map((id) => ({
      id,
      label: id === OTHER ? cut.otherLabel : id === UNKNOWN ? "Unknown" : cut.valueLabel(id),
    }));
}
