// How what a check found is mended: read again by id and merged like everything else, some at a time; very many orders by
// one bulk operation over the time in which they were created.
import type { Check } from "../../../prisma/generated/client.ts";
import { unlessLost } from "../../shopify/bulk.ts";
import { downloadBulk } from "../reading/bulk-rows.ts";
import { type Work, workOf } from "./checks.ts";
import type { SyncContext } from "../context.ts";
import { customers } from "../resources/customers.ts";
import { loadIntoWarehouse } from "../loading/load.ts";
import { follow } from "./operations.ts";
import { orders } from "../resources/orders.ts";
import { earlierOrdersOf, lastRead } from "../loading/last-read.ts";
import { bulkDocument, gidOf } from "../../shopify/resource.ts";
import type { Resource } from "../resources/resource.ts";
import { resources } from "../resources/resources.ts";
import { loadReadable } from "../loading/unreadable-records.ts";
import { unlessUnreadable } from "../loading/unreadable.ts";
import { createdIn } from "../reading/windows.ts";

/** One turn's reading: some ten requests. */
const IDS_A_TURN = 2500;
/** So many times `pagedUpTo` are worth a bulk operation over the whole span, although it holds orders that agree, too. */
const WORTH_BULK = 10;

/** All that differs, in the order in which it is repaired: orders before the customers they name. */
const namedIn = (work: Work): [Resource, readonly number[]][] =>
  resources.map((resource) => [
    resource,
    resource === orders
      ? work.orders
      : resource === customers
        ? work.customers
        : (new Map(Object.entries(work.records)).get(resource.name) ?? []),
  ]);

/** Notes which nodes of the resource differ. */
export function toRepair(work: Work, resource: Resource, ids: number[]): void {
  if (resource === orders) work.orders = ids;
  else if (resource === customers) work.customers = ids;
  else work.records = { ...work.records, [resource.name]: ids };
}

const countOf = (work: Work): number => namedIn(work).reduce((sum, [, ids]) => sum + ids.length, 0);

export const isRepaired = (work: Work): boolean => work.done >= countOf(work);

/** The resource that is due, and where in its ids the work stands. */
function dueIn(work: Work): { resource: Resource; ids: readonly number[] } | null {
  let before = 0;
  for (const [resource, ids] of namedIn(work)) {
    if (work.done < before + ids.length)
      return { resource, ids: ids.slice(work.done - before, work.done - before + IDS_A_TURN) };
    before += ids.length;
  }
  return null;
}

/** Repairs the next of what differs; the work as it then stands. */
export async function repairSome(
  context: SyncContext,
  check: Check,
  scopes: ReadonlySet<string>,
): Promise<Work | "wait"> {
  const work = workOf(check);
  work.repairFrom ??= context.now().toISOString();
  if (
    work.span &&
    !work.bulkRepaired &&
    work.orders.length + work.unnamed >= WORTH_BULK * context.pagedUpTo
  ) {
    const ended = await repairByBulk(context, check, scopes, work.span);
    if (ended === "wait") return "wait";
    return { ...work, ...ended, bulkRepaired: true };
  }
  const due = dueIn(work);
  if (due === null) return work;
  const { resource, ids } = due;
  const wrong = work.bulkRepaired ? await unread(context, resource, ids, work.repairFrom) : ids;
  const gids = (numbers: readonly number[]) => numbers.map((id) => gidOf(resource, id));
  // What is still known of older orders tells to whom they have passed, as long as the customer before is known.
  if (resource === customers) {
    const earlier = await earlierOrdersOf(context, wrong);
    await loadReadable(
      context,
      orders,
      scopes,
      earlier.map((id) => gidOf(orders, id)),
    );
  }
  // In sight, no longer listed, and null by its id: an order that is gone, even for an app that sees 60 days only.
  await loadReadable(
    context,
    resource,
    scopes,
    gids(wrong),
    new Set(resource === orders ? gids(work.gone) : []),
  );
  return { ...work, done: work.done + ids.length };
}

/** Reads all orders created in the span again; what failed is left to reading by id. */
async function repairByBulk(
  context: SyncContext,
  check: Check,
  scopes: ReadonlySet<string>,
  span: { from: string; to: string },
): Promise<Partial<Work> | "wait"> {
  // Shopify's instants are whole seconds, and the end of a window is not in it.
  const to = new Date(Date.parse(span.to) + 1000);
  const query = bulkDocument(orders, scopes, createdIn({ from: new Date(span.from), to }));
  const operation = await follow(context, check, "repair", query);
  if (operation === "running") return "wait";
  if (operation === "failed") return {};
  const rows = await downloadBulk(context, operation, orders).catch(unlessLost);
  if (rows instanceof Error) return {};
  const merged = await loadIntoWarehouse(context, orders, scopes, rows, operation.createdAt).catch(
    unlessUnreadable,
  );
  if (merged instanceof Error) return {};
  return { unnamed: 0, repairFrom: operation.createdAt };
}

/** How many of what a finished check found nobody could read again. */
export async function stillWrong(context: SyncContext, check: Check): Promise<number> {
  const work = workOf(check);
  if (work.repairFrom === null) return 0;
  const left = await Promise.all(
    namedIn(work).map(([resource, ids]) => unread(context, resource, ids, work.repairFrom ?? "")),
  );
  return work.unnamed + left.reduce((sum, ids) => sum + ids.length, 0);
}

/** Those of the ids that were neither read nor found gone since an instant. */
async function unread(
  context: SyncContext,
  resource: Resource,
  ids: readonly number[],
  since: string,
): Promise<number[]> {
  const read = await lastRead(context, resource, ids);
  return ids.filter((id) => !((read.get(id) ?? NaN) >= Date.parse(since)));
}
