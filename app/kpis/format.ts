// Values to text: by unit, locale, currency and decimals, and the fixed words for what cannot be said. Safe in a browser.
import { Bounded } from "../bounded.ts";
import type { KpiCell, Reason } from "./answer.ts";
import type { Unit } from "./kpi.ts";
import { CALENDAR } from "./period.ts";
import { MIN_CUSTOMERS, MIN_EVENTS } from "./estimates/gates.ts";

export interface FormatAt {
  locale: string;
  currency: string;
  /** Minor-unit digits of the currency. */
  decimals: number;
}

const BLANK = "–";
const formats = new Bounded<string, Intl.NumberFormat>(500);

function numberFormat(locale: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = locale + JSON.stringify(options);
  const { numberingSystem } = CALENDAR;
  return formats.get(key) ?? formats.set(key, new Intl.NumberFormat(locale, { ...options, numberingSystem }));
}

/** Intl knows codes of three letters only; any other stands behind the number, as a unit does. */
const isCurrency = (code: string | undefined) => code !== undefined && /^[A-Za-z]{3}$/.test(code);

function write(value: number, locale: string, options: Intl.NumberFormatOptions): string {
  if (options.style !== "currency" || isCurrency(options.currency)) return signed(value, locale, options);
  const { minimumFractionDigits, maximumFractionDigits, signDisplay, notation } = options;
  const number = { minimumFractionDigits, maximumFractionDigits, signDisplay, notation };
  return `${signed(value, locale, number)}\u00a0${options.currency ?? ""}`;
}

/** Intl writes a hyphen for minus in English; a minus sign (U+2212) stands out and does not break a line. */
function signed(value: number, locale: string, options: Intl.NumberFormatOptions): string {
  return numberFormat(locale, options)
    .formatToParts(value)
    .map((part) => (part.type === "minusSign" ? part.value.replace("-", "−") : part.value))
    .join("");
}

function optionsOf(unit: Unit, at: FormatAt): Intl.NumberFormatOptions {
  switch (unit) {
    case "money":
      return {
        style: "currency",
        currency: at.currency,
        currencyDisplay: "narrowSymbol",
        minimumFractionDigits: at.decimals,
        maximumFractionDigits: at.decimals,
      };
    case "count":
      return { maximumFractionDigits: 0 };
    case "rate":
      return { style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 };
    case "days":
      return { style: "unit", unit: "day", unitDisplay: "long", maximumFractionDigits: 1 };
    case "ratio":
      return { minimumFractionDigits: 2, maximumFractionDigits: 2 };
  }
}

/** Minor units to the number Intl writes. */
function scaled(value: number, unit: Unit, at: FormatAt): number {
  return unit === "money" ? value / 10 ** at.decimals : value;
}

/** Money in minor units, a rate as a share of 1; null is "–". `0.284, "rate"` gives "28.4%" in English. */
export function formatValue(value: number | null, unit: Unit, at: FormatAt): string {
  if (value === null) return BLANK;
  return write(scaled(value, unit, at), at.locale, { ...optionsOf(unit, at), signDisplay: "negative" });
}

/** For axes: "$12.3K", "1.2M", "28%". */
export function formatCompact(value: number | null, unit: Unit, at: FormatAt): string {
  if (value === null) return BLANK;
  const options = { ...optionsOf(unit, at), minimumFractionDigits: 0, maximumFractionDigits: 1 };
  return write(
    scaled(value, unit, at),
    at.locale,
    unit === "rate" ? options : { ...options, notation: "compact" },
  );
}

function signedPoints(difference: number, locale: string): string {
  const number = write(difference * 100, locale, {
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
    signDisplay: "exceptZero",
  });
  return number;
}

function signedPercent(share: number, locale: string): string {
  return write(share, locale, {
    style: "percent",
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
    signDisplay: "exceptZero",
  });
}

/**
 * Rates in points ("+1.9 points"), everything else in percent ("−12.5%"); "new" from 0, the difference itself from below 0;
 * "–" when there is no change to tell.
 */
export function formatChange({ change, previous }: Compared, unit: Unit, at: FormatAt): string {
  if (change === null || change.absolute === null) return BLANK;
  if (unit === "rate") return `${signedPoints(change.absolute, at.locale)} points`;
  if (change.relative !== null) return signedPercent(change.relative, at.locale);
  if (change.absolute === 0) return signedPercent(0, at.locale);
  return previous === 0 ? "new" : signedValue(change.absolute, unit, at);
}

type Compared = Pick<KpiCell, "change" | "previous">;

const signedValue = (value: number, unit: Unit, at: FormatAt) =>
  write(scaled(value, unit, at), at.locale, { ...optionsOf(unit, at), signDisplay: "exceptZero" });

