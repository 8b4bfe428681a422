// The Privacy page and the file of a customer, through the app's own routes: what they say, and to whom.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { openSite, type Site } from "../routes/site.ts";
import { customerRow, load, orderRows, simpleOrder } from "../warehouse/files.ts";
import { reaching } from "../warehouse/reaching.ts";

const OURS = "ours.myshopify.com";
const THEIRS = "theirs.myshopify.com";
const HIM = 9_001;
let site: Site;
let requestId: string;

beforeAll(async () => {
  site = await openSite();
  const { db } = await import("../../../app/db.server.ts");
  for (const shop of [OURS, THEIRS]) {
    await site.install(shop);
    await site.warehouse.of(shop).setMeta({
      currency: "EUR",
      decimals: 2,
      time_zone: "Europe/Berlin",
      ...reaching("complete"),
    });
    // The same ids in both shops, so that only the session can tell them apart.
    const order = (id: number, customer?: number) =>
      orderRows(simpleOrder(id, "2026-03-01T10:00:00Z", "12.5", { customer, channel: shop }));
    await site.warehouse
      .of(shop)
      .merge(
        load("2026-10-01T00:00:00Z", [
          ...order(1, HIM),
          ...order(2, 9_002),
          ...order(3),
          customerRow({ id: HIM, updatedAt: "2026-09-01T00:00:00Z", orders: 1, tags: ["vip"] }),
        ]),
      );
    await db.shop.update({ where: { domain: shop }, data: { timeZone: "Europe/Berlin" } });
  }
  const note = { shop: OURS, topic: "customers/update", webhookId: "w", eventId: "e" };
  await db.webhookEvent.create({ data: { ...note, resourceIds: [BigInt(HIM)] } });
  const made = await db.privacyRequest.create({
    data: {
      shop: OURS,
      topic: "customers_data_request",
      eventId: "asked",
      customerId: BigInt(HIM),
      orderIds: [1n, 3n],
      number: 555n,
    },
  });
  requestId = made.id;
});
afterAll(() => site.close());

const file = (shop: string, id = requestId) => site.call(shop, `/app/export/customer.json?request=${id}`);

const told = z.object({
  about: z.looseObject({ shop: z.string(), shopify_request: z.string(), not_held: z.string() }),
  customer: z.looseObject({ customer_id: z.number(), tags: z.string() }),
  segments_today: z.record(z.string(), z.string()),
  orders: z.array(
    z.looseObject({
      order_id: z.number(),
      current_total: z.string(),
      channel: z.string(),
      lines: z.array(z.looseObject({ unit_price: z.string() })),
      movements: z.array(z.looseObject({ total: z.string(), happened_at: z.string() })),
      days: z.array(z.unknown()),
    }),
  ),
  states_over_time: z.array(z.looseObject({ net: z.string() })),
  notifications_from_shopify: z.array(z.looseObject({ topic: z.string() })),
  privacy_requests: z.array(z.looseObject({ topic: z.string() })),
});

describe("a customer's file", () => {
  it("holds everything there is on him, readable, and the orders that Shopify names", async () => {
    const response = await file(OURS);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-disposition")).toContain(`customer-${HIM}.json`);
    expect(response.headers.get("cache-control")).toBe("no-store");
    const content = told.parse(await response.json());

    expect(content.about).toMatchObject({ shop: OURS, shopify_request: "555", amounts_in: "EUR" });
    expect(content.customer).toMatchObject({ customer_id: HIM, tags: '["vip"]', shopify_orders: 1 });
    expect(content.orders.map((order) => [order.order_id, order.current_total])).toEqual([
      [1, "12.50"],
      [3, "12.50"],
    ]);
    expect(content.orders[0]).toMatchObject({
      channel: OURS,
      placed_at: "2026-03-01T10:00:00.000Z",
      lines: [{ unit_price: "12.50" }],
      movements: [{ total: "12.50", happened_at: "2026-03-01T10:00:00.000Z" }],
    });
    expect(content.orders[0]?.days).toHaveLength(1);
    expect(content.states_over_time).toMatchObject([{ orders: 1, net: "12.50" }]);
    expect(content.segments_today["Number of orders"]).toBe("1 order");
    expect(Object.keys(content.segments_today).length).toBeGreaterThanOrEqual(5);
    expect(content.notifications_from_shopify).toMatchObject([{ topic: "customers/update" }]);
    expect(content.privacy_requests).toMatchObject([{ topic: "customers/data_request" }]);
  });

  it("leaves a note of who took it, and who took a segment's members, on the page of this shop alone", async () => {
    const { db } = await import("../../../app/db.server.ts");
    await db.dataAccess.deleteMany();
    await file(OURS);
    await site.call(OURS, "/app/export/members.csv?segmentation=order_count&segment=1");
    await site.call(OURS, "/app/export/segments.csv?segmentation=order_count");
    await file(THEIRS);
    expect(await db.dataAccess.findMany({ orderBy: { at: "asc" } })).toMatchObject([
      { shop: OURS, userId: 7n, kind: "customer_file", what: requestId },
      { shop: OURS, userId: 7n, kind: "members_file", what: "order_count 1" },
      { shop: OURS, userId: 7n, kind: "segments_file", what: "order_count" },
    ]);
    const page = await (await site.call(OURS, "/app/privacy")).text();
    expect(page).toMatch(/Customers of a segment, [^<]*, by staff account 7</);
    expect(await (await site.call(THEIRS, "/app/privacy")).text()).toContain("Nobody in the last year.");

    const { forgetOldAccess } = await import("../../../app/privacy/access.server.ts");
    await forgetOldAccess(new Date(Date.now() + 364 * 86_400_000));
    expect(await db.dataAccess.count()).toBe(3);
    await forgetOldAccess(new Date(Date.now() + 366 * 86_400_000));
    expect(await db.dataAccess.count()).toBe(0);
  });

  it("is for the shop that was asked and nobody else", async () => {
    expect((await file(THEIRS)).status).toBe(404);
    expect((await file(OURS, "00000000-0000-4000-8000-000000000000")).status).toBe(404);
    expect((await file(OURS, "x'; --")).status).toBe(404);
    const bare = await site.raw(`/app/export/customer.json?request=${requestId}`);
    expect(bare.status).not.toBe(200);
    expect(await bare.text()).not.toContain(String(HIM));
  });
});

