// That a customer's record was made: by an order, a sign-up, or an import.
import { fact } from "./fact.ts";

export const records = fact("customers")({
  source: "customers",
  grain: "a customer's record",
  day: "created_day",
  upTo: null,
  owner: { customer: "customer_id", unit: null },
  order: null,
  variant: null,
  counted: { where: [], history: "complete", once: true },
  conditions: {},
  dimensions: {},
  measures: {},
});
