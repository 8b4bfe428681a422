// What a KPI's declaration may say. Sums, counts, customers and levels are worked out from facts; ratios and what is derived only
// name other KPIs, so that for any segment and period they are sums over sums, never a mean of means.
import type { Condition } from "./facts/fact.ts";
import {
  factOf,
  type FactId,
  type facts,
  type NobodysStateId,
  type OutsideId,
  type StateId,
  type states,
  type VariantsStateId,
  variantsStateOf,
} from "./facts/facts.ts";

export type Unit = "money" | "count" | "rate" | "days" | "ratio";

/** Of a measure, over the rows of the period. */
export interface Sum {
  kind: "sum";
  fact: FactId;
  measure: string;
  where: readonly string[];
  /** Each row's, times what a level of its variant is when the period ends; null: as it is. */
  times: { state: VariantsStateId; level: string } | null;
}

/** Of the things that a fact counts, in the period. */
export interface Count {
  kind: "count";
  fact: FactId;
  where: readonly string[];
}

/** How often a customer did what a count counts, in the period or in the one before it. */
export interface Did<Name extends string = string> {
  of: Name;
  atLeast: number;
  in?: "period_before";
}

/** Which customers are looked at: the period's, the segment's members, or members who had ordered by then. */
export type Among = "everyone" | "members" | "members_with_order";

/** Of the customers who did something so often in the period, or who were there. */
export interface Customers<Name extends string = string> {
  kind: "customers";
  did: readonly Did<Name>[];
  among: Among;
  /** What holds of the customer at the instant, by name of the members' state's standings. */
  standing: readonly string[];
  /** A state that holds for the customer at the period's end. */
  held: HeldState | null;
}

/** The part of a sum that comes from these customers alone. */
export interface FromAmong<Name extends string = string> {
  kind: "among";
  of: Name;
  among: Exclude<Among, "everyone">;
}

/**
 * Of customers of whom one thing happened in the period and who have been followed for so many days since: how many they are
 * (`then` null), to how many of them another thing happened in those days (a count), or what they brought in them (a sum).
 */
export interface Followed<Name extends string = string> {
  kind: "followed";
  /** A count of which a customer has one at most. */
  from: Name;
  within: number;
  then: Name | null;
  /** Of those only to whom this had not happened by that day; a count of what is the first of all that happens to a customer. */
  unless: Name | null;
}

/**
 * Of what customers had come to by the period's end. `flow`: what it grows by, so that it is known from the members' own state
 * and the period where the two adjoin.
 */
export interface Level<Name extends string = string> {
  kind: "level";
  state: "history";
  level: string;
  flow: Name;
  among: "members_with_order";
}

/** What there was of nobody's when the period ended. */
export interface Holding {
  kind: "holding";
  state: NobodysStateId;
  level: string;
}

/**
 * Of customers of whom one thing happened in the period, the share of whom another has happened within so many days: of those
 * who cannot be followed that long yet, as far as they are.
 */
export interface Duration<Name extends string = string> {
  kind: "duration";
  /** Counts of one fact, of which a customer has one of each at most. */
  from: Name;
  to: Name;
  within: number;
}

/** Of a measure of what a count counts: the value that a part of them lies below; a half of them: the median. */
export interface Quantile<Name extends string = string> {
  kind: "quantile";
  fact: FactId;
  measure: string;
  of: Name;
  at: number;
}

export interface Ratio<Name extends string = string> {
  kind: "ratio";
  numerator: Name;
  denominator: Name;
  /** "shop": the denominator is the whole shop's, whatever the segment. */
  over: "segment" | "shop";
}

export interface Derived<Name extends string = string> {
  kind: "derived";
  plus: readonly Name[];
  minus: readonly Name[];
}

export type Computation<Name extends string = string> =
  | Sum
  | Count
  | Customers<Name>
  | FromAmong<Name>
  | Followed<Name>
  | Level<Name>
  | Holding
  | Duration<Name>
  | Quantile<Name>
  | Ratio<Name>
  | Derived<Name>;

/** Keys in this order in every declaration. Its words stand under its name in app/words/server/kpis.ts and kpi-help.ts. */
export interface Declaration<Name extends string = string> {
  computation: Computation<Name>;
  unit: Unit;
  better: "up" | "down" | "none";
  /** Where not all is known: the sum of what is, and of what there is. What is worked out from it is known as far. */
  coverage?: { known: Name; of: Name };
  /** Sums between the number of orders and this one, by which it is told why it moved. */
  through?: readonly Name[];
}

