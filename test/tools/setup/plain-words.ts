// What reads as plain words on a page in the language nobody speaks: whatever has no id, for all that has one has accents.
import type { Frame, Page } from "playwright-core";
import type { Shop } from "../../shopify/shop.ts";

/** All text of the app's frame, seen or only heard, closed or open, and what the app has the admin show. */
export async function textsOf(page: Page, frame: Frame): Promise<string[]> {
  const inside = await frame.evaluate(() => {
    const texts = [document.title];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode())
      if (!node.parentElement?.closest("script, style, noscript, template"))
        texts.push(node.textContent ?? "");
    const read = ["aria-label", "aria-description", "aria-valuetext", "title", "alt", "placeholder"];
    for (const name of read)
      for (const element of document.body.querySelectorAll(`[${name}]`))
        texts.push(element.getAttribute(name) ?? "");
    return texts;
  });
  const around = await page
    .locator("#page-title, #title-actions, #app-menu, #toasts span")
    .evaluateAll((elements) => elements.map(({ textContent }) => textContent ?? ""));
  return [...new Set([...inside, ...around])].filter((text) => text.trim() !== "");
}

/** Words of two letters and more without an accent, apart from names that are data; each in the text in which it stands. */
export function plainIn(texts: readonly string[], data: readonly string[]): string[] {
  const names = [...new Set(data)].filter((name) => /[A-Za-z]{2}/.test(name));
  names.sort((one, other) => other.length - one.length);
  const anyName = new RegExp(
    `(?<![\\p{L}\\d])(?:${names.map((name) => name.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&")).join("|")})(?![\\p{L}\\d])`,
    "gu",
  );
  return texts.filter((text) =>
    (text.replace(anyName, "–").match(/\p{L}+/gu) ?? []).some((word) => /^[A-Za-z]{2,}$/.test(word)),
  );
}

/** What Intl writes of days and times, of how many days, and between the items of a list. */
function intlNames(): string[] {
  const write = (at: Date, options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat("en", { ...options, timeZone: "UTC" }).formatToParts(at);
  const named = (at: Date, options: Intl.DateTimeFormatOptions) =>
    write(at, options).flatMap(({ type, value }) => (/month|weekday|dayPeriod/.test(type) ? value : []));
  // Every month, every day of the week, and hours of both halves of a day.
  const dates = [
    ...Array.from({ length: 12 }, (_, month) => new Date(Date.UTC(2026, month, 1, month * 2))),
    ...Array.from({ length: 7 }, (_, day) => new Date(Date.UTC(2026, 0, day + 1))),
  ];
  const times = dates.flatMap((at) => [
    ...named(at, { month: "long", weekday: "long", hour: "numeric" }),
    ...named(at, { month: "short", weekday: "short", hour: "numeric" }),
  ]);
  const joints = (["conjunction", "disjunction"] as const).flatMap((type) =>
    new Intl.ListFormat("en", { type })
      .formatToParts(["1", "2"])
      .flatMap((part) => (part.type === "literal" ? part.value.trim() : [])),
  );
  const units = [1, 2].flatMap((n) =>
    new Intl.NumberFormat("en", { style: "unit", unit: "day", unitDisplay: "long" })
      .formatToParts(n)
      .flatMap(({ type, value }) => (type === "unit" ? value : [])),
  );
  return [...times, ...joints, ...units];
}

/** Names that are the shop's or Shopify's own. */
export function namesOf(shop: Shop): string[] {
  const regions = new Intl.DisplayNames("en", { type: "region" });
  const orders = [...shop.orders.values()];
  const customers = [...shop.customers.values()];
  const countries = [
    ...orders.flatMap(({ shippingCountry, billingCountry }) => [shippingCountry, billingCountry]),
    ...customers.map(({ country }) => country),
  ].filter((code) => code !== null);
  return [
    ...intlNames(),
    "Shopify",
    "Segment KPIs",
    shop.name,
    shop.domain,
    shop.currency,
    shop.timeZone,
    shop.timeZone.replace(/.*\//, "").replaceAll("_", " "),
    ...countries.flatMap((code) => [code, regions.of(code) ?? code]),
    ...orders.flatMap(({ channel, name, tags, discountCodes }) => [
      channel.name,
      name,
      ...tags,
      ...discountCodes,
    ]),
    ...orders.flatMap(({ lines }) => lines.flatMap(({ title, vendor }) => [title, vendor ?? ""])),
    ...customers.flatMap(({ tags }) => tags),
    ...[...shop.products.values()].flatMap(({ title, vendor, type }) => [title, vendor, type]),
  ];
}
