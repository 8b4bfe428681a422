// What a member of staff chose on a page is there at the next visit: for that member, in that shop.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { db } from "../../../app/db.server.ts";
import { eraseShop } from "../../../app/privacy/erase-shop.server.ts";
import { openShop } from "../kpis/shop.ts";
import { openSite, period, sessionToken, type Site } from "./site.ts";

const SHOP = "random.myshopify.com";
const OTHER = "other.myshopify.com";
let site: Site;

beforeAll(async () => {
  site = await openSite();
  for (const shop of [SHOP, OTHER]) {
    await site.install(shop);
    await openShop(site.warehouse, { seed: 7, customers: 300, orders: 900 }, shop);
  }
});
afterAll(() => site.close());

/** As the page asks after a choice. */
const choose = (address: string, { shop = SHOP, user = "7" } = {}) =>
  site.raw(address.replace(/^[^?]+/, "$&.data"), {
    headers: {
      Authorization: `Bearer ${sessionToken(shop, undefined, user)}`,
      "Sec-Fetch-Dest": "empty",
    },
  });

/** As the admin's menu opens a page: where it leads, with the choices alone. */
async function opened(
  address: string,
  { shop = SHOP, user = "7" } = {},
): Promise<Record<string, string> | null> {
  const host = Buffer.from(`admin.shopify.com/store/${shop.split(".")[0]}`).toString("base64url");
  const url = new URL(address, "http://app.test");
  const visit = { embedded: "1", shop, host, id_token: sessionToken(shop, undefined, user) };
  for (const [name, value] of Object.entries(visit)) url.searchParams.set(name, value);
  const response = await site.raw(url.pathname + url.search, { headers: { "Sec-Fetch-Dest": "iframe" } });
  if (response.status === 200) return null;
  expect(response.status).toBe(302);
  const params = new URL(response.headers.get("Location") ?? "", "http://app.test").searchParams;
  return Object.fromEntries([...params].filter(([name]) => !(name in visit)));
}

