// A merchant's first hour, in a real browser against the built app: install, watch the sync, read, change, open, export,
// and see a number move after an order. At desktop and phone width; a console error or a serious axe finding fails.
import { readFile } from "node:fs/promises";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parse } from "csv-parse/sync";
import type { Browser, Frame, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startStack, type Stack } from "../../tools/demo/stack.ts";
import { app, openBrowser, openPage, seriousFindings } from "../../tools/setup/browser.ts";
import { generateShop } from "../../shopify/generate.ts";
import type { Shop } from "../../shopify/shop.ts";

const DESKTOP = { width: 1280, height: 900 };
const PHONE = { width: 360, height: 740 };

let directory: string;
let stack: Stack;
let browser: Browser;
let desktopShop: Shop;
let phoneShop: Shop;

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), "segment-kpis-e2e-"));
  const now = new Date();
  desktopShop = generateShop({ seed: 11, orders: 1200, handle: "desktop", now });
  phoneShop = generateShop({ seed: 12, orders: 400, handle: "phone", now });
  stack = await startStack({
    shops: [desktopShop, phoneShop],
    port: 0,
    dataDir: directory,
    mode: "production",
  });
  browser = await openBrowser();
});

afterAll(async () => {
  await browser?.close();
  await stack?.stop();
  await rm(directory, { recursive: true, force: true });
});

/** The app's frame once it is no longer moving between documents (sign-in bounces, navigations). */
async function appFrame(page: Page): Promise<Frame> {
  const frame = await app(page);
  await frame.waitForURL(/\/app/);
  return frame;
}

async function open(page: Page, shop: Shop, address = ""): Promise<Frame> {
  await page.goto(stack.admin.appPage(shop) + address);
  return appFrame(page);
}

/** Nothing on the page is wider than the page; tables scroll in their own boxes. */
async function fits(frame: Frame): Promise<void> {
  const { content, box } = await frame.evaluate(() => ({
    content: document.documentElement.scrollWidth,
    box: document.documentElement.clientWidth,
  }));
  expect(content).toBeLessThanOrEqual(box);
}

async function synced(frame: Frame): Promise<void> {
  await frame.getByText(/Up to date as of/).waitFor({ timeout: 90_000 });
}

async function figure(frame: Frame, row: string, column: string): Promise<string> {
  const table = frame.locator("table.kpi-table");
  const heads = await table.locator("thead th").allInnerTexts();
  const at = heads.findIndex((head) => head.startsWith(column));
  expect(at, `column ${column} among ${heads.join(", ")}`).toBeGreaterThan(0);
  const line = table
    .getByRole("row")
    .filter({ has: frame.getByRole("rowheader", { name: row, exact: true }) });
  return line
    .locator("td .figure-value")
    .nth(at - 1)
    .innerText();
}

/** What a shop with buyers enough begins with, but for the comparison. */
const GROUPS = "?segmentation=rfm&period=last_30_days&compare=none&as_of=start";

/** On a phone the choices open on demand. */
async function groupBy(frame: Frame, label: string): Promise<void> {
  const filters = frame.getByRole("button", { name: /^Filters/ });
  if ((await filters.isVisible()) && (await filters.getAttribute("aria-expanded")) === "false")
    await filters.click();
  await frame.getByLabel("Group by", { exact: true }).first().selectOption({ label });
}

