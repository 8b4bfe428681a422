// The token endpoint: exchange, expiry, refresh with rotation, uninstalling.
import { createHmac } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { World } from "./world.ts";
import { CLIENT, NOW, newShop, startWorld } from "./world.ts";

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.stop());

const later = (seconds: number): void => world.setNow(new Date(NOW.getTime() + seconds * 1000));
const status = async (token: unknown): Promise<number> =>
  (await world.post("{ shop { name } }", String(token))).status;

const signed = (claims: Record<string, unknown>, secret = CLIENT.apiSecret): string => {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const text = `${part({ alg: "HS256", typ: "JWT" })}.${part(claims)}`;
  return `${text}.${createHmac("sha256", secret).update(text).digest("base64url")}`;
};

describe("token exchange", () => {
  test("gives an expiring offline token", async () => {
    const { status: code, body } = await world.exchange();
    expect(code).toBe(200);
    expect(body).toMatchObject({
      access_token: expect.stringMatching(/^shpat_/) as string,
      scope: "read_orders,read_all_orders,read_customers,read_products,read_returns",
      expires_in: 3600,
      refresh_token: expect.stringMatching(/^shprt_/) as string,
      refresh_token_expires_in: 7_776_000,
    });
    expect(await status(body["access_token"])).toBe(200);
    later(3600);
    expect(await status(body["access_token"])).toBe(401);
  });

  test("gives a lasting one when asked, which can be exchanged for an expiring one", async () => {
    const { body } = await world.exchange({ expiring: "0" });
    expect(body).toEqual({ access_token: expect.any(String) as string, scope: expect.any(String) as string });
    later(10_000_000);
    expect(await status(body["access_token"])).toBe(200);
    const migrated = await world.exchange({
      subject_token: body["access_token"],
      subject_token_type: "urn:shopify:params:oauth:token-type:offline-access-token",
    });
    expect(migrated.body).toMatchObject({ expires_in: 3600 });
  });

  test("gives an online token with its user", async () => {
    const { body } = await world.exchange({
      requested_token_type: "urn:shopify:params:oauth:token-type:online-access-token",
    });
    expect(body).toMatchObject({ expires_in: 86_399, associated_user: { id: 1, account_owner: true } });
    expect(body).not.toHaveProperty("refresh_token");
    expect(await status(body["access_token"])).toBe(200);
  });

  test("checks signature, audience, shop and expiry of the session token", async () => {
    const seconds = NOW.getTime() / 1000;
    const good = {
      aud: CLIENT.apiKey,
      dest: `https://${world.shop.domain}`,
      sub: "1",
      exp: seconds + 60,
      nbf: seconds - 1,
      jti: "a",
    };
    const answer = async (subject_token: string) => world.exchange({ subject_token });
    expect((await answer(signed(good))).status).toBe(200);
    for (const bad of [
      signed(good, "another secret"),
      signed({ ...good, aud: "another app" }),
      signed({ ...good, dest: "https://another.myshopify.com" }),
      signed({ ...good, exp: seconds - 1 }),
      "nonsense",
    ]) {
      const { status: code, body } = await answer(bad);
      expect(code).toBe(400);
      expect(body["error"]).toBe("invalid_subject_token");
    }
  });

  test("refuses another app and an unknown grant", async () => {
    expect((await world.exchange({ client_secret: "wrong" })).body["error"]).toBe("invalid_client");
    expect((await world.exchange({ grant_type: "password" })).status).toBe(400);
    expect((await world.exchange({ client_id: 1 })).body["error"]).toBe("invalid_request");
  });

  test("session tokens are also served over HTTP, for the admin", async () => {
    const response = await fetch(`${world.shopify.url}/store/fixture/id_token`);
    const { token } = (await response.json()) as { token: string };
    expect((await world.exchange({ subject_token: token })).status).toBe(200);
    expect((await fetch(`${world.shopify.url}/store/unknown/id_token`)).status).toBe(404);
  });
});

describe("refreshing", () => {
  const refresh = (token: unknown) => world.exchange({ grant_type: "refresh_token", refresh_token: token });

  test("rotates both tokens", async () => {
    const first = (await world.exchange()).body;
    later(3590);
    const second = await refresh(first["refresh_token"]);
    expect(second.status).toBe(200);
    expect(second.body).toMatchObject({ expires_in: 3600 });
    expect(second.body["access_token"]).not.toBe(first["access_token"]);
    expect(await status(second.body["access_token"])).toBe(200);
  });

  test("can be tried again with the old token until the new one is used", async () => {
    const first = (await world.exchange()).body;
    const second = (await refresh(first["refresh_token"])).body;
    const retried = (await refresh(first["refresh_token"])).body;
    expect(retried).toEqual(second);
    const third = await refresh(second["refresh_token"]);
    expect(third.status).toBe(200);
    const tooLate = await refresh(first["refresh_token"]);
    expect(tooLate).toMatchObject({ status: 400, body: { error: "invalid_grant" } });
  });

  test("ends after 90 days, and with unknown tokens", async () => {
    const { body } = await world.exchange();
    later(7_776_000);
    expect(await refresh(body["refresh_token"])).toMatchObject({
      status: 400,
      body: { error: "invalid_grant" },
    });
    expect(await refresh("shprt_unknown")).toMatchObject({ status: 400 });
  });
});

describe("access ends", () => {
  test("with the real body for a token that is wrong", async () => {
    const response = await world.post("{ shop { name } }", "shpat_wrong");
    expect(response.status).toBe(401);
    expect(await response.json()).toEqual({
      errors: "[API] Invalid API key or access token (unrecognized login or wrong password)",
    });
  });

  test("when all tokens are made to expire, until they are refreshed", async () => {
    const { body } = await world.exchange();
    world.shopify.faults.expireTokens("fixture");
    expect(await status(body["access_token"])).toBe(401);
    const { body: next } = await world.exchange({
      grant_type: "refresh_token",
      refresh_token: body["refresh_token"],
    });
    expect(await status(next["access_token"])).toBe(200);
  });

  test("for good when the app is uninstalled, session tokens handed out before included", async () => {
    const { body } = await world.exchange();
    const before = world.shopify.sessionToken("fixture", { ttlSeconds: 600 });
    world.shopify.uninstall("fixture");
    expect(await status(body["access_token"])).toBe(401);
    expect(
      await world.exchange({ grant_type: "refresh_token", refresh_token: body["refresh_token"] }),
    ).toMatchObject({
      status: 400,
    });
    expect((await world.exchange({ subject_token: before })).body["error"]).toBe("invalid_subject_token");
    // Opening the app again installs it again.
    expect((await world.exchange()).status).toBe(200);
  });

  test("in one shop without touching another", async () => {
    world.shopify.addShop(newShop({ handle: "second" }));
    const second = (await world.exchange({}, "second.myshopify.com")).body["access_token"];
    world.shopify.uninstall("fixture");
    expect((await world.post("{ shop { name } }", String(second), "second.myshopify.com")).status).toBe(200);
    expect((await world.post("{ shop { name } }", String(second))).status).toBe(401);
  });
});
