// The app's origin: what passes unchanged, and what is rewritten so that the app works in this admin.
import { createHmac } from "node:crypto";
import http from "node:http";
import net from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { listenLocally, PortInUse } from "../../shopify/shell/listen.ts";
import { replacing } from "../../shopify/shell/rewrite.ts";
import { generateShop } from "../../shopify/generate.ts";
import { startShopify, type SimulatedShopify } from "../../shopify/server.ts";
import { startAdmin, type RunningAdmin } from "../../shopify/shell.ts";
import { startStandInApp, type StandInApp } from "./stand-in-app.ts";

const apiKey = "simulated-key";
const apiSecret = "simulated-secret";
const shop = generateShop({ seed: 3, orders: 50, handle: "demo", now: new Date("2026-06-01T10:00:00Z") });
let standIn: StandInApp;
let shopify: SimulatedShopify;
let admin: RunningAdmin;

beforeAll(async () => {
  standIn = await startStandInApp();
  shopify = await startShopify({ apiKey, apiSecret, scopes: ["read_orders"] });
  shopify.addShop(shop);
  admin = await startAdmin({ port: 0, appTarget: standIn.url, shopify, apiKey, apiSecret });
});
afterAll(async () => {
  await admin.stop();
  await shopify.stop();
  await standIn.stop();
});

describe("the proxy", () => {
  test("lets this admin frame the app, and takes App Bridge from this machine", async () => {
    const answer = await fetch(`${admin.appUrl}/app?shop=demo.myshopify.com`);
    const policy = answer.headers.get("content-security-policy");
    expect(policy).toBe(`frame-ancestors ${admin.url}; script-src 'self' 'unsafe-inline' ${admin.appUrl}`);
    expect(answer.headers.get("link")).toContain(`<${admin.appUrl}/__cdn/shopifycloud/app-bridge.js>`);
    const text = await answer.text();
    expect(text).toContain(`src="${admin.appUrl}/__cdn/shopifycloud/app-bridge.js"`);
    expect(text).not.toContain("cdn.shopify.com");
  });

  test("rewrites scripts as well, which then have no tag of the original", async () => {
    const answer = await fetch(`${admin.appUrl}/script.js`);
    expect(await answer.text()).toBe(`import "${admin.appUrl}/__cdn/shopifycloud/app-bridge.js";`);
    expect(answer.headers.get("etag")).toBeNull();
  });

  test("leaves files and webhook bodies as they are", async () => {
    expect(await (await fetch(`${admin.appUrl}/export.csv`)).text()).toBe("https://cdn.shopify.com/,1\n");
    const body = Uint8Array.of(0, 255, 10, 128);
    const webhook = await fetch(`${admin.appUrl}/webhooks/orders`, { method: "POST", body });
    expect(await webhook.json()).toEqual({ host: new URL(admin.appUrl).host, body: "00ff0a80" });
  });

  test("passes a page on while the app still writes it", async () => {
    const answer = await fetch(`${admin.appUrl}/slow.html`);
    const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
    const first = Buffer.from((await reader.read()).value ?? []).toString();
    expect(first).toBe("ä<script src='");
    await fetch(`${admin.appUrl}/continue`);
    let rest = "";
    for (let part = await reader.read(); !part.done; part = await reader.read())
      rest += Buffer.from(part.value).toString();
    expect(rest).toBe(`${admin.appUrl}/__cdn/x.js'></script>https://cdn.shopify`);
  });

  test("leads redirects to Shopify's admin into this one", async () => {
    const answer = await fetch(`${admin.appUrl}/leave`, { redirect: "manual" });
    expect(answer.headers.get("location")).toBe(`${admin.url}/store/demo/apps/${apiKey}`);
    const arrived = await fetch(`${admin.url}/store/demo/apps/${apiKey}/app`, { redirect: "manual" });
    expect(arrived.headers.get("location")).toBe("/store/demo/apps/segment-kpis/app");
  });

  test("carries upgraded connections, as hot reload needs", async () => {
    const { port } = new URL(admin.appUrl);
    const socket = net.connect(Number(port), "127.0.0.1");
    const received = new Promise<string>((resolve, reject) => {
      let text = "";
      socket.on("error", reject).on("data", (chunk) => {
        text += chunk.toString();
        if (text.endsWith("ping")) resolve(text);
        else if (text.endsWith("\r\n\r\n")) socket.write("ping");
      });
    });
    socket.write("GET /hmr HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n");
    expect(await received).toMatch(/^HTTP\/1\.1 101 [^]*ping$/);
    socket.destroy();
    expect(standIn.seen).toContain("upgrade /hmr");
  });

  test("says so when the app does not answer", async () => {
    const lonely = await startAdmin({ port: 0, appTarget: "http://127.0.0.1:1", shopify, apiKey, apiSecret });
    const answer = await fetch(`${lonely.appUrl}/app`);
    expect([answer.status, await answer.text()]).toEqual([
      502,
      expect.stringContaining("The app does not answer"),
    ]);
    await lonely.stop();
  });
});

