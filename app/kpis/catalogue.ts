// Every KPI, declared once; the key is its id. Card, column, trend, comparison, interval, export, formula in words and
// docs/kpis.md derive from here. A KPI names only what stands above it, so a typo or a circle does not compile.
import {
  additivityOf,
  declarationOf,
  derived,
  explanationOf,
  formulaOf,
  isPerCustomer,
  needsOf,
  ratio,
  simple,
  uncertaintyOf,
  type Declaration,
  type Declarations,
  type Explanation,
  type Needs,
  type Uncertainty,
  type Unit,
} from "./kpi.ts";
import { segmentations, type SegmentationId } from "./segmentations.ts";

export { segmentations, type Explanation, type SegmentationId };

const orders = ["read_orders"] as const;
const customers = ["read_orders", "read_customers"] as const;

const simples = {
  gross_sales: {
    label: "Gross sales",
    description:
      "What was sold at full price: before discounts, tax and shipping. Gift cards sold are not sales.",
    computation: simple({ grain: "sale", aggregate: "sum", column: "gross" }),
    unit: "money",
    better: "up",
    needs: { scopes: orders, history: "period" },
  },
  discounts: {
    label: "Discounts",
    description: "Discounts given on what was sold, order-level ones shared out over the lines, before tax.",
    computation: simple({ grain: "sale", aggregate: "sum", column: "discounts" }),
    unit: "money",
    better: "down",
    needs: { scopes: orders, history: "period" },
  },
  sales_reversals: {
    label: "Returns and refunds",
    description:
      "Returns, refunds and adjustments on the day they were booked, whenever the order was, as a positive number.",
    computation: simple({ grain: "sale", aggregate: "sum", column: "reversals" }),
    unit: "money",
    better: "down",
    needs: { scopes: orders, history: "complete" },
  },
  shipping: {
    label: "Shipping charged",
    description: "What customers paid for shipping, without tax.",
    computation: simple({ grain: "sale", aggregate: "sum", column: "shipping" }),
    unit: "money",
    better: "none",
    needs: { scopes: orders, history: "complete" },
  },
  taxes: {
    label: "Taxes",
    description: "Taxes on everything sold, shipped or charged.",
    computation: simple({ grain: "sale", aggregate: "sum", column: "tax" }),
    unit: "money",
    better: "none",
    needs: { scopes: orders, history: "complete" },
  },
  duties: {
    label: "Duties",
    description: "Import duties charged at checkout.",
    computation: simple({ grain: "sale", aggregate: "sum", column: "duties" }),
    unit: "money",
    better: "none",
    needs: { scopes: orders, history: "complete" },
  },
  fees: {
    label: "Fees",
    description: "Additional fees and return fees.",
    computation: simple({ grain: "sale", aggregate: "sum", column: "fees" }),
    unit: "money",
    better: "none",
    needs: { scopes: orders, history: "complete" },
  },
  orders: {
    label: "Orders",
    description: "Orders placed in the period. Cancelled orders stay; test and deleted orders are out.",
    computation: simple({ grain: "order", aggregate: "count" }),
    unit: "count",
    better: "up",
    needs: { scopes: orders, history: "period" },
  },
  units_sold: {
    label: "Units sold",
    description: "Pieces sold in the period, those of exchanges and edits included, before returns.",
    computation: simple({ grain: "sale", aggregate: "sum", column: "units" }),
    unit: "count",
    better: "up",
    needs: { scopes: orders, history: "period" },
  },
  sales_as_placed: {
    label: "Sales as placed",
    description:
      "Gross sales less discounts of the period's orders as they were placed, without later changes.",
    computation: simple({ grain: "order", aggregate: "sum", column: "placed_net" }),
    unit: "money",
    better: "up",
    needs: { scopes: orders, history: "period" },
  },
  active_customers: {
    label: "Customers who ordered",
    description: "Different customers with an order in the period.",
    computation: simple({ grain: "customer", aggregate: "count", filter: { minimumOrders: 1 } }),
    unit: "count",
    better: "up",
    needs: { scopes: customers, history: "complete" },
  },
  new_customers: {
    label: "New customers",
    description: "Customers whose first order ever is in the period.",
    computation: simple({ grain: "order", aggregate: "count", filter: { firstOrderEver: true } }),
    unit: "count",
    better: "up",
    needs: { scopes: customers, history: "complete" },
  },
  repeat_customers: {
    label: "Customers who ordered twice or more",
    description: "Different customers with 2 or more orders inside the period.",
    computation: simple({ grain: "customer", aggregate: "count", filter: { minimumOrders: 2 } }),
    unit: "count",
    better: "up",
    needs: { scopes: customers, history: "complete" },
  },
  members: {
    label: "Customers in the segment",
    description: "Customers of the segment at the chosen instant, whether they ordered in the period or not.",
    computation: simple({ grain: "customer", aggregate: "count", among: "members" }),
    unit: "count",
    better: "none",
    needs: { scopes: customers, history: "complete" },
  },
  buying_members: {
    label: "Customers of the segment who ordered",
    description: "Members of the segment at the chosen instant with an order in the period.",
    computation: simple({
      grain: "customer",
      aggregate: "count",
      filter: { minimumOrders: 1 },
      among: "members",
    }),
    unit: "count",
    better: "up",
    needs: { scopes: customers, history: "complete" },
  },
  members_with_order: {
    label: "Customers in the segment with an order",
    description: "Members of the segment who had ordered by the chosen instant.",
    computation: simple({ grain: "customer", aggregate: "count", among: "members_with_order" }),
    unit: "count",
    better: "none",
    needs: { scopes: customers, history: "complete" },
  },
  value_to_date: {
    label: "Net sales to date",
    description: "What members have brought in since their first order.",
    computation: simple({
      grain: "customer",
      aggregate: "sum",
      column: "net_to_date",
      among: "members_with_order",
    }),
    unit: "money",
    better: "up",
    needs: { scopes: customers, history: "complete" },
  },
} satisfies Record<string, Declaration>;

