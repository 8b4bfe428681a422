// What a generated shop sells and to where: products with prices that suit the currency, countries with their taxes.
import type { Variant } from "../model.ts";
import type { Shop } from "../shop.ts";
import type { Random } from "./random.ts";

/** Goods and their product type; one merchant's hand is not always as neat as another's. */
const TYPES: ReadonlyMap<string, string> = new Map([
  ["Mug", "Tableware"],
  ["Plate", "Tableware"],
  ["Bowl", "tableware"],
  ["Vase", "Decoration"],
  ["Candle", "Decoration"],
  ["Throw", "Textiles"],
  ["Cushion", "Textiles"],
  ["Lamp", "Lighting"],
  ["Tray", "Tableware"],
  ["Carafe", "Tableware"],
  ["Basket", ""],
  ["Rug", "Textiles"],
]);
const GOODS = [...TYPES.keys()];
const STYLES = ["Dune", "Fjord", "Moss"];
const VENDORS: Readonly<Record<string, string>> = { Dune: "Sand & Sons", Fjord: "Nordlys", Moss: "Nordlys" };
const COLOURS = ["Sand", "Slate"];

/** How much of the currency buys what one euro buys. */
const PER_EURO: Readonly<Record<string, number>> = {
  JPY: 160,
  KRW: 1450,
  KWD: 0.33,
  BHD: 0.4,
  SEK: 11,
  INR: 95,
};

/** A price of about `euros`, in minor units, rounded as prices are (19.90, 3,200, 6.500). */
export function priceOf(euros: number, currency: string, decimals: number): number {
  const amount = euros * (PER_EURO[currency] ?? 1);
  const exact = amount * 10 ** decimals;
  const step = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(exact, 1))) - 1);
  const round = Math.max(step, Math.round(exact / step) * step);
  return decimals === 2 && round >= 1000 ? round - 10 : round;
}

/** About seventy variants; the first are the popular ones. One in seven has no cost recorded. */
export function stock(shop: Shop, random: Random): Variant[] {
  const variants: Variant[] = [];
  for (const good of GOODS) {
    for (const style of STYLES) {
      const euros = Math.exp(3.1 + 0.75 * random.normal());
      const margin = 0.3 + 0.35 * random.unit();
      const price = priceOf(euros, shop.currency, shop.decimals);
      const first = shop.addVariant({
        title: `${style} ${good}`,
        product: { type: TYPES.get(good) ?? "", vendor: VENDORS[style] ?? shop.name },
        sku: sku(style, good, 0),
        price,
        unitCost: random.chance(1 / 7) ? null : Math.round(price * margin),
      });
      variants.push(first);
      const colours = COLOURS.slice(0, random.whole(0, COLOURS.length));
      colours.forEach((colour, i) =>
        variants.push(
          shop.addVariant({
            title: `${style} ${good}, ${colour}`,
            sku: sku(style, good, i + 1),
            price,
            unitCost: first.unitCost,
            productId: first.productId,
          }),
        ),
      );
    }
  }
  return variants
    .map((variant) => ({ variant, at: random.unit() }))
    .sort((a, b) => a.at - b.at)
    .map((x) => x.variant);
}

const sku = (style: string, good: string, i: number): string =>
  `${style.slice(0, 2)}${good.slice(0, 3)}-${i}`.toUpperCase();

interface Market {
  /** Countries and how often they order; the first is the shop's own. */
  countries: readonly (readonly [string, number])[];
  locale: string;
}

const EUROPE: Market["countries"] = [
  ["DE", 62],
  ["AT", 10],
  ["FR", 8],
  ["NL", 7],
  ["CH", 5],
  ["IT", 4],
  ["GB", 2],
  ["US", 2],
];
const MARKETS: Readonly<Record<string, Market>> = {
  EUR: { countries: EUROPE, locale: "de" },
  GBP: {
    countries: [
      ["GB", 80],
      ["IE", 8],
      ["US", 7],
      ["DE", 5],
    ],
    locale: "en",
  },
  JPY: {
    countries: [
      ["JP", 90],
      ["TW", 5],
      ["US", 5],
    ],
    locale: "ja",
  },
  KWD: {
    countries: [
      ["KW", 78],
      ["SA", 12],
      ["AE", 10],
    ],
    locale: "ar",
  },
};
const AMERICA: Market = {
  countries: [
    ["US", 78],
    ["CA", 12],
    ["GB", 6],
    ["AU", 4],
  ],
  locale: "en",
};

const LANGUAGES: Readonly<Record<string, string>> = {
  DE: "de",
  AT: "de-AT",
  CH: "de-CH",
  FR: "fr",
  NL: "nl",
  IT: "it",
  GB: "en-GB",
  IE: "en",
  JP: "ja",
  TW: "zh-TW",
  KW: "ar",
  SA: "ar",
  AE: "ar",
};

/** The language of a checkout in the country, which is English where nothing else is usual. */
export const localeOf = (country: string): string => LANGUAGES[country] ?? "en";

export const marketOf = (currency: string): Market => MARKETS[currency] ?? AMERICA;

const TAX: Readonly<Record<string, number>> = {
  DE: 0.19,
  AT: 0.2,
  FR: 0.2,
  NL: 0.21,
  IT: 0.22,
  IE: 0.23,
  GB: 0.2,
  US: 0.08875,
  CA: 0.13,
  JP: 0.1,
  AU: 0.1,
};

/** Goods that leave the shop's market untaxed meet duties instead. */
export const taxRateOf = (country: string): number => TAX[country] ?? 0;

/** Shops that list prices without tax. */
export const listsWithoutTax = (currency: string): boolean => currency === "USD" || currency === "CAD";
