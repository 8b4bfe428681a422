// The state of the copy in words: before the first sync, loading, 60 days only, failed, complete.
import { instantOf } from "../warehouse/values.ts";
import type { SyncState } from "../sync/sync.server.ts";
import type { ShopMeta } from "../warehouse/warehouse.server.ts";
import { formatDay } from "../kpis/period.ts";
import { failureOf, freshness } from "./behind.ts";
import { type ShopNotice, shopNotices } from "./shop-notices.ts";
import { clockText, countText, durationText, momentText, quantity } from "./wording.server.ts";

export interface SyncStatusView {
  kind: "waiting" | "loading" | "failed" | "sixty_days" | "retention" | "complete";
  /** "critical" asks the merchant to do something; "warning": figures are older than they should be. */
  tone: "success" | "info" | "warning" | "critical";
  /** The figures lack changes that they should hold by now. */
  behind: boolean;
  title: string;
  text: string;
  /** Where the merchant can do something about it; the page that is the place leaves it out. */
  elsewhere: string | null;
  /** 0 to 100 while something countable is under way. */
  percent: number | null;
  /** True while the page should look again soon. */
  running: boolean;
  /** Figures have changed when this has. */
  dataVersion: number;
  notices: readonly ShopNotice[];
  /** A check of the whole copy has moved on when this has changed. */
  check: string;
}

const PHASES: Readonly<Record<SyncState["phase"], string>> = {
  not_started: "Waiting to begin",
  counting: "Counting orders",
  orders: "Reading orders, newest first",
  customers: "Reading customers",
  closing_sweep: "Reading what changed meanwhile",
  complete: "Complete",
  failed: "Stopped",
};

export function phaseText(phase: SyncState["phase"]): string {
  return PHASES[phase];
}

/** "12,400 of about 60,000 orders and customers, about 1 minute left". */
export function progressText(
  { rows, expectedRows, secondsLeft }: Pick<SyncState, "rows" | "expectedRows" | "secondsLeft">,
  locale: string,
): string {
  const read = `${expectedRows === null ? "" : `${countText(rows, locale)} of about `}${quantity(expectedRows ?? rows, "order or customer", "orders and customers", locale)}`;
  // What is read last was in no estimate: a second left would be said for many.
  return secondsLeft === null || secondsLeft < 2
    ? read
    : `${read}, about ${durationText(secondsLeft, { locale })} left`;
}

export function syncStatusView(
  state: SyncState,
  meta: ShopMeta | null,
  { locale, now }: { locale: string; now: Date },
): SyncStatusView {
  const base = {
    tone: "info" as const,
    behind: false,
    dataVersion: meta?.data_version ?? 0,
    elsewhere: null,
    percent: null,
    running: state.syncing,
    notices: shopNotices(state, { locale, now, timeZone: meta?.time_zone ?? "UTC" }),
    check: state.check,
  };
  const since = meta?.loaded_from ? formatDay(meta.loaded_from, locale) : null;
  switch (state.phase) {
    case "not_started":
      return {
        ...base,
        kind: "waiting",
        running: true,
        title: "Your orders are about to arrive",
        text: "Reading them starts by itself, newest first. Figures appear here within a minute or so.",
      };
    case "failed":
      if (failureOf(state.error ?? "") === "unanswered" && !state.failedJobs.some(({ gaveUp }) => gaveUp))
        return {
          ...base,
          kind: "loading",
          tone: "warning",
          running: true,
          title: "Shopify isn't answering",
          text: "Reading your orders goes on by itself. What has arrived is kept.",
        };
      return {
        ...base,
        kind: "failed",
        tone: "critical",
        title: "Reading your orders stopped",
        text: `${state.error ?? "Shopify didn't answer."} What had arrived is kept.`,
        elsewhere: "Open Data and trust to try again.",
      };
    case "complete": {
      const completeTo = meta?.fresh_at ? instantOf(meta.fresh_at) : null;
      const fresh =
        meta &&
        completeTo &&
        `${momentText(completeTo, now, { locale, timeZone: meta.time_zone })} (${clockText(meta.time_zone)})`;
      const { behind, text: complete } = freshness(state, { completeTo, fresh, now, locale });
      const tone = behind ? "warning" : "info";
      if (state.historyLimited)
        return {
          ...base,
          tone,
          behind,
          kind: "sixty_days",
          title: "The last 60 days only",
          text: `${complete} Shopify lets the app read orders${since ? ` since ${since}` : " of the last 60 days"}. Figures that need older orders stay blank, with the reason.`,
        };
      if (meta?.history === "retention")
        return {
          ...base,
          tone,
          behind,
          kind: "retention",
          title: since
            ? `Orders since ${since}, by your retention setting`
            : "Limited by your retention setting",
          text: meta.opening_day
            ? `${complete} Of older orders each customer's sums are kept: days and comparisons since then are whole, earlier ones stay blank.`
            : `${complete} Older orders aren't kept here. Figures that need them stay blank, with the reason.`,
        };
      return {
        ...base,
        behind,
        kind: "complete",
        tone: behind ? "warning" : "success",
        title: behind ? "Not up to date" : "Up to date",
        text: complete,
      };
    }
    case "counting":
      return {
        ...base,
        kind: "loading",
        running: true,
        title: phaseText(state.phase),
        text: "Asking Shopify how many orders and customers there are. The newest arrive first.",
      };
    default:
      return {
        ...base,
        kind: "loading",
        running: true,
        percent: state.expectedRows
          ? Math.min(99, Math.floor((100 * state.rows) / state.expectedRows))
          : null,
        title: phaseText(state.phase),
        text: `${progressText(state, locale)}.${since ? ` Complete from ${since} on; figures that need older orders follow.` : ""}`,
      };
  }
}
