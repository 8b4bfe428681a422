// Which of the last days stand out, in words: each as a sentence with what is usual of such a day, and what the shop's calendar says of it.
import type { FoundDay, KeptDays } from "../findings/findings.server.ts";
import { kpis } from "../kpis/catalogue.ts";
import { daysOf, eventsOn } from "../kpis/events.ts";
import { formatPercent, formatValue } from "../kpis/format.ts";
import { kpiInSentence, kpiLabel } from "../kpis/kpi-words.server.ts";
import { factsOf } from "../kpis/loaded.server.ts";
import { addDays, formatPeriod, formatWeekday, includedDays } from "../kpis/period.ts";
import { writtenOf } from "../kpis/written.server.ts";
import { say } from "../words/words.server.ts";
import { eventText } from "./event-words.server.ts";
import type { ReportedShop } from "./shop.server.ts";
import { hasPage, whoText } from "./who-words.server.ts";
import { amountText } from "./why-words.server.ts";
import { countText, type Place } from "./wording.server.ts";

/** The shortest history, in weeks (findings/usual-day.ts). */
const WEEKS_NEEDED = 8;
/** Home tells a day that is no older. */
const RECENT = 7;

export interface DayView {
  id: string;
  text: string;
  details: readonly string[];
  /** What the shop's calendar says of the day; null: nothing. */
  explained: string | null;
  /** Where the day's figure is. */
  figure: { path: string; params: Readonly<Record<string, string | null>> };
}

export interface DaysView {
  /** Which days were looked at, or why none was. */
  sentence: string;
  days: readonly DayView[];
  /** Those of which the calendar says why. */
  explained: readonly DayView[];
}

/** @param kept null: no day has been looked at */
export async function daysView(shop: ReportedShop, kept: KeptDays | null): Promise<DaysView> {
  if (kept === null) return { sentence: say(shop.place, "foundDays.notYet"), days: [], explained: [] };
  const all: DayView[] = [];
  for (const found of kept.days) all.push(await dayView(shop, found));
  return {
    sentence: daysSentence(shop.place, kept),
    days: all.filter(({ explained }) => explained === null),
    explained: all.filter(({ explained }) => explained !== null),
  };
}

/** The one of the last seven days that Home tells: unexplained, and of these what means most money. */
export async function recentDay(shop: ReportedShop, kept: KeptDays | null): Promise<DayView | null> {
  if (kept === null) return null;
  const since = addDays(shop.today, -RECENT);
  const weight = ({ certainty, money }: FoundDay) => (money === null ? -1 : certainty * Math.abs(money));
  const [most] = kept.days
    .filter(({ day }) => day >= since && explanationOf(shop, day) === null)
    .sort((a, b) => weight(b) - weight(a) || (a.day < b.day ? 1 : -1));
  return most === undefined ? null : dayView(shop, most);
}

function daysSentence(place: Place, { from, to, weeks, series, looked, silence, days }: KeptDays): string {
  if (silence === "too_short") return say(place, "foundDays.too_short", { needed: WEEKS_NEEDED, n: weeks });
  if (silence !== null) return say(place, `foundDays.${silence}`);
  const told = {
    days: formatPeriod({ from, to }, place.locale),
    n: looked ?? 0,
    series: countText(series ?? 0, place.locale),
  };
  return say(place, days.length === 0 ? "foundDays.nothing" : "foundDays.looked", told);
}

/** Titles of the notes and names of the events that are on the day. */
function explanationOf({ annotations, events, place }: ReportedShop, day: string): string | null {
  const notes = annotations.filter(({ from, to }) => from <= day && day <= to).map(({ title }) => title);
  const on = eventsOn(events)
    .filter((event) => daysOf(event, { from: day, to: addDays(day, 1) }).length > 0)
    .map(({ name }) => eventText(place, name));
  const titles = [...new Set([...notes, ...on])];
  return titles.length === 0 ? null : say(place, "foundDays.explained", { titles: titles.join("; ") });
}

async function dayView(shop: ReportedShop, found: FoundDay): Promise<DayView> {
  const { day, kpi, by, segment } = found;
  const { place } = shop;
  const written = by === null ? new Map<string, string>() : await writtenOf(factsOf(shop.view), by);
  const own = by !== null && (await hasPage(shop, { by, segment, from: day, to: addDays(day, 1) }));
  return {
    id: `${day} ${kpi} ${by ?? ""} ${segment}`,
    text: headline(place, found, whoText(place, found, written)),
    details: detailsOf(place, found),
    explained: explanationOf(shop, day),
    figure: {
      path: `/app/kpis/${kpi}`,
      // By the day's end whoever bought on it is in the segment of the first order.
      params: {
        ...{ from: day, to: day, period: null, as_of: "end", compare: "previous_period", page: null },
        within: own ? `${by}.${segment}` : null,
      },
    },
  };
}

function headline(place: Place, { day, kpi, value, usual, low, high }: FoundDay, who: string): string {
  const { unit } = kpis[kpi];
  const expected = Math.round(usual);
  const away = Math.abs(value - expected);
  const told = {
    ...{ day: formatWeekday(day, place.locale), who, kpi: kpiInSentence(place, kpi) },
    value: formatValue(value, unit, place),
    amount: amountText(place, kpi, away, "never"),
    usual: formatValue(expected, unit, place),
    low: formatValue(Math.round(low), unit, place),
    high: formatValue(Math.round(high), unit, place),
  };
  const isAbove = value > usual;
  if (expected <= 0) return say(place, isAbove ? "foundDays.above" : "foundDays.below", told);
  const percent = formatPercent(away / expected, place, "never");
  return say(place, isAbove ? "foundDays.aboveBy" : "foundDays.belowBy", { ...told, percent });
}

function detailsOf(place: Place, { kpi, money, others }: FoundDay): string[] {
  const details: string[] = [];
  if (money === null) details.push(say(place, "found.noPrice"));
  else if (kpi !== "net_sales") {
    const amount = formatValue(Math.round(Math.abs(money)), "money", place);
    details.push(say(place, money > 0 ? "found.worthMore" : "found.worthLess", { amount }));
  }
  if (others > 0) details.push(say(place, "foundDays.others", { n: others }));
  return details;
}

/** The JSON of days that stand out; money in minor units. */
export async function daysAnswer(shop: ReportedShop, days: readonly FoundDay[]) {
  const answered = [];
  for (const found of days) {
    const { day, kpi, by, segment, value, usual, low, high, certainty, money, others } = found;
    const { text, details, explained } = await dayView(shop, found);
    answered.push({
      ...{ day, kpi, label: kpiLabel(shop.place, kpi), unit: kpis[kpi].unit, segmentation: by, segment },
      ...{ value, usual, band: { low, high }, certainty, netSales: money, others, explained },
      text: [text, ...details].join(" "),
    });
  }
  return answered;
}

/** What was looked at last, and why nothing was. */
export function daysLookedAnswer({ place }: ReportedShop, kept: KeptDays | null) {
  if (kept === null) return null;
  const { series, looked, silence, at } = kept;
  return {
    ...{ days: includedDays(kept), series, looked, reason: silence },
    ...{ sentence: daysSentence(place, kept), at: at.toISOString() },
  };
}
