// Why a month here may differ from Shopify's: every cause that can be computed is tried, alone and together, and named only
// when it gives the difference to the coin in every figure at once. Anything else stays unexplained.
import type { Figures } from "./figures.ts";

/** What Shopify's figures would have more than ours if it counted so. */
export type Amounts = Required<Figures>;
export type Measure = keyof Amounts;
export const measures: readonly Measure[] = [
  "orders",
  "gross",
  "discounts",
  "reversals",
  "net",
  "taxes",
  "total",
];

export const nothing = (): Amounts => ({
  orders: 0,
  gross: 0,
  discounts: 0,
  reversals: 0,
  net: 0,
  taxes: 0,
  total: 0,
});

export type CauseId =
  | "late"
  | "test_orders"
  | "gift_cards"
  | "gift_card_orders"
  | "tips"
  | "edits"
  | "time_zone"
  | "imports"
  | "gaps"
  | "set_aside"
  | "unknown_lines"
  | "derived";

export interface Cause {
  id: CauseId;
  amounts: Amounts;
  /** Some of the orders behind it. */
  orders: readonly { id: number; name: string }[];
}

export interface Part extends Cause {
  /** True: it is a part of the difference. False: it is there, and may play a part in what is not explained. */
  counted: boolean;
}

export type Verdict = "agrees" | "explained" | "differs" | "not_comparable";

/** Of these no amount can say what Shopify makes of them. */
const HINTS: readonly CauseId[] = ["derived"];

/** `shopify` may lack figures; only those it has are compared. */
export function explain(
  shopify: Figures,
  ours: Figures,
  causes: readonly Cause[],
): { verdict: Verdict; parts: Part[] } {
  const compared = measures.filter((measure) => shopify[measure] !== undefined);
  const missing = compared.map((measure) => (shopify[measure] ?? 0) - (ours[measure] ?? 0));
  if (missing.every((difference) => difference === 0)) return { verdict: "agrees", parts: [] };
  const present = causes.filter((cause) => compared.some((measure) => cause.amounts[measure] !== 0));
  const able = present.filter((cause) => !HINTS.includes(cause.id));
  const found = subsets(able).find((subset) =>
    compared.every(
      (measure, index) => subset.reduce((sum, cause) => sum + cause.amounts[measure], 0) === missing[index],
    ),
  );
  return found
    ? { verdict: "explained", parts: found.map((cause) => ({ ...cause, counted: true })) }
    : { verdict: "differs", parts: present.map((cause) => ({ ...cause, counted: false })) };
}

/** All but the empty one, the smallest first. */
function subsets<T>(all: readonly T[]): T[][] {
  const found: T[][] = [];
  for (let mask = 1; mask < 2 ** all.length; mask += 1)
    found.push(all.filter((_, index) => (mask & (1 << index)) !== 0));
  return found.sort((a, b) => a.length - b.length);
}
