// The state of the copy in words: before the first sync, loading, 60 days only, failed, complete.
import { sourceCoverage } from "../warehouse/coverage.ts";
import { instantOf } from "../warehouse/values.ts";
import type { SyncState } from "../sync/sync.server.ts";
import type { ShopMeta } from "../warehouse/warehouse.server.ts";
import { formatDay } from "../kpis/period.ts";
import { kindOf, freshness } from "./behind.server.ts";
import { type ShopNotice, shopNotices } from "./shop-notices.server.ts";
import { failureText } from "../words/failure.server.ts";
import { say } from "../words/words.server.ts";
import { clockText, countText, durationText, momentText } from "./wording.server.ts";

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

export const phaseText = (phase: SyncState["phase"], place: { locale: string }): string =>
  say(place, `syncStatus.${phase}`);

/** "12,400 of about 60,000 orders and customers, about 1 minute left". */
export function progressText(
  { rows, expectedRows, secondsLeft }: Pick<SyncState, "rows" | "expectedRows" | "secondsLeft">,
  place: { locale: string },
): string {
  // What is read last was in no estimate: a second left would be said for many.
  const duration = secondsLeft === null || secondsLeft < 2 ? null : durationText(secondsLeft, place);
  if (expectedRows === null)
    return duration === null
      ? say(place, "syncStatus.progress", { n: rows })
      : say(place, "syncStatus.progressLeft", { n: rows, duration });
  const read = { rows: countText(rows, place.locale), n: expectedRows };
  return duration === null
    ? say(place, "syncStatus.progressOf", read)
    : say(place, "syncStatus.progressOfLeft", { ...read, duration });
}

/** For a program: the figures of the state, with reasons as sentences. */
export function stateInWords(state: SyncState, place: { locale: string }) {
  const { error, failedJobs, retried } = state;
  return {
    ...state,
    error: error && failureText(place, error),
    failedJobs: failedJobs.map((job) => ({ ...job, error: failureText(place, job.error) })),
    retried: retried.map((each) => failureText(place, each)),
  };
}

/** While Shopify gives no answer: since when, as far as that is known, and what is here from which day on. */
function silentText(
  { unansweredSince }: SyncState,
  day: string | null,
  { now, ...place }: { locale: string; timeZone: string; now: Date },
): string {
  if (unansweredSince === null)
    return day === null
      ? say(place, "syncStatus.unansweredText")
      : say(place, "syncStatus.unansweredFrom", { day });
  const since = say(place, "syncStatus.moment", {
    moment: momentText(new Date(unansweredSince), now, place),
    clock: clockText(place.timeZone),
  });
  return day === null
    ? say(place, "syncStatus.unansweredSince", { since })
    : say(place, "syncStatus.unansweredSinceFrom", { since, day });
}

export function syncStatusView(
  state: SyncState,
  meta: ShopMeta | null,
  { locale, now }: { locale: string; now: Date },
): SyncStatusView {
  const place = { locale };
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
  const orders = meta && sourceCoverage(meta, "orders");
  const day = orders?.from_day ? formatDay(orders.from_day, locale) : null;
  const silent: SyncStatusView = {
    ...base,
    kind: "loading",
    tone: "warning",
    running: true,
    title: say(place, "syncStatus.unanswered"),
    text: silentText(state, day, { ...place, now, timeZone: meta?.time_zone ?? "UTC" }),
  };
  switch (state.phase) {
    case "not_started":
      return {
        ...base,
        kind: "waiting",
        running: true,
        title: say(place, "syncStatus.waiting"),
        text: say(place, "syncStatus.waitingText"),
      };
    case "failed":
      if (
        state.error !== null &&
        kindOf(state.error) === "unanswered" &&
        !state.failedJobs.some(({ gaveUp }) => gaveUp)
      )
        return silent;
      return {
        ...base,
        kind: "failed",
        tone: "critical",
        title: say(place, "syncStatus.stopped"),
        text:
          state.error === null
            ? say(place, "syncStatus.stoppedUnanswered")
            : say(place, "syncStatus.stoppedText", { error: failureText(place, state.error) }),
        elsewhere: say(place, "syncStatus.elsewhere"),
      };
    case "complete": {
      const completeTo = orders?.fresh_at ? instantOf(orders.fresh_at) : null;
      const fresh =
        meta &&
        completeTo &&
        say(place, "syncStatus.moment", {
          moment: momentText(completeTo, now, { locale, timeZone: meta.time_zone }),
          clock: clockText(meta.time_zone),
        });
      const { behind, text: complete } = freshness(state, { completeTo, fresh, now, locale });
      const tone = behind ? "warning" : "info";
      if (state.historyLimited)
        return {
          ...base,
          tone,
          behind,
          kind: "sixty_days",
          title: say(place, "syncStatus.sixtyDays"),
          text:
            day === null
              ? say(place, "syncStatus.sixtyDaysText", { freshness: complete })
              : say(place, "syncStatus.sinceText", { freshness: complete, day }),
        };
      if (meta && orders?.state === "retention")
        return {
          ...base,
          tone,
          behind,
          kind: "retention",
          title: day === null ? say(place, "syncStatus.kept") : say(place, "syncStatus.keptSince", { day }),
          text:
            meta.opening_day === null
              ? say(place, "syncStatus.keptText", { freshness: complete })
              : say(place, "syncStatus.keptSumsText", {
                  freshness: complete,
                  day: formatDay(meta.opening_day, locale),
                }),
        };
      return {
        ...base,
        behind,
        kind: "complete",
        tone: behind ? "warning" : "success",
        title: say(place, behind ? "syncStatus.notUpToDate" : "syncStatus.upToDate"),
        text: complete,
      };
    }
    case "counting":
      if (state.unansweredSince !== null) return silent;
      return {
        ...base,
        kind: "loading",
        running: true,
        title: phaseText(state.phase, place),
        text: say(place, "syncStatus.countingText"),
      };
    default:
      if (state.unansweredSince !== null) return silent;
      return {
        ...base,
        kind: "loading",
        running: true,
        percent: state.expectedRows
          ? Math.min(99, Math.floor((100 * state.rows) / state.expectedRows))
          : null,
        title: phaseText(state.phase, place),
        text:
          day === null
            ? say(place, "syncStatus.loading", { progress: progressText(state, place) })
            : say(place, "syncStatus.loadingFrom", { progress: progressText(state, place), day }),
      };
  }
}
