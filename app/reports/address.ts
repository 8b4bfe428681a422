// What a page is asked, as its address says it: what is left out is the usual, days are inclusive.
// A page replaces what it cannot read and says so; the API refuses it.
import { z } from "zod";
import { BadInput, UnknownKpi, UnknownSegmentation } from "../errors.ts";
import {
  isKpiId,
  isSegmentationId,
  type JudgedTogether,
  type KpiId,
  type SegmentationId,
} from "../kpis/catalogue.ts";
import { cutIds, type CutId, isCutId, namedSets } from "../kpis/cuts/choices.ts";
import type { NamedSet, SegmentRef } from "../kpis/cuts/cut.ts";
import { type Comparison, type PlainComparison } from "../kpis/comparing.ts";
import {
  byCalendar,
  includedDays,
  membersAt,
  type MembersAt,
  parsePeriod,
  type Period,
  type Preset,
  presetPeriod,
  presets,
} from "../kpis/period.ts";
import { comparisonParams, type Days, readComparison } from "./address-comparison.ts";

/** What an address leaves out. */
export interface Defaults {
  period: Preset;
  segmentation: SegmentationId;
  compare: PlainComparison;
  as_of: MembersAt;
  kpis: readonly KpiId[];
  chart: KpiId;
}

export const defaults: Defaults = {
  period: "last_30_days",
  segmentation: "rfm",
  compare: "previous_period",
  as_of: "start",
  kpis: ["net_sales", "sales_share", "active_customers", "orders", "aov", "buyer_rate"],
  chart: "net_sales",
  // Judged together, so that a page as it begins is one family of verdicts.
} satisfies Defaults & { kpis: readonly JudgedTogether[] };

const pageNumber = z.coerce.number().int().min(1).max(1_000_000).default(1);

/** In place of a column: the table's own order, which an address must be able to say when another is remembered. */
export const USUAL_ORDER = "usual";

/** In place of a column: rows by the change of the first KPI shown, see home.server.ts. */
export const LARGEST_CHANGE = "change";

/** What the table of segments can be sorted by. */
export const segmentColumns = (kpis: readonly string[]): readonly string[] => [
  "segment",
  "members",
  LARGEST_CHANGE,
  ...kpis,
];

export interface Sort {
  by: string;
  descending: boolean;
}

/** What was replaced because it could not be read; the page says so (address-notices.server.ts). */
export type Replaced =
  | { of: "period"; given: string; instead: Preset }
  | { of: "segmentation"; given: string; instead: CutId }
  | { of: "comparison"; problem: string; instead: PlainComparison }
  | { of: "membersAt"; given: string; instead: MembersAt }
  | { of: "days"; problem: string; instead: Preset }
  | { of: "kpis" | "noKpis" | "chart" | "page" | "sort"; given: string };

export interface Asked {
  preset: Preset | "custom";
  period: Period;
  segmentation: CutId;
  comparison: Comparison;
  membersAt: MembersAt;
  kpis: readonly KpiId[];
  chart: KpiId;
  sort: Sort | null;
  page: number;
  /** What the address leaves out. */
  usual: Defaults;
  replaced: readonly Replaced[];
}

/**
 * Reads a page's address; `columns` names what the page's table can be sorted by, given the chosen KPIs. Whatever cannot be
 * read is replaced, and told so.
 */
