// Today so far; and as much of it as is wholly known, beside the same weekday of the weeks before up to the same time of the clock.
import { type KpiId, kpis } from "../kpis/catalogue.ts";
import { knownTo } from "../kpis/comparison.server.ts";
import { formatValue } from "../kpis/format.ts";
import { kpiLabel } from "../kpis/kpi-words.server.ts";
import { firstOrderDay, knowsFirstOrder } from "../kpis/loaded.server.ts";
import { addDays } from "../kpis/period.ts";
import { queryTrend } from "../kpis/query.server.ts";
import { say } from "../words/words.server.ts";
import type { ReportedShop } from "./shop.server.ts";
import { timeText } from "./wording.server.ts";

/** What is told of a day that is not over. */
const TOLD = ["orders", "net_sales"] as const satisfies readonly KpiId[];
/** So many weeks back. */
const WEEKS = 8;
/** Of fewer days nothing is usual. */
const LEAST = 4;
const WEEK = 7;

export interface TodayView {
  figures: readonly {
    kpi: KpiId;
    label: string;
    /** Of whatever has arrived. */
    value: string;
    /** "13 by 2:30 PM", where more has arrived since. */
    wholly: string | null;
    /** "€310.00 to €640.00, median €450.00". */
    usual: string | null;
    /** "Above all of them"; null while it is among them. */
    beyond: string | null;
  }[];
  /** What the figures stand beside, or why they stand alone. */
  note: string;
}

/** Null while nothing of today is known. */
export async function todayView(shop: ReportedShop): Promise<TodayView | null> {
  const { view, meta, place, today } = shop;
  const known = knownTo(meta, TOLD);
  if (known === null || known.day !== today) return null;
  const firstDay = knowsFirstOrder(meta) ? await firstOrderDay(view) : null;
  const days = Array.from({ length: WEEKS }, (_, week) => addDays(today, -WEEK * (week + 1))).filter(
    (day) => firstDay === null || day >= firstDay,
  );
  const soFar = async (day: string, until?: string) => {
    const period = { from: day, to: addDays(day, 1), ...(until === undefined ? {} : { until }) };
    const [point] = await queryTrend(view, { kpis: TOLD, period, grain: "day", membersAt: "start", today });
    return point?.values;
  };
  const [arrived, wholly, ...before] = await Promise.all([
    soFar(today),
    ...[today, ...days].map((day) => soFar(day, known.time)),
  ]);
  const time = timeText(known.time, place);
  // While older orders are read, fewer of the weeks are known: the newest.
  const weeks = before.filter((values) => TOLD.some((kpi) => values?.[kpi] != null)).length;
  const figures = TOLD.flatMap((kpi): TodayView["figures"][number][] => {
    const [value, known] = [arrived?.[kpi] ?? null, wholly?.[kpi] ?? null];
    if (value === null || known === null) return [];
    const { unit } = kpis[kpi];
    // Half an order is between two.
    const text = (amount: number) =>
      formatValue(amount, unit === "count" && !Number.isInteger(amount) ? "ratio" : unit, place);
    const told = {
      ...{ kpi, label: kpiLabel(place, kpi), value: text(value) },
      wholly: value === known ? null : say(place, "todayStrip.wholly", { value: text(known), time }),
    };
    const earlier = before.flatMap((values) => values?.[kpi] ?? []).sort((a, b) => a - b);
    const [low, high] = [earlier[0], earlier.at(-1)];
    if (earlier.length < LEAST || low === undefined || high === undefined)
      return [{ ...told, usual: null, beyond: null }];
    const n = earlier.length;
    const range = { low: text(low), high: text(high), middle: text(medianOf(earlier)) };
    return [
      {
        ...told,
        usual: say(place, "todayStrip.usual", range),
        beyond:
          known > high
            ? say(place, "todayStrip.above", { n })
            : known < low
              ? say(place, "todayStrip.below", { n })
              : null,
      },
    ];
  });
  if (figures.length === 0) return null;
  return {
    figures,
    note: figures.some(({ usual }) => usual !== null)
      ? say(place, "todayStrip.note", { n: weeks, time })
      : say(place, "todayStrip.alone", { n: LEAST }),
  };
}

/** Of a sorted list. */
function medianOf(sorted: readonly number[]): number {
  const [low, high] = [
    sorted[Math.floor((sorted.length - 1) / 2)],
    sorted[Math.ceil((sorted.length - 1) / 2)],
  ];
  return ((low ?? 0) + (high ?? 0)) / 2;
}
