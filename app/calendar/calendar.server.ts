// A shop's calendar: the events that it goes by, its business's weeks and years, and what happened on its days. Read by every
// page with a period, changed by the page of settings.
import { z } from "zod";
import { db } from "../db.server.ts";
import { BadInput } from "../errors.ts";
import { type BusinessCalendar, isUsual, patterns, yearEnds } from "../kpis/business-calendar.ts";
import { type EventCalendar, type EventId, eventIds } from "../kpis/events.ts";
import { isDay } from "../kpis/period.ts";
import {
  type Annotation,
  annotationTypes,
  type ShownNote,
  LONGEST_DESCRIPTION,
  LONGEST_TITLE,
  MOST_ANNOTATIONS,
  MOST_DAYS,
  MOST_OWN_EVENTS,
} from "./annotation.ts";

export interface ShopCalendar {
  events: EventCalendar;
  /** Null: the usual one. */
  business: BusinessCalendar | null;
  /** The shop's own, the earliest first. */
  annotations: readonly Annotation[];
  /** Shopify's and other apps', the earliest first. */
  others: readonly ShownNote[];
  shopify: ShopifysNotes;
}

/** How it stands with Shopify's annotations. */
export interface ShopifysNotes {
  /** When they were last read; null: they are not shown to the app. */
  readAt: Date | null;
  /** The shop's own are to stand there, too. */
  writes: boolean;
  /** Why some of these do not, as app/kept-failure.ts keeps it. */
  problem: string | null;
}

/** Neither half a character nor a control character, which no database and no chart takes. */
const WRITTEN = /^[^\p{Cc}\p{Cs}]*$/u;
const text = (most: number) =>
  z
    .string()
    .trim()
    .max(most, `may have ${most} characters at most`)
    .regex(WRITTEN, "may not hold control characters or halves of characters");
const title = text(LONGEST_TITLE).min(1, "must not be empty");
const day = z.string().refine(isDay, "must be a day such as 2026-11-27 (YYYY-MM-DD)");
const monthDay = z
  .string()
  .regex(/^\d{2}-\d{2}$/, "must be a month and a day such as 11-27")
  .refine((given) => isDay(`2024-${given}`), "must be a day of the calendar");

/** Of what is new there is none yet. */
const id = z.uuid().nullable();
const ownEvent = z.strictObject({
  ...{ id, title, isOn: z.boolean() },
  when: z.union([
    z.strictObject({ yearly: monthDay }),
    z.strictObject({ days: z.array(day).min(1, "must hold a day").max(MOST_DAYS) }),
  ]),
});
const annotation = z
  .strictObject({
    ...{ id, from: day, to: day, type: z.enum(annotationTypes), title },
    description: text(LONGEST_DESCRIPTION),
  })
  .refine(({ from, to }) => from <= to, "must not end before it begins");

const oneTo = (most: number, otherwise: string) => z.int(otherwise).min(1, otherwise).max(most, otherwise);
const business = z.strictObject({
  weekStart: oneTo(7, "must be a day of the week, 1 (Monday) to 7 (Sunday)"),
  yearStart: oneTo(12, "must be a month, 1 to 12"),
  weeks: z.strictObject({ pattern: z.enum(patterns), end: z.enum(yearEnds) }).nullable(),
}) satisfies z.ZodType<BusinessCalendar>;

const changes = z.strictObject({
  chosen: z.partialRecord(z.enum(eventIds), z.boolean()),
  /** Left out where it stays as it is. */
  business: business.optional(),
  own: z.array(ownEvent).max(MOST_OWN_EVENTS),
  annotations: z.array(annotation).max(MOST_ANNOTATIONS),
  /** Ids of own events and annotations that go. */
  gone: z.array(z.uuid()).max(MOST_OWN_EVENTS + MOST_ANNOTATIONS),
});
export type CalendarChanges = z.input<typeof changes>;

const storedChoices = z.partialRecord(z.enum(eventIds), z.boolean()).catch({});

export async function calendarOf(shop: string): Promise<ShopCalendar> {
  const where = { shop };
  const [row, own, annotations, others] = await Promise.all([
    db.shopCalendar.findUnique({ where }),
    db.ownEvent.findMany({ where, orderBy: [{ title: "asc" }, { id: "asc" }], take: MOST_OWN_EVENTS }),
    db.annotation.findMany({
      where,
      orderBy: [{ fromDay: "asc" }, { title: "asc" }, { id: "asc" }],
      take: MOST_ANNOTATIONS,
    }),
    db.shopifyAnnotation.findMany({ where, orderBy: [{ fromDay: "asc" }, { shopifyId: "asc" }] }),
  ]);
  const choices = Object.entries(storedChoices.parse(row?.chosen)) as [EventId, boolean][];
  return {
    events: {
      chosen: new Map(choices),
      own: own.map(({ yearly, days, ...event }) => ({
        ...{ id: event.id, title: event.title, isOn: event.isOn },
        when: yearly === null ? { days } : { yearly },
      })),
    },
    business: row === null ? null : businessIn(row),
    annotations: annotations.map((each) => ({ ...noteIn(each), id: each.id })),
    others: others.map(({ app, ...each }) => ({
      ...noteIn(each),
      ...{ id: String(each.shopifyId), origin: app === null ? "shopify" : { app } },
    })),
    shopify: {
      ...{ readAt: row?.notesReadAt ?? null, writes: row?.writesNotes ?? false },
      problem: row?.notesProblem ?? null,
    },
  };
}

