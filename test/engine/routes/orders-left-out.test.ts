// The page of orders left out and what its choice changes elsewhere, through the app's own routes and its job.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { db } from "../../../app/db.server.ts";
import { runJob } from "../../../app/jobs/jobs.ts";
import { eraseShop } from "../../../app/privacy/erase-shop.server.ts";
import type { explainAnswer } from "../../../app/reports/explain-answer.server.ts";
import type { KpiAnswer } from "../../../app/reports/kpi-answer.server.ts";
import { isExclusionDue } from "../../../app/sync/shop/exclusion.ts";
import { openShop } from "../kpis/shop.ts";
import { openSite, period, type Site } from "./site.ts";

const SHOP = "random.myshopify.com";
const OTHER = "other.myshopify.com";
let site: Site;

beforeAll(async () => {
  site = await openSite();
  for (const shop of [SHOP, OTHER]) {
    await site.install(shop);
    await openShop(site.warehouse, { seed: 7, customers: 100, orders: 400 }, shop);
  }
});
afterAll(() => site.close());

const page = async (address: string, shop = SHOP) => (await site.page(shop, address)).text();
const post = (intent: "count" | "save", choice: unknown, shop = SHOP) =>
  site.call(shop, "/app/settings/orders.data", {
    method: "POST",
    body: new URLSearchParams({
      intent,
      choice: typeof choice === "string" ? choice : JSON.stringify(choice),
    }),
  });
const asked = async (query: string, shop = SHOP) =>
  (await (
    await site.call(shop, `/api/kpis?segmentation=order_count&${period}&${query}`)
  ).json()) as KpiAnswer;
const figure = async (kpi: "orders" | "net_sales", shop = SHOP) =>
  (await asked(`kpis=${kpi}`, shop)).total.kpis[kpi]?.value ?? NaN;
const apply = (shop = SHOP) =>
  runJob("exclude", { shop }, { enqueue: () => Promise.resolve(), signal: new AbortController().signal });
/** Of the shop's rows as they were loaded: 400 orders, some of which are tests. */
const ordersWhere = async (where: string) => {
  const [row] = await site.warehouse
    .of(SHOP)
    .query<{ n: number }>(`SELECT count(*) AS n FROM orders WHERE NOT test AND ${where}`);
  return row?.n ?? 0;
};

