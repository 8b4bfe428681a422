// What a KPI's declaration may say. A `simple` one aggregates rows of one grain; `ratio` and `derived` ones only name
// other KPIs, so that for any segment and period they are sums over sums, never a mean of means.

export type Unit = "money" | "count" | "rate" | "days" | "ratio";

/** Columns of `activity` that may be summed, with the words of the formula. Movements count on the day they are booked. */
export const activityColumns = {
  gross: "price × quantity of product lines sold, before discounts, tax and shipping",
  discounts: "discounts on product lines sold, order-level ones shared out, before tax",
  reversals: "product lines returned and adjustments, net of their own discount and tax",
  units: "quantity of product lines sold, exchanges and edits included",
  shipping: "shipping charged, before tax, net of what was given back",
  tax: "taxes, net of what was given back",
  duties: "duties, net of what was given back",
  fees: "additional and return fees, and movements of a kind Shopify does not name",
} as const;

/** Columns that stand on the row of an order's placement, with the words of the formula. */
export const placementColumns = {
  placed_net: "price × quantity − discounts of the order as placed",
} as const;

export type Grain = "sale" | "order" | "customer";

/** Which customers a customer-grain KPI looks at: the period's, the segment's members, or members who had ordered by then. */
export type Among = "everyone" | "members" | "members_with_order";

export interface Simple {
  kind: "simple";
  grain: Grain;
  aggregate: "sum" | "count";
  /** A column of `activity`, or "net_to_date" (net sales from a customer's first order to the period's end). */
  column?: keyof typeof activityColumns | keyof typeof placementColumns | "net_to_date";
  filter?: { minimumOrders: number } | { firstOrderEver: true };
  among?: Among;
}

export interface Ratio<Name extends string = string> {
  kind: "ratio";
  numerator: Name;
  denominator: Name;
  /** "shop": the denominator is the whole shop's, whatever the segment. */
  over?: "segment" | "shop";
}

export interface Derived<Name extends string = string> {
  kind: "derived";
  plus: readonly Name[];
  minus?: readonly Name[];
}

export type Computation<Name extends string = string> = Simple | Ratio<Name> | Derived<Name>;

export interface Needs {
  scopes: readonly ("read_orders" | "read_customers")[];
  /** "period": right as soon as the period's own days are wholly loaded; "complete": needs all orders ever. */
  history: "period" | "complete";
}

/** Keys in this order in every declaration. */
export interface Declaration<Name extends string = string> {
  label: string;
  description: string;
  computation: Computation<Name>;
  unit: Unit;
  better: "up" | "down" | "none";
  /** Of what is counted or summed; what is computed from others needs what they need. */
  needs?: Needs;
}

/**
 * How sure a figure is (statistics.ts): a "sum" is a fact; "wilson" is a share of customers, "delta" a ratio of sums with
 * customers as clusters, "share" a part of the shop's sum.
 */
export type Uncertainty = "sum" | "wilson" | "delta" | "share";

export function simple(declared: Omit<Simple, "kind">): Simple {
  return { kind: "simple", ...declared };
}

export function ratio<Name extends string>(declared: Omit<Ratio<Name>, "kind">): Ratio<Name> {
  return { kind: "ratio", ...declared };
}

export function derived<Name extends string>(declared: Omit<Derived<Name>, "kind">): Derived<Name> {
  return { kind: "derived", ...declared };
}

export type Declarations = Readonly<Record<string, Declaration>>;

/** A declared KPI by name; the catalogue's types make an unknown name a compile error, so this never fails at run time. */
export function declarationOf(all: Declarations, id: string): Declaration {
  const found = all[id];
  if (found === undefined) throw new Error(`no KPI or part is declared as "${id}"`);
  return found;
}

/** The names a declaration is computed from, in the formula's order. */
export function inputsOf(computation: Computation): string[] {
  switch (computation.kind) {
    case "simple":
      return [];
    case "ratio":
      return [...new Set([computation.numerator, computation.denominator])];
    case "derived":
      return [...computation.plus, ...(computation.minus ?? [])];
  }
}

/** True where a customer's contribution is 0 or 1, so that its square is itself. */
export function isIndicator(all: Declarations, name: string): boolean {
  const { computation } = declarationOf(all, name);
  if (computation.kind !== "simple") return false;
  return (
    computation.filter !== undefined ||
    (computation.grain === "customer" && computation.aggregate === "count")
  );
}

