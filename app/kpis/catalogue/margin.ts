// What is left of sales when the goods are paid.
import { type Declaration, derived, ratio, sum } from "../kpi.ts";
import type { sales } from "./sales.ts";

const parts = {
  costed_sales: {
    label: "Net sales with a known cost",
    description:
      "Net sales of the products whose cost per item Shopify has told. Amounts given back for an order as a whole count where all its costs are known.",
    computation: sum("activity", "costed"),
    unit: "money",
    better: "up",
  },
  cost_of_goods: {
    label: "Cost of goods",
    description:
      "What the products sold cost, less those returned, by the first cost per item that Shopify told of each line.",
    computation: sum("activity", "cost"),
    unit: "money",
    better: "down",
    coverage: { known: "costed_sales", of: "net_sales" },
  },
} satisfies Record<string, Declaration<keyof typeof sales | "costed_sales">>;

const margin = {
  gross_margin: {
    label: "Gross margin",
    description:
      "Net sales of products whose cost is known, less what they cost. Shipping, fees and advertising are not taken off.",
    computation: derived(["costed_sales"], ["cost_of_goods"]),
    unit: "money",
    better: "up",
  },
} satisfies Record<string, Declaration<keyof typeof parts>>;

const rate = {
  gross_margin_rate: {
    label: "Gross margin rate",
    description: "Part of net sales that is left when the goods are paid, over products whose cost is known.",
    computation: ratio("gross_margin", "costed_sales"),
    unit: "rate",
    better: "up",
  },
} satisfies Record<string, Declaration<keyof typeof parts | keyof typeof margin>>;

export const margins = { ...parts, ...margin, ...rate };
