// How large each segment was month by month from the first order on, and one KPI of it.
import type { Reason } from "../kpis/answer.ts";
import type { KpiId, SegmentationId } from "../kpis/catalogue.ts";
import { cached } from "../kpis/cache.server.ts";
import { thresholdsAt } from "../kpis/member-lists.server.ts";
import { factsOf, firstOrderDay, isBeforeOpening } from "../kpis/loaded.server.ts";
import { addDays, type Period, startOf } from "../kpis/period.ts";
import type { BusinessCalendar } from "../kpis/business-calendar.ts";
import { queryKpis } from "../kpis/query.server.ts";
import {
  listed,
  type ListedName,
  type Segmentation,
  segmentationOf,
  UNGROUPED,
} from "../kpis/segmentations.ts";
import { writtenOf } from "../kpis/written.server.ts";
import type { Reading, Row, ShopView } from "../warehouse/warehouse.server.ts";
import { sizesStatement, type Thresholds } from "./flows.ts";
import { type NoMovement, scoresIn, untoldAt } from "./movement.server.ts";

/** So many months are told one by one, then so many quarters and years; what is before them is not told. */
const MOST = { month: 60, quarter: 20, year: 20 } as const;
/** A KPI is asked month by month, and each month is a question of its own. */
export const KPI_MONTHS = 12;
/** Days that one statement counts: ranks of a day hold all its customers at once. */
const AT_ONCE = { ranked: 3, plain: 12 } as const;

export interface HistoryQuestion {
  segmentation: SegmentationId;
  thresholds: Thresholds;
  /** The day whose cut points hold on all days, where they do. */
  from: string;
  /** The shop's civil day. */
  today: string;
  calendar: BusinessCalendar | null;
}

export interface SizesOn {
  /** At whose start they were counted. */
  day: string;
  /** By segment; null: nobody could be grouped yet. */
  members: ReadonlyMap<string, number> | null;
}

export interface History {
  reason: NoMovement | null;
  segments: readonly { id: string; name: ListedName }[];
  /** Oldest first. */
  days: readonly SizesOn[];
}

/** The starts of months, before them of quarters and years, back to the first order. */
export function historyDays(first: string, today: string, calendar: BusinessCalendar | null): string[] {
  const days: string[] = [];
  let before = addDays(today, 1);
  for (const unit of ["month", "quarter", "year"] as const)
    for (let nth = 0; nth < MOST[unit]; nth++) {
      const start = startOf(unit, addDays(before, -1), calendar ?? undefined);
      if (start <= first) break;
      days.push(start);
      before = start;
    }
  return days.reverse();
}

export async function sizes(view: ShopView, question: HistoryQuestion): Promise<History> {
  const { segmentation, thresholds, from, today, calendar } = question;
  const declared = segmentationOf(segmentation);
  const frozen = thresholds === "first" && scoresIn(declared) ? from : null;
  const reason = untoldAt(view.meta, declared, { from: frozen ?? today, to: addDays(today, 1) });
  if (reason !== null) return none(reason);
  const known = frozen === null ? null : await thresholdsAt(view, segmentation, frozen);
  if (known !== null && (known.customers === 0 || !known.grouped))
    return none(known.customers === 0 ? "nobody_then" : "not_grouped");
  const facts = factsOf(view);
  return cached(facts, ["sizes", segmentation, frozen, today, calendar], async () => {
    const days = await daysKnown(view, today, calendar);
    const counted: SizesOn[] = [];
    const step = frozen === null && scoresIn(declared) ? AT_ONCE.ranked : AT_ONCE.plain;
    for (let at = 0; at < days.length; at += step)
      counted.push(...(await countedOn(facts, declared, days.slice(at, at + step), frozen)));
    const told = counted.flatMap(({ members }) => (members === null ? [] : [members]));
    if (told.length === 0 && counted.length > 0) return none("not_grouped");
    const largest = new Map<string, number>();
    for (const members of told)
      for (const [id, count] of members) largest.set(id, Math.max(count, largest.get(id) ?? 0));
    return {
      reason: null,
      segments: listed(segmentation, largest, await writtenOf(facts, segmentation)),
      days: counted,
    };
  });
}

const none = (reason: NoMovement): History => ({ reason, segments: [], days: [] });

async function daysKnown(
  view: ShopView,
  today: string,
  calendar: BusinessCalendar | null,
): Promise<string[]> {
  const first =
    view.meta.opening_day === null ? await firstOrderDay(view) : addDays(view.meta.opening_day, -1);
  if (first === null) return [];
  return historyDays(first, today, calendar).filter((day) => !isBeforeOpening(view.meta, day));
}

async function countedOn(
  facts: Reading,
  declared: Segmentation,
  days: readonly string[],
  frozen: string | null,
): Promise<SizesOn[]> {
  const { sql, params } = sizesStatement(declared, days, frozen);
  const rows = await facts.query<Row & { nth: number; segment: string; members: number }>(sql, params);
  const byDay = Map.groupBy(rows, ({ nth }) => nth);
  return days.map((day, nth) => {
    const of = byDay.get(nth) ?? [];
    const isGrouped = of.every(({ segment }) => segment !== UNGROUPED.id);
    return { day, members: isGrouped ? new Map(of.map(({ segment, members }) => [segment, members])) : null };
  });
}

export interface KpiMonth extends Period {
  /** By segment, as its month began; null where it is not known. */
  values: ReadonlyMap<string, number | null>;
  reason: Reason | null;
}

/** A KPI of every segment in each of the last whole months, its members taken anew at each month's start. */
export async function kpiByMonth(
  view: ShopView,
  kpi: KpiId,
  { segmentation, today, calendar }: Pick<HistoryQuestion, "segmentation" | "today" | "calendar">,
): Promise<KpiMonth[]> {
  const first = await firstOrderDay(view);
  const told: KpiMonth[] = [];
  let to = startOf("month", today, calendar ?? undefined);
  for (let nth = 0; nth < KPI_MONTHS && first !== null && to > first; nth++) {
    const from = startOf("month", addDays(to, -1), calendar ?? undefined);
    const period: Period = { from, to, ...(calendar === null ? {} : { calendar }) };
    const { segments } = await queryKpis(view, {
      ...{ kpis: [kpi], segmentation, period, comparison: "none", membersAt: "start", today },
    });
    const rows = segments.filter(({ kind }) => kind === "segment");
    told.push({
      ...period,
      values: new Map(rows.map(({ id, cells }) => [id, cells[kpi].value])),
      reason: rows[0]?.cells[kpi].reason ?? null,
    });
    to = from;
  }
  return told.reverse();
}
