// The way in for somebody from outside the admin: a shop's domain however it is typed, and nothing else.
import { afterAll, beforeAll, expect, it } from "vitest";
import { openSite, type Site } from "./site.ts";

const INSTALL = "https://admin.shopify.com/store/demo/oauth/install?client_id=test-api-key";
let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

const typed = (shop: string | Blob) => {
  const body = new FormData();
  body.set("shop", shop);
  return site.raw("/auth/login", { method: "POST", body });
};

it.each([
  "demo.myshopify.com",
  " Demo.MyShopify.com ",
  "DEMO.MYSHOPIFY.COM",
  "https://demo.myshopify.com/",
  "demo",
])("leads to the shop's install page: %j", async (shop) => {
  for (const answer of [await typed(shop), await site.raw(`/auth/login?${new URLSearchParams({ shop })}`)])
    expect([answer.status, answer.headers.get("Location")]).toEqual([302, INSTALL]);
});

it.each([
  "x.myshopify.io",
  "evil.example",
  "demo.myshopify.com.evil.example",
  "a b",
  "a/b",
  `${"x".repeat(5000)}`,
])("asks again for what is no shop's domain: %.40j", async (shop) => {
  for (const answer of [await typed(shop), await site.raw(`/auth/login?${new URLSearchParams({ shop })}`)]) {
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain("That is not a shop");
  }
});

it("asks for a domain where none is given", async () => {
  expect(await (await typed("")).text()).toContain("Enter your shop");
  expect(await (await typed(new Blob(["demo"]))).text()).toContain("Enter your shop");
  expect((await site.raw("/auth/login")).status).toBe(200);
});

it("takes no more than a form of ours may have", async () => {
  expect((await typed("x".repeat(10_000))).status).toBe(413);
});
