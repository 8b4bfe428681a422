// Reading without bulk operations: listing what changed, and whole nodes by id, however many children they have.
// The file it writes has a bulk file's rows.
import { appendFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { type Admin, CostTooHigh } from "./admin-api.ts";
import type { ReadContext } from "./context.ts";
import {
  byIdsDocument,
  childrenDocument,
  type Connection,
  nodeSchema,
  numericId,
  type Page,
  pagedDocument,
  pageInfo,
  pageSchema,
  type Readable,
  type ReadNode,
  type ReadResource,
  rootOf,
  rowsOf,
} from "./resource.ts";

export interface Listed {
  id: string;
  createdAt: string;
  updatedAt: string;
}

const PAGE = 250;
/** Shopify ends a pagination after 25,000 nodes; a new one starts before that, behind the last node. */
const PAGES_IN_A_ROW = 90;

const listing = (name: string) =>
  z.object({
    [name]: z.object({
      nodes: z.array(z.object({ id: z.string(), createdAt: z.string(), updatedAt: z.string() })),
      pageInfo,
    }),
  });

/** One pagination, newest or oldest first; the caller may stop at any page. */
export async function* list(
  admin: Admin,
  resource: ReadResource,
  query: string,
  sortKey: "ID" | "UPDATED_AT",
  reverse: boolean,
): AsyncGenerator<Listed[]> {
  const document = pagedDocument(resource);
  const root = rootOf(resource);
  const answer = listing(root);
  for (let after: string | null = null; ;) {
    const page: z.infer<typeof answer> = await admin.request(
      document,
      { query, first: PAGE, after, sortKey, reverse },
      answer,
    );
    const { nodes = [], pageInfo: info } = page[root] ?? {};
    yield nodes;
    if (!info?.hasNextPage) return;
    after = info.endCursor;
  }
}

/**
 * Everything a filter finds, beyond the length of one pagination, by id: an order's id never changes and is no other's, so
 * a node that changes meanwhile keeps its place, and any number of them may share an instant.
 */
export async function* listAll(
  admin: Admin,
  resource: ReadResource,
  filter: string,
): AsyncGenerator<Listed[]> {
  for (let from: number | null = null; ;) {
    let pages = 0;
    let last: number | null = null;
    const query: string = from === null ? filter : `${filter} id:>=${from}`.trim();
    for await (const page of list(admin, resource, query, "ID", false)) {
      yield page;
      const node = page.at(-1);
      last = node ? numericId(node.id) : last;
      pages += 1;
      if (pages === PAGES_IN_A_ROW) break;
    }
    if (pages < PAGES_IN_A_ROW || last === null) return;
    from = last + 1;
  }
}

export interface ReadNodes {
  file: string | null;
  /** The instant before the first request: what the rows are at least as new as. */
  readAt: string;
  found: number;
  /** Ids that Shopify answers with null: deleted, or out of the app's sight. */
  missing: string[];
}

/** Reads whole nodes by id into a file of the context's directory. */
export async function readByIds(
  context: Pick<ReadContext, "admin" | "directory" | "now">,
  resource: Readable,
  scopes: ReadonlySet<string>,
  ids: readonly string[],
): Promise<ReadNodes> {
  const read: ReadNodes = { file: null, readAt: context.now().toISOString(), found: 0, missing: [] };
  const answer = z.object({ nodes: z.array(nodeSchema(resource).nullable()) });
  let size = PAGE;
  let share = 1;
  for (let at = 0; at < ids.length;) {
    const batch = ids.slice(at, at + size);
    try {
      const { nodes } = await context.admin.request(
        byIdsDocument(resource, scopes, share),
        { ids: batch },
        answer,
      );
      const lines: string[] = [];
      for (const [index, node] of nodes.entries()) {
        if (node === null) read.missing.push(batch[index] ?? "");
        else {
          await completeChildren(context.admin, resource, scopes, node);
          read.found += 1;
          for (const row of rowsOf(node, resource.connections)) lines.push(JSON.stringify(row));
        }
      }
      if (lines.length > 0) {
        read.file ??= path.join(context.directory, `${crypto.randomUUID()}.jsonl`);
        await appendFile(read.file, `${lines.join("\n")}\n`);
      }
      at += batch.length;
    } catch (error) {
      if (!(error instanceof CostTooHigh)) throw error;
      if (size > 1) size = Math.ceil(size / 2);
      else if (share > 0.05) share /= 2;
      else throw error;
    }
  }
  return read;
}

const hasMore = (page: Page, connection: Connection): boolean =>
  page.pageInfo.hasNextPage ||
  connection.connections.some((child) =>
    page.nodes.some((node) => hasMore(node[child.field] as Page, child)),
  );

/** A by-ids answer holds the first children only; this fetches the others, or children would silently be cut off. */
async function completeChildren(
  admin: Admin,
  resource: Readable,
  scopes: ReadonlySet<string>,
  node: ReadNode,
): Promise<void> {
  for (const connection of resource.connections) {
    const page = node[connection.field] as Page;
    if (!hasMore(page, connection)) continue;
    node[connection.field] =
      connection.connections.length === 0
        ? await remaining(admin, resource, connection, scopes, node.id, page)
        : await inPages(admin, resource, connection, scopes, node.id);
  }
}

async function remaining(
  admin: Admin,
  resource: Readable,
  connection: Connection,
  scopes: ReadonlySet<string>,
  id: string,
  begun: Page,
): Promise<Page> {
  const nodes = [...begun.nodes];
  let info = begun.pageInfo;
  while (info.hasNextPage) {
    const page = await children(admin, resource, connection, scopes, {
      id,
      first: PAGE,
      after: info.endCursor,
    });
    nodes.push(...page.nodes);
    info = page.pageInfo;
  }
  return { nodes, pageInfo: info };
}

/** So many children that have children of their own are asked for at once, as long as none of these has more than a page. */
const PARENTS_AT_ONCE = 25;

/** Children that have children: where one has too many, its page is read one at a time, so that a cursor can point into it. */
async function inPages(
  admin: Admin,
  resource: Readable,
  connection: Connection,
  scopes: ReadonlySet<string>,
  id: string,
): Promise<Page> {
  const whole: Page = { nodes: [], pageInfo: { hasNextPage: true, endCursor: null } };
  const read = (first: number, after: string | null, inner: string | null) =>
    children(admin, resource, connection, scopes, { id, first, after, inner });
  let size = PARENTS_AT_ONCE;
  let single = 0;
  const [child] = connection.connections;
  while (child && whole.pageInfo.hasNextPage) {
    const { endCursor: after } = whole.pageInfo;
    const first = single > 0 ? 1 : size;
    const page = await read(first, after, null).catch((error: unknown) => {
      if (!(error instanceof CostTooHigh) || first === 1) throw error;
      return null;
    });
    if (page === null) {
      size = 1;
      continue;
    }
    if (page.nodes.length === 0) break;
    for (const node of page.nodes) {
      const grandchildren = node[child.field] as Page;
      if (!grandchildren.pageInfo.hasNextPage) continue;
      if (first > 1) {
        single = page.nodes.length;
        break;
      }
      while (grandchildren.pageInfo.hasNextPage) {
        const next = await read(1, after, grandchildren.pageInfo.endCursor);
        const more = next.nodes[0]?.[child.field] as Page | undefined;
        if (!more) break;
        grandchildren.nodes.push(...more.nodes);
        grandchildren.pageInfo = more.pageInfo;
      }
    }
    if (first > 1 && single > 0) continue;
    whole.nodes.push(...page.nodes);
    whole.pageInfo = page.pageInfo;
    single = Math.max(0, single - 1);
  }
  return whole;
}

async function children(
  admin: Admin,
  resource: Readable,
  connection: Connection,
  scopes: ReadonlySet<string>,
  variables: { id: string; first: number; after: string | null; inner?: string | null },
): Promise<Page> {
  const empty: Page = { nodes: [], pageInfo: { hasNextPage: false, endCursor: null } };
  const page = pageSchema(connection);
  const answer = z.object({ node: z.object({ id: z.string(), [connection.field]: page }).nullable() });
  const { node } = await admin.request(childrenDocument(resource, connection, scopes), variables, answer);
  return (node?.[connection.field] as Page | undefined) ?? empty;
}
