// Which parameters an address of the API or of a file has: one that is unknown or given twice would else be left out, and
// another question answered than the one that was asked.
import { BadInput } from "../errors.ts";
import { supportedLocale } from "../locales.ts";
import { PSEUDO } from "../words/screen.ts";
import { COMPARED_DAYS } from "./address-comparison.ts";

export interface Parameters {
  /** Given once at most. */
  single?: readonly string[];
  /** With commas between, and as often as one likes; also as `name[]`. */
  lists?: readonly string[];
}

const ASKED = ["segmentation", "period", "from", "to", "compare", ...COMPARED_DAYS, "as_of"];
const SCOPE = ["sets", "within"];
/** A page asks for its files by its own address. */
const PAGE = ["locale", "sort", "page", "chart", "separators"];

export const QUESTION = { single: [...ASKED, ...SCOPE, "against"], lists: ["kpis"] } satisfies Parameters;
export const WHY = { single: [...ASKED, ...SCOPE, "kpi", "locale"] } satisfies Parameters;
export const SEGMENTS = { single: ["period", "from", "to", "as_of", "locale"] } satisfies Parameters;
const FIGURE = [...WHY.single, "segment"];
const ROWS_OF = ["part", "side", "sort", "sign", "find"];

export const EXPLAIN = { single: FIGURE } satisfies Parameters;
/** A receipt has all rows, whatever a page shows of them. */
export const RECEIPT = { single: FIGURE } satisfies Parameters;
export const ROWS = { single: [...FIGURE, ...ROWS_OF, "page"] } satisfies Parameters;
export const ROWS_FILE = { single: [...FIGURE, ...ROWS_OF, "separators"] } satisfies Parameters;
export const PLACES = { single: ["locale"] } satisfies Parameters;
export const FINDINGS = { single: ["week", "locale"] } satisfies Parameters;
export const REFUNDS = { single: ["months", "locale"] } satisfies Parameters;
const BETWEEN = ["segmentation", "period", "from", "to", "thresholds", "locale"];
export const MOVEMENT = { single: BETWEEN } satisfies Parameters;
export const SEGMENT_HISTORY = { single: [...BETWEEN, "kpi"] } satisfies Parameters;
export const FLOW_FILE = {
  single: [...BETWEEN, "was", "becomes", "sort", "separators"],
} satisfies Parameters;
const COHORTS_OF = ["kpi", "unit", "basis", "cohorts", "within", "beside", "locale"];
export const COHORTS = { single: COHORTS_OF } satisfies Parameters;
export const COHORTS_FILE = { single: [...COHORTS_OF, "separators"] } satisfies Parameters;
export const TABLE_FILE = {
  single: [...ASKED, ...SCOPE, ...PAGE, "layout", "ranges"],
  lists: ["kpis"],
} satisfies Parameters;
export const WORKBOOK = {
  single: [...ASKED, ...SCOPE, ...PAGE.filter((name) => name !== "separators"), "ranges"],
  lists: ["kpis"],
} satisfies Parameters;
export const CUSTOMERS_FILE = {
  single: [...ASKED, ...PAGE, "segment"],
  lists: ["kpis"],
} satisfies Parameters;

/** What Shopify's admin and its bridge add to any address. */
const SHOPIFYS = new Set(
  "appLoadId embedded hmac host id_token link_source locale protocol session shop timestamp".split(" "),
);

/** The address's parameters, a list as one text with commas. Throws BadInput that names what cannot be. */
export function knownParameters(
  { url }: Pick<Request, "url">,
  { single = [], lists = [] }: Parameters,
): URLSearchParams {
  const given = new URL(url).searchParams;
  const known = new URLSearchParams();
  for (const name of new Set(given.keys())) {
    const values = given.getAll(name);
    const list = lists.find((each) => name === each || name === `${each}[]`);
    if (list !== undefined) known.set(list, [...known.getAll(list), ...values].filter(Boolean).join(","));
    else if (!single.includes(name) && !SHOPIFYS.has(name)) {
      const names = [...lists, ...single].map((each) => `"${each}"`);
      const there = names.length === 0 ? "There are none here." : `There are ${names.join(", ")}.`;
      throw new BadInput(`There is no parameter "${shown(name)}". ${there}`);
    } else if (single.includes(name) && values.length > 1)
      throw new BadInput(`"${name}" is given ${values.length} times; it can be given once.`);
    else known.set(name, values[0] ?? "");
  }
  return known;
}

/** The language of an address. Throws BadInput. */
export function localeIn(params: URLSearchParams): string {
  const given = params.get("locale") || "en";
  const locale = given === PSEUDO ? PSEUDO : supportedLocale(given);
  if (locale === null)
    throw new BadInput(`"locale" must be a language such as en or de-CH, not "${shown(given)}".`);
  return locale;
}

const shown = (name: string): string => (name.length > 40 ? `${name.slice(0, 40)}…` : name).toWellFormed();
