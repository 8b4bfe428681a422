// What is still to come, against hand arithmetic.
import { describe, expect, it } from "vitest";
import { type Cohort, developmentOf, LEAST_MONTHS, toCome } from "../../../app/refunds/to-come.ts";

const LENGTH = 30;
/** The month that ends `ago` months of thirty days before day 0, of 10,000 sold; so much of it on days after its end. */
const month = (ago: number, ...back: readonly (readonly [after: number, amount: number])[]): Cohort => {
  const end = -ago * LENGTH;
  return { end, sold: 10_000, back: back.map(([after, amount]) => ({ day: end + after, amount })) };
};
/** Of each month 800 within it, 100 on the 5th day after it, and so much on the 20th. */
const months = (late: readonly number[]) =>
  late.map((amount, index) => month(late.length - index + 1, [-3, 800], [5, 100], [20, amount]));
const LATE = [40, 10, 90, 60, 50, 20, 80, 70, 30];
const told = (of: Cohort, earlier: readonly Cohort[], longest: number | null = 30) =>
  toCome(of, earlier, { now: 0, longest, development: developmentOf(earlier, 0) });

describe("what is still to come of a month", () => {
  it("lies between the least and the most that earlier months had back after the same age", () => {
    // Ended 10 days ago: what came after the 10th day. The 20th is in the third week: nearly all has come after 21 days.
    const of: Cohort = { end: -10, sold: 20_000, back: [{ day: -12, amount: 1700 }] };
    const earlier = months(LATE);
    expect(developmentOf(earlier, 0).nearlyAllAfter).toBe(21);
    // 450 of 90,000 together; 10 and 90 of 10,000.
    expect(told(of, earlier)).toEqual({
      ...{ kind: "estimated", low: 20, high: 180, likely: 100, months: 9, level: 8 / 10 },
    });
  });

  it("may be further from the usual in a month of fewer sales", () => {
    // A quarter of theirs: 10 and 90 of 10,000 are twice as far from the 50 of all together.
    const of: Cohort = { end: -10, sold: 2_500, back: [] };
    const share = { low: 50 - 2 * 40, high: 50 + 2 * 40 };
    expect(told(of, months(LATE))).toMatchObject({
      ...{ low: Math.max(0, Math.floor(share.low / 4)), high: Math.ceil(share.high / 4), likely: 13 },
    });
  });

  it("is less by what came since, and never below nothing", () => {
    const of: Cohort = { end: -10, sold: 20_000, back: [{ day: 0, amount: 60 }] };
    expect(told(of, months(LATE))).toMatchObject({ low: 0, high: 120, likely: 40 });
    const more: Cohort = { ...of, back: [{ day: 0, amount: 6_000 }] };
    expect(told(more, months(LATE))).toMatchObject({ low: 0, high: 0, likely: 0 });
    const kept = LATE.map(() => -5);
    expect(told(of, months(kept))).toMatchObject({ low: 0, high: 0, likely: 0 });
  });

  it("is nothing once the last sale is older than anything that came back", () => {
    expect(told(month(1), months(LATE), 30)).toEqual({ kind: "nothing" });
    expect(told(month(1), months(LATE), 31).kind).toBe("estimated");
    expect(told({ end: 0, sold: 1, back: [] }, months(LATE), null)).toEqual({ kind: "nothing" });
  });

  it("is not told from too few months, nor from months in which nothing was sold", () => {
    const of: Cohort = { end: -10, sold: 20_000, back: [] };
    const eight = months(LATE.slice(1));
    expect(told(of, eight).kind).toBe("estimated");
    expect(told(of, eight.slice(1))).toEqual({ kind: "too_few", months: LEAST_MONTHS - 1 });
    const closed = eight.map((each, index) => (index === 4 ? { ...each, sold: 0 } : each));
    expect(told(of, closed)).toEqual({ kind: "too_few", months: LEAST_MONTHS - 1 });
    // Followed for 20 days beyond that age, of 21.
    const young = { ...month(1), end: -30 };
    expect(told(of, [...eight.slice(1), young])).toEqual({ kind: "too_few", months: LEAST_MONTHS - 1 });
    expect(told(of, [...eight.slice(1), { ...young, end: -31 }]).kind).toBe("estimated");
    expect(told(of, [])).toEqual({ kind: "too_few", months: 0 });
  });

  it("is told from the newest 24 months", () => {
    const earlier = months([9_000, ...Array.from({ length: 24 }, () => 50)]);
    const of: Cohort = { end: -10, sold: 10_000, back: [] };
    expect(told(of, earlier)).toMatchObject({ low: 50, high: 50, months: 24, level: 23 / 25 });
  });
});

describe("how what comes back comes", () => {
  it("is made of each step's own months, so that a young shop's growth does not shorten it", () => {
    // After two weeks half of it, after four all; most was sold in the month that is two weeks old.
    const old = month(3, [10, 100], [25, 100]);
    const young: Cohort = { end: -14, sold: 1_000_000, back: [{ day: -4, amount: 10_000 }] };
    const { nearlyAllAfter, comeBy } = developmentOf([old, young], 0);
    expect(nearlyAllAfter).toBe(28);
    expect([0, 13, 14, 27, 28, 500].map(comeBy)).toEqual([0, 0, 0.5, 0.5, 1, 1]);
  });

  it("is over at once where nothing comes back, or no month is old enough", () => {
    for (const all of [[], [month(5)], [month(0, [-1, 5])]])
      expect(developmentOf(all, 0).nearlyAllAfter).toBe(0);
  });
});
