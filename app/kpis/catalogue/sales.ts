// What is sold, and what is given back of it: sums and counts over the movements of orders.
import { count, type Declaration, derived, sum } from "../kpi.ts";

const counted = {
  gross_sales: { computation: sum("activity", "gross"), unit: "money", better: "up" },
  discounts: {
    computation: sum("activity", "discounts"),
    unit: "money",
    better: "down",
    through: ["gross_sales"],
  },
  sales_reversals: {
    computation: sum("activity", "reversals"),
    unit: "money",
    better: "down",
    through: ["sales_after_discounts"],
  },
  shipping: { computation: sum("activity", "shipping"), unit: "money", better: "none" },
  taxes: { computation: sum("activity", "tax"), unit: "money", better: "none" },
  duties: { computation: sum("activity", "duties"), unit: "money", better: "none" },
  fees: { computation: sum("activity", "fees"), unit: "money", better: "none" },
  tips: { computation: sum("activity", "tips"), unit: "money", better: "none" },
  units_as_placed: { computation: sum("activity", "placed_units"), unit: "count", better: "up" },
  discounted_orders: { computation: count("activity", ["discounted"]), unit: "count", better: "none" },
  orders: { computation: count("activity"), unit: "count", better: "up" },
  units_sold: { computation: sum("activity", "units"), unit: "count", better: "up" },
  sales_as_placed: { computation: sum("activity", "placed_net"), unit: "money", better: "up" },
  units_so_far: { computation: sum("activity", "units_so_far"), unit: "count", better: "up" },
  units_returned: { computation: sum("activity", "units_returned"), unit: "count", better: "down" },
  sales_so_far: { computation: sum("activity", "net_so_far"), unit: "money", better: "up" },
} satisfies Record<string, Declaration<"gross_sales" | "sales_after_discounts">>;

const net = {
  sales_after_discounts: {
    computation: derived(["gross_sales"], ["discounts"]),
    unit: "money",
    better: "up",
  },
  net_sales: {
    computation: derived(["gross_sales"], ["discounts", "sales_reversals"]),
    unit: "money",
    better: "up",
    through: ["sales_after_discounts"],
  },
} satisfies Record<string, Declaration<keyof typeof counted | "sales_after_discounts">>;

const total = {
  total_sales: {
    computation: derived(["net_sales", "shipping", "taxes", "duties", "fees"]),
    unit: "money",
    better: "up",
    through: ["sales_after_discounts", "net_sales"],
  },
} satisfies Record<string, Declaration<keyof typeof counted | keyof typeof net>>;

export const sales = { ...counted, ...net, ...total };
