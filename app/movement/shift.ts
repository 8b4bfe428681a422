// Whether a distribution has shifted: the same customers in a square table of then and now, tested for equal margins. Pure.
import { chiSquareTail } from "./chi-square.ts";

/** Stuart (1955), Biometrika 42:412, by Maxwell (1970), Br. J. Psychiatry 116:651. */
export interface Shift {
  stuartMaxwell: number;
  /** Bhapkar (1966), J. Am. Stat. Assoc. 61:228: the same with the covariance that holds where margins differ. */
  bhapkar: number;
  degrees: number;
  /** Of Stuart and Maxwell's. */
  pValue: number;
}

/** What keeps it from being told: nobody is in another segment, or too few are in and out of some. */
export type NoShift = "nobody_moved" | "too_few_moved";

/** Where nothing shifts, half of who moved in or out of a segment moved in: Cochran (1954), Biometrics 10:417, asks this of it. */
const EXPECTED = { least: 1, usual: 5, share: 0.8 } as const;

/**
 * `table[i][j]`: so many were in i and are in j. Segments that nobody moved in or out of add nothing. The covariance is that of
 * flows between segments: groups of segments with no flow between them are tested apart and added, one degree of freedom less
 * than its segments for each.
 */
export function shiftOf(table: readonly (readonly number[])[]): Shift | NoShift {
  const at = (row: number, column: number) => table[row]?.[column] ?? 0;
  const all = table.map((_, index) => index);
  const between = (a: number, b: number) => (a === b ? 0 : at(a, b) + at(b, a));
  const moved = all.map((a) => total(all.map((b) => between(a, b))));
  const used = all.filter((a) => (moved[a] ?? 0) > 0);
  if (used.length === 0) return "nobody_moved";
  const expected = used.map((a) => (moved[a] ?? 0) / 2);
  const usual = expected.filter((each) => each >= EXPECTED.usual).length;
  if (Math.min(...expected) < EXPECTED.least || usual < EXPECTED.share * used.length) return "too_few_moved";
  const n = total(table.flat());
  const excess = (a: number) => total(all.map((b) => at(a, b) - at(b, a)));
  let [statistic, degrees] = [0, 0];
  for (const group of connected(used, between)) {
    // The last one's excess follows from the others'.
    const free = group.slice(0, -1);
    const covariance = free.map((a) => free.map((b) => (a === b ? (moved[a] ?? 0) : -between(a, b))));
    const d = free.map(excess);
    statistic += total(solve(covariance, d).map((each, index) => each * (d[index] ?? 0)));
    degrees += free.length;
  }
  return {
    stuartMaxwell: statistic,
    // Where everybody moved one way, the covariance with margins that differ is none.
    bhapkar: statistic < n ? statistic / (1 - statistic / n) : Number.POSITIVE_INFINITY,
    degrees,
    pValue: chiSquareTail(statistic, degrees),
  };
}

const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);

/** Groups between which nobody moved. */
function connected(used: readonly number[], between: (a: number, b: number) => number): number[][] {
  const open = new Set(used);
  const groups: number[][] = [];
  for (const first of used) {
    if (!open.delete(first)) continue;
    const group = [first];
    for (const each of group)
      for (const other of open)
        if (between(each, other) > 0) {
          open.delete(other);
          group.push(other);
        }
    groups.push(group);
  }
  return groups;
}

/** Gauss' elimination; of a positive definite matrix no pivot is 0. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, index) => [...row, right[index] ?? 0]);
  const size = rows.length;
  for (const [pivot, row] of rows.entries())
    for (const other of rows.slice(pivot + 1)) {
      const factor = (other[pivot] ?? 0) / (row[pivot] ?? 1);
      for (let column = pivot; column <= size; column++)
        other[column] = (other[column] ?? 0) - factor * (row[column] ?? 0);
    }
  const solved: number[] = [];
  for (const [pivot, row] of [...rows.entries()].reverse()) {
    const known = total(solved.map((each, index) => each * (row[size - 1 - index] ?? 0)));
    solved.push(((row[size] ?? 0) - known) / (row[pivot] ?? 1));
  }
  return solved.reverse();
}
