// Month by month against Shopify's own figures: which months match, which don't, and how many are shown at first.
import type { ChecksState } from "../reconcile/reconcile.server.ts";
import { CALENDAR } from "../kpis/period.ts";
import type { Column } from "./segment-table.server.ts";
import { instantOf } from "../warehouse/values.ts";
import {
  detailOf,
  type Measure,
  MEASURES,
  type MonthDetail,
  type MonthState,
  textOf,
} from "./month-detail.server.ts";
import { countText, exactText, momentText, type Place, quantity } from "./wording.server.ts";

type Verdict = MonthState["verdict"];

export interface MonthView {
  month: string;
  label: string;
  verdict: Verdict;
  result: string;
  /** Difference, Shopify, here, of the measure that the table shows. */
  cells: readonly [string, string, string];
  /** Of a month that differs. */
  detail: MonthDetail | null;
}

/** A square for each month, one line a year. */
export interface MonthsPicture {
  /** January to December: in a letter, and in full. */
  heads: readonly { short: string; long: string }[];
  /** Oldest first; null where there is no month. */
  years: readonly { year: string; months: readonly (MonthView | null)[] }[];
  /** What the squares mean, of those there are. */
  legend: readonly { verdict: Verdict; text: string }[];
}

export interface MonthsView {
  /** Null until Shopify has been asked. */
  asked: string | null;
  /** What is compared, and why not more. */
  note: string;
  /** What the merchant gains by opening the sales report to the app, and what is read; null where that is not to be asked. */
  permission: string | null;
  summary: string;
  columns: readonly Column[];
  rows: readonly MonthView[];
  /** The rows that are shown when asked for, and a line that stands for them. */
  folded: { text: string; rows: readonly MonthView[] } | null;
  /** Months that differ, newest first: those that nothing explains, and the others. */
  differing: readonly MonthView[];
  explained: { text: string; months: readonly MonthView[] } | null;
  picture: MonthsPicture | null;
}

const RESULTS: Readonly<Record<Verdict, string>> = {
  agrees: "Matches",
  explained: "Explained",
  differs: "Differs",
  not_comparable: "Can't be compared",
};
const LEGEND: readonly { verdict: Verdict; text: string }[] = [
  { verdict: "agrees", text: "Matches" },
  { verdict: "explained", text: "Differs for a known reason" },
  { verdict: "differs", text: "Differs without an explanation" },
  { verdict: "not_comparable", text: "Can't be compared" },
];
/** In the order in which a reader wants them. */
const RANK: readonly Verdict[] = ["differs", "explained", "not_comparable", "agrees"];

/** Rows before the rest is folded away. */
const SHOWN = 12;
const COLUMNS = ["month", "result", "difference", "shopify", "ours"] as const;

export function monthsView(
  { months, asked }: ChecksState,
  params: URLSearchParams,
  { place, now }: { place: Place; now: Date },
): MonthsView {
  const report = asked?.source === "sales_report";
  const shown: Measure = report ? "net" : "orders";
  const rows = months.map((month) => rowOf(month, shown, place));
  const sort = sortOf(params);
  const value = (month: MonthState, of: "shopify" | "ours") => Number(month[of][shown] ?? 0);
  const keys: Record<(typeof COLUMNS)[number], (month: MonthState) => number | string> = {
    month: ({ month }) => month,
    result: ({ verdict }) => RANK.indexOf(verdict),
    shopify: (month) => value(month, "shopify"),
    ours: (month) => value(month, "ours"),
    difference: (month) => Math.abs(value(month, "shopify") - value(month, "ours")),
  };
  const key = keys[sort.by];
  const order = months
    .map((month, index) => ({ key: key(month), index }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : b.index - a.index));
  if (sort.descending) order.reverse();
  const sorted = order.flatMap(({ index }) => rows[index] ?? []);
  const newest = rows.toReversed();
  const explained = newest.filter(({ verdict }) => verdict === "explained");
  const unit = MEASURES[shown]?.[0] ?? "";
  const labels = ["Month", "Result", "Difference", `${unit} in Shopify`, `${unit} here`];
  return {
    asked: asked && `Last compared: ${momentText(instantOf(asked.at), now, place)}.`,
    note: noteOf(asked),
    permission: asked?.reason === "not_granted" ? PERMISSION : null,
    summary: summaryOf(rows, report, place),
    columns: COLUMNS.map((id, index) => ({
      id,
      label: labels[index] ?? id,
      help: "",
      sorted: params.has("sort") && sort.by === id ? (sort.descending ? "descending" : "ascending") : "none",
    })),
    rows: sorted.slice(0, SHOWN),
    folded: foldedOf(sorted.slice(SHOWN), sort.by === "month" && sort.descending, place.locale),
    differing: newest.filter(({ verdict }) => verdict === "differs"),
    explained:
      explained.length === 0
        ? null
        : {
            text: `${quantity(explained.length, "month differs", "months differ", place.locale)} for a known reason`,
            months: explained,
          },
    picture: pictureOf(rows, place.locale),
  };
}

