// The night's check: the whole copy held against Shopify's list of everything, repaired by reading again whatever differs,
// and the months' figures against Shopify's own. In turns, so that the shop's webhooks are followed between them; all
// progress is in the check's row, so that any process can go on where another ended.
import type { Check, Shop } from "../../../prisma/generated/client.ts";
import { log } from "../../log.server.ts";
import type { Rows } from "../../warehouse/warehouse.server.ts";
import { pollAfter, unlessLost } from "../../shopify/bulk.ts";
import { downloadBulk } from "../reading/bulk-rows.ts";
import { findingsOf, totalOf, unfinished, type Work, workOf } from "./checks.ts";
import { grantedScopes, type SyncContext } from "../context.ts";
import type { Turn } from "../reading/first-sync.ts";
import { withDownloads } from "../loading/load.ts";
import { listings, readListing } from "../resources/listing.ts";
import { follow } from "./operations.ts";
import { redactedIn } from "../loading/redactions.ts";
import { repairSome, stillWrong } from "./repair.ts";
import { bulkDocument } from "../../shopify/resource.ts";
import type { Resource } from "../resources/resource.ts";
import { resources } from "../resources/resources.ts";
import { leftOutBefore } from "../loading/retention.ts";
import { settleRead } from "../loading/unreadable-records.ts";
import { sweepAndNote } from "../reading/sweep.ts";
import { firstVisibleDay, LIMITED_DAYS } from "../reading/windows.ts";

/** Changes this young are still on their way here by webhooks and sweeps. */
export const SETTLED_AFTER_MS = 5 * 60_000;
/** So many differing ids are read again one by one in a night, at most. */
const NAMED = 20_000;
const GIVEN_UP_AFTER_MS = 2 * 86_400_000;
const DAY_MS = 86_400_000;

/** Holds the copy's months against Shopify's own figures, which is the last thing that a check does. */
export type CompareMonths = (context: SyncContext, scopes: ReadonlySet<string>) => Promise<void>;

interface Run extends SyncContext {
  compareMonths: CompareMonths;
  check: Check;
  row: Shop;
  scopes: ReadonlySet<string>;
}

/** What a turn leaves behind; "wait" comes back to the same stage after a while. */
type Next = { stage: Stage | "done"; change?: Partial<Progress> } | "wait";
interface Progress {
  work: Work;
  found: Record<string, number>;
  checked: number;
}

const stages = {
  /** First what the sweep would find anyway, so that what the check finds is what nothing else did. */
  sweep: async (run: Run): Promise<Next> => {
    await sweepAndNote(run);
    return { stage: "listing" };
  },
  listing: async (run: Run): Promise<Next> => {
    if (await isSmall(run)) return { stage: "customers" };
    const orders = await listed(run, "orders");
    const customers = mayRead(run, "customers") ? await listed(run, "customers") : null;
    return orders === "running" || customers === "running" ? "wait" : { stage: "customers" };
  },
  customers: async (run: Run): Promise<Next> =>
    mayRead(run, "customers") ? await compared(run, "customers", "orders") : { stage: "orders" },
  orders: (run: Run): Promise<Next> => compared(run, "orders", "repair"),
  repair: async (run: Run): Promise<Next> => {
    const work = await repairSome(run, run.check, run.scopes);
    if (work === "wait") return "wait";
    return {
      stage: work.done < work.orders.length + work.customers.length ? "repair" : "months",
      change: { work },
    };
  },
  months: async (run: Run): Promise<Next> => {
    await run.compareMonths(run, run.scopes);
    return { stage: "done" };
  },
} as const;
type Stage = keyof typeof stages;

/**
 * One turn of the shop's open check; done when there is none. Safe to call again at any time and after any crash; never by
 * two workers at once for one shop.
 */
export async function advanceCheck(context: SyncContext, compareMonths: CompareMonths): Promise<Turn> {
  const { db, shop } = context;
  const check = await unfinished(db, shop);
  if (!check) return { done: true };
  const row = await db.shop.findUniqueOrThrow({ where: { domain: shop } });
  const age = context.now().getTime() - check.startedAt.getTime();
  const refused =
    row.uninstalledAt || !row.firstSyncFinishedAt || (await context.copy.meta()) === null
      ? "The app has no complete copy to check."
      : age > GIVEN_UP_AFTER_MS
        ? `It could not be finished within two days. ${check.error ?? ""}`.trim()
        : null;
  if (refused !== null) {
    await finish(context, check, { error: refused });
    return { done: true };
  }
  const run: Run = { ...context, compareMonths, check, row, scopes: grantedScopes(row.scopes) };
  const next = await withDownloads(context, () => stages[stageOf(check)](run));
  if (next === "wait") return { done: false, waitMs: pollAfter(age) };
  const { stage, change = {} } = next;
  if (stage !== "done") {
    await db.check.update({ where: { id: check.id }, data: { stage, error: null, ...change } });
    return { done: false, waitMs: 0 };
  }
  const remaining = await stillWrong(context, check);
  for (const resource of resources) await settleRead(context, resource);
  await finish(context, check, { error: null, remaining, repaired: totalOf(findingsOf(check)) - remaining });
  return { done: true };
}

