// How the parts of a change are called, and how their amounts are written.
import { declaredId, type KpiId, kpis } from "../kpis/catalogue.ts";
import { formatDifference, formatPoints, type Signed } from "../kpis/format.ts";
import type { Unit } from "../kpis/kpi.ts";
import { kpiInSentence, kpiLabel } from "../kpis/kpi-words.server.ts";
import { say, type WordId } from "../words/words.server.ts";
import type { Effect } from "../why/effect.ts";
import { isBeyondChance } from "../why/effect.ts";
import type { PartId } from "../why/parts.ts";
import type { Place } from "./wording.server.ts";

/** Steps that have a name of their own, by "what ÷ of what". */
const NAMED: ReadonlyMap<string, WordId & `whyPart.${string}`> = new Map([
  ["members", "whyPart.members"],
  ["active_customers ÷ members", "whyPart.buyers"],
  ["active_customers", "whyPart.firstBuyers"],
  ["orders ÷ active_customers", "whyPart.orders"],
  ["sales_after_discounts ÷ orders", "whyPart.orderValue"],
  ["units_sold ÷ orders", "whyPart.unitsPerOrder"],
  ["net_sales ÷ sales_after_discounts", "whyPart.reversals"],
  ["total_sales ÷ net_sales", "whyPart.beside"],
  ["gross_margin ÷ costed_sales", "whyPart.costs"],
] as const);

/** A part as an address names it. */
export const barId = (part: PartId): string =>
  "other" in part ? part.other : `${part.step}.${part.of ?? ""}`;

/** @param isOfOrders the rows are groups of orders, so that orders without a customer are not meant alone */
export function partLabel(place: Place, kpi: KpiId, part: PartId, isOfOrders: boolean): string {
  if ("other" in part)
    return part.other === "rate"
      ? say(place, "whyPart.rate", { kpi: kpiInSentence(place, kpi) })
      : say(place, `whyPart.${part.other}`);
  const { step, of } = part;
  if (step === "orders" && of === null)
    return say(place, isOfOrders ? "whyPart.ownOrders" : "whyPart.guestOrders");
  const named = NAMED.get(of === null ? step : `${step} ÷ ${of}`);
  if (named !== undefined) return say(place, named as "whyPart.members");
  const what = kpiLabel(place, declaredId(step));
  return of === null ? what : say(place, "whyPart.each", { what, of: kpiInSentence(place, declaredId(of)) });
}

/** A difference in the KPI's unit: "+$15.00", "−1.9 points". */
export function amountText(place: Place, kpi: KpiId, amount: number, sign: Signed = "exceptZero"): string {
  const { unit } = kpis[kpi];
  return unit === "rate"
    ? say(place, "figure.points", { difference: formatPoints(amount, place, sign) })
    : formatDifference(amount, unit, place, sign);
}

/** The least that is written of a difference: parts are rounded to it. */
export const STEP: Readonly<Record<Unit, number>> = {
  money: 1,
  count: 1,
  rate: 0.001,
  days: 0.1,
  ratio: 0.01,
};

export function effectRange(place: Place, kpi: KpiId, { low, high }: Effect): string | null {
  if (low === null || high === null) return null;
  return say(place, "figure.roughlyBetween", {
    low: amountText(place, kpi, low),
    high: amountText(place, kpi, high),
  });
}

/** Whether a part is unlikely to be chance; null where that is not told. */
export const isReal = (effect: Effect): boolean | null =>
  effect.low === null || effect.high === null ? null : isBeyondChance(effect);
