// The front door: a KPI of cohorts by age, of all customers or of one segment's, and another segment's at equal age; with what is
// not closed yet and what is not whole.
import type { Reason, RowName } from "../kpis/answer.ts";
import { cached } from "../kpis/cache.server.ts";
import type { BusinessCalendar } from "../kpis/business-calendar.ts";
import type { KpiId } from "../kpis/catalogue.ts";
import { lastWhole } from "../kpis/comparison.server.ts";
import { bucketKey, bucketOf } from "../kpis/compile/buckets.ts";
import { compileDurations } from "../kpis/compile/durations.ts";
import { type Grouping, wholeShop, type Within } from "../kpis/compile/groups.ts";
import type { Cut, SegmentRef } from "../kpis/cuts/cut.ts";
import { isGroupedAt, nameWithin } from "../kpis/cuts/lists.server.ts";
import { blockedBy, factsOfKpis, firstOrderDay, loadedOf } from "../kpis/loaded.server.ts";
import { addDays, bucketsOf, byCalendar, type Period, startOf, startOfNext } from "../kpis/period.ts";
import { OUTSIDE } from "../kpis/segmentations/segmentation.ts";
import { segmentationOf } from "../kpis/segmentations.ts";
import type { Times } from "../kpis/survival.ts";
import type { Reading, Row, ShopView } from "../warehouse/warehouse.server.ts";
import { type Cohort, type Found, type Grid, gridOf, type Terms } from "./grid.ts";
import { type Basis, isMetric, type Metric, metricOf, type Unfit } from "./metric.ts";
import {
  AGAIN,
  apart,
  type Compared,
  type Curve,
  curveOf,
  longest,
  MILESTONES,
  together,
} from "./second-orders.ts";
import { BEGINNING, type CohortUnit, compileCohorts, terms } from "./statement.ts";

/** So many cohorts are told at once, and so many ages of each. */
export const MOST_COHORTS = 36;

export interface CohortsQuestion {
  kpi: KpiId;
  /** Null: the metric's usual one, as is one that it has not. */
  basis: Basis | null;
  unit: CohortUnit;
  /** The newest so many, the unit that has begun among them. */
  cohorts: number;
  /** Customers who are in these segments today. */
  within: SegmentRef | null;
  beside: SegmentRef | null;
  calendar: BusinessCalendar | null;
  /** Shop-local civil day. */
  today: string;
}

/** One group of customers by cohort and age. */
export interface CohortsOf extends Grid {
  segment: SegmentRef | null;
  name: RowName;
  second: Curve;
  /** By the cohorts' first days: what the curve says of each on the days that tables tell of. */
  secondByCohort: ReadonlyMap<string, Curve>;
}

export interface Cohorts {
  metric: Metric | null;
  basis: Basis | null;
  unit: CohortUnit;
  /** Why there is nothing. */
  reason: Reason | "no_first_order" | Unfit | null;
  /** The first day on which somebody can be known to have ordered for the first time; null: any day. */
  wholeFrom: string | null;
  own: CohortsOf | null;
  beside: CohortsOf | null;
  /** Whether the two groups' second orders differ; null where that cannot be told. */
  compared: Compared | null;
  /** Two segments that may hold the same customers are not compared. */
  overlap: boolean;
}

/** Throws UnknownSegment. */
export async function queryCohorts(view: ShopView, question: CohortsQuestion): Promise<Cohorts> {
  const { kpi, basis, unit, cohorts, within, beside, calendar, today } = question;
  const asked = ["cohorts", kpi, basis, unit, cohorts, within, beside, calendar, today];
  return cached(factsOfKpis(view, [kpi, BEGINNING]), asked, () => answerOf(view, question));
}

async function answerOf(view: ShopView, question: CohortsQuestion): Promise<Cohorts> {
  const { kpi, unit, within, beside, today } = question;
  const found = metricOf(kpi);
  const empty = {
    ...{ metric: null, basis: null, unit, reason: null, wholeFrom: null },
    ...{ own: null, beside: null, compared: null, overlap: false },
  };
  if (!isMetric(found)) return { ...empty, reason: found };
  const basis = found.bases.find((each) => each === question.basis) ?? found.bases[0] ?? "each";
  const units = await unitsOf(view, question);
  const told = { ...empty, metric: found, basis, wholeFrom: units.wholeFrom };
  const [first] = units.whole;
  if (first === undefined)
    return { ...told, reason: units.truncated === null ? "no_first_order" : "history_not_kept" };
  const tomorrow = addDays(today, 1);
  const period = byCalendar({ from: first.from, to: tomorrow }, question.calendar);
  const loaded = await loadedOf(view);
  const slice = { period, membersOn: tomorrow };
  const reason = [BEGINNING, kpi]
    .map((id) => blockedBy(loaded, id as KpiId, slice, within === null ? "total" : "segment"))
    .find((each) => each !== null);
  if (reason !== undefined) return { ...told, reason };
  const asking = { view, metric: found, basis, unit, period, units, today };
  if (!(await isThere(view, [within, beside], tomorrow))) return { ...told, reason: "not_grouped" };
  const [own, other] = await Promise.all([
    groupOf(asking, within),
    beside === null ? null : groupOf(asking, beside),
  ]);
  const overlap = other !== null && within?.segmentation !== beside?.segmentation;
  return {
    ...told,
    own: own.told,
    beside: other?.told ?? null,
    compared: other === null || overlap ? null : apart(own.times, other.times),
    overlap,
  };
}