describe.each([
  { name: "at desktop width", viewport: DESKTOP, shop: () => desktopShop },
  { name: "at phone width", viewport: PHONE, shop: () => phoneShop },
])("a merchant $name", ({ viewport, shop }) => {
  it("installs the app, watches the sync, reads, changes, opens a segment and exports", async () => {
    const { page, ...opened } = await openPage(browser, { viewport, acceptDownloads: true });
    let frame = await open(page, shop(), GROUPS);
    await frame.getByRole("heading", { name: "Home" }).first().waitFor();
    await synced(frame);

    await frame.getByRole("rowheader", { name: "Champions" }).waitFor();
    expect(await seriousFindings(frame)).toEqual([]);
    await fits(frame);

    await groupBy(frame, "Country of first order");
    await frame.getByRole("region", { name: /by Country of first order/ }).waitFor();
    await expect.poll(() => frame.url()).toContain("segmentation=country");

    await frame.getByRole("button", { name: /^Last .*days/ }).click();
    await frame.getByRole("button", { name: "Last 12 full months", exact: true }).click();
    await expect.poll(() => frame.url()).toContain("period=last_12_months");
    // The admin hears of the app's address by a message.
    await expect.poll(() => page.url()).toContain("period=last_12_months");

    // The address is the state: a reload shows the same.
    await page.reload();
    frame = await appFrame(page);
    await frame.getByRole("region", { name: /by Country of first order/ }).waitFor();
    await groupBy(frame, "Recency, frequency, spend (RFM)");
    await frame.getByRole("rowheader", { name: "Champions" }).waitFor();

    const exported = async (what: string) => {
      await frame.getByRole("button", { name: "Export", exact: true }).click();
      const [file] = await Promise.all([
        page.waitForEvent("download"),
        frame.getByRole("button", { name: what }).click(),
      ]);
      return file;
    };
    const shown = await exported("This table (CSV)");
    expect(shown.suggestedFilename()).toMatch(/^segment-table_rfm_.*\.csv$/);
    const table = parse<Record<string, string>>(await readFile(await shown.path(), "utf8"), {
      bom: true,
      columns: true,
    });
    expect(table[0]?.["Segment"]).toBe("All customers");
    expect(table.map((row) => row["Segment"])).toContain("Champions");
    const download = await exported("All data, long (CSV)");
    expect(download.suggestedFilename()).toMatch(/^segment-kpis_rfm_.*\.csv$/);
    const rows = parse<Record<string, string>>(await readFile(await download.path(), "utf8"), {
      bom: true,
      columns: true,
    });
    expect(rows.length).toBeGreaterThan(20);
    expect(Object.keys(rows[0] ?? {})).toEqual(
      expect.arrayContaining(["value", "low", "high", "n", "compare_value", "data_complete_to"]),
    );

    // Every figure leads to how it came about, and from there to its orders and back.
    await frame.getByRole("link", { name: /^Explain Net sales of Champions: / }).click();
    await frame.getByRole("heading", { name: "Net sales: Champions" }).first().waitFor();
    await frame.getByText("How it adds up").waitFor();
    expect(await seriousFindings(frame)).toEqual([]);
    await fits(frame);
    const [behind] = await Promise.all([
      page.waitForEvent("download"),
      frame.getByRole("button", { name: "Export rows" }).click(),
    ]);
    expect(behind.suggestedFilename()).toMatch(/^rows_net_sales_rfm_champions_.*\.csv$/);
    await frame.getByRole("link", { name: "Home" }).first().click();

    await frame.getByRole("link", { name: "Champions", exact: true }).click();
    await frame
      .getByRole("heading", { name: /Champions/ })
      .first()
      .waitFor();
    await frame.getByText("How this was counted").first().waitFor();
    expect(await seriousFindings(frame)).toEqual([]);
    await fits(frame);
    await opened.close();
  });

  it("reaches the first segment by a link and one more Tab, and a page's choices by four", async () => {
    const { page, ...opened } = await openPage(browser, { viewport });
    const frame = await open(page, shop(), GROUPS);
    await synced(frame);
    const focused = () =>
      frame.evaluate(() => {
        const at = document.activeElement;
        const label = at?.getAttribute("aria-label") ?? (at?.textContent ?? "").trim();
        return { label, isSeen: at !== null && getComputedStyle(at).clipPath === "none" };
      });
    await frame.evaluate(() => document.querySelector<HTMLElement>(".skip-link")?.focus());
    expect(await focused()).toEqual({ label: "Skip to the page", isSeen: true });
    await page.keyboard.press("Tab");
    expect(await focused()).toEqual({ label: "Skip to the table", isSeen: true });
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    const first = frame.locator("table.kpi-table tbody a.row-link").first();
    expect((await focused()).label).toBe(await first.innerText());
    expect(await first.evaluate((link) => link.getBoundingClientRect().top >= 0)).toBe(true);
    const choices = frame.locator(".toolbar").locator("button:visible, select:visible");
    expect(await choices.count()).toBeLessThanOrEqual(4);
    await opened.close();
  });

  it("goes by the menu from segments to a KPI, pins it, and finds it at the head of Home", async () => {
    const { page, ...opened } = await openPage(browser, { viewport });
    let frame = await open(page, shop(), "/segments");
    await frame.getByText(/^Champions/).waitFor();
    for (const address of [
      ...["/segments", "/segments/compare", "/kpis", "/kpis/net_sales", "/retention"],
      "/retention/movement?segmentation=order_count",
    ]) {
      frame = await open(page, shop(), address);
      await frame.locator("main table.kpi-table, main .library-sizes a").first().waitFor();
      expect(await seriousFindings(frame)).toEqual([]);
      await fits(frame);
    }
    frame = await open(page, shop(), "/kpis");
    await frame.getByRole("button", { name: "Pin Units sold to Home" }).click();
    await frame.getByRole("button", { name: "Unpin Units sold from Home" }).waitFor();
    frame = await open(page, shop(), "");
    await frame.locator(".headlines").getByRole("link", { name: "Units sold", exact: true }).waitFor();
    frame = await open(page, shop(), "/kpis");
    await frame.getByRole("button", { name: "Unpin Units sold from Home" }).click();
    await frame.getByRole("button", { name: "Pin Units sold to Home" }).waitFor();
    await opened.close();
  });

  it("sees a number move after an order, without touching anything but reload", async () => {
    const { page, ...opened } = await openPage(browser, { viewport });
    let frame = await open(page, shop(), "?period=today&kpis=orders,gross_sales");
    await synced(frame);
    const before = Number(await figure(frame, "All customers", "Orders"));

    shop().placeOrder({ lines: [{ quantity: 1 }] });
    await stack.shopify.webhooks.idle();

    await expect
      .poll(
        async () => {
          await page.reload();
          frame = await appFrame(page);
          await frame.locator("table.kpi-table").waitFor();
          return Number(await figure(frame, "All customers", "Orders"));
        },
        { timeout: 60_000, interval: 500 },
      )
      .toBe(before + 1);
    await opened.close();
  });

  it("takes a customer's data away as a file, and sees how long orders are kept", async () => {
    const { page, ...opened } = await openPage(browser, { viewport, acceptDownloads: true });
    await synced(await open(page, shop()));
    const [customer = 0] = shop().customers.keys();
    shop().requestCustomerData(customer);
    await stack.shopify.webhooks.idle();
    await page.goto(`${stack.admin.appPage(shop())}/app/privacy`);
    const frame = await appFrame(page);
    await frame.getByText("Ready to download").waitFor();
    expect(await seriousFindings(frame)).toEqual([]);
    await fits(frame);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      frame.getByRole("button", { name: "Download" }).click(),
    ]);
    expect(download.suggestedFilename()).toBe(`customer-${customer}.json`);
    expect(await readFile(await download.path(), "utf8")).toContain(`"customer_id": ${customer}`);
    await frame.getByText(/^Downloaded/).waitFor();
    await frame.getByLabel("Keep").waitFor();
    await opened.close();
  });

  it("keeps fewer orders only after being told what goes", async () => {
    const { page, ...opened } = await openPage(browser, { viewport });
    await synced(await open(page, shop()));
    await page.goto(`${stack.admin.appPage(shop())}/app/privacy`);
    const frame = await appFrame(page);
    const keep = frame.getByLabel("Keep");
    await keep.selectOption("13");
    expect(await seriousFindings(frame)).toEqual([]);
    await fits(frame);
    await page.locator("#save-bar").waitFor();
    await page.locator("#discard").click();
    await expect.poll(() => keep.inputValue()).toBe("all");
    await page.locator("#save-bar").waitFor({ state: "hidden" });

    await keep.selectOption("13");
    await page.locator("#save").click();
    const dialog = frame.getByRole("dialog");
    await dialog
      .getByText(/orders placed before .* leave the app, of [\d,]+\. Shopify keeps them\./)
      .waitFor();
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await dialog.waitFor({ state: "detached" });
    expect(await keep.inputValue()).toBe("13");
    // What follows is the same at any width.
    if (viewport === DESKTOP) return opened.close();
    await page.locator("#save").click();
    await dialog.getByRole("button", { name: "Remove orders" }).click();
    await page.locator("#save-bar").waitFor({ state: "hidden" });
    await frame
      .getByText(/^Orders since .* are kept\. Of older ones each customer's sums are kept\./)
      .waitFor({ timeout: 90_000 });

    await keep.selectOption("all");
    await page.locator("#save").click();
    await frame
      .getByText("All orders are kept for as long as the app is installed.")
      .waitFor({ timeout: 90_000 });
    await opened.close();
  });

  it("reads how far the copy agrees with Shopify from the first day, and syncs now", async () => {
    const { page, ...opened } = await openPage(browser, { viewport });
    const frame = await open(page, shop());
    await synced(frame);
    await page.goto(`${stack.admin.appPage(shop())}/app/data`);
    const data = await appFrame(page);
    await data.getByRole("heading", { name: "Data and trust" }).first().waitFor();
    // Nobody asked for the check: the first sync ends in one.
    await data.getByRole("heading", { name: /^Your figures match Shopify/ }).waitFor();
    await data.getByText(/^All \d+ months match Shopify in the number of orders\.$/).waitFor();
    await data.getByRole("button", { name: "Sync now" }).click();
    await page.getByRole("status").filter({ hasText: /sync/i }).first().waitFor();
    await data.getByRole("button", { name: /earlier months · Show/ }).click();
    await data.getByText("Technical details").click();
    await data.getByText("Sales movements").waitFor();
    await data.getByRole("button", { name: "Check now" }).click();
    await page
      .getByRole("status")
      .filter({ hasText: /Check finished: .* compared, no difference found/ })
      .first()
      .waitFor({ timeout: 60_000 });
    expect(await seriousFindings(data)).toEqual([]);
    await fits(data);
    await opened.close();
  });
});