describe("a member of staff", () => {
  it("finds Home as it was left: period, comparison, grouping, day, columns, order and ranges", async () => {
    expect(await opened("/app")).toBeNull();

    const left = {
      period: "last_12_months",
      compare: "previous_year",
      segmentation: "country",
      as_of: "end",
      kpis: "orders,aov",
      sort: "-orders",
      ranges: "1",
    };
    expect((await choose(`/app?${new URLSearchParams(left).toString()}`)).status).toBe(200);

    expect(await opened("/app")).toEqual(left);
    expect(await opened("/app?period=today&sort=aov")).toEqual({ ...left, period: "today", sort: "aov" });
  });

  it("goes on with the period on a segment's page, and with the days that were chosen there back home", async () => {
    expect(await opened("/app/segments/rfm/dormant")).toEqual({
      period: "last_12_months",
      compare: "previous_year",
      as_of: "end",
    });
    await choose(`/app/segments/rfm/dormant?${period}&compare=none&as_of=start&sort=-net`);

    const home = await opened("/app");
    expect(`from=${home?.from}&to=${home?.to}`).toBe(period);
    expect(home).toMatchObject({ compare: "none", as_of: "start", sort: "-orders" });
    expect(home).not.toHaveProperty("period");
  });

  it("finds the days it compared with, and no more of them once it compares otherwise", async () => {
    const days = { compare: "custom", compare_from: "2026-01-01", compare_to: "2026-01-31" };
    await choose(`/app?${period}&${new URLSearchParams(days).toString()}`);
    expect(await opened("/app")).toMatchObject(days);
    expect(await opened("/app?compare=none")).not.toHaveProperty("compare_from");

    await choose(`/app?${period}&compare=none`);
    const home = await opened("/app");
    expect(home).toMatchObject({ compare: "none" });
    expect(home).not.toHaveProperty("compare_from");
  });

  it("keeps nothing of an address that cannot be read, and nothing of a link that is only opened", async () => {
    const before = await opened("/app");
    await choose("/app?period=last_decade&compare=previous_period");
    await opened("/app?compare=previous_period&period=today&kpis=aov");

    expect(await opened("/app")).toEqual(before);
  });

  it("takes an order away when its column goes", async () => {
    await choose("/app?kpis=aov,orders&sort=-aov");
    await choose("/app?kpis=orders&sort=usual");

    const home = await opened("/app");
    expect(home).toMatchObject({ kpis: "orders" });
    expect(home).not.toHaveProperty("sort");
  });

  it("does not find what a colleague chose, or what was chosen in another shop", async () => {
    expect(await opened("/app", { user: "8" })).toBeNull();
    expect(await opened("/app", { shop: OTHER })).toBeNull();
  });

  it("puts a notice away for good, and for nobody else", async () => {
    const post = (id: string) =>
      site.call(SHOP, "/app/notices.data", { method: "POST", body: new URLSearchParams({ id }) });
    expect((await post("time_zone 2026-11-01")).status).toBe(200);
    expect((await post("")).status).toBe(400);

    const rows = await db.userChoices.findMany({ where: { shop: SHOP } });
    expect(rows).toMatchObject([{ userId: 7n, dismissed: ["time_zone 2026-11-01"] }]);
    expect(rows[0]?.choices).toMatchObject({ kpis: "orders" });
  });

  it("turns keys off beside what else was chosen, until they are turned on again", async () => {
    const turn = (on: string) =>
      site.call(SHOP, "/app/keys.data", { method: "POST", body: new URLSearchParams({ on }) });
    const chosen = async () => (await db.userChoices.findMany({ where: { shop: SHOP } }))[0]?.choices;
    expect((await turn("0")).status).toBe(200);
    expect(await chosen()).toMatchObject({ keys: "off", kpis: "orders" });
    expect((await turn("yes")).status).toBe(400);
    expect((await turn("1")).status).toBe(200);
    expect(await chosen()).toMatchObject({ keys: "on", kpis: "orders" });
  });

  it("follows figures of segments, at most eight of them, each once, until it does no more", async () => {
    const follow = async (kpi: string, within: string, on = "1") =>
      (
        await site.call(SHOP, "/app/follow.data", {
          method: "POST",
          body: new URLSearchParams({ kpi, within, on }),
        })
      ).status;
    const home = async () => {
      const first = await site.page(SHOP, "/app");
      const whole = first.headers.get("Location");
      return (whole === null ? first : await site.page(SHOP, whole)).text();
    };
    expect(await home()).not.toContain("Stop following");
    expect(await follow("net_sales", "rfm.loyal")).toBe(200);
    expect(await follow("net_sales", "rfm.loyal")).toBe(200);
    expect((await home()).split('aria-label="Stop following').length).toBe(2);
    expect(await home()).toContain("Net sales: Loyal");
    for (const [kpi, within] of [
      ["weather", "rfm.loyal"],
      ["aov", "rfm.__proto__"],
      ["aov", "constructor.x"],
      ["aov", ""],
      ["aov", "first_vendor.a\nb"],
    ] as const)
      expect(await follow(kpi, within), within).toBe(400);
    const more = [
      "orders",
      "aov",
      "units_sold",
      "gross_sales",
      "discounts",
      "total_sales",
      "sales_reversals",
    ];
    for (const kpi of more) expect(await follow(kpi, "rfm.loyal"), kpi).toBe(200);
    expect(await follow("returning_customer_rate", "rfm.loyal")).toBe(400);
    for (const kpi of ["net_sales", ...more]) expect(await follow(kpi, "rfm.loyal", "0")).toBe(200);
    expect(await home()).not.toContain("Stop following");
  });
});

it("is forgotten with the shop", async () => {
  await choose("/app?compare=none", { shop: OTHER });
  const left = { where: { shop: OTHER } };
  expect(await db.userChoices.count(left)).toBe(1);
  await db.shop.update({ where: { domain: OTHER }, data: { uninstalledAt: new Date() } });
  await eraseShop(
    { db, warehouse: site.warehouse, downloads: `${process.env.DATA_DIR}/downloads/none` },
    OTHER,
    () => Promise.resolve(false),
  );

  expect(await db.userChoices.count(left)).toBe(0);
});
