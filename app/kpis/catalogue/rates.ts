// Averages, rates and shares of what is sold and of who buys.
import { type Declaration, median, ratio } from "../kpi.ts";
import type { people } from "./customers.ts";
import type { sales } from "./sales.ts";

export const rates = {
  aov: { computation: ratio("sales_as_placed", "orders"), unit: "money", better: "up" },
  aov_median: { computation: median("activity", "placed_net", "orders"), unit: "money", better: "up" },
  net_aov: { computation: ratio("sales_so_far", "orders"), unit: "money", better: "up" },
  return_rate_units: { computation: ratio("units_returned", "units_so_far"), unit: "rate", better: "down" },
  units_per_order: { computation: ratio("units_as_placed", "orders"), unit: "ratio", better: "up" },
  discounted_order_share: {
    computation: ratio("discounted_orders", "orders"),
    unit: "rate",
    better: "none",
  },
  returning_customer_rate: {
    computation: ratio("returning_customers", "active_customers"),
    unit: "rate",
    better: "up",
  },
  repeat_purchase_rate: {
    computation: ratio("repeat_customers", "active_customers"),
    unit: "rate",
    better: "up",
  },
  orders_per_customer: { computation: ratio("orders", "active_customers"), unit: "ratio", better: "up" },
  days_between_orders: {
    computation: median("activity", "gap", "later_orders"),
    unit: "days",
    better: "down",
  },
  sales_per_customer: { computation: ratio("net_sales", "active_customers"), unit: "money", better: "up" },
  customer_value_to_date: {
    computation: ratio("value_to_date", "members_with_order"),
    unit: "money",
    better: "up",
  },
  discount_rate: { computation: ratio("discounts", "gross_sales"), unit: "rate", better: "down" },
  reversal_rate: { computation: ratio("sales_reversals", "gross_sales"), unit: "rate", better: "down" },
  buyer_rate: { computation: ratio("buying_members", "members"), unit: "rate", better: "up" },
  sales_share: { computation: ratio("net_sales", "net_sales", "shop"), unit: "rate", better: "none" },
} satisfies Record<string, Declaration<keyof typeof sales | keyof typeof people>>;
