// Every page in a language nobody speaks, in a real browser: what still reads as plain English has no id. Such words are a third
// longer, so that what they break will break in German, too.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Browser, Frame, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadLanguage, PSEUDO, screenWords } from "../../../app/words/screen.ts";
import { say as answered } from "../../../app/words/words.server.ts";
import { generateShop } from "../../shopify/generate.ts";
import { Shop } from "../../shopify/shop.ts";
import { startStack, type Stack } from "../../tools/demo/stack.ts";
import { pages } from "../../tools/setup/addresses.ts";
import { app, openBrowser, openPage } from "../../tools/setup/browser.ts";
import { namesOf, plainIn, textsOf } from "../../tools/setup/plain-words.ts";

const PHONE = { width: 360, height: 740 };

let directory: string;
let stack: Stack;
let browser: Browser;
let shop: Shop;
let empty: Shop;
let segment: string;
let say: ReturnType<typeof screenWords>["say"];

beforeAll(async () => {
  await loadLanguage(PSEUDO);
  ({ say } = screenWords(PSEUDO));
  directory = await mkdtemp(path.join(tmpdir(), "segment-kpis-words-"));
  shop = generateShop({ seed: 21, orders: 150, years: 2, handle: "worded", now: new Date() });
  empty = new Shop({ handle: "wordless", clock: () => new Date() });
  stack = await startStack({
    shops: [shop, empty],
    port: 0,
    dataDir: directory,
    mode: "production",
    bulkPace: "instant",
  });
  browser = await openBrowser();
  const { page, ...opened } = await openPage(browser);
  const frame = await open(page, shop, "/app?locale=en");
  await frame.getByText(/Up to date as of/).waitFor({ timeout: 200_000 });
  segment = new URL(
    (await frame.locator("a.row-link").first().getAttribute("href")) ?? "",
    stack.admin.appUrl,
  ).pathname;
  await opened.close();
});

afterAll(async () => {
  await browser?.close();
  await stack?.stop();
  await rm(directory, { recursive: true, force: true });
});

/** Opens an address of the app in the admin, and waits until the browser has taken the page over. */
async function open(page: Page, of: Shop, address: string): Promise<Frame> {
  await page.goto(stack.admin.appPage(of) + address);
  const frame = await app(page);
  await frame.waitForURL(/\/app/);
  await frame.locator("main#content").waitFor();
  await frame.waitForFunction(() => "__remixRouter" in window && document.readyState === "complete");
  return frame;
}

const inPseudo = (address: string) => `${address}${address.includes("?") ? "&" : "?"}locale=${PSEUDO}`;

async function expectNoPlainWords(page: Page, frame: Frame, of: Shop): Promise<void> {
  const texts = await textsOf(page, frame);
  expect(await frame.evaluate(() => document.documentElement.lang)).toBe(PSEUDO);
  expect(texts.some((text) => /^\[.*·\]$/.test(text))).toBe(true);
  expect(plainIn(texts, namesOf(of))).toEqual([]);
}

/** Presses what opens a panel, and looks at each. */
async function lookIntoPanels(page: Page, frame: Frame, of: Shop): Promise<void> {
  for (const activator of await frame.locator(".pop-up-box > button, .pop-up-box > .field > button").all()) {
    if (!(await activator.isVisible())) continue;
    await activator.click();
    const panel = frame.locator("dialog.pop-up");
    await panel.waitFor();
    // Days that cannot be asked for are refused in words.
    const day = panel.locator("input[type=date]").first();
    if ((await day.count()) > 0) await day.fill("");
    await expectNoPlainWords(page, frame, of);
    await page.keyboard.press("Escape");
    await panel.waitFor({ state: "detached" });
  }
}

/** Nothing is wider than the page, and no text is cut off at its edge; tables come to scroll in their own boxes. */
async function expectToFitAPhone(page: Page, frame: Frame): Promise<void> {
  await page.setViewportSize(PHONE);
  await expect.poll(() => frame.evaluate(tooWide)).toEqual([]);
}

