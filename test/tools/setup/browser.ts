// A real browser for tests: finds Chromium ($CHROME_PATH, the system's, else the one that npm brought), opens pages
// that fail on anything a merchant would not see coming, and asks axe about them.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import axe from "axe-core";
import { chromium, type Browser, type BrowserContextOptions, type Frame, type Page } from "playwright-core";

const SYSTEM = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

interface Executable {
  executablePath: string;
  env: Record<string, string>;
}

async function findChromium(): Promise<Executable> {
  const given = process.env.CHROME_PATH;
  if (given) {
    if (!existsSync(given)) throw new Error(`CHROME_PATH names ${given}, which does not exist.`);
    return { executablePath: given, env: {} };
  }
  const system = SYSTEM.find((candidate) => existsSync(candidate));
  return system ? { executablePath: system, env: {} } : inflateChromium();
}

/**
 * Unpacks npm's Chromium with its libraries and fonts once per version. Several workers may do so at the same time: each
 * unpacks to a folder of its own, and the first to rename it wins.
 */
async function inflateChromium(): Promise<Executable> {
  const entry = createRequire(import.meta.url).resolve("@sparticuz/chromium");
  const root = fileURLToPath(new URL("../../..", import.meta.url));
  const { version } = JSON.parse(
    await readFile(path.join(root, "node_modules/@sparticuz/chromium/package.json"), "utf8"),
  ) as { version: string };
  const cache = path.join(root, "node_modules/.cache");
  const home = path.join(cache, `chromium-${version}`);
  if (!existsSync(home)) {
    await mkdir(cache, { recursive: true });
    const own = await mkdtemp(`${home}-`);
    // The package unpacks into the temp directory, and its system libraries only if it believes to run on Lambda; both
    // are read at import, so this needs a process of its own.
    await promisify(execFile)(
      process.execPath,
      ["-e", `import(${JSON.stringify(pathToFileURL(entry).href)}).then((m) => m.default.executablePath())`],
      { env: { ...process.env, TMPDIR: own, AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x" } },
    );
    await writeFile(
      path.join(own, "fonts.conf"),
      `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>` +
        `<dir>${home}/fonts</dir><dir>/usr/share/fonts</dir><cachedir>${home}/font-cache</cachedir></fontconfig>`,
    );
    await rename(own, home).catch(async (error: unknown) => {
      await rm(own, { recursive: true, force: true });
      if (!existsSync(home)) throw error;
    });
  }
  const libraries = [path.join(home, "al2023/lib"), process.env.LD_LIBRARY_PATH].filter(Boolean).join(":");
  return {
    executablePath: path.join(home, "chromium"),
    env: { LD_LIBRARY_PATH: libraries, FONTCONFIG_FILE: path.join(home, "fonts.conf") },
  };
}

export async function openBrowser(): Promise<Browser> {
  const { executablePath, env } = await findChromium();
  return chromium.launch({
    executablePath,
    headless: true,
    env: { ...(process.env as Record<string, string>), ...env },
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      // Whatever a page asks for, no name outside this machine resolves.
      "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE localhost , EXCLUDE 127.0.0.1",
    ],
  });
}

export interface CheckedPage {
  page: Page;
  /** Console errors, uncaught errors and requests to other machines so far. */
  problems: string[];
  /** Closes the page; throws if there were problems. */
  close(): Promise<void>;
}

const local = (url: URL) =>
  ["data:", "blob:", "about:"].includes(url.protocol) ||
  ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);

/**
 * A page in a fresh context: 1280 × 900 by default; { viewport: { width: 360, height: 740 } } is a phone. `expected`
 * names console errors that the test provokes.
 */
export async function openPage(
  browser: Browser,
  { expected = [], ...options }: BrowserContextOptions & { expected?: readonly RegExp[] } = {},
): Promise<CheckedPage> {
  const version = browser.version().split(".")[0] ?? "0";
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    // The headless browser's own name counts as a bot's, to which Shopify's library answers 410 Gone.
    userAgent: `Mozilla/5.0 (X11; Linux x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${version}.0.0.0 Safari/537.36`,
    ...options,
  });
  // A machine that runs three files at once, and others beside them, takes its time.
  context.setDefaultTimeout(90_000);
  const page = await context.newPage();
  const problems: string[] = [];
  page.on("console", (message) => {
    const text = `console: ${message.text()} (${message.location().url})`;
    if (message.type() === "error" && !expected.some((pattern) => pattern.test(text))) problems.push(text);
  });
  page.on("pageerror", (error) => problems.push(`error: ${error.message}`));
  page.on("request", (request) => {
    if (!local(new URL(request.url()))) problems.push(`request to another machine: ${request.url()}`);
  });
  page.on("websocket", (socket) => {
    if (!local(new URL(socket.url()))) problems.push(`socket to another machine: ${socket.url()}`);
  });
  return {
    page,
    problems,
    async close() {
      await context.close();
      if (problems.length > 0) throw new Error(`The page had problems:\n${problems.join("\n")}`);
    },
  };
}

/** The app's frame inside the admin, once its document is there. */
export async function app(page: Page): Promise<Frame> {
  const handle = await page.waitForSelector("#app-frame");
  const frame = await handle.contentFrame();
  if (!frame) throw new Error("The admin's page has no frame for the app.");
  await frame.waitForURL(({ protocol }) => protocol !== "about:", { waitUntil: "domcontentloaded" });
  return frame;
}

export interface AxeFinding {
  rule: string;
  impact: string;
  help: string;
  /** CSS selectors of the elements. */
  at: string[];
}

/** What axe finds serious or critical in a page or frame, frames inside it left out. */
export async function seriousFindings(target: Page | Frame): Promise<AxeFinding[]> {
  // Evaluated, not added as a script element, so that a content security policy cannot refuse it.
  await target.evaluate(axe.source);
  const { violations } = await target.evaluate(async () => {
    const { axe: injected } = window as unknown as { axe: typeof axe };
    return injected.run(document, { iframes: false, resultTypes: ["violations"] });
  });
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, impact, help, nodes }) => ({
      rule: id,
      impact: impact ?? "",
      help,
      at: nodes.map((node) => node.target.join(" ")),
    }));
}
