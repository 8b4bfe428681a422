import { createHmac } from "node:crypto";
import { Session } from "@shopify/shopify-app-remix/server";
import { afterAll, beforeAll, expect, test } from "vitest";
import { closeDb } from "../../../app/db.server.ts";
import { sessions } from "../../../app/shopify/access-token.server.ts";
import { verifyWebhook } from "../../../app/webhooks/verify.server.ts";
import { freshDatabase } from "../../tools/setup/database.ts";

const body = JSON.stringify({ id: 1, admin_graphql_api_id: "gid://shopify/Order/1", note: "ü" });
const headers: Record<string, string> = {
  "content-type": "application/json",
  "x-shopify-topic": "orders/create",
  "x-shopify-shop-domain": "a.myshopify.com",
  "x-shopify-api-version": "2026-10",
  "x-shopify-webhook-id": "b54557e4-bdd9-4b37-8a5f-bf7d70bcd043",
  "x-shopify-event-id": "98880550-7158-44d4-b7cd-2c97c8a091b5",
  "x-shopify-triggered-at": "2026-10-05T12:00:00.123456789Z",
};
const sign = (text: string, secret = "test-api-secret") =>
  createHmac("sha256", secret).update(text).digest("base64");

function delivery({
  text = body,
  hmac = sign(text),
  without = [] as string[],
  method = "POST",
} = {}): Request {
  const all = new Headers({ ...headers, "x-shopify-hmac-sha256": hmac });
  for (const name of without) all.delete(name);
  return new Request("https://segment-kpis.example.com/webhooks/orders", {
    method,
    headers: all,
    ...(method === "POST" ? { body: text } : {}),
  });
}

const refusal = (request: Request) =>
  verifyWebhook(request).then(
    () => "accepted",
    (error: unknown) => (error instanceof Response ? error.status : error),
  );

beforeAll(async () => {
  process.env.DATABASE_URL = await freshDatabase();
});
afterAll(closeDb);

test("a signed delivery is read", async () => {
  expect(await verifyWebhook(delivery())).toMatchObject({
    shop: "a.myshopify.com",
    topic: "orders/create",
    eventId: "98880550-7158-44d4-b7cd-2c97c8a091b5",
    webhookId: "b54557e4-bdd9-4b37-8a5f-bf7d70bcd043",
    triggeredAt: "2026-10-05T12:00:00.123Z",
    payload: { id: 1, admin_graphql_api_id: "gid://shopify/Order/1", note: "ü" },
  });
});

test("an expired session whose renewal would fail does not stand in the way", async () => {
  const shop = "a.myshopify.com";
  await sessions.storeSession(
    new Session({
      id: `offline_${shop}`,
      shop,
      state: "",
      isOnline: false,
      accessToken: "old",
      refreshToken: "old",
      expires: new Date(0),
    }),
  );
  expect((await verifyWebhook(delivery())).shop).toBe(shop);
});

test("a wrong signature is refused with 401", async () => {
  expect(await refusal(delivery({ hmac: sign(body, "another secret") }))).toBe(401);
  expect(await refusal(delivery({ text: `${body} `, hmac: sign(body) }))).toBe(401);
});

test.each(["x-shopify-hmac-sha256", "x-shopify-topic", "x-shopify-shop-domain", "x-shopify-webhook-id"])(
  "a delivery without %s is refused with 400",
  async (name) => {
    expect(await refusal(delivery({ without: [name] }))).toBe(400);
  },
);

test("without an event id the delivery's own id stands in", async () => {
  const { eventId, webhookId } = await verifyWebhook(delivery({ without: ["x-shopify-event-id"] }));
  expect(eventId).toBe(webhookId);
});

test("a signed body that is no JSON object is refused with 400", async () => {
  expect(await refusal(delivery({ text: "orders" }))).toBe(400);
  expect(await refusal(delivery({ text: "[1]" }))).toBe(400);
});

test("a body of more than a megabyte is refused with 413, announced or not", async () => {
  const text = JSON.stringify({ id: 1, note: "x".repeat(1_000_000) });
  expect(await refusal(delivery({ text }))).toBe(413);
  const announced = delivery();
  announced.headers.set("content-length", "1000001");
  expect(await refusal(announced)).toBe(413);
});

test("only POST is answered", async () => {
  expect(await refusal(delivery({ method: "GET" }))).toBe(405);
});