describe("the Privacy page", () => {
  const page = async (shop: string) =>
    (await (await site.page(shop, "/app/privacy")).text())
      .replaceAll("<!-- -->", "")
      .replace(/<script[\s\S]*?<\/script>/g, "");

  it("lists this shop's requests with their state and their end, and what is held", async () => {
    const html = await page(OURS);
    for (const words of [
      `Customer ${HIM}`,
      "Downloaded",
      "listed until",
      "within 30 days",
      "All orders are kept for as long as the app is installed",
      "Files are made while you download them",
    ])
      expect(html).toContain(words);
    const other = await page(THEIRS);
    expect(other).toContain("No request in the last 30 days");
    expect(other).not.toContain(String(HIM));
  });

  const keep = (shop: string, value: string, more: Record<string, string> = {}) =>
    site.call(shop, "/app/privacy.data", {
      method: "POST",
      body: new URLSearchParams({ keep: value, ...more }),
    });

  it("says in numbers what a choice takes away before it saves it, and asks nothing where nothing goes", async () => {
    const { db } = await import("../../../app/db.server.ts");
    const choice = async (shop: string) => {
      const { keepMonths, keepSums } = await db.shop.findUniqueOrThrow({ where: { domain: shop } });
      return { keepMonths, keepSums };
    };
    const told = async (answer: Promise<Response>) => (await answer).text();
    const long = load("2026-10-01T00:00:00Z", [
      ...orderRows(simpleOrder(11, "2015-03-01T10:00:00Z", "12.5", { customer: HIM })),
      ...orderRows(simpleOrder(12, "2015-03-02T10:00:00Z", "12.5", { customer: 9_003 })),
    ]);
    await site.warehouse.of(OURS).merge(long);

    expect(await told(keep(THEIRS, "120"))).toContain("Saved");
    const ask = await told(keep(OURS, "120"));
    expect(ask).toContain("Remove 2 orders from the app?");
    expect(ask).toMatch(/2 orders placed before [^"]* leave the app, of 5\. Shopify keeps them\./);
    expect(ask).toContain("Sums per customer stay");
    expect(ask).not.toContain("Saved");
    expect(await choice(OURS)).toEqual({ keepMonths: null, keepSums: true });
    const without = await told(keep(OURS, "120", { sums: "forget" }));
    expect(without).toContain("With them goes 1 customer who ordered only then.");
    expect(without).not.toContain("Sums per customer stay");

    expect(await told(keep(OURS, "120", { agreed: "yes" }))).toContain("Saved");
    expect(await choice(OURS)).toEqual({ keepMonths: 120, keepSums: true });
    await db.shop.update({ where: { domain: OURS }, data: { firstSyncFinishedAt: new Date() } });
    expect(await page(OURS)).toContain("2 older orders are being removed");
    await site.warehouse.of(OURS).forgetBefore({ day: "2016-01-01", from: "2015-12-31T23:00:00Z" }, "sums");
    expect(await told(keep(OURS, "120", { sums: "forget" }))).toContain("Forget the sums of 2 customers?");
    expect(await page(OURS)).toContain("sums of 2 customers");
    for (const shop of [OURS, THEIRS]) await keep(shop, "all");
  });

  it("takes a choice of its list for this shop only", async () => {
    const { db } = await import("../../../app/db.server.ts");
    const months = async (shop: string) =>
      (await db.shop.findUniqueOrThrow({ where: { domain: shop } })).keepMonths;
    expect((await keep(OURS, "36")).status).toBeLessThan(300);
    expect([await months(OURS), await months(THEIRS)]).toEqual([36, null]);
    for (const value of ["1", "-5", "", "x"]) expect((await keep(OURS, value)).status).toBe(400);
    expect(await page(OURS)).toContain("The last 3 years");
    expect((await keep(OURS, "all")).status).toBeLessThan(300);
    expect(await months(OURS)).toBeNull();
  });
});
