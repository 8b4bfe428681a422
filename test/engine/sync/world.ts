// A simulated Shopify with shops that have installed the app, this process's database, and the parts of sync put together
// as the app does it, only with short waits.
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Session } from "@shopify/shopify-api";
import { z } from "zod";
import { closeDb, db } from "../../../app/db.server.ts";
import { env } from "../../../app/env.server.ts";
import { accessToken, API_VERSION, sessions } from "../../../app/shopify/access-token.server.ts";
import { adminApi } from "../../../app/shopify/admin-api.ts";
import type { ShopContext } from "../../../app/sync/context.ts";
import { advanceFirstSyncOrRebuild } from "../../../app/sync/reading/rebuild.ts";
import { askedScopes } from "../../../app/sync/resources/resources.ts";
import { openWarehouse, type Row, type Warehouse } from "../../../app/warehouse/warehouse.server.ts";
import { freshDatabase } from "../../tools/setup/database.ts";
import { routeToSimulator } from "../../shopify/route.ts";
import { type BulkPace, type SimulatedShopify, startShopify } from "../../shopify/server.ts";
import type { Shop } from "../../shopify/shop.ts";

const appToml = fileURLToPath(new URL("../../../shopify.app.toml", import.meta.url));

/** Long waits of production, cut to what a simulated Shopify needs. */
const LONGEST_WAIT_MS = 20;

export interface World {
  shopify: SimulatedShopify;
  /** The merchant installs the app: a token as by token exchange, and the shop's row. */
  install(shop: Shop, scopes?: readonly string[]): Promise<void>;
  /** A new DuckDB warehouse that lives as long as the world. */
  warehouse(): Promise<Warehouse>;
  context(shop: Shop, warehouse: Warehouse, change?: Partial<ShopContext>): ShopContext;
  close(): Promise<void>;
}

export async function openWorld(
  scopes: readonly string[] = askedScopes,
  bulkPace: BulkPace = "instant",
  /** Shopify's clock. */
  now?: () => Date,
): Promise<World> {
  await closeDb();
  process.env.DATABASE_URL = await freshDatabase();
  const directory = await mkdtemp(path.join(os.tmpdir(), "segment-kpis-sync-"));
  process.env.DATA_DIR ??= path.join(directory, "data");
  const { SHOPIFY_API_KEY: apiKey, SHOPIFY_API_SECRET: apiSecret } = env();
  const shopify = await startShopify({
    ...{ apiKey, apiSecret, scopes, bulkPace, appToml },
    ...(now === undefined ? {} : { now }),
  });
  const warehouses: Warehouse[] = [];
  const restore = routeToSimulator(shopify.url);

  return {
    shopify,
    async install(shop, granted = scopes) {
      if (!shopify.shops.has(shop.domain)) shopify.addShop(shop);
      shopify.setScopes(shop.domain, granted);
      await storeToken(shop.domain, shopify.sessionToken(shop.domain));
      await db.shop.create({ data: { domain: shop.domain, scopes: granted.join(",") } });
    },
    async warehouse() {
      const opened = await openWarehouse({ directory: path.join(directory, randomUUID()) });
      warehouses.push(opened);
      return opened;
    },
    context(shop, warehouse, change = {}) {
      const wait =
        change.wait ?? ((milliseconds) => sleep(Math.min(milliseconds, LONGEST_WAIT_MS), undefined));
      const token = (options: { refused?: string }) => accessToken(shop.domain, options);
      return {
        shop: shop.domain,
        db,
        copy: warehouse.of(shop.domain),
        admin: adminApi({ shop: shop.domain, apiVersion: API_VERSION, token, wait }),
        directory: path.join(directory, shop.domain),
        now: () => new Date(),
        wait,
        pagedUpTo: 0,
        ...change,
      };
    },
    async close() {
      restore();
      await shopify.stop();
      for (const opened of warehouses) await opened.close();
      await closeDb();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

const exchanged = z.object({
  access_token: z.string(),
  scope: z.string(),
  expires_in: z.number(),
  refresh_token: z.string(),
  refresh_token_expires_in: z.number(),
});

export async function storeToken(shop: string, sessionToken: string): Promise<void> {
  const response = await fetch(`https://${shop}/admin/oauth/access_token`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      client_id: env().SHOPIFY_API_KEY,
      client_secret: env().SHOPIFY_API_SECRET,
      grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
      subject_token: sessionToken,
      subject_token_type: "urn:ietf:params:oauth:token-type:id_token",
      requested_token_type: "urn:shopify:params:oauth:token-type:offline-access-token",
      expiring: "1",
    }),
  });
  const token = exchanged.parse(await response.json());
  const after = (seconds: number) => new Date(Date.now() + seconds * 1000);
  await sessions.storeSession(
    new Session({
      id: `offline_${shop}`,
      shop,
      state: "",
      isOnline: false,
      scope: token.scope,
      accessToken: token.access_token,
      expires: after(token.expires_in),
      refreshToken: token.refresh_token,
      refreshTokenExpires: after(token.refresh_token_expires_in),
    }),
  );
}

/** Runs the first sync, or whatever reads the shop anew, to its end; the number of turns it took. */
export async function syncWhole(context: ShopContext): Promise<number> {
  for (let turns = 1; turns < 500; turns += 1) {
    const turn = await advanceFirstSyncOrRebuild(context);
    if (turn.done) return turns;
    await context.wait(turn.waitMs);
  }
  throw new Error("The first sync does not end");
}

export interface Books extends Row {
  orders: number;
  tests: number;
  customers: number;
  lines: number;
  sales: number;
  total: number;
  tax: number;
  discount: number;
}

/** What a simulated shop holds, counted from its own model. */
export function booksOf(shop: Shop): Books {
  const orders = [...shop.orders.values()];
  const sales = orders.flatMap((order) => order.agreements.flatMap((agreement) => agreement.sales));
  const sum = (value: (sale: (typeof sales)[number]) => number) =>
    sales.reduce((total, sale) => total + value(sale), 0);
  return {
    orders: orders.length,
    tests: orders.filter((order) => order.test).length,
    customers: shop.customers.size,
    lines: orders.reduce((total, order) => total + order.lines.length, 0),
    sales: sales.length,
    total: sum((sale) => sale.total),
    tax: sum((sale) => sale.tax),
    discount: sum((sale) => sale.discountBeforeTax),
  };
}

/** The same from the warehouse. */
export async function booksIn(warehouse: Warehouse, shop: Shop): Promise<Books> {
  const [books] = await warehouse.of(shop.domain).query<Books>(
    `SELECT (SELECT count(*) FROM orders) AS orders, (SELECT count(*) FROM orders WHERE test) AS tests,
       (SELECT count(*) FROM customers) AS customers, (SELECT count(*) FROM order_lines) AS lines,
       count(*) AS sales, CAST(coalesce(sum(total), 0) AS BIGINT) AS total,
       CAST(coalesce(sum(tax), 0) AS BIGINT) AS tax, CAST(coalesce(sum(discount), 0) AS BIGINT) AS discount
     FROM sales`,
  );
  if (!books) throw new Error("The warehouse has no answer");
  return books;
}

/** Orders whose ledger does not add up to what Shopify says they come to. */
export async function gapsIn(warehouse: Warehouse, shop: Shop): Promise<Row[]> {
  return warehouse
    .of(shop.domain)
    .query("SELECT order_id, placed_gap, total_gap FROM orders WHERE placed_gap <> 0 OR total_gap <> 0");
}
