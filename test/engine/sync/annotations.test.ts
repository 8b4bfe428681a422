// A shop's notes and Shopify's annotations: others' are read, its own are written when granted, and changes go both ways.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { calendarOf, changeCalendar, writeNotes } from "../../../app/calendar/calendar.server.ts";
import { db } from "../../../app/db.server.ts";
import { annotated, followAnnotations } from "../../../app/sync/shop/annotations.ts";
import { askedScopes } from "../../../app/sync/resources/resources.ts";
import { readFailure } from "../../../app/kept-failure.ts";
import { appIdOf } from "../../shopify/admin-api/annotations.ts";
import { env } from "../../../app/env.server.ts";
import { Shop } from "../../shopify/shop.ts";
import type { NoteParts } from "../../shopify/shop/annotations.ts";
import { openWorld, type World } from "./world.ts";
import type { Warehouse } from "../../../app/warehouse/warehouse.server.ts";

const READ = [...askedScopes, "read_analytics_annotations"];
const WRITE = [...askedScopes, "write_analytics_annotations"];
let world: World;
let warehouse: Warehouse;
let shop: Shop;
let shops = 0;

beforeAll(async () => {
  world = await openWorld(WRITE);
  warehouse = await world.warehouse();
});
afterAll(() => world.close());
beforeEach(async () => {
  shops += 1;
  shop = new Shop({ handle: `notes-${shops}`, name: "Notes", timeZone: "Europe/Berlin", currency: "EUR" });
  await world.install(shop, WRITE);
});

const follow = () => followAnnotations(world.context(shop, warehouse));
const mine = () => ({ id: appIdOf({ clientId: env().SHOPIFY_API_KEY }), title: "Segment KPIs" });
const parts = (title: string, more: Partial<NoteParts> = {}): NoteParts => ({
  ...{ type: "campaign", title, description: null, startedAt: "2026-11-20T08:00:00Z", endedAt: null },
  ...more,
});
const there = () => [...shop.annotations.all.values()].map(({ title }) => title).sort();
const here = async () => (await calendarOf(shop.domain)).annotations.map(({ title }) => title);
const others = async () =>
  (await calendarOf(shop.domain)).others.map(({ title, from, to, origin }) => ({ title, from, to, origin }));
const NOTHING = { chosen: {}, own: [], annotations: [], gone: [] };
const change = (changes: object) => changeCalendar(shop.domain, JSON.stringify({ ...NOTHING, ...changes }));
const note = (title: string, from = "2026-11-20", to = from) => ({
  ...{ id: null, from, to, type: "campaign", title, description: "" },
});
const idOf = async (title: string) =>
  (await calendarOf(shop.domain)).annotations.find((each) => each.title === title)?.id ?? "";

describe("Shopify's annotations", () => {
  it("are read with whose they are, by the shop's own days", async () => {
    world.shopify.setScopes(shop.domain, READ);
    shop.annotations.write(
      parts("Record", { startedAt: "2026-11-20T23:30:00Z" }),
      null,
      "2026-11-21T00:00:00Z",
    );
    const app = { id: "gid://shopify/App/9", title: "Mailer" };
    shop.annotations.write(parts("Mail", { endedAt: "2026-11-22T12:00:00Z" }), app, "2026-11-21T00:00:00Z");
    await follow();
    expect(await others()).toEqual([
      { title: "Mail", from: "2026-11-20", to: "2026-11-22", origin: { app: "Mailer" } },
      { title: "Record", from: "2026-11-21", to: "2026-11-21", origin: "shopify" },
    ]);
    expect(await annotated(db)).toContain(shop.domain);
    // Gone there, gone here.
    shop.annotations.all.clear();
    await follow();
    expect(await others()).toEqual([]);
  });

  it("may be anything that others write", async () => {
    const write = (more: Partial<NoteParts>) =>
      shop.annotations.write(parts("x", more), null, "2026-11-21T00:00:00Z");
    write({ title: "a\u0000b\n".repeat(5_000), description: "😀".repeat(400) });
    write({ title: null, type: "__proto__" });
    write({ title: "early", startedAt: "0001-01-01T00:00:00Z" });
    write({ title: "turned", endedAt: "2020-01-01T00:00:00Z" });
    for (let n = 0; n < 120; n++) write({ title: `n${n}` });
    await follow();
    const all = (await calendarOf(shop.domain)).others;
    expect(all).toHaveLength(124);
    expect(Math.max(...all.map(({ title }) => [...title].length))).toBe(75);
    expect(Math.max(...all.map(({ description }) => [...description].length))).toBe(150);
    expect(all.find(({ title }) => title === "turned")).toMatchObject({
      from: "2026-11-20",
      to: "2026-11-20",
    });
    expect(all.find(({ title }) => title === "__proto__")?.type).toBe("other");
  });

  it("are forgotten when the permission is taken back, and with them the wish to write", async () => {
    shop.annotations.write(parts("Record"), null, "2026-11-21T00:00:00Z");
    await writeNotes(shop.domain, true);
    await follow();
    expect(await others()).toHaveLength(1);
    world.shopify.setScopes(shop.domain, askedScopes);
    await follow();
    expect(await others()).toEqual([]);
    expect((await calendarOf(shop.domain)).shopify).toEqual({ readAt: null, writes: false, problem: null });
    expect(await annotated(db)).not.toContain(shop.domain);
  });
});

