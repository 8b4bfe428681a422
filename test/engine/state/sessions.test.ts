import { Session } from "@shopify/shopify-app-remix/server";
import { afterAll, beforeEach, expect, test } from "vitest";
import { closeDb, db } from "../../../app/db.server.ts";
import { encrypt } from "../../../app/shopify/encryption.server.ts";
import { PrismaSessions } from "../../../app/shopify/sessions.server.ts";
import { freshDatabase } from "../../tools/setup/database.ts";

const sessions = new PrismaSessions(db);
const hour = 3_600_000;
const now = Date.UTC(2026, 9, 5, 12);

beforeEach(async () => {
  await closeDb();
  process.env.DATABASE_URL = await freshDatabase();
});
afterAll(closeDb);

function offline(shop: string, change: Partial<Session> = {}): Session {
  return new Session({
    id: `offline_${shop}`,
    shop,
    state: "",
    isOnline: false,
    scope: "read_customers,read_orders",
    expires: new Date(now + hour),
    accessToken: "shpat_access",
    refreshToken: "shprt_refresh",
    refreshTokenExpires: new Date(now + 90 * 24 * hour),
    ...change,
  });
}

test("an offline session with expiring tokens comes back as it was, and its tokens lie encrypted", async () => {
  const session = offline("a.myshopify.com");
  await sessions.storeSession(session);
  const back = await sessions.loadSession(session.id);
  expect(back).toEqual(session);
  expect(back?.equals(session)).toBe(true);
  const row = JSON.stringify(await db.$queryRaw`SELECT * FROM "Session"`, (_, value: unknown) =>
    String(value),
  );
  expect(row).not.toContain("shpat_access");
  expect(row).not.toContain("shprt_refresh");
  const [stored] = await db.session.findMany();
  expect(stored?.accessToken).toMatch(/^v1\./);
  expect(stored?.refreshToken).toMatch(/^v1\./);
});

test("of an online session's user only the id is kept", async () => {
  const associated_user = {
    id: 7_000_000_001,
    first_name: "Mona",
    last_name: "Lisa",
    email: "mona@example.com",
    email_verified: true,
    account_owner: true,
    locale: "fr",
    collaborator: false,
  };
  const online = new Session({
    id: "a.myshopify.com_7000000001",
    shop: "a.myshopify.com",
    state: "",
    isOnline: true,
    accessToken: "shpat_online",
    onlineAccessInfo: { expires_in: 86_399, associated_user_scope: "read_orders", associated_user },
  });
  await sessions.storeSession(online);
  const back = await sessions.loadSession(online.id);
  expect(back?.onlineAccessInfo?.associated_user).toEqual({ id: 7_000_000_001 });
  expect(back?.accessToken).toBe("shpat_online");
  const stored = JSON.stringify(await db.session.findMany(), (_, value: unknown) =>
    typeof value === "bigint" ? String(value) : value,
  );
  for (const personal of ["Mona", "Lisa", "mona@example.com", "fr"])
    expect(stored).not.toContain(`"${personal}`);
});

test("twenty stores at once leave one row, the one that expires last", async () => {
  const order = Array.from({ length: 20 }, (_, i) => (i * 7) % 20);
  await Promise.all(
    order.map((i) =>
      sessions.storeSession(
        offline("a.myshopify.com", { accessToken: `token ${i}`, expires: new Date(now + i * 1000) }),
      ),
    ),
  );
  expect(await db.session.count()).toBe(1);
  expect((await sessions.loadSession("offline_a.myshopify.com"))?.accessToken).toBe("token 19");
});

test("news that an older token was refused does not undo a newer one, but ends the token it is about", async () => {
  const older = offline("a.myshopify.com");
  const newer = offline("a.myshopify.com", { accessToken: "newer", expires: new Date(now + 2 * hour) });
  await sessions.storeSession(older);
  await sessions.storeSession(newer);
  await sessions.storeSession(offline("a.myshopify.com", { accessToken: undefined }));
  expect((await sessions.loadSession(older.id))?.accessToken).toBe("newer");

  await sessions.storeSession(offline("a.myshopify.com", { accessToken: undefined, expires: newer.expires }));
  expect((await sessions.loadSession(older.id))?.accessToken).toBeUndefined();
  await sessions.storeSession(older);
  expect((await sessions.loadSession(older.id))?.accessToken).toBe("shpat_access");
});

test("a session is replaced only while it is the stored one", async () => {
  const first = offline("a.myshopify.com");
  const second = offline("a.myshopify.com", { accessToken: "second", expires: new Date(now + 2 * hour) });
  const third = offline("a.myshopify.com", { accessToken: "third", expires: new Date(now + 3 * hour) });
  await sessions.storeSession(first);
  expect(await sessions.replaceSession(first, second)).toBe(true);
  expect(await sessions.replaceSession(first, third)).toBe(false);
  expect((await sessions.loadSession(first.id))?.accessToken).toBe("second");
  await sessions.deleteSession(first.id);
  expect(await sessions.replaceSession(second, third)).toBe(false);
  expect(await sessions.loadSession(first.id)).toBeUndefined();
});

test("shops are apart, and deleting takes only what is named", async () => {
  for (const shop of ["a.myshopify.com", "b.myshopify.com"]) await sessions.storeSession(offline(shop));
  expect((await sessions.findSessionsByShop("b.myshopify.com")).map(({ id }) => id)).toEqual([
    "offline_b.myshopify.com",
  ]);
  await sessions.deleteSessions(["offline_a.myshopify.com", "offline_c.myshopify.com"]);
  expect(await db.session.findMany({ select: { shop: true } })).toEqual([{ shop: "b.myshopify.com" }]);
});

test("a token that no listed key can read counts as none", async () => {
  const session = offline("a.myshopify.com");
  await sessions.storeSession(session);
  const foreign = encrypt("shpat_access", `${session.id} accessToken`, [
    Buffer.alloc(32, "lost").toString("base64"),
  ]);
  await db.session.update({ where: { id: session.id }, data: { accessToken: foreign } });
  expect(await sessions.loadSession(session.id)).toBeUndefined();
  expect(await sessions.findSessionsByShop(session.shop)).toEqual([]);
});
