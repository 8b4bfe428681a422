// The one sentence on which a merchant relies: whether the figures are Shopify's, no further than it is known.
import type { ChecksState } from "../reconcile/reconcile.server.ts";
import type { SyncState } from "../sync/sync.server.ts";
import { sourceCoverage } from "../warehouse/coverage.ts";
import type { ShopMeta } from "../warehouse/warehouse.server.ts";
import { lastCheckText, runningText } from "./checks.server.ts";
import { type SyncStatusView } from "./sync-status.server.ts";
import { instantOf } from "../warehouse/values.ts";
import { say, type WordId } from "../words/words.server.ts";
import { clockText, durationText, momentText } from "./wording.server.ts";

export interface AgreementView {
  tone: SyncStatusView["tone"];
  /** "Your figures match Shopify." */
  headline: string;
  /** "20,001 orders and 7,432 customers." */
  holds: string | null;
  /** How the orders' sums compare; null while there is nothing to say. */
  proof: string | null;
  /** Where the check under way stands, or what the last one found; null while there is nothing to check. */
  check: string | null;
  /** What a check does, and how long the last one took. */
  checking: string;
  /** A check has ended when this has changed, with `ended` as its result. */
  endedAt: string | null;
  ended: string | null;
  isChecking: boolean;
}

/** What the orders themselves say; null while there are none of the shop. */
export interface Held {
  orders: number;
  customers: number;
  /** Orders that differ from Shopify's totals. */
  gaps: number;
}

interface Known {
  state: SyncState;
  status: Pick<SyncStatusView, "behind">;
  checks: ChecksState;
  meta: ShopMeta | null;
  held: Held | null;
}
interface At {
  locale: string;
  timeZone: string;
  now: Date;
}
type Said = Pick<AgreementView, "tone" | "headline">;

/** Checks are made every night, and one may take its time. */
const STALE_MS = 2 * 86_400_000;
/** So long checks are remembered. */
const REMEMBERED_MS = 90 * 86_400_000;

export function agreementView(known: Known, at: At): AgreementView {
  const { state, checks, held } = known;
  const { lastNight, running } = checks;
  const complete = state.phase === "complete" && held !== null;
  return {
    ...(complete ? said({ ...known, held }, at) : unread(state, at)),
    holds: held && say(at, "agreement.holds", { orders: held.orders, customers: held.customers }),
    proof: complete && held.gaps === 0 ? proofText(held.orders, known.meta?.decimals ?? 2, at) : null,
    check: complete ? checkText(checks, at) : null,
    checking: checkingText(lastNight, at),
    endedAt: lastNight?.finishedAt ?? null,
    ended: lastNight && endedText(lastNight, unexplained(checks), at),
    isChecking: running !== null,
  };
}

function checkText({ running, lastNight }: ChecksState, at: At): string | null {
  if (running) return runningText(running, at);
  return (
    lastNight &&
    say(at, "agreement.lastChecked", {
      moment: momentText(instantOf(lastNight.finishedAt), at.now, at),
      result: lastCheckText(lastNight, at),
    })
  );
}

function unread({ phase, failedJobs }: SyncState, at: At): Said {
  switch (phase) {
    case "complete":
      return { tone: "info", headline: say(at, "agreement.noFigures") };
    case "not_started":
      return { tone: "info", headline: say(at, "agreement.aboutToArrive") };
    case "failed":
      return {
        tone: failedJobs.some(({ gaveUp }) => gaveUp) ? "critical" : "warning",
        headline: say(at, "agreement.notAllRead"),
      };
    default:
      return { tone: "info", headline: say(at, "agreement.stillRead") };
  }
}

/** The first of these that holds, worst first. */
function said(known: Known & { held: Held }, at: At): Said {
  return (
    late(known, at) ??
    unreadable(known, at) ??
    differing(known, at) ??
    unchecked(known, at) ??
    matching(known, at)
  );
}

/** Nothing is known of what happened since. */
function late({ state, status, meta }: Known, at: At): Said | null {
  const { paused, accessLost, lostScopes } = state;
  if (!paused && !accessLost && !lostScopes?.scopes.includes("read_orders") && !status.behind) return null;
  const fresh = meta && sourceCoverage(meta, "orders").fresh_at;
  return {
    tone: "warning",
    headline:
      fresh === null
        ? say(at, "agreement.mayLack")
        : say(at, "agreement.completeUpTo", {
            moment: momentText(instantOf(fresh), at.now, at),
            clock: clockText(at.timeZone),
          }),
  };
}

