// What is left of sales when the goods are paid.
import { type Declaration, derived, ratio, sum } from "../kpi.ts";
import type { sales } from "./sales.ts";

const parts = {
  costed_sales: { computation: sum("activity", "costed"), unit: "money", better: "up" },
  cost_of_goods: {
    computation: sum("activity", "cost"),
    unit: "money",
    better: "down",
    coverage: { known: "costed_sales", of: "net_sales" },
    through: ["costed_sales"],
  },
} satisfies Record<string, Declaration<keyof typeof sales | "costed_sales">>;

const margin = {
  gross_margin: {
    computation: derived(["costed_sales"], ["cost_of_goods"]),
    unit: "money",
    better: "up",
    through: ["costed_sales"],
  },
} satisfies Record<string, Declaration<keyof typeof parts>>;

const rate = {
  gross_margin_rate: { computation: ratio("gross_margin", "costed_sales"), unit: "rate", better: "up" },
} satisfies Record<string, Declaration<keyof typeof parts | keyof typeof margin>>;

export const margins = { ...parts, ...margin, ...rate };
