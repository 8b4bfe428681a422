// The published numbers of each method, and what holds of any numbers.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { logarithmicMean, productEffects } from "../../../app/why/products.ts";
import { quotientEffects, rateEffects } from "../../../app/why/rates.ts";
import { type Step, sumEffects } from "../../../app/why/sums.ts";

const total = (amounts: readonly number[]) => amounts.reduce((sum, amount) => sum + amount, 0);

describe("a product", () => {
  it("moves by its factors as in the example of 6,000 that become 7,056", () => {
    const effects = productEffects([100, 1.5, 40], [120, 1.4, 42]);
    [1187.595, -449.402, 317.806].forEach((expected, index) =>
      expect(effects[index]).toBeCloseTo(expected, 3),
    );
  });

  it("moves by its factors as LMDIR's own test says", () => {
    // github.com/MatthewHeun/LMDIR, tests: X⁰ [[1, 10, 2], [4, 5, 3]], X¹ [[4, 5, 3], [5, 6, 4]].
    const [one, other] = [productEffects([1, 10, 2], [4, 5, 3]), productEffects([4, 5, 3], [5, 6, 4])];
    [69.79006598, -9.455125793, 39.66505981].forEach((expected, index) =>
      expect((one[index] ?? 0) + (other[index] ?? 0)).toBeCloseTo(expected, 8),
    );
  });

  it("leaves nothing over, whatever its factors are", () => {
    const factor = fc.double({ min: 1e-3, max: 1e4, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(factor, factor), { minLength: 1, maxLength: 6 }), (factors) => {
        const [then, now] = [factors.map(([a]) => a), factors.map(([, b]) => b)];
        const product = (of: readonly number[]) => of.reduce((all, each) => all * each, 1);
        const difference = product(now) - product(then);
        const scale = Math.max(product(now), product(then));
        expect(Math.abs(total(productEffects(then, now)) - difference) / scale).toBeLessThan(1e-9);
      }),
    );
  });

  it("has a mean between its two values that closes in on them where they are close", () => {
    expect(logarithmicMean(5, 5)).toBe(5);
    expect(logarithmicMean(1 + 1e-9, 1)).toBeCloseTo(1 + 5e-10, 12);
    // Both ways of working it out agree where one gives way to the other.
    expect(logarithmicMean(1.000_099_9, 1)).toBeCloseTo(0.000_099_9 / Math.log1p(0.000_099_9), 11);
  });
});

describe("a rate", () => {
  const golden = {
    weights: { then: [0.5, 0.3, 0.2], now: [0.4, 0.3, 0.3] },
    rates: { then: [0.3, 0.2, 0.05], now: [0.32, 0.19, 0.06] },
  };
  const rows = golden.weights.then.map((weight, index) => {
    const now = golden.weights.now[index] ?? 0;
    return {
      then: { y: weight * (golden.rates.then[index] ?? 0), x: weight },
      now: { y: now * (golden.rates.now[index] ?? 0), x: now },
    };
  });

  it("falls though two of three segments rise, by their weights", () => {
    const effects = rateEffects(rows) ?? [];
    [0.009, -0.003, 0.0025].forEach((expected, index) =>
      expect(effects[index]?.rate).toBeCloseTo(expected, 10),
    );
    [-0.00985, 0, -0.01565].forEach((expected, index) =>
      expect(effects[index]?.mix).toBeCloseTo(expected, 10),
    );
    expect(total(effects.map(({ rate, mix }) => rate + mix))).toBeCloseTo(-0.017, 10);
  });

  it("of a segment that one period has not is all weight", () => {
    const effects = rateEffects([
      { then: { y: 1, x: 10 }, now: { y: 1, x: 10 } },
      { then: { y: 0, x: 0 }, now: { y: 6, x: 10 } },
    ]);
    // From .1 to .35: the middle is .225, and a half of all weight came at .6.
    expect(effects?.[1]?.mix).toBeCloseTo(0.1875, 10);
    expect(effects?.[1]).toMatchObject({ rate: 0, apart: 0 });
  });

  it("leaves nothing over, whatever is divided, and by whatever", () => {
    const amount = fc.integer({ min: -1000, max: 1000 });
    const parts = fc.record({ y: amount, x: amount });
    fc.assert(
      fc.property(fc.array(fc.record({ then: parts, now: parts }), { minLength: 1 }), (some) => {
        const sums = (slice: "then" | "now") => ({
          y: total(some.map((row) => row[slice].y)),
          x: total(some.map((row) => row[slice].x)),
        });
        const [then, now] = [sums("then"), sums("now")];
        const [effects, quotient] = [rateEffects(some), quotientEffects(then, now)];
        if (then.x === 0 || now.x === 0) {
          expect([effects, quotient]).toEqual([null, null]);
          return;
        }
        const difference = now.y / now.x - then.y / then.x;
        const size = 1 + total(some.map(({ then: a, now: b }) => Math.abs(a.y) + Math.abs(b.y)));
        const left = total((effects ?? []).map(({ rate, mix, apart }) => rate + mix + apart)) - difference;
        expect(Math.abs(left) / size).toBeLessThan(1e-6);
        expect((quotient?.divided ?? 0) + (quotient?.divisor ?? 0)).toBeCloseTo(difference, 6);
      }),
    );
  });
});