const stageOf = ({ stage }: Check): Stage => (stage in stages ? (stage as Stage) : "sweep");

async function finish(
  { db, shop, now }: SyncContext,
  { id, found, checked }: Check,
  end: { error: string | null; remaining?: number; repaired?: number },
): Promise<void> {
  await db.check.update({ where: { id }, data: { ...end, stage: "done", finishedAt: now(), work: {} } });
  log.info({ shop, found, checked, ...end }, "night check finished");
}

const mayRead = ({ scopes }: Run, name: Resource["name"]): boolean => scopes.has(listings[name].readableWith);

const queryOf = ({ scopes }: Run, listing: Resource): string => bulkDocument(listing, scopes, "");

const listed = (run: Run, name: Resource["name"]) =>
  follow(run, run.check, name, queryOf(run, listings[name]));

/** A bulk operation takes longer than reading so few page by page. */
async function isSmall({ copy, pagedUpTo }: SyncContext): Promise<boolean> {
  const [row] = await copy.query<{ orders: number; customers: number }>(
    "SELECT (SELECT count(*) FROM orders) AS orders, (SELECT count(*) FROM customers) AS customers",
  );
  return (row?.orders ?? 0) <= pagedUpTo && (row?.customers ?? 0) <= pagedUpTo;
}

async function compared(run: Run, of: Resource["name"], next: Stage): Promise<Next> {
  const listing = listings[of];
  const read = await listOf(run, listing);
  if (read === "wait") return "wait";
  const { files, listedAt } = read;
  const limited = !run.scopes.has("read_all_orders");
  const visible = new Date(Date.parse(listedAt) - (LIMITED_DAYS - 1) * DAY_MS).toISOString();
  const differences = await run.copy.compare({
    of,
    files,
    stages: listing.stages,
    listedAt,
    settledBefore: new Date(Date.parse(listedAt) - SETTLED_AFTER_MS).toISOString(),
    visibleFrom: limited ? visible : null,
    // The first sync leaves out the day that is only half in sight.
    readFrom: limited ? firstVisibleDay(new Date(listedAt), run.row.timeZone ?? "UTC").toISOString() : null,
    keepFrom: (await leftOutBefore(run))?.toISOString(),
    withheld: () => redactedIn(run.db, run.shop),
    customersHidden: !mayRead(run, "customers"),
    named: NAMED,
  });
  const { counts, named, span } = differences;
  const found = { ...findingsOf(run.check) } as Record<string, number>;
  for (const [kind, count] of Object.entries(counts)) found[`${of}_${kind}`] = count;
  const work = workOf(await run.db.check.findUniqueOrThrow({ where: { id: run.check.id } }));
  work[of] = named.map(({ id }) => id);
  work.unnamed += Object.values(counts).reduce((sum, count) => sum + count, 0) - named.length;
  if (of === "orders") {
    work.gone = named.filter(({ kind }) => kind === "gone").map(({ id }) => id);
    work.span = span;
  }
  if (Object.keys(counts).length > 0 || differences.renewed > 0)
    log.info({ shop: run.shop, of, counts, renewed: differences.renewed }, "the copy differs");
  return { stage: next, change: { work, found, checked: run.check.checked + differences.listed } };
}

/** The list on disk, by the bulk operation or, where that failed or is not worth it, page by page. */
async function listOf(run: Run, listing: Resource): Promise<{ files: Rows[]; listedAt: string } | "wait"> {
  if (await isSmall(run)) return readListing(run, listing, run.scopes);
  const operation = await listed(run, listing.name);
  if (operation === "running") return "wait";
  if (operation === "failed") return readListing(run, listing, run.scopes);
  const rows = await downloadBulk(run, operation, listing).catch(unlessLost);
  // A file that Shopify gives no more is as good as an operation that failed.
  if (rows instanceof Error) return readListing(run, listing, run.scopes);
  return { files: rows === null ? [] : [rows], listedAt: operation.createdAt };
}
