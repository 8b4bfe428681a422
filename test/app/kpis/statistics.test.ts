import { describe, expect, it } from "vitest";
import {
  changeVariance,
  cautiousThird,
  correlation,
  detectableChange,
  garwood,
  intervalAround,
  isChangeEven,
  ratioCovariance,
  ratioThird,
  ratioVariance,
  shareChange,
  studentT,
  surenessOfRatio,
  surenessOfShare,
  totalCovariance,
  totalThird,
  totalVariance,
  verdictOf,
  welchUnits,
  wilson,
  type Interval,
  type RatioSums,
} from "../../../app/kpis/statistics.ts";
import { randomFrom } from "../../engine/kpis/shop.ts";

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

  it("takes a change for noise unless its own interval leaves out 0", () => {
    expect(verdictOf({ low: -1, high: 4 })).toBe("noise");
    expect(verdictOf({ low: 0.1, high: 4 })).toBe("more_than_noise");
    expect(verdictOf({ low: -4, high: -0.1 })).toBe("more_than_noise");
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
    const even = { units: 400, events: 400, variance: 1, third: 0.19 };
    expect(surenessOfRatio(even)).toBe("sure");
    expect(surenessOfRatio({ ...even, third: -0.21 })).toBe("rough");
    expect(surenessOfRatio({ ...even, units: 99 })).toBe("rough");
    expect(surenessOfRatio({ ...even, events: 9 })).toBeNull();
    expect(surenessOfRatio({ ...even, units: 9 })).toBeNull();
    expect([
      surenessOfShare(2, 5),
      surenessOfShare(5, 30),
      surenessOfShare(4, 30),
      surenessOfShare(0, 0),
    ]).toEqual(["rough", "sure", "rough", null]);
  });

  it("judges no change that one side's few large customers decide", () => {
    expect(isChangeEven(1, 5, 5)).toBe(true);
    expect(isChangeEven(1, 0.3, 0)).toBe(false);
    expect(isChangeEven(0, 1, 0)).toBe(true);
  });

  it("takes spending for no more even than log-normal spending of its spread", () => {
    // 100 customers with a coefficient of variation of 1: skewness (1 + 3) × 1 ÷ 10 = .4 of a mean of 10, sd 1.
    const at = { value: 10, variance: 1, units: 100 };
    expect(cautiousThird("ratio", 0.1, at)).toBeCloseTo(0.4, 10);
    expect(cautiousThird("ratio", -0.1, at)).toBeCloseTo(-0.4, 10);
    expect(cautiousThird("ratio", 0.9, at)).toBe(0.9);
  });

  it("tells a change by half from chance at some thirty customers, and by a tenth at some 770", () => {
    expect(detectableChange(30)).toBeCloseTo(0.506, 3);
    expect(detectableChange(768)).toBeCloseTo(0.1, 3);
  });
});

const TRIALS = 5_000;
const CUSTOMERS = 150;
/** The Monte-Carlo error of 5,000 trials is .0031; three of them around 94-96 %. */
const expectCoverage = (covered: number) => {
  expect(covered / TRIALS).toBeGreaterThan(0.94 - 0.0093);
  expect(covered / TRIALS).toBeLessThan(0.96 + 0.0093);
};
const covers = ({ low, high }: Interval, truth: number) => (low <= truth && truth <= high ? 1 : 0);

const MEAN_ORDER = 50;
const random = randomFrom(42);
const exponential = (mean: number) => -mean * Math.log(1 - random());
const poisson = (mean: number) => {
  const limit = Math.exp(-mean);
  let count = -1;
  for (let product = 1; product > limit; count++) product *= random();
  return count;
};

interface Bought {
  sales: number;
  orders: number;
}

/** One customer in two periods: a lasting habit makes the two alike, as a shop's customers are. */
function customerInTwoPeriods(): [Bought, Bought] {
  const habit = 0.5 + exponential(1);
  const period = () => {
    const orders = poisson(habit);
    let sales = 0;
    for (let order = 0; order < orders; order++) sales += exponential(MEAN_ORDER);
    return { sales, orders };
  };
  return [period(), period()];
}
const MEAN_ORDERS = 1.5;

