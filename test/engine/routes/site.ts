// The app's own routes behind Remix' request handler, in this process: real Requests in, real Responses out, with the
// session a token exchange would have left. The build is put together by hand because tests run without the bundler.
import { createHmac } from "node:crypto";
import { readdirSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createRequestHandler, type ServerBuild } from "@remix-run/node";
import { Session } from "@shopify/shopify-app-remix/server";
import type { Warehouse } from "../../../app/warehouse/warehouse.server.ts";
import { freshDatabase } from "../../tools/setup/database.ts";
import { addDays } from "../../../app/kpis/period.ts";
import { DAYS, FIRST_DAY } from "../kpis/shop.ts";

/** The random shop's last day. */
const LAST_DAY = addDays(FIRST_DAY, DAYS - 1);

export interface Site {
  warehouse: Warehouse;
  /** Signs the shop in and gives it finished first-sync marks. */
  install(shop: string): Promise<void>;
  /** A page as the admin's iframe loads it. */
  page(shop: string, address: string): Promise<Response>;
  /** A call with a session token, as App Bridge or a script sends it. */
  call(shop: string, address: string, init?: RequestInit): Promise<Response>;
  /** A call as it is. */
  raw(address: string, init?: RequestInit): Promise<Response>;
  close(): Promise<void>;
}

/** The doors of a site alone: what stands behind them is the process's. */
export async function openDoors(): Promise<Pick<Site, "page" | "call" | "raw">> {
  const handle = createRequestHandler(await build(), "test");
  const raw = (address: string, init?: RequestInit) => handle(new Request(origin() + address, init));
  return {
    raw,
    page(shop, address) {
      const url = new URL(address, origin());
      const host = Buffer.from(`admin.shopify.com/store/${shop.split(".")[0]}`).toString("base64url");
      for (const [name, value] of Object.entries({ embedded: "1", shop, host, id_token: sessionToken(shop) }))
        url.searchParams.set(name, value);
      return raw(url.pathname + url.search);
    },
    call(shop, address, init = {}) {
      const headers = new Headers(init.headers);
      headers.set("Authorization", bearer(shop));
      return raw(address, { ...init, headers });
    },
  };
}

export async function openSite(): Promise<Site> {
  process.env.DATABASE_URL = await freshDatabase();
  process.env.DATA_DIR = await mkdtemp(path.join(tmpdir(), "segment-kpis-site-"));
  const { db, closeDb } = await import("../../../app/db.server.ts");
  const { sessions } = await import("../../../app/shopify/access-token.server.ts");
  const runtime = await import("../../../app/process/runtime.server.ts");
  return {
    warehouse: await runtime.warehouse(),
    ...(await openDoors()),
    async install(shop) {
      const at = new Date();
      await db.shop.create({
        data: {
          domain: shop,
          firstSyncStartedAt: at,
          firstSyncFinishedAt: at,
          lastSweepAt: at,
          lastSweepFound: 3,
        },
      });
      await sessions.storeSession(
        new Session({
          id: `offline_${shop}`,
          shop,
          state: "",
          isOnline: false,
          scope: "read_orders,read_customers",
          accessToken: "shpat_of_a_test",
          expires: new Date(Date.now() + 3_600_000),
        }),
      );
    },
    async close() {
      await runtime.closeWarehouse();
      await closeDb();
    },
  };
}

/** The random shop's last 60 days, by name, so that nothing depends on the day of the test. */
export const period = `from=${addDays(LAST_DAY, -59)}&to=${LAST_DAY}`;

const origin = (): string => process.env.SHOPIFY_APP_URL ?? "";

export const bearer = (shop: string): string => `Bearer ${sessionToken(shop)}`;

export function sessionToken(
  shop: string,
  secret = process.env.SHOPIFY_API_SECRET ?? "",
  user = "7",
): string {
  const now = Math.floor(Date.now() / 1000);
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const claims = {
    iss: `https://${shop}/admin`,
    dest: `https://${shop}`,
    aud: process.env.SHOPIFY_API_KEY,
    sub: user,
    exp: now + 60,
    nbf: now - 5,
    iat: now - 5,
    jti: crypto.randomUUID(),
    sid: "s",
  };
  const signed = `${part({ alg: "HS256", typ: "JWT" })}.${part(claims)}`;
  return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
}

/** Routes as Remix reads them from the names of their files. */
async function routeTable() {
  const names = readdirSync("app/routes").map((file) => ({ file, id: file.replace(/\.tsx?$/, "") }));
  const isLayout = (id: string, of: string) => id !== of && of.startsWith(`${id}.`);
  return Promise.all(
    names.map(async ({ file, id }) => {
      const layout = names.find((other) => isLayout(other.id, id));
      const own = layout === undefined ? id : id.slice(layout.id.length + 1);
      const address = own
        .replaceAll("[.]", "%")
        .split(".")
        .map((part) => (part === "$" ? "*" : part.replace(/^\$/, ":").replaceAll("%", ".")))
        .join("/");
      const [within, index] = address.split(/(?:^|\/)(_index)$/);
      return {
        id: `routes/${id}`,
        parentId: layout === undefined ? "root" : `routes/${layout.id}`,
        module: (await import(path.resolve("app/routes", file))) as Record<string, unknown>,
        ...(index === undefined ? {} : { index: true }),
        ...(within === "" ? {} : { path: within }),
      };
    }),
  );
}

async function build(): Promise<ServerBuild> {
  const root = await import("../../../app/root.tsx");
  const entries = await routeTable();
  const asset = { hasAction: false, hasLoader: true, hasClientAction: false, hasClientLoader: false };
  const assets = Object.fromEntries(
    entries.map(({ module, ...entry }) => [
      entry.id,
      { ...asset, ...entry, module: `/assets/${entry.id}.js`, hasErrorBoundary: "ErrorBoundary" in module },
    ]),
  );
  return {
    entry: { module: await import("../../../app/entry.server.tsx") },
    routes: {
      root: { id: "root", path: "", module: root },
      ...Object.fromEntries(entries.map((entry) => [entry.id, entry])),
    },
    assets: {
      entry: { module: "/assets/entry.js", imports: [] },
      routes: {
        root: { ...asset, id: "root", path: "", module: "/assets/root.js", hasErrorBoundary: false },
        ...assets,
      },
      url: "/assets/manifest.js",
      version: "test",
    },
    publicPath: "/",
    assetsBuildDirectory: "build/client",
    future: {
      v3_fetcherPersist: true,
      v3_relativeSplatPath: true,
      v3_throwAbortReason: true,
      v3_routeConfig: false,
      v3_singleFetch: true,
      v3_lazyRouteDiscovery: true,
      unstable_optimizeDeps: false,
    },
    isSpaMode: false,
  } as unknown as ServerBuild;
}
