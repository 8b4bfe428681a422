// What there is to sell, and what is missing of what is bought.
import { type Declaration, holding, ratio, sum, weighted } from "../kpi.ts";

const units = {
  units_in_stock: { computation: holding("stock", "units"), unit: "count", better: "none" },
  costed_units_in_stock: { computation: holding("costed_stock", "units"), unit: "count", better: "none" },
  units_bought: { computation: sum("goods", "units"), unit: "count", better: "up" },
  units_of_known_stock: {
    computation: weighted("goods", "units", "availability", "known"),
    unit: "count",
    better: "none",
  },
  units_out_of_stock: {
    computation: weighted("goods", "units", "availability", "out_of_stock"),
    unit: "count",
    better: "down",
  },
} satisfies Record<string, Declaration<never>>;

const figures = {
  stock_value: {
    computation: holding("costed_stock", "value"),
    unit: "money",
    better: "none",
    coverage: { known: "costed_units_in_stock", of: "units_in_stock" },
  },
  stockout_exposure: {
    computation: ratio("units_out_of_stock", "units_of_known_stock"),
    unit: "rate",
    better: "down",
    coverage: { known: "units_of_known_stock", of: "units_bought" },
  },
} satisfies Record<string, Declaration<keyof typeof units>>;

export const goods = { ...units, ...figures };
