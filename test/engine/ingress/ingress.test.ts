// The ingress, a process of its own: webhooks are kept whatever the app behind it does; the rest goes through.
import { once } from "node:events";
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { closeDb, db } from "../../../app/db.server.ts";
import { type Ingress, openIngress } from "../../../app/webhooks/ingress/ingress.server.ts";
import type { IngressOptions } from "../../../app/webhooks/ingress/messages.ts";
import { stopJobs } from "../../../app/process/jobs.server.ts";
import { openQueue } from "../../../app/queue/queue.server.ts";
import { meters } from "../../../app/metrics/meters.server.ts";
import { signed } from "../routes/intake.ts";
import { freshDatabase } from "../../tools/setup/database.ts";
import { holdInbox, waitsForTheInbox } from "./inbox.ts";
import { eventually } from "../../tools/setup/eventually.ts";

const SHOP = "ingress.myshopify.com";
let answer: (request: IncomingMessage, response: ServerResponse) => void;
const app = createServer((request, response) => answer(request, response));
let shared: Ingress;
let own: Ingress | null = null;
let address: string;

const open = async (change: Partial<IngressOptions> = {}) =>
  openIngress({ host: "127.0.0.1", port: 0, appPort: (app.address() as AddressInfo).port, ...change });
/** An ingress of the test's own, which it may close. */
async function openOwn(change: Partial<IngressOptions> = {}): Promise<Ingress> {
  own = await open(change);
  address = `http://127.0.0.1:${own.port}`;
  return own;
}
const events = () => db.webhookEvent.findMany({ where: { shop: SHOP } });
const send = (topic: string, payload: object, { to = "orders", ...change }: Record<string, string> = {}) =>
  fetch(`${address}/webhooks/${to}`, signed(topic, SHOP, payload, change));

/** A webhook of which only the first bytes have been sent; `finish` sends the rest and resolves to the answer's status. */
async function halfSent(): Promise<{ finish: () => Promise<number | undefined> }> {
  const { body, headers } = signed("orders/updated", SHOP, { id: 7 });
  const text = String(body as string);
  const half = httpRequest(`${address}/webhooks/orders`, {
    method: "POST",
    headers: { ...(headers as Record<string, string>), "content-length": Buffer.byteLength(text) },
  });
  const answered = once(half, "response") as Promise<[IncomingMessage]>;
  half.write(text.slice(0, 3));
  await eventually(() => expect(half.socket?.connecting).toBe(false));
  return {
    finish: async () => {
      half.end(text.slice(3));
      const [response] = await answered;
      response.resume();
      return response.statusCode;
    },
  };
}

beforeAll(async () => {
  process.env.DATABASE_URL = await freshDatabase();
  await openQueue();
  app.listen(0, "127.0.0.1");
  await once(app, "listening");
  shared = await open();
});
beforeEach(async () => {
  await db.shop.upsert({ where: { domain: SHOP }, create: { domain: SHOP }, update: {} });
  await db.webhookEvent.deleteMany();
  answer = (_request, response) => void response.end("from the app");
  address = `http://127.0.0.1:${shared.port}`;
});
afterEach(async () => {
  await own?.close();
  own = null;
});
afterAll(async () => {
  await shared.close();
  app.closeAllConnections();
  app.close();
  await stopJobs();
  await closeDb();
});

describe("webhooks of synced resources", () => {
  it("are kept while the app answers nothing at all", async () => {
    const ingress = await openOwn();
    answer = () => undefined;
    const page = fetch(`${address}/app`).catch(() => "never answered");
    expect((await send("orders/updated", { id: 7 })).status).toBe(200);
    expect((await send("customers/update", { id: 8 }, { to: "customers" })).status).toBe(200);
    expect((await send("shop/update", { id: 9 }, { to: "shop" })).status).toBe(200);
    expect((await events()).map(({ topic, resourceIds }) => ({ topic, resourceIds }))).toEqual(
      expect.arrayContaining([
        { topic: "orders/updated", resourceIds: [7n] },
        { topic: "customers/update", resourceIds: [8n] },
        { topic: "shop/update", resourceIds: [9n] },
      ]),
    );
    await ingress.close();
    expect(await page).toBe("never answered");
  });

  it.each([
    ["a wrong signature", 401, () => send("orders/updated", { id: 1 }, { "x-shopify-hmac-sha256": "bm8=" })],
    ["no signature", 400, () => fetch(`${address}/webhooks/orders`, { method: "POST", body: "{}" })],
    ["another method", 405, () => fetch(`${address}/webhooks/orders`)],
    ["another route's topic", 404, () => send("customers/update", { id: 1 })],
    ["no id", 400, () => send("orders/updated", { name: "#1" })],
    ["too large a body", 413, () => send("orders/updated", { id: 1, more: "x".repeat(1_000_001) })],
  ])("are refused for %s with %d, and not kept", async (_, status, ask) => {
    expect((await ask()).status).toBe(status);
    expect(await events()).toEqual([]);
  });

  it("are answered with the headers of every answer, and counted among the app's figures", async () => {
    const group = async () =>
      (await meters.webhooks.get()).values.find(
        ({ labels }) => labels.group === "orders" && labels.status === "200",
      )?.value ?? 0;
    const before = await group();
    const kept = await send("orders/updated", { id: 7 });
    expect(kept.headers.get("x-content-type-options")).toBe("nosniff");
    await eventually(async () => expect(await group()).toBe(before + 1));
  });

  it("are sent away with 503 beyond what may be inside at once, and come in again afterwards", async () => {
    await openOwn({ limits: { webhooksAtOnce: 1 } });
    const release = await holdInbox();
    const first = send("orders/updated", { id: 7 });
    await waitsForTheInbox();
    const refused = await send("orders/updated", { id: 8 });
    expect(refused.status).toBe(503);
    expect(refused.headers.get("retry-after")).toBe("10");
    await release();
    expect((await first).status).toBe(200);
    await eventually(async () => expect((await send("orders/updated", { id: 8 })).status).toBe(200));
  });

  it("are answered 503 while the database cannot keep them", async () => {
    await db.$executeRaw`ALTER TABLE "WebhookDay" RENAME TO gone`;
    try {
      expect((await send("orders/updated", { id: 7 })).status).toBe(503);
    } finally {
      await db.$executeRaw`ALTER TABLE gone RENAME TO "WebhookDay"`;
    }
    expect((await send("orders/updated", { id: 7 })).status).toBe(200);
  });
});

