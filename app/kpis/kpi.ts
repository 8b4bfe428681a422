// What a KPI's declaration may say. Sums, counts, customers and levels are worked out from facts; ratios and what is derived only
// name other KPIs, so that for any segment and period they are sums over sums, never a mean of means.
import {
  type FactId,
  type facts,
  type NobodysStateId,
  type StateId,
  type states,
  type VariantsStateId,
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
