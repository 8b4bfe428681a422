// Countries, channels and words of the shop: which of them mean the same, in SQL and out of it. Two that have one name would be
// two rows that look alike.

const LOWER = "abcdefghijklmnopqrstuvwxyz";
const UPPER = LOWER.toUpperCase();

/** Engines fold other letters than these differently. */
const folded = (sql: string, from: string, to: string) => `translate(TRIM(${sql}), '${from}', '${to}')`;

/** Codes that ISO 3166 gave up for another's, as the language data of this Node know them: AN is Curaçao's CW today. */
const successors: ReadonlyMap<string, string> = new Map(
  [...UPPER]
    .flatMap((first) => [...UPPER].map((second) => first + second))
    .map((code): [string, string] => [code, new Intl.Locale(`und-${code}`).region ?? code])
    .filter(([code, region]) => code !== region && /^[A-Z]{2}$/.test(region)),
);
/** Stands for "unknown region" in CLDR and in imports. */
const NOWHERE = "ZZ";

/** SQL: the country's code of today, NULL for none. */
export function countryInSql(column: string): string {
  const code = folded(column, LOWER, UPPER);
  const whens = [...successors].map(([old, now]) => `WHEN '${old}' THEN '${now}'`).join(" ");
  return `CASE ${code} WHEN '${NOWHERE}' THEN NULL ${whens} ELSE ${code} END`;
}

/** What countryInSql makes of a code; "" for none. */
export function countryOf(code: string): string {
  const folded = asciiCase(code, LOWER, UPPER).replace(/^ +| +$/g, "");
  return folded === NOWHERE ? "" : (successors.get(folded) ?? folded);
}

const asciiCase = (text: string, from: string, to: string) =>
  [...text].map((letter) => to[from.indexOf(letter)] ?? letter).join("");

/** What stands between the parts of a name, or is not seen in it: both engines take these letters as they are. */
const JOINTS =
  "-_ \t\n\v\f\r\u00a0\u00ad\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c" +
  "\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u3000\ufeff\u200d";
const JOINT = new RegExp(`[${JOINTS}]+`, "gu");

const joined = (channel: string) =>
  asciiCase(channel, UPPER, LOWER)
    .replaceAll(JOINT, "-")
    .replace(/^[-.]+|[-.]+$/g, "");

/** Two names that Shopify gives to one channel, and what its pages and exports call one. */
const channelAliases: ReadonlyMap<string, string> = new Map([
  ["shopify-draft-order", "draft-orders"],
  ["subscription-contract-checkout-one", "subscription-contract"],
  ["online-store", "web"],
  ["point-of-sale", "pos"],
  ["point-of-sale-(iphone)", "iphone"],
  ["point-of-sale-(android)", "android"],
  ["subscriptions", "subscription-contract"],
]);

/**
 * SQL: words in small letters, parts joined by hyphens, '' for none. An address cannot end in a name of dots alone: those at
 * the ends go.
 */
const joinedInSql = (column: string) =>
  `TRIM(regexp_replace(${folded(column, UPPER, LOWER)}, '[${JOINTS}]+', '-', 'g'), '-.')`;

/** SQL: a merchant's own words so that two that look alike are one, NULL for none. */
export const wordsInSql = (column: string): string => `NULLIF(${joinedInSql(column)}, '')`;

/** What wordsInSql makes of words; "" for none. */
export const wordsOf = joined;

/** SQL: a channel's name in small letters, parts joined by hyphens, NULL for none. "App 7" is what we call app 7. */
export function channelInSql(column: string): string {
  const parts = joinedInSql(column);
  const name = `NULLIF(regexp_replace(${parts}, '^app-([0-9]+)$', '\\1'), '')`;
  const whens = [...channelAliases].map(([old, now]) => `WHEN '${old}' THEN '${now}'`).join(" ");
  return `CASE ${name} ${whens} ELSE ${name} END`;
}

/** What channelInSql makes of a channel; "" for none. */
export function channelOf(channel: string): string {
  const name = joined(channel).replace(/^app-([0-9]+)$/, "$1");
  return channelAliases.get(name) ?? name;
}