export function readAddress(
  params: URLSearchParams,
  at: Days,
  columns: (kpis: readonly KpiId[]) => readonly string[],
  usual: Defaults = defaults,
): Asked {
  const { today, business = null } = at;
  const replaced: Replaced[] = [];
  const choose = <T extends string>(
    name: string,
    ids: readonly T[],
    fallback: T,
    replace: (given: string) => Replaced,
  ): T => {
    const parsed = z.enum(ids).safeParse(params.get(name) || fallback);
    if (parsed.success) return parsed.data;
    replaced.push(replace(shorten(params.get(name) ?? "")));
    return fallback;
  };

  const knownKpis = (name: "kpis" | "chart"): KpiId[] => {
    const names = namesIn(params.get(name));
    const [known, unknown] = [names.filter(isKpiId), names.filter((each) => !isKpiId(each))];
    const of = name === "kpis" && known.length === 0 ? "noKpis" : name;
    if (unknown.length > 0) replaced.push({ of, given: shorten(unknown.join("”, “")) });
    return known;
  };
  const named = knownKpis("kpis");
  const asked = named.length > 0 ? named : usual.kpis;
  let period: Period | null = null;
  let unreadable: string | null = null;
  try {
    period = readDays(params, at);
  } catch (error) {
    if (!(error instanceof BadInput)) throw error;
    unreadable = error.message;
  }
  const preset = period
    ? usual.period
    : choose("period", presets, usual.period, (given) => ({
        of: "period",
        given,
        instead: usual.period,
      }));
  if (unreadable !== null) replaced.push({ of: "days", problem: unreadable, instead: preset });
  const shown = period ?? presetPeriod(preset, today, business);
  let comparison: Comparison = usual.compare;
  try {
    comparison = readComparison(params, shown, at) ?? comparison;
  } catch (error) {
    if (!(error instanceof BadInput)) throw error;
    replaced.push({ of: "comparison", problem: error.message, instead: usual.compare });
  }
  const page = pageNumber.safeParse(params.get("page") ?? undefined);
  if (!page.success) replaced.push({ of: "page", given: shorten(params.get("page") ?? "") });

  return {
    preset: period ? "custom" : preset,
    period: shown,
    segmentation: choose("segmentation", cutIds, usual.segmentation, (given) => ({
      of: "segmentation",
      given,
      instead: usual.segmentation,
    })),
    comparison,
    membersAt: choose("as_of", membersAt, usual.as_of, (given) => ({
      of: "membersAt",
      given,
      instead: usual.as_of,
    })),
    kpis: asked,
    chart: knownKpis("chart")[0] ?? usual.chart,
    sort: readSort(params.get("sort"), columns(asked), replaced),
    page: page.success ? page.data : 1,
    usual,
    replaced,
  };
}

/** The address under which a file shows what the page shows, whatever the page's own address said. */
export function fileAddress(
  path: string,
  asked: Asked,
  { locale }: { locale: string },
  more: { segment?: string; within?: string; layout?: "table"; ranges?: "1"; separators?: "semicolon" } = {},
): string {
  const days = includedDays(asked.period);
  const query = new URLSearchParams({
    segmentation: asked.segmentation,
    ...more,
    ...(asked.preset === "custom" ? days : { period: asked.preset }),
    ...comparisonParams(asked.comparison),
    as_of: asked.membersAt,
    kpis: asked.kpis.join(","),
    ...(asked.sort && { sort: `${asked.sort.descending ? "-" : ""}${asked.sort.by}` }),
    locale,
  });
  return `${path}?${query.toString()}`;
}

/** The address at which a script is answered why the figure of a page moved. */
export function whyAddress(
  path: string,
  asked: Asked,
  { locale }: { locale: string },
  within: SegmentRef | null,
): string {
  const query = new URLSearchParams({
    kpi: asked.chart,
    segmentation: asked.segmentation,
    ...(within === null ? {} : { within: `${within.segmentation}.${within.segment}` }),
    ...(asked.preset === "custom" ? includedDays(asked.period) : { period: asked.preset }),
    ...comparisonParams(asked.comparison),
    as_of: asked.membersAt,
    locale,
  });
  return `${path}?${query.toString()}`;
}

/** Where a table of segments is a file: as the page shows it, and with all that is known of its figures. */
export interface TableFiles {
  table: string;
  /** The table as spreadsheets read it where the comma is the decimal sign. */
  semicolons: string;
  all: string;
  workbook: string;
}

/** @param params the page's own: they say whether its ranges are shown */
export function tableFiles(
  asked: Asked,
  place: { locale: string },
  params: URLSearchParams,
  more: { within?: string } = {},
): TableFiles {
  const path = "/app/export/segments.csv";
  const ranges = params.get("ranges") === "1" ? ({ ranges: "1" } as const) : {};
  const table = { ...more, layout: "table", ...ranges } as const;
  return {
    table: fileAddress(path, asked, place, table),
    semicolons: fileAddress(path, asked, place, { ...table, separators: "semicolon" }),
    all: fileAddress(path, asked, place, more),
    workbook: fileAddress("/app/export/segments.xlsx", asked, place, { ...more, ...ranges }),
  };
}

export interface Scope {
  /** Sets that the query itself declares, in place of a segmentation. */
  sets: readonly NamedSet[] | null;
  /** The segment of whose customers alone is asked. */
  within: SegmentRef | null;
}

/** Throws BadInput with the expected form, or UnknownSegmentation. */
export const readScope = (params: URLSearchParams): Scope => ({
  sets: readSets(params),
  within: readWithin(params.get("within")),
});

