// What it costs to win customers.
import { type Declaration, ratio, sum } from "../kpi.ts";
import type { people } from "./customers.ts";

const spent = {
  ad_spend: { computation: sum("spend", "amount"), unit: "money", better: "none" },
} satisfies Record<string, Declaration<never>>;

const perCustomer = {
  cac_blended: { computation: ratio("ad_spend", "new_customers"), unit: "money", better: "down" },
} satisfies Record<string, Declaration<keyof typeof spent | keyof typeof people>>;

export const acquisition = { ...spent, ...perCustomer };
