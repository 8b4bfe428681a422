// Simulated Shopify, admin and app started and stopped together, with a stand-in for the app's program.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { AppDied, startStack, type StackOptions } from "../../tools/demo/stack.ts";
import { generateShop } from "../../shopify/generate.ts";
import { listenLocally } from "../../shopify/shell/listen.ts";

const shop = generateShop({ seed: 5, orders: 50, handle: "demo", now: new Date("2026-06-01T10:00:00Z") });
let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "a stack "));
});
afterEach(() => rm(folder, { recursive: true }));

const start = (options: Partial<StackOptions> = {}) =>
  startStack({
    shops: [shop],
    port: 0,
    dataDir: path.join(folder, "app"),
    mode: "production",
    server: fileURLToPath(new URL("stand-in-server.ts", import.meta.url)),
    ...options,
  });
const answers = (url: string) =>
  fetch(url).then(
    (answer) => answer.ok,
    () => false,
  );

test("stops everything that it started, twice in a row, and keeps the key of a kept directory", async () => {
  const keys: unknown[] = [];
  for (let round = 0; round < 2; round++) {
    const stack = await start();
    const environment = (await (await fetch(`${stack.admin.appUrl}/environment`)).json()) as Record<
      string,
      unknown
    >;
    expect(environment).toMatchObject({ NODE_ENV: "production", SHOPIFY_APP_URL: stack.admin.appUrl });
    keys.push(environment.TOKEN_KEYS);
    const places = [stack.admin.url, stack.admin.appUrl, stack.appServer, stack.shopify.url];
    await stack.stop();
    expect(stack.app.end()).toBe("exit code 0");
    expect(await Promise.all(places.map(answers))).toEqual([false, false, false, false]);
  }
  expect(keys[0]).toBe(keys[1]);
});

test("a real database named in the environment is not the simulated app's", async () => {
  process.env.DATABASE_URL = "postgresql://real@production/shops";
  try {
    const stack = await start();
    expect(await (await fetch(`${stack.admin.appUrl}/environment`)).json()).not.toHaveProperty(
      "DATABASE_URL",
    );
    await stack.stop();
  } finally {
    delete process.env.DATABASE_URL;
  }
});

test("an app that dies is reported with the end of its log", async () => {
  const stack = await start();
  await fetch(`${stack.admin.appUrl}/die`);
  await expect(stack.died).rejects.toThrow(AppDied);
  await expect(stack.died).rejects.toThrow(/exit code 7.*\n.*the warehouse burnt down/);
  await stack.stop();
});

test("an app that cannot start leaves nothing open", async () => {
  // A port that is free may be another test's a moment later.
  let [port, failure] = [0, "Port 0 is in use"];
  while (/is in use/.test(failure)) {
    const free = await listenLocally(0, () => undefined);
    await free.close();
    port = free.port;
    failure = await start({ port, server: path.join(folder, "missing.ts") }).then(() => "", String);
  }
  expect(failure).toMatch(/The app ended by itself: exit code 1[^]*missing\.ts/);
  await (await listenLocally(port, () => undefined)).close();
});
