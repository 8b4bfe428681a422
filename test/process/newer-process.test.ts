// A process whose shop another, newer one has taken says so in its log, once: nothing else would tell an operator why the
// shop's changes are followed late.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const file = (name: string) => JSON.stringify(fileURLToPath(new URL(`../../app/${name}`, import.meta.url)));

it.each([
  [
    "ClockIsOlder",
    `new ClockIsOlder("a.myshopify.com", "2026a", "2026c")`,
    /2026c\) than this process has \(2026a/,
  ],
  ["ShopIsNewer", "new ShopIsNewer()", /a newer version of the app has written/],
])("that met %s", async (_, error, reason) => {
  const script = `
    import { ClockIsOlder, ShopIsNewer } from ${file("errors.ts")};
    import { settle } from ${file("jobs/refusals.server.ts")};
    const again = [];
    const tools = { enqueue: async (name, payload) => void again.push([name, payload.shop]), signal: new AbortController().signal };
    for (const shop of ["a.myshopify.com", "a.myshopify.com", "b.myshopify.com"])
      await settle(${error}, { shop, name: "sweep", payload: { shop } }, tools);
    console.log(JSON.stringify({ again }));`;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--input-type=module-typescript", "-e", script],
    {
      env: { ...process.env, LOG_LEVEL: "info" },
    },
  );
  const lines = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const again = ["a", "a", "b"].map((shop) => ["sweep", `${shop}.myshopify.com`]);
  expect(lines).toContainEqual({ again });
  const warned = lines.filter((line) => !("again" in line));
  expect(warned.map(({ level, shop }) => [level, shop])).toEqual([
    [40, "a.myshopify.com"],
    [40, "b.myshopify.com"],
  ]);
  expect(warned[0]?.["reason"]).toMatch(reason);
});
