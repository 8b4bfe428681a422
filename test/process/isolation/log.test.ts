// The built app at its most talkative, through an install, a first sync, webhooks, pages, refusals and a removal: its
// log holds no token, no secret, no query string and nothing personal.
import { createHmac } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { API_SECRET, type Stack, startStack } from "../../tools/demo/stack.ts";
import { generateShop } from "../../shopify/generate.ts";
import { eventually } from "../../tools/setup/eventually.ts";
const shop = generateShop({ seed: 21, orders: 120, handle: "talkative", now: new Date() });
let directory: string;
let stack: Stack;
beforeAll(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), "segment-kpis-log-"));
  stack = await startStack({
    shops: [shop],
    port: 0,
    dataDir: directory,
    mode: "production",
    bulkPace: "instant",
    logLevel: "trace",
  });
});
afterAll(async () => {
  await stack?.stop();
  await rm(directory, { recursive: true, force: true });
});

const personal = {
  email: "jane.doe@example.com",
  first_name: "Janedoe",
  phone: "+4915112345678",
  address1: "Secret Street 7",
};

async function webhook(topic: string, address: string, payload: object, hmac?: string): Promise<number> {
  const body = JSON.stringify(payload);
  const signature = createHmac("sha256", API_SECRET).update(body).digest("base64");
  const response = await fetch(`${stack.appServer}${address}`, {
    method: "POST",
    body,
    headers: {
      "content-type": "application/json",
      "x-shopify-topic": topic,
      "x-shopify-shop-domain": shop.domain,
      "x-shopify-api-version": "2026-10",
      "x-shopify-webhook-id": crypto.randomUUID(),
      "x-shopify-event-id": crypto.randomUUID(),
      "x-shopify-hmac-sha256": hmac ?? signature,
    },
  });
  return response.status;
}

it("says nothing that is nobody's business", async () => {
  const { shopify } = stack;
  const sent: string[] = [];
  const token = () => {
    const made = shopify.sessionToken(shop.domain);
    sent.push(made);
    return made;
  };
  const host = Buffer.from(`admin.shopify.com/store/${shop.handle}`).toString("base64url");
  const browser =
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";
  const page = (address: string, idToken = token()) =>
    fetch(
      `${stack.appServer}${address}?${new URLSearchParams({ embedded: "1", shop: shop.domain, host, id_token: idToken, secretquery: "querysecret" })}`,
      { headers: { "user-agent": browser }, redirect: "manual" },
    );
  const api = (address: string, bearer = token()) =>
    fetch(stack.appServer + address, {
      headers: { Authorization: `Bearer ${bearer}`, "user-agent": browser },
    });
  const state = async () =>
    (await (await api("/api/sync")).json()) as { phase: string; webhooksWaiting: number; paused: unknown };

  expect((await page("/app")).status).toBe(200);
  await eventually(async () => expect((await state()).phase).toBe("complete"));
  for (const address of ["/app", "/app/data", "/app/segments/order_count/1", "/app/nowhere"])
    expect((await page(address)).status).toBeLessThan(500);
  expect((await api("/api/kpis?session=querysecret")).status).toBe(200);
  expect((await api("/app/export/segments.csv?session=querysecret")).status).toBe(200);
  expect((await api("/api/kpis?secretquery=querysecret")).status).toBe(400);
  expect((await api("/app/export/segments.csv?secretquery=querysecret")).status).toBe(400);
  await page("/app", `${token()}forged`);
  expect((await api("/api/kpis", `${token()}forged`)).status).toBe(401);

  const [order] = [...shop.orders.values()];
  if (order) shop.cancelOrder(order.id);
  expect(await webhook("orders/updated", "/webhooks/orders", { id: order?.id, ...personal })).toBe(200);
  expect(await webhook("orders/updated", "/webhooks/orders", personal)).toBe(400);
  expect(await webhook("orders/updated", "/webhooks/orders", { id: order?.id, ...personal }, "AAAA")).toBe(
    401,
  );
  await eventually(async () => expect((await state()).webhooksWaiting).toBe(0));

  // Refusals of every kind, and what they make the app write.
  shopify.faults.expireTokens(shop.domain);
  shopify.faults.respond(shop.domain, 429, { headers: { "retry-after": "0.05" } });
  shopify.faults.respond(shop.domain, 400, { body: JSON.stringify({ errors: personal }) });
  const placed = shop.placeOrder({ lines: [{ title: "Cup", price: 100, quantity: 1 }] });
  await webhook("orders/create", "/webhooks/orders", { id: placed.id });
  await eventually(async () =>
    expect(await readFile(path.join(directory, "app.log"), "utf8")).toContain("status 400"),
  );
  shopify.faults.close(shop.domain, 402);
  await webhook("shop/update", "/webhooks/shop", { id: 1, ...personal });
  await eventually(async () => expect((await state()).paused).not.toBeNull());
  shopify.faults.clear(shop.domain);
  shopify.uninstall(shop.domain);
  await shopify.webhooks.idle();

  await stack.stop();
  const log = await readFile(path.join(directory, "app.log"), "utf8");
  const key = await readFile(path.join(directory, "token-key"), "utf8");
  expect(log.split("\n").length).toBeGreaterThan(50);
  expect(log).toContain('"path":"/app"');
  for (const secret of [API_SECRET, key, ...sent, ...sent.map((each) => each.split(".")[2] ?? each)])
    expect(log.includes(secret), `the log holds ${secret.slice(0, 12)}…`).toBe(false);
  for (const mark of Object.values(personal)) expect(log).not.toContain(mark);
  for (const pattern of [
    /shp(at|rt|ua|ss)_\w+/,
    /eyJ[\w-]{10,}\.[\w-]+/,
    /[\w.+-]+@[\w-]+\.[a-z]{2,}/i,
    /querysecret|id_token|[?&][a-z_]+=/i,
    /bearer \S/i,
    /"(accessToken|refreshToken|authorization|cookie|x-shopify-[\w-]+)"/i,
    /postgres(ql)?:\/\/[^\s"]*:[^\s"@]+@/,
  ]) {
    const found = pattern.exec(log);
    const line = log.slice(log.lastIndexOf("\n", found?.index ?? 0) + 1).split("\n")[0];
    expect(found?.[0], `in: ${line?.slice(0, 600)}`).toBeUndefined();
  }
});
