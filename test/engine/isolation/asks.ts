// How shop A asks for shop B's things: every address names B in every way an address can, under A's own session.
import { call, signed } from "../routes/intake.ts";
import { bearer, sessionToken } from "../routes/site.ts";
import type { TwoShops } from "./two-shops.ts";

export interface Case {
  title: string;
  ask: () => Promise<Response>;
  status: number;
  /** What the answer must hold, to show that it is A's and not merely empty. */
  holds?: () => string;
  /** What A asked with, and is told again once. */
  echoes?: () => string;
}

export function asksOf(two: () => TwoShops) {
  /** An address that names B in every way an address can, under A's session token. */
  function asA(path: string, query: Record<string, string> = {}): string {
    const { b, of } = two();
    const named = {
      embedded: "1",
      shop: b.domain,
      host: Buffer.from(`admin.shopify.com/store/${b.handle}`).toString("base64url"),
      session: `offline_${b.domain}`,
      job: of.job,
      window: of.window,
      event: of.event,
      request: of.request,
      check: of.check,
      operation: of.operation,
      order: String(of.order),
      customer: String(of.customer),
      ...query,
    };
    return `${path}?${new URLSearchParams({ ...named, id_token: sessionToken(two().a.domain) })}`;
  }

  const page = (path: string, query?: Record<string, string>) => two().app.doors.raw(asA(path, query));
  const asked = (path: string, query?: Record<string, string>, init: RequestInit = {}) => {
    const url = new URL(asA(path, query), "https://app.example");
    url.searchParams.delete("id_token");
    const headers = { Authorization: bearer(two().a.domain), ...init.headers };
    return two().app.doors.raw(url.pathname + url.search, { ...init, headers });
  };
  /** The same of a route that takes no parameter which it does not know: B is named in those of Shopify's. */
  const strictly = (path: string, query: Record<string, string> = {}, init?: RequestInit) => {
    const { b } = two();
    const host = Buffer.from(`admin.shopify.com/store/${b.handle}`).toString("base64url");
    const named = { embedded: "1", shop: b.domain, host, session: `offline_${b.domain}`, ...query };
    const headers = { Authorization: bearer(two().a.domain), ...init?.headers };
    return two().app.doors.raw(`${path}?${new URLSearchParams(named)}`, { ...init, headers });
  };
  const form = (fields: Record<string, string>): RequestInit => ({
    method: "POST",
    body: new URLSearchParams(fields),
    headers: { "content-type": "application/x-www-form-urlencoded" },
  });

  /** A's own figures, whatever the address names. */
  const own = (path: string, query?: Record<string, string>): Case[] => [
    { title: `${path} as a page`, ask: () => page(path, query), status: 200 },
    { title: `${path} as data`, ask: () => asked(`${path}.data`, query), status: 200 },
  ];

  const webhook =
    (
      path: string,
      topic: string,
      payload: () => object,
      headers: Record<string, string> = {},
    ): (() => Promise<Response>) =>
    () =>
      call(`https://app.example${path}`, signed(topic, two().a.domain, payload(), headers));
  /** A's session where only Shopify's signature counts. */
  const unsigned = (path: string, topic: string): Case => ({
    title: `${topic} in B's name with a session token instead of a signature`,
    ask: () =>
      call(
        `https://app.example${path}`,
        signed(
          topic,
          two().b.domain,
          { id: two().of.order, current: [] },
          { "x-shopify-hmac-sha256": "AAAA", authorization: bearer(two().a.domain) },
        ),
      ),
    status: 401,
  });

  return { page, asked, strictly, form, own, webhook, unsigned };
}
