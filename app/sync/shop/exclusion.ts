// The merchant's choice of orders that figures leave out: as it is given, kept, and brought into the shop's copies, each of which
// says by which choice it is derived.
import { z } from "zod";
import type { PrismaClient } from "../../../prisma/generated/client.ts";
import { BadInput } from "../../errors.ts";
import { log } from "../../log.server.ts";
import { type Exclusion, exclusionText, MOST_NAMED } from "../../warehouse/exclusion.ts";
import { channelOf } from "../../warehouse/names.ts";
import type { ShopContext } from "../context.ts";

export type ExclusionChoice = Pick<Exclusion, "tags" | "channels">;

/** Neither half a character nor a control character, which no database takes. */
const WRITTEN = /^[^\p{Cc}\p{Cs}]*$/u;
const text = z
  .string()
  .trim()
  .normalize("NFC")
  .min(1, "must not be empty")
  .max(MOST_NAMED.letters, `may have ${MOST_NAMED.letters} characters at most`)
  .regex(WRITTEN, "may not hold control characters or halves of characters");

const choice = z.strictObject({
  tags: z
    .array(text.refine((tag) => !tag.includes(","), "may hold no comma: in Shopify it ends a tag"))
    .max(MOST_NAMED.tags, `may be ${MOST_NAMED.tags} at most`)
    .transform((tags) => once(tags, (tag) => tag.toLowerCase())),
  channels: z
    .array(text.transform(channelOf).refine((channel) => channel !== "", "must be the name of a channel"))
    .max(MOST_NAMED.channels, `may be ${MOST_NAMED.channels} at most`)
    .transform((channels) => once(channels, (channel) => channel)),
});

/** Of what is the same the first, in an order of their own. */
function once(texts: readonly string[], key: (text: string) => string): string[] {
  const found = new Map<string, string>();
  for (const each of texts) if (!found.has(key(each))) found.set(key(each), each);
  return [...found].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, each]) => each);
}

/** Throws BadInput that names what cannot be. */
export function readExclusion(json: string): ExclusionChoice {
  let given: unknown;
  try {
    given = JSON.parse(json);
  } catch {
    throw new BadInput(`"choice" must be JSON: {"tags": [], "channels": []}.`);
  }
  const read = choice.safeParse(given);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new BadInput(
    `"choice" at ${issue?.path.join(".") || "its top"}: ${issue?.message ?? "not readable"}`,
  );
}

const NEVER = { chosenAt: "", tags: [], channels: [] } as const satisfies Exclusion;

export async function exclusionOf(db: PrismaClient, shop: string): Promise<Exclusion> {
  const row = await db.orderExclusion.findUnique({ where: { shop } });
  if (row === null) return NEVER;
  return { chosenAt: row.chosenAt.toISOString(), tags: row.tags, channels: row.channels };
}

const same = (one: ExclusionChoice, other: ExclusionChoice) =>
  JSON.stringify([one.tags, one.channels]) === JSON.stringify([other.tags, other.channels]);

/** Keeps a choice that differs from the one before; whether it does. */
export async function chooseExclusion(
  db: PrismaClient,
  shop: string,
  { tags, channels }: ExclusionChoice,
  now: Date,
): Promise<boolean> {
  if (same(await exclusionOf(db, shop), { tags, channels })) return false;
  const chosen = { tags: [...tags], channels: [...channels], chosenAt: now };
  await db.orderExclusion.upsert({ where: { shop }, create: { shop, ...chosen }, update: chosen });
  return true;
}

/** Whether the copy in use is derived by another choice than is kept. */
export async function isExclusionDue({ db, shop, copy }: Pick<ShopContext, "db" | "shop" | "copy">) {
  const [chosen, meta] = await Promise.all([exclusionOf(db, shop), copy.meta()]);
  return meta !== null && meta.excluding !== exclusionText(chosen);
}

/** Derives the copy in use by the choice, and the one that is made to take its place. */
export async function applyExclusion({ db, shop, copy }: Pick<ShopContext, "db" | "shop" | "copy">) {
  const chosen = await exclusionOf(db, shop);
  if (await copy.exclude(chosen))
    log.info(
      { shop, tags: chosen.tags.length, channels: chosen.channels.length },
      "figures leave out other orders",
    );
  await copy.next.exclude(chosen);
}
