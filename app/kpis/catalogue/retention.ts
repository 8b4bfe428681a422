// Who stays: buying again, falling silent, and what customers bring in equal times.
import { customers, type Declaration, duration, followed, fromAmong, ratio } from "../kpi.ts";
import type { people } from "./customers.ts";
import type { sales } from "./sales.ts";

const counted = {
  member_orders: { computation: fromAmong("orders"), unit: "count", better: "up" },
  member_sales: { computation: fromAmong("net_sales"), unit: "money", better: "up" },
  bought_before: {
    computation: customers({ did: [{ of: "orders", atLeast: 1, in: "period_before" }] }),
    unit: "count",
    better: "up",
  },
  retained: {
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
    computation: customers({ among: "members_with_order", standing: ["overdue"] }),
    unit: "count",
    better: "down",
  },
  loyal_customers: {
    computation: customers({ among: "members_with_order", standing: ["loyal"] }),
    unit: "count",
    better: "up",
  },
  leads_followed: {
    computation: followed("new_customer_records", 30, { unless: "new_customers" }),
    unit: "count",
    better: "up",
  },
  leads_who_bought: {
    computation: followed("new_customer_records", 30, { then: "new_customers", unless: "new_customers" }),
    unit: "count",
    better: "up",
  },
} satisfies Record<string, Declaration<keyof typeof sales | keyof typeof people>>;

const grown = (days: number) =>
  ({
    base: { computation: followed("new_customers", days), unit: "count", better: "up" },
    value: {
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

const grownValues = {
  value_within_90d: {
    computation: ratio("sales_within_90d", "new_followed_90d"),
    unit: "money",
    better: "up",
  },
  value_within_365d: {
    computation: ratio("sales_within_365d", "new_followed_365d"),
    unit: "money",
    better: "up",
  },
} satisfies Record<string, Declaration<keyof typeof values>>;

const rates = {
  retention_rate: { computation: ratio("retained", "bought_before"), unit: "rate", better: "up" },
  churn_risk_share: {
    computation: ratio("overdue_customers", "members_with_order"),
    unit: "rate",
    better: "down",
  },
  loyal_share: { computation: ratio("loyal_customers", "members_with_order"), unit: "rate", better: "up" },
  orders_per_member: { computation: ratio("member_orders", "members"), unit: "ratio", better: "up" },
  sales_per_member: { computation: ratio("member_sales", "members"), unit: "money", better: "up" },
  lead_conversion: {
    computation: ratio("leads_who_bought", "leads_followed"),
    unit: "rate",
    better: "up",
  },
} satisfies Record<string, Declaration<keyof typeof counted | keyof typeof people>>;

const within = (days: number): Declaration<keyof typeof people> => ({
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

export const retention = { ...returns, ...counted, ...values, ...rates, ...grownValues };