const sumOf = (people: readonly Bought[], of: (bought: Bought) => number) =>
  people.reduce((sum, bought) => sum + of(bought), 0);
const ratioSums = (people: readonly Bought[]): RatioSums => ({
  y: sumOf(people, (p) => p.sales),
  x: sumOf(people, (p) => p.orders),
  yy: sumOf(people, (p) => p.sales ** 2),
  xy: sumOf(people, (p) => p.sales * p.orders),
  xx: sumOf(people, (p) => p.orders ** 2),
});
const totalSums = (people: readonly Bought[]) => ({
  memberSquares: sumOf(people, (p) => p.sales ** 2),
  memberSum: sumOf(people, (p) => p.sales),
  memberCount: people.length,
  otherSquares: 0,
});

describe("95 % intervals on simulated shops hold the truth in 94 to 96 % of trials", () => {
  const simulated = Array.from({ length: TRIALS }, () => {
    const pairs = Array.from({ length: CUSTOMERS }, customerInTwoPeriods);
    return { pairs, now: pairs.map(([a]) => a), then: pairs.map(([, b]) => b) };
  });
  const countCovered = (interval: (shop: (typeof simulated)[number]) => Interval, truth: number) =>
    simulated.reduce((sum, shop) => sum + covers(interval(shop), truth), 0);
  const crossSum = (pairs: readonly [Bought, Bought][], of: (now: Bought, then: Bought) => number) =>
    pairs.reduce((sum, [now, then]) => sum + of(now, then), 0);

  it("for a ratio of sums over customers", () => {
    const covered = countCovered(({ now }) => {
      const sums = ratioSums(now);
      const buyers = now.filter((p) => p.orders > 0).length;
      return intervalAround(sums.y / sums.x, ratioVariance(sums, buyers), buyers);
    }, MEAN_ORDER);
    expectCoverage(covered);
  });

  it("for a total of known members", () => {
    const covered = countCovered(
      ({ now }) =>
        intervalAround(
          sumOf(now, (p) => p.sales),
          totalVariance(totalSums(now)),
          CUSTOMERS,
        ),
      CUSTOMERS * MEAN_ORDERS * MEAN_ORDER,
    );
    expectCoverage(covered);
  });

  it("for the change of a ratio over the same customers", () => {
    const covered = countCovered(({ pairs, now, then }) => {
      const [a, b] = [ratioSums(now), ratioSums(then)];
      const covariance = ratioCovariance(a, b, {
        yy: crossSum(pairs, (p, q) => p.sales * q.sales),
        yx: crossSum(pairs, (p, q) => p.sales * q.orders),
        xy: crossSum(pairs, (p, q) => p.orders * q.sales),
        xx: crossSum(pairs, (p, q) => p.orders * q.orders),
      });
      const units = Math.min(now.filter((p) => p.orders > 0).length, then.filter((p) => p.orders > 0).length);
      const variance = changeVariance(ratioVariance(a, units), ratioVariance(b, units), covariance);
      return intervalAround(a.y / a.x - b.y / b.x, variance, units);
    }, 0);
    expectCoverage(covered);
  });

  it("for the change of a total over the same customers", () => {
    const covered = countCovered(({ pairs, now, then }) => {
      const [a, b] = [totalSums(now), totalSums(then)];
      const covariance = totalCovariance(a, b, {
        yy: crossSum(pairs, (p, q) => p.sales * q.sales),
        nowOverThenMembers: a.memberSum,
        thenOverNowMembers: b.memberSum,
        bothMembers: CUSTOMERS,
      });
      const variance = changeVariance(totalVariance(a), totalVariance(b), covariance);
      return intervalAround(a.memberSum - b.memberSum, variance, CUSTOMERS);
    }, 0);
    expectCoverage(covered);
  });

  it("for the change of a share of the same customers", () => {
    const covered = countCovered(({ pairs, now, then }) => {
      const bought = (p: Bought) => (p.orders > 0 ? 1 : 0);
      const share = (people: readonly Bought[]) => {
        const y = sumOf(people, bought);
        return {
          share: y / CUSTOMERS,
          sums: { y, x: CUSTOMERS, yy: y, xy: y, xx: CUSTOMERS },
          ...wilson(y, CUSTOMERS),
        };
      };
      const [a, b] = [share(now), share(then)];
      const cross = {
        yy: crossSum(pairs, (p, q) => bought(p) * bought(q)),
        yx: a.sums.y,
        xy: b.sums.y,
        xx: CUSTOMERS,
      };
      const variances = [ratioVariance(a.sums, CUSTOMERS), ratioVariance(b.sums, CUSTOMERS)] as const;
      return shareChange(a, b, correlation(ratioCovariance(a.sums, b.sums, cross), ...variances));
    }, 0);
    expectCoverage(covered);
  });

  it("for a share of customers", () => {
    const truth = 0.27;
    let covered = 0;
    for (let trial = 0; trial < TRIALS; trial++) {
      let buyers = 0;
      for (let customer = 0; customer < CUSTOMERS; customer++) if (random() < truth) buyers++;
      covered += covers(wilson(buyers, CUSTOMERS), truth);
    }
    expectCoverage(covered);
  });

  it("for a total of customers who merely turn up", () => {
    let covered = 0;
    for (let trial = 0; trial < TRIALS; trial++) {
      const guests = poisson(CUSTOMERS);
      let sum = 0;
      let squares = 0;
      for (let guest = 0; guest < guests; guest++) {
        const sales = exponential(MEAN_ORDER);
        sum += sales;
        squares += sales ** 2;
      }
      const variance = totalVariance({
        memberSquares: 0,
        memberSum: 0,
        memberCount: 0,
        otherSquares: squares,
      });
      covered += covers(intervalAround(sum, variance, guests), CUSTOMERS * MEAN_ORDER);
    }
    expectCoverage(covered);
  });
});

