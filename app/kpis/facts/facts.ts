// Every fact and state by name, and the customers to whom they happen.
import type { SourceId } from "../../warehouse/schema/schema.ts";
import type { Fact, Membership, NobodysState, State, VariantsState } from "./fact.ts";
import { consents, emailConsent } from "./consents.ts";
import { records } from "./customers.ts";
import { goods } from "./goods.ts";
import { activity, history } from "./orders.ts";
import { spend } from "./spend.ts";
import { availability, costedStock, stock } from "./stock.ts";

export const facts = { activity, records, spend, consents, goods } as const;
const customersStates = { history, email_consent: emailConsent } as const;
const nobodysStates = { stock, costed_stock: costedStock } as const;
const variantsStates = { availability } as const;
export const states = { ...customersStates, ...nobodysStates, ...variantsStates } as const;

/** Who is a member, and since when. */
export const memberState: Membership = history;

export type FactId = keyof typeof facts;
export type StateId = keyof typeof states;
export type NobodysStateId = keyof typeof nobodysStates;
export type VariantsStateId = keyof typeof variantsStates;
/** What is nobody's, if its owner is null. */
export type OutsideId = FactId | NobodysStateId;

export const factOf = (id: FactId): Fact => facts[id];
export const stateOf = (id: StateId): State => states[id];
export const nobodysStateOf = (id: NobodysStateId): NobodysState => nobodysStates[id];
export const variantsStateOf = (id: VariantsStateId): VariantsState => variantsStates[id];
export const isNobodysState = (id: OutsideId): id is NobodysStateId => Object.hasOwn(nobodysStates, id);

/**
 * Whom facts belong to: one row each, whether or not anything happened. Those of whom nothing but sums is known are among them:
 * one who was merged into another without the app being told is gone in Shopify, and has no heir to whom his sums could pass.
 */
export const customer = {
  rows: `(SELECT customer_id, created_day FROM customers
  UNION ALL SELECT b.customer_id, CAST(NULL AS DATE) FROM opening_balance AS b
  WHERE NOT EXISTS (SELECT 1 FROM customers AS k WHERE k.customer_id = b.customer_id))`,
  key: "customer_id",
  since: "created_day",
  source: "customers",
} as const;

/** What a merchant grants so that a source can be read. */
export const scopesOf: Readonly<Partial<Record<SourceId, readonly string[]>>> = {
  orders: ["read_orders"],
  customers: ["read_customers"],
  consents: ["read_customers"],
  stock_levels: ["read_inventory"],
  unit_costs: ["read_products"],
  products: ["read_products"],
};
