// A trend as a chart and its table need it: points, the same points of the compared period, axis marks and their words.
import { scaleLinear } from "@visx/scale";
import type { Reason, TrendPoint } from "../kpis/answer.ts";
import { sourceCoverage } from "../warehouse/coverage.ts";
import type { ShopMeta } from "../warehouse/warehouse.server.ts";
import { declarations, kpis, type KpiId } from "../kpis/catalogue.ts";
import { reasonText } from "../kpis/figure-words.server.ts";
import { formatCompact, formatValue } from "../kpis/format.ts";
import { hasInstants } from "../kpis/declared.ts";
import { kpiLabel } from "../kpis/kpi-words.server.ts";
import { isWhole, missingHistory } from "../kpis/loaded.server.ts";
import { CALENDAR, formatDay, formatPeriod, type Grain, isWholeBucket, type Period } from "../kpis/period.ts";
import { type Reader, say } from "../words/words.server.ts";
import { chartNotes, type ChartNotes } from "./chart-notes.server.ts";
import type { ReportedShop } from "./shop.server.ts";
import { periodText, unitName } from "./unit-name.ts";
import { partText, type Place } from "./wording.server.ts";

export interface ChartPoint {
  /** On the axis: "Oct 3", "Oct". */
  tick: string;
  /** In the table: "Oct 3, 2026", "Oct 5–11, 2026". */
  label: string;
  value: number | null;
  text: string;
  complete: boolean;
  compared: { label: string; value: number | null; text: string } | null;
}

export interface ChartView {
  kpi: KpiId;
  title: string;
  grain: Grain;
  points: readonly ChartPoint[];
  axis: { low: number; high: number; marks: readonly { value: number; text: string }[] };
  compared: boolean;
  /** Why there is nothing to draw, or null. */
  empty: string | null;
  /** What was written down of its days. */
  notes: ChartNotes;
  /** Why some points are drawn hollow, or null when all are whole. */
  note: string | null;
}

export function chartView(
  kpi: KpiId,
  trend: readonly TrendPoint[],
  compared: readonly TrendPoint[] | null,
  grain: Grain,
  { place, today, meta, annotations }: Pick<ReportedShop, "place" | "today" | "meta" | "annotations">,
): ChartView {
  const { unit } = kpis[kpi];
  const text = (value: number | null) => formatValue(value, unit, place);
  const hasCompared = compared?.some(({ values }) => values[kpi] != null) ?? false;
  const points = trend.map((point, index): ChartPoint => {
    const before = hasCompared ? compared?.[index] : undefined;
    const value = point.values[kpi] ?? null;
    return {
      tick: tick(point, grain, place),
      label: bucketText(point, grain, place),
      value,
      text: text(value),
      complete: point.complete,
      compared: before
        ? {
            label: comparedLabel(before, grain, kpi, place),
            value: before.values[kpi] ?? null,
            text: text(before.values[kpi] ?? null),
          }
        : null,
    };
  });
  return {
    kpi,
    title: kpiLabel(place, kpi),
    grain,
    points,
    axis: axisOf(points, kpi, place),
    compared: hasCompared,
    empty: points.some((point) => point.value !== null)
      ? null
      : emptyReason(kpi, grain, meta, trend.at(-1)?.to ?? today, place),
    notes: chartNotes(annotations, trend, { place, today }),
    note: partialNote(trend, grain, today, place),
  };
}

/** Up to what time of its last day the compared point is, where that one is as much of a day. */
function comparedLabel(bucket: TrendPoint, grain: Grain, kpi: KpiId, place: Place): string {
  const { from, to, until, complete } = bucket;
  if (until !== undefined && hasInstants(declarations, kpi)) return partText({ from, to, until }, place);
  const point = bucketText(bucket, grain, place);
  return complete ? point : say(place, "chart.notWhole", { point });
}

/** Its days, after what the business calls it. */
function bucketText(bucket: Period, grain: Grain, place: Reader): string {
  return grain === "day" ? formatPeriod(bucket, place.locale) : periodText(place, bucket, grain);
}

export interface LineView {
  values: readonly (number | null)[];
  compared: readonly (number | null)[] | null;
  /** True where a height is an amount; a rate fills the height with the range it moves in. */
  fromZero: boolean;
}

