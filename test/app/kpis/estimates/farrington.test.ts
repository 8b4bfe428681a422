// Worked out by hand after Farrington et al. (1996), with weekdays as the model's factor: the means are those of each weekday.
import { describe, expect, it } from "vitest";
import { studentTail } from "../../../../app/kpis/estimates/distributions.ts";
import { countModel, countsAt, countStrength } from "../../../../app/kpis/estimates/farrington.ts";

const weeks = (...counts: number[]) => Array.from({ length: 7 }, () => counts);

describe("what a small count of a day usually is", () => {
  it("is the mean of the weekday, with a Poisson count's error where counts vary less", () => {
    // Mean 4; Σ(y − 4)² ÷ 4 = 56 ÷ 4 = 14 on 56 − 7 = 49 degrees: dispersion 0.286, taken for 1.
    const model = countModel(weeks(3, 5, 3, 5, 3, 5, 3, 5), 2);
    expect(model).toMatchObject({ expected: 4, dispersion: 1, degrees: 49 });
    // √(4 + 4 ÷ 8) = 2.12132
    expect(model.error).toBeCloseTo(2.12132, 5);
    // Half a count nearer: 1.5 × 4 × ((13.5 ÷ 4)^⅔ − 1) ÷ 2.12132 = 6 × 1.25 ÷ 2.12132
    expect(countStrength(14, model)).toBeCloseTo(3.53553, 4);
    // 6 × ((0.5 ÷ 4)^⅔ − 1) ÷ 2.12132 = 6 × −0.75 ÷ 2.12132
    expect(countStrength(0, model)).toBeCloseTo(-2.12132, 4);
    // Half of what is expected more: 4 × (1 ± 2 × 1.96 × 2.12132 ÷ 12)^1.5
    const { low, high } = countsAt(model, 1.96);
    expect(low).toBeCloseTo(4 * 0.30704 ** 1.5, 3);
    expect(high).toBeCloseTo(4 * 1.69296 ** 1.5, 3);
  });

  it("is less sure of itself where counts vary more", () => {
    // Σ(y − 4)² ÷ 4 = 56 × 16 ÷ 4 = 224 on 49: 4.5714; residuals of 0.88 standard errors weigh in full.
    const model = countModel(weeks(0, 8, 0, 8, 0, 8, 0, 8), 0);
    expect(model.expected).toBe(4);
    expect(model.dispersion).toBeCloseTo(4.5714, 4);
    // 6 × 1.25 ÷ √(4.5714 × 4.5)
    expect(countStrength(14, model)).toBeCloseTo(1.6536, 3);
  });

  it("weighs an outbreak before it down", () => {
    const quiet = weeks(4, 4, 4, 4, 4, 4, 4, 4);
    const turns = quiet.map((days, weekday) => (weekday === 3 ? [4, 4, 4, 4, 4, 4, 4, 40] : days));
    const model = countModel(turns, 3);
    // Its own mean would be 8.5.
    expect(model.expected).toBeGreaterThan(4);
    expect(model.expected).toBeLessThan(6);
    expect(countModel(turns, 4).expected).toBeCloseTo(4, 9);
  });

  it("is hardly anything where nothing ever was", () => {
    const model = countModel(weeks(0, 0, 0, 0, 0, 0, 0, 0), 0);
    expect(model).toMatchObject({ expected: 1 / 16, dispersion: 1 });
    expect(countStrength(0, model)).toBe(0);
  });
});

describe("the tail of Student's t", () => {
  it("is that of tables", () => {
    // Abramowitz & Stegun (1964), table 26.10.
    for (const [t, degrees, tail] of [
      [2.571, 5, 0.025],
      [2.228, 10, 0.025],
      [4.587, 10, 0.0005],
      [3.646, 30, 0.0005],
      [3.373, 120, 0.0005],
    ] as const) {
      expect(studentTail(t, degrees) / tail, `${t} ${degrees}`).toBeGreaterThan(0.95);
      expect(studentTail(t, degrees) / tail, `${t} ${degrees}`).toBeLessThan(1.05);
    }
    expect(studentTail(-2.228, 10)).toBeCloseTo(0.975, 3);
    expect(studentTail(0, 7)).toBe(0.5);
  });
});