type Facts = typeof facts;
type States = typeof states;
/** States of customers; what their orders made of members is asked for by standings. */
export type HeldState = Exclude<
  { [S in StateId]: States[S]["customer"] extends null ? never : S }[StateId],
  "history"
>;
type FactOfVariants = { [F in FactId]: Facts[F]["variant"] extends null ? never : F }[FactId];
type Conditions<F extends FactId> = readonly (keyof Facts[F]["conditions"] & string)[];

export const sum = <F extends FactId>(
  fact: F,
  measure: keyof Facts[F]["measures"] & string,
  where: Conditions<F> = [],
): Sum => ({ kind: "sum", fact, measure, where, times: null });

/** What variants are, weighted by what is bought of them. */
export const weighted = <F extends FactOfVariants, S extends VariantsStateId>(
  fact: F,
  measure: keyof Facts[F]["measures"] & string,
  state: S,
  of: keyof States[S]["levels"] & string,
): Sum => ({ kind: "sum", fact, measure, where: [], times: { state, level: of } });

export const count = <F extends FactId>(fact: F, where: Conditions<F> = []): Count => ({
  kind: "count",
  fact,
  where,
});

export const customers = <Name extends string = never>({
  did = [],
  among = "everyone",
  standing = [],
  held = null,
}: {
  did?: readonly Did<Name>[];
  among?: Among;
  standing?: readonly (keyof (typeof states)["history"]["standings"])[];
  held?: HeldState | null;
}): Customers<Name> => ({ kind: "customers", did, among, standing, held });

export const fromAmong = <Name extends string>(
  of: Name,
  among: FromAmong["among"] = "members",
): FromAmong<Name> => ({ kind: "among", of, among });

export const followed = <Name extends string>(
  from: Name,
  within: number,
  { then = null, unless = null }: { then?: Name | null; unless?: Name | null } = {},
): Followed<Name> => ({ kind: "followed", from, within, then, unless });

export const level = <S extends Level["state"], Name extends string>(
  state: S,
  of: keyof States[S]["levels"] & string,
  { flow, among }: Pick<Level<Name>, "flow" | "among">,
): Level<Name> => ({ kind: "level", state, level: of, flow, among });

export const holding = <S extends NobodysStateId>(
  state: S,
  of: keyof States[S]["levels"] & string,
): Holding => ({ kind: "holding", state, level: of });

export const duration = <Name extends string>(from: Name, to: Name, within: number): Duration<Name> => ({
  kind: "duration",
  from,
  to,
  within,
});

/** @param of a count of the same fact */
export const median = <F extends FactId, Name extends string>(
  fact: F,
  measure: keyof Facts[F]["measures"] & string,
  of: Name,
): Quantile<Name> => ({ kind: "quantile", fact, measure, of, at: 0.5 });

export const ratio = <Name extends string>(
  numerator: Name,
  denominator: Name,
  over: Ratio["over"] = "segment",
): Ratio<Name> => ({ kind: "ratio", numerator, denominator, over });

export const derived = <Name extends string>(
  plus: readonly Name[],
  minus: readonly Name[] = [],
): Derived<Name> => ({ kind: "derived", plus, minus });

export type Declarations = Readonly<Record<string, Declaration>>;

/** A declared KPI by name; the catalogue's types make an unknown name a compile error, so this never fails at run time. */
export function declarationOf(all: Declarations, id: string): Declaration {
  const found = all[id];
  if (found === undefined) throw new Error(`no KPI or part is declared as "${id}"`);
  return found;
}

/** The names a declaration is put together from, in the formula's order. */
export function inputsOf(computation: Computation): string[] {
  if (computation.kind === "ratio") return [...new Set([computation.numerator, computation.denominator])];
  if (computation.kind === "duration") return [computation.from, computation.to];
  if (computation.kind === "among" || computation.kind === "quantile") return [computation.of];
  if (computation.kind === "followed")
    return [computation.from, ...[computation.then, computation.unless].filter((name) => name !== null)];
  return computation.kind === "derived" ? [...computation.plus, ...computation.minus] : [];
}

