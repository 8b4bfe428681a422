// The one sentence on which a merchant relies: whether the figures are Shopify's, no further than it is known.
import type { ChecksState } from "../reconcile/reconcile.server.ts";
import type { SyncState } from "../sync/sync.server.ts";
import type { ShopMeta } from "../warehouse/warehouse.server.ts";
import { lastCheckText, runningText } from "./checks.server.ts";
import { type SyncStatusView } from "./sync-status.server.ts";
import { instantOf } from "../warehouse/values.ts";
import { clockText, countText, durationText, exactText, momentText, quantity } from "./wording.server.ts";

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
    ...(complete ? said({ ...known, held }, at) : unread(state)),
    holds:
      held &&
      `${quantity(held.orders, "order", "orders", at.locale)}, ${quantity(held.customers, "customer", "customers", at.locale)}.`,
    proof: complete && held.gaps === 0 ? proofText(held.orders, known.meta?.decimals ?? 2, at.locale) : null,
    check: complete
      ? running
        ? runningText(running)
        : lastNight
          ? `Last checked ${momentText(instantOf(lastNight.finishedAt), at.now, at)}: ${lastCheckText(lastNight, at.locale)}`
          : null
      : null,
    checking: checkingText(lastNight, at),
    endedAt: lastNight?.finishedAt ?? null,
    ended: lastNight && endedText(lastNight, unexplained(checks), at.locale),
    isChecking: running !== null,
  };
}

function unread({ phase, failedJobs }: SyncState): Said {
  switch (phase) {
    case "complete":
      return { tone: "info", headline: "There are no figures yet." };
    case "not_started":
      return { tone: "info", headline: "Your orders are about to arrive." };
    case "failed":
      return {
        tone: failedJobs.some(({ gaveUp }) => gaveUp) ? "critical" : "warning",
        headline: "Not all of your orders have been read.",
      };
    default:
      return { tone: "info", headline: "Your orders are still being read." };
  }
}

/** The first of these that holds, worst first. */
function said(known: Known & { held: Held }, at: At): Said {
  return (
    late(known, at) ?? unreadable(known) ?? differing(known, at) ?? unchecked(known, at) ?? matching(known)
  );
}

/** Nothing is known of what happened since. */
function late({ state, status, meta }: Known, at: At): Said | null {
  const { paused, accessLost, lostScopes } = state;
  if (!paused && !accessLost && !lostScopes?.scopes.includes("read_orders") && !status.behind) return null;
  const fresh = meta?.fresh_at ?? null;
  return {
    tone: "warning",
    headline:
      fresh === null
        ? "Your figures may lack the latest changes."
        : `Your figures are complete only up to ${momentText(instantOf(fresh), at.now, at)} (${clockText(at.timeZone)}).`,
  };
}

const UNREADABLE: readonly (readonly [scope: string, headline: string])[] = [
  ["read_customers", "New orders don't say who placed them."],
  ["read_all_orders", "Changes to orders older than 60 days aren't followed."],
  ["read_products", "New orders don't say what was bought."],
];

function unreadable({ state, meta }: Known): Said | null {
  const lost = UNREADABLE.find(([scope]) => state.lostScopes?.scopes.includes(scope));
  if (lost) return { tone: "warning", headline: lost[1] };
  return meta?.history === "customers_hidden"
    ? { tone: "warning", headline: "Not all orders say yet who placed them." }
    : null;
}

function differing({ state, checks, held }: Known & { held: Held }, { locale }: At): Said | null {
  if (state.webhooksFailed > 0)
    return {
      tone: "warning",
      headline: `${quantity(state.webhooksFailed, "change", "changes", locale)} in Shopify couldn't be followed.`,
    };
  if (held.gaps > 0)
    return {
      tone: "warning",
      headline: `${quantity(held.gaps, "order differs", "orders differ", locale)} from Shopify's totals.`,
    };
  const { lastNight } = checks;
  if (lastNight === null || !isOfThisCopy(state, lastNight)) return null;
  if (lastNight.remaining > 0)
    return {
      tone: "warning",
      headline: `The last check left ${quantity(lastNight.remaining, "difference", "differences", locale)} uncorrected.`,
    };
  const months = unexplained(checks);
  return months === 0
    ? null
    : {
        tone: "warning",
        headline: `${quantity(months, "month differs", "months differ", locale)} from Shopify's figures without an explanation.`,
      };
}

/** One that ended before the orders were read anew says nothing of those. */
const isOfThisCopy = (state: SyncState, check: NonNullable<ChecksState["lastNight"]>): boolean =>
  state.finishedAt === null || Date.parse(check.finishedAt) >= Date.parse(state.finishedAt);

function unchecked({ state, checks: { lastNight, running } }: Known, { now }: At): Said | null {
  if (lastNight !== null && isOfThisCopy(state, lastNight)) {
    if (lastNight.error !== null)
      return { tone: "warning", headline: "The last check against Shopify didn't finish." };
    return now.getTime() - Date.parse(lastNight.finishedAt) > STALE_MS
      ? { tone: "info", headline: "Your figures matched Shopify when they were last checked." }
      : null;
  }
  if (running) return { tone: "info", headline: "Your figures are being checked against Shopify." };
  const since =
    lastNight !== null
      ? " since all orders were read anew"
      : state.finishedAt !== null && now.getTime() - Date.parse(state.finishedAt) > REMEMBERED_MS
        ? " in the last 90 days"
        : " yet";
  return { tone: "info", headline: `Your figures haven't been checked against Shopify${since}.` };
}

function matching({ checks, meta, held }: Known & { held: Held }): Said {
  if (held.orders === 0)
    return { tone: "success", headline: "Shopify shows the app no orders, and there are none here." };
  const which =
    meta?.history === "sixty_days"
      ? " for the orders it shows the app"
      : meta?.history === "retention"
        ? " for the orders you keep here"
        : "";
  const but = checks.months.some(({ verdict }) => verdict === "explained")
    ? ", but for differences with a known reason"
    : "";
  return { tone: "success", headline: `Your figures match Shopify${which}${but}.` };
}

function proofText(orders: number, decimals: number, locale: string): string | null {
  const rest = `${exactText(decimals)}, both when placed and as last read.`;
  if (orders === 0) return null;
  return orders === 1
    ? `The one order here adds up to Shopify's totals ${rest}`
    : `All ${countText(orders, locale)} orders add up to Shopify's totals ${rest}`;
}

const unexplained = ({ months }: ChecksState): number =>
  months.filter(({ verdict }) => verdict === "differs").length;

function endedText(check: NonNullable<ChecksState["lastNight"]>, months: number, locale: string): string {
  const orders = `Check finished: ${lastCheckText(check, locale)}`;
  return months === 0 || check.error !== null
    ? orders
    : `${orders} ${quantity(months, "month differs", "months differ", locale)} without an explanation.`;
}

function checkingText(last: ChecksState["lastNight"], at: At): string {
  const does = "A check compares every order and customer here, and every month, with Shopify.";
  if (last === null || last.error !== null) return does;
  const seconds = (Date.parse(last.finishedAt) - Date.parse(last.startedAt)) / 1000;
  return `${does} The last one took about ${durationText(seconds, at)}.`;
}
