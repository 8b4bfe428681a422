// What was found, as the state database keeps it: by shop and week, for sixty weeks.
import { db } from "../db.server.ts";
import type { Prisma } from "../../prisma/generated/client.ts";
import { addDays } from "../kpis/period.ts";
import { type Finding, findingSchema, type Found, silences } from "./finding.ts";

/** So far back findings are kept. */
export const WEEKS_KEPT = 60;

export interface KeptWeek extends Found {
  /** The version of the data they were worked out from. */
  dataVersion: number;
  at: Date;
}

/** All of a week in the place of what was kept of it. */
export async function keep(
  shop: string,
  { week, findings, ...of }: Found,
  dataVersion: number,
  at: Date,
): Promise<void> {
  const oldest = addDays(week, -7 * (WEEKS_KEPT - 1));
  await db.$transaction(async (transaction) => {
    const where = { shop, week };
    const row = { ...of, dataVersion: BigInt(dataVersion), at };
    await transaction.findingWeek.upsert({
      where: { shop_week: where },
      create: { ...where, ...row },
      update: row,
    });
    await transaction.finding.deleteMany({ where });
    await transaction.finding.createMany({
      data: findings.map((finding, place) => ({
        ...{ shop, week, place, kpi: finding.kpi, segmentation: finding.by, segment: finding.segment },
        told: finding satisfies Prisma.InputJsonObject,
      })),
    });
    await transaction.finding.deleteMany({ where: { shop, week: { lt: oldest } } });
    await transaction.findingWeek.deleteMany({ where: { shop, week: { lt: oldest } } });
  });
}

/** The newest first. */
export async function keptWeeks(
  shop: string,
  { week, skip = 0, take }: { week?: string; skip?: number; take: number },
): Promise<KeptWeek[]> {
  const where = { shop, ...(week === undefined ? {} : { week }) };
  const weeks = await db.findingWeek.findMany({ where, orderBy: { week: "desc" }, skip, take });
  const rows = await db.finding.findMany({
    where: { shop, week: { in: weeks.map((each) => each.week) } },
    orderBy: { place: "asc" },
  });
  return weeks.map(({ week: monday, days, looked, silence, buyers, dataVersion, at }) => ({
    ...{ week: monday, days, looked, buyers, at },
    dataVersion: Number(dataVersion),
    silence: silences.find((each) => each === silence) ?? null,
    findings: rows.filter((row) => row.week === monday).flatMap(({ told }) => readable(told)),
  }));
}

/** What an earlier version of the app kept of a KPI or a segmentation that is no more is left out. */
function readable(told: unknown): Finding[] {
  const { data } = findingSchema.safeParse(told);
  return data === undefined ? [] : [data];
}
