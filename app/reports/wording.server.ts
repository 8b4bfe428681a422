// Turns an answer's numbers and days into the words of a page. All text is made here, on the server: the browser's Intl
// may choose another space or month name than Node's, and the page would then differ from what was sent.
import { Temporal } from "temporal-polyfill";
import type { Answer, Change, KpiCell } from "../kpis/answer.ts";
import { kpis, type KpiId } from "../kpis/catalogue.ts";
import { changeText, isNew, rangeText, reasonText, verdictText } from "../kpis/figure-words.server.ts";
import { type FormatAt, formatValue } from "../kpis/format.ts";
import type { Unit } from "../kpis/kpi.ts";
import { joinedLabels, kpiInSentence, kpiLabel } from "../kpis/kpi-words.server.ts";
import type { Comparison } from "../kpis/comparing.ts";
import { CALENDAR, daysBetween, formatDay, formatPeriod, lengthOf, type Part } from "../kpis/period.ts";
import { supportedLocale } from "../locales.ts";
import { alignmentSentence } from "./event-words.server.ts";
import { PSEUDO } from "../words/screen.ts";
import { type Reader, say } from "../words/words.server.ts";

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
  /** Why it could be no other value, and the same for a narrow column. */
  settled: string | null;
  shortSettled: string | null;
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
  const why = { kpi: id, cell };
  return {
    value: formatValue(cell.value, unit, place),
    parts: kpi.uncertainty === "wilson" ? partsText(cell, place) : null,
    range: rangeText(cell, unit, place, "sentence"),
    shortRange: boundsText(cell, unit, place),
    change: change && change.absolute !== null ? changeView(cell, change, id, place) : null,
    settled: cell.settled && say(place, `settled.${cell.settled}`),
    shortSettled: cell.settled && say(place, "figure.byDefinition"),
    reason: reason === null ? null : reasonText(place, reason, why),
    shortReason: reason === null ? null : reasonText(place, reason, { kpi: id, short: true }),
    unjudged:
      change === null || change.reason === null || reason !== null || change.reason === "by_definition"
        ? null
        : reasonText(place, change.reason, why),
    large: largestText(cell, id, place),
    known: reason === null ? knownText(cell, id, place) : null,
    faint: cell.coverage !== null && cell.coverage < LITTLE_KNOWN,
    beside: null,
  };
}

function partsText({ parts }: KpiCell, place: Place): string | null {
  if (parts === null) return null;
  return say(place, "figure.parts", {
    numerator: countText(parts.numerator, place.locale),
    denominator: countText(parts.denominator, place.locale),
  });
}

function largestText({ largest }: KpiCell, id: KpiId, place: Place): string | null {
  if (largest === null) return null;
  const what = kpiInSentence(place, kpis[id].numerator);
  return largest > 1
    ? say(place, "figure.largestBeyond", { what })
    : say(place, "figure.largest", { share: formatValue(largest, "rate", place), what });
}

function knownText({ open, coverage }: KpiCell, id: KpiId, place: Place): string | null {
  if (open !== null && open > 0) return say(place, "figure.open", { n: open });
  const { coverage: of } = kpis[id];
  if (coverage === null || of === null) return null;
  return say(place, "figure.known", {
    share: formatValue(coverage, "rate", place),
    what: kpiInSentence(place, of.of),
  });
}

/** Bounds of 100 and more in whole units of the currency: cents of an estimate say nothing. */
function boundsText(cell: KpiCell, unit: Unit, place: Place): string | null {
  const { low, high, sureness } = cell;
  if (low === null || high === null) return null;
  const isLarge = Math.max(Math.abs(low), Math.abs(high)) >= 100 * 10 ** place.decimals;
  if (unit !== "money" || !isLarge) return rangeText(cell, unit, place);
  const scale = 10 ** place.decimals;
  const whole = { low: low / scale, high: high / scale, sureness };
  return rangeText(whole, unit, { ...place, decimals: 0 });
}

function changeView(cell: KpiCell, change: Change, id: KpiId, place: Place): ChangeView {
  const { unit, better } = kpis[id];
  const verdict = verdictText(cell, id, place);
  const direction = !change.absolute ? "flat" : change.absolute > 0 ? "up" : "down";
  const judged =
    change.verdict === "noise" || change.verdict === "more_than_noise" ? change.verdict : "unjudged";
  const said = spokenText(cell, change, unit, place);
  return {
    direction,
    text: changeText(cell, unit, place),
    isNew: isNew(cell, unit),
    spoken: verdict === null ? said : say(place, "spoken.judged", { change: said, verdict }),
    verdict: verdict !== null && change.perDay ? say(place, "figure.verdictByDay", { verdict }) : verdict,
    weight: judged,
    better: judged === "more_than_noise" && direction !== "flat" && better === direction,
  };
}

