// Who stays: buying again, falling silent, and what customers bring in equal times.
import { customers, type Declaration, followed, fromAmong, ratio } from "../kpi.ts";
import type { people } from "./customers.ts";
import type { sales } from "./sales.ts";

const counted = {
  member_orders: {
    label: "Orders of the segment's customers",
    description: "Orders of members of the segment at the chosen instant.",
    computation: fromAmong("orders"),
    unit: "count",
    better: "up",
  },
  member_sales: {
    label: "Net sales of the segment's customers",
    description: "Net sales of members of the segment at the chosen instant.",
    computation: fromAmong("net_sales"),
    unit: "money",
    better: "up",
  },
  bought_before: {
    label: "Customers who ordered in the period before",
    description:
      "Different customers with an order in the whole month, quarter or year before a whole one, else in as many days just before.",
    computation: customers({ did: [{ of: "orders", atLeast: 1, in: "period_before" }] }),
    unit: "count",
    better: "up",
  },
  retained: {
    label: "Customers who ordered in both periods",
    description: "Customers with an order in the period before who ordered again in this one.",
    computation: customers({
      did: [
        { of: "orders", atLeast: 1, in: "period_before" },
        { of: "orders", atLeast: 1 },
      ],
    }),
    unit: "count",
    better: "up",
  },
  overdue_customers: {
    label: "Overdue customers",
    description:
      "Members of the segment who, at the chosen instant, had been silent for longer than nine in ten of the shop's gaps between two purchase days; 180 days where fewer than 30 gaps are known.",
    computation: customers({ among: "members_with_order", standing: ["overdue"] }),
    unit: "count",
    better: "down",
  },
  loyal_customers: {
    label: "Loyal customers",
    description: "Members of the segment with orders on 2 or more days who are not overdue.",
    computation: customers({ among: "members_with_order", standing: ["loyal"] }),
    unit: "count",
    better: "up",
  },
  leads_followed: {
    label: "Leads followed for 30 days",
    description:
      "Customer records made in the period at least 30 days ago, without an order up to and on that day.",
    computation: followed("new_customer_records", 30, { unless: "new_customers" }),
    unit: "count",
    better: "up",
  },
  leads_who_bought: {
    label: "Leads who bought within 30 days",
    description: "Of those leads, how many placed their first order within 30 days.",
    computation: followed("new_customer_records", 30, { then: "new_customers", unless: "new_customers" }),
    unit: "count",
    better: "up",
  },
} satisfies Record<string, Declaration<keyof typeof sales | keyof typeof people>>;

const grown = (days: number) =>
  ({
    base: {
      label: `New customers followed for ${days} days`,
      description: `New customers of the period whose first ${days} days are over.`,
      computation: followed("new_customers", days),
      unit: "count",
      better: "up",
    },
    value: {
      label: `Net sales within ${days} days`,
      description: `What those customers brought in within ${days} days, the day of the first order included.`,
      computation: followed("new_customers", days, { then: "net_sales" }),
      unit: "money",
      better: "up",
    },
  }) satisfies Record<string, Declaration<keyof typeof sales | keyof typeof people>>;

const [quarter, year] = [grown(90), grown(365)];

const values = {
  new_followed_90d: quarter.base,
  sales_within_90d: quarter.value,
  new_followed_365d: year.base,
  sales_within_365d: year.value,
};

const value = (
  days: number,
  of: readonly [keyof typeof values, keyof typeof values],
): Declaration<keyof typeof values> => ({
  label: `Value within ${days} days`,
  description: `Net sales that a new customer of the period brings within ${days} days of the first order, of those whose ${days} days are over: everybody is followed equally long.`,
  computation: ratio(of[0], of[1]),
  unit: "money",
  better: "up",
});

const rates = {
  retention_rate: {
    label: "Retention rate",
    description: "Share of the customers who ordered in the period before that ordered again in this one.",
    computation: ratio("retained", "bought_before"),
    unit: "rate",
    better: "up",
  },
  churn_risk_share: {
    label: "Overdue customers, share",
    description:
      "Share of the segment's customers who had been silent, at the chosen instant, for longer than nine in ten of the shop's gaps between orders. Nobody has said that they left: without a contract that is not observed.",
    computation: ratio("overdue_customers", "members_with_order"),
    unit: "rate",
    better: "down",
  },
  loyal_share: {
    label: "Loyal customers, share",
    description:
      "Share of the segment's customers with orders on 2 or more days who were not overdue at the chosen instant.",
    computation: ratio("loyal_customers", "members_with_order"),
    unit: "rate",
    better: "up",
  },
  orders_per_member: {
    label: "Orders per member",
    description:
      "Orders per customer of the segment at the chosen instant, whether they ordered or not: it falls when customers leave.",
    computation: ratio("member_orders", "members"),
    unit: "ratio",
    better: "up",
  },
  sales_per_member: {
    label: "Sales per member",
    description: "Net sales per customer of the segment at the chosen instant, whether they ordered or not.",
    computation: ratio("member_sales", "members"),
    unit: "money",
    better: "up",
  },
  lead_conversion: {
    label: "Leads who bought",
    description:
      "Share of the customer records made in the period without an order that ordered within 30 days, of those whose 30 days are over. Whoever ordered on the day of the record is not among them.",
    computation: ratio("leads_who_bought", "leads_followed"),
    unit: "rate",
    better: "up",
  },
} satisfies Record<string, Declaration<keyof typeof counted | keyof typeof people>>;

export const retention = {
  ...counted,
  ...values,
  ...rates,
  value_within_90d: value(90, ["sales_within_90d", "new_followed_90d"]),
  value_within_365d: value(365, ["sales_within_365d", "new_followed_365d"]),
};
