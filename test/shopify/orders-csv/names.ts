// What the names in an export mean: lines that are gift cards or tips, and countries written out. A name alone proves
// nothing (a leather gift card holder is a product); a line that is neither shipped nor taxed and named so is one.
import { adminSchema } from "../admin-api/schema.ts";
import { GraphQLEnumType } from "graphql";

/** As Shopify names its own gift card product in the languages of its admin, and what merchants call theirs. */
const GIFT_CARD = new RegExp(
  [
    "gift[ -]?(card|voucher|certificate)",
    "(e|store)-?gift",
    "geschenk[ -]?(gutschein|karte)",
    "gutschein|wertgutschein",
    "(carte|ch[eè]que|bon)s?[ -]cadeaux?",
    "tarjetas?( de)? regalo|vales?( de)? regalo|cheque regalo",
    "(buon[oi]|carta|card|carte)[ -]regalo",
    "cadeau[ -]?(bon|kaart)",
    "(cart[aã]o|vale|cheque)[ -]?(de )?(presente|oferta)",
    "gave[ -]?kort|present[ -]?kort|lahja[ -]?kortti|gjafa(kort|bréf)",
    "kart[ay] (podarunkow|prezentow)|bon podarunkow",
    "d[aá]rkov[aáýé] (karta|poukaz)|dar[cč]ekov[aáýé] (karta|poukaz|poukážka)",
    "aj[aá]nd[eé]k[ -]?(k[aá]rtya|utalv[aá]ny)",
    "hediye (kart|çeki)",
    "card(uri)? cadou|darilni? bon|darilna kartica|poklon (bon|kartica)",
    "подарочн\\S* (карт|сертификат)|подарунков\\S* (карт|сертифікат)|подаръч\\S* карт",
    "δωρο(κάρτα|επιταγή)|κάρτα δώρου",
    "kartu hadiah|kad hadiah|thẻ quà tặng|phiếu quà tặng|บัตรของขวัญ",
    "ギフト(カード|券)|礼品卡|禮品卡|禮物卡|기프트 ?카드|상품권",
    "بطاقة هدي|כרטיס מתנה|גיפט קארד",
  ].join("|"),
  "iu",
);

const TIPS = new Set(
  (
    "tip|tips|gratuity|trinkgeld|pourboire|propina|mancia|fooi|gorjeta|drikkepenge|driks|dricks|tippi|juomaraha|" +
    "napiwek|spropitné|sprepitné|borravaló|bahşiş|bacșiș|napojnica|чаевые|φιλοδώρημα|チップ|小费|小費|팁|tiền boa|ทิป"
  ).split("|"),
);

export const isGiftCardName = (name: string): boolean => GIFT_CARD.test(name.normalize("NFC"));

export const isTipName = (name: string): boolean => TIPS.has(name.normalize("NFC").toLowerCase());

const LANGUAGES = [
  "en",
  "de",
  "fr",
  "es",
  "it",
  "nl",
  "pt",
  "sv",
  "da",
  "nb",
  "fi",
  "pl",
  "cs",
  "tr",
  "ja",
  "zh",
  "ko",
];
const ALSO = {
  usa: "US",
  "u.s.a.": "US",
  "u.s.": "US",
  "united states of america": "US",
  america: "US",
  uk: "GB",
  "u.k.": "GB",
  "great britain": "GB",
  england: "GB",
  scotland: "GB",
  wales: "GB",
  "northern ireland": "GB",
  holland: "NL",
  "the netherlands": "NL",
  "hong kong": "HK",
  macau: "MO",
  "south korea": "KR",
  "republic of korea": "KR",
  "korea, republic of": "KR",
  "czech republic": "CZ",
  turkey: "TR",
  russia: "RU",
  "russian federation": "RU",
  "viet nam": "VN",
  "republic of ireland": "IE",
  eire: "IE",
  uae: "AE",
};

let currencies: ReadonlySet<string> | null = null;
let known: { codes: ReadonlySet<string>; names: ReadonlyMap<string, string> } | null = null;

/** ISO code of a code or a name; null: nothing that Shopify knows. */
export function countryOf(text: string): string | null {
  known ??= load();
  const code = text.toUpperCase();
  return known.codes.has(code) ? code : (known.names.get(text.normalize("NFC").toLowerCase()) ?? null);
}

function load(): NonNullable<typeof known> {
  const codes = new Set(valuesOf("CountryCode"));
  const names = new Map<string, string>(Object.entries(ALSO));
  for (const language of LANGUAGES) {
    const display = new Intl.DisplayNames(language, { type: "region", fallback: "none" });
    for (const code of codes) {
      const name = display.of(code)?.normalize("NFC").toLowerCase();
      if (name !== undefined && !names.has(name)) names.set(name, code);
    }
  }
  return { codes, names };
}

/** Another currency than Shopify's own could not be told to the app. */
export function isCurrency(code: string): boolean {
  currencies ??= new Set(valuesOf("CurrencyCode"));
  return currencies.has(code);
}

function valuesOf(name: string): string[] {
  const type = adminSchema().schema.getType(name);
  if (!(type instanceof GraphQLEnumType)) throw new Error(`The schema has no enum ${name}.`);
  return type.getValues().map((value) => value.name);
}
