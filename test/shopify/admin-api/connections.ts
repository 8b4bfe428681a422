// Connections: pages over a shop's records (sorted, filtered, with cursors) and over an order's own short lists.
import { createHash } from "node:crypto";
import type { Args, Fields, Served } from "./context.ts";
import { badRequest } from "./errors.ts";
import { compareInstants } from "./instants.ts";

const MAX_PAGE = 250;
/** Shopify pages through 25,000 records of a query at most. */
const MAX_RECORDS = 25_000;

export interface Edge {
  node: unknown;
  cursor: string;
}

export interface Page {
  edges: Edge[];
  hasNextPage: boolean;
  hasPreviousPage: boolean;
}

/** Paged on request for one answer; a bulk operation reads all of it. */
export interface Connection {
  all(): Iterable<unknown>;
  page(): Page;
}

export type SortValue = string | number | null;

export interface Records<T> {
  /** In any order. */
  scan(): Iterable<T>;
  /** The filter; null: all. Asked only of what could be on the page, as it is the dearest part of one. */
  matches: ((node: T) => boolean) | null;
  sortValue(node: T): SortValue;
  id(node: T): number;
  /** Everything that makes a cursor valid: the field, its filter and its sort. */
  identity: string;
}

interface Position {
  value: SortValue;
  id: number;
  /** How many records lie before and with it: the depth reached so far. */
  depth: number;
}

const compareValues = (a: SortValue, b: SortValue): number => {
  if (a === b) return 0;
  if (a === null) return -1;
  if (b === null) return 1;
  if (typeof a === "string" && typeof b === "string") {
    const instants = a.length >= 20 && a.endsWith("Z") && b.length >= 20 && b.endsWith("Z");
    return instants ? compareInstants(a, b) : a < b ? -1 : a > b ? 1 : 0;
  }
  return a < b ? -1 : 1;
};

export function recordsConnection<T>(records: Records<T>, args: Args): Connection {
  let page: Page | null = null;
  const { matches } = records;
  const all = (): Iterable<T> => (matches === null ? records.scan() : filtered(records.scan(), matches));
  return { all, page: () => (page ??= recordsPage(records, args)) };
}

export function* filtered<T>(nodes: Iterable<T>, keep: (node: T) => boolean): Generator<T> {
  for (const node of nodes) if (keep(node)) yield node;
}

function recordsPage<T>(records: Records<T>, args: Args): Page {
  const { size, backwards } = pageSize(args);
  const identity = createHash("sha256")
    .update(`${records.identity}|${String(args["reverse"])}`)
    .digest("base64url");
  const after = decode(args["after"], identity);
  const before = decode(args["before"], identity);
  const sign = (args["reverse"] === true ? -1 : 1) * (backwards ? -1 : 1);
  const order = (a: Position, b: Position): number => sign * (compareValues(a.value, b.value) || a.id - b.id);
  const [start, end] = backwards ? [before, after] : [after, before];
  const depth = start?.depth ?? 0;
  if (depth + size > MAX_RECORDS)
    throw badRequest(`Pagination is limited to ${MAX_RECORDS} records of a query. Narrow the query.`);

  const smallest = new Smallest<T>(size + 1, order);
  for (const node of records.scan()) {
    const at = { value: records.sortValue(node), id: records.id(node), depth: 0, node };
    if (start !== null && order(at, start) <= 0) continue;
    if (end !== null && order(at, end) >= 0) continue;
    if (smallest.wants(at) && (records.matches?.(node) ?? true)) smallest.add(at);
  }
  const found = smallest.sorted();
  const more = found.length > size;
  const edges = found.slice(0, size).map((at, index) => ({
    node: at.node,
    cursor: encode({ value: at.value, id: at.id, depth: depth + index + 1 }, identity),
  }));
  if (backwards) edges.reverse();
  return {
    edges,
    hasNextPage: backwards ? before !== null : more,
    hasPreviousPage: backwards ? more : after !== null,
  };
}

type Found<T> = Position & { node: T };

/** The n smallest of a stream, without sorting all of it. */
class Smallest<T> {
  readonly #size: number;
  readonly #order: (a: Position, b: Position) => number;
  #kept: Found<T>[] = [];
  #worst: Found<T> | null = null;

  constructor(size: number, order: (a: Position, b: Position) => number) {
    this.#size = size;
    this.#order = order;
  }