const sums = {
  ...simples,
  net_sales: {
    label: "Net sales",
    description: "Sales after discounts and returns, before tax and shipping.",
    computation: derived({ plus: ["gross_sales"], minus: ["discounts", "sales_reversals"] }),
    unit: "money",
    better: "up",
  },
  returning_customers: {
    label: "Returning customers",
    description:
      "Customers who ordered and had ordered before the period. First and second order in one period count once, as new.",
    computation: derived({ plus: ["active_customers"], minus: ["new_customers"] }),
    unit: "count",
    better: "up",
  },
} satisfies Record<string, Declaration<keyof typeof simples>>;

const totals = {
  ...sums,
  total_sales: {
    label: "Total sales",
    description: "Net sales with shipping, taxes, duties and fees; without tips and gift cards.",
    computation: derived({ plus: ["net_sales", "shipping", "taxes", "duties", "fees"] }),
    unit: "money",
    better: "up",
  },
} satisfies Record<string, Declaration<keyof typeof sums>>;

const all = {
  ...totals,
  aov: {
    label: "Average order value",
    description:
      "What an order brings in as placed: after discounts, before tax, shipping and later changes. Shopify's definition.",
    computation: ratio({ numerator: "sales_as_placed", denominator: "orders" }),
    unit: "money",
    better: "up",
  },
  returning_customer_rate: {
    label: "Returning customer rate",
    description:
      "Share of the customers who ordered that had ordered before the period. Shopify's definition.",
    computation: ratio({ numerator: "returning_customers", denominator: "active_customers" }),
    unit: "rate",
    better: "up",
  },
  repeat_purchase_rate: {
    label: "Ordered twice or more in the period",
    description:
      "Share of the customers who ordered that ordered 2 or more times inside the period. It grows with the period's length.",
    computation: ratio({ numerator: "repeat_customers", denominator: "active_customers" }),
    unit: "rate",
    better: "up",
  },
  orders_per_customer: {
    label: "Purchase frequency",
    description: "Orders per customer who ordered in the period. Guest orders are left out.",
    computation: ratio({ numerator: "orders", denominator: "active_customers" }),
    unit: "ratio",
    better: "up",
  },
  sales_per_customer: {
    label: "Sales per customer",
    description: "Net sales per customer who ordered in the period. Guest orders are left out.",
    computation: ratio({ numerator: "net_sales", denominator: "active_customers" }),
    unit: "money",
    better: "up",
  },
  customer_value_to_date: {
    label: "Customer value to date",
    description:
      "What a member has brought in from the first order to the end of the period, after discounts and returns.",
    computation: ratio({ numerator: "value_to_date", denominator: "members_with_order" }),
    unit: "money",
    better: "up",
  },
  discount_rate: {
    label: "Discount rate",
    description: "Part of gross sales given away as discounts.",
    computation: ratio({ numerator: "discounts", denominator: "gross_sales" }),
    unit: "rate",
    better: "down",
  },
  reversal_rate: {
    label: "Return share",
    description:
      "Returns, refunds and adjustments booked in the period against gross sales of the same period; goods may have been sold before it.",
    computation: ratio({ numerator: "sales_reversals", denominator: "gross_sales" }),
    unit: "rate",
    better: "down",
  },
  buyer_rate: {
    label: "Share who bought",
    description: "Share of the segment's customers at the chosen instant that ordered in the period.",
    computation: ratio({ numerator: "buying_members", denominator: "members" }),
    unit: "rate",
    better: "up",
  },
  sales_share: {
    label: "Share of sales",
    description:
      "The segment's part of the shop's net sales. It has no value unless the shop's net sales are above 0.",
    computation: ratio({ numerator: "net_sales", denominator: "net_sales", over: "shop" }),
    unit: "rate",
    better: "none",
  },
} satisfies Record<string, Declaration<keyof typeof totals>>;

