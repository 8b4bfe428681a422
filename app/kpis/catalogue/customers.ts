// Who bought, and who is there: counts of customers, and what they have come to.
import { count, customers, type Declaration, derived, level, ratio } from "../kpi.ts";
import type { sales } from "./sales.ts";

const counted = {
  active_customers: {
    computation: customers({ did: [{ of: "orders", atLeast: 1 }] }),
    unit: "count",
    better: "up",
  },
  new_customers: { computation: count("activity", ["first"]), unit: "count", better: "up" },
  new_customer_records: { computation: count("records"), unit: "count", better: "up" },
  repeat_customers: {
    computation: customers({ did: [{ of: "orders", atLeast: 2 }] }),
    unit: "count",
    better: "up",
  },
  members: { computation: customers({ among: "members" }), unit: "count", better: "none" },
  buying_members: {
    computation: customers({ did: [{ of: "orders", atLeast: 1 }], among: "members" }),
    unit: "count",
    better: "up",
  },
  members_with_order: {
    computation: customers({ among: "members_with_order" }),
    unit: "count",
    better: "none",
  },
  subscribed_members: {
    computation: customers({ among: "members", held: "email_consent" }),
    unit: "count",
    better: "up",
  },
  consents_given: { computation: count("consents"), unit: "count", better: "up" },
  value_to_date: {
    computation: level("history", "net", { flow: "net_sales", among: "members_with_order" }),
    unit: "money",
    better: "up",
  },
} satisfies Record<string, Declaration<keyof typeof sales>>;

const returning = {
  returning_customers: {
    computation: derived(["active_customers"], ["new_customers"]),
    unit: "count",
    better: "up",
  },
} satisfies Record<string, Declaration<keyof typeof counted>>;

const agreed = {
  new_subscribers: {
    computation: customers({ did: [{ of: "consents_given", atLeast: 1 }] }),
    unit: "count",
    better: "up",
  },
  subscribed_share: { computation: ratio("subscribed_members", "members"), unit: "rate", better: "up" },
} satisfies Record<string, Declaration<keyof typeof counted>>;

const seconds = {
  later_orders: { computation: count("activity", ["later"]), unit: "count", better: "up" },
  second_orders: { computation: count("activity", ["second"]), unit: "count", better: "up" },
} satisfies Record<string, Declaration<never>>;

export const people = { ...counted, ...returning, ...agreed, ...seconds };
