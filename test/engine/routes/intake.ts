// Where the app takes in webhooks: its routes without the rest of the app, behind an address that Shopify can call.
import { createHmac, randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { ActionFunctionArgs } from "@remix-run/node";
import { env } from "../../../app/env.server.ts";
import * as scopesUpdate from "../../../app/routes/webhooks.app.scopes_update.ts";
import * as uninstalled from "../../../app/routes/webhooks.app.uninstalled.ts";
import * as bulk from "../../../app/routes/webhooks.bulk.ts";
import * as checkouts from "../../../app/routes/webhooks.checkouts.ts";
import * as compliance from "../../../app/routes/webhooks.compliance.ts";
import * as customers from "../../../app/routes/webhooks.customers.ts";
import * as inventory from "../../../app/routes/webhooks.inventory.ts";
import * as orders from "../../../app/routes/webhooks.orders.ts";
import * as products from "../../../app/routes/webhooks.products.ts";
import * as segments from "../../../app/routes/webhooks.segments.ts";
import * as shop from "../../../app/routes/webhooks.shop.ts";

const actions: Record<string, (args: ActionFunctionArgs) => Promise<Response>> = {
  "/webhooks/orders": orders.action,
  "/webhooks/customers": customers.action,
  "/webhooks/products": products.action,
  "/webhooks/checkouts": checkouts.action,
  "/webhooks/segments": segments.action,
  "/webhooks/inventory": inventory.action,
  "/webhooks/shop": shop.action,
  "/webhooks/bulk": bulk.action,
  "/webhooks/compliance": compliance.action,
  "/webhooks/app/uninstalled": uninstalled.action,
  "/webhooks/app/scopes_update": scopesUpdate.action,
};

/** What a route answers. */
export async function call(url: string, init: RequestInit): Promise<Response> {
  const action = actions[new URL(url).pathname];
  if (!action) return new Response(null, { status: 404 });
  try {
    return await action({ request: new Request(url, init), params: {}, context: {} });
  } catch (thrown) {
    if (thrown instanceof Response) return thrown;
    throw thrown;
  }
}

/** A webhook as Shopify signs it. */
export function signed(
  topic: string,
  shop: string,
  payload: object,
  change: Record<string, string> = {},
): RequestInit {
  const body = JSON.stringify(payload);
  const hmac = createHmac("sha256", env().SHOPIFY_API_SECRET).update(body).digest("base64");
  return {
    method: "POST",
    body,
    headers: {
      "content-type": "application/json",
      "x-shopify-topic": topic,
      "x-shopify-shop-domain": shop,
      "x-shopify-api-version": "2026-10",
      "x-shopify-webhook-id": randomUUID(),
      "x-shopify-event-id": randomUUID(),
      "x-shopify-triggered-at": new Date().toISOString(),
      "x-shopify-hmac-sha256": hmac,
      ...change,
    },
  };
}

/** A delivery as it came in, to be handed to a route at any time and as often as wanted. */
export interface Arrived {
  topic: string;
  url: string;
  init: RequestInit;
}

export interface Served {
  url: string;
  close: () => void;
}

/** Takes deliveries at an address of its own; `answer` gives the status. */
export async function serve(answer: (arrived: Arrived) => Promise<number>): Promise<Served> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const headers = Object.entries(request.headers).map(([name, value]): [string, string] => [
        name,
        String(value),
      ]);
      const init = { method: request.method ?? "POST", headers, body: Buffer.concat(chunks) };
      const topic = String(request.headers["x-shopify-topic"]);
      answer({ topic, url: `http://127.0.0.1${request.url}`, init }).then(
        (status) => response.writeHead(status).end(),
        () => response.writeHead(500).end(),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => server.close(),
  };
}
