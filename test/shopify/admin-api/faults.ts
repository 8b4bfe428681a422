// What can be made to go wrong, by shop: the next requests throttled, answered with a status, slow; bulk failures.
import type { BulkFailure } from "./bulk.ts";

export interface HttpFault {
  status: number;
  body?: string;
  headers?: Readonly<Record<string, string>>;
}

export interface Trouble {
  throttled: number;
  delayMs: number;
  http: HttpFault[];
  bulk: BulkFailure[];
  historyLimited: boolean;
}

export const noTrouble = (): Trouble => ({
  throttled: 0,
  delayMs: 0,
  http: [],
  bulk: [],
  historyLimited: false,
});

/** The answers of Shopify's edge when it is not well. */
const BODIES: Readonly<Record<number, HttpFault>> = {
  429: {
    status: 429,
    body: '{"errors":"Exceeded 2 calls per second for api client. Reduce request rates to resume uninterrupted service."}',
    headers: { "content-type": "application/json", "retry-after": "2.0" },
  },
  402: {
    status: 402,
    body: '{"errors":"Unavailable Shop"}',
    headers: { "content-type": "application/json" },
  },
  423: { status: 423, body: '{"errors":"Locked"}', headers: { "content-type": "application/json" } },
  502: {
    status: 502,
    body: "<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>",
    headers: { "content-type": "text/html" },
  },
  503: {
    status: 503,
    body: "<!DOCTYPE html><html><head><title>Service Unavailable</title></head><body></body></html>",
    headers: { "content-type": "text/html" },
  },
};

/** A status as Shopify answers it, or with what the test gives. */
export const httpFault = (status: number, given: Partial<HttpFault>): HttpFault => ({
  ...(BODIES[status] ?? { status, body: '{"errors":"Internal Server Error"}', headers: {} }),
  ...given,
});

/** Faults of a shop, named by domain or handle. */
export interface Faults {
  /** The next so many GraphQL requests are THROTTLED. */
  throttle(shop: string, requests: number): void;
  /** Every GraphQL request waits; 0 ends it. */
  slow(shop: string, milliseconds: number): void;
  /** The next so many GraphQL requests (1) get this status, with Shopify's body for it unless one is given. */
  respond(shop: string, status: number, given?: Partial<HttpFault> & { times?: number }): void;
  /** All access tokens end now; refresh tokens live. */
  expireTokens(shop: string): void;
  revokeScope(shop: string, scope: string): void;
  /** Only the last 60 days of orders are visible, whatever was granted. */
  limitHistory(shop: string, limited?: boolean): void;
  /** The next bulk operation fails after so many rows (0), with a link to those. */
  failBulk(shop: string, failure?: Partial<BulkFailure>): void;
  /** Ends throttling, slowness, statuses, bulk failures and the history limit. */
  clear(shop: string): void;
}

export interface Troubled {
  trouble: Trouble;
  scopes: readonly string[];
  setScopes(scopes: readonly string[]): void;
  tokens: { expireAll(): void };
}

export const faultsOf = (installOf: (shop: string) => Troubled): Faults => ({
  throttle: (shop, requests) => void (installOf(shop).trouble.throttled = requests),
  slow: (shop, milliseconds) => void (installOf(shop).trouble.delayMs = milliseconds),
  respond: (shop, status, { times = 1, ...given } = {}) => {
    const fault = httpFault(status, given);
    installOf(shop).trouble.http.push(...Array.from({ length: times }, () => fault));
  },
  expireTokens: (shop) => installOf(shop).tokens.expireAll(),
  revokeScope: (shop, scope) => {
    const install = installOf(shop);
    install.setScopes(install.scopes.filter((each) => each !== scope));
  },
  limitHistory: (shop, limited = true) => void (installOf(shop).trouble.historyLimited = limited),
  failBulk: (shop, { afterRows = 0, errorCode = "INTERNAL_SERVER_ERROR" } = {}) =>
    void installOf(shop).trouble.bulk.push({ afterRows, errorCode }),
  clear: (shop) => void (installOf(shop).trouble = noTrouble()),
});
