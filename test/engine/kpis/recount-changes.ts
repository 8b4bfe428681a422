// What became of the slow recount's figures between two periods, and which of these changes are beyond chance together.
import { type KpiId, kpis } from "../../../app/kpis/catalogue.ts";
import { normalPoint } from "../../../app/kpis/estimates/distributions.ts";
import { type Bounds, type Figure, Z95 } from "./recount-figure.ts";
import { bent, ratios } from "./recount-figures.ts";
import { medians } from "./recount-medians.ts";
import { add } from "./recount-buyers.ts";

export interface Recounted {
  value: number | null;
  n: number;
  events: number;
  low: number | null;
  high: number | null;
  sureness: "sure" | "rough" | null;
  previous: number | null;
  change: {
    absolute: number;
    low: number | null;
    high: number | null;
    verdict: "noise" | "more_than_noise" | "too_few" | "unknown";
  } | null;
}

/** Of a change that is judged: its range at any level, and as it is shown at one; null where nothing varies. */
export interface Judged {
  at: (z: number) => Bounds;
  shown: (z: number) => Bounds | null;
}

const isRate = (kpi: KpiId) => kpis[kpi].unit === "rate";
const isPlain = (kpi: KpiId) => kpis[kpi].unit === "ratio" || kpis[kpi].unit === "days";

const averages: readonly KpiId[] = [
  ...medians,
  "aov",
  "units_per_order",
  "orders_per_customer",
  "orders_per_member",
];
const neverBelow: readonly KpiId[] = [...averages, "cac_blended"];
/** What is never below 0 loses no more than all of it: things and customers that are counted, and what is made of them alone. */
const losesAllAtMost = (kpi: KpiId) =>
  kpis[kpi].unit === "count" ||
  averages.includes(kpi) ||
  kpi.startsWith("second_order_rate") ||
  [
    ...["repeat_purchase_rate", "buyer_rate", "subscribed_share", "discounted_order_share", "retention_rate"],
    ...["churn_risk_share", "loyal_share", "lead_conversion", "return_rate_units", "stockout_exposure"],
  ].includes(kpi);

/** Money and numbers of things are whole, their bounds outwards; a rate that is a part of a whole stays one. */
export function bounded(kpi: KpiId, value: number, { low: least, high }: { low: number; high: number }) {
  const low = neverBelow.includes(kpi) ? Math.max(0, least) : least;
  if (!isPlain(kpi) && !isRate(kpi)) return { low: Math.floor(low), high: Math.ceil(high) };
  const isPart = isRate(kpi) && value >= 0 && value <= 1;
  return isPart ? { low: Math.max(0, low), high: Math.min(1, high) } : { low, high };
}

