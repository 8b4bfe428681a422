// Which lists of rows a figure has, by its declaration: of what one row is, and which sums stand beside each other in it.
import { declarations } from "../catalogue.ts";
import { declarationOf, inputsOf, isIndicator, isOfOrders, isPerCustomer } from "../declared.ts";
import type { OutsideId } from "../facts/facts.ts";
import type { Duration, Quantile, Unit } from "../kpi.ts";
import { factBehind, isFollowed, isOutside, outsideOf, partsOf } from "./parts.ts";

/** Of what one row is. */
export type RowsOf =
  /** An order, with all that it moved in the period. */
  | { of: "orders" }
  /** A customer; of a stranger, his order. */
  | { of: "customers" }
  /** A customer who has been followed since something happened to him. */
  | { of: "followed" }
  | { of: "course"; course: Duration }
  /** A value by its place among all. */
  | { of: "values"; quantile: Quantile }
  /** What is nobody's, by its fact's or its state's own key. */
  | { of: "nobodys"; outside: OutsideId };

export const sides = ["value", "numerator", "denominator"] as const;
export type Side = (typeof sides)[number];

/** A column of numbers: of a sum by its name; `day`s until something happened, whether it did; or a place's value. */
export interface RowColumn {
  id: string;
  unit: Unit;
  /** 0 of what the list adds up, 1 of what that is put together from, and so on. */
  depth: number;
}

export interface RowList {
  rows: RowsOf;
  /** Of which side of the figure it is, and the sum that its rows add up to there; of no sum, none. */
  sums: readonly { side: Side; name: string }[];
  columns: readonly RowColumn[];
  /** Where any of these sums is something, there is a row. */
  counted: readonly string[];
  /** Orders of nobody known count. */
  strangers: boolean;
  /** Of all of the shop, whatever segment the figure is of. */
  ofShop: boolean;
}

const computationOf = (name: string) => declarationOf(declarations, name).computation;

function rowsOf(name: string): RowsOf {
  if (isFollowed(name)) return { of: "followed" };
  if (isOutside(name)) {
    const [outside, ...others] = outsideOf([name]);
    if (outside === undefined || others.length > 0) throw new Error(`${name} is of several things of nobody`);
    return { of: "nobodys", outside };
  }
  const leaves = Object.values(partsOf(name)).flat();
  const isByOrder = isOfOrders(declarations, name) && !leaves.some((leaf) => isIndicator(declarations, leaf));
  return { of: isByOrder ? "orders" : "customers" };
}

/** What two sums must share to stand beside each other. */
function keyOf(name: string): string {
  const rows = rowsOf(name);
  const computation = computationOf(name);
  if (computation.kind === "followed")
    return JSON.stringify([rows, computation.from, computation.within, computation.unless]);
  return JSON.stringify(rows);
}

/** Where movements may cancel out, each of them is told; whom nothing is counted of is not. */
function countedIn(name: string): string[] {
  const leaves = Object.values(partsOf(name)).flat();
  const isOfMoves = leaves.every((leaf) => factBehind(leaf) !== null && !isIndicator(declarations, leaf));
  return isOfMoves ? leaves : [name];
}

/** The sums themselves, what they are put together from, and what that is put together from, and so on. */
function columnsOf(names: readonly string[]): RowColumn[] {
  const depths = new Map<string, number>(names.map((name) => [name, 0]));
  for (const [name, depth] of depths) {
    const computation = computationOf(name);
    if (computation.kind !== "derived") continue;
    for (const input of inputsOf(computation)) if (!depths.has(input)) depths.set(input, depth + 1);
  }
  return [...depths]
    .sort(([, a], [, b]) => a - b)
    .map(([id, depth]) => ({ id, unit: declarationOf(declarations, id).unit, depth }));
}

const listOf = (sums: RowList["sums"], of: Pick<RowList, "strangers" | "ofShop">): RowList => {
  const names = [...new Set(sums.map(({ name }) => name))];
  return {
    rows: rowsOf(names[0] ?? ""),
    sums,
    columns: columnsOf(names),
    counted: [...new Set(names.flatMap(countedIn))],
    ...of,
  };
};

/** The lists of a KPI, or of a sum that KPIs are made of. */
export function rowListsOf(id: string): RowList[] {
  const { computation, unit } = declarationOf(declarations, id);
  const of = { strangers: !isPerCustomer(declarations, id), ofShop: false };
  if (computation.kind === "duration")
    return [
      {
        rows: { of: "course", course: computation },
        sums: [],
        columns: [
          { id: "days", unit: "days", depth: 0 },
          { id: "happened", unit: "count", depth: 0 },
        ],
        counted: [],
        ...of,
      },
    ];
  if (computation.kind === "quantile")
    return [
      {
        rows: { of: "values", quantile: computation },
        sums: [],
        columns: [{ id: "value", unit, depth: 0 }],
        counted: [],
        ...of,
      },
    ];
  if (computation.kind !== "ratio") return [listOf([{ side: "value", name: id }], of)];
  const above = { side: "numerator", name: computation.numerator } as const;
  const below = { side: "denominator", name: computation.denominator } as const;
  if (computation.over === "shop") return [listOf([above], of), listOf([below], { ...of, ofShop: true })];
  if (keyOf(above.name) === keyOf(below.name)) return [listOf([above, below], of)];
  return [listOf([above], of), listOf([below], of)];
}

export const hasDays = ({ rows }: RowList): boolean => rows.of !== "customers" && rows.of !== "nobodys";

/** By what its rows can be sorted. */
export const sortsOf = (list: RowList): string[] => [
  ...list.columns.map(({ id }) => id),
  ...(hasDays(list) ? ["day"] : []),
];

/** The sums that a figure is worked out from, down to what is counted and summed, each once. */
export function sumsWithin(id: string): string[] {
  const { computation } = declarationOf(declarations, id);
  const isSum =
    computation.kind !== "ratio" && computation.kind !== "duration" && computation.kind !== "quantile";
  const inputs =
    computation.kind === "ratio"
      ? [computation.numerator, computation.denominator]
      : computation.kind === "derived"
        ? inputsOf(computation)
        : [];
  return [...new Set([...(isSum ? [id] : []), ...inputs.flatMap(sumsWithin)])];
}
