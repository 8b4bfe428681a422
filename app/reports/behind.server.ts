// When the copy is behind, and why, in words. A shop in which nothing happens is not behind: a sweep proves every fifteen
// minutes that nothing did. It is when that proof is late, or when what is known to have changed waits.
import { type Failure, type FailureCode, isUnanswered } from "../failure.ts";
import type { SyncState } from "../sync/sync.server.ts";
import { say } from "../words/words.server.ts";

/** From one sweep to the next. */
const PROOF_MS = 15 * 60_000;
/** A sweep takes its time, and its shop's queue may hold another job. */
const GRACE_MS = 5 * 60_000;
/** What a notification tells of is read within seconds. */
const READ_WITHIN_MS = 60_000;

/** What passes by itself, the first one told where there are several. */
const PASSING = ["unanswered", "database", "disk", "memory", "warehouse"] as const;
export type FailureKind = (typeof PASSING)[number] | "other";

const OUTAGES: ReadonlyMap<FailureCode, FailureKind> = new Map([
  ["database_away", "database"],
  ["disk_full", "disk"],
  ["memory_short", "memory"],
  ["warehouse_away", "warehouse"],
]);

/** Whether what a job failed of passes by itself. */
export const kindOf = (failure: Failure): FailureKind =>
  isUnanswered(failure) ? "unanswered" : (OUTAGES.get(failure.code) ?? "other");

/** A sentence's beginning; null while nothing is known to be in the way. */
function reasonOf(state: SyncState, place: At) {
  const { paused, accessLost, lostScopes, failedJobs, retried } = state;
  if (paused) return say(place, `freshness.${paused.pause}`);
  if (accessLost) return say(place, "freshness.shutOut");
  if (lostScopes?.scopes.includes("read_orders")) return say(place, "freshness.noOrders");
  const kinds = [...failedJobs.map(({ error }) => error), ...retried].map(kindOf);
  const passing = PASSING.find((kind) => kinds.includes(kind));
  if (passing) return say(place, `freshness.${passing}`);
  if (state.unansweredSince !== null) return say(place, "freshness.unanswered");
  return kinds.length > 0 ? say(place, "freshness.taskFailed") : null;
}

/** What brings it up to date. */
const remedy = ({ accessLost, lostScopes, failedJobs }: SyncState) =>
  accessLost
    ? "openAgain"
    : lostScopes?.scopes.includes("read_orders")
      ? "onceAllowed"
      : failedJobs.some(({ gaveUp }) => gaveUp)
        ? "tryAgain"
        : "byItself";

interface At {
  locale: string;
}

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
  const place = { locale };
  if (completeTo === null || fresh === null) return { behind: false, text: say(place, "freshness.upToDate") };
  const reason = reasonOf(state, place);
  const age = now.getTime() - completeTo.getTime();
  const since = state.webhooksWaitingSince;
  const waits = since !== null && now.getTime() - Date.parse(since) > READ_WITHIN_MS;
  const behind = age > PROOF_MS + GRACE_MS || (age > PROOF_MS && (waits || reason !== null));
  const next = remedy(state);
  if (!behind) {
    if (reason === null) return { behind, text: say(place, "freshness.asOf", { fresh }) };
    const follows = say(place, `freshness.${next === "byItself" ? "changesFollow" : next}`);
    return { behind, text: say(place, "freshness.asOfBut", { fresh, reason, next: follows }) };
  }
  const why = { fresh, reason: reason ?? say(place, "freshness.catchingUp") };
  if (state.webhooksWaiting > 0)
    return { behind, text: say(place, "freshness.behindWaiting", { ...why, n: state.webhooksWaiting }) };
  if (reason === null) return { behind, text: say(place, "freshness.behind", why) };
  return {
    behind,
    text: say(place, "freshness.behindAnd", { ...why, next: say(place, `freshness.${next}`) }),
  };
}
