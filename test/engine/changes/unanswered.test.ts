// Shopify does not answer for a while, or says another reason for which it is closed: what the pages say meanwhile.
import { afterAll, beforeAll, expect, it } from "vitest";
import { bearer } from "../routes/site.ts";
import type { Shop } from "../../shopify/shop.ts";
import { type App, cup, openApp, shopWithOrders } from "./app.ts";
import { eventually } from "../../tools/setup/eventually.ts";

let app: App;
beforeAll(async () => {
  app = await openApp("duckdb");
});
afterAll(() => app.close());

interface Said {
  kind: string;
  title: string;
  percent: number | null;
  tone: string;
  behind: boolean;
  running: boolean;
  text: string;
}
async function status(shop: Shop): Promise<Said> {
  const response = await app.doors.call(shop.domain, "/api/sync?locale=en");
  expect(response.status).toBe(200);
  return ((await response.json()) as { status: Said }).status;
}
/** As if the last sweep had been so long ago. */
async function last(shop: Shop, minutesAgo: number): Promise<void> {
  const at = new Date(Date.now() - minutesAgo * 60_000);
  await (
    await app.runtime.warehouse()
  )
    .of(shop.domain)
    .setMeta({ coverage: { orders: { fresh_at: at.toISOString() } } });
  await app.db.shop.update({ where: { domain: shop.domain }, data: { lastSweepAt: at } });
  await app.db.webhookEvent.updateMany({
    where: { shop: shop.domain, processedAt: null },
    data: { receivedAt: at },
  });
}
const data = (shop: Shop, fields: Record<string, string>) =>
  app.doors.raw("/app/data", {
    method: "POST",
    body: new URLSearchParams(fields),
    headers: { "content-type": "application/x-www-form-urlencoded", Authorization: bearer(shop.domain) },
  });

it("says of a first sync within seconds that Shopify does not answer, since when, and estimates nothing", async () => {
  const [shop, other] = [shopWithOrders("silent-first", [40, 20, 3]), shopWithOrders("spoken-to", [40])];
  app.shopify.addShop(shop);
  app.shopify.faults.respond(shop.domain, 502, { times: 1000 });
  const began = Date.now();
  await app.opens(shop);
  await app.opens(other);
  await eventually(async () =>
    expect(await status(shop)).toMatchObject({
      kind: "loading",
      tone: "warning",
      running: true,
      percent: null,
      title: "Shopify isn't answering",
    }),
  );
  expect((await status(shop)).text).toMatch(
    /^No answer since \d+:\d\d [AP]M \(UTC\)\. The app asks again by itself/,
  );
  // The job's first try goes on: nothing has failed yet.
  expect((await app.waiting(shop)).map(({ error }) => error)).toEqual([null]);
  const { unansweredSince, secondsLeft } = await app.state(shop);
  expect(Date.parse(unansweredSince ?? "")).toBeGreaterThanOrEqual(began);
  expect(secondsLeft).toBeNull();
  expect(await app.text(shop, "/app")).toContain("No answer since");
  // Shops apart.
  await app.complete(other);
  expect((await app.row(other)).unansweredSince).toBeNull();

  app.shopify.faults.clear(shop.domain);
  await app.complete(shop);
  expect((await app.row(shop)).unansweredSince).toBeNull();
});

it("tells of a request that is held before it is given up", async () => {
  const shop = shopWithOrders("held", [40, 20, 3]);
  app.shopify.addShop(shop);
  app.shopify.faults.slow(shop.domain, 12_000);
  await app.opens(shop);
  await eventually(async () => expect((await status(shop)).title).toBe("Shopify isn't answering"));
  expect((await app.waiting(shop)).map(({ error }) => error)).toEqual([null]);
  app.shopify.faults.slow(shop.domain, 0);
  await app.complete(shop);
  expect((await app.row(shop)).unansweredSince).toBeNull();
});

