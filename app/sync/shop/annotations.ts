// A shop's notes and Shopify's annotations: those of others are shown here, its own are written there where the merchant wants
// that, and what either side changes or takes away of these the other follows.
import { Temporal } from "temporal-polyfill";
import { z } from "zod";
import type { Annotation, PrismaClient } from "../../../prisma/generated/client.ts";
import { failure, type Failure } from "../../failure.ts";
import { kept } from "../../kept-failure.ts";
import { log } from "../../log.server.ts";
import {
  createAnnotation,
  deleteAnnotation,
  listAnnotations,
  type NoteInput,
  READ_SCOPE,
  type Refusal,
  type ShopifysNote,
  updateAnnotation,
  WRITE_SCOPE,
} from "../../shopify/annotations.ts";
import { grantedScopes, type ShopContext } from "../context.ts";
import { localDay } from "../reading/windows.ts";
import { followSettings } from "./settings.ts";

/** What of a note is the same here and there, in the words of here. */
interface Content {
  type: string;
  title: string;
  description: string;
  from: string;
  to: string;
}

const textOf = ({ type, title, description, from, to }: Content): string =>
  JSON.stringify([type, title, description, from, to]);

const contentOf = ({ type, title, description, fromDay: from, toDay: to }: Annotation): Content => ({
  ...{ type, title, description, from, to },
});

const LONGEST = { title: 75, description: 150 };
/** What Shopify lets others write; by the limits of the shop's own notes. */
const bounded = (text: string | null, most: number): string =>
  [...(text ?? "").replaceAll(/\p{Cc}+/gu, " ").trim()].slice(0, most).join("");

const rawOf = ({ type, title, description, startedAt, endedAt }: ShopifysNote): string =>
  JSON.stringify([type, title, description, startedAt, endedAt]);

/**
 * What a note was here and there when both were last the same; `there` null: it was written and not seen since. Compared by
 * what Shopify says, for its instants are other days by another clock.
 */
const written = z.object({ here: z.string(), there: z.string().nullable() });
type Written = z.infer<typeof written>;

