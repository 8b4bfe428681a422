// Every fact and state by name, and the customers to whom they happen.
import type { SourceId } from "../../warehouse/schema/schema.ts";
import type { Fact, State } from "./fact.ts";
import { activity, history } from "./orders.ts";
import { spend } from "./spend.ts";

export const facts = { activity, spend } as const;
export const states = { history } as const;

export type FactId = keyof typeof facts;
export type StateId = keyof typeof states;

export const factOf = (id: FactId): Fact => facts[id];
export const stateOf = (id: StateId): State => states[id];

/** Whom facts belong to. One row each, whether or not anything happened. */
export const customer = {
  table: "customers",
  key: "customer_id",
  since: "created_day",
  source: "customers",
} as const;

/** What a merchant grants so that a source can be read. */
export const scopesOf: Readonly<Partial<Record<SourceId, readonly string[]>>> = {
  orders: ["read_orders"],
  customers: ["read_customers"],
};