it("says within a quarter of an hour that changes wait, why, and that nothing is to be done", async () => {
  const shop = shopWithOrders("silent", [40, 20, 3]);
  await app.opens(shop);
  await app.complete(shop);
  await app.checked(shop);
  await eventually(async () => expect(await status(shop)).toMatchObject({ tone: "success" }));

  // A request is tried for a minute; a token that cannot be renewed fails at once.
  await app.db.session.updateMany({
    where: { shop: shop.domain },
    data: { expires: new Date(Date.now() - 60_000) },
  });
  const real = globalThis.fetch;
  globalThis.fetch = (input, init) => {
    const { hostname } = new URL(input instanceof Request ? input.url : input);
    return hostname === shop.domain
      ? Promise.resolve(new Response("<html>502 Bad Gateway</html>", { status: 502 }))
      : real(input, init);
  };
  try {
    shop.placeOrder({ lines: cup });
    shop.placeOrder({ lines: cup });
    await eventually(async () => {
      const jobs = await app.waiting(shop);
      expect(jobs.some(({ error }) => error?.startsWith("Shopify did not answer"))).toBe(true);
    });
    expect(await status(shop)).toMatchObject({ kind: "complete", tone: "success", behind: false });

    await last(shop, 16);
    const late = await status(shop);
    expect(late).toMatchObject({ kind: "complete", tone: "warning", behind: true, running: false });
    expect(late.text).toMatch(
      /^Last updated .*\. Shopify isn't answering; \d+ notifications? (is|are) waiting\.$/,
    );
    for (const address of ["/app", "/app/data", "/app/segments/order_count/1"]) {
      const page = await app.text(shop, address);
      expect(page, address).toContain("Shopify isn&#x27;t answering");
      expect(page, address).not.toContain("A task of the app failed");
      expect(page, address).not.toContain("Up to date as of");
    }
  } finally {
    globalThis.fetch = real;
  }
  await app.hurry(shop);
  await app.agrees(shop);
  await eventually(async () => expect(await status(shop)).toMatchObject({ tone: "success", behind: false }));
});

it("does not spin for what nobody asked for, and does for what the merchant asks", async () => {
  const shop = shopWithOrders("spinning", [40, 20, 3]);
  await app.opens(shop);
  await app.complete(shop);
  await app.checked(shop);
  const soon = new Date(Date.now() + 2000);
  await app.queue.enqueue("sweep", { shop: shop.domain }, { runAt: soon });
  expect(await app.state(shop)).toMatchObject({ syncing: false });
  await app.work.stopJobs();
  expect((await data(shop, { intent: "sync" })).status).toBe(200);
  expect(await app.state(shop)).toMatchObject({ syncing: true });
  await app.work.startJobs();
  await eventually(async () => expect(await app.state(shop)).toMatchObject({ syncing: false }));
});

it("tells the newest reason for which Shopify is closed, once the merchant asks", async () => {
  const shop = shopWithOrders("locked-at-last", [40, 20, 3]);
  await app.opens(shop);
  await app.complete(shop);
  await app.checked(shop);
  app.shopify.faults.close(shop.domain, 402);
  await app.queue.enqueue("sweep", { shop: shop.domain });
  await eventually(async () => expect((await app.row(shop)).pausedFor).toBe("frozen"));
  const { pausedUntil, pausedTries } = await app.row(shop);
  await eventually(async () => expect(await app.waiting(shop)).not.toEqual([]));
  for (const [closed, reason] of [
    [423, "locked"],
    [403, "unavailable"],
    [402, "frozen"],
  ] as const) {
    app.shopify.faults.close(shop.domain, closed);
    expect((await data(shop, { intent: "sync" })).status).toBe(200);
    await eventually(async () => expect((await app.row(shop)).pausedFor).toBe(reason));
    // Looking because somebody asks does not put the next look off.
    expect(await app.row(shop)).toMatchObject({ pausedUntil, pausedTries });
  }
  app.shopify.faults.close(shop.domain, null);
  expect((await data(shop, { intent: "sync" })).status).toBe(200);
  await eventually(async () => expect((await app.row(shop)).pausedFor).toBeNull());
});
