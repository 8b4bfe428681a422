// What is sold, and what is given back of it: sums and counts over the movements of orders.
import { count, type Declaration, derived, sum } from "../kpi.ts";

const counted = {
  gross_sales: {
    label: "Gross sales",
    description:
      "What was sold at full price: before discounts, tax and shipping. Gift cards sold are not sales.",
    computation: sum("activity", "gross"),
    unit: "money",
    better: "up",
  },
  discounts: {
    label: "Discounts",
    description: "Discounts given on what was sold, order-level ones shared out over the lines, before tax.",
    computation: sum("activity", "discounts"),
    unit: "money",
    better: "down",
  },
  sales_reversals: {
    label: "Returns and refunds",
    description:
      "Returns, refunds and adjustments on the day they were booked, whenever the order was, as a positive number.",
    computation: sum("activity", "reversals"),
    unit: "money",
    better: "down",
  },
  shipping: {
    label: "Shipping charged",
    description: "What customers paid for shipping, without tax.",
    computation: sum("activity", "shipping"),
    unit: "money",
    better: "none",
  },
  taxes: {
    label: "Taxes",
    description: "Taxes on everything sold, shipped or charged.",
    computation: sum("activity", "tax"),
    unit: "money",
    better: "none",
  },
  duties: {
    label: "Duties",
    description: "Import duties charged at checkout.",
    computation: sum("activity", "duties"),
    unit: "money",
    better: "none",
  },
  fees: {
    label: "Fees",
    description: "Additional fees and return fees.",
    computation: sum("activity", "fees"),
    unit: "money",
    better: "none",
  },
  tips: {
    label: "Tips",
    description: "Tips that customers gave. They are no sales.",
    computation: sum("activity", "tips"),
    unit: "money",
    better: "none",
  },
  units_as_placed: {
    label: "Units as placed",
    description: "Pieces in the period's orders as they were placed, without later changes.",
    computation: sum("activity", "placed_units"),
    unit: "count",
    better: "up",
  },
  discounted_orders: {
    label: "Orders with a discount",
    description: "Orders placed in the period with a discount on their products, later ones left out.",
    computation: count("activity", ["discounted"]),
    unit: "count",
    better: "none",
  },
  orders: {
    label: "Orders",
    description: "Orders placed in the period. Cancelled orders stay; test and deleted orders are out.",
    computation: count("activity"),
    unit: "count",
    better: "up",
  },
  units_sold: {
    label: "Units sold",
    description: "Pieces sold in the period, those of exchanges and edits included, before returns.",
    computation: sum("activity", "units"),
    unit: "count",
    better: "up",
  },
  sales_as_placed: {
    label: "Sales as placed",
    description:
      "Gross sales less discounts of the period's orders as they were placed, without later changes.",
    computation: sum("activity", "placed_net"),
    unit: "money",
    better: "up",
  },
  units_so_far: {
    label: "Units of the orders so far",
    description: "Pieces of the period's orders, with those that were added up to now.",
    computation: sum("activity", "units_so_far"),
    unit: "count",
    better: "up",
  },
  units_returned: {
    label: "Units returned so far",
    description: "Pieces of the period's orders that came back up to now.",
    computation: sum("activity", "units_returned"),
    unit: "count",
    better: "down",
  },
  sales_so_far: {
    label: "Net sales of the orders so far",
    description: "What the period's orders have brought in, with every change and return up to now.",
    computation: sum("activity", "net_so_far"),
    unit: "money",
    better: "up",
  },
} satisfies Record<string, Declaration<never>>;

const net = {
  net_sales: {
    label: "Net sales",
    description: "Sales after discounts and returns, before tax and shipping.",
    computation: derived(["gross_sales"], ["discounts", "sales_reversals"]),
    unit: "money",
    better: "up",
  },
} satisfies Record<string, Declaration<keyof typeof counted>>;

const total = {
  total_sales: {
    label: "Total sales",
    description: "Net sales with shipping, taxes, duties and fees; without tips and gift cards.",
    computation: derived(["net_sales", "shipping", "taxes", "duties", "fees"]),
    unit: "money",
    better: "up",
  },
} satisfies Record<string, Declaration<keyof typeof counted | keyof typeof net>>;

export const sales = { ...counted, ...net, ...total };
