// The page of a shop's calendar: which events it goes by, with their days, its weeks and year, and what was written down of its days.
import type { Annotation, AnnotationType } from "../calendar/annotation.ts";
import type { ShopCalendar } from "../calendar/calendar.server.ts";
import { type BusinessCalendar, type Pattern, patterns, USUAL_CALENDAR } from "../kpis/business-calendar.ts";
import { type DatedEvent, daysOf, declaredEvent, eventIds, isOn, ownEvent } from "../kpis/events.ts";
import { addDays, CALENDAR, formatDay, formatPeriod, textsAround } from "../kpis/period.ts";
import { readFailure } from "../kept-failure.ts";
import { failureText } from "../words/failure.server.ts";
import { type Reader, say } from "../words/words.server.ts";
import { noteText } from "./chart-notes.server.ts";
import type { Choice } from "./toolbar.ts";
import { momentText } from "./wording.server.ts";

interface Dated {
  /** "Nov 28, 2025"; null where there is none that is known. */
  last: string | null;
  next: string | null;
}

export interface EventView extends Dated {
  id: string;
  label: string;
  on: boolean;
}

export interface OwnEventView extends Dated {
  id: string;
  title: string;
  isOn: boolean;
  /** One day stands for that date of every year. */
  yearly: boolean;
  days: readonly string[];
}

export interface CalendarView {
  events: readonly EventView[];
  own: readonly OwnEventView[];
  annotations: readonly Annotation[];
  types: readonly (Choice & { value: AnnotationType })[];
  today: string;
}

/** Shopify's notes and other apps', and the shop's own in Shopify. */
export interface ShopifyNotesView {
  /** What holds now, in one or two sentences. */
  state: readonly string[];
  /** Whether Shopify shows them to the app. */
  isRead: boolean;
  writes: boolean;
  /** The newest first. */
  notes: readonly { id: string; text: string; description: string }[];
  more: string | null;
}

/** Its business's weeks and year as they are, and what there is to choose. */
export interface BusinessView {
  kept: BusinessCalendar;
  weekdays: readonly Choice[];
  months: readonly Choice[];
  patterns: readonly Pattern[];
  /** Which days its year, quarter, month and week of today have. */
  now: string;
}

/** What an annotation's type is called, in the order in which they are offered. */
const TYPES = [
  "campaign",
  "ad_spend_change",
  "influencer_collaboration",
  "product_launch",
  "landing_page_launch",
  "seasonal_promotion",
  "revenue_milestone",
  "other",
] as const satisfies readonly AnnotationType[];

/** An event is looked for so far from today. */
const YEARS_AROUND = 2;

function datedAround(event: DatedEvent, today: string, place: Reader): Dated {
  const days = daysOf(event, {
    from: addDays(today, -366 * YEARS_AROUND),
    to: addDays(today, 366 * YEARS_AROUND),
  });
  const text = (day: string | undefined) => (day === undefined ? null : formatDay(day, place.locale));
  return {
    last: text(days.findLast((day) => day <= today)),
    next: text(days.find((day) => day > today)),
  };
}

export function calendarView(
  { events, annotations }: ShopCalendar,
  { place, today }: { place: Reader; today: string },
): CalendarView {
  return {
    events: eventIds.map((id) => ({
      ...{ id, label: say(place, `events.${id}`), on: isOn(events, id) },
      ...datedAround(declaredEvent(id), today, place),
    })),
    own: events.own.map((own) => ({
      ...{ id: own.id, title: own.title, isOn: own.isOn, yearly: "yearly" in own.when },
      days: "yearly" in own.when ? [dateIn(own.when.yearly, today)] : own.when.days,
      ...datedAround(ownEvent(own), today, place),
    })),
    annotations,
    types: TYPES.map((value) => ({ value, label: say(place, `annotationType.${value}`) })),
    today,
  };
}

/** A date of every year as one day that its field can show. */
const dateIn = (monthDay: string, today: string): string =>
  monthDay === "02-29" ? "2024-02-29" : `${today.slice(0, 4)}-${monthDay}`;

/** So many are listed; charts have the others. */
const LISTED = 50;

export function shopifyNotesView(
  { shopify, others, annotations }: Pick<ShopCalendar, "shopify" | "others" | "annotations">,
  { place, timeZone, now }: { place: Reader; timeZone: string; now: Date },
): ShopifyNotesView {
  const { readAt, writes, problem } = shopify;
  const rest = others.length - LISTED;
  const state =
    readAt === null
      ? [say(place, writes ? "shopifyNotes.notYet" : "shopifyNotes.notRead")]
      : [
          say(place, "shopifyNotes.read", {
            n: others.length,
            moment: momentText(readAt, now, { ...place, timeZone }),
          }),
          ...(problem !== null
            ? [say(place, "shopifyNotes.problem", { reason: failureText(place, readFailure(problem)) })]
            : writes
              ? [say(place, "shopifyNotes.written", { n: annotations.length })]
              : []),
        ];
  return {
    ...{ state, isRead: readAt !== null, writes },
    notes: others
      .toReversed()
      .slice(0, LISTED)
      .map(({ id, from, to, title, description, origin }) => ({
        ...{ id, description },
        text: noteText(place, { days: daysText(from, to, place), title, origin }),
      })),
    more: rest > 0 ? say(place, "shopifyNotes.more", { n: rest }) : null,
  };
}

const daysText = (from: string, to: string, { locale }: Reader): string =>
  from === to ? formatDay(from, locale) : formatPeriod({ from, to: addDays(to, 1) }, locale);

const numbered = (most: number): number[] => Array.from({ length: most }, (_, index) => index + 1);

/** @param business null: the usual calendar */
export function businessView(
  { business }: Pick<ShopCalendar, "business">,
  { place, today }: { place: Reader; today: string },
): BusinessView {
  const kept = business ?? USUAL_CALENDAR;
  const named = (options: Intl.DateTimeFormatOptions, at: (number: number) => number) => {
    const format = new Intl.DateTimeFormat(place.locale, { ...CALENDAR, ...options, timeZone: "UTC" });
    return (number: number): Choice => ({ value: String(number), label: format.format(at(number)) });
  };
  return {
    kept,
    // 1 January 2024 was a Monday.
    weekdays: numbered(7).map(named({ weekday: "long" }, (day) => Date.UTC(2024, 0, day))),
    months: numbered(12).map(named({ month: "long" }, (month) => Date.UTC(2024, month - 1))),
    patterns,
    now: say(place, "calendarPage.yearNow", textsAround(today, kept, place.locale)),
  };
}