/** Log-normal order values: 0.6 is a shop of goods of one kind, 1.2 one with wholesale among retail. */
describe.each([0.6, 1.2])(
  "ranges of an average of orders whose logarithms have a deviation of %f",
  (deviation) => {
    const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    const truth = Math.exp(deviation ** 2 / 2);
    const draw = (customers: number) => {
      const sums: RatioSums = { y: 0, x: 0, yy: 0, xy: 0, xx: 0 };
      const cubes = { yyy: 0, yyx: 0, yxx: 0, xxx: 0 };
      for (let customer = 0; customer < customers; customer++) {
        const x = 1 + poisson(0.6);
        let y = 0;
        for (let order = 0; order < x; order++) y += Math.exp(deviation * normal());
        sums.y += y;
        sums.x += x;
        sums.yy += y * y;
        sums.xy += x * y;
        sums.xx += x * x;
        cubes.yyy += y ** 3;
        cubes.yyx += y * y * x;
        cubes.yxx += y * x * x;
        cubes.xxx += x ** 3;
      }
      const value = sums.y / sums.x;
      const variance = ratioVariance(sums, customers);
      const third = cautiousThird("ratio", ratioThird(sums, cubes), { value, variance, units: customers });
      return {
        isSure: surenessOfRatio({ units: customers, events: customers, variance, third }) === "sure",
        covers: covers(intervalAround(value, variance, customers), truth),
      };
    };

    it("cover in at least 93 % of what is called 95 %, wherever most of it is", () => {
      let [printed, covered] = [0, 0];
      for (const [customers, draws] of [
        [30, 4000],
        [100, 4000],
        [200, 4000],
        [400, 3000],
        [1000, 2000],
        [2000, 1500],
      ] as const) {
        const sure = Array.from({ length: draws }, () => draw(customers)).filter(({ isSure }) => isSure);
        const hits = sure.filter((range) => range.covers === 1).length;
        printed += sure.length;
        covered += hits;
        // Three Monte-Carlo errors below .93.
        const least = 0.93 - 3 * Math.sqrt((0.93 * 0.07) / Math.max(1, sure.length));
        if (sure.length > draws / 2)
          expect(hits / sure.length, `${customers} customers`).toBeGreaterThan(least);
        if (customers < 100) expect(sure).toHaveLength(0);
      }
      expect(printed).toBeGreaterThan(1500);
      expect(covered / printed).toBeGreaterThan(0.93);
    });
  },
);
