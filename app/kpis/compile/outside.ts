// What is nobody's, such as what was spent on advertising: summed for the shop, and by the segments of a segmentation whose
// values the fact's rows carry. No customer is behind it, so nothing of it varies.
import type { Fact } from "../facts/fact.ts";
import { factOf, type FactId } from "../facts/facts.ts";
import type { Period } from "../period.ts";
import type { Segmentation } from "../segmentations.ts";
import type { Statement } from "./cells.ts";
import { perRow, within } from "./clusters.ts";
import { namedValues, valueCase } from "./members.ts";
import { Params } from "./params.ts";
import { factBehind, partsOf, signedSum, sumsOf } from "./parts.ts";
import { type SliceName, term } from "./terms.ts";

/** The segment of what belongs to no segment. */
export const NOBODY = "";

/** The column of the fact by which a segmentation cuts it; null where it does not. */
export const sharedBy = ({ dimensions }: Fact, segmentation: Segmentation | null): string | null =>
  segmentation?.kind === "valued" && segmentation.dimension !== undefined
    ? (dimensions[segmentation.dimension] ?? null)
    : null;

/** Rows (segment_now, and bucket where one is asked for, sums) of one fact of nobody. */
export function compileOutside(
  fact: FactId,
  ids: readonly string[],
  segmentation: Segmentation | null,
  slices: readonly (readonly [SliceName, Period])[],
  bucket?: (day: string) => string,
): Statement {
  const params = new Params();
  const declared = factOf(fact);
  const column = sharedBy(declared, segmentation);
  const cut = column === null || segmentation?.kind !== "valued" ? null : { segmentation, column };
  const inside = slices.map(([, period]) => `(${within(declared.day, period, params)})`);
  const sums = sumsOf(ids).flatMap((name) => {
    const own = (parts: readonly string[]) => parts.filter((part) => factBehind(part) === fact);
    const [plus, minus] = [own(partsOf(name).plus), own(partsOf(name).minus)];
    if (plus.length + minus.length === 0) return [];
    return slices.map(([slice], index) => {
      const of = (part: string) =>
        `COALESCE(SUM(CASE WHEN ${inside[index]} THEN CAST(${perRow(part).sql} AS DOUBLE PRECISION) END), 0)`;
      return `${signedSum(plus.map(of), minus.map(of))} AS ${term.sum(name, slice)}`;
    });
  });
  const ctes = cut === null ? [] : namedValues(cut.segmentation);
  const keys = ["segment_now", ...(bucket === undefined ? [] : ["bucket"])];
  const columns = [
    `${cut === null ? `'${NOBODY}'` : valueCase(cut.segmentation.valueIn(cut.column))} AS segment_now`,
    ...(bucket === undefined ? [] : [`${bucket(declared.day)} AS bucket`]),
  ];
  return {
    sql: `${ctes.length === 0 ? "" : `WITH ${ctes.join(",\n")}\n`}SELECT ${columns.join(", ")},
  ${sums.join(",\n  ")}
FROM ${declared.table} WHERE ${inside.join(" OR ")} GROUP BY ${keys.map((_, index) => index + 1).join(", ")}`,
    params: params.values,
  };
}
