// Every fact and state by name, and the customers to whom they happen.
import type { SourceId } from "../../warehouse/schema/schema.ts";
import type { Fact, Membership, State } from "./fact.ts";
import { consents, emailConsent } from "./consents.ts";
import { records } from "./customers.ts";
import { activity, history } from "./orders.ts";
import { spend } from "./spend.ts";

export const facts = { activity, records, spend, consents } as const;
export const states = { history, email_consent: emailConsent } as const;

/** Who is a member, and since when. */
export const memberState: Membership = history;

export type FactId = keyof typeof facts;
export type StateId = keyof typeof states;

export const factOf = (id: FactId): Fact => facts[id];
export const stateOf = (id: StateId): State => states[id];

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
};
