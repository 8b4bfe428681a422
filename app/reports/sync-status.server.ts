// The state of the copy in words: before the first sync, loading, 60 days only, failed, complete.
import type { SyncState } from "../sync/sync.server.ts";
import type { ShopMeta } from "../warehouse/warehouse.server.ts";
import { formatDay } from "../kpis/period.ts";
import { type ShopNotice, shopNotices } from "./shop-notices.ts";
import { countText, durationText, momentText, quantity } from "./wording.server.ts";

export interface SyncStatusView {
  kind: "waiting" | "loading" | "failed" | "sixty_days" | "retention" | "complete";
  title: string;
  text: string;
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

/** "12,400 of about 60,000 rows, 850 a second, about 1 minute left". */
export function progressText(state: SyncState, locale: string): string {
  const parts = [
    state.expectedRows === null
      ? quantity(state.rows, "row", "rows", locale)
      : `${countText(state.rows, locale)} of about ${quantity(state.expectedRows, "row", "rows", locale)}`,
  ];
  if (state.ratePerSecond) parts.push(`${countText(Math.round(state.ratePerSecond), locale)} a second`);
  if (state.secondsLeft !== null) parts.push(`about ${durationText(state.secondsLeft)} left`);
  return parts.join(", ");
}

export function syncStatusView(
  state: SyncState,
  meta: ShopMeta | null,
  { locale, now }: { locale: string; now: Date },
): SyncStatusView {
  const base = {
    dataVersion: meta?.data_version ?? 0,
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
      return {
        ...base,
        kind: "failed",
        title: "Reading your orders stopped",
        text: `${state.error ?? "Shopify didn't answer."} What had arrived is kept. Open Data and trust to try again.`,
      };
    case "complete": {
      const fresh = meta?.fresh_at
        ? momentText(utc(meta.fresh_at), now, { locale, timeZone: meta.time_zone })
        : null;
      const complete = fresh === null ? "Data complete." : `Data complete to ${fresh}.`;
      if (state.historyLimited)
        return {
          ...base,
          kind: "sixty_days",
          title: "The last 60 days only",
          text: `${complete} Shopify lets the app read orders${since ? ` since ${since}` : " of the last 60 days"}. Figures that need older orders stay blank, with the reason.`,
        };
      if (meta?.history === "retention")
        return {
          ...base,
          kind: "retention",
          title: since
            ? `Orders since ${since}, by your retention setting`
            : "Limited by your retention setting",
          text: meta.opening_day
            ? `${complete} Of older orders each customer's sums are kept: days and comparisons since then are whole, earlier ones stay blank.`
            : `${complete} Older orders aren't kept here. Figures that need them stay blank, with the reason.`,
        };
      return { ...base, kind: "complete", title: "Data complete", text: complete };
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
        text: `${progressText(state, locale)}.${since ? ` Days since ${since} are whole; figures that need older orders follow.` : ""}`,
      };
  }
}

/** The warehouse's UTC text, with a blank between day and time, as an instant. */
export function utc(text: string): Date {
  return new Date(/[zZ]|[+-]\d\d:?\d\d$/.test(text) ? text : `${text.replace(" ", "T")}Z`);
}
