// What is said of figures: how they changed and whether by chance, between what they lie, and why one is not told.
import { type Reader, say, type WordId } from "../words/words.server.ts";
import type { KpiCell, Reason } from "./answer.ts";
import { type KpiId, kpis } from "./catalogue.ts";
import { MIN_CUSTOMERS, MIN_EVENTS } from "./estimates/gates.ts";
import {
  BLANK,
  type FormatAt,
  formatDifference,
  formatPercent,
  formatPoints,
  formatValue,
  type Signed,
} from "./format.ts";
import type { Unit } from "./kpi.ts";
import { kpiInSentence, kpiLabel } from "./kpi-words.server.ts";

type Compared = Pick<KpiCell, "change" | "previous">;

/** Of a figure that was 0. */
export const isNew = ({ change, previous }: Compared, unit: Unit): boolean =>
  unit !== "rate" && change?.relative === null && Boolean(change.absolute) && previous === 0;

/**
 * Rates in points ("+1.9 points"), everything else in percent ("−12.5%"); "new" from 0, the difference itself from below 0;
 * "–" when there is no change to tell.
 */
export function changeText(cell: Compared, unit: Unit, at: FormatAt, sign: Signed = "exceptZero"): string {
  const { change } = cell;
  if (change === null || change.absolute === null) return BLANK;
  if (unit === "rate")
    return say(at, "figure.points", { difference: formatPoints(change.absolute, at, sign) });
  if (change.relative !== null) return formatPercent(change.relative, at, sign);
  if (change.absolute === 0) return formatPercent(0, at, sign);
  return isNew(cell, unit) ? say(at, "figure.new") : formatDifference(change.absolute, unit, at, sign);
}

type Bounds = Pick<KpiCell, "low" | "high" | "sureness">;

const RANGES = {
  plain: { sure: "figure.between", rough: "figure.roughlyBetween" },
  sentence: { sure: "figure.sureRange", rough: "figure.roughRange" },
} as const;

/**
 * "$41.20 to $46.90", "roughly 12% to 77%", or null without a range; as a sentence "95% range: $41.20 to $46.90", "Rough range:
 * 12% to 77%".
 */
export function rangeText(
  { low, high, sureness }: Bounds,
  unit: Unit,
  at: FormatAt,
  as: keyof typeof RANGES = "plain",
): string | null {
  if (low === null || high === null || sureness === null) return null;
  return say(at, RANGES[as][sureness], {
    low: formatValue(low, unit, at),
    high: formatValue(high, unit, at),
  });
}

/** A change's range as changeText writes changes: "−1.1 to +4.9 points", "−3.0% to +8.1%". */
export function changeRangeText({ change, previous }: Compared, unit: Unit, at: FormatAt): string | null {
  if (change === null || change.low === null || change.high === null) return null;
  const { low, high, absolute, relative } = change;
  if (unit === "rate")
    return say(at, "figure.pointsBetween", { low: formatPoints(low, at), high: formatPoints(high, at) });
  // What the change is a percentage of: by the day, the previous figure made as long as this one.
  const base =
    relative === null ? null : change.perDay && relative !== 0 ? (absolute ?? 0) / relative : previous;
  // A loss of more than all there was is told in amounts: below −100 % nobody can imagine anything.
  const inPercent = base !== null && base > 0 && low >= -base;
  const text = (bound: number) =>
    inPercent ? formatPercent(bound / base, at) : formatDifference(bound, unit, at);
  return say(at, "figure.between", { low: text(low), high: text(high) });
}

/** The verdict in the fixed words, or why there is none; null when there is nothing to say. */
export function verdictText(
  cell: KpiCell,
  id: KpiId,
  at: FormatAt,
  of: "change" | "difference" = "change",
): string | null {
  const { change } = cell;
  if (change === null) return null;
  const range = changeRangeText(cell, kpis[id].unit, at);
  switch (change.verdict) {
    case "noise":
      return range === null ? say(at, "figure.noise") : say(at, "figure.noiseWithin", { range });
    case "more_than_noise":
      return range === null
        ? say(at, "figure.moreThanNoise")
        : say(at, of === "change" ? "figure.moreThanNoiseWithin" : "figure.moreThanNoiseApart", { range });
    default:
      return change.reason === null ? null : reasonText(at, change.reason, { kpi: id, cell });
  }
}

/** For a narrow column, where the reason is longer than that. */
const SHORT = {
  history_incomplete: "shortReason.history_incomplete",
  not_by_order: "shortReason.not_by_order",
  not_by_recency: "shortReason.not_by_recency",
  customers_hidden: "shortReason.customers_hidden",
  history_not_kept: "shortReason.history_not_kept",
  not_recorded: "shortReason.not_recorded",
  not_recorded_then: "shortReason.not_recorded_then",
  not_by_segment: "shortReason.not_by_segment",
  not_mature: "shortReason.not_mature",
  not_positive: "shortReason.not_positive",
} as const satisfies Partial<Record<Reason, WordId>>;
const isShort = (reason: Reason): reason is keyof typeof SHORT => Object.hasOwn(SHORT, reason);

interface Lacking {
  /** Whose figure it is. */
  kpi?: KpiId;
  /** Its n and events tell which minimum is missed. */
  cell?: Pick<KpiCell, "n" | "events">;
  /** In few words; none at all where a row never has the figure. */
  short?: boolean;
}

/** Why a figure, or its verdict, is missing. */
export function reasonText(
  place: Reader,
  reason: Reason,
  { kpi, cell, short = false }: Lacking = {},
): string {
  if (short && reason === "not_applicable") return "";
  if (short && isShort(reason)) return say(place, SHORT[reason]);
  switch (reason) {
    case "too_few":
      if (cell !== undefined && cell.n < MIN_CUSTOMERS)
        return say(place, "reason.too_few_customers", { n: cell.n, needed: MIN_CUSTOMERS });
      if (cell?.events != null && cell.events < MIN_EVENTS)
        return say(place, "reason.too_few_events", { n: cell.events, needed: MIN_EVENTS });
      return say(place, "reason.too_few");
    case "no_value": {
      const {
        denominator = null,
        perCustomer = false,
        uncertainty = null,
      } = kpi === undefined ? {} : kpis[kpi];
      if (short && perCustomer && uncertainty !== "survival") return say(place, "shortReason.no_customers");
      if (denominator === null) return say(place, "reason.no_value");
      const what = kpiInSentence(place, denominator.of);
      return denominator.over === "shop"
        ? say(place, "reason.none_of_shop", { what })
        : say(place, "reason.none_of", { what });
    }
    case "not_positive": {
      const { denominator = null } = kpi === undefined ? {} : kpis[kpi];
      if (denominator === null) return say(place, "reason.not_positive");
      const what = kpiLabel(place, denominator.of);
      return denominator.over === "shop"
        ? say(place, "reason.shop_not_positive", { what })
        : say(place, "reason.part_not_positive", { what });
    }
    default:
      return say(place, `reason.${reason}`);
  }
}
