// What one customer, or stranger, adds to a sum in one slice, as SQL over what is joined to one row.
import { declarations } from "../catalogue.ts";
import { rowsAs, type State } from "../facts/fact.ts";
import { customer, factOf, type FactId, memberState, type StateId, stateOf } from "../facts/facts.ts";
import { type Customers, type Level } from "../kpi.ts";
import { declarationOf, inputsOf } from "../declared.ts";
import type { Period } from "../period.ts";
import type { Params } from "./params.ts";
import { factBehind, signedSum } from "./parts.ts";

/** A period and the day at whose start its members are taken. */
export interface Slice {
  period: Period;
  membersOn: string;
  /** Of the period's last day, what happened before this instant only: UTC, as a timestamp's text. */
  upTo?: string;
}

/** Where a row's columns come from in one slice. */
export interface Sources {
  /** The alias of what the row's owner moved of a fact; null where the row is not of its owners. */
  moved: (fact: FactId) => string | null;
  /** The same of the period before. */
  before: (fact: FactId) => string | null;
  /** The alias of the members; null for strangers, who are no customers. */
  members: string | null;
  membersOn: string;
  /** SQL of the shop's 90 % gap at the instant. */
  g90: string;
  /** SQL of what a member had come to by the end. */
  reached: (level: Level) => string;
  /** SQL: whether a state holds for the customer at the end. */
  held: (state: StateId) => string;
}

export const CUSTOMERS = "c";

/** NULL where it is nothing. Facts of nobody add nothing here: outside.ts knows them. */
export function contribution(name: string, from: Sources): string {
  const { computation } = declarationOf(declarations, name);
  const fact = factBehind(name);
  if (fact !== null) {
    const alias = factOf(fact).owner === null ? null : from.moved(fact);
    return alias === null ? "0e0" : `${alias}.${name}`;
  }
  switch (computation.kind) {
    case "derived": {
      const inputs = inputsOf(computation);
      // Somebody may have moved one fact and not the other.
      const mixed =
        new Set(inputs.map(factBehind)).size > 1 && inputs.some((input) => factBehind(input) !== null);
      const of = (input: string) =>
        mixed ? `COALESCE(${contribution(input, from)}, 0)` : contribution(input, from);
      return signedSum(computation.plus.map(of), computation.minus.map(of));
    }
    case "customers": {
      if (from.members === null) return "0e0";
      const then = { ...from, moved: from.before };
      const conditions = [
        ...isThere(computation, { ...from, members: from.members }),
        ...computation.did.map(
          ({ of, atLeast, in: when }) =>
            `${contribution(of, when === undefined ? from : then)} >= ${atLeast}`,
        ),
        ...(computation.held === null ? [] : [from.held(computation.held)]),
      ];
      return conditions.length === 0 ? "1e0" : `CASE WHEN ${conditions.join(" AND ")} THEN 1e0 END`;
    }
    case "among":
      if (from.members === null) return "0e0";
      return `CASE WHEN ${isAmong(computation.among, from.members, from.membersOn).join(" AND ")} THEN ${contribution(computation.of, from)} END`;
    case "level":
      if (from.members === null) return "0e0";
      return `CASE WHEN ${isAmong(computation.among, from.members, from.membersOn).join(" AND ")} THEN CAST(${from.reached(computation)} AS DOUBLE PRECISION) END`;
    default:
      throw new Error(`${name} is not a sum`);
  }
}

/** Conditions of being looked at, whatever was done. */
export function isThere(
  { among, standing }: Customers,
  { members, membersOn, g90 }: { members: string; membersOn: string; g90: string },
): string[] {
  const { standings } = memberState;
  return [
    ...isAmong(among, members, membersOn),
    ...standing.map((name) => {
      const found = standings[name];
      if (found === undefined) throw new Error(`no standing is called "${name}"`);
      return `(${found.sql({ column: (column) => `${members}.${column}`, day: membersOn, g90 })})`;
    }),
  ];
}

export function isAmong(
  among: "everyone" | "members" | "members_with_order",
  members: string,
  membersOn: string,
): string[] {
  if (among === "everyone") return [];
  const isMember = `${members}.customer_id IS NOT NULL`;
  return [among === "members" ? `(${isMember} OR ${CUSTOMERS}.${customer.since} < ${membersOn})` : isMember];
}

/** A join of a state's rows at the start of the day to customers by `key`; null columns where there is none. */
export function stateAt(id: StateId, day: string, alias: string, key: string, params: Params): string {
  const { customer: owner, ...state } = stateOf(id);
  return `LEFT JOIN ${rowsAs(state, alias)} ON ${alias}.${owner} = ${key} AND ${holdsOn(state, alias, params.day(day))}`;
}

/** SQL: whether a row is of the end of the day before `at`. */
export const holdsOn = ({ from, to }: Pick<State, "from" | "to">, alias: string, at: string): string =>
  `${alias}.${from} < ${at} AND ${alias}.${to} >= ${at}`;

/** The same of those alone for whom the state holds: one row each, however many of its rows do. */
export function heldAt(id: StateId, day: string, alias: string, key: string, params: Params): string {
  const { customer: owner, ...state } = stateOf(id);
  return `LEFT JOIN (SELECT DISTINCT s.${owner} AS owner FROM ${rowsAs(state, "s")} WHERE ${state.holds} AND ${holdsOn(state, "s", params.day(day))}) AS ${alias}
    ON ${alias}.owner = ${key}`;
}
