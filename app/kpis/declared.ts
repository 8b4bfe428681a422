// What follows from a declaration: what it is made of, what it needs, how sure it is, and where its parts add up.
import type { Condition } from "./facts/fact.ts";
import { factOf, type OutsideId, type VariantsStateId, variantsStateOf } from "./facts/facts.ts";
import type { Computation, Count, Declaration, Sum } from "./kpi.ts";

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

/** Whether whoever is there adds to it, be it without having done anything. */
export function isOfPresence(all: Declarations, name: string): boolean {
  const { computation } = declarationOf(all, name);
  return (computation.kind === "customers" && computation.did.length === 0) || computation.kind === "level";
}

/** Whether only whoever moved something adds to it, in the period or in the one before. */
export function isOfMovers(all: Declarations, name: string): boolean {
  const { computation } = declarationOf(all, name);
  if (computation.kind === "customers") return computation.did.length > 0;
  if (computation.kind === "among" || computation.kind === "derived")
    return inputsOf(computation).every((input) => isOfMovers(all, input));
  return computation.kind === "sum" || computation.kind === "count";
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
