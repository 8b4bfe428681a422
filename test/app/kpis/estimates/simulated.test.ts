// A part of the simulation of docs/statistics.md, small enough for every run: seeds are fixed, thresholds are three Monte-Carlo
// errors away.
import { describe, expect, it } from "vitest";
import {
  type Covered,
  moneyCoverage,
  secondOrderCoverage,
  shareCoverage,
  spendCoverage,
} from "../../../tools/statistics/coverage.ts";
import { falseAlarms } from "../../../tools/statistics/false-alarms.ts";

/** What is called 95 % holds in at least 93 %, wherever most of it is called so. */
function expectHeld(found: readonly Covered[], where: string): void {
  for (const { what, sure, rough } of found) {
    if (sure.printed <= rough.printed) continue;
    const least = 0.93 - 3 * Math.sqrt((0.93 * 0.07) / sure.printed);
    expect(sure.held / sure.printed, `${what}, ${where}`).toBeGreaterThan(least);
  }
}

const found = (list: readonly Covered[], name: string) => list.find(({ what }) => what === name);

describe("ranges of simulated customers", () => {
  it.each([
    [60, 0.6],
    [60, 1.2],
    [250, 1.2],
  ] as const)(
    "of %i, with order values of a log-sd of %f, hold what they are called",
    (customers, deviation) => {
      const list = moneyCoverage(customers, deviation, 400, 1992 + customers);
      expectHeld(list, `${customers} at ${deviation}`);
      const average = found(list, "Average order value");
      if (average === undefined) throw new Error("no average was drawn");
      const all = average.sure.printed + average.rough.printed;
      expect(all).toBe(400);
      // Light tails are called 95 % from 50 customers on, heavy ones of 60 for less than half.
      if (deviation === 0.6) expect(average.sure.printed / all).toBeGreaterThan(0.95);
      else if (customers === 60) expect(average.sure.printed / all).toBeLessThan(0.6);
      // A symmetric range of 60 at 1.2 holds in 88 %.
      expect((average.sure.held + average.rough.held) / all).toBeGreaterThan(0.87);
    },
  );

  it("of fewer than 50 customers are never called 95 % of an average, and of fewer than 10 there are none", () => {
    expect(found(moneyCoverage(49, 0.6, 20, 3), "Average order value")?.sure.printed).toBe(0);
    expect(found(moneyCoverage(9, 0.6, 20, 3), "Average order value")).toBeUndefined();
  });

  it.each([40, 200])("that count %i of them hold what they are called", (customers) => {
    for (const of of [shareCoverage, spendCoverage, secondOrderCoverage])
      expectHeld(of(customers, 400, 1927), `${customers}`);
  });
});

describe("pages of shops in which nothing has changed", () => {
  it.each([0.6, 1.2] as const)(
    "have a verdict in at most one of twenty, with a log-sd of %f",
    (deviation) => {
      const pages = 200;
      const { alarmed, alone, judged } = falseAlarms(400, deviation, pages, 1995);
      expect(judged).toBeGreaterThan(20);
      expect(alarmed / pages).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / pages));
      // Were each judged alone, most pages would have one.
      expect(alone / pages).toBeGreaterThan(0.35);
    },
  );
});
