// What a page of the app may load and run, and who may show it in a frame: its Content-Security-Policy. App Bridge comes from
// Shopify's CDN by name and nothing else does; what the server writes into a page runs by a number that only this answer
// has, or by the hash of what it says.
import { createHash, randomBytes } from "node:crypto";
import { env } from "../env.server.ts";

const CDN = "https://cdn.shopify.com";
const ADMIN = "https://admin.shopify.com";

/** Of what is no page: it loads nothing and is shown nowhere. */
export const NO_PAGE = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export const newNonce = (): string => randomBytes(18).toString("base64");

export interface PageOptions {
  /** In whose admin the page may be shown; null: not known, as of the way in. */
  shop: string | null;
  /** Marks of the scripts that are written into it: `'nonce-…'`, `'sha256-…'`. */
  scripts: readonly string[];
}

export function pagePolicy({ shop, scripts }: PageOptions): string {
  const frames = shop === null ? ADMIN : `https://${shop} ${ADMIN}`;
  // Vite's hot reload speaks by a socket.
  const reload = env().NODE_ENV === "production" ? "" : " ws:";
  return [
    `frame-ancestors ${frames}`,
    "default-src 'self'",
    ["script-src 'self'", CDN, ...scripts].join(" "),
    // Polaris and React write styles into attributes, Polaris' font comes with a sheet of its own.
    `style-src 'self' 'unsafe-inline' ${CDN}`,
    `font-src 'self' data: ${CDN}`,
    `img-src 'self' data: blob: ${CDN}`,
    // App Bridge tells Shopify how fast pages are, and asks the admin.
    `connect-src 'self' ${CDN} ${ADMIN} https://monorail-edge.shopifysvc.com${reload}`,
    // The way in leads to the shop's install page.
    `form-action 'self' ${ADMIN} https://*.myshopify.com`,
    "object-src 'none'",
    "base-uri 'self'",
  ].join("; ");
}

/** The marks of the scripts in a page of Shopify's library, which knows of no nonce. */
export function hashesOf(html: string): string[] {
  return [...html.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(
    ([, script = ""]) => `'sha256-${createHash("sha256").update(script).digest("base64")}'`,
  );
}
