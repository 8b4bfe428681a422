// Pages with their choices that somebody of a shop has named: there for everybody of the shop, and for nobody else.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { db } from "../../../app/db.server.ts";
import { eraseShop } from "../../../app/privacy/erase-shop.server.ts";
import { MOST_VIEWS } from "../../../app/reports/saved-views.server.ts";
import { openSite, sessionToken, type Site } from "./site.ts";

const SHOP = "views.myshopify.com";
const OTHER = "other.myshopify.com";
let site: Site;

beforeAll(async () => {
  site = await openSite();
  for (const shop of [SHOP, OTHER]) await site.install(shop);
});
afterAll(() => site.close());

const post = async (fields: Record<string, string>, { shop = SHOP, user = "7" } = {}) => {
  const response = await site.raw("/app/views", {
    method: "POST",
    headers: { Authorization: `Bearer ${sessionToken(shop, undefined, user)}` },
    body: new URLSearchParams(fields),
  });
  return { status: response.status, text: await response.text() };
};
const save = (name: string, address: string, by = {}) => post({ intent: "save", name, address }, by);
const kept = (shop = SHOP) =>
  db.savedView.findMany({
    where: { shop },
    orderBy: { name: "asc" },
    select: { name: true, address: true, userId: true },
  });
const listed = async (shop = SHOP) => (await site.page(shop, "/app/reports")).text();

describe("a view", () => {
  it("is a page with its choices, without what belongs to a visit, for everybody of the shop", async () => {
    const visit = "embedded=1&host=x&hmac=y&id_token=secret&session=s&timestamp=1&shop=elsewhere";
    const saved = await save("Monday", `/app/kpis/aov?within=rfm.loyal&${visit}&period=last_week`);
    expect(saved).toMatchObject({ status: 200 });
    expect(saved.text).toContain("View saved");
    expect(await kept()).toEqual([
      { name: "Monday", address: "/app/kpis/aov?within=rfm.loyal&period=last_week", userId: 7n },
    ]);
    expect(await listed()).toMatch(
      /href="\/app\/kpis\/aov\?within=rfm.loyal&amp;period=last_week"[^>]*>Monday</,
    );
    expect(await listed(OTHER)).not.toContain("Monday");
  });

  it("keeps its name to itself in a shop", async () => {
    const taken = await save(" Monday ", "/app");
    expect(taken.text).toContain("There is a view called “Monday” already.");
    expect((await save("Monday", "/app", { shop: OTHER })).text).toContain("View saved");
    expect(await kept()).toHaveLength(1);
  });

  it.each([
    ["", "/app"],
    [" \u0000\u200b ", "/app"],
    ["x".repeat(81), "/app"],
    ["away", "https://evil.example/app"],
    ["away", "//evil.example/app"],
    ["away", "/app/../auth/login"],
    ["file", "/app/export/segments.csv"],
    ["script", "javascript:alert(1)"],
    ["odd", "/app/kpis/__proto__/x"],
    ["long", `/app?kpis=${"a".repeat(2_000)}`],
  ])("is refused with a sentence as %j of %j", async (name, address) => {
    const refused = await save(name, address);
    expect(refused.status).toBe(200);
    expect(refused.text).toMatch(/Give it a name of up to 80|must be a page of the app/);
    expect(await kept()).toHaveLength(1);
  });

  it("with half an emoji in its name is kept whole enough to be read", async () => {
    await save("a\ud83d", "/app");
    expect((await kept()).map(({ name }) => name)).toContain("a\ufffd");
  });

  it("is taken away by its own shop alone", async () => {
    const row = await db.savedView.findFirstOrThrow({ where: { shop: SHOP, name: "Monday" } });
    const others = await post({ intent: "remove", id: row.id }, { shop: OTHER });
    expect(others.text).toContain("gone already");
    expect(await kept()).toHaveLength(2);
    expect((await post({ intent: "remove", id: row.id })).text).toContain("View removed");
    expect(await kept()).toHaveLength(1);
    expect((await post({ intent: "remove", id: "1" })).status).toBe(400);
    expect((await post({ intent: "burn" })).status).toBe(400);
  });

  it("is one of a hundred at most", async () => {
    const data = Array.from({ length: MOST_VIEWS }, (_, n) => ({
      shop: SHOP,
      name: `n${n}`,
      address: "/app",
    }));
    await db.savedView.createMany({ data });
    expect((await save("one more", "/app")).text).toContain("There are 100 saved views already");
  });

  it("goes with its shop", async () => {
    await db.shop.update({ where: { domain: SHOP }, data: { uninstalledAt: new Date() } });
    const downloads = `${process.env.DATA_DIR}/downloads/none`;
    await eraseShop({ db, warehouse: site.warehouse, downloads }, SHOP, () => Promise.resolve(false));
    expect(await kept()).toEqual([]);
    expect(await kept(OTHER)).toHaveLength(1);
  });
});
