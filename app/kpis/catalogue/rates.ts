// Averages, rates and shares of what is sold and of who buys.
import { type Declaration, median, ratio } from "../kpi.ts";
import type { people } from "./customers.ts";
import type { sales } from "./sales.ts";

export const rates = {
  aov: {
    label: "Average order value",
    description:
      "What an order brings in as placed: after discounts, before tax, shipping and later changes. Shopify's definition.",
    computation: ratio("sales_as_placed", "orders"),
    unit: "money",
    better: "up",
  },
  aov_median: {
    label: "Median order value",
    description:
      "What a usual order brings in: half of the period's orders lie below it, whatever a few large ones do. As placed: after discounts, before tax, shipping and later changes.",
    computation: median("activity", "placed_net", "orders"),
    unit: "money",
    better: "up",
  },
  net_aov: {
    label: "Net order value",
    description:
      "What an order of the period has brought in so far, after discounts, later changes and returns. Returns still to come will lower it, so recent periods look better than they are.",
    computation: ratio("sales_so_far", "orders"),
    unit: "money",
    better: "up",
  },
  return_rate_units: {
    label: "Return rate",
    description:
      "Part of the pieces of the period's orders that have come back so far. Returns still to come will raise it, so recent periods look better than they are.",
    computation: ratio("units_returned", "units_so_far"),
    unit: "rate",
    better: "down",
  },
  units_per_order: {
    label: "Units per order",
    description: "Pieces in an order as it was placed.",
    computation: ratio("units_as_placed", "orders"),
    unit: "ratio",
    better: "up",
  },
  discounted_order_share: {
    label: "Orders with a discount, share",
    description: "Part of the period's orders that were placed with a discount on their products.",
    computation: ratio("discounted_orders", "orders"),
    unit: "rate",
    better: "none",
  },
  returning_customer_rate: {
    label: "Returning customer rate",
    description:
      "Share of the customers who ordered that had ordered before the period. Shopify's definition.",
    computation: ratio("returning_customers", "active_customers"),
    unit: "rate",
    better: "up",
  },
  repeat_purchase_rate: {
    label: "Ordered twice or more in the period",
    description:
      "Share of the customers who ordered that ordered 2 or more times inside the period. It grows with the period's length.",
    computation: ratio("repeat_customers", "active_customers"),
    unit: "rate",
    better: "up",
  },
  orders_per_customer: {
    label: "Purchase frequency",
    description: "Orders per customer who ordered in the period. Guest orders are left out.",
    computation: ratio("orders", "active_customers"),
    unit: "ratio",
    better: "up",
  },
  days_between_orders: {
    label: "Days between orders",
    description:
      "The median number of days from a customer's order in the period back to the one before; orders of one day count as one. Who has not come back yet is in none of these gaps, so they look shorter than customers' rhythm is.",
    computation: median("activity", "gap", "later_orders"),
    unit: "days",
    better: "down",
  },
  sales_per_customer: {
    label: "Sales per customer",
    description: "Net sales per customer who ordered in the period. Guest orders are left out.",
    computation: ratio("net_sales", "active_customers"),
    unit: "money",
    better: "up",
  },
  customer_value_to_date: {
    label: "Customer value to date",
    description:
      "What a member has brought in from the first order to the end of the period, after discounts and returns.",
    computation: ratio("value_to_date", "members_with_order"),
    unit: "money",
    better: "up",
  },
  discount_rate: {
    label: "Discount rate",
    description: "Part of gross sales given away as discounts.",
    computation: ratio("discounts", "gross_sales"),
    unit: "rate",
    better: "down",
  },
  reversal_rate: {
    label: "Return share",
    description:
      "Returns, refunds and adjustments booked in the period against gross sales of the same period; goods may have been sold before it.",
    computation: ratio("sales_reversals", "gross_sales"),
    unit: "rate",
    better: "down",
  },
  buyer_rate: {
    label: "Share who bought",
    description: "Share of the segment's customers at the chosen instant that ordered in the period.",
    computation: ratio("buying_members", "members"),
    unit: "rate",
    better: "up",
  },
  sales_share: {
    label: "Share of sales",
    description:
      "The segment's part of the shop's net sales. It has no value unless the shop's net sales are above 0.",
    computation: ratio("net_sales", "net_sales", "shop"),
    unit: "rate",
    better: "none",
  },
} satisfies Record<string, Declaration<keyof typeof sales | keyof typeof people>>;