describe("a merchant who keeps to the keyboard", () => {
  it("opens the bar's choices, goes to a KPI by its name, and turns the keys off", async () => {
    const { page, ...opened } = await openPage(browser, { viewport: DESKTOP });
    const frame = await open(page, desktopShop, "/kpis");
    await frame.locator("table.kpi-table, table.kpi-list").first().waitFor();
    await frame.locator("main#content").focus();
    for (const [key, name] of [
      ["d", "Period"],
      ["c", "Compare"],
    ] as const) {
      await page.keyboard.press(key);
      await frame.getByRole("dialog", { name: new RegExp(name) }).waitFor();
      await page.keyboard.press("Escape");
      await frame.getByRole("dialog").waitFor({ state: "detached" });
    }
    await page.keyboard.press("/");
    const name = frame.getByRole("combobox", { name: "Go to" });
    // Letters are typed there, and press nothing.
    await name.pressSequentially("disc");
    await frame.getByRole("option", { name: /^Discounts/ }).waitFor();
    expect(await seriousFindings(frame)).toEqual([]);
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Enter");
    await expect.poll(() => frame.url()).toContain("/app/kpis/discounts");
    await frame.getByRole("heading", { name: "Discounts" }).first().waitFor();

    await page.keyboard.press("?");
    const list = frame.getByRole("dialog", { name: "Keyboard shortcuts" });
    expect(await seriousFindings(frame)).toEqual([]);
    const kept = page.waitForResponse((response) => response.url().includes("/app/keys"));
    await list.getByRole("button", { name: "Turn shortcuts off" }).click();
    expect((await kept).status()).toBe(200);
    await list.getByText("Use these keys: Off").waitFor();
    await list.getByRole("button", { name: "Close" }).click();
    await list.waitFor({ state: "detached" });
    await page.keyboard.press("?");
    expect(await frame.getByRole("dialog").count()).toBe(0);
    // And off they are on the next visit.
    const again = await open(page, desktopShop, "/settings");
    await again.getByText("Use these keys: Off").waitFor();
    await again.getByRole("button", { name: "Turn shortcuts on" }).click();
    await again.getByText("Use these keys: On").waitFor();
    await opened.close();
  });
});

