// Turns an answer's numbers and days into the words of a page. All text is made here, on the server: the browser's Intl
// may choose another space or month name than Node's, and the page would then differ from what was sent.
import { Temporal } from "temporal-polyfill";
import type { Answer, Change, KpiCell, Reason } from "../kpis/answer.ts";
import { kpis, type KpiId } from "../kpis/catalogue.ts";
import {
  type FormatAt,
  formatChange,
  formatRange,
  formatValue,
  lower,
  reasonText,
  verdictText,
} from "../kpis/format.ts";
import type { Uncertainty, Unit } from "../kpis/kpi.ts";
import {
  CALENDAR,
  type Comparison,
  daysBetween,
  formatDay,
  formatPeriod,
  lengthOf,
  type Part,
} from "../kpis/period.ts";
import { supportedLocale } from "../locales.ts";
import { PSEUDO } from "../words/screen.ts";

export interface Place extends FormatAt {
  timeZone: string;
}

export interface ChangeView {
  direction: "up" | "down" | "flat";
  /** "+4.2%", "−1.9 points", "new". */
  text: string;
  /** There was nothing before, so that there is no direction. */
  isNew: boolean;
  /** The change and its verdict as a sentence for those who do not see arrows and weight. */
  spoken: string;
  /** "Could be chance (−1.1 to +4.9 points)" or why it is not judged. */
  verdict: string | null;
  weight: "noise" | "more_than_noise" | "unjudged";
  /** True when it is a real change for the better. */
  better: boolean;
}

export interface CellView {
  value: string;
  /** What a share of customers divides: "2 of 5". */
  parts: string | null;
  /** "95% range: 27.1% to 29.9%", and the same for a narrow column, "27.1% to 29.9%". Facts have none. */
  range: string | null;
  shortRange: string | null;
  change: ChangeView | null;
  /** Why there is no value, and the same for a narrow column. */
  reason: string | null;
  shortReason: string | null;
  /** Why the change has no verdict, or there is none. */
  unjudged: string | null;
  /** "One customer makes up 34%". */
  large: string | null;
  /** "Known for 62% of net sales", "120 customers not followed so long yet"; null where all of it is known. */
  known: string | null;
  /** So little of it is known that the figure is not to catch the eye. */
  faint: boolean;
  /** The same figure of those who are not in the row. */
  beside: string | null;
}

/**
 * The language of numbers and days: the admin's where the app speaks it, and it speaks English alone. A German number inside
 * an English sentence is read wrongly; a text that is no language never reaches Intl.
 */
export function readLocale(given: string | null): string {
  if (given === PSEUDO) return PSEUDO;
  const locale = supportedLocale(given ?? "en") ?? "en";
  return /^en(-|$)/.test(locale) ? locale : "en";
}

/** The shop's civil day at an instant. */
export function civilDay(at: Date, timeZone: string): string {
  return zoned(at, timeZone).toPlainDate().toString();
}

/** Below this part a figure stands behind the reason not to trust it. */
const LITTLE_KNOWN = 0.2;

export function cellView(cell: KpiCell, id: KpiId, place: Place): CellView {
  const kpi = kpis[id];
  const { unit } = kpi;
  const { change, reason } = cell;
  const short = boundsText(cell, unit, place);
  return {
    value: formatValue(cell.value, unit, place),
    parts: kpi.uncertainty === "wilson" ? partsText(cell, place) : null,
    range: rangeSentence(cell, unit, place),
    shortRange: short,
    change: change && change.absolute !== null ? changeView(cell, change, id, place) : null,
    reason: reason === null ? null : reasonText(reason, kpi, cell),
    shortReason: reason === null ? null : shortReason(reason, kpi),
    unjudged:
      change === null || change.reason === null || reason !== null
        ? null
        : reasonText(change.reason, kpi, cell),
    large:
      cell.largest === null
        ? null
        : `One customer makes up ${cell.largest > 1 ? "more than all" : formatValue(cell.largest, "rate", place)} of ${lower(kpi.numerator)}`,
    known:
      cell.open !== null && cell.open > 0 && reason === null
        ? `${quantity(cell.open, "customer", "customers", place.locale)} not followed so long yet`
        : cell.coverage === null || kpi.coverage === null || reason !== null
          ? null
          : `Known for ${formatValue(cell.coverage, "rate", place)} of ${lower(kpi.coverage.label)}`,
    faint: cell.coverage !== null && cell.coverage < LITTLE_KNOWN,
    beside: null,
  };
}

