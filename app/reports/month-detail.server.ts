// A month that differs from Shopify's own figures: by how much in each, what explains it, or what may play a part.
import { formatValue } from "../kpis/format.ts";
import type { ChecksState } from "../reconcile/reconcile.server.ts";
import { causes } from "../words/server/months.ts";
import { say } from "../words/words.server.ts";
import type { Place } from "./wording.server.ts";

export type MonthState = ChecksState["months"][number];
export type Measure = (typeof MEASURES)[number];

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

const MEASURES = ["orders", "gross", "discounts", "reversals", "net", "taxes", "total"] as const;

const isCause = (id: string): id is CauseId => Object.hasOwn(causes, id);
type CauseId = Exclude<keyof typeof causes, `${string}Possible`>;

/** An amount or number of a measure. */
export function textOf(measure: Measure, value: number, place: Place, signed = false): string {
  const text = formatValue(value, measure === "orders" ? "count" : "money", place);
  return signed && value > 0 ? `+${text}` : text;
}

export function detailOf({ shopify, ours, parts, verdict }: MonthState, place: Place): MonthDetail {
  const differing = MEASURES.filter(
    (measure) => shopify[measure] !== undefined && shopify[measure] !== ours[measure],
  );
  const counted = verdict === "explained";
  return {
    figures: differing.map((measure) => {
      const [theirs, mine] = [Number(shopify[measure] ?? 0), Number(ours[measure] ?? 0)];
      return {
        label: say(place, `monthDetail.${measure}`),
        shopify: textOf(measure, theirs, place),
        ours: textOf(measure, mine, place),
        difference: textOf(measure, theirs - mine, place, true),
      };
    }),
    parts: parts.map(({ id, amounts, orders }) => ({
      text: isCause(id) ? say(place, `causes.${id}${counted ? "" : "Possible"}`) : id,
      // A cause alone is the whole difference, which stands above.
      amounts: (counted && parts.length === 1 ? [] : MEASURES)
        .filter((measure) => shopify[measure] !== undefined && amounts[measure] !== 0)
        .map((measure) =>
          say(place, `monthDetail.${measure}By`, {
            amount: textOf(measure, Number(amounts[measure] ?? 0), place, true),
          }),
        )
        .join(", "),
      orders,
    })),
    unexplained: counted
      ? null
      : parts.length > 0
        ? say(place, "monthDetail.mayPlayAPart")
        : say(place, "monthDetail.nothing"),
  };
}
