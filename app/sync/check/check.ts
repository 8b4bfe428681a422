// The night's check: the whole copy held against Shopify's list of everything, repaired by reading again whatever differs,
// and the months' figures against Shopify's own. In turns, so that the shop's webhooks are followed between them; all
// progress is in the check's row, so that any process can go on where another ended.
import type { Check, Shop } from "../../../prisma/generated/client.ts";
import { ScopeMissing } from "../../errors.ts";
import { type Failure, failure } from "../../failure.ts";
import { kept, readFailure } from "../../kept-failure.ts";
import { log } from "../../log.server.ts";
import type { Rows } from "../../warehouse/warehouse.server.ts";
import { pollAfter, unlessLost } from "../../shopify/bulk.ts";
import { downloadBulk } from "../reading/bulk-rows.ts";
import { findingsOf, totalOf, unfinished, type Work, workOf } from "./checks.ts";
import { grantedScopes, type SyncContext } from "../context.ts";
import type { Turn } from "../reading/first-sync.ts";
import { withDownloads } from "../loading/load.ts";
import { readListing } from "../resources/listing.ts";
import { follow } from "./operations.ts";
import { redactedIn } from "../loading/redactions.ts";
import { isRepaired, repairSome, stillWrong, toRepair } from "./repair.ts";
import { bulkDocument } from "../../shopify/resource.ts";
import { isReadable, listingOf, type Resource } from "../resources/resource.ts";
import { resources } from "../resources/resources.ts";
import { leftOutOf } from "../loading/left-out.ts";
import { storedOf } from "../loading/last-read.ts";
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
type Next = { stage: string; change?: Partial<Progress> } | "wait";
interface Progress {
  work: Work;
  found: Record<string, number>;
  checked: number;
}

type Stage = (run: Run) => Promise<Next>;

/** Orders come last: what they name is compared before. */
const compared = [...resources].reverse();

/** After the list of everything, each resource; after the last of them, what differs. */
const stageAfter = (resource: Resource): string => compared[compared.indexOf(resource) + 1]?.name ?? "repair";
const FIRST_COMPARED = compared[0]?.name ?? "repair";

const stages: ReadonlyMap<string, Stage> = new Map<string, Stage>([
  /** First what the sweep would find anyway, so that what the check finds is what nothing else did. */
  [
    "sweep",
    async (run) => {
      await sweepAndNote(run);
      return { stage: "listing" };
    },
  ],
  [
    "listing",
    async (run) => {
      if (await isSmall(run)) return { stage: FIRST_COMPARED };
      const asked: string[] = [];
      for (const resource of resources)
        if (mayRead(run, resource)) {
          const operation = await listed(run, resource).catch(unlessRefused(resource));
          if (operation === "running") asked.push(resource.name);
        }
      return asked.length > 0 ? "wait" : { stage: FIRST_COMPARED };
    },
  ],
  ...compared.map((resource): [string, Stage] => [
    resource.name,
    async (run) =>
      (mayRead(run, resource) && (await compare(run, resource).catch(unlessRefused(resource)))) || {
        stage: stageAfter(resource),
      },
  ]),
  [
    "repair",
    async (run) => {
      const work = await repairSome(run, run.check, run.scopes);
      if (work === "wait") return "wait";
      return { stage: isRepaired(work) ? "months" : "repair", change: { work } };
    },
  ],
  [
    "months",
    async (run) => {
      await run.compareMonths(run, run.scopes);
      return { stage: "done" };
    },
  ],
]);

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
      ? failure("check_no_copy")
      : age > GIVEN_UP_AFTER_MS
        ? tooLong(check)
        : null;
  if (refused !== null) {
    await finish(context, check, { error: refused });
    return { done: true };
  }
  const run: Run = { ...context, compareMonths, check, row, scopes: grantedScopes(row.scopes) };
  const next = await withDownloads(context, () => stageOf(check)(run));
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

const tooLong = ({ error }: Check): Failure =>
  error === null ? failure("check_too_long") : failure("check_too_long_after", { last: readFailure(error) });

function stageOf({ stage }: Check): Stage {
  const known = stages.get(stage) ?? stages.get("sweep");
  if (known === undefined) throw new Error("A check has no first stage.");
  return known;
}

