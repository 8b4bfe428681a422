// Shops drawn by chance day by day, with a week, a trend and counts that vary more than chance alone; in which nothing happens, or one
// day is another: the series that the app makes of their days.
import { type DailySeries } from "../../../app/findings/stand-out.ts";
import { WHOLE } from "../../../app/findings/finding.ts";
import type { Chance } from "../../tools/statistics/draw.ts";

const SEGMENTS = [
  { by: "country", parts: [0.45, 0.25, 0.15, 0.1, 0.05] },
  { by: "channel", parts: [0.6, 0.25, 0.15] },
] as const;
const WEEK = [1.1, 1, 0.95, 0.9, 1.05, 0.7, 0.8] as const;

export interface DrawnDays {
  /** Orders of an average day. */
  orders: number;
  days: number;
  /** Of the logarithm of what an order brings in. */
  deviation: number;
  /** By how much more a day's count varies than a Poisson process: variance by mean. */
  dispersion: number;
  /** Growth in a year. */
  growth: number;
}

/** @param planted on one day, counted from the end, so many times the usual orders */
export function drawDays(
  { orders, days, deviation, dispersion, growth }: DrawnDays,
  { uniform, normal, poisson }: Chance,
  planted: { ago: number; times: number } | null = null,
): DailySeries[] {
  const names = ["whole", ...SEGMENTS.flatMap(({ by, parts }) => parts.map((_, index) => `${by} ${index}`))];
  const kpis = ["net_sales", "orders", "new_customers", "sales_reversals"] as const;
  const made = new Map(
    names.map((name) => [
      name,
      kpis.map(() => ({
        values: new Array<number>(days).fill(0),
        most: new Array<number>(days).fill(0),
        counts: new Array<number>(days).fill(0),
      })),
    ]),
  );
  /** Gamma with mean 1, by Marsaglia & Tsang (2000). */
  const gamma = (shape: number): number => {
    const d = shape + 1 - 1 / 3;
    const c = 1 / Math.sqrt(9 * d);
    for (;;) {
      const x = normal();
      const v = (1 + c * x) ** 3;
      if (v > 0 && Math.log(1 - uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v))
        return (d * v * (1 - uniform()) ** (1 / shape)) / shape;
    }
  };
  const pick = (parts: readonly number[]) => {
    let left = uniform();
    const at = parts.findIndex((part) => (left -= part) < 0);
    return at === -1 ? parts.length - 1 : at;
  };
  for (let day = 0; day < days; day++) {
    const times = planted !== null && day === days - planted.ago ? planted.times : 1;
    const mean = orders * (WEEK[day % 7] ?? 1) * (1 + growth) ** (day / 365) * times;
    const count = poisson(dispersion > 1 ? mean * gamma(mean / (dispersion - 1)) : mean);
    for (let order = 0; order < count; order++) {
      const worth = Math.round(5_000 * Math.exp(deviation * normal()));
      const isBack = uniform() < 0.04;
      const own = [isBack ? 0 : worth, 1, uniform() < 0.3 ? 1 : 0, isBack ? worth : 0];
      for (const name of ["whole", ...SEGMENTS.map(({ by, parts }) => `${by} ${pick(parts)}`)])
        own.forEach((value, kpi) => {
          const series = made.get(name)?.[kpi];
          if (series === undefined || value === 0) return;
          series.values[day] = (series.values[day] ?? 0) + value;
          series.most[day] = Math.max(series.most[day] ?? 0, value);
          series.counts[day] = (series.counts[day] ?? 0) + 1;
        });
    }
  }
  return [...made].flatMap(([name, series]) => {
    const [by, index] = name.split(" ");
    if (name === "country 4") return [];
    return series.map(({ values, most, counts }, kpi) => ({
      kpi: kpis[kpi] ?? "orders",
      place: by === "country" || by === "channel" ? { by, segment: `s${index}` } : WHOLE,
      ...{ values, counts, isCount: kpi === 1 || kpi === 2 },
      trimmed: values.map((value, at) => value - (most[at] ?? 0)),
    }));
  });
}
