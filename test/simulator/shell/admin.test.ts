// The admin in a real browser, around a tiny app: what App Bridge promises, an app gets.
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { Browser, Frame, Page } from "playwright-core";
import { app, openBrowser, openPage, seriousFindings, type CheckedPage } from "../../tools/setup/browser.ts";
import { generateShop } from "../../shopify/generate.ts";
import { startShopify, type SimulatedShopify } from "../../shopify/server.ts";
import { startAdmin, type RunningAdmin } from "../../shopify/shell.ts";
import { startStandInApp, type StandInApp } from "./stand-in-app.ts";

const now = new Date("2026-06-01T10:00:00Z");
const shop = generateShop({ seed: 3, orders: 60, handle: "demo", name: "Demo shop", now });
const second = generateShop({ seed: 4, orders: 50, handle: "second", name: "Second shop", now });
const identity = { apiKey: "simulated-key", apiSecret: "simulated-secret" };

let browser: Browser;
let standIn: StandInApp;
let shopify: SimulatedShopify;
let admin: RunningAdmin;
let checked: CheckedPage;
let page: Page;

beforeAll(async () => {
  [browser, standIn, shopify] = await Promise.all([
    openBrowser(),
    startStandInApp(),
    startShopify({ ...identity, scopes: ["read_orders"] }),
  ]);
  shopify.addShop(shop);
  shopify.addShop(second);
  admin = await startAdmin({ port: 0, appTarget: standIn.url, shopify, ...identity });
});
afterAll(async () => {
  await browser.close();
  await admin.stop();
  await shopify.stop();
  await standIn.stop();
});
beforeEach(async () => {
  // The tiny app refuses its first token, to see App Bridge bring a second one.
  checked = await openPage(browser, { expected: [/401.*\/api\/hello/] });
  page = checked.page;
});
afterEach(() => checked.close());

async function open(path = ""): Promise<Frame> {
  await page.goto(admin.appPage(shop) + path);
  const frame = await app(page);
  await frame.waitForSelector("h1");
  return frame;
}

test("shows the app in a frame, with its menu, title and the title's buttons", async () => {
  const frame = await open();
  await page.getByRole("link", { name: "Data and trust" }).waitFor();
  expect(await page.locator("#app-menu a").allInnerTexts()).toEqual(["Data and trust"]);
  expect(await page.locator("#page-title").innerText()).toBe("Overview");
  expect(await page.title()).toBe("Overview · Segment KPIs · Demo shop · Simulated admin");
  await page.waitForURL(`${admin.appPage(shop)}/app`);
  await page.getByRole("button", { name: "Refresh" }).click();
  await frame.getByText("refreshed").waitFor();
  expect(await seriousFindings(page)).toEqual([]);
});

test("the menu leads through the app, and the address follows, so that a reload stays there", async () => {
  await open();
  await page.getByRole("link", { name: "Data and trust" }).click();
  await page.waitForURL(`${admin.appPage(shop)}/app/data`);
  await page.reload();
  const frame = await app(page);
  await frame.getByRole("heading", { name: "Data" }).waitFor();
  await page.locator("#app-menu [aria-current=page]").waitFor();
  expect(await page.locator("#app-menu [aria-current=page]").innerText()).toBe("Data and trust");
  await page.getByRole("link", { name: "Segment KPIs" }).click();
  await (await app(page)).getByRole("heading", { name: "Overview" }).waitFor();
});

test("the app's own requests carry a session token, renewed when the app asks for a fresh one", async () => {
  const frame = await open();
  await frame.getByRole("button", { name: "Say hello" }).click();
  await frame.getByText("hello XMLHttpRequest").waitFor();
  expect(standIn.tokens).toHaveLength(2);
  const [refused, accepted] = standIn.tokens;
  expect(refused).toMatch(/^Bearer [\w-]+\.[\w-]+\.[\w-]+$/);
  expect(accepted).toMatch(/^Bearer [\w-]+\.[\w-]+\.[\w-]+$/);
  expect(accepted).not.toBe(refused);
});

test("toasts appear in the admin and can be dismissed", async () => {
  const frame = await open();
  await frame.getByRole("button", { name: "Toast" }).click();
  await page.getByRole("status").getByText("Report saved").waitFor();
  await page.getByRole("button", { name: "Dismiss" }).click();
  await page.locator(".toast").waitFor({ state: "detached" });
});

