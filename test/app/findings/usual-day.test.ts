import { describe, expect, it } from "vitest";
import { type Series, usualDays } from "../../../app/findings/usual-day.ts";
import { chanceFrom } from "../../tools/statistics/draw.ts";

const { normal, poisson } = chanceFrom(5);
const sales = (days: number, odd: Readonly<Record<number, number>> = {}) =>
  Array.from({ length: days }, (_, day) => odd[day] ?? Math.round(100_000 * Math.exp(0.1 * normal())));
const seriesOf = (values: readonly number[], of: Partial<Series> = {}): Series => ({
  ...{ values, trimmed: values.map((value) => value * 0.9), counts: values.map(() => 40), isCount: false },
  ...of,
});

describe("usual days", () => {
  it("are told from the 56th day on, and of the last 28", () => {
    expect(usualDays(seriesOf(sales(55))).size).toBe(0);
    expect([...usualDays(seriesOf(sales(56))).keys()]).toEqual([55]);
    expect([...usualDays(seriesOf(sales(60))).keys()]).toEqual([55, 56, 57, 58, 59]);
    expect([...usualDays(seriesOf(sales(371))).keys()]).toHaveLength(28);
  });

  it("hold nineteen of twenty days between their bounds", () => {
    const values = sales(371);
    let inside = 0;
    for (const [at, { low, high, expected }] of usualDays(seriesOf(values))) {
      expect(low).toBeLessThan(expected);
      expect(high).toBeGreaterThan(expected);
      if ((values[at] ?? 0) >= low && (values[at] ?? 0) <= high) inside += 1;
    }
    expect(inside).toBeGreaterThanOrEqual(24);
  });

  it("take a day on which more came back than was sold for one without sales", () => {
    const found = usualDays(seriesOf(sales(120, { 110: -70_000, 100: 0 })));
    for (const at of [100, 110]) {
      expect(found.get(at)?.pValue).toBeLessThan(1e-6);
      expect(found.get(at)?.strength).toBeLessThan(-6);
      expect(found.get(at)?.low).toBeGreaterThan(0);
    }
    const backs = new Array<number>(120).fill(-5);
    for (const { strength, pValue } of usualDays(seriesOf(backs)).values()) {
      expect(strength).toBe(0);
      expect(pValue).toBe(1);
    }
  });

  it("leave out what one customer did", () => {
    const values = sales(120, { 110: 500_000 });
    const own = values.map((value, day) => (day === 110 ? 95_000 : value * 0.95));
    expect(usualDays(seriesOf(values)).get(110)?.pValue).toBeLessThan(1e-6);
    expect(usualDays(seriesOf(values, { trimmed: own })).get(110)?.pValue).toBeGreaterThan(0.01);
  });

  it("stand beside the same weekdays where less than ten happen, and beside those of last year", () => {
    const counts = Array.from({ length: 371 }, (_, day) => (day % 7 === 6 ? 0 : poisson(4)));
    const own = { counts, trimmed: counts.map((count) => Math.max(0, count - 1)), isCount: true };
    const found = usualDays(seriesOf(counts, own));
    expect(found.get(370 - ((370 - 6) % 7))?.expected).toBeLessThan(0.5);
    expect(found.get(369)?.expected).toBeGreaterThan(2);
    const without = usualDays(
      seriesOf(
        counts.map((count, day) => (day < 30 ? 9 : count)),
        own,
      ),
    );
    expect(without.get(369)?.expected).toBeGreaterThan(found.get(369)?.expected ?? 9);
  });

  it("are not told of money where less than ten bring it, nor of what hardly happens", () => {
    expect(usualDays(seriesOf(sales(120), { counts: new Array<number>(120).fill(9) })).size).toBe(0);
    const rare = Array.from({ length: 120 }, (_, day) => (day % 20 === 0 ? 1 : 0));
    expect(usualDays(seriesOf(rare, { counts: rare, trimmed: rare, isCount: true })).size).toBe(0);
  });

  it("are numbers, whatever the days hold", () => {
    const huge = sales(120, { 118: 9e15, 119: Number.MAX_SAFE_INTEGER });
    const same = new Array<number>(120).fill(50);
    const none = new Array<number>(120).fill(0);
    for (const values of [huge, same, none, same.map((value, day) => (day === 119 ? 51 : value))])
      for (const { expected, low, high, pValue, strength } of usualDays(seriesOf(values)).values()) {
        expect([expected, low, high].every(Number.isFinite)).toBe(true);
        expect(Number.isNaN(strength)).toBe(false);
        expect(pValue).toBeGreaterThanOrEqual(0);
        expect(pValue).toBeLessThanOrEqual(1);
      }
  });
});