function partsText({ parts }: KpiCell, { locale }: Place): string | null {
  return parts && `${countText(parts.numerator, locale)} of ${countText(parts.denominator, locale)}`;
}

function rangeSentence(cell: KpiCell, unit: Unit, place: Place): string | null {
  const range = formatRange(cell, unit, place);
  if (range === null) return null;
  return cell.sureness === "sure" ? `95% range: ${range}` : `Rough range: ${range.replace(/^roughly /, "")}`;
}

/** Bounds of 100 and more in whole units of the currency: cents of an estimate say nothing. */
function boundsText(cell: KpiCell, unit: Unit, place: Place): string | null {
  const { low, high, sureness } = cell;
  if (low === null || high === null) return null;
  const isLarge = Math.max(Math.abs(low), Math.abs(high)) >= 100 * 10 ** place.decimals;
  if (unit !== "money" || !isLarge) return formatRange(cell, unit, place);
  const scale = 10 ** place.decimals;
  const whole = { low: low / scale, high: high / scale, sureness };
  return formatRange(whole, unit, { ...place, decimals: 0 });
}

function shortReason(
  reason: Reason,
  kpi: { denominator: string | null; perCustomer: boolean; uncertainty: Uncertainty },
): string {
  switch (reason) {
    case "history_incomplete":
      return "Not complete yet";
    case "not_by_order":
      return "For the shop only";
    case "not_by_recency":
      return "Not by recency";
    case "customers_hidden":
      return "Customers not readable";
    case "history_not_kept":
      return "Needs older orders";
    case "not_recorded":
      return "Not recorded";
    case "not_recorded_then":
      return "Not recorded for all days";
    case "not_by_segment":
      return "Whole shop only";
    case "not_mature":
      return "Not over yet";
    case "not_positive":
      return "Not above 0";
    case "not_applicable":
      return "";
    case "no_value":
      return kpi.perCustomer && kpi.uncertainty !== "survival" ? "No customers" : reasonText(reason, kpi);
    default:
      return reasonText(reason, kpi);
  }
}

function changeView(cell: KpiCell, change: Change, id: KpiId, place: Place): ChangeView {
  const { unit, better } = kpis[id];
  const text = formatChange(cell, unit, place);
  const verdict = verdictText(cell, unit, place, kpis[id]);
  const direction = !change.absolute ? "flat" : change.absolute > 0 ? "up" : "down";
  const judged =
    change.verdict === "noise" || change.verdict === "more_than_noise" ? change.verdict : "unjudged";
  const amount = text.replace(/^[+−-]/, "");
  const said =
    text === "new" ? "New" : { up: `Up ${amount}`, down: `Down ${amount}`, flat: "Unchanged" }[direction];
  return {
    direction,
    text,
    isNew: text === "new",
    spoken: [said + (change.perDay ? " by the day" : ""), ...(verdict === null ? [] : [verdict])].join(". "),
    verdict: verdict !== null && change.perDay ? `${verdict}, by the day` : verdict,
    weight: judged,
    better: judged === "more_than_noise" && direction !== "flat" && better === direction,
  };
}

/**
 * With which days the period is compared, or why it is not; null where no comparison was asked for. "Compared with Oct 1 –
 * 31, 2026, sums by the day: 30 days against 31."
 */
export function comparisonSentence(answer: Answer, comparison: Comparison, locale: string): string | null {
  const { comparedWith, comparedPart, comparedByDay, firstOrderDay, period } = answer;
  if (comparison === "none") return null;
  if (comparedWith === null) return "Not compared: no day of the period is over yet.";
  const before = partText(comparedWith, locale);
  if (firstOrderDay !== null && comparedWith.from < firstOrderDay)
    return `Not compared with ${before}: your first order is of ${formatDay(firstOrderDay, locale)}.`;
  const { history, loadedFrom } = answer.asOf;
  const isCut = history === "loading" || history === "sixty_days" || history === "retention";
  if (isCut && loadedFrom !== null && comparedWith.from < loadedFrom)
    return `Not compared with ${before}: orders before ${formatDay(loadedFrom, locale)} aren’t here${history === "loading" ? " yet" : ""}.`;
  const part = comparedPart ?? period;
  const [now, then] = [lengthOf(part), lengthOf(comparedWith)];
  const sentence = [
    comparedPart === null
      ? `Compared with ${before}`
      : `${partText(comparedPart, locale)} is compared with ${before}: the rest is not over`,
    ...(now === then
      ? []
      : [`sums by the day: ${daysText(now, locale)} days against ${daysText(then, locale)}`]),
  ].join(", ");
  if (comparedByDay === null) return `${sentence}.`;
  const labels = comparedByDay.kpis.map((id) => kpis[id].label);
  const listed = new Intl.ListFormat(locale, { type: "conjunction" }).format(labels);
  return `${sentence}. ${listed}: ${formatPeriod(comparedByDay.part, locale)} with ${formatPeriod(comparedByDay.with, locale)}.`;
}

