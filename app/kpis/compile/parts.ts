// What a KPI's sums are made of: which facts are behind a name, and with which sign each of their own sums is in it.
import { declarations } from "../catalogue.ts";
import { factOf, type FactId, type OutsideId } from "../facts/facts.ts";
import { coverageOf, declarationOf, inputsOf, isOutside as isOutsideOf, outsideIn } from "../declared.ts";

const computationOf = (name: string) => declarationOf(declarations, name).computation;

/** The sums that the KPIs show or divide, themselves or a ratio's two sides, and those that say how much of them is known. */
export function sumsOf(ids: readonly string[]): string[] {
  const sums = ids.flatMap((id) => {
    const computation = computationOf(id);
    // Neither a curve nor a place among all is a sum.
    if (computation.kind === "duration" || computation.kind === "quantile") return [];
    const coverage = coverageOf(declarations, id);
    return [
      ...(computation.kind === "ratio" ? [computation.numerator, computation.denominator] : [id]),
      ...(coverage === null ? [] : [coverage.known, coverage.of]),
    ];
  });
  return [...new Set(sums)];
}

/** The sums and counts that a name adds up, with their signs; itself where it is no sum of others. */
export function partsOf(name: string): { plus: string[]; minus: string[] } {
  const computation = computationOf(name);
  if (computation.kind !== "derived") return { plus: [name], minus: [] };
  const plus = computation.plus.map(partsOf);
  const minus = computation.minus.map(partsOf);
  return {
    plus: [...plus.flatMap((part) => part.plus), ...minus.flatMap((part) => part.minus)],
    minus: [...plus.flatMap((part) => part.minus), ...minus.flatMap((part) => part.plus)],
  };
}

/** The one fact over whose rows a name sums or counts; null where it is about customers, or of several facts. */
export function factBehind(name: string): FactId | null {
  const computation = computationOf(name);
  if (computation.kind === "sum" || computation.kind === "count") return computation.fact;
  if (computation.kind !== "derived") return null;
  const behind = new Set(inputsOf(computation).map(factBehind));
  return behind.size === 1 ? ([...behind][0] ?? null) : null;
}

/** Whether some of a fact's rows may be strangers'. */
export const hasStrangers = (fact: FactId): boolean => (factOf(fact).owner?.unit ?? null) !== null;

const isOwned = (fact: FactId) => factOf(fact).owner !== null;

/** By fact: the sums to be had by owner. */
export type Moved = Map<FactId, Set<string>>;

/** What customers, and strangers, moved of each fact in the period, and in the one before it, for these names. */
export function movedFor(names: readonly string[]): { moved: Moved; before: Moved } {
  const found: { moved: Moved; before: Moved } = { moved: new Map(), before: new Map() };
  const visit = (name: string, into: Moved): void => {
    const computation = computationOf(name);
    const fact = factBehind(name);
    if (fact !== null) {
      if (isOwned(fact)) into.set(fact, (into.get(fact) ?? new Set()).add(name));
    } else if (computation.kind === "customers")
      for (const { of, in: when } of computation.did) visit(of, when === undefined ? into : found.before);
    else if (computation.kind === "level") visit(computation.flow, into);
    else inputsOf(computation).forEach((input) => visit(input, into));
  };
  for (const name of names) visit(name, found.moved);
  return found;
}

/** Whether who is counted depends on the shop's rhythm. */
export const needsRhythm = (names: readonly string[]): boolean =>
  names.some((name) => {
    const computation = computationOf(name);
    return computation.kind === "customers" && computation.standing.length > 0;
  });

/** What is told of customers who are followed since something happened: another statement has it, see followed.ts. */
export const isFollowed = (name: string): boolean => computationOf(name).kind === "followed";

/** Facts and states of nobody that are in these names. */
export const outsideOf = (names: readonly string[]): OutsideId[] => [
  ...new Set(names.flatMap((name) => outsideIn(declarations, name))),
];

export const isOutside = (name: string): boolean => isOutsideOf(declarations, name);

export const signedSum = (plus: readonly string[], minus: readonly string[]) =>
  `(${plus.length === 0 ? "0" : plus.join(" + ")}${minus.map((value) => ` - ${value}`).join("")})`;