function tooWide(): string[] {
  const { scrollWidth, clientWidth } = document.documentElement;
  const isOut = (element: Element): boolean => {
    const { width, right } = element.getBoundingClientRect();
    return width > 1 && right > clientWidth + 1;
  };
  const scrolls = (element: Element | null): boolean =>
    element !== null &&
    (/auto|scroll/.test(getComputedStyle(element).overflowX) || scrolls(element.parentElement));
  const cut = [...document.querySelectorAll("#content *")]
    .filter((element) =>
      [...element.childNodes].some(({ nodeType, textContent }) => nodeType === 3 && textContent?.trim()),
    )
    .filter((each) => isOut(each) && !scrolls(each) && !each.closest(".visually-hidden"))
    .map(({ textContent }) => textContent ?? "");
  return scrollWidth > clientWidth ? ["the page", ...cut] : cut;
}

describe("a merchant who speaks a language of another length", () => {
  it.each([
    ...pages,
    "/app?segmentation=country&ranges=1&compare=previous_year&sort=change",
    "/app?period=2&segmentation=3",
    "/app?period=today",
    "/app/segments/lifecycle",
    "/app/kpis/aov?within=rfm.loyal",
    "/app/kpis/reversal_rate",
    "a segment",
  ])("reads no word without an id on %s, and scrolls nothing sideways", async (address) => {
    // A page that there is not is answered with 404, which a browser logs.
    const expected = address.includes("anything") ? [/status of 404/] : [];
    const { page, ...opened } = await openPage(browser, { expected });
    const frame = await open(page, shop, inPseudo(address === "a segment" ? segment : address));
    await expectNoPlainWords(page, frame, shop);
    for (const fold of await frame.locator("button.fold").all()) await fold.click();
    for (const chart of await frame.locator(".crosshair").all()) await chart.press("End");
    await expectNoPlainWords(page, frame, shop);
    await lookIntoPanels(page, frame, shop);
    await expectToFitAPhone(page, frame);
    await opened.close();
  });

  it("reads none before the first order", async () => {
    const { page, ...opened } = await openPage(browser);
    const frame = await open(page, empty, inPseudo("/app"));
    await frame.getByText(say("homePage.noOrders")).waitFor();
    await expectNoPlainWords(page, frame, empty);
    await expectToFitAPhone(page, frame);
    await opened.close();
  });

  it("reads none while the line is down", async () => {
    const { page, ...opened } = await openPage(browser, {
      expected: [/ERR_INTERNET_DISCONNECTED/, /Failed to fetch manifest patches/],
    });
    const frame = await open(page, shop, inPseudo("/app"));
    await page.context().setOffline(true);
    await frame.locator(".status-line button").waitFor();
    expect(plainIn(await textsOf(page, frame), namesOf(shop))).toEqual([]);
    await opened.close();
  });

  it("is answered without any by buttons and forms", async () => {
    const { page, ...opened } = await openPage(browser);
    const data = await open(page, shop, inPseudo("/app/data"));
    for (const [button, told] of [
      [say("dataPage.sync"), "answers.syncStarted"],
      [say("dataPage.check"), "answers.checkStarted"],
    ] as const) {
      await data.getByRole("button", { name: button }).click();
      await page
        .locator("#toasts span")
        .filter({ hasText: answered({ locale: PSEUDO }, told) })
        .first()
        .waitFor();
      await expectNoPlainWords(page, data, shop);
    }
    const privacy = await open(page, shop, inPseudo("/app/privacy"));
    await privacy.getByLabel(say("privacyPage.keep")).selectOption("13");
    await expectNoPlainWords(page, privacy, shop);
    await page.locator("#save").click();
    const dialog = privacy.getByRole("dialog");
    const cancel = dialog.getByRole("button", { name: say("common.cancel") });
    await cancel.waitFor();
    await expectNoPlainWords(page, privacy, shop);
    await cancel.click();
    await dialog.waitFor({ state: "detached" });
    await opened.close();
  });

  it("reads none on the way in from outside the admin", async () => {
    const { page, ...opened } = await openPage(browser);
    await page.goto(`${stack.admin.appUrl}${inPseudo("/auth/login")}`);
    await page.getByRole("button", { name: say("loginPage.logIn") }).click();
    await page.getByText(answered({ locale: PSEUDO }, "answers.noShopGiven")).waitFor();
    const texts = await textsOf(page, page.mainFrame());
    expect(plainIn(texts, [...namesOf(shop), "example.myshopify.com"])).toEqual([]);
    await opened.close();
  });
});
