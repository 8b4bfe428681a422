// Who agrees to be sent e-mail: what held from day to day as it was recorded, and that somebody gave consent.
import { fact, state } from "./fact.ts";

/**
 * By who the customer is now: of a record that was merged into another, whose orders passed to it, consent was the other's too.
 * Rows of no day say that a reading found nothing.
 */
const SUBSCRIBED = `SELECT CASE WHEN k.customer_id IS NULL THEN COALESCE(h.heir_id, c.customer_id) ELSE c.customer_id END AS customer_id,
    c.from_day, c.to_day
  FROM consents AS c LEFT JOIN customers AS k ON k.customer_id = c.customer_id LEFT JOIN heirs AS h ON h.customer_id = c.customer_id
  WHERE c.channel = 'email' AND c.state = 'SUBSCRIBED' AND c.from_day < c.to_day`;

export const emailConsent = state("consents")({
  rows: SUBSCRIBED,
  sources: ["consents"],
  customer: "customer_id",
  from: "from_day",
  to: "to_day",
  holds: "TRUE",
});

/** Whoever was subscribed at the end of the day before has given it earlier. */
export const consents = fact("consents")({
  rows: `SELECT DISTINCT g.customer_id, g.from_day FROM (${SUBSCRIBED}) AS g
  WHERE NOT EXISTS (SELECT 1 FROM (${SUBSCRIBED}) AS p
    WHERE p.customer_id = g.customer_id AND p.from_day < g.from_day AND p.to_day >= g.from_day)`,
  source: "consents",
  grain: "a customer and a day on which consent to e-mail was given",
  day: "from_day",
  upTo: null,
  change: true,
  owner: { customer: "customer_id", unit: null },
  order: null,
  variant: null,
  counted: { where: [], history: "period" },
  conditions: {},
  dimensions: {},
  measures: {},
});
