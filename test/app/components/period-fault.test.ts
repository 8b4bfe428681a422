import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { comparedFault, periodFault } from "../../../app/components/bits/period-fault.ts";
import { USUAL_EVENTS } from "../../../app/kpis/events.ts";
import { addDays } from "../../../app/kpis/period.ts";
import { readAddress } from "../../../app/reports/address.ts";
import { screenWords } from "../../../app/words/screen.ts";

const TODAY = "2026-11-29";
const AT = { today: TODAY, events: USUAL_EVENTS };
const { say } = screenWords("en");
const fault = (from: string, to: string) => periodFault({ from, to }, TODAY, { say, language: "en" });

describe("two days in the period's picker", () => {
  it.each([
    ["", "2026-11-01", "Enter both days"],
    ["2026-12-01", "2026-12-02", "The first day is still to come"],
    ["2026-11-20", "2026-12-31", "The last day is still to come. The latest is today, Nov 29, 2026."],
    ["2026-11-20", "2026-11-01", "before the first"],
    ["2026-02-30", "2026-11-01", "a day of the calendar"],
  ])("from %s to %s are refused in words", (from, to, words) => {
    expect(fault(from, to)).toContain(words);
  });

  it("can be today alone, or all there ever was", () => {
    expect(fault(TODAY, TODAY)).toBeNull();
    expect(fault("1990-01-01", TODAY)).toBeNull();
    expect(fault("0002-11-20", TODAY)).toBeNull();
  });

  it("are never accepted here and then replaced by the page", () => {
    const day = fc.oneof(
      fc.integer({ min: -40_000, max: 400 }).map((days) => addDays(TODAY, days)),
      fc.constantFrom("", "0001-01-01", "1899-12-31", "1900-01-01", TODAY, addDays(TODAY, 1)),
    );
    fc.assert(
      fc.property(day, day, (from, to) => {
        if (fault(from, to) !== null) return;
        const asked = readAddress(new URLSearchParams({ from, to }), AT, () => []);
        expect(asked.replaced).toEqual([]);
        expect(asked.period).toEqual({ from, to: addDays(to, 1) });
      }),
      { numRuns: 300 },
    );
  });
});

describe("two days to compare with", () => {
  const period = { from: "2026-11-01", to: "2026-11-20" };
  const compared = (from: string, to: string) =>
    comparedFault({ from, to }, { latest: addDays(TODAY, -1), period }, { say, language: "en" });

  it.each([
    ["", "2026-10-01", "Enter both days"],
    ["2026-11-25", TODAY, "must be over. The latest is yesterday, Nov 28, 2026."],
    ["2026-10-20", "2026-10-01", "before the first"],
    ["2026-10-20", "2026-11-01", "overlap"],
    ["2026-11-20", "2026-11-22", "overlap"],
  ])("from %s to %s are refused in words", (from, to, words) => {
    expect(compared(from, to)).toContain(words);
  });

  it("are never accepted here and then replaced by the page", () => {
    const day = fc.integer({ min: -80, max: 10 }).map((days) => addDays(TODAY, days));
    fc.assert(
      fc.property(day, day, (from, to) => {
        if (compared(from, to) !== null) return;
        const address = { ...period, compare: "custom", compare_from: from, compare_to: to };
        const asked = readAddress(new URLSearchParams(address), AT, () => []);
        expect(asked.replaced).toEqual([]);
        expect(asked.comparison).toEqual({ id: "custom", days: { from, to: addDays(to, 1) } });
      }),
      { numRuns: 300 },
    );
  });
});