test("unsaved changes bring the save bar, and leaving asks first", async () => {
  const frame = await open();
  await frame.getByLabel("Name").fill("x");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await frame.getByText("saved", { exact: true }).waitFor();
  await page.locator("#save-bar").waitFor({ state: "hidden" });

  await frame.getByLabel("Name").fill("y");
  await page.getByRole("link", { name: "Data and trust" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Stay" }).click();
  expect(await frame.getByLabel("Name").inputValue()).toBe("y");
  await page.getByRole("button", { name: "Discard" }).click();
  await frame.getByText("discarded").waitFor();

  await frame.getByLabel("Name").fill("z");
  await page.getByRole("link", { name: "Orders" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Leave page" }).click();
  await page.getByRole("heading", { name: "Orders" }).waitFor();
});

test("a modal shows its content and buttons, and closes", async () => {
  const frame = await open();
  await frame.getByRole("button", { name: "Ask" }).click();
  const dialog = frame.getByRole("dialog", { name: "Delete it" });
  await dialog.getByText("Are you sure?").waitFor();
  await dialog.getByRole("button", { name: "Delete" }).waitFor();
  await dialog.getByRole("button", { name: "Close" }).click();
  await dialog.waitFor({ state: "detached" });
});

test("addresses of Shopify's admin lead into this admin", async () => {
  const frame = await open();
  await frame.getByRole("link", { name: "Customers" }).click();
  await page.waitForURL(`${admin.url}/store/demo/customers`);
  await page.locator("td a").first().click();
  await page.getByRole("heading", { name: /^Customer \d+$/ }).waitFor();
  await page.getByRole("heading", { name: "Orders" }).waitFor();
  expect(await seriousFindings(page)).toEqual([]);
});

test("an app that has no session token bounces and comes back with one", async () => {
  await page.goto(`${admin.appPage(shop)}/bounce`);
  await (await app(page)).waitForSelector("h1");
  // The admin gives a token at once; without it, as after a stale link, the app has to ask.
  const frame = await app(page);
  await frame.evaluate(() => location.assign("/bounce?shop=demo.myshopify.com"));
  await frame.waitForURL(/\/bounce\?.*id_token=/);
  await frame.getByRole("heading", { name: "Bounced back" }).waitFor();
});

test("opened outside the admin, the app leads back into it", async () => {
  await page.goto(`${admin.appUrl}/app/data?shop=demo.myshopify.com`);
  await page.waitForURL(`${admin.appPage(shop)}/app/data`);
  await (await app(page)).getByRole("heading", { name: "Data" }).waitFor();
});

test("the simulated shop sells, edits, refunds and cancels by its buttons", async () => {
  const before = shop.orders.size;
  await page.goto(`${admin.url}/store/demo/simulator`);
  await page.getByLabel("A new customer").check();
  await page.getByLabel("Number of items").fill("3");
  await page.getByRole("button", { name: "Place order" }).click();
  await page.getByText("The order was placed.").waitFor();
  expect(shop.orders.size).toBe(before + 1);
  const order = Array.from(shop.orders.values()).at(-1);
  expect(order?.lines.map(({ quantity }) => quantity)).toEqual([3]);

  const button = (label: string) =>
    page.getByRole("button", { name: `${label} in order ${order?.name}`, exact: true });
  await button("Add an item").click();
  await page.getByText("One item was added.").waitFor();
  await button("Refund all items").click();
  await page.getByText("All items were refunded.").waitFor();
  await button("Cancel").click();
  await page.getByText("The order was cancelled.").waitFor();
  expect(order?.agreements.map(({ reason }) => reason)).toEqual(["ORDER", "ORDER_EDIT", "REFUND"]);
  expect(order?.cancelledAt).not.toBeNull();

  await page.getByLabel("This customer:").check();
  await page.getByLabel("Customer id", { exact: true }).fill("12");
  await page.getByRole("button", { name: "Place order" }).click();
  await page.getByRole("alert").getByText("There is no customer 12.").waitFor();
  expect(await seriousFindings(page)).toEqual([]);
});

test("one can go over to another shop", async () => {
  await open();
  await page.getByLabel("Store: Demo shop").click();
  await page.getByRole("link", { name: "Second shop" }).click();
  await page.waitForURL(/\/store\/second\/apps\/segment-kpis/);
  const frame = await app(page);
  expect(new URL(frame.url()).searchParams.get("shop")).toBe("second.myshopify.com");
});

test("on a phone the navigation opens by a button, and no page is wider than the screen", async () => {
  await page.setViewportSize({ width: 360, height: 740 });
  await open();
  const link = page.getByRole("link", { name: "Data and trust" });
  expect(await link.isVisible()).toBe(false);
  await page.getByRole("button", { name: "Navigation" }).click();
  await link.click();
  await (await app(page)).getByRole("heading", { name: "Data" }).waitFor();
  await link.waitFor({ state: "hidden" });
  const width = () => page.evaluate(() => document.documentElement.scrollWidth);
  expect(await width()).toBe(360);
  const [order] = shop.orders.keys();
  for (const path of ["simulator", "orders", `orders/${order}`, "customers"]) {
    await page.goto(`${admin.url}/store/demo/${path}`);
    expect([path, await width()]).toEqual([path, 360]);
  }
});
