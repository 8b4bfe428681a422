// Every route there is, asked by callers who send without end, too slowly, or never read their answer: none gets further than
// the ingress, or holds anything for long.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closeDb } from "../../../app/db.server.ts";
import { topics } from "../../../app/webhooks/topics.ts";
import { signed } from "../routes/intake.ts";
import { addresses } from "../../tools/setup/addresses.ts";
import { freshDatabase } from "../../tools/setup/database.ts";
import { type Door, head, heard, openDoor } from "./door.ts";

const all = [...addresses, "/healthz", "/readyz", "/metrics"];

let door: Door;
beforeAll(async () => {
  process.env.DATABASE_URL = await freshDatabase();
  door = await openDoor({
    limits: { bodyWithinMs: 200, headersWithinMs: 200, lookEveryMs: 50, stalledAfterMs: 500 },
  });
});
afterAll(async () => {
  await door.close();
  await closeDb();
});

it("reads the routes' names", () => {
  expect(addresses).toEqual(
    expect.arrayContaining([
      "/",
      "/app",
      "/app/export/members.csv",
      "/auth/login",
      "/webhooks/app/uninstalled",
    ]),
  );
});

describe.each(all)("%s", (path) => {
  it("cuts off a body that says that it is too large", async () => {
    door.reached.length = 0;
    const caller = door.call(head(path, { "content-length": "180000000" }));
    expect(await heard(caller)).toMatch(/^HTTP\/1.1 413 /);
    expect(door.reached).toEqual([]);
  });

  it("cuts off a body without an end", async () => {
    door.reached.length = 0;
    const caller = door.call(head(path, { "transfer-encoding": "chunked" }));
    const more = () => {
      while (!caller.destroyed && caller.write(`1000\r\n${"x".repeat(4096)}\r\n`));
    };
    caller.on("drain", more).on("connect", more);
    // It is told so unless it is too busy sending to hear it.
    expect(await heard(caller)).toMatch(/^(HTTP\/1.1 413 |$)/);
    expect(door.reached).toEqual([]);
  });

  it("cuts off a body that does not come", async () => {
    door.reached.length = 0;
    const caller = door.call(head(path, { "content-length": "100" }), "slow=");
    expect(await heard(caller)).toMatch(/^HTTP\/1.1 408 /);
    expect(door.reached).toEqual([]);
  });
});

/** These are answered at the ingress, in one word that fits into any socket. */
const kept = topics.filter(({ lane }) => lane !== "app").map(({ route }) => route);

it.each(all.filter((path) => !kept.includes(path)))("%s cuts off a caller who never reads", async (path) => {
  const gone = new Promise((resolve) => {
    door.answers((_request, response) => {
      const more = () => {
        while (!response.destroyed && response.write("x".repeat(65_536)));
      };
      response.on("drain", more).once("close", resolve);
      more();
    });
  });
  const { topic = "none" } = topics.find(({ route }) => route === path) ?? {};
  const { body, headers } = signed(topic, "a.myshopify.com", { id: 1 });
  const length = String(String(body as string).length);
  const said = { ...(headers as Record<string, string>), "content-length": length };
  door.call(head(path, said), body as string).pause();
  await gone;
});

it("cuts off headers that do not come to their end", async () => {
  expect(await heard(door.call("GET /app HTTP/1.1\r\nhost: do"))).toMatch(/^HTTP\/1.1 408 /);
});

it("says what is no request", async () => {
  const twice = head("/app", { connection: "close" }, "GET").replace(
    "host: door",
    "host: door\r\nHost: other",
  );
  expect(await heard(door.call(twice))).toMatch(/^HTTP\/1.1 400 /);
  expect(await heard(door.call("GET /app HTTP/1.1\r\nno colon\r\n\r\n"))).toMatch(/^HTTP\/1.1 400 /);
  expect(await heard(door.call(head("/app", { cookie: "x".repeat(20_000) }, "GET")))).toMatch(
    /^HTTP\/1.1 431 /,
  );
});
