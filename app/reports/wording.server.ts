// Turns an answer's numbers and days into the words of a page. All text is made here, on the server: the browser's Intl
// may choose another space or month name than Node's, and the page would then differ from what was sent.
import { Temporal } from "temporal-polyfill";
import type { Change, KpiCell, Reason } from "../kpis/answer.ts";
import { kpis, type KpiId } from "../kpis/catalogue.ts";
import {
  type FormatAt,
  formatChange,
  formatInterval,
  formatValue,
  MIN_CUSTOMERS,
  MIN_EVENTS,
  reasonText,
  type Unit,
  verdictText,
} from "../kpis/format.ts";
import { formatDay } from "../kpis/period.ts";

export interface Place extends FormatAt {
  timeZone: string;
}

export interface ChangeView {
  direction: "up" | "down" | "flat";
  /** "+4.2%", "−1.9 points", "new". */
  text: string;
  /** The change and its verdict as a sentence for those who do not see arrows and weight. */
  spoken: string;
  /** "Within the usual noise (−1.1 to +4.9 points)" or why it is not judged. */
  verdict: string | null;
  weight: "noise" | "more_than_noise" | "unjudged";
  /** True when it is a real change for the better. */
  better: boolean;
}

export interface CellView {
  value: string;
  /** "Very likely between 27.1% and 29.9%", and the same for a narrow column, "27.1% to 29.9%". */
  range: string | null;
  shortRange: string | null;
  change: ChangeView | null;
  /** Why there is no value or no range, and the same for a narrow column. */
  reason: string | null;
  shortReason: string | null;
}

/** The admin's language as Shopify passes it, or English; a text that is no language never reaches Intl. */
export function readLocale(given: string | null): string {
  try {
    return Intl.getCanonicalLocales(given ?? "en")[0] ?? "en";
  } catch {
    return "en";
  }
}

/** The shop's civil day at an instant. */
export function civilDay(at: Date, timeZone: string): string {
  return zoned(at, timeZone).toPlainDate().toString();
}

export function cellView(cell: KpiCell, id: KpiId, place: Place): CellView {
  const { unit } = kpis[id];
  const text = (value: number | null) => formatValue(value, unit, place);
  // The whole shop's share of the shop is 100 %, and so are both ends of its range.
  const range = cell.low === cell.high ? null : formatInterval(cell, unit, place);
  return {
    value: text(cell.value),
    range,
    shortRange: range === null ? null : boundsText(cell, unit, place),
    change: cell.change && cell.change.absolute !== null ? changeView(cell, cell.change, id, place) : null,
    reason: cell.reason === null ? null : reasonText(cell.reason, cell),
    shortReason: cell.reason === null ? null : shortReason(cell.reason, cell),
  };
}

/** Bounds of 100 and more in whole units of the currency: cents of an estimate say nothing. */
function boundsText({ low, high }: KpiCell, unit: Unit, place: Place): string {
  const large = Math.max(Math.abs(low ?? 0), Math.abs(high ?? 0)) >= 100 * 10 ** place.decimals;
  const whole = unit === "money" && large;
  const at = whole ? { ...place, decimals: 0 } : place;
  const scale = whole ? 10 ** place.decimals : 1;
  const text = (bound: number | null) => formatValue(bound === null ? null : bound / scale, unit, at);
  return `${text(low)} to ${text(high)}`;
}

function shortReason(reason: Reason, { n, events }: KpiCell): string {
  switch (reason) {
    case "too_few":
      if (n < MIN_CUSTOMERS) return `Too few (${n} of ${MIN_CUSTOMERS})`;
      return events !== null && events < MIN_EVENTS
        ? `Too few (${events} of ${MIN_EVENTS})`
        : "Too few to judge";
    case "no_value":
      return "No value";
    case "history_incomplete":
      return "Not complete yet";
    case "customers_hidden":
      return "Customers not readable";
    case "history_not_kept":
      return "Needs older orders";
    case "not_applicable":
      return "Doesn't apply";
  }
}

function changeView(cell: KpiCell, change: Change, id: KpiId, place: Place): ChangeView {
  const { unit, better } = kpis[id];
  const text = formatChange(change, unit, place);
  const verdict = verdictText(cell, unit, place);
  const direction = !change.absolute ? "flat" : change.absolute > 0 ? "up" : "down";
  const judged =
    change.verdict === "noise" || change.verdict === "more_than_noise" ? change.verdict : "unjudged";
  const amount = text.replace(/^[+−-]/, "");
  const said =
    text === "new" ? "New" : { up: `Up ${amount}`, down: `Down ${amount}`, flat: "Unchanged" }[direction];
  return {
    direction,
    text,
    spoken: verdict === null ? said : `${said}. ${verdict}`,
    verdict,
    weight: judged,
    better: judged === "more_than_noise" && direction !== "flat" && better === direction,
  };
}

export function countText(count: number, locale: string): string {
  return new Intl.NumberFormat(locale, { maximumFractionDigits: 0 }).format(count);
}

/** "1 order", "12,400 orders". */
export function quantity(count: number, one: string, many: string, locale: string): string {
  return `${countText(count, locale)} ${count === 1 ? one : many}`;
}

/** A share of 1 as "4.1%". */
export function shareText(part: number, whole: number, locale: string): string {
  return whole === 0
    ? "–"
    : new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 1 }).format(part / whole);
}

/** A moment as people say it: "14:02", "yesterday at 14:02", "Oct 3 at 14:02". In the shop's time zone. */
export function momentText(
  at: Date,
  now: Date,
  { locale, timeZone }: Pick<Place, "locale" | "timeZone">,
  { seconds = false } = {},
): string {
  const time = new Intl.DateTimeFormat(locale, {
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
