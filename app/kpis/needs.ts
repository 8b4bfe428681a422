// What a figure asks for, worked out from its declaration: which sources, scopes and orders must be there, and of which days what
// Shopify does not keep must have been recorded.
import { schema, type SourceId } from "../warehouse/schema/schema.ts";
import type { History } from "./facts/fact.ts";
import { customer, factOf, memberState, scopesOf, stateOf } from "./facts/facts.ts";
import { type Customers } from "./kpi.ts";
import { conditionsOf, declarationOf, type Declarations, inputsOf } from "./declared.ts";

/** What must be readable and loaded for a figure. */
export interface Needs {
  sources: readonly SourceId[];
  scopes: readonly string[];
  history: History;
}

/** Whether customers are counted by what orders tell: who is a member, what was done before, or what was ordered. */
function asksForOrders(all: Declarations, { did, among, standing, held }: Customers): boolean {
  const isOfOrders = (name: string) => {
    const { computation } = declarationOf(all, name);
    return computation.kind !== "count" || factOf(computation.fact).order !== null;
  };
  if (among !== "everyone" || standing.length > 0 || held !== null || did.length === 0) return true;
  return did.some(({ of, in: when }) => when !== undefined || isOfOrders(of));
}

/**
 * Which days of a source that Shopify does not keep must be recorded: each of the period, the one before it as well, or the last
 * of it alone.
 */
export type RecordedDays = "each" | "each_and_before" | "last";

/** What a figure reads of sources that Shopify does not keep, source by source. */
export function recordedIn(all: Declarations, id: string): { source: SourceId; days: RecordedDays }[] {
  const found: { source: SourceId; days: RecordedDays }[] = [];
  const add = (sources: readonly SourceId[], days: RecordedDays) => {
    for (const source of sources)
      if (!isKept(source) && !found.some((each) => each.source === source && each.days === days))
        found.push({ source, days });
  };
  const visit = (name: string): void => {
    const { computation } = declarationOf(all, name);
    if (computation.kind === "sum" || computation.kind === "count") {
      const { source, change } = factOf(computation.fact);
      add([source], change === true ? "each_and_before" : "each");
      if (computation.kind === "sum" && computation.times !== null)
        add(stateOf(computation.times.state).sources, "last");
    } else if (computation.kind === "customers") {
      if (computation.held !== null) add(stateOf(computation.held).sources, "last");
      for (const { of } of computation.did) visit(of);
    } else if (computation.kind === "holding") add(stateOf(computation.state).sources, "last");
    else inputsOf(computation).forEach(visit);
  };
  visit(id);
  return found;
}

/** True of what can be read of Shopify again, whatever day it is about. */
const isKept = (source: SourceId): boolean => schema.sources[source]?.kind === "mirrored";

/** The union over everything that a figure is worked out from. */
export function needsOf(all: Declarations, id: string): Needs {
  const sources = new Set<SourceId>();
  let history: History = "period";
  const visit = (name: string): void => {
    const { computation } = declarationOf(all, name);
    const { kind } = computation;
    if (kind === "customers" && !asksForOrders(all, computation)) {
      sources.add(customer.source);
      for (const { of } of computation.did) visit(of);
    } else if (kind === "customers" || kind === "level") {
      // Who is meant, and what came before, is known from all orders of all customers.
      history = "complete";
      for (const source of [...memberState.sources, customer.source]) sources.add(source);
      const state = kind === "level" ? computation.state : computation.held;
      if (state !== null) for (const source of stateOf(state).sources) sources.add(source);
      if (kind === "level") visit(computation.flow);
      else for (const { of } of computation.did) visit(of);
    } else if (kind === "duration" || kind === "followed" || kind === "among") {
      history = "complete";
      for (const source of [...memberState.sources, customer.source]) sources.add(source);
      inputsOf(computation).forEach(visit);
    } else if (kind === "quantile") {
      if (factOf(computation.fact).measures[computation.measure]?.history === "complete")
        history = "complete";
      visit(computation.of);
    } else if (kind === "sum" || kind === "count") {
      const fact = factOf(computation.fact);
      const asks = conditionsOf(computation).map(({ needs = {} }) => needs);
      const own = kind === "count" ? fact.counted : fact.measures[computation.measure];
      sources.add(fact.source);
      // Whoever is no customer any more adds nothing.
      if (fact.owner !== null && !isKept(fact.source)) sources.add(customer.source);
      if (kind === "sum" && computation.times !== null)
        for (const source of stateOf(computation.times.state).sources) sources.add(source);
      for (const each of asks) for (const source of each.sources ?? []) sources.add(source);
      if ([own, ...asks].some((each) => each?.history === "complete")) history = "complete";
    } else if (kind === "holding") {
      for (const source of stateOf(computation.state).sources) sources.add(source);
    } else for (const input of inputsOf(computation)) visit(input);
  };
  visit(id);
  return {
    sources: [...sources],
    scopes: [...new Set([...sources].flatMap((source) => scopesOf[source] ?? []))],
    history,
  };
}
