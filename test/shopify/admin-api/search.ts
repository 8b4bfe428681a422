// Shopify's search syntax: terms, AND, OR, NOT, "-", brackets, comparators, ranges and quotes, compiled to a predicate.
// An unknown key or an unreadable value matches everything and is only told in `extensions.search`, as Shopify does.
import { Temporal } from "temporal-polyfill";
import { notSimulated } from "./errors.ts";
import { compareInstants } from "./instants.ts";

export type Predicate<T> = (node: T) => boolean;

export type SearchKey<T> =
  | { type: "time" | "day"; value: (node: T) => string | readonly string[] | null }
  | { type: "id" | "number"; value: (node: T) => number | null }
  | { type: "boolean"; value: (node: T) => boolean }
  | { type: "text"; value: (node: T) => readonly string[] }
  | { type: "choice"; values: Readonly<Record<string, Predicate<T>>> };

export interface SearchedResource<T> {
  /** The keys Shopify documents: one that is documented but not served is an error of the simulator. */
  documented: ReadonlyMap<string, string>;
  keys: Readonly<Record<string, SearchKey<T>>>;
  /** A term without a key. */
  plain: (word: string) => Predicate<T>;
  /** Where bare dates begin and end. */
  timeZone: string;
  now: Date;
}

export interface SearchWarning {
  field: string;
  message: string;
  code: "invalid_field" | "invalid_value";
}

export type SearchWarnings = {
  path: (string | number)[];
  query: string;
  parsed: unknown;
  warnings: SearchWarning[];
}[];

export interface CompiledSearch<T> {
  matches: Predicate<T>;
  parsed: unknown;
  warnings: SearchWarning[];
}

type Comparator = ":" | ">=" | "<=" | ">" | "<";
type Node =
  | { kind: "and" | "or"; nodes: Node[] }
  | { kind: "not"; node: Node }
  | { kind: "term"; key: string | null; comparator: Comparator; value: string };

/** An empty query matches everything. */
export function compileSearch<T>(query: string, resource: SearchedResource<T>): CompiledSearch<T> {
  const tree = new Parser(query).parse();
  const warnings: SearchWarning[] = [];
  return { matches: compile(tree, resource, warnings), parsed: described(tree), warnings };
}

function compile<T>(node: Node, resource: SearchedResource<T>, warnings: SearchWarning[]): Predicate<T> {
  if (node.kind === "not") {
    const inner = compile(node.node, resource, warnings);
    return inner === everything ? everything : (each) => !inner(each);
  }
  if (node.kind === "term") return compileTerm(node, resource, warnings);
  const parts = node.nodes
    .map((each) => compile(each, resource, warnings))
    .filter((part) => node.kind === "or" || part !== everything);
  if (parts.length === 0 || parts.includes(everything)) return everything;
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only;
  return node.kind === "and"
    ? (each) => parts.every((part) => part(each))
    : (each) => parts.some((part) => part(each));
}

const everything = (): boolean => true;

function compileTerm<T>(
  term: Extract<Node, { kind: "term" }>,
  resource: SearchedResource<T>,
  warnings: SearchWarning[],
): Predicate<T> {
  if (term.key === null) return resource.plain(term.value);
  const key = resource.keys[term.key];
  if (key === undefined) {
    if (resource.documented.has(term.key)) throw notSimulated(`search key ${term.key}`);
    warnings.push({
      field: term.key,
      message: "Invalid search field for this query.",
      code: "invalid_field",
    });
    return everything;
  }
  const predicate = compileKey(key, term.comparator, term.value, resource);
  if (predicate !== null) return predicate;
  warnings.push({
    field: term.key,
    message: `Input \`${term.value}\` is not an accepted value.`,
    code: "invalid_value",
  });
  return everything;
}

function compileKey<T>(
  key: SearchKey<T>,
  comparator: Comparator,
  value: string,
  resource: SearchedResource<T>,
): Predicate<T> | null {
  switch (key.type) {
    case "time":
    case "day": {
      const range = rangeOf(value);
      const span = range === null ? spanOf(value, key.type, resource) : null;
      const low = range === null ? span : spanOf(range[0], key.type, resource);
      const high = range === null ? span : spanOf(range[1], key.type, resource);
      if (low === null || high === null) return null;
      const within = insideSpan(range === null ? comparator : ":", low.from, low.to, high.to);
      return (node) => {
        const found = key.value(node);
        if (found === null) return false;
        return typeof found === "string" ? within(found) : found.some(within);
      };
    }
    case "id":
    case "number": {
      const range = rangeOf(value);
      const numbers = (range ?? [value]).map((each) => (/^-?\d+(\.\d+)?$/.test(each) ? Number(each) : NaN));
      const [low = NaN, high = low] = numbers;
      if (Number.isNaN(low) || Number.isNaN(high)) return null;
      const within = insideNumbers(range === null ? comparator : ":", low, high);
      return (node) => {
        const found = key.value(node);
        return found !== null && within(found);
      };
    }
    case "boolean":
      if (value !== "true" && value !== "false") return null;
      return (node) => key.value(node) === (value === "true");
    case "text": {
      const wanted = value.split(",").map((each) => textMatcher(each.trim().toLowerCase()));
      return (node) => key.value(node).some((each) => wanted.some((match) => match(each.toLowerCase())));
    }
    case "choice":
      return key.values[value.toLowerCase()] ?? null;
  }
}

const textMatcher = (wanted: string): Predicate<string> =>
  wanted.endsWith("*") ? (text) => text.startsWith(wanted.slice(0, -1)) : (text) => text === wanted;

const rangeOf = (value: string): [string, string] | null => {
  const [low, high, ...more] = value.split("..");
  return low && high && more.length === 0 ? [low, high] : null;
};