  wants(at: Position): boolean {
    return this.#worst === null || this.#order(at, this.#worst) < 0;
  }

  add(at: Found<T>): void {
    this.#kept.push(at);
    if (this.#kept.length >= 4 * this.#size) this.#shrink();
  }

  #shrink(): void {
    this.#kept = this.#kept.sort(this.#order).slice(0, this.#size);
    this.#worst = this.#kept.length === this.#size ? (this.#kept.at(-1) ?? null) : null;
  }

  sorted(): Found<T>[] {
    this.#shrink();
    return this.#kept;
  }
}

function encode({ value, id, depth }: Position, identity: string): string {
  return Buffer.from(JSON.stringify({ last_value: value, last_id: id, depth, of: identity })).toString(
    "base64",
  );
}

function decode(cursor: unknown, identity: string): Position | null {
  if (typeof cursor !== "string") return null;
  let read: { last_value?: SortValue; last_id?: number; depth?: number; of?: string };
  try {
    read = JSON.parse(Buffer.from(cursor, "base64").toString()) as typeof read;
  } catch {
    throw badRequest("Invalid cursor for current pagination sort.");
  }
  if (read.of !== identity || read.last_id === undefined)
    throw badRequest("Invalid cursor for current pagination sort.");
  return { value: read.last_value ?? null, id: read.last_id, depth: read.depth ?? 0 };
}

function pageSize(args: Args, largest = MAX_PAGE): { size: number; backwards: boolean } {
  const first = args["first"] as number | null | undefined;
  const last = args["last"] as number | null | undefined;
  if (first == null && last == null) throw badRequest("you must provide one of first or last");
  if (first != null && last != null) throw badRequest("providing both first and last is not supported");
  const name = first != null ? "first" : "last";
  const size = first ?? last ?? 0;
  if (size < 0) throw badRequest(`${name} must be a non-negative integer`);
  if (size > largest) throw badRequest(`${name} cannot exceed ${largest}`);
  return { size, backwards: first == null };
}

/** A list that belongs to one record: in its own order, cursors are positions. */
export function listConnection(nodes: readonly unknown[], args: Args, largest?: number): Connection {
  let page: Page | null = null;
  return { all: () => nodes, page: () => (page ??= listPage(nodes, args, largest)) };
}

function listPage(nodes: readonly unknown[], args: Args, largest?: number): Page {
  const { size, backwards } = pageSize(args, largest);
  const listed = args["reverse"] === true ? nodes.toReversed() : nodes;
  let from = args["after"] == null ? 0 : listPosition(args["after"]) + 1;
  let to = args["before"] == null ? listed.length : listPosition(args["before"]);
  const [low, high] = [from, to];
  if (backwards) from = Math.max(from, to - size);
  else to = Math.min(to, from + size);
  return {
    edges: listed.slice(from, to).map((node, index) => ({ node, cursor: listCursor(from + index) })),
    hasNextPage: backwards ? to < listed.length : to < high,
    hasPreviousPage: backwards ? from > low : from > 0,
  };
}

const listCursor = (index: number): string => Buffer.from(`{"position":${index}}`).toString("base64");

function listPosition(cursor: unknown): number {
  const position = /^\{"position":(\d+)\}$/.exec(Buffer.from(String(cursor), "base64").toString())?.[1];
  if (position === undefined) throw badRequest("Invalid cursor for current pagination sort.");
  return Number(position);
}

const CONNECTION: Fields<Connection> = {
  edges: (connection) => connection.page().edges,
  nodes: (connection) => connection.page().edges.map((edge) => edge.node),
  pageInfo: (connection) => connection.page(),
};

const EDGE: Fields<Edge> = { node: (edge) => edge.node, cursor: (edge) => edge.cursor };

const PAGE_INFO: Fields<Page> = {
  hasNextPage: (page) => page.hasNextPage,
  hasPreviousPage: (page) => page.hasPreviousPage,
  startCursor: (page) => page.edges[0]?.cursor ?? null,
  endCursor: (page) => page.edges.at(-1)?.cursor ?? null,
};

/** The resolvers of `XConnection` and `XEdge` for each node type named. */
export const connectionTypes = (...nodeTypes: readonly string[]): Served => ({
  PageInfo: PAGE_INFO,
  ...Object.fromEntries<Served[string]>(
    nodeTypes.flatMap((type) => [
      [`${type}Connection`, CONNECTION],
      [`${type}Edge`, EDGE],
    ]),
  ),
});
