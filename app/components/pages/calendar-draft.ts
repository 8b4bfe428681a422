// What somebody is changing of a shop's calendar, before it is saved: lists as they stand in the form, and what of them differs
// from what is kept.
import type { AnnotationType } from "../../calendar/annotation.ts";
import type { CalendarChanges } from "../../calendar/calendar.server.ts";
import { isDay } from "../../kpis/period.ts";
import type { CalendarView } from "../../reports/calendar.server.ts";

export interface EventDraft {
  /** Of React. */
  key: string;
  id: string | null;
  title: string;
  isOn: boolean;
  yearly: boolean;
  days: readonly string[];
}

export interface NoteDraft {
  key: string;
  id: string | null;
  title: string;
  from: string;
  to: string;
  type: AnnotationType;
  description: string;
}

export interface CalendarDraft {
  /** Declared events that are on. */
  on: ReadonlySet<string>;
  own: readonly EventDraft[];
  notes: readonly NoteDraft[];
}

export const draftOf = ({ events, own, annotations }: CalendarView): CalendarDraft => ({
  on: new Set(events.filter(({ on }) => on).map(({ id }) => id)),
  own: own.map(({ id, title, isOn, yearly, days }) => ({ key: id, id, title, isOn, yearly, days })),
  notes: annotations.map((note) => ({ key: note.id, ...note })),
});

/** What keeps a field from being saved, as the id of its words. */
export type Fault = "calendarPage.needsTitle" | "calendarPage.needsDay" | "calendarPage.turnedRound";

export const titleFault = (title: string): Fault | null =>
  title.trim() === "" ? "calendarPage.needsTitle" : null;
export const dayFault = (day: string): Fault | null => (isDay(day) ? null : "calendarPage.needsDay");
export const lastDayFault = ({ from, to }: Pick<NoteDraft, "from" | "to">): Fault | null =>
  dayFault(to) ?? (to < from ? "calendarPage.turnedRound" : null);

export const canBeSaved = ({ own, notes }: CalendarDraft): boolean =>
  own.every(({ title, days, yearly }) => {
    const shown = yearly ? days.slice(0, 1) : days;
    return titleFault(title) === null && shown.length > 0 && shown.every((day) => dayFault(day) === null);
  }) &&
  notes.every(
    (note) => titleFault(note.title) === null && dayFault(note.from) === null && lastDayFault(note) === null,
  );

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

function changed<T extends { key: string }>(now: readonly T[], before: readonly T[]): T[] {
  return now.filter(
    (each) =>
      !same(
        each,
        before.find(({ key }) => key === each.key),
      ),
  );
}

const gone = (now: readonly { key: string }[], before: readonly { key: string; id: string | null }[]) =>
  before.filter(({ key }) => !now.some((each) => each.key === key)).flatMap(({ id }) => id ?? []);

/** The app takes no larger form (http/body.server.ts). */
const FORM_BYTES = 10_000;

export const isTooLarge = (fields: Record<string, string>): boolean =>
  new URLSearchParams(fields).toString().length > FORM_BYTES;

export const NO_CHANGES: CalendarChanges = { chosen: {}, own: [], annotations: [], gone: [] };

/** Null where nothing was changed. */
export function changesOf(view: CalendarView, draft: CalendarDraft): CalendarChanges | null {
  const before = draftOf(view);
  const switched = view.events.filter(({ id, on }) => draft.on.has(id) !== on);
  const changes: CalendarChanges = {
    chosen: Object.fromEntries(switched.map(({ id, on }) => [id, !on])),
    own: changed(draft.own, before.own).map(({ id, title, isOn, yearly, days }) => ({
      ...{ id, title, isOn },
      when: yearly ? { yearly: (days[0] ?? "").slice(5) } : { days: [...days] },
    })),
    annotations: changed(draft.notes, before.notes).map(({ id, title, from, to, type, description }) => ({
      ...{ id, title, from, to, type, description },
    })),
    gone: [...gone(draft.own, before.own), ...gone(draft.notes, before.notes)],
  };
  const isSame =
    switched.length + changes.own.length + changes.annotations.length + changes.gone.length === 0;
  return isSame ? null : changes;
}