export type Queried = Pick<Asked, "segmentation" | "kpis" | "period" | "comparison" | "membersAt"> & Scope;

/** Reads the API's query. Throws BadInput with the expected form, UnknownKpi or UnknownSegmentation. */
export function readQuery(params: URLSearchParams, at: Days): Queried {
  const { today, business = null } = at;
  const choose = <T extends string>(name: string, ids: readonly T[], fallback: T): T => {
    const parsed = z.enum(ids).safeParse(params.get(name) || fallback);
    if (parsed.success) return parsed.data;
    throw new BadInput(
      `"${name}" must be one of ${ids.join(", ")}, not "${shorten(params.get(name) ?? "")}".`,
    );
  };
  const kpis = readKpis(params.get("kpis"));
  const period =
    readDays(params, at) ?? presetPeriod(choose("period", presets, defaults.period), today, business);
  return {
    segmentation: readCut(params.get("segmentation")),
    ...readScope(params),
    kpis: kpis.length > 0 ? kpis : defaults.kpis,
    period,
    comparison: readComparison(params, period, at) ?? "none",
    membersAt: choose("as_of", membersAt, defaults.as_of),
  };
}

/** Reads the API's query of why a figure moved. Throws as readQuery does. */
export function readWhy(params: URLSearchParams, at: Days): Queried & { kpi: KpiId } {
  const given = params.get("kpi") || defaults.chart;
  if (!isKpiId(given)) throw new UnknownKpi(shorten(given));
  const asked = readQuery(params, at);
  return {
    ...asked,
    kpi: given,
    comparison: readComparison(params, asked.period, at) ?? defaults.compare,
  };
}

function readCut(given: string | null, usual: Defaults = defaults): CutId {
  if (!given) return usual.segmentation;
  if (!isCutId(given)) throw new UnknownSegmentation(shorten(given));
  return given;
}

function readSets(params: URLSearchParams): readonly NamedSet[] | null {
  const given = params.get("sets");
  if (!given) return null;
  if (params.get("segmentation")) throw new BadInput(`Give "sets" or "segmentation", not both.`);
  let json: unknown;
  try {
    json = JSON.parse(given);
  } catch {
    throw new BadInput(
      `"sets" must be JSON: [{"id": "big", "label": "Big", "rule": {"had": "orders", "atLeast": 3}}].`,
    );
  }
  const sets = namedSets.safeParse(json);
  if (sets.success) return sets.data;
  const [issue] = sets.error.issues;
  throw new BadInput(`"sets" at ${issue?.path.join(".") || "its top"}: ${issue?.message ?? "not readable"}`);
}

/** "order_count.2": a segmentation and, behind the first point, one of its segments. */
function readWithin(given: string | null): SegmentRef | null {
  if (!given) return null;
  const [segmentation = "", ...rest] = given.split(".");
  if (rest.length === 0)
    throw new BadInput(
      `"within" must be a segmentation and a segment such as rfm.champions, not "${shorten(given)}".`,
    );
  if (!isSegmentationId(segmentation)) throw new UnknownSegmentation(shorten(segmentation));
  return { segmentation, segment: rest.join(".") };
}

function namesIn(given: string | null): string[] {
  const names = (given ?? "").split(",").map((name) => name.trim());
  return [...new Set(names.filter(Boolean))];
}

function readKpis(given: string | null): KpiId[] {
  return namesIn(given).map((name) => {
    if (!isKpiId(name)) throw new UnknownKpi(shorten(name));
    return name;
  });
}

function readSort(given: string | null, columns: readonly string[], replaced: Replaced[]): Sort | null {
  if (!given || given === USUAL_ORDER) return null;
  const by = given.replace(/^-/, "");
  if (columns.includes(by)) return { by, descending: given.startsWith("-") };
  replaced.push({ of: "sort", given: shorten(by) });
  return null;
}

/** The days in `from` and `to`, or null when neither is given. */
function readDays(params: URLSearchParams, { today, business = null }: Days): Period | null {
  const [from, to] = [params.get("from") ?? "", params.get("to") ?? ""];
  if (from === "" && to === "") return null;
  const period = parsePeriod(from, to);
  if (from > today) throw new BadInput(`"from" (${from}) is still to come; today is ${today}.`);
  return byCalendar(period, business);
}

const shorten = (text: string): string => (text.length > 40 ? `${text.slice(0, 40)}…` : text);
