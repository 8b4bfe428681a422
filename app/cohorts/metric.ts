// Which KPI can be told of a cohort, unit by unit, and as what: a sum by the customer, a share of customers, or a ratio of two
// sums. It follows from how the KPI is declared; where it cannot, that says why.
import { declarations, type KpiId } from "../kpis/catalogue.ts";
import { factBehind } from "../kpis/compile/parts.ts";
import {
  conditionsOf,
  coverageOf,
  declarationOf,
  inputsOf,
  isIndicator,
  isOfOrders,
  timesOf,
} from "../kpis/declared.ts";
import { factOf } from "../kpis/facts/facts.ts";
import type { Customers, Unit } from "../kpis/kpi.ts";

/** A cell of its own unit alone, or with all units before it. */
export const bases = ["each", "so_far"] as const;
export type Basis = (typeof bases)[number];

export interface Metric {
  id: KpiId;
  /** "mean": by the customer; "share": of the cohort's customers; "ratio": of two of their sums. */
  kind: "mean" | "share" | "ratio";
  /** What is above the line. */
  top: string;
  /** What is below it; null: the cohort's customers. */
  bottom: string | null;
  /** Both sides count customers, one at most for each. */
  countsCustomers: boolean;
  unit: Unit;
  /** Which part of which sum is known; null where all of it is. */
  coverage: { known: string; of: string } | null;
  /** The usual one first. */
  bases: readonly Basis[];
}

/** Why a KPI is told of no cohort; its words are the reports'. */
export const unfits = [
  "no_sum",
  "nobodys",
  "no_order",
  "own_time",
  "of_members",
  "the_beginning",
  "of_variants",
] as const;
export type Unfit = (typeof unfits)[number];

/** Who did something in the unit, whoever he is: nothing but that is asked of him. */
function doers({ did, among, standing, held }: Customers): string[] | null {
  if (among !== "everyone" || standing.length > 0 || held !== null || did.length === 0) return null;
  if (did.some(({ in: when }) => when !== undefined)) return null;
  return did.map(({ of }) => of);
}

/** Why a sum, a count, or a number of customers is none that a unit of a cohort has. */
function unfitOf(name: string): Unfit | null {
  const { computation } = declarationOf(declarations, name);
  switch (computation.kind) {
    case "holding":
      return "nobodys";
    case "sum":
    case "count": {
      if (factOf(computation.fact).owner === null) return "nobodys";
      if (timesOf(computation) !== null) return "of_variants";
      if (!isOfOrders(declarations, name)) return "no_order";
      return conditionsOf(computation).some(({ begins }) => begins) ? "the_beginning" : null;
    }
    case "customers": {
      const done = doers(computation);
      return done === null ? "of_members" : (done.map(unfitOf).find((each) => each !== null) ?? null);
    }
    case "derived": {
      const inputs = inputsOf(computation);
      const own = inputs.map(unfitOf).find((each) => each !== null);
      return own ?? (factBehind(name) === null ? "no_sum" : null);
    }
    case "followed":
      return "own_time";
    case "level":
    case "among":
      return "of_members";
    default:
      return "no_sum";
  }
}

/** What a KPI is of a cohort, or why it is nothing. */
export function metricOf(id: KpiId): Metric | Unfit {
  const { computation, unit } = declarationOf(declarations, id);
  const coverage = coverageOf(declarations, id);
  if (computation.kind === "duration")
    // By the end of a unit all are followed alike: to how many it has happened is a share of them.
    return {
      ...{ id, kind: "share", top: computation.to, bottom: null, countsCustomers: true },
      ...{ unit, coverage, bases: ["so_far"] },
    };
  if (computation.kind === "ratio") {
    if (computation.over === "shop") return "no_sum";
    const { numerator: top, denominator: bottom } = computation;
    const unfit = unfitOf(top) ?? unfitOf(bottom);
    if (unfit !== null) return unfit;
    const countsCustomers = [top, bottom].every((name) => isIndicator(declarations, name));
    // Who ordered in two units would be counted twice.
    const isSummed = [top, bottom].every((name) => !isDoing(name));
    return {
      ...{ id, kind: "ratio", top, bottom, countsCustomers, unit, coverage },
      bases: isSummed ? ["each", "so_far"] : ["each"],
    };
  }
  const unfit = unfitOf(id);
  if (unfit !== null) return unfit;
  if (isDoing(id))
    return {
      ...{ id, kind: "share", top: id, bottom: null, countsCustomers: true },
      ...{ unit: "rate", coverage, bases: ["each"] },
    };
  return {
    ...{ id, kind: "mean", top: id, bottom: null, countsCustomers: false, coverage },
    ...{ unit: unit === "count" ? "ratio" : unit, bases: ["so_far", "each"] },
  };
}

export const isMetric = (found: Metric | Unfit): found is Metric => typeof found !== "string";

const isDoing = (name: string): boolean => declarationOf(declarations, name).computation.kind === "customers";
