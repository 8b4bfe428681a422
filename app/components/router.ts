// The one place outside the routes that knows the router. The address is the page's state: every choice is a parameter,
// so that reload and a copied link show the same page.
import {
  type ErrorResponse,
  isRouteErrorResponse,
  Link,
  useFetcher,
  useLocation,
  useNavigate,
  useNavigation,
  useRevalidator,
} from "@remix-run/react";
import { useCallback, useMemo } from "react";
import { type ScreenWords, screenWords } from "../words/screen.ts";

export { type ErrorResponse, isRouteErrorResponse, Link, useLocation };

// Proof of one visit, put there by Shopify's admin: it must not travel on to the next page or into a copied link.
const ONE_VISIT = ["id_token", "hmac", "session", "timestamp", "link_source"];

/** Parameters to set; null or an empty text takes one away. */
export type Changes = Readonly<Record<string, string | null>>;

function changed(search: string, changes: Changes): string {
  const params = new URLSearchParams(search);
  for (const name of ONE_VISIT) params.delete(name);
  for (const [name, value] of Object.entries(changes))
    if (value === null || value === "") params.delete(name);
    else params.set(name, value);
  const text = params.toString();
  return text === "" ? "" : `?${text}`;
}

/** A path of the app in the language of the page. */
export const pathIn = (language: string, path = "/app"): string =>
  language === "en" ? path : `${path}?locale=${encodeURIComponent(language)}`;

interface Matched {
  matches: readonly { id: string; data: unknown }[];
}

/** A route's `meta`: the page's title in its language, which the layout around all pages has read from the address. */
export const titled =
  (title: (words: ScreenWords) => string) =>
  ({ matches }: Matched) => {
    const language = matches.flatMap(({ data }) => languageIn(data) ?? [])[0] ?? "en";
    return [{ title: title(screenWords(language)) }];
  };

const languageIn = (data: unknown): string | null =>
  typeof data === "object" && data !== null && "locale" in data && typeof data.locale === "string"
    ? data.locale
    : null;

export interface Address {
  search: string;
  /** This page, or another by its path, with parameters changed. */
  href(changes: Changes, path?: string): string;
  /** Another page by its path, with parameters changed, as a press of a link does. */
  visit(changes: Changes, path: string): void;
  /** This page with parameters changed; it takes the place of the present one, so that Back leads to the page before. */
  go(changes: Changes): void;
}

export function useAddress(): Address {
  const { pathname, search } = useLocation();
  const navigate = useNavigate();
  const href = useCallback(
    (changes: Changes, path = pathname) => path + changed(search, changes),
    [pathname, search],
  );
  const go = useCallback(
    (changes: Changes) => navigate(href(changes), { preventScrollReset: true, replace: true }),
    [navigate, href],
  );
  const visit = useCallback(
    (changes: Changes, path: string) => navigate(href(changes, path)),
    [navigate, href],
  );
  return useMemo(() => ({ search, href, go, visit }), [search, href, go, visit]);
}

/** True while figures for another address are on their way. */
export function useLoading(): boolean {
  return useNavigation().state === "loading";
}

/** The parameters of the address whose figures are on their way, if any. */
export function usePending(): URLSearchParams | null {
  const { location, state } = useNavigation();
  const search = state === "loading" ? location.search : null;
  return useMemo(() => (search === null ? null : new URLSearchParams(search)), [search]);
}

/** Asks for the page's figures again; idle while nothing is on its way. */
export function useRefresh(): { refresh: () => void; idle: boolean } {
  const { revalidate, state } = useRevalidator();
  return { refresh: revalidate, idle: state === "idle" };
}

/** Posts a form's fields to this page's action, or to another's; `answer` is what the last one gave. */
export function useAction<T>(path?: string): {
  post: (fields: Readonly<Record<string, string>>) => void;
  busy: boolean;
  answer: T | undefined;
} {
  const fetcher = useFetcher();
  const { submit, state, data } = fetcher;
  const post = useCallback(
    (fields: Readonly<Record<string, string>>) => submit(fields, { method: "post", action: path }),
    [submit, path],
  );
  return { post, busy: state !== "idle", answer: state === "idle" ? (data as T | undefined) : undefined };
}
