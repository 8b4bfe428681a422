// Values to text: by unit, locale, currency and decimals, and the fixed words for what cannot be said. Safe in a browser.
import type { Change, KpiCell, Reason } from "./answer.ts";

export type Unit = "money" | "count" | "rate" | "days" | "ratio";

export interface FormatAt {
  locale: string;
  currency: string;
  /** Minor-unit digits of the currency. */
  decimals: number;
}

/** Below these a rate, a ratio, an interval or a change is not judged. */
export const MIN_CUSTOMERS = 30;
export const MIN_EVENTS = 10;
export const MAX_CUSTOMER_SHARE = 0.2;

const BLANK = "–";
const formats = new Map<string, Intl.NumberFormat>();

function numberFormat(locale: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = locale + JSON.stringify(options);
  let format = formats.get(key);
  if (format === undefined) formats.set(key, (format = new Intl.NumberFormat(locale, options)));
  return format;
}

/** Intl writes a hyphen for minus in English; a minus sign (U+2212) stands out and does not break a line. */
function write(value: number, locale: string, options: Intl.NumberFormatOptions): string {
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

/** Rates in points ("+1.9 points"), everything else in percent ("−12.5%"); "new" from 0; "–" when there is no change to tell. */
export function formatChange(change: Change | null, unit: Unit, at: Pick<FormatAt, "locale">): string {
  if (change === null || change.absolute === null) return BLANK;
  if (unit === "rate") return `${signedPoints(change.absolute, at.locale)} points`;
  if (change.relative !== null) return signedPercent(change.relative, at.locale);
  return change.absolute === 0 ? signedPercent(0, at.locale) : "new";
}

/** "Very likely between $41.20 and $46.90", or null without an interval. */
export function formatInterval(cell: Pick<KpiCell, "low" | "high">, unit: Unit, at: FormatAt): string | null {
  if (cell.low === null || cell.high === null) return null;
  return `Very likely between ${formatValue(cell.low, unit, at)} and ${formatValue(cell.high, unit, at)}`;
}

/** The change's 95 % interval as formatChange writes changes: "−1.1 to +4.9 points", "−3.0% to +8.1%". */
export function formatChangeInterval(
  change: Change | null,
  previous: number | null,
  unit: Unit,
  at: FormatAt,
): string | null {
  if (change === null || change.low === null || change.high === null) return null;
  if (unit === "rate")
    return `${signedPoints(change.low, at.locale)} to ${signedPoints(change.high, at.locale)} points`;
  if (previous === null || previous === 0) {
    return `${formatValue(change.low, unit, at)} to ${formatValue(change.high, unit, at)}`;
  }
  const relative = (bound: number) => signedPercent(bound / Math.abs(previous), at.locale);
  return `${relative(change.low)} to ${relative(change.high)}`;
}

/** The verdict in the fixed words; null when there is nothing to say. */
export function verdictText(cell: KpiCell, unit: Unit, at: FormatAt): string | null {
  const { change } = cell;
  if (change === null) return null;
  const range = formatChangeInterval(change, cell.previous, unit, at);
  switch (change.verdict) {
    case "noise":
      return range === null ? "Within the usual noise" : `Within the usual noise (${range})`;
    case "more_than_noise":
      return range === null ? "More than the usual noise" : `More than the usual noise (${range})`;
    default:
      return change.reason === null ? null : reasonText(change.reason, cell);
  }
}

/** Why a figure is blank, in fixed words. The cell's n and events tell which minimum is missed. */
export function reasonText(reason: Reason, cell?: { n: number; events: number | null }): string {
  switch (reason) {
    case "too_few": {
      if (cell === undefined) return "Too few customers to judge";
      if (cell.n < MIN_CUSTOMERS) return `Too few customers to judge (${cell.n} of ${MIN_CUSTOMERS} needed)`;
      if (cell.events !== null && cell.events < MIN_EVENTS) {
        return `Too few events to judge (${cell.events} of ${MIN_EVENTS} needed)`;
      }
      return "Too few customers to judge (in one of the periods, or one of them makes up over 20% of the sum)";
    }
    case "no_value":
      return "No value: nothing to divide by in this period";
    case "history_incomplete":
      return "Not complete yet: older orders are missing";
    case "customers_hidden":
      return "The app may no longer read customers";
    case "history_not_kept":
      return "Needs older orders, which your retention setting doesn't keep";
    case "not_applicable":
      return "Does not apply to this row";
  }
}

/** A country's name by its two-letter code; the code itself where the browser does not know it. */
export function countryName(code: string, locale: string): string {
  try {
    return new Intl.DisplayNames([locale], { type: "region", fallback: "code" }).of(code) ?? code;
  } catch {
    return code; // not the form of a region code, for instance "??" from an import
  }
}

const channels: Readonly<Record<string, string>> = {
  web: "Online Store",
  pos: "Point of Sale",
  shopify_draft_order: "Draft Orders",
  draft_orders: "Draft Orders",
  iphone: "Point of Sale (iPhone)",
  android: "Point of Sale (Android)",
  mobile_app: "Mobile app",
  subscription_contract: "Subscriptions",
  subscription_contract_checkout_one: "Subscriptions",
  buy_button: "Buy Button",
  facebook: "Facebook",
  instagram: "Instagram",
  tiktok: "TikTok",
  google: "Google",
  amazon: "Amazon",
  ebay: "eBay",
  shop: "Shop",
};

/** A channel in the merchant's words: "web" is "Online Store"; an app's number is "App 1234567". */
export function channelName(channel: string): string {
  const known = channels[channel.toLowerCase()];
  if (known !== undefined) return known;
  if (/^\d+$/.test(channel)) return `App ${channel}`;
  const words = channel.replaceAll(/[_-]+/g, " ").trim();
  return words === "" ? channel : words.charAt(0).toUpperCase() + words.slice(1);
}
