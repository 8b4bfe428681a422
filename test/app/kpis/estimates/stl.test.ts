import { describe, expect, it } from "vitest";
import { stl } from "../../../../app/kpis/estimates/stl.ts";
import { CO2 } from "./co2.ts";

const OF_MONTHS = { period: 12, seasonal: 35, trend: 19, lowPass: 13, inner: 1, outer: 2 };
const JUMPS = { seasonal: 4, trend: 2, lowPass: 2 };

/** Seasonal, trend, weight of some months, among them those that weigh least. */
type Golden = readonly (readonly [number, number, number, number])[];

/** What the authors' own Fortran program answers of CO₂, as statsmodels keeps it (stl_test_results.csv, scenario "baseline"). */
const BASELINE: Golden = [
  [0, -0.13125464336066284, 315.55193972532356, 0.94748803176461716],
  [1, 0.51706942811097434, 315.6444815723392, 0.88239070760993688],
  [52, 2.765953500890988, 319.0678481244226, 0.50441999057188136],
  [82, -1.9653380963052129, 320.69461437192018, 0.2651672528703003],
  [93, -3.0192920742255533, 321.38591076938843, 0.18203278005122117],
  [147, 2.3800185233733959, 326.32393967871712, 0.10460030870706755],
  [295, -1.3320048040165433, 343.0212534542618, 0.18934318107264755],
  [346, -2.1426375825597082, 349.4952143730211, 0.98284553390023988],
  [347, -0.94898196289088432, 349.70269160292088, 0.98071842215379312],
];

/** The same with every value of the low-pass filter worked out (scenario "nljump-1"). */
const EVERY_LOW_PASS: Golden = [
  [0, -0.13125362300212545, 315.55193834363786, 0.94748816400966929],
  [8, -2.6757436747738672, 316.29330949007669, 0.63786265758983673],
  [52, 2.7659519458718496, 319.06784781978519, 0.50441811360999045],
  [62, 1.165917070489781, 319.48804684693692, 0.8766287897272302],
];

function expectGolden({ seasonal, trend, weights }: ReturnType<typeof stl>, golden: Golden): void {
  for (const [at, season, level, weight] of golden) {
    expect(seasonal[at], `seasonal ${at}`).toBeCloseTo(season, 9);
    expect(trend[at], `trend ${at}`).toBeCloseTo(level, 9);
    expect(weights[at], `weight ${at}`).toBeCloseTo(weight, 7);
  }
}

describe("a series taken apart", () => {
  it("is what the program of STL's authors makes of carbon dioxide", () => {
    expectGolden(stl(CO2, { ...OF_MONTHS, jumps: JUMPS }), BASELINE);
    expectGolden(stl(CO2, { ...OF_MONTHS, jumps: { ...JUMPS, lowPass: 1 } }), EVERY_LOW_PASS);
  });

  it("gives a week and a line back as they are, and weighs the one day that is neither as nothing", () => {
    const week = [3, -1, 0, 2, -2, -3, 1];
    const days = Array.from({ length: 70 }, (_, day) => 10 + 0.1 * day + (week[day % 7] ?? 0));
    const odd = days.map((value, day) => (day === 40 ? value + 25 : value + 1e-3 * Math.sin(day * day)));
    const { seasonal, trend, weights } = stl(odd, {
      ...{ period: 7, seasonal: 35, trend: 29, lowPass: 7, inner: 1, outer: 6 },
    });
    for (let day = 0; day < days.length; day++)
      expect((seasonal[day] ?? 0) + (trend[day] ?? 0), `day ${day}`).toBeCloseTo(days[day] ?? 0, 1);
    expect(weights[40]).toBe(0);
    expect(weights.filter((weight) => weight > 0.5).length).toBeGreaterThan(60);
  });

  it("takes what is the same every day", () => {
    const { seasonal, trend } = stl(new Array<number>(56).fill(4), {
      ...{ period: 7, seasonal: 35, trend: 29, lowPass: 7, inner: 1, outer: 6 },
    });
    expect(trend.every((value) => Math.abs(value - 4) < 1e-9)).toBe(true);
    expect(seasonal.every((value) => Math.abs(value) < 1e-9)).toBe(true);
  });
});
