// What stays on a page when the line is down: the figures of before, and since when they are.
import { useEffect, useSyncExternalStore } from "react";
import { Bounded } from "../../bounded.ts";
import { useLocation, useRefresh } from "../router.ts";
import { useLanguage, useWords } from "./language.ts";

interface Kept {
  data: object;
  at: Date;
}

/** The last data of each page, by its path. */
const kept = new Bounded<string, Kept>(20);

/** A loader's answer, or the last one when nothing could be reached; what the app refuses is thrown on. */
export async function orLast<T extends object>(request: Request, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    const last = kept.get(new URL(request.url).pathname);
    // A fetch that reaches nobody throws a TypeError; answers of whatever status do not.
    if (!(error instanceof TypeError) || last === undefined) throw error;
    return { ...(last.data as T), offline: true };
  }
}

const subscribe = (changed: () => void) => {
  for (const name of ["online", "offline"]) window.addEventListener(name, changed);
  return () => {
    for (const name of ["online", "offline"]) window.removeEventListener(name, changed);
  };
};

/** Keeps the page's data for when the line is down; since when they are, while it is. */
export function useOffline(data: object): Date | null {
  const { pathname } = useLocation();
  const { refresh } = useRefresh();
  const online = useSyncExternalStore(
    subscribe,
    () => navigator.onLine,
    () => true,
  );
  const stale = "offline" in data;
  useEffect(() => {
    if (!stale) kept.set(pathname, { data, at: new Date() });
  }, [pathname, data, stale]);
  useEffect(() => {
    if (online && stale) refresh();
  }, [online, stale, refresh]);
  return online && !stale ? null : (kept.get(pathname)?.at ?? null);
}

export function OfflineLine({ since }: { since: Date }) {
  const { refresh, idle } = useRefresh();
  const { say } = useWords();
  const language = useLanguage();
  const time = new Intl.DateTimeFormat(language, { hour: "numeric", minute: "2-digit" }).format(since);
  return (
    <p className="status-line" role="status">
      {say("state.offline", { time })}{" "}
      <button type="button" className="plain-button" disabled={!idle} onClick={refresh}>
        {say("common.tryAgain")}
      </button>
    </p>
  );
}