/** "Nov 1 – 30, 2026, to 3:04 PM of the last day". */
export function partText(part: Part, locale: string): string {
  const days = formatPeriod(part, locale);
  if (part.until === undefined) return days;
  const time = new Intl.DateTimeFormat(locale, { ...CALENDAR, timeStyle: "short", timeZone: "UTC" }).format(
    new Date(`1970-01-01T${part.until}Z`),
  );
  return daysBetween(part.from, part.to) === 1 ? `${days} to ${time}` : `${days}, to ${time} of the last day`;
}

const daysText = (days: number, locale: string) =>
  new Intl.NumberFormat(locale, {
    maximumFractionDigits: 1,
    numberingSystem: CALENDAR.numberingSystem,
  }).format(days);

export function countText(count: number, locale: string): string {
  return new Intl.NumberFormat(locale, {
    maximumFractionDigits: 0,
    numberingSystem: CALENDAR.numberingSystem,
  }).format(count);
}

/** "1 order", "12,400 orders". */
export function quantity(count: number, one: string, many: string, locale: string): string {
  return `${countText(count, locale)} ${count === 1 ? one : many}`;
}

/** A share of 1 as "4.1%". */
export function shareText(part: number, whole: number, locale: string): string {
  return whole === 0
    ? "–"
    : new Intl.NumberFormat(locale, {
        style: "percent",
        maximumFractionDigits: 1,
        numberingSystem: CALENDAR.numberingSystem,
      }).format(part / whole);
}

/** A moment as people say it: "14:02", "yesterday at 14:02", "Oct 3 at 14:02". In the shop's time zone. */
export function momentText(
  at: Date,
  now: Date,
  { locale, timeZone }: Pick<Place, "locale" | "timeZone">,
  { seconds = false } = {},
): string {
  const time = new Intl.DateTimeFormat(locale, {
    ...CALENDAR,
    hour: "numeric",
    minute: "2-digit",
    ...(seconds ? { second: "2-digit" } : {}),
    timeZone,
  }).format(at);
  const [day, today] = [civilDay(at, timeZone), civilDay(now, timeZone)];
  if (day === today) return time;
  if (zoned(now, timeZone).subtract({ days: 1 }).toPlainDate().toString() === day)
    return `yesterday at ${time}`;
  return `${formatDay(day, locale, today)} at ${time}`;
}

/**
 * Whose clock it is, by its place: "Berlin" of Europe/Berlin, "UTC". The zones without one count the hours to UTC, not from
 * it: Etc/GMT+12, west of the date line, is "UTC−12".
 */
export function clockText(timeZone: string): string {
  const [, sign, hours] = /^Etc\/GMT([+-])(\d{1,2})$/.exec(timeZone) ?? [];
  if (hours !== undefined) return hours === "0" ? "UTC" : `UTC${sign === "+" ? "−" : "+"}${hours}`;
  return timeZone.slice(timeZone.lastIndexOf("/") + 1).replaceAll("_", " ");
}

/** How amounts without any difference agree; not every currency has cents. */
export function exactText(decimals: number): string {
  return decimals === 2 ? "to the cent" : "exactly";
}

/** "45 seconds", "12 minutes", "1 hour 5 minutes". */
export function durationText(seconds: number): string {
  const plural = (count: number, unit: string) => `${count} ${unit}${count === 1 ? "" : "s"}`;
  if (Math.round(seconds) < 60) return plural(Math.max(1, Math.round(seconds)), "second");
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return plural(minutes, "minute");
  const rest = minutes % 60;
  return plural(Math.floor(minutes / 60), "hour") + (rest === 0 ? "" : ` ${plural(rest, "minute")}`);
}

const zoned = (at: Date, timeZone: string): Temporal.ZonedDateTime =>
  Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(timeZone);
