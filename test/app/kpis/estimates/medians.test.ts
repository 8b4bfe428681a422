// Ranges of medians, by the slow recount that the compiled statement agrees with (test/engine/kpis/recount.test.ts): customers
// order several times, and orders of one customer are alike.
import { describe, expect, it } from "vitest";
import { medianFigure } from "../../../engine/kpis/recount-medians.ts";
import { type Chance, chanceFrom } from "../../../tools/statistics/draw.ts";

const MEDIAN = 5000;
const DRAWS = 1000;

/** One to many orders, of whose spread on a log scale `own` is the customer's. */
function ordersOf({ uniform, normal }: Chance, own: number): number[] {
  const count = 1 + Math.floor(-2 * Math.log(1 - uniform()));
  const usual = normal() * Math.sqrt(own);
  return Array.from({ length: count }, () =>
    Math.round(MEDIAN * Math.exp(usual + normal() * Math.sqrt(1 - own))),
  );
}

describe("the range of a median", () => {
  it.each([
    [15, 0.8],
    [50, 0.3],
    [50, 0.8],
    [300, 0.8],
  ])("of %i customers, %f of whose spread is their own, holds it in 93 of 100 cases", (customers, own) => {
    const chance = chanceFrom(1952 + customers);
    let [held, printed] = [0, 0];
    for (let draw = 0; draw < DRAWS; draw++) {
      const { range } = medianFigure(Array.from({ length: customers }, () => ordersOf(chance, own)));
      if (range === null) continue;
      printed++;
      if (range.low <= MEDIAN && MEDIAN <= range.high) held++;
    }
    expect(printed).toBeGreaterThan(0.99 * DRAWS);
    expect(held / printed).toBeGreaterThan(0.93);
  });

  it("is none of equal values, of few customers, or of fewer orders than its places need", () => {
    const of = (people: readonly number[][]) => medianFigure(people);
    expect(of(Array.from({ length: 40 }, () => [500, 500]))).toMatchObject({ value: 500, range: null });
    expect(of(Array.from({ length: 9 }, (_, n) => [n, 2 * n]))).toMatchObject({ n: 9, range: null });
    expect(of([[100], [300]])).toMatchObject({ value: 200, range: null });
    expect(of([])).toMatchObject({ value: null, n: 0 });
  });
});
