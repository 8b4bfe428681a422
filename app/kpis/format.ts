// Values to text: by unit, locale, currency and decimals. Safe in a browser, as there are no words in it.
import { Bounded } from "../bounded.ts";
import type { Unit } from "./kpi.ts";
import { CALENDAR } from "./period.ts";

export interface FormatAt {
  locale: string;
  currency: string;
  /** Minor-unit digits of the currency. */
  decimals: number;
}

export const BLANK = "–";
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

/** The same, rounded alike, as a plain number without a unit, but for the sign of a percentage: "1284.50", "28.4%". */
export function plainValue(value: number, unit: Unit, at: FormatAt): string {
  const { minimumFractionDigits, maximumFractionDigits } = optionsOf(unit, at);
  return numberFormat("en", {
    ...(unit === "rate" && { style: "percent" }),
    ...(minimumFractionDigits !== undefined && { minimumFractionDigits }),
    ...(maximumFractionDigits !== undefined && { maximumFractionDigits }),
    useGrouping: false,
    signDisplay: "negative",
  }).format(scaled(value, unit, at));
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

/** The number alone; "never": without a sign. */
export type Signed = "exceptZero" | "never";

/** A difference of rates in points: "+1.9". */
export const formatPoints = (difference: number, { locale }: FormatAt, sign: Signed = "exceptZero") =>
  write(difference * 100, locale, { minimumFractionDigits: 1, maximumFractionDigits: 1, signDisplay: sign });

/** A part of 1 as a difference: "−12.5%". */
export const formatPercent = (share: number, { locale }: FormatAt, sign: Signed = "exceptZero") =>
  write(share, locale, {
    style: "percent",
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
    signDisplay: sign,
  });

/** A difference of values: "+$15.00". */
export const formatDifference = (value: number, unit: Unit, at: FormatAt, sign: Signed = "exceptZero") =>
  write(scaled(value, unit, at), at.locale, { ...optionsOf(unit, at), signDisplay: sign });