describe("orders left out", () => {
  it("offers the tags and channels that orders have, and says that none is left out", async () => {
    const html = await page("/app/settings/orders");
    expect(html).toContain("You have chosen no orders to leave out.");
    expect(html).toContain("Nothing is chosen: no order would be left out.");
    // "gift" and "Gift" are one tag.
    const gifts = await ordersWhere(`lower(tags) LIKE '%"gift"%'`);
    expect(html).toMatch(new RegExp(`gift: ${gifts} orders`, "i"));
    expect(html).toContain("Point of Sale");
  });

  it("counts what a choice would leave out, and says of a tag that no order has it", async () => {
    const answer = await (await post("count", { tags: ["GIFT", "  brand new "], channels: ["pos"] })).text();
    const all = await ordersWhere(`(lower(tags) LIKE '%"gift"%' OR channel = 'pos')`);
    expect(answer).toContain(`Of all time: ${all} orders.`);
    expect(answer).toContain(`${await ordersWhere("channel = 'pos'")} orders`);
    expect(answer).toContain("no order has this tag yet");
    expect(await db.orderExclusion.count()).toBe(0);
  });

  it("figures are as before until the choice is applied, and then without those orders", async () => {
    const before = { orders: await figure("orders"), net: await figure("net_sales") };
    expect((await post("save", { tags: ["GIFT", "gift", "staff"], channels: [] })).status).toBe(200);
    expect(await db.orderExclusion.findUnique({ where: { shop: SHOP } })).toMatchObject({
      tags: ["GIFT", "staff"],
    });
    expect(await page("/app/settings/orders")).toMatch(/Your choice of [^.]+ is being applied\./);
    expect(await figure("orders")).toBe(before.orders);

    await apply();
    const html = await page("/app/settings/orders");
    expect(html).toContain("Figures leave out orders tagged “GIFT” or “staff”.");
    const answer = await asked("kpis=orders,net_sales");
    expect(answer.ordersLeftOut).toMatchObject({ tags: ["GIFT", "staff"], channels: [] });
    const after = {
      orders: answer.total.kpis.orders?.value ?? NaN,
      net: answer.total.kpis.net_sales?.value ?? NaN,
    };
    expect(after.orders).toBeLessThan(before.orders);

    // What is missing is told where the figure is explained, to the cent.
    const told = (await (
      await site.call(SHOP, `/api/explain?kpi=net_sales&segmentation=order_count&${period}`)
    ).json()) as Awaited<ReturnType<typeof explainAnswer>>;
    const left = told.leftOut.find(({ code }) => code === "excluded");
    expect(left?.text).toContain("by your choice: orders tagged “GIFT” or “staff”");
    const net = Number(/net sales of €([\d,.]+)/.exec(left?.text ?? "")?.[1]?.replaceAll(",", ""));
    expect(Math.round(net * 100)).toBe(before.net - after.net);
    // Orders of gift cards alone were none before either.
    expect(left?.count).toBeGreaterThanOrEqual(before.orders - after.orders);
    expect(told.shopify.text).toContain("By your choice figures here leave out orders tagged");
    expect(await figure("orders", OTHER)).toBe(before.orders);
  });

  it("stand on Data and trust, beside Shopify's months, and in files", async () => {
    const data = await page("/app/data");
    const n = await ordersWhere("excluded");
    expect(data).toContain("Orders left out");
    expect(data).toContain(
      `Your figures leave out ${n} orders by your choice (orders tagged “GIFT” or “staff”); this comparison leaves out none.`,
    );
    const query = `segmentation=order_count&kpis=orders&${period}`;
    const csv = await (await site.call(SHOP, `/app/export/segments.csv?${query}`)).text();
    expect(csv.split(/\r?\n/)[0]).toMatch(/orders_left_out$/);
    expect(csv).toContain("orders tagged “GIFT” or “staff”; chosen ");
  });

  it("are found by a check's end where a copy was put back as of another choice", async () => {
    const isDue = () => isExclusionDue({ db, shop: SHOP, copy: site.warehouse.of(SHOP) });
    expect(await isDue()).toBe(false);
    await site.warehouse.of(SHOP).exclude({ chosenAt: "2025-01-01T00:00:00Z", tags: ["x"], channels: [] });
    expect(await isDue()).toBe(true);
    await apply();
    expect(await isDue()).toBe(false);
    // The same choice once more is no other.
    const chosen = await db.orderExclusion.findUnique({ where: { shop: SHOP } });
    await post("save", { tags: ["GIFT", "staff"], channels: [] });
    expect(await db.orderExclusion.findUnique({ where: { shop: SHOP } })).toEqual(chosen);
  });

  const long = "a".repeat(256);
  it.each<[string, unknown, string]>([
    ["no JSON", "{", "must be JSON"],
    ["no list", { tags: "staff", channels: [] }, "tags"],
    ["a number", { tags: [7], channels: [] }, "tags.0"],
    ["an empty tag", { tags: [" "], channels: [] }, "tags.0: must not be empty"],
    ["two tags in one", { tags: ["staff, press"], channels: [] }, "tags.0: may hold no comma"],
    ["a long tag", { tags: [long], channels: [] }, "tags.0: may have 255 characters at most"],
    ["NUL", { tags: ["a\u0000"], channels: [] }, "tags.0: may not hold control characters"],
    [
      "half an emoji",
      { tags: ["\ud83d"], channels: [] },
      "tags.0: may not hold control characters or halves",
    ],
    ["many tags", { tags: Array.from({ length: 51 }, (_, n) => `t${n}`), channels: [] }, "tags: may be 50"],
    ["a channel of nothing", { tags: [], channels: ["--"] }, "channels.0: must be the name of a channel"],
    ["something else", { tags: [], channels: [], countries: ["DE"] }, "countries"],
  ])("refuses %s, and says where", async (_, choice, says) => {
    for (const intent of ["count", "save"] as const) {
      const response = await post(intent, choice);
      expect(response.status).toBe(400);
      expect(await response.text()).toContain(says.replaceAll('"', '\\"'));
    }
  });

  it("take names that are somebody's prototype for tags", async () => {
    expect((await post("save", { tags: ["__proto__", "constructor"], channels: ["__proto__"] })).status).toBe(
      200,
    );
    await apply();
    expect(await ordersWhere("excluded")).toBe(0);
    expect(await page("/app/settings/orders")).toContain("__proto__");
  });

  it("leave with the shop", async () => {
    await db.shop.update({ where: { domain: OTHER }, data: { uninstalledAt: new Date() } });
    await post("save", { tags: ["x"], channels: [] }, OTHER);
    const { warehouse } = site;
    await eraseShop({ db, warehouse, downloads: "/nowhere" }, OTHER, () => Promise.resolve(false));
    expect(await db.orderExclusion.count({ where: { shop: OTHER } })).toBe(0);
    expect(await db.orderExclusion.count({ where: { shop: SHOP } })).toBe(1);
  });
});