/** A small line without axes. Null where most points cannot be told: dashes of a line say nothing. */
export function lineView(
  kpi: KpiId,
  trend: readonly TrendPoint[],
  compared: readonly TrendPoint[] | null,
): LineView | null {
  const whole = (points: readonly TrendPoint[]) =>
    points.map((point) => (point.complete ? (point.values[kpi] ?? null) : null));
  const values = whole(trend);
  const told = values.filter((value) => value !== null).length;
  if (told < 2 || told < values.length / 2) return null;
  return { values, compared: compared && whole(compared), fromZero: kpis[kpi].unit !== "rate" };
}

function emptyReason(kpi: KpiId, grain: Grain, meta: ShopMeta, end: string, place: Reader): string {
  const whole = isWhole(meta, end);
  const because = (reason: Reason) =>
    say(place, "figure.reasonSentence", { reason: reasonText(place, reason) });
  const { state } = sourceCoverage(meta, "orders");
  if (state === "customers_hidden" && !whole) return because("customers_hidden");
  if (!whole && kpis[kpi].needs.history === "complete") return because(missingHistory(meta));
  if (whole && state !== "retention") return say(place, `nothingToDivide.${grain}`);
  return say(place, state === "retention" ? "trend.retention" : "trend.notLoaded");
}

function tick(period: Period, grain: Grain, place: Reader): string {
  const { locale } = place;
  const name = grain === "day" || grain === "week" ? null : unitName(place, grain, period, "tick");
  if (name !== null) return name;
  if (grain === "day" || grain === "week") return formatDay(period.from, locale, period.from);
  const options =
    grain === "year" ? ({ year: "numeric" } as const) : ({ month: "short", year: "2-digit" } as const);
  return new Intl.DateTimeFormat(locale, { ...CALENDAR, timeZone: "UTC", ...options }).format(
    new Date(`${period.from}T00:00:00Z`),
  );
}

/** Money and counts begin at 0, so that a height is an amount; a rate fills the height with the range it moves in. */
function axisOf(points: readonly ChartPoint[], kpi: KpiId, place: Place): ChartView["axis"] {
  const { unit } = kpis[kpi];
  const values = points
    .flatMap((point) => [point.value, point.compared?.value ?? null])
    .filter((value) => value !== null);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  if (values.length === 0) return { low: 0, high: 1, marks: [] };
  const fromZero = unit !== "rate";
  const domain = [fromZero ? Math.min(0, low) : low, fromZero ? Math.max(0, high) : high];
  // Of a whole that never changes the line is the top: no part is more.
  if (domain[0] === 1 && domain[1] === 1 && unit === "rate") domain[0] = 0.99;
  if (domain[0] === domain[1]) domain[1] = (domain[0] ?? 0) + (unit === "rate" ? 0.01 : 1);
  const scale = scaleLinear<number>({ domain, nice: 4 });
  const marks = scale.ticks(4).filter((mark) => unit !== "count" || Number.isInteger(mark));
  const [bottom = 0, top = 1] = scale.domain();
  return {
    low: bottom,
    high: top,
    // Between small amounts two marks may read the same.
    marks: marks
      .map((value) => ({ value, text: formatCompact(value, unit, place) }))
      .filter(({ text }, index, all) => all.findIndex((mark) => mark.text === text) === index),
  };
}

function partialNote(
  trend: readonly TrendPoint[],
  grain: Grain,
  today: string,
  place: Reader,
): string | null {
  const partial = trend.filter((point) => !point.complete);
  // One point is drawn as a bar, and its own words say that it is not whole.
  if (partial.length === 0 || trend.length === 1) return null;
  const reasons = [
    ...(partial.some((point) => point.to > today) ? (["notOver"] as const) : []),
    ...(partial.some((point) => !isWholeBucket(point, grain)) ? (["partly"] as const) : []),
    ...(partial.some((point) => point.to <= today && isWholeBucket(point, grain))
      ? (["notLoaded"] as const)
      : []),
  ];
  const as = new Intl.ListFormat(place.locale, { type: "disjunction" }).format(
    reasons.map((reason) => say(place, `hollowAs.${reason}`)),
  );
  return say(place, `hollow.${grain}`, { as });
}
