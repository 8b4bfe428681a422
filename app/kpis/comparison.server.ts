// With what a period is compared: as much of it as is known by the shop's clock, KPI by KPI, for not all of them know hours.
import { Temporal } from "temporal-polyfill";
import { sourceCoverage } from "../warehouse/coverage.ts";
import { instantOf, timestampOf } from "../warehouse/values.ts";
import type { ShopMeta } from "../warehouse/warehouse.server.ts";
import { declarations, kpiIds, type KpiId } from "./catalogue.ts";
import type { Slice } from "./compile/contributions.ts";
import { hasInstants } from "./declared.ts";
import { happenedIn } from "./loaded.server.ts";
import { type Clock, type Comparing, comparingOf, type Comparison } from "./comparing.ts";
import { addDays, type Part, type Period, plainPeriod } from "./period.ts";

/** Up to when all that happens to the KPIs is known, by the shop's clock; null while nothing is. */
export function knownTo(meta: ShopMeta, ids: readonly KpiId[]): Clock | null {
  const known = ids
    .flatMap(happenedIn)
    .flatMap((source) => sourceCoverage(meta, source).fresh_at ?? [])
    .map((freshAt) => instantOf(freshAt).getTime());
  if (known.length === 0) return null;
  const at = Temporal.Instant.fromEpochMilliseconds(Math.min(...known)).toZonedDateTimeISO(meta.time_zone);
  return { day: at.toPlainDate().toString(), time: at.toPlainTime().toString({ smallestUnit: "second" }) };
}

/** The last day of which everything is known. */
export function lastWhole(meta: ShopMeta, ids: readonly KpiId[], today: string): string {
  const known = knownTo(meta, ids)?.day ?? today;
  return addDays(known < today ? known : today, -1);
}

const knowsHours = (id: KpiId): boolean => hasInstants(declarations, id);

/** What pages say a period is compared with: the most of it that any KPI can be. */
export const comparingAt = (meta: ShopMeta, period: Period, comparison: Comparison, today: string) =>
  comparingOf(period, comparison, today, knownTo(meta, kpiIds.filter(knowsHours)));

/** KPIs that are compared over the same days. */
export interface Compared {
  kpis: KpiId[];
  comparing: Comparing | null;
}

export function comparedBy(
  meta: ShopMeta,
  ids: readonly KpiId[],
  { period, comparison, today }: { period: Period; comparison: Comparison; today: string },
): Compared[] {
  const exact = comparingOf(period, comparison, today, knownTo(meta, ids.filter(knowsHours)));
  const byDay = comparingOf(period, comparison, today);
  if (exact?.part.until === undefined) return [{ kpis: [...ids], comparing: byDay }];
  const groups = [
    { kpis: ids.filter(knowsHours), comparing: exact },
    { kpis: ids.filter((id) => !knowsHours(id)), comparing: byDay },
  ];
  return groups.filter(({ kpis }) => kpis.length > 0);
}

/** A part of days as a slice asks for it, with members of the day. */
export function sliceOf(part: Part, membersOn: string, { time_zone: zone }: ShopMeta): Slice {
  const { to, until } = part;
  const period = plainPeriod(part);
  if (until === undefined) return { period, membersOn };
  const cut = Temporal.PlainDateTime.from(`${addDays(to, -1)}T${until}`).toZonedDateTime(zone);
  return { period, membersOn, upTo: timestampOf(new Date(cut.epochMilliseconds)) };
}