async function finish(
  { db, shop, now }: SyncContext,
  { id, found, checked }: Check,
  end: { error: Failure | null; remaining?: number; repaired?: number },
): Promise<void> {
  const error = end.error && kept(end.error);
  const data = { ...end, error, stage: "done", finishedAt: now(), work: {} };
  await db.check.update({ where: { id }, data });
  log.info({ shop, found, checked, ...end }, "night check finished");
}

/** What Shopify refuses in spite of its scope is not compared, unless nothing is left without it. */
const unlessRefused = (resource: Resource) => (error: unknown) => {
  if (!(error instanceof ScopeMissing) || resource.merge === "ledger") throw error;
  return null;
};

const mayRead = ({ scopes }: Run, resource: Resource): boolean => isReadable(resource, scopes);

const listed = (run: Run, resource: Resource) =>
  follow(run, run.check, resource.name, bulkDocument(listingOf(resource), run.scopes, ""));

/** A bulk operation takes longer than reading so few page by page. */
async function isSmall({ copy, pagedUpTo }: SyncContext): Promise<boolean> {
  const counts = resources.map((resource) => `(SELECT count(*) FROM ${storedOf(resource).table})`);
  const [row] = await copy.query<{ most: number }>(`SELECT greatest(${counts.join(", ")}) AS most`);
  return (row?.most ?? 0) <= pagedUpTo;
}

async function compare(run: Run, resource: Resource): Promise<Next> {
  const { name, merge } = resource;
  const read = await listOf(run, resource);
  if (read === "wait") return "wait";
  const { files, listedAt } = read;
  const listing = {
    files,
    listedAt,
    settledBefore: new Date(Date.parse(listedAt) - SETTLED_AFTER_MS - (resource.lateMs ?? 0)).toISOString(),
    keepFrom: (await leftOutOf(run, resource))?.toISOString(),
    withheld: () => redactedIn(run.db, run.shop),
    customersHidden: !run.scopes.has("read_customers"),
    named: NAMED,
  };
  const differences =
    merge === "ledger"
      ? await run.copy.compare({
          ...listing,
          of: name === "orders" ? "orders" : "customers",
          stages: [resource.listing.stage],
          ...inSight(run, listedAt),
        })
      : await run.copy.compareKeyed({ ...listing, of: merge, stage: resource.listing.stage });
  const { counts, named, span } = differences;
  const found = { ...findingsOf(run.check) } as Record<string, number>;
  for (const [kind, count] of Object.entries(counts)) found[`${name}_${kind}`] = count;
  const work = workOf(await run.db.check.findUniqueOrThrow({ where: { id: run.check.id } }));
  toRepair(
    work,
    resource,
    named.map(({ id }) => id),
  );
  work.unnamed += Object.values(counts).reduce((sum, count) => sum + count, 0) - named.length;
  if (name === "orders") {
    work.gone = named.filter(({ kind }) => kind === "gone").map(({ id }) => id);
    work.span = span;
  }
  if (Object.keys(counts).length > 0 || differences.renewed > 0)
    log.info({ shop: run.shop, of: name, counts, renewed: differences.renewed }, "the copy differs");
  return {
    stage: stageAfter(resource),
    change: { work, found, checked: run.check.checked + differences.listed },
  };
}

/** Without read_all_orders older orders are out of sight; the first sync leaves out the day that is only half in it. */
function inSight({ scopes, row }: Run, listedAt: string): Record<"visibleFrom" | "readFrom", string | null> {
  if (scopes.has("read_all_orders")) return { visibleFrom: null, readFrom: null };
  return {
    visibleFrom: new Date(Date.parse(listedAt) - (LIMITED_DAYS - 1) * DAY_MS).toISOString(),
    readFrom: firstVisibleDay(new Date(listedAt), row.timeZone ?? "UTC").toISOString(),
  };
}

/** The list on disk, by the bulk operation or, where that failed or is not worth it, page by page. */
async function listOf(run: Run, resource: Resource): Promise<{ files: Rows[]; listedAt: string } | "wait"> {
  const listing = listingOf(resource);
  if (await isSmall(run)) return readListing(run, listing, run.scopes);
  const operation = await listed(run, resource);
  if (operation === "running") return "wait";
  if (operation === "failed") return readListing(run, listing, run.scopes);
  const rows = await downloadBulk(run, operation, listing).catch(unlessLost);
  // A file that Shopify gives no more is as good as an operation that failed.
  if (rows instanceof Error) return readListing(run, listing, run.scopes);
  return { files: rows === null ? [] : [rows], listedAt: operation.createdAt };
}
