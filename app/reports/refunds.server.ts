// What came back both ways, in words: the last thirteen months, newest first, and how what is to come is estimated.
import { reasonText } from "../kpis/figure-words.server.ts";
import { BLANK, formatValue } from "../kpis/format.ts";
import { addDays, CALENDAR, formatDay, includedDays } from "../kpis/period.ts";
import {
  type BothWays,
  bothWays,
  REVERSALS,
  LEAST_MONTHS,
  MOST_ALIKE,
  type RefundMonth,
  NEARLY_ALL,
  SOLD,
} from "../refunds/refunds.server.ts";
import { say } from "../words/words.server.ts";
import type { ReportedShop } from "./shop.server.ts";
import type { Place } from "./wording.server.ts";

export interface RefundRow {
  id: string;
  month: string;
  /** That not all of it is known, or why nothing is. */
  note: string | null;
  sold: string;
  backIn: string;
  backOf: string;
  share: string;
  toCome: string;
  /** Its range and of what it is, or why there is no estimate. */
  notes: readonly string[];
  /** Where the sums of the month's own days are explained; null where they are not told. */
  explained: { sold: Explained; backIn: Explained } | null;
  /** The month whose orders are behind what came back of it; null where that is not told. */
  backMonth: string | null;
}

/** Parameters of the page that explains a figure. */
type Explained = Readonly<Record<"chart" | "from" | "to", string>>;

export interface RefundsView {
  /** Why nothing is told. */
  missing: string | null;
  rows: readonly RefundRow[];
  /** What is a fact and what is not, and how the estimate comes about. */
  sentences: readonly string[];
}

export const MONTHS_SHOWN = 13;

export async function refundsView(shop: ReportedShop): Promise<RefundsView> {
  const { view, place, today } = shop;
  const both = await bothWays(view, today);
  const months = both.months.slice(-MONTHS_SHOWN);
  const reasons = months.map(({ reason }) => reason);
  const [reason = null] = reasons;
  if (reason !== null && reasons.every((each) => each !== null))
    return {
      missing: say(place, "figure.reasonSentence", {
        reason: reasonText(place, reason, { kpi: REVERSALS }),
      }),
      ...{ rows: [], sentences: [] },
    };
  return {
    missing: null,
    rows: months.toReversed().map((month) => rowOf(month, both, shop)),
    sentences: sentencesOf(both, months, shop),
  };
}

/** "Mar 2026", of its first day. */
export const monthText = (from: string, { locale }: Pick<Place, "locale">): string =>
  new Intl.DateTimeFormat(locale, {
    ...{ ...CALENDAR, month: "short", year: "numeric", timeZone: "UTC" },
  }).format(new Date(`${from}T00:00:00Z`));

function rowOf(month: RefundMonth, both: BothWays, { place, today }: ReportedShop): RefundRow {
  const { reason, from, to, sold, backIn, backOf } = month;
  const money = (amount: number) => (reason === null ? formatValue(amount, "money", place) : BLANK);
  const days = includedDays({ from, to });
  return {
    id: from,
    month: monthText(from, place),
    note:
      reason !== null
        ? reasonText(place, reason, { kpi: REVERSALS, short: true })
        : month.state === "whole"
          ? null
          : to > today
            ? say(place, "refunds.present")
            : say(place, "refunds.upTo", { day: lastKnown(both, place, today) }),
    sold: money(sold),
    backIn: money(backIn),
    backOf: money(backOf),
    share: reason === null && sold > 0 ? formatValue(backOf / sold, "rate", place) : BLANK,
    ...toComeText(month, both, place, today),
    backMonth: reason === null ? from.slice(0, 7) : null,
    explained:
      reason === null ? { sold: { chart: SOLD, ...days }, backIn: { chart: REVERSALS, ...days } } : null,
  };
}

const lastKnown = ({ knownTo }: BothWays, { locale }: Place, today: string) =>
  formatDay(addDays(knownTo, -1), locale, today);

function toComeText(
  { toCome, state }: RefundMonth,
  both: BothWays,
  place: Place,
  today: string,
): Pick<RefundRow, "toCome" | "notes"> {
  const money = (amount: number) => formatValue(amount, "money", place);
  switch (toCome?.kind) {
    case undefined:
      return { toCome: BLANK, notes: [] };
    case "nothing":
      return { toCome: say(place, "refunds.nothing"), notes: [] };
    case "too_few":
      return {
        toCome: say(place, "refunds.notTold"),
        notes: [say(place, "refunds.tooFew", { n: toCome.months, needed: String(LEAST_MONTHS) })],
      };
    case "estimated": {
      if (toCome.high === 0)
        return {
          toCome: say(place, "refunds.nothing"),
          notes: [say(place, "refunds.noMore", { n: toCome.months })],
        };
      const range = say(place, "refunds.range", {
        low: money(toCome.low),
        high: money(toCome.high),
        level: formatShare(toCome.level, place),
      });
      const by = say(place, "refunds.ofSoldBy", { day: lastKnown(both, place, today) });
      return {
        toCome: say(place, "refunds.about", { likely: money(toCome.likely) }),
        notes: state === "whole" ? [range] : [range, by],
      };
    }
  }
}

/** Whole percents, never more than holds. */
const formatShare = (share: number, { locale }: Place) =>
  new Intl.NumberFormat(locale, {
    style: "percent",
    maximumFractionDigits: 0,
    numberingSystem: "latn",
  }).format(Math.floor(share * 100) / 100);

function sentencesOf(
  both: BothWays,
  months: readonly RefundMonth[],
  { meta, place }: ReportedShop,
): string[] {
  const { soldEarlier, nearlyAllAfter: days, longest } = both;
  const day = meta.opening_day === null ? null : formatDay(meta.opening_day, place.locale);
  const estimated = months.some(({ toCome }) => toCome?.kind === "estimated");
  const amount = formatValue(soldEarlier, "money", place);
  return [
    say(place, "refunds.facts"),
    day === null || soldEarlier === 0
      ? say(place, "refunds.same")
      : say(place, "refunds.sameBut", { amount, day }),
    ...(day === null ? [] : [say(place, "refunds.notKept", { day })]),
    ...(estimated
      ? [
          say(place, "refunds.method", { most: MOST_ALIKE }),
          say(place, "refunds.nearlyAll", { days, share: formatShare(NEARLY_ALL, place) }),
        ]
      : []),
    ...(longest !== null && months.some(({ toCome }) => toCome?.kind === "nothing")
      ? [say(place, "refunds.longest", { days: longest })]
      : []),
  ];
}
