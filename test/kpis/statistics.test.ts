import { describe, expect, it } from "vitest";
import {
  changeVariance,
  correlation,
  intervalAround,
  isTooFew,
  ratioCovariance,
  ratioVariance,
  shareChange,
  studentT,
  totalCovariance,
  totalVariance,
  verdictOf,
  wilson,
  type Interval,
  type RatioSums,
} from "../../app/kpis/statistics.ts";
import { randomFrom } from "./shop.ts";

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

  it("does not judge few customers, few events or a single one who makes the sum", () => {
    const enough = { customers: 30, events: 10, sum: 100, largest: 20 };
    expect(isTooFew(enough)).toBe(false);
    expect(isTooFew({ ...enough, customers: 29 })).toBe(true);
    expect(isTooFew({ ...enough, events: 9 })).toBe(true);
    expect(isTooFew({ ...enough, largest: 21 })).toBe(true);
    expect(isTooFew({ ...enough, sum: -100 })).toBe(false);
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
