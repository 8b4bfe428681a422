// Which figure of Shopify's own reports should equal one of ours: declared once for each that has one.
import type { KpiId } from "../kpis/catalogue.ts";

/** As ShopifyQL calls them; what Shopify's reports call them is among the words. */
export type ShopifyMetric =
  | "gross_sales"
  | "discounts"
  | "sales_reversals"
  | "net_sales"
  | "total_sales"
  | "orders"
  | "average_order_value"
  | "returning_customer_rate";

export interface Counterpart {
  metric: ShopifyMetric;
  /** "compared": held against ours month by month; "defined": by the same definition, and not compared. */
  how: "compared" | "defined";
}

const compared = (metric: ShopifyMetric): Counterpart => ({ metric, how: "compared" });
const defined = (metric: ShopifyMetric): Counterpart => ({ metric, how: "defined" });

const counterparts: Partial<Record<KpiId, Counterpart>> = {
  gross_sales: compared("gross_sales"),
  discounts: compared("discounts"),
  sales_reversals: compared("sales_reversals"),
  net_sales: compared("net_sales"),
  total_sales: compared("total_sales"),
  orders: compared("orders"),
  aov: defined("average_order_value"),
  returning_customer_rate: defined("returning_customer_rate"),
};

/** Null: none is known that counts the same. */
export const counterpartOf = (kpi: KpiId): Counterpart | null => counterparts[kpi] ?? null;
