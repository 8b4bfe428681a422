// The page of a shop's calendar and what it changes elsewhere, through the app's own routes.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { calendarOf, changeCalendar } from "../../../app/calendar/calendar.server.ts";
import { db } from "../../../app/db.server.ts";
import { eraseShop } from "../../../app/privacy/erase-shop.server.ts";
import type { KpiAnswer } from "../../../app/reports/kpi-answer.server.ts";
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

const page = async (shop: string, address: string) => (await site.page(shop, address)).text();
const NOTHING = { chosen: {}, own: [], annotations: [], gone: [] };
const post = (changes: unknown, shop = SHOP) =>
  site.call(shop, "/app/settings/calendar.data", {
    method: "POST",
    body: new URLSearchParams({
      changes: typeof changes === "string" ? changes : JSON.stringify({ ...NOTHING, ...(changes as object) }),
    }),
  });
const [from = ""] = period.split("&").map((part) => part.split("=")[1] ?? "");
const newsletter = {
  ...{ id: null, from, to: from, type: "campaign", title: "Newsletter 📣", description: "To <b>4,000</b>" },
};

describe("a shop's calendar", () => {
  it("lists the events of the year with their days, those of a part of the world switched off", async () => {
    const html = await page(SHOP, "/app/settings/calendar");

    for (const text of [
      "Black Friday",
      "Mothering Sunday (UK)",
      "Lunar New Year",
      "Your own events",
      "Notes",
    ])
      expect(html).toContain(text);
    const { events } = await calendarOf(SHOP);
    expect([events.chosen.size, events.own.length]).toEqual([0, 0]);
  });

  it("keeps what was changed, leaves the rest, and is no other shop's", async () => {
    const fair = { id: null, title: "  Fair ", isOn: true, when: { days: ["2026-05-02", "2025-04-30"] } };
    expect((await post({ chosen: { ramadan: true }, own: [fair], annotations: [newsletter] })).status).toBe(
      200,
    );
    const kept = await calendarOf(SHOP);
    expect([...kept.events.chosen]).toEqual([["ramadan", true]]);
    expect(kept.events.own).toMatchObject([{ title: "Fair", when: { days: ["2025-04-30", "2026-05-02"] } }]);
    expect(kept.annotations).toMatchObject([{ title: "Newsletter 📣", from, to: from, type: "campaign" }]);

    const [own] = kept.events.own;
    if (own === undefined) throw new Error("no event");
    await post({ chosen: { easter: false }, own: [{ ...own, when: { yearly: "02-29" } }] });
    const then = await calendarOf(SHOP);
    expect([...then.events.chosen].sort()).toEqual([
      ["easter", false],
      ["ramadan", true],
    ]);
    expect(then.events.own).toEqual([{ ...own, when: { yearly: "02-29" } }]);
    expect(then.annotations).toHaveLength(1);

    // Another shop neither sees it nor takes it away by its id.
    expect((await post({ gone: [own.id, kept.annotations[0]?.id] }, OTHER)).status).toBe(200);
    await post({ own: [{ ...own, title: "Theirs" }] }, OTHER);
    expect(await calendarOf(OTHER)).toMatchObject({ events: { own: [] }, annotations: [] });
    expect((await calendarOf(SHOP)).events.own[0]?.title).toBe("Fair");

    await post({ gone: [own.id] });
    expect((await calendarOf(SHOP)).events.own).toEqual([]);
  });

  it.each<[string, unknown, string]>([
    ["no JSON", "{", "must be JSON"],
    ["another shape", "[]", "its top"],
    ["a parameter that is none", { chosens: {} }, "chosens"],
    ["an event that is none", { chosen: { weather: true } }, "chosen"],
    [
      "an inherited name",
      '{"chosen":{"__proto__":true,"constructor":true},"own":[],"annotations":[],"gone":[]}',
      "chosen",
    ],
    ["an empty title", { annotations: [{ ...newsletter, title: "  " }] }, "must not be empty"],
    ["a long title", { annotations: [{ ...newsletter, title: "x".repeat(76) }] }, "75 characters"],
    [
      "a long description",
      { annotations: [{ ...newsletter, description: "x".repeat(151) }] },
      "150 characters",
    ],
    ["a NUL", { annotations: [{ ...newsletter, title: "a\0b" }] }, "control characters"],
    ["half an emoji", { annotations: [{ ...newsletter, title: "a\ud83d" }] }, "halves of characters"],
    ["a day that is none", { annotations: [{ ...newsletter, from: "2026-02-30" }] }, "must be a day"],
    ["days turned round", { annotations: [{ ...newsletter, to: "2000-01-01" }] }, "end before it begins"],
    ["a kind that is none", { annotations: [{ ...newsletter, type: "weather" }] }, "type"],
    ["an id that is none", { gone: ["1' OR true"] }, "gone"],
    [
      "a date that is none",
      { own: [{ id: null, title: "A", isOn: true, when: { yearly: "02-30" } }] },
      "own",
    ],
    ["an event without a day", { own: [{ id: null, title: "A", isOn: true, when: { days: [] } }] }, "own"],
  ])("refuses %s and says why", async (_, changes, words) => {
    const before = await calendarOf(SHOP);
    const response = await post(changes);

    expect(response.status).toBe(400);
    expect(await response.text()).toContain(words);
    expect(await calendarOf(SHOP)).toEqual(before);
  });

  it("has an end, and keeps nothing of what goes beyond it", async () => {
    const event = { id: null, title: "A", isOn: true, when: { yearly: "01-02" } };
    const many = JSON.stringify({ ...NOTHING, own: Array.from({ length: 100 }, () => event) });
    await changeCalendar(OTHER, many);
    await expect(changeCalendar(OTHER, JSON.stringify({ ...NOTHING, own: [event] }))).rejects.toThrow(
      "100 events",
    );
    expect((await calendarOf(OTHER)).events.own).toHaveLength(100);
  });

  it("counts both of two changes at once", async () => {
    await Promise.all([post({ chosen: { halloween: false } }), post({ chosen: { new_year: false } })]);
    const { chosen } = (await calendarOf(SHOP)).events;
    expect([chosen.get("halloween"), chosen.get("new_year")]).toEqual([false, false]);
  });
});