/** Every declaration by name: the KPIs and the parts they are made of. */
export const declarations: Declarations & typeof all = all;

/** What a merchant chooses from, in this order; everything else declared above is only a part of these. */
const shown = [
  "gross_sales",
  "discounts",
  "sales_reversals",
  "net_sales",
  "total_sales",
  "orders",
  "units_sold",
  "aov",
  "active_customers",
  "new_customers",
  "returning_customers",
  "returning_customer_rate",
  "repeat_purchase_rate",
  "orders_per_customer",
  "sales_per_customer",
  "customer_value_to_date",
  "discount_rate",
  "reversal_rate",
  "buyer_rate",
  "sales_share",
] as const satisfies readonly (keyof typeof all)[];

export type KpiId = (typeof shown)[number];

export interface Kpi extends Declaration {
  needs: Needs;
  uncertainty: Uncertainty;
  /** What is summed, counted or divided, and what it is divided by (null where nothing is), in words. */
  numerator: string;
  denominator: string | null;
  partUnits: { numerator: Unit; denominator: Unit };
  /** In words, one level deep; `explanation` goes down to what is counted. */
  formula: string;
  explanation: Explanation;
  additive: { segments: boolean; days: boolean };
  /** A figure per customer: guest orders are left out. */
  perCustomer: boolean;
}

function numeratorOf(id: KpiId): string {
  const { computation }: Declaration = all[id];
  return declarationOf(all, computation.kind === "ratio" ? computation.numerator : id).label;
}

function partUnitsOf(id: KpiId): Kpi["partUnits"] {
  const { computation, unit }: Declaration = all[id];
  if (computation.kind !== "ratio") return { numerator: unit, denominator: unit };
  const unitOf = (name: string) => declarationOf(all, name).unit;
  return { numerator: unitOf(computation.numerator), denominator: unitOf(computation.denominator) };
}

function denominatorOf(id: KpiId): string | null {
  const { computation }: Declaration = all[id];
  if (computation.kind !== "ratio") return null;
  const { label } = declarationOf(all, computation.denominator);
  return computation.over === "shop" ? `${label} of the shop` : label;
}

export const kpis: Readonly<Record<KpiId, Kpi>> = Object.fromEntries(
  shown.map((id): [KpiId, Kpi] => [
    id,
    {
      ...all[id],
      needs: needsOf(all, id),
      uncertainty: uncertaintyOf(all, id),
      numerator: numeratorOf(id),
      denominator: denominatorOf(id),
      partUnits: partUnitsOf(id),
      formula: formulaOf(all, id),
      explanation: explanationOf(all, id),
      additive: additivityOf(all, id),
      perCustomer: isPerCustomer(all, id),
    },
  ]),
) as Record<KpiId, Kpi>; // Object.fromEntries forgets its keys

export const kpiIds: readonly KpiId[] = shown;
export const segmentationIds = Object.keys(segmentations) as SegmentationId[];

export function isKpiId(text: string): text is KpiId {
  return Object.hasOwn(kpis, text);
}

export function isSegmentationId(text: string): text is SegmentationId {
  return Object.hasOwn(segmentations, text);
}