describe("the shop's own notes", () => {
  it("are written only when that is wanted, once, and never come back as another's", async () => {
    await change({ annotations: [note("Fair", "2026-11-20", "2026-11-22"), note("Mail")] });
    await follow();
    expect(there()).toEqual([]);
    await writeNotes(shop.domain, true);
    for (let times = 0; times < 3; times++) await follow();
    expect([...shop.annotations.all.values()]).toMatchObject(
      expect.arrayContaining([
        expect.objectContaining({
          ...{ title: "Fair", type: "campaign", app: mine() },
          ...{ startedAt: "2026-11-19T23:00:00.000Z", endedAt: "2026-11-21T23:00:00.000Z" },
        }),
      ]) as object,
    );
    expect(there()).toEqual(["Fair", "Mail"]);
    expect(await others()).toEqual([]);
    expect((await calendarOf(shop.domain)).shopify.problem).toBeNull();
  });

  it("follow what is changed and taken away on either side", async () => {
    await writeNotes(shop.domain, true);
    await change({ annotations: [note("Here"), note("There"), note("Gone here"), note("Gone there")] });
    await follow();
    await follow();
    await change({
      annotations: [{ ...note("Here, later", "2026-11-25"), id: await idOf("Here") }],
      gone: [await idOf("Gone here")],
    });
    const found = (title: string) =>
      [...shop.annotations.all.values()].find((each) => each.title === title)?.id ?? 0;
    shop.annotations.change(
      found("There"),
      { title: "There, later", startedAt: "2026-11-28T10:00:00Z", endedAt: "2026-11-29T10:00:00Z" },
      "2026-11-30T00:00:00Z",
    );
    shop.annotations.all.delete(found("Gone there"));
    await follow();
    await follow();
    expect(there()).toEqual(["Here, later", "There, later"]);
    expect((await here()).sort()).toEqual(["Here, later", "There, later"]);
    const { annotations } = await calendarOf(shop.domain);
    expect(annotations.find(({ title }) => title === "There, later")).toMatchObject({
      ...{ from: "2026-11-28", to: "2026-11-29" },
    });
    expect(await db.annotationGone.count({ where: { shop: shop.domain } })).toBe(0);
  });

  it("that were changed here are written again where they were taken away there", async () => {
    await writeNotes(shop.domain, true);
    await change({ annotations: [note("One")] });
    await follow();
    shop.annotations.all.clear();
    await change({ annotations: [{ ...note("Two"), id: await idOf("One") }] });
    await follow();
    expect([there(), await here()]).toEqual([["Two"], ["Two"]]);
  });

  it("are known again where the answer to writing them was lost", async () => {
    await writeNotes(shop.domain, true);
    await change({ annotations: [note("Lost")] });
    shop.annotations.write(
      parts("Lost", { description: "", startedAt: "2026-11-19T23:00:00Z", endedAt: "2026-11-19T23:00:00Z" }),
      mine(),
      "2026-11-21T00:00:00Z",
    );
    await follow();
    expect(there()).toEqual(["Lost"]);
    expect(await others()).toEqual([]);
    await change({ gone: [await idOf("Lost")] });
    await follow();
    expect(there()).toEqual([]);
  });

  it("wait with their reason where Shopify takes no more, and go when it does", async () => {
    shop.annotations.most = 1;
    await writeNotes(shop.domain, true);
    await change({ annotations: [note("One"), note("Two")] });
    await follow();
    const { problem } = (await calendarOf(shop.domain)).shopify;
    expect(readFailure(problem ?? "").code).toBe("notes_limit");
    expect(there()).toHaveLength(1);
    shop.annotations.most = 500;
    await follow();
    expect(there()).toEqual(["One", "Two"]);
    expect((await calendarOf(shop.domain)).shopify.problem).toBeNull();
  });

  it("keep their days by another clock of the shop", async () => {
    await writeNotes(shop.domain, true);
    await change({ annotations: [note("Day", "2026-11-20", "2026-11-21")] });
    await follow();
    await follow();
    shop.updateSettings({ timeZone: "America/New_York" });
    await follow();
    await follow();
    expect((await calendarOf(shop.domain)).annotations).toMatchObject([
      { from: "2026-11-20", to: "2026-11-21" },
    ]);
  });
});