describe("a merchant who takes the access to customers back", () => {
  it("saw the first segments without scrolling, and reads once a page what is missing, with a button to give it", async () => {
    const { page, ...opened } = await openPage(browser, { viewport: DESKTOP });
    let frame = await open(page, desktopShop, "/segments/rfm");
    const first = frame.locator("table.kpi-table tbody tr").nth(1);
    await first.waitFor();
    expect(await first.evaluate((row) => row.getBoundingClientRect().bottom <= innerHeight)).toBe(true);

    stack.shopify.faults.revokeScope(desktopShop.domain, "read_customers");
    desktopShop.placeOrder({ lines: [{ quantity: 1 }] });
    await stack.shopify.webhooks.idle();
    const today = "period=today&compare=none&as_of=end";
    for (const address of [
      `?${today}`,
      `/segments/rfm?${today}`,
      `/segments/compare?${today}`,
      `/segments?${today}`,
      `/kpis?${today}`,
      `/retention?${today}`,
      `/retention/movement?${today}&segmentation=lifecycle`,
      `/explain?${today}&chart=returning_customer_rate&segmentation=rfm`,
    ]) {
      const state = () => frame.locator("main").getByText("Segments need access to customers");
      await expect
        .poll(
          async () => {
            frame = await open(page, desktopShop, address);
            await frame.locator("main#content h1").first().waitFor();
            return state().count();
          },
          { timeout: 60_000, interval: 500 },
        )
        .toBe(1);
      // Beside the notice's own.
      await frame.locator(".card-head").getByRole("button", { name: "Grant access" }).waitFor();
      expect(await seriousFindings(frame)).toEqual([]);
    }
    await opened.close();
  });
});
