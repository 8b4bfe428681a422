// What the warehouse's tables are to a merchant; a table that is not spoken of here does not compile.
import type { TableName } from "../warehouse/schema/schema.ts";
import type { WordId } from "../words/words.server.ts";

/** Null: it says nothing to a merchant. */
const WORDS = {
  shop_meta: null,
  coverage: null,
  source_versions: null,
  orders: { label: "tables.orders" },
  order_lines: { label: "tables.orderLines" },
  sales: { label: "tables.sales", help: "tables.salesHelp" },
  activity: { label: "tables.activity", help: "tables.activityHelp" },
  customer_history: { label: "tables.customerStates", help: "tables.customerStatesHelp" },
  opening_balance: null,
  opening_gaps: null,
  earlier_orders: null,
  removed: null,
  customers: { label: "tables.customers" },
  heirs: null,
  products: { label: "tables.products" },
  variants: { label: "tables.variants" },
  checkouts: { label: "tables.checkouts", help: "tables.checkoutsHelp" },
  checkout_lines: { label: "tables.checkoutLines" },
  recorded_days: null,
  spend: { label: "tables.spend", help: "tables.spendHelp" },
  consents: { label: "tables.consents", help: "tables.consentsHelp" },
  stock_levels: { label: "tables.stockLevels", help: "tables.stockLevelsHelp" },
  unit_costs: { label: "tables.unitCosts", help: "tables.unitCostsHelp" },
  shopify_segments: { label: "tables.shopifySegments", help: "tables.shopifySegmentsHelp" },
  segment_members: { label: "tables.segmentMembers", help: "tables.segmentMembersHelp" },
} as const satisfies Readonly<Record<TableName, { label: WordId; help?: WordId } | null>>;

export const tableWords: ReadonlyMap<string, { label: PlainId; help?: PlainId } | null> = new Map(
  Object.entries(WORDS),
);

/** Of these words, none needs anything. */
type PlainId = Extract<WordId, `tables.${string}`>;