const UNREADABLE = [
  ["read_customers", "agreement.noCustomers"],
  ["read_all_orders", "agreement.olderNotFollowed"],
  ["read_products", "agreement.noProducts"],
] as const satisfies readonly (readonly [scope: string, headline: WordId])[];

function unreadable({ state, meta }: Known, at: At): Said | null {
  const lost = UNREADABLE.find(([scope]) => state.lostScopes?.scopes.includes(scope));
  if (lost) return { tone: "warning", headline: say(at, lost[1]) };
  return meta && sourceCoverage(meta, "orders").state === "customers_hidden"
    ? { tone: "warning", headline: say(at, "agreement.customersComing") }
    : null;
}

function differing({ state, checks, held }: Known & { held: Held }, at: At): Said | null {
  const warning = (headline: string): Said => ({ tone: "warning", headline });
  if (state.webhooksFailed > 0) return warning(say(at, "agreement.notFollowed", { n: state.webhooksFailed }));
  if (held.gaps > 0) return warning(say(at, "agreement.ordersDiffer", { n: held.gaps }));
  const { lastNight } = checks;
  if (lastNight === null || !isOfThisCopy(state, lastNight)) return null;
  if (lastNight.remaining > 0) return warning(say(at, "agreement.uncorrected", { n: lastNight.remaining }));
  const months = unexplained(checks);
  return months === 0 ? null : warning(say(at, "agreement.monthsDiffer", { n: months }));
}

/** One that ended before the orders were read anew says nothing of those. */
const isOfThisCopy = (state: SyncState, check: NonNullable<ChecksState["lastNight"]>): boolean =>
  state.finishedAt === null || Date.parse(check.finishedAt) >= Date.parse(state.finishedAt);

function unchecked({ state, checks: { lastNight, running } }: Known, at: At): Said | null {
  const { now } = at;
  if (lastNight !== null && isOfThisCopy(state, lastNight)) {
    if (lastNight.error !== null) return { tone: "warning", headline: say(at, "agreement.notFinished") };
    return now.getTime() - Date.parse(lastNight.finishedAt) > STALE_MS
      ? { tone: "info", headline: say(at, "agreement.matchedThen") }
      : null;
  }
  if (running) return { tone: "info", headline: say(at, "agreement.beingChecked") };
  const isLong = state.finishedAt !== null && now.getTime() - Date.parse(state.finishedAt) > REMEMBERED_MS;
  const headline =
    lastNight !== null
      ? say(at, "agreement.uncheckedSinceAnew")
      : isLong
        ? say(at, "agreement.uncheckedLately")
        : say(at, "agreement.uncheckedYet");
  return { tone: "info", headline };
}

function matching({ checks, meta, held }: Known & { held: Held }, at: At): Said {
  if (held.orders === 0) return { tone: "success", headline: say(at, "agreement.noOrders") };
  const history = meta && sourceCoverage(meta, "orders").state;
  const which =
    history === "sixty_days"
      ? "agreement.matchesShown"
      : history === "retention"
        ? "agreement.matchesKept"
        : "agreement.matches";
  const isBut = checks.months.some(({ verdict }) => verdict === "explained");
  const known = isBut ? (`${which}But` as const) : which;
  // What figures leave out by choice is in Shopify's.
  return { tone: "success", headline: say(at, meta?.excluding == null ? known : `${known}Excluding`) };
}

function proofText(n: number, decimals: number, at: At): string | null {
  if (n === 0) return null;
  return say(at, decimals === 2 ? "agreement.proofToTheCent" : "agreement.proofExactly", { n });
}

const unexplained = ({ months }: ChecksState): number =>
  months.filter(({ verdict }) => verdict === "differs").length;

function endedText(check: NonNullable<ChecksState["lastNight"]>, months: number, at: At): string {
  const result = lastCheckText(check, at);
  return months === 0 || check.error !== null
    ? say(at, "agreement.finished", { result })
    : say(at, "agreement.finishedMonths", { result, n: months });
}

function checkingText(last: ChecksState["lastNight"], at: At): string {
  if (last === null || last.error !== null) return say(at, "agreement.checking");
  const seconds = (Date.parse(last.finishedAt) - Date.parse(last.startedAt)) / 1000;
  return say(at, "agreement.checkingTook", { duration: durationText(seconds, at) });
}