function spokenText(cell: KpiCell, { absolute, perDay }: Change, unit: Unit, place: Place): string {
  if (isNew(cell, unit)) return say(place, perDay ? "spoken.newByDay" : "spoken.new");
  if (!absolute) return say(place, perDay ? "spoken.flatByDay" : "spoken.flat");
  const amount = changeText(cell, unit, place, "never");
  if (absolute > 0) return say(place, perDay ? "spoken.upByDay" : "spoken.up", { amount });
  return say(place, perDay ? "spoken.downByDay" : "spoken.down", { amount });
}

/**
 * With which days the period is compared, or why it is not; null where no comparison was asked for. "Compared with Oct 1 –
 * 31, 2026, sums by the day: 30 days against 31."
 */
export function comparisonSentence(answer: Answer, comparison: Comparison, place: Reader): string | null {
  const { comparedWith, comparedPart, comparedByDay, firstOrderDay, period } = answer;
  const { locale } = place;
  if (comparison === "none") return null;
  if (comparedWith === null) return say(place, "compared.nothingOver");
  const before = partText(comparedWith, place);
  if (firstOrderDay !== null && comparedWith.from < firstOrderDay)
    return say(place, "compared.beforeFirstOrder", { before, day: formatDay(firstOrderDay, locale) });
  const { history, loadedFrom } = answer.asOf;
  const isCut = history === "loading" || history === "sixty_days" || history === "retention";
  if (isCut && loadedFrom !== null && comparedWith.from < loadedFrom)
    return say(place, history === "loading" ? "compared.ordersLoading" : "compared.ordersMissing", {
      before,
      day: formatDay(loadedFrom, locale),
    });
  const [now, then] = [lengthOf(comparedPart ?? period), lengthOf(comparedWith)];
  const lengths = now === then ? null : { now: daysText(now, locale), then: daysText(then, locale) };
  const sentence =
    comparedPart === null
      ? lengths === null
        ? say(place, "compared.whole", { before })
        : say(place, "compared.wholeByDay", { before, ...lengths })
      : lengths === null
        ? say(place, "compared.part", { part: partText(comparedPart, place), before })
        : say(place, "compared.partByDay", { part: partText(comparedPart, place), before, ...lengths });
  const aligned = alignmentSentence(comparison, place);
  const told = aligned === null ? sentence : `${sentence} ${aligned}`;
  if (comparedByDay === null) return told;
  const byDay = say(place, "compared.byDay", {
    kpis: joinedLabels(
      place,
      comparedByDay.kpis.map((id) => kpiLabel(place, id)),
    ),
    part: formatPeriod(comparedByDay.part, locale),
    before: formatPeriod(comparedByDay.with, locale),
  });
  return `${told} ${byDay}`;
}

/** "Nov 1 – 30, 2026, to 3:04 PM of the last day". */
export function partText(part: Part, place: Reader): string {
  const { locale } = place;
  const days = formatPeriod(part, locale);
  if (part.until === undefined) return days;
  const time = timeText(part.until, place);
  return daysBetween(part.from, part.to) === 1
    ? say(place, "compared.dayTo", { day: days, time })
    : say(place, "compared.daysTo", { days, time });
}

/** "3:04 PM", of a time of the clock. */
export const timeText = (time: string, { locale }: Reader): string =>
  new Intl.DateTimeFormat(locale, { ...CALENDAR, timeStyle: "short", timeZone: "UTC" }).format(
    new Date(`1970-01-01T${time}Z`),
  );

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
  place: Pick<Place, "locale" | "timeZone">,
  { seconds = false } = {},
): string {
  const { locale, timeZone } = place;
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
    return say(place, "moment.yesterday", { time });
  return say(place, "moment.day", { day: formatDay(day, locale, today), time });
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
export function durationText(seconds: number, place: Reader): string {
  if (Math.round(seconds) < 60)
    return say(place, "duration.seconds", { n: Math.max(1, Math.round(seconds)) });
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return say(place, "duration.minutes", { n: minutes });
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return rest === 0
    ? say(place, "duration.hours", { n: hours })
    : say(place, "duration.hoursAndMinutes", { n: hours, minutes: rest });
}

const zoned = (at: Date, timeZone: string): Temporal.ZonedDateTime =>
  Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(timeZone);
