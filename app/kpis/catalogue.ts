// Every KPI, declared once; the key is its id, under which its words stand (kpi-words.server.ts). Card, column, trend,
// comparison, interval, export, formula in words and docs/kpis.md derive from here. A KPI names only what stands above it, so a
// typo or a circle does not compile.
import { acquisition } from "./catalogue/acquisition.ts";
import { people } from "./catalogue/customers.ts";
import type { OutsideId } from "./facts/facts.ts";
import { margins } from "./catalogue/margin.ts";
import { rates } from "./catalogue/rates.ts";
import { retention } from "./catalogue/retention.ts";
import { sales } from "./catalogue/sales.ts";
import { goods } from "./catalogue/goods.ts";
import { type Declaration, type Did, type Ratio, type Unit } from "./kpi.ts";
import {
  additivityOf,
  coverageOf,
  declarationOf,
  isPerCustomer,
  isMovedLater,
  isSoFar,
  looksBack,
  outsideIn,
  uncertaintyOf,
  type Declarations,
  type Uncertainty,
} from "./declared.ts";
import { type Needs, needsOf, type RecordedDays, recordedIn } from "./needs.ts";
import type { SourceId } from "../warehouse/schema/schema.ts";
import { segmentations, type SegmentationId } from "./segmentations.ts";

export { segmentations, type SegmentationId };

const all = { ...sales, ...people, ...rates, ...retention, ...margins, ...acquisition, ...goods };

/** Every declaration by name: the KPIs and the parts they are made of. */
export const declarations: Declarations & typeof all = all;

/** The id of a KPI, or of a part that KPIs are made of. */
export type DeclaredId = keyof typeof all;

const isDeclaredId = (name: string): name is DeclaredId => Object.hasOwn(all, name);

/** The id that a declaration names; the catalogue's types see to it that it is one. */
export function declaredId(name: string): DeclaredId {
  if (!isDeclaredId(name)) throw new Error(`no KPI or part is declared as "${name}"`);
  return name;
}

/** How many customers a segment has. */
export const HEADCOUNT = "members" satisfies keyof typeof all;

/** How many customers bought. */
export const BUYERS = "active_customers" satisfies keyof typeof all;

/** What makes a customer without an order by the instant a first-time buyer. */
export const BOUGHT: Did<keyof typeof all> = { of: "orders", atLeast: 1 };

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
  "aov_median",
  "active_customers",
  "new_customers",
  "returning_customers",
  "returning_customer_rate",
  "repeat_purchase_rate",
  "orders_per_customer",
  "days_between_orders",
  "sales_per_customer",
  "customer_value_to_date",
  "discount_rate",
  "reversal_rate",
  "return_rate_units",
  "buyer_rate",
  "sales_share",
  "units_per_order",
  "discounted_order_share",
  "tips",
  "new_customer_records",
  "second_order_rate_30d",
  "second_order_rate_90d",
  "second_order_rate_180d",
  "second_order_rate_365d",
  "retention_rate",
  "churn_risk_share",
  "loyal_share",
  "orders_per_member",
  "sales_per_member",
  "value_within_90d",
  "value_within_365d",
  "net_aov",
  "lead_conversion",
  "new_subscribers",
  "subscribed_share",
  "gross_margin",
  "gross_margin_rate",
  "ad_spend",
  "cac_blended",
  "stock_value",
  "stockout_exposure",
] as const satisfies readonly (keyof typeof all)[];

export type KpiId = (typeof shown)[number];

/**
 * What a home page begins with: their changes are judged together, whichever of them are shown. Every other KPI is judged by
 * itself, over all segments (estimates/verdicts.ts).
 */
export const JUDGED_TOGETHER = [
  "net_sales",
  "sales_share",
  "active_customers",
  "orders",
  "aov",
  "buyer_rate",
  "returning_customer_rate",
] as const satisfies readonly KpiId[];

export type JudgedTogether = (typeof JUDGED_TOGETHER)[number];

export interface Kpi extends Omit<Declaration, "coverage" | "through"> {
  needs: Needs;
  uncertainty: Uncertainty;
  /** What is summed, counted or divided, and what it is divided by; null where nothing is. */
  numerator: DeclaredId;
  denominator: { of: DeclaredId; over: Ratio["over"] } | null;
  partUnits: { numerator: Unit; denominator: Unit };
  additive: { segments: boolean; days: boolean };
  /** Which part of which sum is known: the figure speaks of that alone. Null where all of it is. */
  coverage: { known: DeclaredId; of: DeclaredId } | null;
  /** Facts and states of nobody in it: known for the shop, and by what they share with a segmentation. */
  outside: readonly OutsideId[];
  /** Sources that Shopify does not keep, and of which days they must be known: without them there is no figure. */
  recorded: readonly { source: SourceId; days: RecordedDays }[];
  /** A figure per customer: guest orders are left out. */
  perCustomer: boolean;
  /** Behind it are those, too, of whom only an older order moved. */
  movedLater: boolean;
  /** Also of the period before. */
  looksBack: boolean;
  /** As of now: later returns may still change it. */
  soFar: boolean;
}

function numeratorOf(id: KpiId): DeclaredId {
  const { computation }: Declaration = all[id];
  return computation.kind === "ratio" ? declaredId(computation.numerator) : id;
}

function partUnitsOf(id: KpiId): Kpi["partUnits"] {
  const { computation, unit }: Declaration = all[id];
  if (computation.kind !== "ratio") return { numerator: unit, denominator: unit };
  const unitOf = (name: string) => declarationOf(all, name).unit;
  return { numerator: unitOf(computation.numerator), denominator: unitOf(computation.denominator) };
}

function denominatorOf(id: KpiId): Kpi["denominator"] {
  const { computation }: Declaration = all[id];
  if (computation.kind === "duration") return { of: declaredId(computation.from), over: "segment" };
  if (computation.kind === "quantile") return { of: declaredId(computation.of), over: "segment" };
  return computation.kind === "ratio"
    ? { of: declaredId(computation.denominator), over: computation.over }
    : null;
}

/** Whose movers are told as those behind a figure. */
function behindOf(id: KpiId): string {
  const { computation }: Declaration = all[id];
  if (computation.kind !== "ratio") return id;
  return computation.over === "shop" ? computation.numerator : computation.denominator;
}

function coverageIn(id: KpiId): Kpi["coverage"] {
  const found = coverageOf(all, id);
  return found && { known: declaredId(found.known), of: declaredId(found.of) };
}

/** A formula in words with the formulas of everything it names, down to what is counted or summed. */
export interface Explanation {
  id: string;
  label: string;
  formula: string;
  inputs: Explanation[];
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
      additive: additivityOf(all, id),
      coverage: coverageIn(id),
      outside: outsideIn(all, id),
      recorded: recordedIn(all, id),
      perCustomer: isPerCustomer(all, id),
      movedLater: isMovedLater(all, behindOf(id)),
      looksBack: looksBack(all, id),
      soFar: isSoFar(all, id),
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