/** The conditions of a count or sum by name, and those without which its fact counts nothing. */
export function conditionsOf(computation: Sum | Count): Condition[] {
  const { counted, conditions } = factOf(computation.fact);
  const own = computation.where.map((name) => {
    const found = conditions[name];
    if (found === undefined) throw new Error(`${computation.fact} has no condition "${name}"`);
    return found;
  });
  return computation.kind === "count" ? [...counted.where, ...own] : own;
}

/** Of what a weighted sum is, by variant; null where a computation is none. */
export function timesOf(computation: Computation): { state: VariantsStateId; sql: string; least?: 0 } | null {
  if (computation.kind !== "sum" || computation.times === null) return null;
  const { state, level: name } = computation.times;
  const found = variantsStateOf(state).levels[name];
  if (found === undefined) throw new Error(`${state} has no level "${name}"`);
  return { state, ...found };
}

/** True where a customer's contribution is 0 or 1, so that its square is itself. */
export function isIndicator(all: Declarations, name: string): boolean {
  const { computation } = declarationOf(all, name);
  if (computation.kind === "customers") return true;
  if (computation.kind === "followed")
    return computation.then === null || declarationOf(all, computation.then).computation.kind === "count";
  if (computation.kind !== "count") return false;
  return factOf(computation.fact).counted.once === true || conditionsOf(computation).some(({ once }) => once);
}

/** How much of it is known; null where nothing is missing. */
export function coverageOf(all: Declarations, id: string): { known: string; of: string } | null {
  const { computation, coverage } = declarationOf(all, id);
  if (coverage !== undefined) return coverage;
  for (const input of inputsOf(computation)) {
    const found = coverageOf(all, input);
    if (found !== null) return found;
  }
  return null;
}

/** True for a sum of nothing but what is nobody's: no customer adds to it. */
export function isOutside(all: Declarations, name: string): boolean {
  const { computation } = declarationOf(all, name);
  if (computation.kind === "holding") return true;
  if (computation.kind === "sum" || computation.kind === "count")
    return factOf(computation.fact).owner === null;
  return computation.kind === "derived" && inputsOf(computation).every((input) => isOutside(all, input));
}

/** The facts and states of nobody that a figure is worked out from. */
export function outsideIn(all: Declarations, id: string): OutsideId[] {
  const { computation } = declarationOf(all, id);
  if (computation.kind === "holding") return [computation.state];
  if (computation.kind === "sum" || computation.kind === "count")
    return factOf(computation.fact).owner === null ? [computation.fact] : [];
  return [...new Set(inputsOf(computation).flatMap((input) => outsideIn(all, input)))];
}

/**
 * True for what can be told up to an instant of a day: of facts whose rows have one. What members had come to is known by whole
 * days.
 */
export function hasInstants(all: Declarations, id: string): boolean {
  const { computation } = declarationOf(all, id);
  switch (computation.kind) {
    case "sum":
      if (computation.times !== null) return false;
      if (factOf(computation.fact).measures[computation.measure]?.soFar === true) return false;
      return factOf(computation.fact).upTo !== null;
    case "count":
      return factOf(computation.fact).upTo !== null;
    case "customers":
      if (computation.held !== null) return false;
      return computation.did.every(({ of, in: when }) => when === undefined && hasInstants(all, of));
    case "level":
    case "holding":
    case "duration":
    case "followed":
    case "quantile":
      return false;
    default:
      return inputsOf(computation).every((input) => hasInstants(all, input));
  }
}

/** Whether a figure is about orders alone, so that it can be told for a group of them. */
export function isOfOrders(all: Declarations, id: string): boolean {
  const { computation } = declarationOf(all, id);
  switch (computation.kind) {
    case "sum":
    case "count":
      return factOf(computation.fact).order !== null;
    case "customers":
    case "among":
    case "followed":
    case "level":
    case "holding":
    case "duration":
      return false;
    default:
      return inputsOf(computation).every((input) => isOfOrders(all, input));
  }
}

/** Whether a figure is of the period's end alone, so that a longer period has no more of it. */
export function isOfItsEnd(all: Declarations, id: string): boolean {
  const { computation } = declarationOf(all, id);
  if (computation.kind === "derived") return inputsOf(computation).every((input) => isOfItsEnd(all, input));
  if (computation.kind === "customers") return computation.held !== null;
  return computation.kind === "holding" || computation.kind === "level";
}

