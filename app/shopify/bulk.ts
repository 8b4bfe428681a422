// Shopify's bulk operations: started, found again, followed to their end.
import { z } from "zod";
import { type AccessRevoked, BrokenFile, ScopeMissing } from "../errors.ts";
import { failure } from "../failure.ts";
import { type Admin, Unanswered } from "./admin-api.ts";
import type { ReadContext } from "./context.ts";
import { LinkDead } from "./download.ts";

/** Shopify's clock against ours, and its instants are whole seconds. */
const CLOCKS_DIFFER_MS = 60_000;

const FIELDS = "id status errorCode createdAt objectCount rootObjectCount fileSize url query";

export const runDocument = `mutation BulkRun($query: String!) {
  bulkOperationRunQuery(query: $query, groupObjects: false) {
    bulkOperation { ${FIELDS} }
    userErrors { field message code }
  }
}`;
export const readDocument = `query BulkRead($id: ID!) { bulkOperation(id: $id) { ${FIELDS} } }`;
export const recentDocument = `query BulkRecent {
  bulkOperations(first: 20, sortKey: CREATED_AT, reverse: true) { nodes { ${FIELDS} } }
}`;
export const cancelDocument = `mutation BulkCancel($id: ID!) {
  bulkOperationCancel(id: $id) { bulkOperation { id status } userErrors { field message } }
}`;

const count = z.coerce.number().int();
const operation = z.object({
  id: z.string(),
  /** CREATED, RUNNING, CANCELING; COMPLETED, FAILED, CANCELED, EXPIRED. */
  status: z.string(),
  errorCode: z.string().nullable(),
  createdAt: z.string(),
  /** Lines of the file. */
  objectCount: count,
  /** Lines without a parent: orders, customers. */
  rootObjectCount: count,
  /** Bytes of the file; null until it is there. */
  fileSize: count.nullable(),
  /** Null when there is no row. */
  url: z.string().nullable(),
  query: z.string(),
});
export type BulkOperation = z.infer<typeof operation>;

const ran = z.object({
  bulkOperationRunQuery: z.object({
    bulkOperation: operation.nullable(),
    userErrors: z.array(z.object({ message: z.string(), code: z.string().nullable() })),
  }),
});

const START_ATTEMPTS = 3;

/**
 * Starts a bulk operation; null when Shopify runs as many for this app and shop as it allows (five). When the answer is
 * lost, an operation with this query since `since` is the one that was started.
 */
export async function startBulk(admin: Admin, query: string, since: Date): Promise<BulkOperation | null> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await start(admin, query);
    } catch (error) {
      if (!(error instanceof Unanswered) || attempt === START_ATTEMPTS) throw error;
      const started = await findBulk(admin, query, since);
      if (started) return started;
    }
  }
}

async function start(admin: Admin, query: string): Promise<BulkOperation | null> {
  const { bulkOperationRunQuery: answer } = await admin.request(runDocument, { query }, ran, { once: true });
  if (answer.bulkOperation) return answer.bulkOperation;
  const busy = answer.userErrors.some(
    ({ code }) => code === "OPERATION_IN_PROGRESS" || code === "LIMIT_REACHED",
  );
  if (busy) return null;
  throw new Error(
    `Shopify refuses a bulk query: ${answer.userErrors.map((error) => error.message).join("; ")}`,
  );
}

/** The operation as it stands; null when Shopify no longer knows it. */
export async function readBulk(admin: Admin, id: string): Promise<BulkOperation | null> {
  const answer = z.object({ bulkOperation: operation.nullable() });
  return (await admin.request(readDocument, { id }, answer)).bulkOperation;
}

/** An operation of ours with this very query since `since`, started by a process that ended before it noted the id. */
export async function findBulk(admin: Admin, query: string, since: Date): Promise<BulkOperation | null> {
  const answer = z.object({ bulkOperations: z.object({ nodes: z.array(operation) }) });
  const { nodes } = (await admin.request(recentDocument, {}, answer)).bulkOperations;
  const after = since.getTime() - CLOCKS_DIFFER_MS;
  const ours = nodes.find((node) => node.query === query && Date.parse(node.createdAt) >= after);
  return ours && !hasFailed(ours) ? ours : null;
}

export async function cancelBulk(admin: Admin, id: string): Promise<void> {
  await admin.request(cancelDocument, { id }, z.unknown());
}

export const hasFailed = ({ status }: BulkOperation): boolean =>
  status === "FAILED" || status === "CANCELED" || status === "CANCELING" || status === "EXPIRED";

/** A failure that no other way of reading will mend. */
export function denied(shop: string, { errorCode }: BulkOperation): AccessRevoked | null {
  return errorCode === "ACCESS_DENIED"
    ? new ScopeMissing(
        shop,
        "a scope is missing for its orders or customers",
        failure("revoked_scope", { shop }),
      )
    : null;
}

/** How long to wait before looking again at an operation of this age: 1 s at first, a minute at last. */
export const pollAfter = (ageMs: number): number => Math.min(60_000, Math.max(1000, ageMs / 2));

/** For a reader that has another way: a file that is lost, or not whole, instead of an error. */
export function unlessLost(error: unknown): LinkDead | BrokenFile {
  if (error instanceof LinkDead || error instanceof BrokenFile) return error;
  throw error;
}

/**
 * Runs a query to its end in one go, for reads that are not kept as windows. Null when it failed. One that a killed process
 * left running under this query is ended first: it knows less than a new one, and would take its place.
 */
export async function runBulk(context: ReadContext, query: string): Promise<BulkOperation | null> {
  const begun = context.now();
  const age = () => context.now().getTime() - begun.getTime();
  const left = await findBulk(context.admin, query, new Date(0));
  if (left && left.status !== "COMPLETED") await cancelBulk(context.admin, left.id);
  let running = await startBulk(context.admin, query, begun);
  while (running === null) {
    await context.wait(pollAfter(age()));
    await context.meanwhile?.();
    running = await startBulk(context.admin, query, begun);
  }
  while (running && running.status !== "COMPLETED") {
    const revoked = denied(context.shop, running);
    if (revoked) throw revoked;
    if (hasFailed(running)) return null;
    await context.wait(pollAfter(age()));
    await context.meanwhile?.();
    running = await readBulk(context.admin, running.id);
  }
  return running;
}
