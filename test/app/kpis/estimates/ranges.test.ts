import { describe, expect, it } from "vitest";
import { normalPoint, normalTail, studentT } from "../../../../app/kpis/estimates/distributions.ts";
import {
  detectableRise,
  isEvenEnough,
  surenessOfRatio,
  surenessOfShare,
} from "../../../../app/kpis/estimates/gates.ts";
import {
  cautiousThird,
  changeThird,
  ratioCovariance,
  ratioThird,
  ratioVariance,
  totalCovariance,
  totalThird,
  totalVariance,
  welchUnits,
  type RatioSums,
} from "../../../../app/kpis/estimates/moments.ts";
import {
  garwood,
  intervalAround,
  partAround,
  pValueOf,
  wilson,
} from "../../../../app/kpis/estimates/ranges.ts";

describe("small cases worked out by hand", () => {
  it("gives Wilson's interval of 10 in 100", () => {
    // z² = 3.8415; centre = (.1 + 3.8415/200) / (1 + 3.8415/100) = .119207 / 1.038415 = .114797
    // half = 1.96 / 1.038415 × √(.09/100 + 3.8415/40000) = 1.887462 × √.000996036 = .059568
    const { low, high } = wilson(10, 100);
    expect(low).toBeCloseTo(0.05523, 4);
    expect(high).toBeCloseTo(0.17437, 4);
  });

  it("keeps a share of none and of all inside 0 to 1", () => {
    expect(wilson(0, 30).low).toBe(0);
    expect(wilson(30, 30).high).toBe(1);
    // 0 of 30: high = z² / (30 + z²) = 3.8415 / 33.8415
    expect(wilson(0, 30).high).toBeCloseTo(0.11351, 5);
  });

  it.each([
    [0, 0, 3.6889],
    [1, 0.0253, 5.5716],
    [10, 4.7954, 18.3904],
    [40, 28.5766, 54.4686],
    [100, 81.3636, 121.627],
  ])("gives Garwood's interval of a count of %i as tables print it", (count, low, high) => {
    // Ulm (1990), Am. J. Epidemiol. 131:373; by quantiles of chi-square.
    expect(garwood(count).low).toBeCloseTo(low, 3);
    expect(garwood(count).high).toBeCloseTo(high, 3);
  });

  it("holds the mean in at least 95 of 100 counts, whatever it is, and goes on smoothly", () => {
    for (const mean of [0.5, 3, 12, 40, 200]) {
      let [covered, chance] = [0, Math.exp(-mean)];
      for (let count = 0; count < 4 * mean + 40; count++) {
        const { low, high } = garwood(count);
        if (low <= mean && mean <= high) covered += chance;
        chance *= mean / (count + 1);
      }
      expect(covered, `${mean}`).toBeGreaterThanOrEqual(0.95);
    }
    // From 1,001 on it is an approximation.
    const widths = [999, 1000, 1001, 1002, 1003].map((count) => garwood(count).high - count);
    for (const [index, width] of widths.slice(1).entries())
      expect(width - (widths[index] ?? 0)).toBeCloseTo(0.0312, 2);
  });

  it("gives Student's t as tables print it", () => {
    for (const [degrees, t] of [
      [10, 2.2281],
      [29, 2.0452],
      [100, 1.984],
      [100_000, 1.96],
    ] as const) {
      expect(studentT(degrees)).toBeCloseTo(t, 3);
    }
  });

  it("gives the delta method's variance of a ratio", () => {
    // Customers with (sales, orders) (10, 1), (30, 2), (20, 1): R = 60/4 = 15; residuals -5, 0, 5.
    // Variance = (25 + 0 + 25) / 4² × 3/2 = 4.6875
    const sums: RatioSums = { y: 60, x: 4, yy: 100 + 900 + 400, xy: 10 + 60 + 20, xx: 1 + 4 + 1 };
    expect(ratioVariance(sums, 3)).toBeCloseTo(4.6875, 10);
  });

  it("gives the covariance of two periods' ratios from cross-products", () => {
    // The same customers and figures twice: Σ residual² / 4² = 50 / 16.
    const sums: RatioSums = { y: 60, x: 4, yy: 1400, xy: 90, xx: 6 };
    expect(ratioCovariance(sums, sums, { yy: 1400, yx: 90, xy: 90, xx: 6 })).toBeCloseTo(3.125, 10);
  });

  it("gives the variance of a total of known members and of those who turn up", () => {
    // Members 4, 0, 2: mean 2, Σ(y - 2)² = 8, × 3/2 = 12. A guest order of 5 adds 25.
    expect(totalVariance({ memberSquares: 20, memberSum: 6, memberCount: 3, otherSquares: 25 })).toBeCloseTo(
      37,
      10,
    );
  });

  it("gives the covariance of two totals", () => {
    // Members 4, 0, 2 and then 2, 2, 5: means 2 and 3; Σ = (2)(-1) + (-2)(-1) + (0)(2) = 0.
    const now = { memberSquares: 20, memberSum: 6, memberCount: 3, otherSquares: 0 };
    const then = { memberSquares: 33, memberSum: 9, memberCount: 3, otherSquares: 0 };
    const cross = { yy: 18, nowOverThenMembers: 6, thenOverNowMembers: 9, bothMembers: 3 };
    expect(totalCovariance(now, then, cross)).toBeCloseTo(0, 10);
  });

  it("gives the normal distribution as tables print it, far out too", () => {
    // Abramowitz & Stegun (1964), 26.1 and 26.2.
    expect(normalTail(1.96)).toBeCloseTo(0.0249979, 7);
    expect(normalTail(-1)).toBeCloseTo(0.8413447, 7);
    expect(normalTail(5) / 2.866515719e-7).toBeCloseTo(1, 8);
    expect(normalTail(2.999999) / normalTail(3.000001)).toBeCloseTo(1, 4);
    expect(normalPoint(0.025)).toBeCloseTo(1.959963984540054, 10);
    expect(normalPoint(0.5)).toBeCloseTo(0, 10);
    expect(normalPoint(0.0005)).toBeCloseTo(3.2905267, 6);
  });

  it("bends a range as Hall does: where his cubic of the studentized difference is at the normal points", () => {
    // Hall (1992), J. R. Stat. Soc. B 54:221, T₁: x + γx²/3 + γ²x³/27 + γ/6 of the statistic's skewness γ.
    const cubic = (x: number, skewness: number) =>
      x + (skewness * x ** 2) / 3 + (skewness ** 2 * x ** 3) / 27 + skewness / 6;
    const t = studentT(99);
    for (const skewness of [-0.6, 0.05, 0.5]) {
      const { low, high } = intervalAround(100, 25, 100, skewness * 5 ** 3);
      expect(cubic((100 - low) / 5, skewness)).toBeCloseTo(t, 8);
      expect(cubic((100 - high) / 5, skewness)).toBeCloseTo(-t, 8);
    }
    // Of what is skewed to the right more is missing above.
    const right = intervalAround(100, 25, 100, 60);
    expect(right.high - 100).toBeGreaterThan(100 - right.low);
    const even = intervalAround(100, 25, 100);
    expect(even.high).toBeCloseTo(100 + 5 * t, 10);
    expect(intervalAround(7, 0, 100, 60)).toEqual({ low: 7, high: 7 });
  });

  it("keeps a part of a whole between 0 and 1, and gives the plain range of what is none", () => {
    // Log-odds of .1: -2.1972; error .05 ÷ .09 = .5556; × t(999) 1.9623 = 1.0902.
    const { low, high } = partAround(0.1, 0.0025, 1000);
    expect(low).toBeCloseTo(0.036, 3);
    expect(high).toBeCloseTo(0.2484, 3);
    const outside = partAround(-0.1, 0.0025, 1000);
    expect(outside.low).toBeCloseTo(-0.1 - 0.0981, 3);
    expect(outside.high).toBeCloseTo(-0.1 + 0.0981, 3);
  });

  it("reads a p-value off a range", () => {
    const p = (value: number, third = 0) => pValueOf((z) => intervalAround(value, 1, 1e9, third, z));
    expect(p(1.959963984540054)).toBeCloseTo(0.05, 6);
    expect(p(-3.2905267)).toBeCloseTo(0.001, 6);
    expect(p(0)).toBeCloseTo(1, 6);
    expect(p(30)).toBe(0);
    // Of what is skewed to the right a value far above tells more, far below less.
    expect(p(2, 0.3)).toBeLessThan(p(2));
    expect(p(-2, 0.3)).toBeGreaterThan(p(-2));
    expect(pValueOf(() => ({ low: 0, high: 0 }))).toBeCloseTo(1, 6);
  });

  it("gives the third central moment of a ratio and of a total", () => {
    // As above: residuals -5, 0, 5 of (10, 1), (30, 2), (20, 1), whose cubes cancel.
    const cubes = { yyy: 1000 + 27_000 + 8000, yyx: 100 + 1800 + 400, yxx: 10 + 120 + 20, xxx: 1 + 8 + 1 };
    expect(ratioThird({ y: 60, x: 4 }, cubes)).toBeCloseTo(0, 10);
    // Members 4, 0, 2 around 2: 8 - 8 + 0; members 6, 0, 0 around 2: 64 - 8 - 8 = 48. A guest order of 5 adds 125.
    const even = { memberSquares: 20, memberSum: 6, memberCount: 3, otherSquares: 0 };
    expect(totalThird(even, 64 + 8, 0)).toBeCloseTo(0, 10);
    const uneven = { memberSquares: 36, memberSum: 6, memberCount: 3, otherSquares: 25 };
    expect(totalThird(uneven, 216, 125)).toBeCloseTo(173, 10);
  });

  it("weighs two periods' customers as Welch does", () => {
    // 12 of variance 2 and 20 of variance 3: 25 / (4/11 + 9/19) + 1
    expect(welchUnits({ variance: 2, n: 12 }, { variance: 3, n: 20 })).toBeCloseTo(
      1 + 25 / (4 / 11 + 9 / 19),
      10,
    );
    expect(welchUnits({ variance: 0, n: 0 }, { variance: 3, n: 40 })).toBeCloseTo(40, 10);
  });

  it("calls a range sure only of many even customers, rough of fewer, and gives none of a handful", () => {
    const even = { units: 400, movers: 400, events: 400, variance: 1, third: 0.7 };
    expect(surenessOfRatio(even)).toBe("sure");
    expect(surenessOfRatio({ ...even, third: -0.71 })).toBe("rough");
    expect(surenessOfRatio({ ...even, units: 49 })).toBe("rough");
    expect(surenessOfRatio({ ...even, movers: 49 })).toBe("rough");
    expect(surenessOfRatio({ ...even, units: 150 }, 200)).toBe("rough");
    expect(surenessOfRatio({ ...even, events: 9 })).toBeNull();
    expect(surenessOfRatio({ ...even, units: 9 })).toBeNull();
    expect(surenessOfRatio({ ...even, variance: 0 })).toBeNull();
    expect([
      surenessOfShare(2, 5),
      surenessOfShare(5, 30),
      surenessOfShare(4, 30),
      surenessOfShare(0, 0),
    ]).toEqual(["rough", "sure", "rough", null]);
  });

  it("lets only differing numbers of customers skew a change", () => {
    expect(changeThird("ratio", { third: 5, units: 40 }, { third: 2, units: 40 }, 0)).toBeCloseTo(0, 12);
    // A unit's own, 0.1 × 10² = 10 of both; of ten of them 10 ÷ 10², of a hundred 10 ÷ 100².
    const [few, many] = [
      { third: 0.1, units: 10 },
      { third: 0.001, units: 100 },
    ];
    expect(changeThird("ratio", few, many, 0)).toBeCloseTo(0.1 - 0.001, 12);
    expect(changeThird("ratio", many, few, 0)).toBeCloseTo(0.001 - 0.1, 12);
    // Of sums a hundred have ten times as much as ten.
    expect(changeThird("total", { third: 20, units: 10 }, { third: 200, units: 100 }, 0)).toBeCloseTo(
      -180,
      9,
    );
    // Of whom there are none, nothing is known.
    expect(changeThird("total", { third: 20, units: 10 }, { third: 0, units: 0 }, 0)).toBeCloseTo(20, 12);
    expect(isEvenEnough(1, 0.71)).toBe(false);
    expect(isEvenEnough(0, 1)).toBe(true);
  });

  it("takes amounts for no more even than log-normal ones of their spread", () => {
    // 100 customers with a coefficient of variation of 1: skewness (1 + 3) × 1 ÷ 10 = .4 of a mean of 10, sd 1.
    const at = { value: 10, variance: 1, units: 100, movers: 100 };
    expect(cautiousThird(0.1, at)).toBeCloseTo(0.4, 10);
    expect(cautiousThird(-0.1, at)).toBeCloseTo(-0.4, 10);
    expect(cautiousThird(0.9, at)).toBe(0.9);
    // One in ten of 100 with equal amounts: as of a yes or no, (1 - 2p) ÷ √(p(1 - p)) ÷ √n = .8 ÷ .3 ÷ 10.
    expect(cautiousThird(0, { value: 10, variance: 9, units: 100, movers: 10 }) / 27).toBeCloseTo(0.26667, 4);
  });

  it("tells a rise by five sixths from chance at thirty customers, judged as one of seven", () => {
    // z = 2.690: d² = 7.237 × (60 + d), so that d = 24.77 and z · √(30 + 54.77) is as much.
    expect(detectableRise(30, 7) * 30).toBeCloseTo(24.77, 2);
    expect(2.69011 * Math.sqrt(60 + 24.77)).toBeCloseTo(24.77, 2);
    // By itself: 1.96 · √(60 + 17.37).
    expect(detectableRise(30, 1) * 30).toBeCloseTo(17.25, 1);
    expect(detectableRise(3000, 7)).toBeCloseTo(0.0707, 3);
  });
});
