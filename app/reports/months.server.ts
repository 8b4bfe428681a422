// Month by month against Shopify's own figures, in words and figures: which months agree, what explains the others, and what
// nothing explains.
import type { ChecksState } from "../sync/sync.server.ts";
import { formatValue, type Unit } from "../kpis/format.ts";
import type { Column } from "./home.server.ts";
import { utc } from "./sync-status.server.ts";
import { countText, momentText, type Place, quantity } from "./wording.server.ts";

type MonthState = ChecksState["months"][number];
type Verdict = MonthState["verdict"];
type Measure = keyof MonthState["ours"];

export interface MonthView {
  month: string;
  label: string;
  verdict: Verdict;
  result: string;
  /** Shopify, here, difference, of the measure that the table shows. */
  cells: readonly [string, string, string];
  /** Of a month that differs. */
  detail: MonthDetail | null;
}

export interface MonthDetail {
  figures: readonly { label: string; shopify: string; ours: string; difference: string }[];
  parts: readonly {
    text: string;
    amounts: string;
    orders: readonly { id: number; name: string }[];
  }[];
  /** Of what is not explained: that it is so, and what `parts` then are. */
  unexplained: string | null;
}

export interface MonthsView {
  /** Null until Shopify has been asked. */
  asked: string | null;
  /** What is compared, and why not more. */
  note: string;
  /** The merchant may open the sales report to the app. */
  canOpenReport: boolean;
  summary: string;
  columns: readonly Column[];
  rows: readonly MonthView[];
  /** The last two years, oldest first. */
  picture: readonly { month: string; label: string; verdict: Verdict; result: string }[];
}

const RESULTS: Readonly<Record<Verdict, string>> = {
  agrees: "Agrees",
  explained: "Explained",
  differs: "Differs",
  not_comparable: "Not comparable",
};
/** In the order in which a reader wants them. */
const RANK: readonly Verdict[] = ["differs", "explained", "not_comparable", "agrees"];

const MEASURES: Readonly<Record<string, readonly [label: string, unit: Unit]>> = {
  orders: ["Orders", "count"],
  gross: ["Gross sales", "money"],
  discounts: ["Discounts", "money"],
  reversals: ["Sales reversals", "money"],
  net: ["Net sales", "money"],
  taxes: ["Taxes", "money"],
  total: ["Total sales", "money"],
};

/** What is said of a cause that gives the difference, and of one that may play a part. */
const CAUSES: Readonly<Record<string, readonly [found: string, possible: string]>> = {
  late: [
    "Shopify's report had not yet shown the last five minutes.",
    "Movements of the five minutes before Shopify was asked",
  ],
  test_orders: [
    "Test orders: Shopify's report counts them, the app leaves all of them out.",
    "Test orders, which the app leaves out",
  ],
  gift_cards: [
    "Gift cards sold: Shopify's report counts them as sales, the app doesn't.",
    "Gift cards sold, which are no sales here",
  ],
  gift_card_orders: [
    "Orders of gift cards only: Shopify's report counts them as orders, the app doesn't.",
    "Orders of gift cards only, which are no orders here",
  ],
  tips: ["Tips: Shopify's report counts them, the app doesn't.", "Tips, which are no sales here"],
  edits: [
    "Edited orders: Shopify's report books the edit on the order's day, the app on the day of the edit.",
    "Edits made in another month than their order",
  ],
  time_zone: [
    "Time zone: Shopify's report cuts the month at midnight UTC, the app at the shop's midnight.",
    "Movements near midnight, which fall into another month by UTC",
  ],
  imports: [
    "Imported orders: Shopify's report books them on the day they were entered, the app on the day they were placed.",
    "Orders entered in another month than they were placed",
  ],
  gaps: [
    "Orders whose movements don't add up to Shopify's total.",
    "Orders whose movements don't add up to Shopify's total",
  ],
  set_aside: [
    "Orders whose data can't be used: see the changes not followed.",
    "Orders whose data can't be used, with amounts that nobody here knows",
  ],
  unknown_lines: [
    "Movements of a kind that the app doesn't know: Shopify's report leaves them out.",
    "Movements of a kind that the app doesn't know",
  ],
  derived: [
    "Orders without dated movements.",
    "Orders without dated movements, built from lines and refunds",
  ],
};

