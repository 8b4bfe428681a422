// What it costs to win customers.
import { type Declaration, ratio, sum } from "../kpi.ts";
import type { people } from "./customers.ts";

const spent = {
  ad_spend: {
    label: "Ad spend",
    description: "What was spent on advertising in the period, as it was entered.",
    computation: sum("spend", "amount"),
    unit: "money",
    better: "none",
  },
} satisfies Record<string, Declaration<never>>;

const perCustomer = {
  cac_blended: {
    label: "Cost per new customer",
    description:
      "All ad spend of the period divided by all its new customers, wherever they came from: blended, as not every one of them came by an advertisement.",
    computation: ratio("ad_spend", "new_customers"),
    unit: "money",
    better: "down",
  },
} satisfies Record<string, Declaration<keyof typeof spent | keyof typeof people>>;

export const acquisition = { ...spent, ...perCustomer };
