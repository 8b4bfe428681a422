// What is read of a resource by the Admin API: declared once as data. Its bulk, paged and by-ids documents derive from the
// declaration, and every way of reading gives the same rows.
import { z } from "zod";
import { AppError } from "../errors.ts";
import { failure } from "../failure.ts";

/** GraphQL fields of a node; those that need a scope of their own are left out of a shop that did not grant it. */
export type Fields = readonly (string | { scope: string; fields: string })[];

interface Node {
  fields: Fields;
  /** The scalar part of the node as a by-ids answer holds it. Enums stay text: an unknown value is kept. */
  schema: z.ZodObject;
  connections: readonly Connection[];
}

export interface Connection extends Node {
  field: string;
  /** Children read with their parent by a by-ids document; the rest follows page by page. */
  first: number;
}

/** Nodes of a root connection. */
export interface Readable extends Node {
  /** The connection's. */
  name: string;
  /** GraphQL's type of the node. */
  type: string;
}

export interface ReadResource extends Readable {
  /** The query root's field that lists them, where it has another name. */
  root?: string;
  /** The query root's field that counts them, where the app asks for it by itself. */
  count?: string;
  /** Argument type of `sortKey`. */
  sortKeys: string;
  /** The sort key by which what changed last comes first; null: there is none, and a search by change is as exact. */
  lastChanged: "UPDATED_AT" | null;
  /** Without these a first sync does not begin. */
  scopes: readonly string[];
  /** Without this one a copy that is there cannot be kept up. */
  readableWith: string;
  /** Scopes that add to what is read: older orders, unit costs. */
  wishedScopes: readonly string[];
  /** Scopes that a merchant may grant later, where a feature of the app opens; never asked for at install. */
  optionalScopes?: readonly string[];
  webhooks: {
    route: string;
    topics: Readonly<Record<string, Topic>>;
    /** The topic that says no more than that something changed. */
    changed: string;
  };
}

/** A webhook topic after which nodes of the resource are read again. */
export interface Topic {
  /**
   * Where their ids stand in the payload, as numbers or gids; "order.id" is inside "order". The app is sent nothing else.
   * None: the payload names no node, and what changed since it was sent is searched for.
   */
  ids: readonly string[];
  /** Of a topic without ids: what Shopify is asked to send, for it sends a whole payload to whoever asks for nothing. */
  fields?: readonly string[];
  /**
   * An optional scope that the topic needs: it is subscribed to in each shop that grants it, by the Admin API, and is not in
   * shopify.app.toml, whose topics every shop must allow.
   */
  perShop?: string;
  /** By this a node that cannot be read is known to be gone; an order may also be out of the app's sight. */
  gone?: true;
  /** Orders leave these customers, or come to them, without being updated themselves. */
  movesOrders?: true;
  /** The first id's customer has taken in the second's. */
  joins?: true;
}

const selected = (fields: Fields, scopes: ReadonlySet<string>): string =>
  fields
    .flatMap((part) => (typeof part === "string" ? [part] : scopes.has(part.scope) ? [part.fields] : []))
    .join(" ");

export const rootOf = ({ name, root = name }: Pick<ReadResource, "name" | "root">): string => root;

/** Bulk operations take no variables and read connections through edges only. */
function bulkNode(node: Node, scopes: ReadonlySet<string>): string {
  const children = node.connections.map(
    (child) => `${child.field} { edges { node { ${bulkNode(child, scopes)} } } }`,
  );
  return ["__typename id", selected(node.fields, scopes), ...children].join(" ");
}

/**
 * The inner query of a bulk operation.
 * @param filter in Shopify's search syntax; its texts are quoted with ' and never hold a "
 */
export function bulkDocument(resource: Readable, scopes: ReadonlySet<string>, filter: string): string {
  const query = filter === "" ? "" : `(query: ${JSON.stringify(filter)})`;
  return `query { ${rootOf(resource)}${query} { edges { node { ${bulkNode(resource, scopes)} } } } }`;
}

/** Whole nodes without children, a page at a time: $after. */
export function everyDocument(resource: Readable, scopes: ReadonlySet<string>): string {
  return `query Every_${resource.name}($after: String) {
  ${resource.name}(first: 250, after: $after) ${page(`__typename id ${selected(resource.fields, scopes)}`)}
}`;
}

