// What a KPI's sums are made of: which facts are behind a name, and with which sign each of their own sums is in it.
import { declarations } from "../catalogue.ts";
import { factOf, type FactId } from "../facts/facts.ts";
import { declarationOf, inputsOf } from "../kpi.ts";

const computationOf = (name: string) => declarationOf(declarations, name).computation;

/** The sums over customers that the KPIs show or divide: themselves, or a ratio's two sides. */
export function sumsOf(ids: readonly string[]): string[] {
  const sums = ids.flatMap((id) => {
    const computation = computationOf(id);
    return computation.kind === "ratio" ? [computation.numerator, computation.denominator] : [id];
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

const isOwned = (fact: FactId) => factOf(fact).owner !== null;

/** What customers, and strangers, moved of each fact: the sums to be had by owner for these names. */
export function movedFor(names: readonly string[]): Map<FactId, Set<string>> {
  const moved = new Map<FactId, Set<string>>();
  const visit = (name: string): void => {
    const computation = computationOf(name);
    const fact = factBehind(name);
    if (fact !== null) {
      if (isOwned(fact)) moved.set(fact, (moved.get(fact) ?? new Set()).add(name));
    } else if (computation.kind === "customers") computation.did.forEach(({ of }) => visit(of));
    else if (computation.kind === "level") visit(computation.flow);
    else inputsOf(computation).forEach(visit);
  };
  names.forEach(visit);
  return moved;
}

/** Facts of nobody that are in these names. */
export function outsideOf(names: readonly string[]): FactId[] {
  const found = new Set<FactId>();
  for (const name of names)
    for (const part of [...partsOf(name).plus, ...partsOf(name).minus]) {
      const fact = factBehind(part);
      if (fact !== null && !isOwned(fact)) found.add(fact);
    }
  return [...found];
}

/** True for a sum of nothing but facts of nobody: no customer adds to it. */
export const isOutside = (name: string): boolean => {
  const { plus, minus } = partsOf(name);
  return [...plus, ...minus].every((part) => {
    const fact = factBehind(part);
    return fact !== null && !isOwned(fact);
  });
};

export const signedSum = (plus: readonly string[], minus: readonly string[]) =>
  `(${plus.length === 0 ? "0" : plus.join(" + ")}${minus.map((value) => ` - ${value}`).join("")})`;