/** What must be readable and loaded for a figure: the union over everything it is computed from. */
export function needsOf(all: Declarations, id: string): Needs {
  const { computation, needs } = declarationOf(all, id);
  if (computation.kind === "simple") {
    if (needs === undefined) throw new Error(`${id} does not say what it needs`);
    return needs;
  }
  const below = inputsOf(computation).map((input) => needsOf(all, input));
  return {
    scopes: [...new Set(below.flatMap(({ scopes }) => scopes))],
    history: below.some(({ history }) => history === "complete") ? "complete" : "period",
  };
}

export function uncertaintyOf(all: Declarations, id: string): Uncertainty {
  const { computation } = declarationOf(all, id);
  if (computation.kind !== "ratio") return "sum";
  if (computation.over === "shop") return "share";
  const countsCustomers = (name: string): boolean => {
    const inputs = inputsOf(declarationOf(all, name).computation);
    return inputs.length === 0 ? isIndicator(all, name) : inputs.every(countsCustomers);
  };
  return countsCustomers(computation.numerator) && isIndicator(all, computation.denominator)
    ? "wilson"
    : "delta";
}

function simpleInWords(computation: Simple): string {
  const { grain, aggregate, column, filter, among } = computation;
  if (grain === "sale" || aggregate === "sum") {
    if (column === undefined) throw new Error("a sum needs a column");
    if (column === "net_to_date") {
      return "Sum of net sales from the first order to the end of the period, over members who had ordered";
    }
    return `Sum of: ${{ ...activityColumns, ...placementColumns }[column]}`;
  }
  const firstEver = filter !== undefined && "firstOrderEver" in filter;
  if (grain === "order")
    return firstEver
      ? "Count of customers' first orders ever, placed in the period"
      : "Count of orders placed in the period";
  const who =
    among === undefined || among === "everyone"
      ? "customers"
      : among === "members"
        ? "members"
        : "members who had ordered";
  if (filter === undefined || firstEver) return `Count of ${who}`;
  const minimum = filter.minimumOrders;
  return `Count of ${who} with ${minimum === 1 ? "an order" : `${minimum} or more orders`} in the period`;
}

/** The formula in words, one level deep: "Net sales ÷ Customers who ordered". */
export function formulaOf(all: Declarations, id: string): string {
  const { computation } = declarationOf(all, id);
  const label = (name: string) => declarationOf(all, name).label;
  switch (computation.kind) {
    case "simple":
      return simpleInWords(computation);
    case "ratio":
      return computation.over === "shop"
        ? `${label(computation.numerator)} of the segment ÷ ${label(computation.denominator)} of the shop`
        : `${label(computation.numerator)} ÷ ${label(computation.denominator)}`;
    case "derived":
      return (
        computation.plus.map(label).join(" + ") +
        (computation.minus ?? []).map((name) => ` − ${label(name)}`).join("")
      );
  }
}

/** The formula with the formulas of everything it names, down to what is counted or summed. */
export interface Explanation {
  id: string;
  label: string;
  formula: string;
  inputs: Explanation[];
}

export function explanationOf(all: Declarations, id: string): Explanation {
  const { label, computation } = declarationOf(all, id);
  return {
    id,
    label,
    formula: formulaOf(all, id),
    inputs: inputsOf(computation).map((input) => explanationOf(all, input)),
  };
}

/** Along which cuts the parts add up to the whole: customers are counted once a period, ratios never add up. */
export function additivityOf(all: Declarations, id: string): { segments: boolean; days: boolean } {
  const { computation } = declarationOf(all, id);
  if (computation.kind === "ratio") return { segments: computation.over === "shop", days: false };
  if (computation.kind === "simple") return { segments: true, days: computation.grain !== "customer" };
  const inputs = inputsOf(computation).map((input) => additivityOf(all, input));
  return { segments: inputs.every((input) => input.segments), days: inputs.every((input) => input.days) };
}

/** True for figures per customer: guest orders have no customer, so they are neither in it nor under it. */
export function isPerCustomer(all: Declarations, id: string): boolean {
  const { computation } = declarationOf(all, id);
  if (computation.kind !== "ratio") return false;
  const below = declarationOf(all, computation.denominator).computation;
  return below.kind === "simple" && below.grain === "customer";
}