/** Whether a sum is moved by more than the orders of the period: by returns and changes of older ones. */
export function isMovedLater(all: Declarations, name: string): boolean {
  const { computation } = declarationOf(all, name);
  if (computation.kind === "sum")
    return (
      factOf(computation.fact).order !== null &&
      factOf(computation.fact).measures[computation.measure]?.sparse !== true
    );
  if (computation.kind === "among" || computation.kind === "derived")
    return inputsOf(computation).some((input) => isMovedLater(all, input));
  return false;
}

/** Whether a figure is about the period before as well. */
export function looksBack(all: Declarations, id: string): boolean {
  const { computation } = declarationOf(all, id);
  if (computation.kind === "customers") return computation.did.some(({ in: when }) => when !== undefined);
  return inputsOf(computation).some((input) => looksBack(all, input));
}

/** Whether a figure is as of now, so that the same days may get another later. */
export function isSoFar(all: Declarations, id: string): boolean {
  const { computation } = declarationOf(all, id);
  if (computation.kind === "sum")
    return factOf(computation.fact).measures[computation.measure]?.soFar === true;
  return inputsOf(computation).some((input) => isSoFar(all, input));
}

/**
 * How sure a figure is (statistics.ts): a "sum" is a fact, as is what divides two facts of nobody; "wilson" is a share of
 * customers, "delta" a ratio of sums with customers as clusters, "poisson" what nobody's sum is by the customer, "survival" a
 * share of customers as far as they are followed, "order" a value by its place among all, "share" a part of the shop's sum.
 */
export type Uncertainty = "sum" | "wilson" | "delta" | "poisson" | "survival" | "order" | "share";

export function uncertaintyOf(all: Declarations, id: string): Uncertainty {
  const { computation } = declarationOf(all, id);
  if (computation.kind === "duration") return "survival";
  if (computation.kind === "quantile") return "order";
  if (computation.kind !== "ratio") return "sum";
  if (isOutside(all, computation.denominator)) return isOutside(all, computation.numerator) ? "sum" : "delta";
  if (computation.over === "shop") return "share";
  if (isOutside(all, computation.numerator))
    return isIndicator(all, computation.denominator) ? "poisson" : "delta";
  const countsCustomers = (name: string): boolean => {
    const { computation: of } = declarationOf(all, name);
    const inputs = of.kind === "followed" ? [] : inputsOf(of);
    return inputs.length === 0 ? isIndicator(all, name) : inputs.every(countsCustomers);
  };
  return countsCustomers(computation.numerator) && isIndicator(all, computation.denominator)
    ? "wilson"
    : "delta";
}

/** Along which cuts the parts add up to the whole: customers are counted once a period, ratios never add up. */
export function additivityOf(all: Declarations, id: string): { segments: boolean; days: boolean } {
  const { computation } = declarationOf(all, id);
  switch (computation.kind) {
    case "sum":
      return { segments: true, days: computation.times === null };
    case "count":
      return { segments: true, days: true };
    case "customers":
    case "among":
    case "followed":
    case "level":
    case "holding":
      return { segments: true, days: false };
    case "duration":
    case "quantile":
      return { segments: false, days: false };
    case "ratio":
      return { segments: computation.over === "shop", days: false };
    case "derived": {
      const inputs = inputsOf(computation).map((input) => additivityOf(all, input));
      return {
        segments: inputs.every((input) => input.segments),
        days: inputs.every((input) => input.days),
      };
    }
  }
}

/** True for figures per customer: guest orders have no customer, so they are neither in it nor under it. */
export function isPerCustomer(all: Declarations, id: string): boolean {
  const { computation } = declarationOf(all, id);
  if (computation.kind === "duration") return true;
  // Days back to an earlier order are a customer's; a guest has none.
  if (computation.kind === "quantile")
    return factOf(computation.fact).measures[computation.measure]?.since !== undefined;
  return (
    computation.kind === "ratio" &&
    ["customers", "followed"].includes(declarationOf(all, computation.denominator).computation.kind)
  );
}

/** A guest order is an order and has its sales; it is no customer. */
export function countsGuests(all: Declarations, id: string): boolean {
  const { computation } = declarationOf(all, id);
  switch (computation.kind) {
    case "customers":
    case "among":
    case "followed":
    case "level":
    case "holding":
    case "duration":
      return false;
    case "sum":
    case "count":
      return !isIndicator(all, id) && factOf(computation.fact).owner !== null;
    case "quantile":
      return !isPerCustomer(all, id);
    default:
      return inputsOf(computation).every((input) => countsGuests(all, input));
  }
}
