// Who bought, and who is there: counts of customers, and what they have come to.
import { count, customers, type Declaration, derived, duration, level } from "../kpi.ts";
import type { sales } from "./sales.ts";

const counted = {
  active_customers: {
    label: "Customers who ordered",
    description: "Different customers with an order in the period.",
    computation: customers({ did: [{ of: "orders", atLeast: 1 }] }),
    unit: "count",
    better: "up",
  },
  new_customers: {
    label: "New customers",
    description: "Customers whose first order ever is in the period.",
    computation: count("activity", ["first"]),
    unit: "count",
    better: "up",
  },
  new_customer_records: {
    label: "New customer records",
    description:
      "Customer records made in the period, whether or not the customer ordered. Records that were deleted or erased since are not among them.",
    computation: count("records"),
    unit: "count",
    better: "up",
  },
  repeat_customers: {
    label: "Customers who ordered twice or more",
    description: "Different customers with 2 or more orders inside the period.",
    computation: customers({ did: [{ of: "orders", atLeast: 2 }] }),
    unit: "count",
    better: "up",
  },
  members: {
    label: "Customers in the segment",
    description: "Customers of the segment at the chosen instant, whether they ordered in the period or not.",
    computation: customers({ among: "members" }),
    unit: "count",
    better: "none",
  },
  buying_members: {
    label: "Customers of the segment who ordered",
    description: "Members of the segment at the chosen instant with an order in the period.",
    computation: customers({ did: [{ of: "orders", atLeast: 1 }], among: "members" }),
    unit: "count",
    better: "up",
  },
  members_with_order: {
    label: "Customers in the segment with an order",
    description: "Members of the segment who had ordered by the chosen instant.",
    computation: customers({ among: "members_with_order" }),
    unit: "count",
    better: "none",
  },
  value_to_date: {
    label: "Net sales to date",
    description: "What members have brought in since their first order.",
    computation: level("history", "net", { flow: "net_sales", among: "members_with_order" }),
    unit: "money",
    better: "up",
  },
} satisfies Record<string, Declaration<keyof typeof sales>>;

const returning = {
  returning_customers: {
    label: "Returning customers",
    description:
      "Customers who ordered and had ordered before the period. First and second order in one period count once, as new.",
    computation: derived(["active_customers"], ["new_customers"]),
    unit: "count",
    better: "up",
  },
} satisfies Record<string, Declaration<keyof typeof counted>>;

const seconds = {
  later_orders: {
    label: "Orders after an earlier one",
    description: "Orders of customers who had ordered on an earlier day.",
    computation: count("activity", ["later"]),
    unit: "count",
    better: "up",
  },
  second_orders: {
    label: "Second orders",
    description: "Second orders of customers, whenever the first was.",
    computation: count("activity", ["second"]),
    unit: "count",
    better: "up",
  },
} satisfies Record<string, Declaration<never>>;

const within = (days: number): Declaration<keyof typeof counted | keyof typeof seconds> => ({
  label: `Second order within ${days} days`,
  description: `Share of the period's new customers who order again within ${days} days of the first order. Those whose ${days} days are not over count as far as they are followed; without anybody who was followed so long there is no figure.`,
  computation: duration("new_customers", "second_orders", days),
  unit: "rate",
  better: "up",
});

const returns = {
  second_order_rate_30d: within(30),
  second_order_rate_90d: within(90),
  second_order_rate_180d: within(180),
  second_order_rate_365d: within(365),
};

export const people = { ...counted, ...returning, ...seconds, ...returns };
