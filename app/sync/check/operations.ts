// One of a check's bulk operations, over as many turns and processes as it takes: asked for once, found again, given up
// after it has failed twice.
import type { Check } from "../../../prisma/generated/client.ts";
import { log } from "../../log.server.ts";
import { type BulkOperation, denied, findBulk, hasFailed, readBulk, startBulk } from "../../shopify/bulk.ts";
import { workOf } from "./checks.ts";
import type { SyncContext } from "../context.ts";

const ATTEMPTS = 2;

/** The operation when it has completed; "running", or "failed" for good. */
export async function follow(
  context: SyncContext,
  check: Check,
  name: string,
  query: string,
): Promise<BulkOperation | "running" | "failed"> {
  const known = (await reread(context, check))[name];
  if (known && known.failures >= ATTEMPTS) return "failed";
  if (known?.id != null) {
    const operation = await readBulk(context.admin, known.id);
    if (operation?.status === "COMPLETED") return operation;
    if (operation && !hasFailed(operation)) return "running";
    const revoked = operation && denied(context.shop, operation);
    if (revoked) throw revoked;
    const failures = known.failures + 1;
    log.warn({ shop: context.shop, name, status: operation?.status }, "a check's bulk operation failed");
    await note(context, check, name, { askedAt: context.now().toISOString(), id: null, failures });
    return failures >= ATTEMPTS ? "failed" : "running";
  }
  // Noted before and after: a process that ends in between leaves an operation to be found again.
  const askedAt = known?.askedAt ?? context.now().toISOString();
  const failures = known?.failures ?? 0;
  const since = new Date(askedAt);
  const lost = known && (await findBulk(context.admin, query, since));
  await note(context, check, name, { askedAt, id: null, failures });
  const operation = lost ?? (await startBulk(context.admin, query, since));
  if (operation === null) return "running";
  await note(context, check, name, { askedAt, id: operation.id, failures });
  return operation.status === "COMPLETED" ? operation : "running";
}

/** Those that Shopify may still be running. */
export const running = (check: Check): string[] =>
  Object.values(workOf(check).operations).flatMap(({ id }) => (id === null ? [] : [id]));

async function reread({ db }: SyncContext, { id }: Check) {
  return workOf(await db.check.findUniqueOrThrow({ where: { id } })).operations;
}

async function note(
  context: SyncContext,
  check: Check,
  name: string,
  as: { askedAt: string; id: string | null; failures: number },
): Promise<void> {
  const row = await context.db.check.findUniqueOrThrow({ where: { id: check.id } });
  const work = workOf(row);
  const operations = { ...work.operations, [name]: as };
  await context.db.check.update({ where: { id: check.id }, data: { work: { ...work, operations } } });
}
