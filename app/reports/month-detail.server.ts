// A month that differs from Shopify's own figures: by how much in each, what explains it, or what may play a part.
import { formatValue } from "../kpis/format.ts";
import type { Unit } from "../kpis/kpi.ts";
import type { ChecksState } from "../reconcile/reconcile.server.ts";
import type { Place } from "./wording.server.ts";

export type MonthState = ChecksState["months"][number];
export type Measure = keyof MonthState["ours"];

export interface MonthDetail {
  figures: readonly { label: string; shopify: string; ours: string; difference: string }[];
  parts: readonly {
    text: string;
    amounts: string;
    orders: readonly { id: number; name: string }[];
  }[];
  /** Of what is not explained: that it is so, and what `parts` then are. */
  unexplained: string | null;
}

export const MEASURES: Readonly<Record<string, readonly [label: string, unit: Unit]>> = {
  orders: ["Orders", "count"],
  gross: ["Gross sales", "money"],
  discounts: ["Discounts", "money"],
  reversals: ["Sales reversals", "money"],
  net: ["Net sales", "money"],
  taxes: ["Taxes", "money"],
  total: ["Total sales", "money"],
};

/** What is said of a cause that gives the difference, and of one that may play a part. */
const CAUSES: Readonly<Record<string, readonly [found: string, possible: string]>> = {
  late: [
    "Shopify's report had not yet shown the last five minutes.",
    "Movements of the five minutes before Shopify was asked",
  ],
  test_orders: [
    "Test orders: Shopify's report counts them, the app leaves all of them out.",
    "Test orders, which the app leaves out",
  ],
  gift_cards: [
    "Gift cards sold: Shopify's report counts them as sales, the app doesn't.",
    "Gift cards sold, which are no sales here",
  ],
  gift_card_orders: [
    "Orders of gift cards only: Shopify's report counts them as orders, the app doesn't.",
    "Orders of gift cards only, which are no orders here",
  ],
  tips: ["Tips: Shopify's report counts them, the app doesn't.", "Tips, which are no sales here"],
  edits: [
    "Edited orders: Shopify's report books the edit on the order's day, the app on the day of the edit.",
    "Edits made in another month than their order",
  ],
  time_zone: [
    "Time zone: Shopify's report cuts the month at midnight UTC, the app at the shop's midnight.",
    "Movements near midnight, which fall into another month by UTC",
  ],
  imports: [
    "Imported orders: Shopify's report books them on the day they were entered, the app on the day they were placed.",
    "Orders entered in another month than they were placed",
  ],
  gaps: [
    "Orders whose movements don't add up to Shopify's total.",
    "Orders whose movements don't add up to Shopify's total",
  ],
  set_aside: [
    "Orders whose data can't be used: see the changes not followed.",
    "Orders whose data can't be used, with amounts that nobody here knows",
  ],
  unknown_lines: [
    "Movements of a kind that the app doesn't know: Shopify's report leaves them out.",
    "Movements of a kind that the app doesn't know",
  ],
  derived: [
    "Orders without dated movements.",
    "Orders without dated movements, built from lines and refunds",
  ],
};

const isMeasure = (name: string): name is Measure => name in MEASURES;

/** An amount or number of a measure. */
export function textOf(measure: string, value: number, place: Place, signed = false): string {
  const text = formatValue(value, MEASURES[measure]?.[1] ?? "count", place);
  return signed && value > 0 ? `+${text}` : text;
}

export function detailOf({ shopify, ours, parts, verdict }: MonthState, place: Place): MonthDetail {
  const measures = Object.keys(MEASURES).filter(isMeasure);
  const differing = measures.filter(
    (measure) => shopify[measure] !== undefined && shopify[measure] !== ours[measure],
  );
  const counted = verdict === "explained";
  return {
    figures: differing.map((measure) => {
      const [theirs, mine] = [Number(shopify[measure] ?? 0), Number(ours[measure] ?? 0)];
      return {
        label: MEASURES[measure]?.[0] ?? measure,
        shopify: textOf(measure, theirs, place),
        ours: textOf(measure, mine, place),
        difference: textOf(measure, theirs - mine, place, true),
      };
    }),
    parts: parts.map(({ id, amounts, orders }) => ({
      text: CAUSES[id]?.[counted ? 0 : 1] ?? id,
      // A cause alone is the whole difference, which stands above.
      amounts: (counted && parts.length === 1 ? [] : measures)
        .filter((measure) => shopify[measure] !== undefined && amounts[measure] !== 0)
        .map(
          (measure) =>
            `${MEASURES[measure]?.[0].toLowerCase()} ${textOf(measure, Number(amounts[measure] ?? 0), place, true)}`,
        )
        .join(", "),
      orders,
    })),
    unexplained: counted
      ? null
      : parts.length > 0
        ? "Not explained. None of what follows gives exactly the difference, alone or together; each may play a part."
        : "Not explained. Nothing that the app can compute gives this difference.",
  };
}