/** Ids with their instants, a page at a time: $query, $first, $after, $sortKey, $reverse. */
export function pagedDocument(resource: ReadResource): string {
  return `query List_${resource.name}($query: String!, $first: Int!, $after: String, $sortKey: ${resource.sortKeys}!, $reverse: Boolean!) {
  ${rootOf(resource)}(query: $query, first: $first, after: $after, sortKey: $sortKey, reverse: $reverse) {
    nodes { id createdAt updatedAt }
    pageInfo { hasNextPage endCursor }
  }
}`;
}

/** How many there are, to the end; null where the app does not ask. */
export const countDocument = ({ name, count }: Pick<ReadResource, "name" | "count">): string | null =>
  count === undefined ? null : `query Count_${name} { ${count}(limit: null) { count } }`;

const page = (nodes: string): string => `{ nodes { ${nodes} } pageInfo { hasNextPage endCursor } }`;

function readNode(node: Node, scopes: ReadonlySet<string>, share: number): string {
  const children = node.connections.map(
    (child) =>
      `${child.field}(first: ${Math.max(1, Math.floor(child.first * share))}) ${page(readNode(child, scopes, share))}`,
  );
  return ["__typename id", selected(node.fields, scopes), ...children].join(" ");
}

/**
 * Whole nodes by `$ids`.
 * @param share of the declared children to ask for at once, for a query whose cost is refused
 */
export function byIdsDocument(resource: Readable, scopes: ReadonlySet<string>, share = 1): string {
  return `query Read_${resource.name}($ids: [ID!]!) {
  nodes(ids: $ids) { ... on ${resource.type} { ${readNode(resource, scopes, share)} } }
}`;
}

/** Children of one node (`$id`): `$first` at a time after `$after`, and of each of them 250 of theirs after `$inner`. */
export function childrenDocument(
  resource: Readable,
  connection: Connection,
  scopes: ReadonlySet<string>,
): string {
  const grandchildren = connection.connections.map(
    (child) => `${child.field}(first: 250, after: $inner) ${page(readNode(child, scopes, 1))}`,
  );
  const node = ["__typename id", selected(connection.fields, scopes), ...grandchildren].join(" ");
  const inner = grandchildren.length > 0 ? ", $inner: String" : "";
  return `query Children_${connection.field}($id: ID!, $first: Int!, $after: String${inner}) {
  node(id: $id) { ... on ${resource.type} { id ${connection.field}(first: $first, after: $after) ${page(node)} } }
}`;
}

export interface ReadNode {
  __typename: string;
  id: string;
  [field: string]: unknown;
}

export interface Page {
  nodes: ReadNode[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

export const pageInfo = z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() });

/** The schema of a node with its pages of children. */
export function nodeSchema(node: Node): z.ZodType<ReadNode> {
  const pages = node.connections.map((child) => [child.field, pageSchema(child)] as const);
  return node.schema.extend({
    __typename: z.string(),
    id: z.string().startsWith("gid://shopify/"),
    ...Object.fromEntries(pages),
  }) as unknown as z.ZodType<ReadNode>;
}

export const pageSchema = (connection: Connection): z.ZodType<Page> =>
  z.object({ nodes: z.array(nodeSchema(connection)), pageInfo });

/** The rows of a node as a bulk file has them: children on lines of their own with `__parentId`. */
export function* rowsOf(
  node: ReadNode,
  connections: readonly Connection[],
  parent?: string,
): Generator<object> {
  const own: Record<string, unknown> = { ...node };
  for (const connection of connections) delete own[connection.field];
  if (parent !== undefined) own.__parentId = parent;
  yield own;
  for (const connection of connections)
    for (const child of (node[connection.field] as Page).nodes)
      yield* rowsOf(child, connection.connections, node.id);
}

export const gidOf = ({ type }: Pick<Readable, "type">, id: bigint | number): string =>
  `gid://shopify/${type}/${id}`;

export class UnreadableId extends AppError {
  constructor(gid: string) {
    super(`What Shopify sent can't be used: ${gid} is no id`, {
      status: 502,
      failure: failure("unusable_id", { id: gid }),
    });
  }
}

/** `gid://shopify/Order/123` → 123. Throws UnreadableId. */
export function numericId(gid: string): number {
  const id = Number(/\/(\d+)(?:\?|$)/.exec(gid)?.[1]);
  if (!Number.isSafeInteger(id)) throw new UnreadableId(gid);
  return id;
}
