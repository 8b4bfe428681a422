// Addresses as nobody would type them: the page, or that there is nothing, and never a failure of ours.
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openShop } from "../kpis/shop.ts";
import { changeBehind } from "../sync/behind.ts";
import { addresses } from "../../tools/setup/addresses.ts";
import { openSite, period, type Site } from "./site.ts";
import { reaching } from "../warehouse/reaching.ts";

const SHOP = "random.myshopify.com";
const LONG = `Channel of ${"a very long name, ".repeat(20)}ü/😀%`;
let site: Site;

beforeAll(async () => {
  site = await openSite();
  await site.install(SHOP);
  await openShop(site.warehouse, { seed: 7, customers: 400, orders: 1500 }, SHOP);
  const named = LONG.replaceAll("'", "''");
  await changeBehind(
    site.warehouse,
    SHOP,
    ["orders", "activity", "customer_history"].map((table) => {
      const column = table === "customer_history" ? "first_channel" : "channel";
      return `UPDATE ${table} SET ${column} = '${named}' WHERE ${column} = 'pos'`;
    }),
  );
  await site.warehouse.of(SHOP).setMeta({ ...reaching("complete") });
});
afterAll(() => site.close());

it("that name a long value show its page, its figures and its members", async () => {
  const home = await site.page(SHOP, `/app?segmentation=channel&${period}`);
  expect(home.status).toBe(200);
  const segment = encodeURIComponent(LONG);
  const page = await site.page(SHOP, `/app/segments/channel/${segment}?${period}`);
  expect(page.status).toBe(200);
  const file = await site.call(
    SHOP,
    `/app/export/members.csv?segmentation=channel&segment=${segment}&${period}`,
  );
  expect(file.status).toBe(200);
  expect((await file.text()).split("\r\n").length).toBeGreaterThan(10);
});

/** A part of a path, or a value, as it stands in an address. */
const part = fc.oneof(
  fc.constantFrom(
    "%00",
    "%ed%a0%bd",
    "%zz",
    "%",
    "%ff",
    "__proto__",
    "constructor",
    "..%2f..",
    "%E2%80%AE",
    "-1",
    "'",
  ),
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 }).map(encodeURIComponent),
  fc.integer({ min: 190, max: 3000 }).map((length) => "x".repeat(length)),
);
const pages = [
  (some: string) => `/app/segments/channel/${some}`,
  (some: string) => `/app/segments/${some}/x`,
  (some: string) => `/app/segments/${some}`,
  (some: string) => `/app/${some}`,
  (some: string) => `/app?segmentation=channel&sort=${some}`,
  (some: string) => `/app?period=${some}&compare=${some}&as_of=${some}&page=${some}`,
  (some: string) => `/app?from=${some}&to=${some}&locale=${some}`,
  (some: string) => `/app/data?sort=${some}&locale=${some}`,
  (some: string) => `/app?${some}=1`,
];
const data = [
  (some: string) => `/api/${some}`,
  (some: string) => `/api/kpis?period=${some}`,
  (some: string) => `/api/kpis?kpis=${some}`,
  (some: string) => `/api/kpis?from=${some}&to=${some}`,
  (some: string) => `/api/sync?locale=${some}`,
  (some: string) => `/app/export/members.csv?segmentation=channel&segment=${some}`,
  (some: string) => `/app/export/segments.csv?segmentation=${some}`,
  (some: string) => `/app/export/customer.json?request=${some}`,
];

it("with anything in any place are the page or refused", () =>
  fc.assert(
    fc.asyncProperty(part, fc.constantFrom(...pages), async (some, address) => {
      // A host that cannot be decoded is cut off before: see the server.
      fc.pre(decodable(address(some)));
      const { status } = await site.page(SHOP, address(some));
      expect([200, 400, 404], `${status} ${address(some).slice(0, 300)}`).toContain(status);
    }),
    { numRuns: 60 },
  ));

it("of data with anything in any place are the data or refused in words", () =>
  fc.assert(
    fc.asyncProperty(part, fc.constantFrom(...data), async (some, address) => {
      fc.pre(decodable(address(some)));
      const response = await site.call(SHOP, address(some));
      expect([200, 400, 404], `${response.status} ${address(some).slice(0, 300)}`).toContain(response.status);
      if (response.status !== 200) {
        const { error, message } = (await response.json()) as { error?: string; message?: string };
        expect(error ?? message).toMatch(/\w/);
      }
    }),
    { numRuns: 60 },
  ));

function decodable(address: string): boolean {
  try {
    return decodeURIComponent(address.split("?")[0] ?? "") !== "";
  } catch {
    return false;
  }
}

it("that the API has not are answered with all that it has", async () => {
  const response = await site.call(SHOP, "/api/weather");
  expect(response.status).toBe(404);
  const { error } = (await response.json()) as { error: string };
  const there = addresses.filter((address) => /^\/api\/(?!anything$)/.test(address));
  expect(there.length).toBeGreaterThan(5);
  expect(error.match(/\/api\/[a-z-]+/g)).toEqual(there);
});
