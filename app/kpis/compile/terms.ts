// The sums of one cell that values, intervals and changes follow from: of contributions, of their squares and cubes, and of the
// products of two, each within a period or across two.
import { declarations, HEADCOUNT } from "../catalogue.ts";
import { declarationOf, isIndicator as isIndicatorOf, uncertaintyOf } from "../declared.ts";
import { isFollowed, isOutside, sumsOf } from "./parts.ts";

export type SliceName = "now" | "then";

const isIndicator = (name: string) => isIndicatorOf(declarations, name);

/** The names of a cell's sums; `now` and `then` are the period and the compared one. */
export const term = {
  customers: "customers",
  sum: (name: string, slice: SliceName) => `s_${name}_${slice}`,
  /** Customers who contributed something. */
  movers: (name: string, slice: SliceName) => `n_${name}_${slice}`,
  largest: (name: string, slice: SliceName) => `m_${name}_${slice}`,
  /** Σ of the product of two or three contributions within one period; an indicator's powers are itself. */
  moment: (names: readonly string[], slice: SliceName) => {
    const factors = factorsOf(names);
    return factors.length === 1 && isIndicator(factors[0] ?? "")
      ? term.sum(factors[0] ?? "", slice)
      : `p_${powersOf(factors)}_${slice}`;
  },
  /** Of a course from one count to another: to how many it happened after so many days, or who was followed so long. */
  took: (from: string, to: string, days: number, slice: SliceName) => `e_${from}_${to}_${days}_${slice}`,
  seen: (from: string, to: string, days: number, slice: SliceName) => `c_${from}_${to}_${days}_${slice}`,
  /** Of those who are followed: who is not, yet, for so long. */
  open: (name: string, slice: SliceName) => `o_${name}_${slice}`,
  /** Σ a·b, a of the period and b of the compared one. */
  cross: (a: string, b: string) => `x_${a}_${b}`,
};

function factorsOf(names: readonly string[]): string[] {
  const sorted = [...names].sort();
  return sorted.filter((name, index) => !isIndicator(name) || name !== sorted[index - 1]);
}

/** "orders2_units" of twice the one and once the other. */
const powersOf = (factors: readonly string[]): string =>
  [...new Set(factors)]
    .map((name) => {
      const power = factors.filter((factor) => factor === name).length;
      return power === 1 ? name : `${name}${power}`;
    })
    .join("_");

/** PostgreSQL cuts a longer name off, and a sum that nobody finds by its name would be 0. */
const LONGEST_NAME = 63;

/** The products of these names alone. Nobody varies in what is nobody's. */
const among = (products: readonly string[][], names: readonly string[]) =>
  products.filter((factors) => factors.every((name) => names.includes(name)));

/** The pairs of sums whose products the intervals of these KPIs need. */
function pairsOf(ids: readonly string[]): string[][] {
  const pairs: string[][] = [];
  for (const id of ids) {
    const { computation } = declarationOf(declarations, id);
    if (computation.kind === "duration" || computation.kind === "quantile") continue;
    if (computation.kind !== "ratio") pairs.push([id, id]);
    else if (computation.over === "shop") pairs.push([computation.numerator, computation.numerator]);
    else {
      const { numerator, denominator } = computation;
      pairs.push([numerator, numerator], [numerator, denominator], [denominator, denominator]);
    }
  }
  return pairs;
}

/** The threes whose products tell how uneven customers are; Wilson's ranges need none. */
function threesOf(ids: readonly string[]): string[][] {
  const threes = ids.flatMap((id) => {
    const { computation } = declarationOf(declarations, id);
    if (computation.kind === "duration" || computation.kind === "quantile") return [];
    if (computation.kind !== "ratio") return [[id, id, id]];
    const { numerator: y, denominator: x } = computation;
    if (computation.over === "shop") return [[y, y, y]];
    if (uncertaintyOf(declarations, id) === "wilson") return [];
    return [
      [y, y, y],
      [y, y, x],
      [y, x, x],
      [x, x, x],
    ];
  });
  return threes;
}

/** The contributions that a statement has for these KPIs. */
export const contributionsFor = (ids: readonly string[]): string[] =>
  [...new Set([...sumsOf(ids), HEADCOUNT])].filter((name) => !isOutside(name) && !isFollowed(name));

/** The aggregates that a statement has for these KPIs, and how many customers are behind them. */
export const termColumns = (ids: readonly string[], slices: readonly SliceName[]): string[] => [
  `COUNT(*) AS ${term.customers}`,
  ...ownTerms(ids, contributionsFor(ids), slices),
];

/** The sums alone that these KPIs show or divide, and how many customers are behind them. */
export const sumColumns = (ids: readonly string[], slices: readonly SliceName[]): string[] => [
  `COUNT(*) AS ${term.customers}`,
  ...contributionsFor(ids).flatMap((name) =>
    slices.map((slice) => `SUM(${name}_${slice}) AS ${term.sum(name, slice)}`),
  ),
];

/**
 * The aggregates of these contributions. Those of nothing are NULL; the reader takes them for 0, which spares the planner a
 * function per column.
 */
export function ownTerms(
  ids: readonly string[],
  names: readonly string[],
  slices: readonly SliceName[],
): string[] {
  const columns = new Map<string, string>();
  const [pairs, threes] = [among(pairsOf(ids), names), among(threesOf(ids), names)];
  for (const slice of slices) {
    for (const name of names) {
      const column = `${name}_${slice}`;
      columns.set(term.sum(name, slice), `SUM(${column})`);
      if (isIndicator(name)) continue;
      columns.set(term.movers(name, slice), `COUNT(NULLIF(${column}, 0))`);
      columns.set(term.largest(name, slice), `MAX(${column})`);
    }
    for (const product of [...pairs, ...threes]) {
      const factors = factorsOf(product).map((name) => `${name}_${slice}`);
      const column = term.moment(product, slice);
      if (!columns.has(column)) columns.set(column, `SUM(${factors.join(" * ")})`);
    }
  }
  if (slices.length === 2) {
    for (const [a = "", b = ""] of pairs) {
      columns.set(term.cross(a, b), `SUM(${a}_now * ${b}_then)`);
      columns.set(term.cross(b, a), `SUM(${b}_now * ${a}_then)`);
    }
  }
  return [...columns].map(([name, sql]) => {
    if (name.length > LONGEST_NAME) throw new Error(`${name} is too long for a column's name`);
    return `${sql} AS ${name}`;
  });
}
