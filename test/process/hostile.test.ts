// The built app under strangers who half-send, ask for what is no address, and write headers that are none, at its most
// talkative: a shop's page and its webhooks go on, nothing is a failure of ours, and the log keeps to itself what they said.
import { createHmac } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { connect } from "node:net";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { API_SECRET, type Stack, startStack } from "../tools/demo/stack.ts";
import { head, heard } from "../engine/ingress/door.ts";
import { signed } from "../engine/routes/intake.ts";
import { generateShop } from "../shopify/generate.ts";
import { eventually } from "../tools/setup/eventually.ts";

const METRICS_TOKEN = "a token that only the monitor has";
const shop = generateShop({ seed: 22, orders: 60, handle: "besieged", now: new Date() });
let directory: string;
let stack: Stack;
beforeAll(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), "segment-kpis-hostile-"));
  stack = await startStack({
    shops: [shop],
    port: 0,
    dataDir: directory,
    mode: "production",
    bulkPace: "instant",
    logLevel: "trace",
    env: { METRICS_TOKEN },
  });
});
afterAll(async () => {
  await stack?.stop();
  await rm(directory, { recursive: true, force: true });
});

function call(...said: string[]) {
  const socket = connect(Number(new URL(stack.appServer).port), "127.0.0.1");
  socket.on("error", () => undefined);
  for (const bytes of said) socket.write(bytes);
  return socket;
}
const statusOf = async (said: string, body = "") =>
  Number(/^HTTP\/1.1 (\d+)/.exec(await heard(call(said, body)))?.[1]);
const page = (headers: Record<string, string> = {}) => {
  const host = Buffer.from(`admin.shopify.com/store/${shop.handle}`).toString("base64url");
  const token = stack.shopify.sessionToken(shop.domain);
  const query = new URLSearchParams({ embedded: "1", shop: shop.domain, host, id_token: token });
  const browser = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36";
  return fetch(`${stack.appServer}/app?${query}`, { headers: { "user-agent": browser, ...headers } });
};
function webhook(id: number): Promise<Response> {
  const init = signed("orders/updated", shop.domain, { id });
  return fetch(`${stack.appServer}/webhooks/orders`, {
    ...init,
    headers: { ...(init.headers as Record<string, string>), ...signature(String(init.body as string)) },
  });
}
const signature = (body: string) => ({
  "x-shopify-hmac-sha256": createHmac("sha256", API_SECRET).update(body).digest("base64"),
});
const once = { connection: "close" };

it("goes on for a shop while strangers besiege it", async () => {
  expect((await page()).status).toBe(200);
  const crowd = [
    ...Array.from({ length: 300 }, () => call(head("/auth/login", { "content-length": "1000" }), "shop=")),
    ...Array.from({ length: 100 }, () => call(head("/webhooks/orders", { "content-length": "16000" }))),
  ];
  expect((await page()).status).toBe(200);
  expect((await fetch(`${stack.appServer}/readyz`)).status).toBe(200);
  const answers = await Promise.all(Array.from({ length: 30 }, (_, id) => webhook(id + 1)));
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  for (const socket of crowd) socket.destroy();
});

it("answers what cannot be read with whose mistake it is, and does not call it a failure", async () => {
  const token = stack.shopify.sessionToken(shop.domain);
  expect(
    (
      await page({
        "x-forwarded-for": "203.0.113.7",
        "x-forwarded-host": "a b:c",
        "x-forwarded-proto": "c:d",
      })
    ).status,
  ).toBe(200);
  for (const path of ["/%zz", "/app/%ff", "/api/%zz", `/app/segments/channel/${"x".repeat(900)}`]) {
    const status = await statusOf(head(`${path}?id_token=${token}`, once, "GET"));
    expect(status, path).toBeGreaterThanOrEqual(300);
    expect(status, path).toBeLessThan(500);
  }
  expect(await statusOf(head(`/app?id_token=${token}`, { ...once, host: "a b:c" }, "GET"))).toBeLessThan(500);
  expect(await statusOf(head("/app", once, "TRACE"))).toBe(405);
  const foreign = { ...once, "content-length": "5", "content-type": "application/x-www-form-urlencoded" };
  for (const origin of ["https://evil.example", "null", "no address"])
    expect(await statusOf(head("/auth/login", { ...foreign, origin }), "shop=")).toBe(403);
  expect(await statusOf(head("/auth/login", foreign), "shop=")).toBe(200);
  expect(
    await statusOf(head("/auth/login", { ...foreign, "content-length": "9000" }), `shop=${"x".repeat(8995)}`),
  ).toBe(200);
  const scopes = { ...once, "content-length": "8", ...signature('{"id":1}') };
  const uninstalled = { ...scopes, "x-shopify-topic": "app/uninstalled" };
  expect(await statusOf(head("/webhooks/app/scopes_update", scopes), '{"id":1}')).toBe(404);
  expect(await statusOf(head("/webhooks/app/uninstalled", uninstalled), '{"id":1}')).toBe(400);

  const metrics = async () =>
    (
      await fetch(`${stack.appServer}/metrics`, { headers: { authorization: `Bearer ${METRICS_TOKEN}` } })
    ).text();
  expect(await statusOf(head("/WEBHOOKS/orders", once))).toBe(404);
  await eventually(async () =>
    expect(await metrics()).toMatch(/segment_kpis_door_refused_total\{reason="address"\} [1-9]/),
  );
  expect(await metrics()).toContain('segment_kpis_door_refused_total{reason="unnamed"} 1');

  await stack.stop();
  const log = await readFile(path.join(directory, "app.log"), "utf8");
  expect(log).toMatch(/"refused":\{[^}]*"address":1[^}]*\},"msg":"the ingress refused requests"/);
  expect(log.match(/set TRUSTED_PROXIES/g)).toHaveLength(1);
  expect(log).not.toMatch(/"level":50|203\.0\.113/);
  expect(log).not.toContain(token);
});