function foldedOf(rest: readonly MonthView[], newestFirst: boolean, locale: string): MonthsView["folded"] {
  if (rest.length === 0) return null;
  const which = newestFirst ? "earlier" : "more";
  return { text: quantity(rest.length, `${which} month`, `${which} months`, locale), rows: rest };
}

function pictureOf(rows: readonly MonthView[], locale: string): MonthsPicture | null {
  const [first] = rows;
  const last = rows.at(-1);
  if (first === undefined || last === undefined) return null;
  const byMonth = new Map(rows.map((row) => [row.month, row]));
  const [from, to] = [first, last].map(({ month }) => Number(month.slice(0, 4))) as [number, number];
  const name = (number: number, month: "narrow" | "long") =>
    new Intl.DateTimeFormat(locale, { ...CALENDAR, month, timeZone: "UTC" }).format(
      new Date(Date.UTC(2026, number)),
    );
  const numbers = Array.from({ length: 12 }, (_, number) => number);
  return {
    heads: numbers.map((number) => ({ short: name(number, "narrow"), long: name(number, "long") })),
    years: Array.from({ length: to - from + 1 }, (_, at) => `${from + at}`).map((year) => ({
      year,
      months: numbers.map((number) => byMonth.get(`${year}-${`${number + 1}`.padStart(2, "0")}`) ?? null),
    })),
    legend: LEGEND.filter(({ verdict }) => rows.some((row) => row.verdict === verdict)),
  };
}

/** What cannot be read is the usual order: newest first. */
function sortOf(params: URLSearchParams): { by: (typeof COLUMNS)[number]; descending: boolean } {
  const given = params.get("sort") ?? "-month";
  const by = COLUMNS.find((column) => column === given.replace(/^-/, ""));
  return by ? { by, descending: given.startsWith("-") } : { by: "month", descending: true };
}

/** Shopify asks for it by the scope's name, and opens reports only to apps that it has approved for them. */
const PERMISSION =
  "With your permission to read reports (read_reports), amounts are compared too, if Shopify has approved this app for them. The app reads Shopify's sales report by month, and no other.";

function noteOf(asked: ChecksState["asked"]): string {
  if (asked === null) return "The first check compares the months with Shopify's own figures.";
  if (asked.source === "sales_report")
    return "Each month is compared with Shopify's sales report: orders, gross sales, discounts, sales reversals, net sales, taxes and total sales.";
  const counted =
    "The number of orders created in each month is compared with Shopify's count, test orders included.";
  switch (asked.reason) {
    case "not_approved":
      return `${counted} Shopify has not approved this app for its sales report, so amounts can't be compared by month.`;
    case "refused":
      return `${counted} Shopify gave no usable sales report.`;
    default:
      return `${counted}`;
  }
}

function summaryOf(rows: readonly MonthView[], report: boolean, { locale, decimals }: Place): string {
  if (rows.length === 0) return "No month has been compared yet.";
  const count = (verdict: Verdict) => rows.filter((row) => row.verdict === verdict).length;
  const counted = (verdict: Verdict) => countText(count(verdict), locale);
  const comparable = rows.length - count("not_comparable");
  const apart = [
    count("explained") > 0
      ? `${counted("explained")} ${count("explained") === 1 ? "is" : "are"} explained`
      : "",
    count("differs") > 0
      ? `${counted("differs")} ${count("differs") === 1 ? "differs" : "differ"} without an explanation`
      : "",
    count("not_comparable") > 0
      ? `${quantity(count("not_comparable"), "month", "months", locale)} can't be compared, because the app doesn't have all of ${count("not_comparable") === 1 ? "its" : "their"} orders`
      : "",
  ].filter(Boolean);
  const how = report ? exactText(decimals) : "in the number of orders";
  const match =
    comparable === 0
      ? []
      : [
          `${count("agrees") === comparable && comparable > 1 ? "All" : `${counted("agrees")} of`} ${quantity(comparable, "month", "months", locale)} ${count("agrees") === 1 ? "matches" : "match"} Shopify ${how}`,
        ];
  return `${[...match, ...apart].join("; ")}.`;
}

function rowOf(state: MonthState, shown: Measure, place: Place): MonthView {
  const { month, verdict, shopify, ours } = state;
  const label = new Intl.DateTimeFormat(place.locale, {
    ...CALENDAR,
    month: "short",
    year: "numeric",
    timeZone: "UTC",
  }).format(new Date(`${month}-01T00:00:00Z`));
  const [theirs, mine] = [Number(shopify[shown] ?? 0), Number(ours[shown] ?? 0)];
  const comparable = verdict !== "not_comparable";
  return {
    month,
    label,
    verdict,
    result: RESULTS[verdict],
    cells: [
      comparable ? textOf(shown, theirs - mine, place, true) : "–",
      textOf(shown, theirs, place),
      textOf(shown, mine, place),
    ],
    detail: verdict === "explained" || verdict === "differs" ? detailOf(state, place) : null,
  };
}