describe("everything else", () => {
  it("reaches the app as it came, and comes back as it was answered", async () => {
    answer = (request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const { method, url, headers } = request;
        response.writeHead(418, { "x-answer": "yes", "set-cookie": ["a=1", "b=2"] });
        response.end(JSON.stringify({ method, url, headers, body: Buffer.concat(chunks).toString() }));
      });
    };
    const sent = await fetch(`${address}/app/data?a=1&b=%20`, {
      method: "POST",
      body: "a body",
      headers: { "x-forwarded-proto": "http", "x-forwarded-host": "a b:c", "x-own": "1" },
    });
    expect(sent.status).toBe(418);
    expect(sent.headers.get("x-answer")).toBe("yes");
    expect(sent.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
    const seen = (await sent.json()) as Record<"method" | "url" | "body", string> & {
      headers: Record<string, string>;
    };
    expect(seen).toMatchObject({ method: "POST", url: "/app/data?a=1&b=%20", body: "a body" });
    expect(seen.headers).toMatchObject({
      // Whoever asks: the app's address is the operator's to say.
      host: "segment-kpis.example.com",
      "x-forwarded-proto": "https",
      "x-own": "1",
    });
    expect(seen.headers).not.toHaveProperty("x-forwarded-host");
  });

  it("is the app's to answer where Shopify signed it: the end of a bulk operation", async () => {
    const ended = { admin_graphql_api_id: "gid://shopify/BulkOperation/1" };
    const finish = "bulk_operations/finish";
    expect(await (await send(finish, ended, { to: "bulk" })).text()).toBe("from the app");
    const forged = await send(finish, ended, { to: "bulk", "x-shopify-hmac-sha256": "bm8=" });
    expect(forged.status).toBe(401);
  });

  it("is at no address where webhooks are not taken in", async () => {
    expect((await send("orders/updated", { id: 1 }, { to: "ordersx" })).status).toBe(404);
  });

  it("is the app's to answer: /", async () => {
    expect(await (await fetch(`${address}/`, { method: "POST", body: "{}" })).text()).toBe("from the app");
  });

  it("comes in pieces as the app sends it", async () => {
    let finish = () => {};
    answer = (_request, response) => {
      response.write("first");
      finish = () => response.end("last");
    };
    const reader = (await fetch(`${address}/app/export`)).body?.getReader();
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe("first");
    finish();
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe("last");
  });

  it("tells the app when its caller has gone", async () => {
    let gone = false;
    answer = (_request, response) => {
      response.write("first");
      response.once("close", () => (gone = true));
    };
    const caller = new AbortController();
    const page = await fetch(`${address}/app`, { signal: caller.signal });
    await page.body?.getReader().read();
    caller.abort();
    await eventually(() => expect(gone).toBe(true));
  });

  it("breaks off when the app breaks off, and the ingress stays open", async () => {
    answer = (request, response) => {
      response.writeHead(200, { "content-length": 10 });
      response.write("half", () => request.socket.destroy());
    };
    await expect(fetch(`${address}/app`).then((page) => page.text())).rejects.toThrow();
    answer = (_request, response) => void response.end("from the app");
    expect(await (await fetch(`${address}/app`)).text()).toBe("from the app");
    expect((await send("orders/updated", { id: 7 })).status).toBe(200);
  });

  it("is answered 502 when the app cannot be reached", async () => {
    await openOwn({ appPort: 1 });
    const refused = await fetch(`${address}/app`);
    expect(refused.status).toBe(502);
    expect(await refused.text()).toContain("Try again");
  });
});

describe("the ingress itself", () => {
  it("says that its port is in use by the system's code", async () => {
    await expect(open({ port: shared.port })).rejects.toMatchObject({ code: "EADDRINUSE" });
  });

  it("lets in nobody new once it is left, and finishes what is inside", async () => {
    const ingress = await openOwn();
    const half = await halfSent();
    ingress.leave();
    await eventually(async () => {
      const socket = connect(ingress.port, "127.0.0.1");
      const outcome = await Promise.race([
        once(socket, "connect").then(() => "in"),
        once(socket, "error").then(() => "refused"),
      ]).catch(() => "refused");
      socket.destroy();
      expect(outcome).toBe("refused");
    });
    expect(await half.finish()).toBe(200);
    expect(await events()).toHaveLength(1);
  });
});
