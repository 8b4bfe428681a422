// Customers by the column to the cells that the app's statement would answer of them: the same terms, worked out here, so that
// a simulation goes through the app's own figures, ranges and verdicts.
import { termColumns } from "../../../app/kpis/compile/terms.ts";
import type { Cell, Slice } from "../../../app/kpis/sums.ts";

export interface People {
  count: number;
  /** The segment of each, as a number of `segments`. */
  segments: readonly string[];
  segment: Record<Slice, Uint8Array>;
  /** What each contributed, by "net_sales_now". */
  columns: ReadonlyMap<string, Float64Array>;
}

interface Term {
  name: string;
  kind: "rows" | "sum" | "movers" | "largest";
  factors: readonly string[];
}

/** What an aggregate of the statement says. */
function termOf(column: string): Term {
  const [sql = "", name = ""] = column.split(" AS ");
  if (sql === "COUNT(*)") return { name, kind: "rows", factors: [] };
  const movers = /^COUNT\(NULLIF\((\w+), 0\)\)$/.exec(sql)?.[1];
  if (movers !== undefined) return { name, kind: "movers", factors: [movers] };
  const largest = /^MAX\((\w+)\)$/.exec(sql)?.[1];
  if (largest !== undefined) return { name, kind: "largest", factors: [largest] };
  const summed = /^SUM\(([\w* ]+)\)$/.exec(sql)?.[1];
  if (summed === undefined) throw new Error(`No simulation knows the aggregate ${sql}`);
  return { name, kind: "sum", factors: summed.split(" * ") };
}

export const termsOf = (ids: readonly string[]): Term[] => termColumns(ids, ["now", "then"]).map(termOf);

export function cellsOf(terms: readonly Term[], people: People): Cell[] {
  const { segments, segment, count } = people;
  const cells = segments.length ** 2;
  const place = new Uint16Array(count);
  for (let at = 0; at < count; at++)
    place[at] = (segment.now[at] ?? 0) * segments.length + (segment.then[at] ?? 0);
  const column = (name: string): Float64Array => {
    const found = people.columns.get(name);
    if (found === undefined) throw new Error(`Nobody has ${name}`);
    return found;
  };
  const results = Array.from({ length: cells }, () => new Map<string, number>());
  const ones = new Float64Array(count).fill(1);
  for (const { name, kind, factors } of terms) {
    const totals = new Float64Array(cells);
    const [a = ones, b = ones, c = ones] = factors.map(column);
    for (let at = 0; at < count; at++) {
      const value = (a[at] ?? 0) * (b[at] ?? 0) * (c[at] ?? 0);
      if (value === 0) continue;
      const cell = place[at] ?? 0;
      const total = totals[cell] ?? 0;
      if (kind === "largest") totals[cell] = Math.max(total, value);
      else totals[cell] = total + (kind === "movers" ? 1 : value);
    }
    totals.forEach((total, cell) => results[cell]?.set(name, total));
  }
  return results.flatMap((terms, cell): Cell[] =>
    (terms.get("customers") ?? 0) === 0
      ? []
      : [
          {
            now: segments[Math.floor(cell / segments.length)] ?? "",
            then: segments[cell % segments.length] ?? "",
            terms: Object.fromEntries(terms),
          },
        ],
  );
}
