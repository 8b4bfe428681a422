// Which days of a shop stand out: all days of all series judged together, each day told once, by the whole shop where it did. Pure.
import { type KpiId, kpis } from "../kpis/catalogue.ts";
import { adjusted, FALSE_DISCOVERIES } from "../kpis/estimates/discoveries.ts";
import { addDays } from "../kpis/period.ts";
import type { FoundDay } from "./day.ts";
import { isWhole, keyOf, type Place } from "./finding.ts";
import { moneyOf } from "./money.ts";
import { type Series, type Usual, usualDays } from "./usual-day.ts";

export interface DailySeries extends Series {
  kpi: KpiId;
  place: Place;
}

interface Looked {
  series: DailySeries;
  at: number;
  usual: Usual;
}

export interface StandOut {
  /** Of so many series. */
  series: number;
  /** So many days of them were judged together. */
  looked: number;
  days: FoundDay[];
}

/** @param firstDay of every series */
export function standOut(all: readonly DailySeries[], firstDay: string): StandOut {
  const looked = all.flatMap((series) =>
    [...usualDays(series)].map(([at, usual]): Looked => ({ series, at, usual })),
  );
  const rates = adjusted(
    looked.map(({ usual }) => usual.pValue),
    "apart",
  );
  const byDay = new Map<number, (Looked & { certainty: number })[]>();
  for (const [index, each] of looked.entries()) {
    const rate = rates[index] ?? 1;
    if (rate > FALSE_DISCOVERIES) continue;
    byDay.set(each.at, [...(byDay.get(each.at) ?? []), { ...each, certainty: 1 - rate }]);
  }
  const days = [...byDay].sort(([a], [b]) => b - a);
  return {
    series: new Set(looked.map(({ series }) => series)).size,
    looked: looked.length,
    days: days.map(([at, found]) => {
      const best = bestOf(found);
      const { series, usual, certainty } = best;
      const value = series.values[at] ?? 0;
      return {
        ...{ day: addDays(firstDay, at), kpi: series.kpi, ...series.place, value },
        ...{ usual: usual.expected, low: usual.low, high: usual.high, certainty },
        money: moneyOfDay(best, value - usual.expected, all),
        others: found.length - 1,
      };
    }),
  };
}

/** The whole shop's before any segment's; of these net sales, which are the money that is meant, before what is further out. */
function bestOf<Of extends Looked>(found: readonly Of[]): Of {
  const rank = ({ series: { place, kpi } }: Of) => (isWhole(place) ? 2 : 0) + (kpi === "net_sales" ? 1 : 0);
  return found.reduce((best, each) => {
    const further =
      rank(each) - rank(best) ||
      Math.abs(each.usual.strength) - Math.abs(best.usual.strength) ||
      (keyOf(each.series.kpi, each.series.place) < keyOf(best.series.kpi, best.series.place) ? 1 : -1);
    return further > 0 ? each : best;
  });
}

/** What one brings is that of all days of its place. */
function moneyOfDay(
  { series: { kpi, place } }: Looked,
  change: number,
  all: readonly DailySeries[],
): number | null {
  const { segment, by } = place;
  const sum = (name: string) =>
    all
      .find((each) => each.kpi === name && each.place.by === by && each.place.segment === segment)
      ?.values.reduce((whole, value) => whole + value, 0) ?? Number.NaN;
  return kpis[kpi].denominator === null ? moneyOf(kpi, change, { sum }) : null;
}
