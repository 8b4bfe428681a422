// Which figure an address asks to be explained, and which of its rows. A page replaces what it cannot read; the API and files
// refuse it.
import { z } from "zod";
import type { Days } from "./address-comparison.ts";
import { BadInput } from "../errors.ts";
import { isSegmentationId, type KpiId } from "../kpis/catalogue.ts";
import type { CutId } from "../kpis/cuts/choices.ts";
import { type Side, sides, sumsWithin } from "../kpis/compile/row-lists.ts";
import { includedDays } from "../kpis/period.ts";
import { segmentIdOf, TOTAL } from "../kpis/segmentations.ts";
import type { RowsWanted } from "../explain/rows.server.ts";
import { type Asked, type Queried, readWhy } from "./address.ts";

export const ROWS_PER_PAGE = 50;
const MOST_PAGES = 1_000_000;
/** Longer than any id or name that is looked for. */
const LONGEST_FIND = 100;

export type FigureQuery = Queried & { kpi: KpiId; segment: string; part: string | null };

/** A row of a cut as an address names it; without one, all of it. */
export const segmentIn = (params: URLSearchParams, cut: CutId): string => {
  const given = params.get("segment") || TOTAL.id;
  return isSegmentationId(cut) ? segmentIdOf(cut, given) : given;
};

/** Throws BadInput with the expected form, UnknownKpi or UnknownSegmentation. */
export function readFigure(params: URLSearchParams, shop: Days): FigureQuery {
  const asked = readWhy(params, shop);
  return { ...asked, segment: segmentIn(params, asked.segmentation), part: readPart(params, asked.kpi) };
}

function readPart(params: URLSearchParams, kpi: KpiId): string | null {
  const given = params.get("part") || null;
  if (given === null || given === kpi) return null;
  const known = sumsWithin(kpi);
  if (known.includes(given)) return given;
  throw new BadInput(
    `"part" must be one of ${[kpi, ...known.filter((name) => name !== kpi)].join(", ")}, not "${shorten(given)}".`,
  );
}

const signs = ["positive", "negative"] as const;

/** Throws BadInput with the expected form. */
export function readRows(params: URLSearchParams): RowsWanted & { page: number } {
  const choose = <T extends string>(name: string, ids: readonly T[]): T | null => {
    const given = params.get(name) || null;
    if (given === null) return null;
    const found = ids.find((id) => id === given);
    if (found !== undefined) return found;
    throw new BadInput(`"${name}" must be one of ${ids.join(", ")}, not "${shorten(given)}".`);
  };
  const page = z.coerce
    .number()
    .int()
    .min(1)
    .max(MOST_PAGES)
    .default(1)
    .safeParse(params.get("page") ?? undefined);
  if (!page.success)
    throw new BadInput(
      `"page" must be a whole number from 1 to ${MOST_PAGES}, not "${shorten(params.get("page") ?? "")}".`,
    );
  const sort = params.get("sort") || null;
  return {
    side: choose<Side>("side", sides),
    sign: choose("sign", signs),
    find: params.get("find")?.slice(0, LONGEST_FIND) || null,
    sort: sort === null ? null : { by: sort.replace(/^-/, ""), descending: sort.startsWith("-") },
    page: page.data,
  };
}

/** The same, with the usual in place of what cannot be read. @param columns by what the rows can be sorted */
export function readRowsOrUsual(
  params: URLSearchParams,
  { page, sort }: Pick<Asked, "page" | "sort">,
): RowsWanted & { page: number } {
  const side = sides.find((each) => each === params.get("side")) ?? null;
  const sign = signs.find((each) => each === params.get("sign")) ?? null;
  return { side, sign, find: params.get("find")?.slice(0, LONGEST_FIND) || null, sort, page };
}

/** The addresses under which the rows are a file, as the page shows them, and under which they are the figure's receipt. */
export function filesOf(
  asked: Asked,
  { segment, within, wanted }: { segment: string; within: string | null; wanted: RowsWanted },
  { locale }: { locale: string },
): { file: string; receipt: string } {
  const { side, sign, find, sort } = wanted;
  const figure = {
    ...{ kpi: asked.chart, segmentation: asked.segmentation, segment },
    ...(within === null ? {} : { within }),
    ...(asked.preset === "custom" ? includedDays(asked.period) : { period: asked.preset }),
    as_of: asked.membersAt,
    locale,
  };
  const rows = {
    ...figure,
    ...(side === null ? {} : { side }),
    ...(sign === null ? {} : { sign }),
    ...(find === null ? {} : { find }),
    ...(sort === null ? {} : { sort: `${sort.descending ? "-" : ""}${sort.by}` }),
  };
  const at = (path: string, query: Record<string, string>) =>
    `${path}?${new URLSearchParams(query).toString()}`;
  return {
    file: at("/app/export/rows.csv", rows),
    receipt: at("/app/export/receipt.xlsx", figure),
  };
}

const shorten = (text: string): string => (text.length > 40 ? `${text.slice(0, 40)}…` : text).toWellFormed();