type StoredNote = Record<"fromDay" | "toDay" | "type" | "title" | "description", string>;

function noteIn({ fromDay: from, toDay: to, title, description, ...rest }: StoredNote) {
  const type = annotationTypes.find((each) => each === rest.type) ?? "other";
  return { from, to, type, title, description };
}

/** Whether the shop's own notes are to stand in Shopify. What was written there stays when they are not any more. */
export async function writeNotes(shop: string, writesNotes: boolean): Promise<void> {
  await db.shopCalendar.upsert({
    where: { shop },
    create: { shop, writesNotes },
    update: { writesNotes, notesProblem: null },
  });
}

interface Stored {
  weekStart: number;
  yearStart: number;
  yearPattern: string | null;
  yearEnd: string | null;
}

function businessIn({ weekStart, yearStart, yearPattern: pattern, yearEnd: end }: Stored) {
  const read = business.safeParse({
    ...{ weekStart, yearStart },
    weeks: pattern === null ? null : { pattern, end },
  });
  return read.success && !isUsual(read.data) ? read.data : null;
}

/** Carries out what was changed and leaves the rest. Throws BadInput that names what cannot be. */
export async function changeCalendar(shop: string, json: string): Promise<void> {
  const { chosen, business: year, own, annotations, gone } = readChanges(json);
  await db.$transaction(async (transaction) => {
    // Its lock lets nobody else change the shop's calendar meanwhile.
    const locked = { where: { shop }, create: { shop }, update: { shop } };
    const before = await transaction.shopCalendar.upsert(locked);
    const choices = { ...storedChoices.parse(before.chosen), ...chosen };
    await transaction.shopCalendar.update({
      where: { shop },
      data: { chosen: choices, ...(year && storedOf(year)) },
    });
    await transaction.ownEvent.deleteMany({ where: { shop, id: { in: gone } } });
    const written = await transaction.annotation.findMany({
      where: { shop, id: { in: gone }, shopifyId: { not: null } },
      select: { shopifyId: true },
    });
    await transaction.annotationGone.createMany({
      data: written.flatMap(({ shopifyId }) => (shopifyId === null ? [] : { shop, shopifyId })),
      skipDuplicates: true,
    });
    await transaction.annotation.deleteMany({ where: { shop, id: { in: gone } } });
    for (const { id: known, when, ...event } of own) {
      const data = {
        ...event,
        yearly: "yearly" in when ? when.yearly : null,
        days: "yearly" in when ? [] : [...new Set(when.days)].sort(),
      };
      // What somebody else took away meanwhile stays away.
      if (known === null) await transaction.ownEvent.create({ data: { shop, ...data } });
      else await transaction.ownEvent.updateMany({ where: { shop, id: known }, data });
    }
    for (const { id: known, from: fromDay, to: toDay, ...rest } of annotations) {
      const data = { ...rest, fromDay, toDay };
      if (known === null) await transaction.annotation.create({ data: { shop, ...data } });
      else await transaction.annotation.updateMany({ where: { shop, id: known }, data });
    }
    if ((await transaction.ownEvent.count({ where: { shop } })) > MOST_OWN_EVENTS)
      throw new BadInput(`There can be ${MOST_OWN_EVENTS} events of your own at most.`);
    if ((await transaction.annotation.count({ where: { shop } })) > MOST_ANNOTATIONS)
      throw new BadInput(`There can be ${MOST_ANNOTATIONS} notes at most.`);
  });
}

const storedOf = ({ weekStart, yearStart, weeks }: BusinessCalendar): Stored => ({
  ...{ weekStart, yearStart },
  yearPattern: weeks?.pattern ?? null,
  yearEnd: weeks?.end ?? null,
});

function readChanges(json: string): z.infer<typeof changes> {
  let given: unknown;
  try {
    given = JSON.parse(json);
  } catch {
    throw new BadInput(`"changes" must be JSON: {"chosen": {}, "own": [], "annotations": [], "gone": []}.`);
  }
  const read = changes.safeParse(given);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new BadInput(
    `"changes" at ${issue?.path.join(".") || "its top"}: ${issue?.message ?? "not readable"}`,
  );
}
