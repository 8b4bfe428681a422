// Month by month against Shopify's own figures: which months match, which don't, and how many are shown at first.
import type { ChecksState } from "../reconcile/reconcile.server.ts";
import { CALENDAR } from "../kpis/period.ts";
import type { Column } from "./segment-table.server.ts";
import { instantOf } from "../warehouse/values.ts";
import { detailOf, type Measure, type MonthDetail, type MonthState, textOf } from "./month-detail.server.ts";
import { say } from "../words/words.server.ts";
import { momentText, type Place } from "./wording.server.ts";

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

/** In the order in which a reader wants them. */
const RANK: readonly Verdict[] = ["differs", "explained", "not_comparable", "agrees"];
const LEGEND: readonly Verdict[] = ["agrees", "explained", "differs", "not_comparable"];

/** Rows before the rest is folded away. */
const SHOWN = 12;
const COLUMNS = ["month", "result", "difference", "shopify", "ours"] as const;

/** @param leftOut what figures leave out by the merchant's choice, and this does not */
export function monthsView(
  { months, asked }: ChecksState,
  params: URLSearchParams,
  { place, now, leftOut = null }: { place: Place; now: Date; leftOut?: string | null },
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
  const labels = {
    month: "months.month",
    result: "months.result",
    difference: "months.difference",
    shopify: report ? "months.netInShopify" : "months.ordersInShopify",
    ours: report ? "months.netHere" : "months.ordersHere",
  } as const;
  return {
    asked:
      asked && say(place, "months.lastCompared", { moment: momentText(instantOf(asked.at), now, place) }),
    note: [say(place, noteOf(asked)), ...(leftOut === null ? [] : [leftOut])].join(" "),
    permission: asked?.reason === "not_granted" ? say(place, "months.permission") : null,
    summary: summaryOf(rows, report, place),
    columns: COLUMNS.map((id) => ({
      id,
      label: say(place, labels[id]),
      help: "",
      sorted: params.has("sort") && sort.by === id ? (sort.descending ? "descending" : "ascending") : "none",
    })),
    rows: sorted.slice(0, SHOWN),
    folded: foldedOf(sorted.slice(SHOWN), sort.by === "month" && sort.descending, place),
    differing: newest.filter(({ verdict }) => verdict === "differs"),
    explained:
      explained.length === 0
        ? null
        : {
            text: say(place, "months.explainedMonths", { n: explained.length }),
            months: explained,
          },
    picture: pictureOf(rows, place),
  };
}

function foldedOf(rest: readonly MonthView[], newestFirst: boolean, place: Place): MonthsView["folded"] {
  if (rest.length === 0) return null;
  return {
    text: say(place, newestFirst ? "months.earlier" : "months.more", { n: rest.length }),
    rows: rest,
  };
}

function pictureOf(rows: readonly MonthView[], place: Place): MonthsPicture | null {
  const [first] = rows;
  const last = rows.at(-1);
  if (first === undefined || last === undefined) return null;
  const byMonth = new Map(rows.map((row) => [row.month, row]));
  const [from, to] = [first, last].map(({ month }) => Number(month.slice(0, 4))) as [number, number];
  const name = (number: number, month: "narrow" | "long") =>
    new Intl.DateTimeFormat(place.locale, { ...CALENDAR, month, timeZone: "UTC" }).format(
      new Date(Date.UTC(2026, number)),
    );
  const numbers = Array.from({ length: 12 }, (_, number) => number);
  return {
    heads: numbers.map((number) => ({ short: name(number, "narrow"), long: name(number, "long") })),
    years: Array.from({ length: to - from + 1 }, (_, at) => `${from + at}`).map((year) => ({
      year,
      months: numbers.map((number) => byMonth.get(`${year}-${`${number + 1}`.padStart(2, "0")}`) ?? null),
    })),
    legend: LEGEND.filter((verdict) => rows.some((row) => row.verdict === verdict)).map((verdict) => ({
      verdict,
      text: say(place, `months.${verdict}Legend`),
    })),
  };
}

/** What cannot be read is the usual order: newest first. */
function sortOf(params: URLSearchParams): { by: (typeof COLUMNS)[number]; descending: boolean } {
  const given = params.get("sort") ?? "-month";
  const by = COLUMNS.find((column) => column === given.replace(/^-/, ""));
  return by ? { by, descending: given.startsWith("-") } : { by: "month", descending: true };
}

function noteOf(asked: ChecksState["asked"]) {
  if (asked === null) return "months.notAsked";
  if (asked.source === "sales_report") return "months.byReport";
  switch (asked.reason) {
    case "not_approved":
      return "months.byCountNotApproved";
    case "refused":
      return "months.byCountRefused";
    default:
      return "months.byCount";
  }
}

function summaryOf(rows: readonly MonthView[], report: boolean, place: Place): string {
  if (rows.length === 0) return say(place, "months.none");
  const count = (verdict: Verdict) => rows.filter((row) => row.verdict === verdict).length;
  const [explained, differing, apart] = [count("explained"), count("differs"), count("not_comparable")];
  const agree = count("agrees");
  const of = rows.length - apart;
  const how = report ? (place.decimals === 2 ? "ToTheCent" : "Exactly") : "InOrders";
  const results = [
    ...(of === 0
      ? []
      : agree === of && of > 1
        ? [say(place, `months.all${how}`, { n: of })]
        : [say(place, `months.some${how}`, { agree, of })]),
    ...(explained > 0 ? [say(place, "months.explainedAre", { n: explained })] : []),
    ...(differing > 0 ? [say(place, "months.differingAre", { n: differing })] : []),
    ...(apart > 0 ? [say(place, "months.notComparableAre", { n: apart })] : []),
  ];
  return say(place, "months.summary", { results: results.join("; ") });
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
    result: say(place, `months.${verdict}`),
    cells: [
      comparable ? textOf(shown, theirs - mine, place, true) : "–",
      textOf(shown, theirs, place),
      textOf(shown, mine, place),
    ],
    detail: verdict === "explained" || verdict === "differs" ? detailOf(state, place) : null,
  };
}
