// How soon customers ordered again, by days from the first order of each: the curve of a group of cohorts with its band, and whether
// that of another group is a different one.
import { longestOf } from "../kpis/compile/durations.ts";
import { normalTail } from "../kpis/estimates/distributions.ts";
import { MIN_CUSTOMERS, MIN_EVENTS, type Sureness } from "../kpis/estimates/gates.ts";
import type { Range } from "../kpis/answer.ts";
import { happenedWithin, stratifiedLogRank, type Times } from "../kpis/survival.ts";
import { BEGINNING } from "./statement.ts";

/** What is waited for. */
export const AGAIN = "second_orders";
/** The KPI whose course it is. */
export const COURSE_KPI = "second_order_rate_365d";

/** Days of which a table tells. */
export const MILESTONES = [30, 90, 180, 365] as const;
const WEEK = 7;
export const longest = (): number => longestOf(BEGINNING, AGAIN);

export interface CurvePoint {
  day: number;
  /** To what share it has happened by the day. */
  share: number;
  range: Range | null;
}

export interface Curve {
  customers: number;
  /** As far as anybody is followed. */
  points: readonly CurvePoint[];
}

export interface Compared {
  observed: number;
  expected: number;
  chiSquare: number;
  /** How often chance alone makes two groups differ as much. */
  pValue: number;
}

const followedIn = ({ happened, censored }: Times): number =>
  [...happened, ...censored].reduce((sum, n) => sum + n, 0);

/** Times by cohort as one group's. */
export function together(times: Iterable<Times>): Times {
  const [happened, censored]: [number[], number[]] = [[], []];
  const into = (sums: number[], more: readonly number[]) => {
    more.forEach((n, day) => (sums[day] = (sums[day] ?? 0) + n));
  };
  for (const each of times) {
    into(happened, each.happened);
    into(censored, each.censored);
  }
  const days = (sums: number[]) => Array.from({ length: longest() + 2 }, (_, day) => sums[day] ?? 0);
  return { happened: days(happened), censored: days(censored) };
}

/** Week by week, and on the days of which tables tell. */
const everyWeek = (): number[] => {
  const weeks = Array.from({ length: Math.floor(longest() / WEEK) + 1 }, (_, week) => week * WEEK);
  return [...new Set([...weeks, ...MILESTONES])].sort((a, b) => a - b);
};

export function curveOf(times: Times, days: readonly number[] = everyWeek()): Curve {
  const customers = followedIn(times);
  return {
    customers,
    points: days.flatMap((day) => {
      const found = happenedWithin(times, day);
      if (found === null) return [];
      const { share, range, events, followed } = found;
      const sureness: Sureness =
        events < MIN_EVENTS ? null : followed < MIN_EVENTS || customers < MIN_CUSTOMERS ? "rough" : "sure";
      return [{ day, share, range: range === null || sureness === null ? null : { ...range, sureness } }];
    }),
  };
}

/** Cohort by cohort, so that one group's customers having come later is no difference. Null where too few are followed. */
export function apart(one: ReadonlyMap<string, Times>, other: ReadonlyMap<string, Times>): Compared | null {
  const [all, others] = [one, other].map((times) => followedIn(together(times.values())));
  if (Math.min(all ?? 0, others ?? 0) < MIN_CUSTOMERS) return null;
  const pairs = [...one].flatMap(([cohort, times]) => {
    const beside = other.get(cohort);
    return beside === undefined ? [] : [[times, beside] as const];
  });
  const found = stratifiedLogRank(pairs);
  // Chi-square with one degree of freedom is the square of a normal variable.
  return found && { ...found, pValue: 2 * normalTail(Math.sqrt(found.chiSquare)) };
}
