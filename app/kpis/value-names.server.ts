// What a merchant calls the values by which customers and orders are grouped: countries, channels, languages, months.
import { Bounded } from "../bounded.ts";
import { type Reader, say } from "../words/words.server.ts";
import { CALENDAR } from "./period.ts";
import type { Called } from "./segmentations/segmentation.ts";

/** The name of a value, where the shop's own spelling of it is not known. */
export function valueName(place: Reader, called: Called, value: string): string {
  switch (called) {
    case "itself":
      return value;
    case "words":
      return wordsName(value);
    case "country":
      return countryName(value, place.locale);
    case "channel":
      return channelName(place, value);
    case "language":
      return languageName(value, place.locale);
    case "quarter":
      return quarterName(place, value);
    case "month":
      return monthName(value, place.locale);
    case "product":
      return say(place, "value.product", { id: value });
  }
}

/** Making one costs more than a hundred names. */
const names = new Bounded<string, Intl.DisplayNames>(100);

function displayName(code: string, locale: string, type: "region" | "language"): string {
  const key = `${type} ${locale}`;
  const named = names.get(key) ?? names.set(key, new Intl.DisplayNames([locale], { type, fallback: "code" }));
  try {
    return named.of(code) ?? code;
  } catch {
    return code; // not the form of a code, for instance "??" from an import
  }
}

/** A country's name by its two-letter code; the code itself where it is none. */
export const countryName = (code: string, locale: string): string => displayName(code, locale, "region");

/** A language's name by its code of two or three letters; the code itself where it is none. */
export const languageName = (code: string, locale: string): string => displayName(code, locale, "language");

/** Channels of Shopify that have a name of their own; in words.server.ts each has its words. */
const CHANNELS = [
  ...(["web", "pos", "draft-orders", "iphone", "android", "mobile-app", "subscription-contract"] as const),
  ...(["buy-button", "facebook", "instagram", "tiktok", "google", "amazon", "ebay", "shop"] as const),
] as const;
const isNamed = (channel: string): channel is (typeof CHANNELS)[number] =>
  (CHANNELS as readonly string[]).includes(channel);

/** A channel in the merchant's words: "web" is "Online Store"; an app's number is "App 1234567". */
export function channelName(place: Reader, channel: string): string {
  if (isNamed(channel)) return say(place, `channel.${channel}`);
  return /^\d+$/.test(channel) ? say(place, "value.app", { id: channel }) : wordsName(channel);
}

/** Folded words as words again. */
export function wordsName(folded: string): string {
  const words = folded.replaceAll("-", " ").trim();
  return words === "" ? folded : words.charAt(0).toUpperCase() + words.slice(1);
}

const months = new Bounded<string, Intl.DateTimeFormat>(100);

/** "2026-11" is "November 2026". */
export function monthName(month: string, locale: string): string {
  const date = new Date(`${month}-01T00:00:00Z`);
  if (!month.includes("-") || Number.isNaN(date.getTime())) return month;
  const options = { ...CALENDAR, month: "long", year: "numeric", timeZone: "UTC" } as const;
  const format = months.get(locale) ?? months.set(locale, new Intl.DateTimeFormat(locale, options));
  return format.format(date);
}

/** "2026-q4" is "Q4 2026". */
export function quarterName(place: Reader, quarter: string): string {
  const [year, number] = quarter.split("-q");
  return number === undefined
    ? quarter
    : say(place, "value.quarter", { quarter: number, year: String(Number(year)) });
}
