import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { alignmentOf } from "../../../app/kpis/alignment.ts";
import { comparingOf } from "../../../app/kpis/comparing.ts";
import {
  daysOf,
  declaredEvent,
  type EventCalendar,
  type EventId,
  eventIds,
  ownEvent,
  USUAL_EVENTS,
} from "../../../app/kpis/events.ts";
import { addDays, daysBetween, parsePeriod, type Period } from "../../../app/kpis/period.ts";

const days = (from: string, to: string): Period => parsePeriod(from, to);
const inYears = (id: EventId, from: number, to: number) =>
  daysOf(declaredEvent(id), {
    from: `${String(from).padStart(4, "0")}-01-01`,
    to: `${String(to + 1).padStart(4, "0")}-01-01`,
  });

describe("a declared event", () => {
  // As almanacs and governments publish them.
  it.each<[EventId, string]>([
    ["easter", "2024-03-31 2025-04-20 2026-04-05 2027-03-28 2028-04-16 2029-04-01 2030-04-21"],
    ["black_friday", "2024-11-29 2025-11-28 2026-11-27 2027-11-26 2028-11-24 2029-11-23 2030-11-29"],
    ["cyber_monday", "2024-12-02 2025-12-01 2026-11-30 2027-11-29 2028-11-27 2029-11-26 2030-12-02"],
    ["mothers_day", "2024-05-12 2025-05-11 2026-05-10 2027-05-09 2028-05-14 2029-05-13 2030-05-12"],
    ["mothering_sunday", "2024-03-10 2025-03-30 2026-03-15 2027-03-07 2028-03-26 2029-03-11 2030-03-31"],
    ["fathers_day", "2024-06-16 2025-06-15 2026-06-21 2027-06-20 2028-06-18 2029-06-17 2030-06-16"],
    ["lunar_new_year", "2024-02-10 2025-01-29 2026-02-17 2027-02-06 2028-01-26 2029-02-13 2030-02-03"],
    ["diwali", "2024-10-31 2025-10-20 2026-11-08 2027-10-29 2028-10-17 2029-11-05 2030-10-26"],
    ["ramadan", "2024-03-11 2025-03-01 2026-02-18 2027-02-08 2028-01-28 2029-01-16 2030-01-05 2030-12-26"],
    ["eid_al_fitr", "2024-04-10 2025-03-30 2026-03-20 2027-03-09 2028-02-26 2029-02-14 2030-02-04"],
    ["singles_day", "2024-11-11 2025-11-11 2026-11-11 2027-11-11 2028-11-11 2029-11-11 2030-11-11"],
  ])("%s falls on the published days of 2024 to 2030", (id, expected) => {
    expect(inYears(id, 2024, 2030).join(" ")).toBe(expected);
  });

  it("follows the Umm al-Qura calendar as ICU has it, where it is Islamic", () => {
    const format = new Intl.DateTimeFormat("en-u-ca-islamic-umalqura-nu-latn", {
      ...{ timeZone: "UTC", month: "numeric", day: "numeric" },
    });
    const on = { ramadan: "9/1", eid_al_fitr: "10/1", eid_al_adha: "12/10" } as const;
    for (const [id, expected] of Object.entries(on)) {
      const found = inYears(id as keyof typeof on, 2015, 2035);
      expect(found.length).toBeGreaterThan(20);
      for (const day of found) {
        const parts = format.formatToParts(new Date(`${day}T00:00:00Z`));
        const part = (type: string) => parts.find((each) => each.type === type)?.value;
        expect(`${part("month")}/${part("day")}`, day).toBe(expected);
      }
    }
  });

  it("has a day of every year, from the first to the last, but for those that are published", () => {
    for (const id of eventIds) {
      const isPublished = inYears(id, 2100, 2100).length === 0;
      for (const year of [2020, 2024, ...(isPublished ? [] : [4, 1900, 2038, 9997])])
        expect(inYears(id, year, year).length, `${id} ${year}`).toBe(
          id === "ramadan" && year === 2030 ? 2 : 1,
        );
    }
  });
});

describe("an event of one's own", () => {
  it("is on a date of every year, or on the days that are named", () => {
    const years = { from: "2023-01-01", to: "2029-01-01" };
    expect(daysOf(ownEvent({ title: "Sale", when: { yearly: "06-15" } }), years)).toHaveLength(6);
    // 29 February is in leap years.
    expect(daysOf(ownEvent({ title: "Leap", when: { yearly: "02-29" } }), years)).toEqual([
      "2024-02-29",
      "2028-02-29",
    ]);
    const fair = ownEvent({ title: "Fair", when: { days: ["2026-05-02", "2025-04-30"] } });
    expect(daysOf(fair, years)).toEqual(["2025-04-30", "2026-05-02"]);
  });
});