describe("the admin", () => {
  const decode = (token: string) =>
    JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as Record<string, unknown>;

  test("opens the app with signed parameters and a session token of its own", async () => {
    const page = await (await fetch(`${admin.appPage(shop)}/app/data?tab=2`)).text();
    const src = /<iframe[^>]*\sdata-src="([^"]+)"/.exec(page)?.[1]?.replaceAll("&amp;", "&") ?? "";
    const url = new URL(src);
    expect(url.origin + url.pathname).toBe(`${admin.appUrl}/app/data`);
    const query = Object.fromEntries(url.searchParams);
    expect(query).toMatchObject({ tab: "2", embedded: "1", shop: "demo.myshopify.com", locale: "en" });
    expect(Buffer.from(query.host ?? "", "base64").toString()).toBe("admin.shopify.com/store/demo");
    expect(decode(query.id_token ?? "")).toMatchObject({ aud: apiKey, dest: "https://demo.myshopify.com" });
    url.searchParams.delete("hmac");
    const signature = createHmac("sha256", apiSecret).update(url.searchParams.toString()).digest("hex");
    expect(query.hmac).toBe(signature);
  });

  test("opens the app's first page with a query of its own, and any other page as asked", async () => {
    const homeQuery = "from=2024-06-16&to=2025-06-15";
    const bookmarked = await startAdmin({
      ...{ port: 0, appTarget: standIn.url, shopify, apiKey, apiSecret, homeQuery },
    });
    const asked = async (path: string) => {
      const page = await (await fetch(bookmarked.appPage(shop) + path)).text();
      const src = /<iframe[^>]*\sdata-src="([^"]+)"/.exec(page)?.[1]?.replaceAll("&amp;", "&") ?? "";
      return new URL(src).searchParams.get("from");
    };
    expect(await asked("")).toBe("2024-06-16");
    expect(await asked("/app/data")).toBeNull();
    expect(await asked("?from=2025-01-01&to=2025-01-31")).toBe("2025-01-01");
    await bookmarked.stop();
  });

  test("mints a session token for scripts, a new one each time", async () => {
    const mint = async () =>
      ((await (await fetch(`${admin.url}/store/demo/id_token`)).json()) as { token: string }).token;
    const [one, two] = [await mint(), await mint()];
    expect(decode(one)).toMatchObject({ aud: apiKey });
    expect(one).not.toBe(two);
  });

  test("gives nothing to a name that is not this machine's", async () => {
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const { port } = new URL(admin.url);
      http
        .get(
          { host: "127.0.0.1", port, path: "/store/demo/id_token", headers: { host: "evil.example" } },
          (answer) => {
            answer.resume();
            resolve(answer.statusCode);
          },
        )
        .on("error", reject);
    });
    expect(status).toBe(421);
  });

  test("lets only its own pages change the shop", async () => {
    const before = shop.orders.size;
    const place = (origin: string) =>
      fetch(`${admin.url}/store/demo/simulator`, {
        method: "POST",
        redirect: "manual",
        headers: { origin },
        body: new URLSearchParams({ action: "place", who: "guest", items: "2" }),
      });
    expect((await place(admin.appUrl)).status).toBe(403);
    expect(shop.orders.size).toBe(before);
    expect((await place(admin.url)).headers.get("location")).toMatch(
      /^\/store\/demo\/simulator\?did=place&order=\d+$/,
    );
    expect(shop.orders.size).toBe(before + 1);
  });

  test("shows orders, customers and what it does not have", async () => {
    const [order] = Array.from(shop.orders.values()).filter(({ customerId }) => customerId !== null);
    const read = async (path: string) => {
      const answer = await fetch(`${admin.url}/store/demo/${path}`);
      return { status: answer.status, text: await answer.text() };
    };
    expect((await read(`orders/${order?.id}`)).text).toContain(`Order ${order?.name}`);
    expect((await read(`customers/${order?.customerId}`)).text).toContain(`/store/demo/orders/${order?.id}`);
    expect((await read("orders?before=50")).status).toBe(200);
    expect((await read("orders/1")).status).toBe(404);
    const found = await fetch(`${admin.url}/store/demo/search?q=${order?.name.replace("#", "")}`, {
      redirect: "manual",
    });
    expect(found.headers.get("location")).toBe(`/store/demo/orders/${order?.id}`);
  });
});

test("a port in use is said plainly, and nothing stays open", async () => {
  const [first, second] = await neighbours();
  const taken = await listenLocally(second, (_request, response) => void response.end());
  const message = `Port ${second} is in use; choose another with --port`;
  const start = (port: number) => startAdmin({ port, appTarget: standIn.url, shopify, apiKey, apiSecret });
  await expect(start(second)).rejects.toEqual(new PortInUse(second));
  // The second of the two ports is taken: the first must be free again.
  await expect(start(first)).rejects.toThrow(message);
  await (await listenLocally(first, () => undefined)).close();
  await taken.close();
});

/** Two free ports side by side. The system gives out ports of its own choice from 32768 on: none of these. */
async function neighbours(): Promise<[number, number]> {
  for (let port = 20_000; port < 32_766; port += 2) {
    const both = await Promise.allSettled([
      listenLocally(port, () => undefined),
      listenLocally(port + 1, () => undefined),
    ]);
    const open = both.filter((each) => each.status === "fulfilled");
    await Promise.all(open.map(({ value }) => value.close()));
    if (open.length === 2) return [port, port + 1];
  }
  throw new Error("No two ports side by side are free.");
}

test.each([1, 2, 3, 7, 100])("a text is replaced wherever chunks of %i bytes cut it", async (size) => {
  const text = "üabcab_abc_ab";
  const bytes = Buffer.from(text);
  const stream = replacing("abc", "X");
  for (let at = 0; at < bytes.length; at += size) stream.write(bytes.subarray(at, at + size));
  stream.end();
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  expect(Buffer.concat(parts).toString()).toBe("üXab_X_ab");
});
