// What checks of the copy have found, as the state database keeps it: one row for a night's check, which is also its work
// list until it is finished, and one for every sweep that mended something.
import { z } from "zod";
import type { Check, PrismaClient } from "../../../prisma/generated/client.ts";
import type { DifferenceKind } from "../../warehouse/warehouse.server.ts";
import { type Failure } from "../../failure.ts";
import { kept } from "../../kept-failure.ts";
import { localDay } from "../reading/windows.ts";

const KEPT_MS = 90 * 86_400_000;

/** Of a night "orders_missing", "customers_gone" …; of a sweep "orders_untold", for which the webhook was missed, and "customers_told", for which it was announced. */
export type FindingKind = `${string}_${DifferenceKind | "told" | "untold"}`;
export type Findings = Partial<Record<FindingKind, number>>;

/** Of what a sweep has found: that of which no webhook had come. */
export const missedIn = (found: Findings): number =>
  totalOf(Object.fromEntries(Object.entries(found).filter(([kind]) => kind.endsWith("_untold"))));

const findings = z.record(z.string(), z.number().int());
const operation = z.object({ askedAt: z.string(), id: z.string().nullable(), failures: z.number().int() });
const ids = z.array(z.number().int());

/** A night's work: everything the next turn must know, whichever process takes it. */
const workSchema = z.object({
  operations: z.record(z.string(), operation).default({}),
  /** Ids that differ, and how many of them have been read again. */
  orders: ids.default([]),
  customers: ids.default([]),
  /** Of records with a key, by the name of their resource. */
  records: z.record(z.string(), ids).default({}),
  done: z.number().int().default(0),
  /** Of the orders, those that the list no longer has. */
  gone: ids.default([]),
  /** Differing ids beyond those that are named above. */
  unnamed: z.number().int().default(0),
  /** Creation of the oldest and newest differing order, for a bulk operation over all between them. */
  span: z.object({ from: z.string(), to: z.string() }).nullable().default(null),
  /** Read since then is repaired. */
  repairFrom: z.string().nullable().default(null),
  bulkRepaired: z.boolean().default(false),
});
export type Work = z.infer<typeof workSchema>;

export const workOf = (check: Check): Work => workSchema.parse(check.work);
export const findingsOf = (check: Pick<Check, "found">): Findings => findings.parse(check.found);

export const totalOf = (found: Findings): number =>
  Object.values(found).reduce<number>((sum, count) => sum + (count ?? 0), 0);

export const unfinished = (db: PrismaClient, shop: string): Promise<Check | null> =>
  db.check.findFirst({ where: { shop, kind: "night", finishedAt: null }, orderBy: { startedAt: "asc" } });

/** Opens a check unless one is under way. */
export async function openCheck(
  db: PrismaClient,
  shop: { domain: string; timeZone: string | null },
  now: Date,
): Promise<void> {
  if (await unfinished(db, shop.domain)) return;
  const day = localDay(now, shop.timeZone ?? "UTC").toString();
  await db.check.create({ data: { shop: shop.domain, kind: "night", day, startedAt: now } });
}

/** Ends whatever is under way, with the reason: its operations are gone with the app's access. */
export async function abandonChecks(
  db: PrismaClient,
  shop: string,
  now: Date,
  reason: Failure,
): Promise<void> {
  await db.check.updateMany({
    where: { shop, finishedAt: null },
    data: { finishedAt: now, stage: "done", work: {}, error: kept(reason) },
  });
}

/** `told`: of what was mended, how much a webhook had announced that was still waiting to be followed. */
export async function noteSweep(
  db: PrismaClient,
  shop: string,
  { startedAt, finishedAt }: { startedAt: Date; finishedAt: Date },
  found: Findings,
): Promise<void> {
  const repaired = totalOf(found);
  if (repaired === 0) return;
  await db.check.create({
    data: { shop, kind: "sweep", stage: "done", startedAt, finishedAt, found, repaired },
  });
}

export async function forgetOldChecks(db: PrismaClient, now: Date): Promise<number> {
  const startedAt = { lt: new Date(now.getTime() - KEPT_MS) };
  return (await db.check.deleteMany({ where: { startedAt } })).count;
}