interface Units {
  /** Whose customers' first orders are all known, oldest first. */
  whole: Period[];
  /** The unit in which what is known begins, where it is not whole. */
  truncated: Period | null;
  wholeFrom: string | null;
}

/** The newest units of the question's calendar, as far as first orders are known. */
async function unitsOf(view: ShopView, { unit, cohorts, calendar, today }: CohortsQuestion): Promise<Units> {
  const own = calendar ?? undefined;
  const firstDay = await firstOrderDay(view);
  const { opening_day: opening } = view.meta;
  if (firstDay === null || firstDay > today) return { whole: [], truncated: null, wholeFrom: opening };
  const earliest = opening !== null && opening > firstDay ? opening : firstDay;
  let from = startOf(unit, today, own);
  for (let n = 1; n < Math.min(cohorts, MOST_COHORTS) && from > earliest; n++)
    from = startOf(unit, addDays(from, -1), own);
  const units = bucketsOf(byCalendar({ from, to: startOfNext(unit, today, own) }, calendar), unit);
  const isWhole = opening === null || from >= opening;
  const [truncated = null] = isWhole ? [] : units;
  return { whole: isWhole ? units : units.slice(1), truncated, wholeFrom: opening };
}

const cutWithin = (within: SegmentRef): Cut => ({ of: "customers", by: within.segmentation, within });

/** Whether there are enough customers for the segments to be made. Throws UnknownSegment. */
async function isThere(
  view: ShopView,
  segments: readonly (SegmentRef | null)[],
  on: string,
): Promise<boolean> {
  const found = await Promise.all(
    segments.map(
      async (within) => within === null || isGroupedAt(view, cutWithin(within), { on, until: on }),
    ),
  );
  return found.every(Boolean);
}

interface Asking {
  view: ShopView;
  metric: Metric;
  basis: Basis;
  unit: CohortUnit;
  period: Period;
  units: Units;
  today: string;
}

async function groupOf(asking: Asking, segment: SegmentRef | null) {
  const { view, metric, basis, unit, period, units, today } = asking;
  const facts = factsOfKpis(view, [metric.id, BEGINNING]);
  const membersOn = period.to;
  const within = segment && { segmentation: segmentationOf(segment.segmentation), segment: segment.segment };
  const last = lastWhole(view.meta, [metric.id, BEGINNING], today);
  const keyOf = (of: Period) => bucketKey(of, unit);
  const [found, times, name] = await Promise.all([
    askCells(facts, compileCohorts({ metric, basis, unit, period, within, membersOn })),
    askTimes(facts, { period, unit, within, membersOn, last }),
    segment === null
      ? { fixed: "total" as const }
      : nameWithin(view, cutWithin(segment), { on: membersOn, until: membersOn }),
  ]);
  const grid = gridOf(metric, basis, { units: units.whole, keyOf, known: addDays(last, 1), found });
  const truncated: Cohort[] =
    units.truncated === null ? [] : [{ period: units.truncated, customers: 0, whole: false, cells: [] }];
  const byCohort = units.whole.flatMap((of): [string, Times][] => {
    const own = times.get(keyOf(of));
    return own === undefined ? [] : [[of.from, together([own])]];
  });
  const told: CohortsOf = {
    ...grid,
    cohorts: [...truncated, ...grid.cohorts],
    ...{ segment, name, second: curveOf(together(times.values())) },
    secondByCohort: new Map(byCohort.map(([from, own]) => [from, curveOf(own, MILESTONES)])),
  };
  return { told, times: new Map(byCohort) };
}

async function askCells(
  facts: Reading,
  { sql, params }: { sql: string; params: (string | number)[] },
): Promise<Found> {
  const sizes = new Map<string, number>();
  const moved = new Map<string, Map<string, Terms>>();
  for (const row of await facts.query<Row>(sql, params)) {
    const cohort = String(row["cohort"]);
    if (row["bucket"] === null) sizes.set(cohort, Number(row["customers"]));
    else {
      const own = moved.get(cohort) ?? new Map<string, Terms>();
      // Engines name columns alike, and give numbers for each.
      own.set(
        String(row["bucket"]),
        Object.fromEntries(terms.map((term) => [term, Number(row[term] ?? 0)])) as Terms,
      );
      moved.set(cohort, own);
    }
  }
  return { sizes, moved };
}

interface TimesAsked {
  period: Period;
  unit: CohortUnit;
  within: Within | null;
  membersOn: string;
  last: string;
}

/** By cohort: after how many days customers ordered again, and for how many they were followed without it. */
async function askTimes(
  facts: Reading,
  { period, unit, within, membersOn, last }: TimesAsked,
): Promise<Map<string, Times>> {
  const grouping: Grouping = within === null ? wholeShop : { kind: "segments", segmentation: null, within };
  const course = { from: BEGINNING, to: AGAIN, days: longest() };
  const { sql, params, idOf } = compileDurations(
    course,
    grouping,
    { period, membersOn },
    last,
    (day, bound) => bucketOf(period, unit, day, bound),
  );
  const times = new Map<string, { happened: number[]; censored: number[] }>();
  for (const row of await facts.query<Row>(sql, params)) {
    if (idOf(row["segment_now"]) === OUTSIDE.id) continue;
    const key = String(row["bucket"]);
    const own = times.get(key) ?? { happened: [], censored: [] };
    times.set(key, own);
    const into = Number(row["happened"]) === 1 ? own.happened : own.censored;
    const day = Number(row["days"]);
    into[day] = (into[day] ?? 0) + Number(row["n"]);
  }
  return times;
}