describe("two factors", () => {
  it("move a quotient as they move a product", () => {
    // Das Gupta's example: 10,930 × .717892 to 16,591 × .825974, effects 4,369.91 and 1,487.26.
    const effects = quotientEffects({ y: 10_930, x: 1 / 0.717892 }, { y: 16_591, x: 1 / 0.825974 });
    expect(effects?.divided).toBeCloseTo(4369.91, 2);
    expect(effects?.divisor).toBeCloseTo(1487.26, 2);
  });
});

describe("a sum of a segment", () => {
  const steps: Step[] = [
    { name: "members", kind: "times" },
    { name: "buyers", kind: "times" },
    { name: "orders", kind: "times" },
    { name: "sales", kind: "times" },
    { name: "net", kind: "plus" },
  ];
  const same = { days: { then: 30, now: 30 }, flow: 2 };
  const all = (of: ReturnType<typeof sumEffects>) => total([...of.steps, of.days, of.entered, of.left]);

  it("moves by members, by who bought, how often, for how much, and what was given back", () => {
    // 100 members, 50 of them bought, 75 orders of 40, a tenth given back; then 120, 60, 90 orders of 42, a fifth.
    const found = sumEffects(steps, [100, 50, 75, 3000, 2700], [120, 60, 90, 3780, 3024], same);
    const mean = (3024 - 2700) / Math.log(3024 / 2700);
    [1.2, 1, 1, 1.05, 8 / 9].forEach((ratio, step) =>
      expect((found.steps[step] ?? 0) / mean).toBeCloseTo(Math.log(ratio), 9),
    );
    expect(all(found)).toBeCloseTo(324, 9);
  });

  it("lays the longer month to the days alone", () => {
    const found = sumEffects(steps, [100, 50, 60, 600, 600], [100, 50, 62, 620, 620], {
      days: { then: 30, now: 31 },
      flow: 2,
    });
    expect(found.days).toBeCloseTo(20, 9);
    expect(found.steps.map((each) => Math.round(each * 1e9))).toEqual([0, 0, 0, 0, 0]);
  });

  it("takes a segment that appears or goes for one that entered or left", () => {
    expect(sumEffects(steps, [0, 0, 0, 0, 0], [5, 2, 2, 80, 70], same)).toMatchObject({
      entered: 80,
      left: 0,
    });
    expect(sumEffects(steps, [5, 2, 2, 80, 80], [0, 0, 0, 0, -10], same)).toMatchObject({
      left: -80,
      steps: [0, 0, 0, 0, -10],
    });
  });

  it("takes what is nothing for what moved it", () => {
    expect(sumEffects(steps, [5, 0, 0, 0, -20], [6, 2, 2, 80, 80], same).steps).toEqual([0, 80, 0, 0, 20]);
  });

  it("tells what is given back apart where more is than was sold", () => {
    const found = sumEffects(steps, [10, 5, 5, 500, 450], [10, 5, 5, 550, -50], same);
    expect(found.steps[3]).toBeCloseTo(50, 9);
    expect(found.steps[4]).toBe(-550);
  });

  it("leaves nothing over, whatever it is made of", () => {
    const sum = fc.integer({ min: -5, max: 1000 });
    const sums = fc.tuple(sum, sum, sum, sum, sum);
    fc.assert(
      fc.property(sums, sums, fc.integer({ min: 28, max: 31 }), (then, now, length) => {
        const found = sumEffects(steps, then, now, { days: { then: 30, now: length }, flow: 2 });
        expect(Math.abs(all(found) - ((now.at(-1) ?? 0) - (then.at(-1) ?? 0)))).toBeLessThan(1e-6);
      }),
    );
  });
});