function writtenIn({ written: text }: Annotation): Written | null {
  if (text === null) return null;
  try {
    return written.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

/** One without an end is of the day on which it began. */
function contentThere(note: ShopifysNote, timeZone: string): Content {
  const day = (instant: string) => localDay(new Date(instant), timeZone).toString();
  const from = day(note.startedAt);
  const to = note.endedAt === null ? from : day(note.endedAt);
  return {
    type: bounded(note.type, LONGEST.title),
    title: bounded(note.title, LONGEST.title) || bounded(note.type, LONGEST.title),
    description: bounded(note.description, LONGEST.description),
    ...{ from, to: to < from ? from : to },
  };
}

/** A note of days begins with the first and is still on in the last. */
function inputOf({ type, title, description, from, to }: Content, timeZone: string): NoteInput {
  const at = (day: string) =>
    new Date(Temporal.PlainDate.from(day).toZonedDateTime(timeZone).epochMilliseconds).toISOString();
  return { type, title, description, startedAt: at(from), ...(from === to ? {} : { endedAt: at(to) }) };
}

/** Shops that show Shopify's annotations. */
export async function annotated(db: PrismaClient): Promise<string[]> {
  const shops = await db.shop.findMany({
    where: { uninstalledAt: null, pausedSince: null, scopes: { contains: "_analytics_annotations" } },
    select: { domain: true },
  });
  return shops.map(({ domain }) => domain);
}

/** Reads what is there and writes what is not; again at any time. Refusals are noted, and the next time tries again. */
export async function followAnnotations(context: ShopContext): Promise<void> {
  const { db, shop, admin, now } = context;
  // A scope that was granted a moment ago is told of by nobody yet.
  const row = await followSettings(context);
  const granted = grantedScopes(row.scopes);
  if (!granted.has(READ_SCOPE)) {
    await db.shopifyAnnotation.deleteMany({ where: { shop } });
    await db.shopCalendar.updateMany({ where: { shop }, data: { notesReadAt: null, writesNotes: false } });
    return;
  }
  const timeZone = row.timeZone ?? "UTC";
  const { notes, app, isWhole } = await listAnnotations(admin);
  const [own, gone, calendar] = await Promise.all([
    db.annotation.findMany({ where: { shop }, orderBy: { id: "asc" } }),
    db.annotationGone.findMany({ where: { shop } }),
    db.shopCalendar.findUnique({ where: { shop } }),
  ]);
  const there = new Map(notes.map((note) => [note.id, { note, content: contentThere(note, timeZone) }]));
  const taken = new Set([...own, ...gone].flatMap(({ shopifyId }) => shopifyId ?? []));
  const writes = calendar?.writesNotes === true && granted.has(WRITE_SCOPE);
  // With the app, Shopify may have removed what it wrote.
  const isSameInstall = calendar?.notesReadAt != null && row.installedAt < calendar.notesReadAt;
  const refusals: Refusal[] = [];
  const tried = (refusal: Refusal | null) => {
    if (refusal !== null) refusals.push(refusal);
    return refusal === null;
  };

  for (const note of own) {
    const content = contentOf(note);
    const here = textOf(content);
    const known = writtenIn(note);
    const keep = (shopifyId: bigint | null, both: Written | null) =>
      db.annotation.updateMany({
        where: { id: note.id, shop },
        data: { shopifyId, written: both && JSON.stringify(both) },
      });
    // As it was when it was looked at: whoever changes it meanwhile asks for another look.
    const { id, fromDay, toDay, type, title, description } = note;
    const asSeen = { id, shop, fromDay, toDay, type, title, description };
    let { shopifyId } = note;
    const found = shopifyId === null ? undefined : there.get(shopifyId);
    if (shopifyId !== null && found === undefined) {
      if (!isWhole) continue;
      if (known?.here === here && isSameInstall) {
        await db.annotation.deleteMany({ where: asSeen });
        continue;
      }
      shopifyId = null;
      await keep(null, null);
    }
    if (shopifyId === null || found === undefined) {
      // Written, and the answer never came.
      const lost = [...there.values()].find(
        (each) =>
          each.note.createdByApp?.id === app && !taken.has(each.note.id) && textOf(each.content) === here,
      );
      if (lost !== undefined) {
        taken.add(lost.note.id);
        await keep(lost.note.id, { here, there: rawOf(lost.note) });
      } else if (writes && refusals.every(({ code }) => code !== "LIMIT_REACHED")) {
        const made = await createAnnotation(admin, inputOf(content, timeZone));
        if (typeof made !== "bigint") tried(made);
        else if ((await keep(made, { here, there: null })).count === 0)
          await db.annotationGone.create({ data: { shop, shopifyId: made } });
      }
      continue;
    }
    const raw = rawOf(found.note);
    if (known?.here !== here) {
      if (writes && tried(await updateAnnotation(admin, shopifyId, inputOf(content, timeZone))))
        await keep(shopifyId, { here, there: null });
    } else if (known.there === null) await keep(shopifyId, { here, there: raw });
    else if (known.there !== raw) {
      const { from, to, ...rest } = found.content;
      const both = JSON.stringify({ here: textOf(found.content), there: raw } satisfies Written);
      await db.annotation.updateMany({
        where: asSeen,
        data: { ...rest, fromDay: from, toDay: to, written: both },
      });
    }
  }

  for (const { shopifyId } of gone) {
    const isThere = there.has(shopifyId);
    const isGone = isThere ? writes && tried(await deleteAnnotation(admin, shopifyId)) : isWhole;
    if (isGone) await db.annotationGone.deleteMany({ where: { shop, shopifyId } });
  }

  const read = { notesReadAt: now(), notesProblem: problemOf(refusals) };
  const others = [...there.values()].filter(({ note }) => !taken.has(note.id));
  await db.$transaction([
    db.shopifyAnnotation.deleteMany({ where: { shop } }),
    db.shopifyAnnotation.createMany({
      data: others.map(({ note, content: { from: fromDay, to: toDay, ...rest } }) => ({
        ...{ shop, shopifyId: note.id, fromDay, toDay, ...rest },
        app: note.createdByApp === null ? null : bounded(note.createdByApp.title, LONGEST.title),
      })),
    }),
    db.shopCalendar.upsert({
      where: { shop },
      create: { shop, ...read },
      update: read,
    }),
  ]);
  if (refusals.length > 0) log.warn({ shop, refusals }, "Shopify does not take notes");
}

function problemOf(refusals: readonly Refusal[]): string | null {
  const limit = refusals.find(({ code }) => code === "LIMIT_REACHED");
  const [first] = refusals;
  const told: Failure | null =
    limit !== undefined
      ? failure("notes_limit")
      : first === undefined
        ? null
        : failure("notes_refused", { text: first.message });
  return told && kept(told);
}
