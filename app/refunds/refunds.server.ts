// The front door of refunds both ways: month by month what came back in it, and what came back of that which was sold in it,
// with what is still to come.
import type { Reason } from "../kpis/answer.ts";
import { cached } from "../kpis/cache.server.ts";
import { declarations, type KpiId, kpis } from "../kpis/catalogue.ts";
import { lastWhole } from "../kpis/comparison.server.ts";
import { declarationOf } from "../kpis/declared.ts";
import { factOf } from "../kpis/facts/facts.ts";
import { blockedBy, factsOfKpis, loadedOf } from "../kpis/loaded.server.ts";
import {
  addDays,
  addMonths,
  bucketsOf,
  daysBetween,
  EARLIEST,
  type Period,
  startOf,
} from "../kpis/period.ts";
import type { ShopView } from "../warehouse/warehouse.server.ts";
import { type Movements, movementsUpTo } from "./movements.server.ts";
import { type Cohort, developmentOf, toCome, type ToCome } from "./to-come.ts";

export { backRows, type BackRow, type BackRows } from "./back-rows.server.ts";
export { LEAST_MONTHS, MOST_ALIKE, NEARLY_ALL, type ToCome } from "./to-come.ts";

/** What the two columns are, month by month. */
export const SOLD = "gross_sales" satisfies KpiId;
export const REVERSALS = "sales_reversals" satisfies KpiId;

/** Months that are told one by one. */
export const MOST_MONTHS_TOLD = 120;

/** Whether a KPI is of what takes sales back, or a rate of it. */
export function isOfReversals(kpi: KpiId): boolean {
  const { computation } = declarationOf(declarations, kpis[kpi].numerator);
  return (
    computation.kind === "sum" &&
    factOf(computation.fact).measures[computation.measure]?.reverses !== undefined
  );
}

export interface RefundMonth extends Period {
  /** "part": not all of its days are known yet. */
  state: "whole" | "part";
  /** Why nothing can be told of it. */
  reason: Reason | null;
  /** Gross sales booked in it. */
  sold: number;
  /** Booked in it, whenever it was sold. */
  backIn: number;
  /** So far, of what was sold in it. */
  backOf: number;
  /** Null where the month is not known, or nothing was sold. */
  toCome: ToCome | null;
}

interface Amounts {
  sold: number;
  backIn: number;
  backOf: number;
}

export interface BothWays {
  /** Up to the present one, oldest first. */
  months: readonly RefundMonth[];
  /** Of the months before these. */
  before: Amounts;
  /** Came back of what was sold before the first order that is kept: in which month is not known. */
  soldEarlier: number;
  /** The first day that is not wholly known. */
  knownTo: string;
  /** Days after a month's end by which nearly all of what comes back had come. */
  nearlyAllAfter: number;
  /** The most days between a sale and what came back of it; null where nothing did. */
  longest: number | null;
}

/** @param today the shop's civil day */
export function bothWays(view: ShopView, today: string): Promise<BothWays> {
  const facts = factsOfKpis(view, [SOLD, REVERSALS]);
  const knownTo = addDays(lastWhole(view.meta, [SOLD, REVERSALS], today), 1);
  return cached(facts, ["refunds", today, knownTo], async () => {
    const firstDays = daysBetween(startOf("month", knownTo), knownTo);
    const [loaded, movements] = await Promise.all([loadedOf(view), movementsUpTo(facts, today, firstDays)]);
    return told(movements, { today, knownTo }, (period) =>
      blockedBy(loaded, REVERSALS, { period, membersOn: period.from }, "total"),
    );
  });
}

const total = (amounts: readonly number[]) => amounts.reduce((sum, amount) => sum + amount, 0);
const dayNumber = (day: string) => daysBetween(EARLIEST, day);

function told(
  { booked, back, longest }: Movements,
  { today, knownTo }: { today: string; knownTo: string },
  blocked: (month: Period) => Reason | null,
): BothWays {
  const present = startOf("month", today);
  const known = [...booked.map(({ month }) => month), ...back.flatMap(({ month }) => month ?? [])];
  const oldest = addMonths(present, 1 - MOST_MONTHS_TOLD);
  const first = known.reduce((least, month) => (month < least ? month : least), present);
  const from = first < oldest ? oldest : first;
  const periods = bucketsOf({ from, to: addMonths(present, 1) }, "month").map((period) => ({
    period,
    reason: blocked(period),
  }));
  const bookedIn = new Map(booked.map((each) => [each.month, each]));
  const backOf = Map.groupBy(back, ({ month }) => month);
  const cohort = (month: string, early: boolean, end: string): Cohort => {
    const sums = bookedIn.get(month);
    return {
      end: dayNumber(end),
      sold: (early ? sums?.soldEarly : sums?.sold) ?? 0,
      back: (backOf.get(month) ?? [])
        .filter((each) => !early || each.early)
        .map(({ day, amount }) => ({ day: dayNumber(day), amount })),
    };
  };
  const now = dayNumber(knownTo);
  const firstDays = daysBetween(startOf("month", knownTo), knownTo);
  const whole = periods.filter(({ period, reason }) => reason === null && period.to <= knownTo);
  const cohorts = whole.map(({ period }) => cohort(period.from, false, period.to));
  const development = developmentOf(cohorts, now);
  const ages = { now, longest, development };
  /** The first days of whole months, beside those of the one that is not over. */
  const begun = whole.map(({ period }) => cohort(period.from, true, addDays(period.from, firstDays)));
  const toComeOf = ({ period, reason }: (typeof periods)[number]): ToCome | null => {
    const isWhole = period.to <= knownTo;
    if (reason !== null || (!isWhole && period.from >= knownTo)) return null;
    const of = isWhole ? cohort(period.from, false, period.to) : cohort(period.from, true, knownTo);
    return of.sold > 0 ? toCome(of, isWhole ? cohorts : begun, ages) : null;
  };
  const amountsOf = (isOne: (month: string | null) => boolean) =>
    total(back.filter(({ month }) => isOne(month)).map(({ amount }) => amount));
  const before = booked.filter(({ month }) => month < from);
  return {
    months: periods.map((each) => ({
      ...each.period,
      state: each.period.to <= knownTo ? "whole" : "part",
      reason: each.reason,
      sold: bookedIn.get(each.period.from)?.sold ?? 0,
      backIn: bookedIn.get(each.period.from)?.back ?? 0,
      backOf: total((backOf.get(each.period.from) ?? []).map(({ amount }) => amount)),
      toCome: toComeOf(each),
    })),
    before: {
      sold: total(before.map(({ sold }) => sold)),
      backIn: total(before.map((each) => each.back)),
      backOf: amountsOf((month) => month !== null && month < from),
    },
    soldEarlier: amountsOf((month) => month === null),
    knownTo,
    nearlyAllAfter: development.nearlyAllAfter,
    longest,
  };
}