const PICTURED = 24;
const COLUMNS = ["month", "result", "shopify", "ours", "difference"] as const;

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
  const unit = MEASURES[shown]?.[0] ?? "";
  const labels = ["Month", "Result", `${unit} in Shopify`, `${unit} here`, "Difference"];
  return {
    asked: asked && momentText(utc(asked.at), now, place, { seconds: true }),
    note: noteOf(asked),
    canOpenReport: asked?.reason === "not_granted",
    summary: summaryOf(rows, report, place.locale),
    columns: COLUMNS.map((id, index) => ({
      id,
      label: labels[index] ?? id,
      help: "",
      sorted: params.has("sort") && sort.by === id ? (sort.descending ? "descending" : "ascending") : "none",
    })),
    rows: order.flatMap(({ index }) => rows[index] ?? []),
    picture: rows
      .slice(-PICTURED)
      .map(({ month, label, verdict, result }) => ({ month, label, verdict, result })),
  };
}

/** What cannot be read is the usual order: newest first. */
function sortOf(params: URLSearchParams): { by: (typeof COLUMNS)[number]; descending: boolean } {
  const given = params.get("sort") ?? "-month";
  const by = COLUMNS.find((column) => column === given.replace(/^-/, ""));
  return by ? { by, descending: given.startsWith("-") } : { by: "month", descending: true };
}

function noteOf(asked: ChecksState["asked"]): string {
  if (asked === null)
    return "The months are compared with Shopify's own figures after the first check of the whole copy.";
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
      return `${counted} With access to reports, amounts can be compared too.`;
  }
}

function summaryOf(rows: readonly MonthView[], report: boolean, locale: string): string {
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
      ? `${counted("not_comparable")} can't be compared, because the app doesn't have all of their orders`
      : "",
  ].filter(Boolean);
  const agree = `${counted("agrees")} of ${quantity(comparable, "month", "months", locale)} ${count("agrees") === 1 ? "agrees" : "agree"} ${report ? "to the coin" : "in the number of orders"}`;
  return `${[agree, ...apart].join("; ")}.`;
}

const isMeasure = (name: string): name is Measure => name in MEASURES;

function textOf(measure: string, value: number, place: Place, signed = false): string {
  const text = formatValue(value, MEASURES[measure]?.[1] ?? "count", place);
  return signed && value > 0 ? `+${text}` : text;
}

function rowOf(state: MonthState, shown: Measure, place: Place): MonthView {
  const { month, verdict, shopify, ours } = state;
  const label = new Intl.DateTimeFormat(place.locale, {
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
      textOf(shown, theirs, place),
      textOf(shown, mine, place),
      comparable ? textOf(shown, theirs - mine, place, true) : "–",
    ],
    detail: verdict === "explained" || verdict === "differs" ? detailOf(state, place) : null,
  };
}

function detailOf({ shopify, ours, parts, verdict }: MonthState, place: Place): MonthDetail {
  const measures = Object.keys(MEASURES).filter(isMeasure);
  const differing = measures.filter(
    (measure) => shopify[measure] !== undefined && shopify[measure] !== ours[measure],
  );
  const counted = verdict === "explained";
  return {
    figures: differing.map((measure) => {
      const [theirs, mine] = [Number(shopify[measure] ?? 0), Number(ours[measure] ?? 0)];
      return {
        label: MEASURES[measure]?.[0] ?? measure,
        shopify: textOf(measure, theirs, place),
        ours: textOf(measure, mine, place),
        difference: textOf(measure, theirs - mine, place, true),
      };
    }),
    parts: parts.map(({ id, amounts, orders }) => ({
      text: CAUSES[id]?.[counted ? 0 : 1] ?? id,
      // A cause alone is the whole difference, which stands above.
      amounts: (counted && parts.length === 1 ? [] : measures)
        .filter((measure) => shopify[measure] !== undefined && amounts[measure] !== 0)
        .map(
          (measure) =>
            `${MEASURES[measure]?.[0].toLowerCase()} ${textOf(measure, Number(amounts[measure] ?? 0), place, true)}`,
        )
        .join(", "),
      orders,
    })),
    unexplained: counted
      ? null
      : parts.length > 0
        ? "Not explained. None of what follows gives the difference to the coin, alone or together; each may play a part."
        : "Not explained. Nothing that the app can compute gives this difference.",
  };
}
