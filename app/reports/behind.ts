// When the copy is behind, and why, in words. A shop in which nothing happens is not behind: a sweep proves every fifteen
// minutes that nothing did. It is when that proof is late, or when what is known to have changed waits.
import { ApiUnavailable, type Pause } from "../errors.ts";
import { DatabaseAway, DiskFull, MemoryShort, WarehouseAway } from "../outage.ts";
import type { SyncState } from "../sync/sync.server.ts";
import { quantity } from "./wording.server.ts";

/** From one sweep to the next. */
const PROOF_MS = 15 * 60_000;
/** A sweep takes its time, and its shop's queue may hold another job. */
const GRACE_MS = 5 * 60_000;
/** What a notification tells of is read within seconds. */
const READ_WITHIN_MS = 60_000;

const PAUSED: Readonly<Record<Pause, string>> = {
  frozen: "Shopify has frozen this store",
  locked: "Shopify has locked this store",
  unavailable: "Shopify doesn't open this store",
};

export type Failure = "unanswered" | "database" | "disk" | "memory" | "warehouse" | "other";

const UNANSWERED = new ApiUnavailable("", "").message.split(" for ")[0] ?? "";
const PASSING: Readonly<Record<Exclude<Failure, "other">, string>> = {
  unanswered: "Shopify isn't answering",
  database: "The app's database doesn't answer",
  disk: "The app's disk is full",
  memory: "The app has more to do than its memory holds",
  warehouse: "The app is opening its figures anew",
};

const OUTAGES: ReadonlyMap<string, Failure> = new Map([
  [new DatabaseAway(null).message, "database"],
  [new DiskFull(null).message, "disk"],
  [new MemoryShort(null).message, "memory"],
  [new WarehouseAway(null).message, "warehouse"],
]);

/** What a job failed of, by the words that it left. */
export function failureOf(error: string): Failure {
  if (error.startsWith(UNANSWERED)) return "unanswered";
  return OUTAGES.get(error) ?? "other";
}

/** A sentence's beginning; null while nothing is known to be in the way. */
function reasonOf({ paused, accessLost, lostScopes, failedJobs, retried }: SyncState): string | null {
  if (paused) return PAUSED[paused.pause];
  if (accessLost) return "Shopify no longer lets the app in";
  if (lostScopes?.scopes.includes("read_orders")) return "The app may not read orders any more";
  const failures = [...failedJobs.map(({ error }) => error), ...retried].map(failureOf);
  for (const passing of ["unanswered", "database", "disk", "memory", "warehouse"] as const)
    if (failures.includes(passing)) return PASSING[passing];
  return failures.length > 0 ? "A task of the app failed" : null;
}

const BY_ITSELF = "the app tries again by itself";

/** What brings it up to date. */
const remedy = ({ accessLost, lostScopes, failedJobs }: SyncState): string =>
  accessLost
    ? "open the app again to let it in"
    : lostScopes?.scopes.includes("read_orders")
      ? "what is missing is read once it may"
      : failedJobs.some(({ gaveUp }) => gaveUp)
        ? "try again on Data and trust"
        : BY_ITSELF;

export interface Freshness {
  behind: boolean;
  /** Of a copy that is complete to `fresh`, a moment in words, or of one of which nothing is known. */
  text: string;
}

export function freshness(
  state: SyncState,
  {
    completeTo,
    fresh,
    now,
    locale,
  }: { completeTo: Date | null; fresh: string | null; now: Date; locale: string },
): Freshness {
  if (completeTo === null || fresh === null) return { behind: false, text: "Up to date." };
  const reason = reasonOf(state);
  const age = now.getTime() - completeTo.getTime();
  const since = state.webhooksWaitingSince;
  const waits = since !== null && now.getTime() - Date.parse(since) > READ_WITHIN_MS;
  const behind = age > PROOF_MS + GRACE_MS || (age > PROOF_MS && (waits || reason !== null));
  const next = remedy(state);
  if (!behind)
    return {
      behind,
      text:
        reason === null
          ? `Up to date as of ${fresh}.`
          : `Up to date as of ${fresh}. ${reason}; ${next === BY_ITSELF ? "changes since then follow by themselves" : next}.`,
    };
  const waiting = state.webhooksWaiting;
  const told =
    waiting > 0
      ? `${quantity(waiting, "change", "changes", locale)} ${waiting === 1 ? "is" : "are"} waiting`
      : reason === null
        ? null
        : next;
  const why = [reason ?? "The app is catching up", ...(told === null ? [] : [told])].join("; ");
  return { behind, text: `Last updated ${fresh}. ${why}.` };
}
