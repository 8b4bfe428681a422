// Keeps the sync's state current while a page is open, and asks for the page's figures again when the data have changed.
import { useEffect, useState } from "react";
import type { SyncStatusView } from "../../reports/sync-status.server.ts";
import { useRefresh } from "../router.ts";

const RUNNING_MS = 2_000;
const RESTING_MS = 5_000;

/** `initial` comes from the page's loader; `soon`: something else is awaited. While the tab is hidden nothing is asked. */
export function useSyncStatus(initial: SyncStatusView, locale: string, soon = false): SyncStatusView {
  const [latest, setLatest] = useState<{ from: SyncStatusView; status: SyncStatusView } | null>(null);
  const status = latest?.from === initial ? latest.status : initial;
  const { refresh, idle } = useRefresh();
  const pause = status.running || soon ? RUNNING_MS : RESTING_MS;

  useEffect(() => {
    const abort = new AbortController();
    let timer: number;
    const look = async () => {
      if (document.visibilityState === "visible" && idle) {
        const next = await readStatus(locale, abort.signal);
        if (abort.signal.aborted) return;
        if (next) {
          setLatest({ from: initial, status: next });
          const same = (["dataVersion", "kind", "check", "behind"] as const).every(
            (name) => next[name] === initial[name],
          );
          if (!same || noticesOf(next) !== noticesOf(initial)) refresh();
        }
      }
      timer = window.setTimeout(() => void look(), pause);
    };
    timer = window.setTimeout(() => void look(), pause);
    return () => {
      abort.abort();
      window.clearTimeout(timer);
    };
  }, [initial, locale, refresh, idle, pause]);

  return status;
}

const noticesOf = ({ notices }: SyncStatusView): string => notices.map(({ key }) => key).join();

/** Null when it could not be read this time; the next look may. */
async function readStatus(locale: string, signal: AbortSignal): Promise<SyncStatusView | null> {
  try {
    const response = await fetch(`/api/sync?locale=${encodeURIComponent(locale)}`, { signal });
    return response.ok ? ((await response.json()) as { status: SyncStatusView }).status : null;
  } catch {
    return null;
  }
}
