// Which days stood out, as the state database keeps it: by shop and day, for as long as weeks are.
import { db } from "../db.server.ts";
import type { Prisma } from "../../prisma/generated/client.ts";
import { addDays, type Period } from "../kpis/period.ts";
import { daySilences, type FoundDay, foundDaySchema, type FoundDays } from "./day.ts";
import { WEEKS_KEPT } from "./kept.server.ts";

export interface KeptDays extends FoundDays {
  /** The version of the data they were worked out from. */
  dataVersion: number;
  at: Date;
}

/** The last look in the place of the one before, and all of its days in the place of what was kept of them. */
export async function keepDays(
  shop: string,
  { days, ...of }: FoundDays,
  dataVersion: number,
  at: Date,
): Promise<void> {
  const oldest = addDays(of.to, -7 * WEEKS_KEPT);
  await db.$transaction(async (transaction) => {
    const row = { ...of, dataVersion: BigInt(dataVersion), at };
    await transaction.findingDays.upsert({ where: { shop }, create: { shop, ...row }, update: row });
    await transaction.findingDay.deleteMany({
      where: { shop, OR: [{ day: { gte: of.from } }, { day: { lt: oldest } }] },
    });
    await transaction.findingDay.createMany({
      data: days.map((found) => ({
        ...{ shop, day: found.day, kpi: found.kpi, segmentation: found.by, segment: found.segment },
        told: found satisfies Prisma.InputJsonObject,
      })),
    });
  });
}

/** The last look, with the days that stood out in it, the newest first; null: there was none. */
export async function keptDays(shop: string): Promise<KeptDays | null> {
  const row = await db.findingDays.findUnique({ where: { shop } });
  if (row === null) return null;
  const { from, to, weeks, series, looked, dataVersion, at } = row;
  return {
    ...{ from, to, weeks, series, looked, at },
    dataVersion: Number(dataVersion),
    silence: daySilences.find((each) => each === row.silence) ?? null,
    days: await daysIn(shop, { from, to }),
  };
}

/** Those of any days that stood out when they were last looked at, the newest first. */
export async function daysIn(shop: string, { from, to }: Period): Promise<FoundDay[]> {
  const rows = await db.findingDay.findMany({
    where: { shop, day: { gte: from, lt: to } },
    orderBy: { day: "desc" },
  });
  // What an earlier version of the app kept of a KPI or a segmentation that is no more is left out.
  return rows.flatMap(({ told }) => foundDaySchema.safeParse(told).data ?? []);
}
