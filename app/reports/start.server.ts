// What a shop's pages begin with: the usual choices, or those that suit a shop whose buyers are too few for verdicts.
import { sourceCoverage } from "../warehouse/coverage.ts";
import { JUDGED_TOGETHER } from "../kpis/catalogue.ts";
import { blockedBy, buyersIn, loadedOf } from "../kpis/loaded.server.ts";
import { presetPeriod } from "../kpis/period.ts";
import { detectableRise, MIN_CUSTOMERS } from "../kpis/estimates/gates.ts";
import { type Defaults, defaults } from "./address.ts";
import type { ReportedShop } from "./shop.server.ts";
import { say } from "../words/words.server.ts";
import { countText, shareText } from "./wording.server.ts";

export interface SmallShop {
  /** "2 customers ordered in the last 30 days. …" */
  text: string;
  buyers: number;
  /** From so many on changes are judged. */
  needed: number;
}

export interface Start {
  defaults: Defaults;
  small: SmallShop | null;
}

/** A year by number of orders says something of ten customers; a month by quintiles does not. */
const SMALL: Defaults = {
  ...defaults,
  period: "last_365_days",
  segmentation: "order_count",
  compare: "none",
  // A year ago most of a small shop's customers had not bought.
  as_of: "end",
  kpis: ["net_sales", "orders", "aov", "active_customers", "buyer_rate", "customer_value_to_date"],
};

export async function startOf(shop: ReportedShop): Promise<Start> {
  const { view, meta, today, place } = shop;
  // While customers cannot be read, or not all orders of the month are here, how many there are is not known.
  if (sourceCoverage(meta, "orders").state === "customers_hidden") return { defaults, small: null };
  const month = presetPeriod("last_30_days", today);
  if (blockedBy(await loadedOf(view), "orders", { period: month, membersOn: month.from }, "total") !== null)
    return { defaults, small: null };
  const buyers = await buyersIn(view, month);
  if (buyers >= MIN_CUSTOMERS) return { defaults, small: null };
  const count = (value: number) => countText(value, place.locale);
  const rise = (customers: number) =>
    shareText(Math.round(detectableRise(customers, JUDGED_TOGETHER.length) * 100), 100, place.locale);
  const many = 10 * MIN_CUSTOMERS;
  return {
    defaults: SMALL,
    small: {
      text: say(place, "start.small", {
        n: buyers,
        needed: count(MIN_CUSTOMERS),
        rise: rise(MIN_CUSTOMERS),
        many: count(many),
        finer: rise(many),
      }),
      buyers,
      needed: MIN_CUSTOMERS,
    },
  };
}