/** `to` and `last` are exclusive ends: of the value itself, and of a range's upper value. */
function insideSpan(comparator: Comparator, from: string, to: string, last: string): Predicate<string> {
  switch (comparator) {
    case ":":
      return (at) => compareInstants(at, from) >= 0 && compareInstants(at, last) < 0;
    case ">=":
      return (at) => compareInstants(at, from) >= 0;
    case ">":
      return (at) => compareInstants(at, to) >= 0;
    case "<":
      return (at) => compareInstants(at, from) < 0;
    case "<=":
      return (at) => compareInstants(at, to) < 0;
  }
}

function insideNumbers(comparator: Comparator, low: number, high: number): Predicate<number> {
  switch (comparator) {
    case ":":
      return (found) => found >= low && found <= high;
    case ">=":
      return (found) => found >= low;
    case ">":
      return (found) => found > low;
    case "<":
      return (found) => found < low;
    case "<=":
      return (found) => found <= low;
  }
}

/** What a time value covers: an instant its second, a date its day, "2024-03" its month, "2024" its year. */
function spanOf(
  value: string,
  type: "time" | "day",
  { timeZone, now }: { timeZone: string; now: Date },
): { from: string; to: string } | null {
  const text = value === "now" ? now.toISOString() : value;
  const date = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/.exec(text);
  try {
    if (date !== null) {
      const [, year = "", month, day] = date;
      const first = Temporal.PlainDate.from(`${year}-${month ?? "01"}-${day ?? "01"}`);
      const next = first.add(
        day !== undefined ? { days: 1 } : month !== undefined ? { months: 1 } : { years: 1 },
      );
      return { from: startOf(first, timeZone), to: startOf(next, timeZone) };
    }
    const instant = /(Z|[+-]\d{2}:?\d{2})$/i.test(text)
      ? Temporal.Instant.from(text)
      : Temporal.PlainDateTime.from(text).toZonedDateTime(timeZone).toInstant();
    if (type === "day") {
      const day = instant.toZonedDateTimeISO(timeZone).toPlainDate();
      return { from: startOf(day, timeZone), to: startOf(day.add({ days: 1 }), timeZone) };
    }
    return { from: instant.toString(), to: instant.add({ seconds: 1 }).toString() };
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

const startOf = (day: Temporal.PlainDate, timeZone: string): string =>
  day.toZonedDateTime(timeZone).toInstant().toString();

const RANGE_NAMES: Record<Exclude<Comparator, ":">, string> = {
  ">=": "gte",
  "<=": "lte",
  ">": "gt",
  "<": "lt",
};

function described(node: Node): unknown {
  if (node.kind === "not") return { not: described(node.node) };
  if (node.kind !== "term") return { [node.kind]: node.nodes.map(described) };
  if (node.comparator === ":") return { field: node.key ?? "default", match_all: node.value };
  return { field: node.key ?? "default", range: { [RANGE_NAMES[node.comparator]]: node.value } };
}

class Parser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  parse(): Node {
    const nodes: Node[] = [];
    while (this.#skipSpace()) {
      // A stray closing bracket is dropped, as free text searches do.
      if (this.#take(")")) continue;
      nodes.push(this.#any());
    }
    const [only] = nodes;
    return only !== undefined && nodes.length === 1 ? only : { kind: "and", nodes };
  }

  #any(): Node {
    const nodes = [this.#all()];
    while (this.#word("OR")) nodes.push(this.#all());
    return nodes.length === 1 && nodes[0] ? nodes[0] : { kind: "or", nodes };
  }

  #all(): Node {
    const nodes: Node[] = [];
    while (this.#skipSpace() && this.#text[this.#at] !== ")" && !this.#ahead("OR")) {
      if (this.#word("AND")) continue;
      nodes.push(this.#one());
    }
    return nodes.length === 1 && nodes[0] ? nodes[0] : { kind: "and", nodes };
  }

  #one(): Node {
    if (this.#word("NOT") || this.#take("-")) {
      this.#skipSpace();
      return { kind: "not", node: this.#one() };
    }
    if (this.#take("(")) {
      const inner = this.#any();
      this.#skipSpace();
      this.#take(")");
      return inner;
    }
    return this.#term();
  }

  #term(): Node {
    const key = /[a-z_][\w.]*\s*:/iy;
    key.lastIndex = this.#at;
    const name = key.exec(this.#text)?.[0];
    if (name === undefined) return { kind: "term", key: null, comparator: ":", value: this.#value() };
    this.#at += name.length;
    this.#skipSpace();
    const comparator = ([">=", "<=", ">", "<"] as const).find((each) => this.#take(each)) ?? ":";
    this.#skipSpace();
    return { kind: "term", key: name.slice(0, -1).trim(), comparator, value: this.#value() };
  }

  #value(): string {
    const quote = this.#text[this.#at];
    if (quote === "'" || quote === '"') {
      const end = this.#text.indexOf(quote, this.#at + 1);
      const value = this.#text.slice(this.#at + 1, end === -1 ? undefined : end);
      this.#at = end === -1 ? this.#text.length : end + 1;
      return value;
    }
    const bare = /[^\s()]+/y;
    bare.lastIndex = this.#at;
    const value = bare.exec(this.#text)?.[0] ?? "";
    this.#at += value.length;
    return value;
  }

  #skipSpace(): boolean {
    while (/\s/.test(this.#text[this.#at] ?? "")) this.#at += 1;
    return this.#at < this.#text.length;
  }

  #take(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  #ahead(word: string): boolean {
    return this.#text.startsWith(word, this.#at) && /^[\s(]/.test(this.#text.slice(this.#at + word.length));
  }

  #word(word: string): boolean {
    this.#skipSpace();
    if (!this.#ahead(word)) return false;
    this.#at += word.length;
    return true;
  }
}