/** "$41.20 to $46.90", "roughly 12% to 77%", or null without a range. */
export function formatRange(
  { low, high, sureness }: Pick<KpiCell, "low" | "high" | "sureness">,
  unit: Unit,
  at: FormatAt,
): string | null {
  if (low === null || high === null || sureness === null) return null;
  const text = `${formatValue(low, unit, at)} to ${formatValue(high, unit, at)}`;
  return sureness === "sure" ? text : `roughly ${text}`;
}

/** A change's range as formatChange writes changes: "−1.1 to +4.9 points", "−3.0% to +8.1%". */
export function formatChangeRange({ change, previous }: Compared, unit: Unit, at: FormatAt): string | null {
  if (change === null || change.low === null || change.high === null) return null;
  const { low, high, absolute, relative } = change;
  if (unit === "rate") return `${signedPoints(low, at.locale)} to ${signedPoints(high, at.locale)} points`;
  // What the change is a percentage of: by the day, the previous figure made as long as this one.
  const base =
    relative === null ? null : change.perDay && relative !== 0 ? (absolute ?? 0) / relative : previous;
  if (base === null || base <= 0) return `${signedValue(low, unit, at)} to ${signedValue(high, unit, at)}`;
  return `${signedPercent(low / base, at.locale)} to ${signedPercent(high / base, at.locale)}`;
}

/** The verdict in the fixed words, or why there is none; null when there is nothing to say. */
export function verdictText(cell: KpiCell, unit: Unit, at: FormatAt, what: Named): string | null {
  const { change } = cell;
  if (change === null) return null;
  const range = formatChangeRange(cell, unit, at);
  switch (change.verdict) {
    case "noise":
      return range === null ? "Could be chance" : `Could be chance (${range})`;
    case "more_than_noise":
      return range === null ? "Unlikely to be chance" : `Unlikely to be chance (true change ${range})`;
    default:
      return change.reason === null ? null : reasonText(change.reason, what, cell);
  }
}

/** Labels of what a figure is made of. */
export interface Named {
  /** "Orders" of an average order value; null where nothing is divided. */
  denominator: string | null;
}

/** A label inside a sentence: "net sales". */
export const lower = (label: string) => label.charAt(0).toLowerCase() + label.slice(1);

/** Why a figure, or its verdict, is missing. The cell's n and events tell which minimum is missed. */
export function reasonText(
  reason: Reason,
  { denominator }: Named = { denominator: null },
  cell?: { n: number; events: number | null },
): string {
  switch (reason) {
    case "too_few": {
      if (cell !== undefined && cell.n < MIN_CUSTOMERS)
        return `${cell.n} ${cell.n === 1 ? "customer" : "customers"}, ${MIN_CUSTOMERS} needed to judge`;
      if (cell?.events != null && cell.events < MIN_EVENTS)
        return `${cell.events} so far, ${MIN_EVENTS} needed to judge`;
      return "Too few customers in one of the two periods to judge";
    }
    case "too_uneven":
      return "Customers differ too much from one another to judge it";
    case "no_value":
      return denominator === null ? "Nothing to divide by" : `No ${lower(denominator)}`;
    case "too_large":
      return "Too large to be told to the last unit";
    case "not_positive":
      return denominator === null ? "The whole is not above 0" : `${denominator}: not above 0 in the period`;
    case "history_incomplete":
      return "Not complete yet: older orders are missing";
    case "customers_hidden":
      return "The app may no longer read customers";
    case "history_not_kept":
      return "Needs older orders, which your retention setting doesn't keep";
    case "not_recorded":
      return "Not known: nothing of it has been recorded";
    case "not_recorded_then":
      return "Not known for all of these days";
    case "not_by_segment":
      return "Known for the whole shop only";
    case "not_by_order":
      return "Told of customers, whose orders may be in several of these groups";
    case "not_by_recency":
      return "Says nothing of groups by recency: who ordered lately is in one, who did not in another";
    case "may_change":
      return "Not judged: later returns may still change it";
    case "shared_customers":
      return "Not judged: the same customers order in several of these groups";
    case "not_grouped":
      return "There are too few customers, or too short a history, to group them";
    case "not_mature":
      return "Nobody has been followed for so long yet";
    case "known_otherwise":
      return "Not judged: another part of it is known than in the compared period";
    case "not_applicable":
      return "Has no meaning for this row";
    case "not_over":
      return "Not over yet";
    case "no_previous":
      return "Nothing to compare with: those days begin before your first order";
    case "no_groups":
      return "Nothing to compare with: there were no such groups then";
  }
}
