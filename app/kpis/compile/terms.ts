// The sums of one cell that values, intervals and changes follow from: of contributions, of their squares and cubes, and of the
// products of two, each within a period or across two.
import { declarations, HEADCOUNT } from "../catalogue.ts";
import { declarationOf, isIndicator as isIndicatorOf, uncertaintyOf } from "../kpi.ts";
import { isOutside, sumsOf } from "./parts.ts";

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
      : `p_${powersOf(factors).join("_")}_${slice}`;
  },
  /** Of a course from one count to another: to how many it happened after so many days, or who was followed so long. */
  took: (from: string, to: string, days: number, slice: SliceName) => `e_${from}_${to}_${days}_${slice}`,
  seen: (from: string, to: string, days: number, slice: SliceName) => `c_${from}_${to}_${days}_${slice}`,
  /** Σ a·b, a of the period and b of the compared one. */
  cross: (a: string, b: string) => `x_${a}_${b}`,
};

function factorsOf(names: readonly string[]): string[] {
  const sorted = [...names].sort();
  return sorted.filter((name, index) => !isIndicator(name) || name !== sorted[index - 1]);
}

/** "net_sales3" for three times the same: PostgreSQL cuts names after 63 bytes, and a cut one is found by nobody. */
const powersOf = (factors: readonly string[]): string[] =>
  [...Map.groupBy(factors, (name) => name)].map(([name, same]) =>
    same.length === 1 ? name : `${name}${same.length}`,
  );

/** Nobody varies in what is nobody's. */
const varying = (products: readonly string[][]) => products.filter((names) => !names.some(isOutside));

/** The pairs of sums whose products the intervals of these KPIs need. */
function pairsOf(ids: readonly string[]): string[][] {
  const pairs: string[][] = [];
  for (const id of ids) {
    const { computation } = declarationOf(declarations, id);
    if (computation.kind === "duration") continue;
    if (computation.kind !== "ratio") pairs.push([id, id]);
    else if (computation.over === "shop") pairs.push([computation.numerator, computation.numerator]);
    else {
      const { numerator, denominator } = computation;
      pairs.push([numerator, numerator], [numerator, denominator], [denominator, denominator]);
    }
  }
  return varying(pairs);
}

/** The threes whose products tell how uneven customers are; Wilson's ranges need none. */
function threesOf(ids: readonly string[]): string[][] {
  const threes = ids.flatMap((id) => {
    const { computation } = declarationOf(declarations, id);
    if (computation.kind === "duration") return [];
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
  return varying(threes);
}

/** The contributions that a statement has for these KPIs. */
export const contributionsFor = (ids: readonly string[]): string[] =>
  [...new Set([...sumsOf(ids), HEADCOUNT])].filter((name) => !isOutside(name));

/** Aggregates of nothing are NULL; the reader takes them for 0, which spares the planner a function per column. */
export function termColumns(ids: readonly string[], slices: readonly SliceName[]): string[] {
  const columns = new Map<string, string>([[term.customers, "COUNT(*)"]]);
  for (const slice of slices) {
    for (const name of contributionsFor(ids)) {
      const column = `${name}_${slice}`;
      columns.set(term.sum(name, slice), `SUM(${column})`);
      if (isIndicator(name)) continue;
      columns.set(term.movers(name, slice), `COUNT(NULLIF(${column}, 0))`);
      columns.set(term.largest(name, slice), `MAX(${column})`);
    }
    for (const names of [...pairsOf(ids), ...threesOf(ids)]) {
      const factors = factorsOf(names).map((name) => `${name}_${slice}`);
      const column = term.moment(names, slice);
      if (!columns.has(column)) columns.set(column, `SUM(${factors.join(" * ")})`);
    }
  }
  if (slices.length === 2) {
    for (const [a = "", b = ""] of pairsOf(ids)) {
      columns.set(term.cross(a, b), `SUM(${a}_now * ${b}_then)`);
      columns.set(term.cross(b, a), `SUM(${b}_now * ${a}_then)`);
    }
  }
  return [...columns].map(([name, sql]) => `${sql} AS ${name}`);
}
