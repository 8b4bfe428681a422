import { describe, expect, it } from "vitest";
import { canBeSaved, changesOf, draftOf, isTooLarge } from "../../../app/components/pages/calendar-draft.ts";
import type { CalendarView } from "../../../app/reports/calendar.server.ts";

const view: CalendarView = {
  events: [
    { id: "easter", label: "Easter", on: true, last: null, next: null },
    { id: "ramadan", label: "Ramadan", on: false, last: null, next: null },
  ],
  own: [
    { id: "1", title: "Sale", isOn: true, yearly: true, days: ["2026-06-15"], last: null, next: null },
    { id: "2", title: "Fair", isOn: true, yearly: false, days: ["2026-05-02"], last: null, next: null },
  ],
  annotations: [
    { id: "3", from: "2026-11-20", to: "2026-11-20", type: "campaign", title: "Letter", description: "" },
  ],
  types: [],
  today: "2026-11-29",
};
const draft = draftOf(view);
const [sale, fair] = draft.own;
const [letter] = draft.notes;
if (sale === undefined || fair === undefined || letter === undefined) throw new Error("the draft is empty");

describe("a calendar that is being changed", () => {
  it("has no changes as it was read", () => {
    expect(changesOf(view, draft)).toBeNull();
  });

  it("saves what was switched, changed, added and removed, and nothing else", () => {
    const added = { ...letter, key: "new", id: null, title: "Launch" };
    expect(
      changesOf(view, {
        on: new Set(["ramadan"]),
        own: [{ ...sale, yearly: false }],
        notes: [letter, added],
      }),
    ).toEqual({
      chosen: { easter: false, ramadan: true },
      own: [{ id: "1", title: "Sale", isOn: true, when: { days: ["2026-06-15"] } }],
      annotations: [
        {
          id: null,
          from: "2026-11-20",
          to: "2026-11-20",
          type: "campaign",
          title: "Launch",
          description: "",
        },
      ],
      gone: ["2"],
    });
    expect(changesOf(view, { ...draft, own: [sale, { ...fair, yearly: true }] })?.own).toEqual([
      { id: "2", title: "Fair", isOn: true, when: { yearly: "05-02" } },
    ]);
  });

  it("is not saved while a name or a day is missing, or days are turned round", () => {
    expect(canBeSaved(draft)).toBe(true);
    for (const own of [
      { ...sale, title: " " },
      { ...sale, days: [""] },
      { ...fair, days: ["2026-05-02", "2026-02-30"] },
    ])
      expect(canBeSaved({ ...draft, own: [own] })).toBe(false);
    for (const note of [
      { ...letter, title: "" },
      { ...letter, from: "" },
      { ...letter, to: "2026-11-19" },
    ])
      expect(canBeSaved({ ...draft, notes: [note] })).toBe(false);
  });

  it("is saved in steps where it is more than a form holds", () => {
    expect(isTooLarge({ changes: "x".repeat(9_900) })).toBe(false);
    expect(isTooLarge({ changes: "ä".repeat(2_000) })).toBe(true);
  });
});