describe("a period aligned to an event", () => {
  const aligned = (from: string, to: string, calendar = USUAL_EVENTS) => {
    const alignment = alignmentOf(days(from, to), calendar);
    const found = comparingOf(days(from, to), { id: "previous_year_event", alignment }, "2035-01-01");
    return { alignment, with: found?.with };
  };
  const withOwn = (title: string, when: EventCalendar["own"][number]["when"], isOn = true) => ({
    chosen: new Map(),
    own: [{ id: "1", title, when, isOn }],
  });

  it("has Black Friday of both years on the same of its days", () => {
    expect(aligned("2026-11-20", "2026-11-30")).toEqual({
      alignment: { event: { fixed: "black_friday" }, day: "2026-11-27", before: "2025-11-28" },
      with: { from: "2025-11-21", to: "2025-12-02" },
    });
    // Six years after the earliest Black Friday comes one of the latest.
    expect(aligned("2030-11-25", "2030-12-01").with).toEqual({ from: "2029-11-19", to: "2029-11-26" });
  });

  it("follows Easter, which is up to five weeks earlier or later", () => {
    expect(aligned("2025-04-14", "2025-04-21").with).toEqual({ from: "2024-03-25", to: "2024-04-02" });
    expect(aligned("2024-03-25", "2024-04-01").with).toEqual({ from: "2023-04-03", to: "2023-04-11" });
  });

  it("takes an event beside it where none is within, and the day it would fall on", () => {
    expect(aligned("2026-12-18", "2026-12-23").alignment).toEqual({
      ...{ event: { fixed: "christmas" }, day: "2026-12-25", before: "2025-12-25" },
    });
    expect(aligned("2026-08-01", "2026-08-20")).toEqual({
      alignment: null,
      with: { from: "2025-08-02", to: "2025-08-22" },
    });
  });

  it("goes by what is declared first, by the shop's own before that, and by nothing that is off", () => {
    expect(aligned("2026-11-01", "2026-11-30").alignment?.event).toEqual({ fixed: "black_friday" });
    const off: EventCalendar = { chosen: new Map([["black_friday", false]]), own: [] };
    expect(aligned("2026-11-01", "2026-11-30", off).alignment?.event).toEqual({ fixed: "cyber_monday" });
    const fair = { days: ["2025-11-14", "2026-11-12"] };
    expect(aligned("2026-11-01", "2026-11-30", withOwn("Fair", fair)).alignment).toEqual({
      ...{ event: { own: "Fair" }, day: "2026-11-12", before: "2025-11-14" },
    });
    expect(aligned("2026-11-01", "2026-11-30", withOwn("Fair", fair, false)).alignment?.event).toEqual({
      fixed: "black_friday",
    });
    const eid: EventCalendar = { chosen: new Map([["eid_al_fitr", true]]), own: [] };
    expect(aligned("2026-03-10", "2026-03-22").alignment).toBeNull();
    expect(aligned("2026-03-10", "2026-03-22", eid).alignment?.before).toBe("2025-03-30");
  });

  it("does not go by an event that had no day the year before", () => {
    expect(
      aligned("2026-08-01", "2026-08-20", withOwn("First", { days: ["2026-08-10"] })).alignment,
    ).toBeNull();
    const tooLong = { days: ["2026-08-10", "2024-08-10", "2026-06-01"] };
    expect(aligned("2026-08-01", "2026-08-20", withOwn("Rare", tooLong)).alignment).toBeNull();
  });

  it("does not go by an event that is closer to the one before than the period is long", () => {
    const eidAlone = {
      chosen: new Map(eventIds.map((id) => [id, id === "eid_al_fitr"] as const)),
      own: [],
    };
    // 355 days lie between the two.
    expect(aligned("2026-01-01", "2026-12-21", eidAlone).alignment?.before).toBe("2025-03-30");
    expect(aligned("2026-01-01", "2026-12-22", eidAlone).alignment).toBeNull();
  });

  it("never compares days with themselves, and keeps the event on the same of them", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 6000 }), fc.integer({ min: 1, max: 500 }), (start, length) => {
        const from = addDays("2016-01-01", start);
        const period = { from, to: addDays(from, length) };
        const all = { chosen: new Map(eventIds.map((id) => [id, true] as const)), own: [] };
        const alignment = alignmentOf(period, all);
        const found = comparingOf(period, { id: "previous_year_event", alignment }, "2060-01-01");
        if (found === null) throw new Error("nothing is compared");
        expect(found.with.to <= period.from).toBe(true);
        expect(daysBetween(found.with.from, found.with.to)).toBe(length);
        if (alignment !== null)
          expect(daysBetween(found.with.from, alignment.before)).toBe(daysBetween(from, alignment.day));
      }),
      { numRuns: 500 },
    );
  });

  it("has none in the calendar's first years, and does not fail there", () => {
    expect(alignmentOf(days("0001-01-01", "0001-01-01"), USUAL_EVENTS)).toBeNull();
    expect(alignmentOf(days("9998-12-20", "9998-12-31"), USUAL_EVENTS)?.event).toEqual({
      fixed: "christmas",
    });
  });
});
