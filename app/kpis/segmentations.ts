// Every segmentation, declared once: an ordered list over what is known of a customer at an instant. The first match
// wins and the last segment catches the rest, so segments never overlap and always cover every customer with an order.
import { channelName, countryName } from "./format.ts";

/** Columns of `customer_history`, the state at the start of a day: what a segment's rule may speak of. */
type Fact = "orders" | "net" | "first_day" | "last_day" | "first_channel" | "first_country";

export interface Segment {
  id: string;
  label: string;
  description: string;
  /** SQL over facts and scores; the last segment's is TRUE. */
  when: string;
}

interface Common {
  label: string;
  description: string;
}

/** Rules written by us. */
export interface RuledSegmentation extends Common {
  kind: "ruled";
  /** Quintile scores 1-5 a rule may speak of, by the fact they rank; larger is better. */
  scores: Readonly<Record<string, Fact>>;
  segments: readonly Segment[];
}

/** One segment for each value found in the shop's data. */
export interface ValuedSegmentation extends Common {
  kind: "valued";
  /** SQL text of a customer's value. */
  value: string;
  /** How many values get a segment of their own; the rest is "other". By today's members, so that ids stay the same when the period changes. */
  limit: number;
  order: "members" | "newest";
  valueLabel: (value: string) => string;
  otherLabel: string;
}

export type Segmentation = RuledSegmentation | ValuedSegmentation;

export const NO_ORDER = {
  id: "none",
  label: "No order yet / new",
  description:
    "Customers without an order by then. Its buyers are the period's new customers; records created inside the period are in the row, not among its members.",
} as const;

export const GUEST = {
  id: "guest",
  label: "No customer",
  description:
    "Orders without a customer record. Each counts on its own; they are in no figure per customer.",
} as const;

export const TOTAL = { id: "total", label: "All customers" } as const;

/** Ids of the segments that catch what a value-based segmentation does not name. */
export const OTHER = "other";
export const UNKNOWN = "unknown";

export const segmentations = {
  rfm: {
    kind: "ruled",
    label: "RFM",
    description:
      "How recently (R), how often (F) and for how much (M) customers bought, each scored 1 to 5 by the shop's own quintiles; FM is the mean of F and M. Groups are relative: their sizes cannot show that the whole shop grows or shrinks.",
    scores: { r: "last_day", f: "orders", m: "net" },
    // FM > 2, 3, 4 is written f + m > 4, 6, 8.
    segments: [
      {
        id: "champions",
        label: "Champions",
        description: "Bought very recently, often and for the most (R 5, FM above 3).",
        when: "r = 5 AND f + m > 6",
      },
      {
        id: "loyal",
        label: "Loyal",
        description: "Buy often and for much, last time a while ago (R 3 or 4, FM above 3).",
        when: "r IN (3, 4) AND f + m > 6",
      },
      {
        id: "active",
        label: "Active",
        description: "Bought recently, with some history (R 4 or 5, FM above 2).",
        when: "r IN (4, 5) AND f + m > 4",
      },
      {
        id: "new",
        label: "New",
        description: "Bought very recently, with little history (R 5, FM 2 or less).",
        when: "r = 5",
      },
      {
        id: "promising",
        label: "Promising",
        description: "Bought recently, with little history (R 4, FM 2 or less).",
        when: "r = 4",
      },
      {
        id: "needs_attention",
        label: "Needs attention",
        description: "Have not bought for a while, with little or average history (R 3, FM 3 or less).",
        when: "r = 3",
      },
      {
        id: "previously_loyal",
        label: "Previously loyal",
        description: "Long silent, with very strong history (R 1 or 2, FM above 4).",
        when: "f + m > 8",
      },
      {
        id: "at_risk",
        label: "At risk",
        description: "Long silent, with strong history (R 1 or 2, FM above 3).",
        when: "f + m > 6",
      },
      {
        id: "almost_lost",
        label: "Almost lost",
        description: "Silent for long, with little history (R 2, FM 3 or less).",
        when: "r = 2",
      },
      {
        id: "dormant",
        label: "Dormant",
        description: "Silent for longest, with little history (R 1, FM 3 or less).",
        when: "TRUE",
      },
    ],
  },
  order_count: {
    kind: "ruled",
    label: "Number of orders",
    description: "How many orders customers had placed.",
    scores: {},
    segments: [
      { id: "1", label: "1 order", description: "Customers with exactly 1 order.", when: "orders = 1" },
      { id: "2", label: "2 orders", description: "Customers with exactly 2 orders.", when: "orders = 2" },
      { id: "3", label: "3 orders", description: "Customers with exactly 3 orders.", when: "orders = 3" },
      { id: "4-5", label: "4–5 orders", description: "Customers with 4 or 5 orders.", when: "orders <= 5" },
      {
        id: "6-10",
        label: "6–10 orders",
        description: "Customers with 6 to 10 orders.",
        when: "orders <= 10",
      },
      {
        id: "11-plus",
        label: "11 or more orders",
        description: "Customers with 11 or more orders.",
        when: "TRUE",
      },
    ],
  },
  country: {
    kind: "valued",
    label: "Country of first order",
    description: "The country of a customer's first order.",
    value: "first_country",
    limit: 12,
    order: "members",
    valueLabel: (value) => countryName(value, "en"),
    otherLabel: "Other countries",
  },
  channel: {
    kind: "valued",
    label: "Channel of first order",
    description: "The sales channel of a customer's first order.",
    value: "first_channel",
    limit: 12,
    order: "members",
    valueLabel: channelName,
    otherLabel: "Other channels",
  },
  first_order_year: {
    kind: "valued",
    label: "Year of first order",
    description: "The year of a customer's first order.",
    value: "CAST(CAST(date_part('year', first_day) AS INTEGER) AS VARCHAR)",
    limit: 15,
    order: "newest",
    valueLabel: (value) => value,
    otherLabel: "Earlier",
  },
} satisfies Record<string, Segmentation>;

export type SegmentationId = keyof typeof segmentations;

export function segmentationOf(id: SegmentationId): Segmentation {
  return segmentations[id];
}

/** The label of a segment of a value-based segmentation. */
export function valueLabelOf(segmentation: ValuedSegmentation, id: string): string {
  if (id === OTHER) return segmentation.otherLabel;
  return id === UNKNOWN ? "Unknown" : segmentation.valueLabel(id);
}