describe("elsewhere", () => {
  it("notes stand below the charts of Home and of a segment, as text", async () => {
    for (const path of ["/app", "/app/segments/order_count/1"]) {
      const html = await page(SHOP, `${path}?${period}&segmentation=order_count&compare=none&as_of=start`);
      expect(html).toContain("Newsletter 📣 (yours)");
      expect(html).toContain("To &lt;b&gt;4,000&lt;/b&gt;");
    }
    const elsewhen = await page(
      SHOP,
      "/app?from=2020-01-01&to=2020-01-31&segmentation=order_count&compare=none",
    );
    expect(elsewhen).not.toContain("Newsletter");
  });

  it("the year before is aligned to an event of one's own, on pages and in the API", async () => {
    const before = `${Number(from.slice(0, 4)) - 1}${from.slice(4)}`;
    const days = { when: { days: [before, from] } };
    await post({ own: [{ id: null, title: "Big sale", isOn: true, ...days }] });
    const asked = `${period}&segmentation=order_count&compare=previous_year_event`;
    const answer = (await (await site.call(SHOP, `/api/kpis?${asked}`)).json()) as KpiAnswer;
    expect(answer.alignedTo).toEqual({ event: "Big sale", day: from, before });
    expect(answer.comparedWith?.from).toBe(before);
    expect(await page(SHOP, `/app?${asked}&as_of=start`)).toContain("Previous year, same event");

    const theirs = (await (await site.call(OTHER, `/api/kpis?${asked}`)).json()) as KpiAnswer;
    expect(theirs.alignedTo?.event).not.toBe("Big sale");
  });

  it("has Shopify's notes and other apps' on charts and as text, and asks before it writes there", async () => {
    const other = { shop: SHOP, fromDay: from, toDay: from, type: "campaign", description: "" };
    await db.shopifyAnnotation.createMany({
      data: [
        { ...other, shopifyId: 1n, title: "Record <b>day</b>", app: null },
        { ...other, shopifyId: 2n, title: "Newsletter", app: "Mailer" },
      ],
    });
    const chart = await page(SHOP, `/app?${period}&segmentation=order_count`);
    expect(chart).toContain("Record &lt;b&gt;day&lt;/b&gt; (Shopify)");
    expect(chart).toContain("Newsletter (Mailer)");
    expect(await page(SHOP, "/app/settings/calendar")).toContain(
      "With your permission they stand on the charts",
    );
    const ask = (notes: string) =>
      site.call(SHOP, "/app/settings/calendar.data", {
        method: "POST",
        body: new URLSearchParams({ notes }),
      });
    expect((await ask("write")).status).toBe(200);
    expect((await calendarOf(SHOP)).shopify.writes).toBe(true);
    expect((await ask("stop")).status).toBe(200);
    expect((await calendarOf(SHOP)).shopify.writes).toBe(false);
    expect((await ask("burn")).status).toBe(400);
    // What is taken away here is remembered until it is gone there.
    const [own] = (await calendarOf(SHOP)).annotations;
    await db.annotation.updateMany({ where: { shop: SHOP, id: own?.id ?? "" }, data: { shopifyId: 3n } });
    await post({ gone: [own?.id] });
    expect(await db.annotationGone.findMany()).toEqual([{ shop: SHOP, shopifyId: 3n }]);
    await post({ annotations: [newsletter] });
  });

  it("is forgotten with the shop", async () => {
    const where = { shop: SHOP };
    const count = () =>
      Promise.all([
        db.shopCalendar.count({ where }),
        db.ownEvent.count({ where }),
        db.annotation.count({ where }),
        db.shopifyAnnotation.count({ where }),
        db.annotationGone.count({ where }),
      ]);
    expect(await count()).toEqual([1, 1, 1, 2, 1]);
    await db.shop.update({ where: { domain: SHOP }, data: { uninstalledAt: new Date() } });
    await eraseShop(
      { db, warehouse: site.warehouse, downloads: `${process.env.DATA_DIR}/downloads/none` },
      SHOP,
      () => Promise.resolve(false),
    );
    expect(await count()).toEqual([0, 0, 0, 0, 0]);
    expect((await calendarOf(OTHER)).events.own).toHaveLength(100);
  });
});
