import { describe, expect, it } from "vitest";
import { adjusted, judge } from "../../../../app/kpis/estimates/discoveries.ts";
import { normalTail } from "../../../../app/kpis/estimates/distributions.ts";

/** Benjamini & Hochberg (1995), J. R. Stat. Soc. B 57:289, 4.1: thrombolysis, 15 hypotheses in their order of size. */
const PUBLISHED = [
  ...[0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344],
  ...[0.0459, 0.324, 0.4262, 0.5719, 0.6528, 0.759, 1.0],
];

describe("many changes judged at once", () => {
  it("finds 4 of the 15 that Benjamini and Hochberg published, whatever their order", () => {
    const { found } = judge(PUBLISHED, "apart", 0.05);
    expect(found.filter(Boolean)).toHaveLength(4);
    expect(found.slice(0, 4)).toEqual([true, true, true, true]);
    const turned = judge(PUBLISHED.toReversed(), "apart", 0.05).found;
    expect(turned).toEqual(found.toReversed());
    // As p.adjust(method = "BH") of R prints them.
    const expected = [0.0015, 0.003, 0.0095, 0.035625, 0.0603, 0.063857, 0.063857, 0.0645, 0.0765, 0.486];
    for (const [index, value] of expected.entries())
      expect(adjusted(PUBLISHED, "apart")[index]).toBeCloseTo(value, 6);
  });

  it("pays for sets that overlap what Benjamini and Yekutieli charge", () => {
    // 1 + 1/2 + … + 1/15 = 3.318229: .0015, .003 and .0095 become .004977, .009955 and .031523, the fourth .118212.
    const overlapping = adjusted(PUBLISHED, "overlapping");
    expect(overlapping[0]).toBeCloseTo(0.0015 * 3.318229, 6);
    expect(overlapping[3]).toBeCloseTo(0.035625 * 3.318229, 5);
    expect(judge(PUBLISHED, "overlapping").found.filter(Boolean)).toHaveLength(3);
  });

  it("widens the ranges beside the verdicts to 1 - q·R ÷ m", () => {
    const { level, z } = judge(PUBLISHED, "apart");
    expect(level).toBeCloseTo(1 - (0.05 * 4) / 15, 12);
    expect(2 * normalTail(z)).toBeCloseTo((0.05 * 4) / 15, 12);
    expect(judge(PUBLISHED, "overlapping").level).toBeCloseTo(1 - (0.05 * 3) / 15 / 3.3182289932, 10);
    // Of one alone it is 95 %; where nothing is found, as for the first one.
    expect(judge([0.2], "apart")).toMatchObject({ found: [false], level: 0.95 });
    expect(judge([0.2, 0.3], "apart").level).toBeCloseTo(0.975, 12);
    expect(judge([0.01, 0.02], "apart")).toMatchObject({ found: [true, true], level: 0.95 });
    expect(judge([], "overlapping")).toMatchObject({ found: [], level: 0.95 });
  });

  it("takes ties and certainties as they come", () => {
    expect(judge([0, 0, 1], "apart").found).toEqual([true, true, false]);
    expect(judge([0.04, 0.04, 0.04], "apart").found).toEqual([true, true, true]);
  });
});
