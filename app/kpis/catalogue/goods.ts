// What there is to sell.
import { type Declaration, holding } from "../kpi.ts";

const units = {
  units_in_stock: { computation: holding("stock", "units"), unit: "count", better: "none" },
  costed_units_in_stock: { computation: holding("costed_stock", "units"), unit: "count", better: "none" },
} satisfies Record<string, Declaration<never>>;

const value = {
  stock_value: {
    computation: holding("costed_stock", "value"),
    unit: "money",
    better: "none",
    coverage: { known: "costed_units_in_stock", of: "units_in_stock" },
  },
} satisfies Record<string, Declaration<keyof typeof units>>;

export const goods = { ...units, ...value };