export function changeOf(
  kpi: KpiId,
  a: Figure,
  b: Figure,
  value: number,
  previous: number,
  longer: number,
): { change: NonNullable<Recounted["change"]>; judged: Judged | null } {
  const isSurvival = kpi.startsWith("second_order_rate");
  const isMedian = medians.includes(kpi);
  const isSum = ratios[kpi] === undefined && kpi !== "sales_share" && !isSurvival && !isMedian;
  const scale = isSum && kpi !== "stock_value" ? longer : 1;
  const method = isSum || kpi === "sales_share" ? "sum" : ratios[kpi]?.[2];
  const covariance = scale * add(a.residuals.map((residual, index) => residual * (b.residuals[index] ?? 0)));
  const variances = [a.variance, b.variance * scale ** 2] as const;
  const left = variances[0] + variances[1] - 2 * covariance;
  const variance = left <= 1e-10 * (variances[0] + variances[1]) ? 0 : left;
  const difference = (a.value ?? 0) - (b.value ?? 0) * scale;
  const whole = !isPlain(kpi) && !isRate(kpi);
  const absolute = whole && scale !== 1 ? Math.round(difference) : value - previous * scale;
  const told = { absolute, low: null, high: null };
  // Later returns still change what orders have brought in.
  if (["ad_spend", "stock_value", "net_aov", "return_rate_units"].includes(kpi))
    return { change: { ...told, verdict: "unknown" }, judged: null };
  const [most, fewest] = [Math.max, Math.min];
  const ownRanges = method === "wilson" || method === "poisson" || isSurvival || isMedian;
  // What one unit's third moment is, of both periods' units alike; so many of them have so much.
  const thirdOf = (which: "third" | "cautious") => {
    const by = (n: number) => (isSum ? n : n ** -2);
    const one = (n: number, third: number) => (n === 0 ? 0 : (third / by(n)) * (n / (a.n + b.n)));
    const unit = one(a.n, a[which]) + one(b.n, b[which] * scale ** 3);
    const own = (n: number) => (n === 0 ? 0 : unit * by(n));
    return (own(a.n) - own(b.n)) * (1 - (3 * 2 * covariance) / (variances[0] + variances[1]));
  };
  const at = (z: number): Bounds => {
    if (a.at !== null && b.at !== null && a.range !== null && b.range !== null) {
      const together = a.variance > 0 && b.variance > 0 ? covariance / Math.sqrt(a.variance * b.variance) : 0;
      const half = (p: number, q: number) =>
        Math.sqrt(Math.max(0, p * p + q * q - 2 * Math.max(-1, Math.min(1, together)) * p * q));
      const [now, then] = [a.at(z), b.at(z)];
      return {
        low: difference - half((a.value ?? 0) - now.low, then.high - (b.value ?? 0)),
        high: difference + half(now.high - (a.value ?? 0), (b.value ?? 0) - then.low),
      };
    }
    const weighed = [a.n, b.n].map((n, index) => (n < 2 ? 0 : (variances[index] ?? 0) ** 2 / (n - 1)));
    const parts = add(weighed);
    const welch = parts === 0 ? most(a.n, b.n) : 1 + (variances[0] + variances[1]) ** 2 / parts;
    const units = method === "delta" ? fewest(a.n, b.n) : welch;
    return bent(difference, variance, variance === 0 ? 0 : thirdOf("third"), units, z);
  };
  const isOfEach = method === "delta" || method === "poisson" || isSurvival || isMedian;
  const both = isOfEach ? fewest : (p: number, q: number) => p + q;
  const events = both(a.events, b.events) >= (isOfEach ? 10 : 20);
  const enough =
    (method === "wilson" ? fewest : both)(a.n, b.n) >= (kpi === "sales_share" ? 200 : 30) && events;
  const even = ownRanges || variance === 0 || Math.abs(thirdOf("cautious")) <= Math.SQRT1_2 * variance ** 1.5;
  const ranged =
    isSurvival || isMedian
      ? a.range !== null && b.range !== null
      : ownRanges || (variance > 0 && both(a.n, b.n) >= 10 && events);
  const shown = (z: number) => {
    const { low, high } = at(z);
    if (!ranged) return null;
    const bottom = losesAllAtMost(kpi) && previous > 0 ? -previous * scale : Number.NEGATIVE_INFINITY;
    const outwards = whole ? { low: Math.floor(low), high: Math.ceil(high) } : { low, high };
    return { ...outwards, low: Math.max(bottom, outwards.low) };
  };
  if (enough && even) return { change: { ...told, verdict: "noise" }, judged: { at, shown } };
  return { change: { ...told, ...shown(Z95), verdict: "too_few" }, judged: null };
}

/**
 * Of changes judged together: the most that are beyond chance at once, where so many leave out 0 with ranges of the level that
 * so many have. Benjamini & Hochberg's rule without p-values.
 */
export function judgeTogether(
  all: readonly { change: NonNullable<Recounted["change"]>; judged: Judged }[],
): void {
  const pointOf = (count: number) => normalPoint((0.05 * Math.max(1, count)) / all.length / 2);
  const leavesOut = ({ judged }: { judged: Judged }) => {
    let [low, high] = [0, 12];
    for (let step = 0; step < 45; step++) {
      const middle = (low + high) / 2;
      const range = judged.at(middle);
      if (range.low > 0 || range.high < 0) low = middle;
      else high = middle;
    }
    return high;
  };
  const points = all.map(leavesOut);
  const counts = all
    .map((_, index) => index + 1)
    .filter((count) => points.filter((z) => z >= pointOf(count)).length >= count);
  const found = Math.max(0, ...counts);
  for (const [index, each] of all.entries()) {
    const isFound = found > 0 && (points[index] ?? 0) >= pointOf(found);
    each.change.verdict = isFound ? "more_than_noise" : "noise";
    Object.assign(each.change, each.judged.shown(pointOf(found)));
  }
}
