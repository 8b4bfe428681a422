// Faults on request, the 60 days of history, several shops, and the simulator's own instructions over HTTP.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { World } from "./world.ts";
import { newShop, rowsOf, startWorld, stockShop } from "./world.ts";

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.stop());

const QUERY = "{ shop { name } }";

describe("requests", () => {
  test("are throttled as often as asked", async () => {
    world.shopify.faults.throttle("fixture", 2);
    const answers = [await world.graphql(QUERY), await world.graphql(QUERY), await world.graphql(QUERY)];
    expect(answers.map((answer) => answer.errors?.[0]?.extensions["code"])).toEqual([
      "THROTTLED",
      "THROTTLED",
      undefined,
    ]);
    expect(answers[0]?.extensions.cost).toMatchObject({ requestedQueryCost: 1, actualQueryCost: null });
  });

  test("get a status, with Shopify's body and headers for it", async () => {
    const { faults } = world.shopify;
    faults.respond("fixture", 429);
    faults.respond("fixture", 502);
    faults.respond("fixture", 500, { body: "oops", times: 2 });
    const answers = [];
    for (let i = 0; i < 5; i += 1) answers.push(await world.post(QUERY, world.token));
    expect(answers.map((answer) => answer.status)).toEqual([429, 502, 500, 500, 200]);
    expect(answers[0]?.headers.get("retry-after")).toBe("2.0");
    expect(await answers[1]?.text()).toMatch(/^<!DOCTYPE html>/);
    expect(await answers[2]?.text()).toBe("oops");
  });

  test("fail as a whole on a record that they ask for by its id, and name no place", async () => {
    const { faults, shops } = world.shopify;
    const [shop] = [...shops.values()];
    const [good = 0, bad = 0] = [1, 2].map(() => shop?.createCustomer().id);
    faults.failOn("fixture", bad);
    const ask = (...ids: number[]) =>
      world.graphql("query Q($ids: [ID!]!) { nodes(ids: $ids) { id } }", {
        ids: ids.map((id) => `gid://shopify/Customer/${id}`),
      });
    expect((await ask(good, bad)).errors).toEqual([{ message: "Something went wrong" }]);
    expect((await ask(good)).errors).toBeUndefined();
    expect(faults.injected("fixture")).toEqual({ record_failed: 1 });
    faults.failOn("fixture", bad, false);
    expect((await ask(good, bad)).errors).toBeUndefined();
  });

  test("wait, while another shop's do not", async () => {
    const second = newShop({ handle: "second" });
    world.shopify.addShop(second);
    const token = String((await world.exchange({}, second.domain)).body["access_token"]);
    world.shopify.faults.slow("fixture", 500);
    const slow = world.post(QUERY, world.token).then(() => "slow");
    const quick = world.post(QUERY, token, second.domain).then(() => "quick");
    expect(await Promise.race([slow, quick])).toBe("quick");
    expect(await slow).toBe("slow");
  });

  test("get no answer, whether they were carried out or not", async () => {
    const { faults } = world.shopify;
    const start = `mutation { bulkOperationRunQuery(query: "{ orders { edges { node { id } } } }") { bulkOperation { id } } }`;
    const started = async (): Promise<unknown> =>
      (await world.graphql("{ bulkOperations(first: 9) { nodes { status } } }")).data?.["bulkOperations"];
    faults.drop("fixture");
    await expect(world.post(start, world.token)).rejects.toThrow();
    expect(await started()).toEqual({ nodes: [] });
    faults.drop("fixture", { holdMs: 5, carriedOut: true });
    await expect(world.post(start, world.token)).rejects.toThrow();
    expect(await started()).toMatchObject({ nodes: [{ status: expect.any(String) as string }] });
    expect(faults.injected("fixture")).toEqual({ dropped: 1, dropped_answer: 1 });
  });

  test("that are held end with a client's patience", async () => {
    world.shopify.faults.drop("fixture", { holdMs: 3_600_000 });
    const impatient = fetch(`${world.shopify.url}/admin/api/2026-10/graphql.json`, {
      method: "POST",
      headers: { "x-sim-shop": world.shop.domain, "x-shopify-access-token": world.token },
      body: JSON.stringify({ query: QUERY }),
      signal: AbortSignal.timeout(20),
    });
    await expect(impatient).rejects.toThrow("timeout");
    expect((await world.graphql(QUERY)).data).toEqual({ shop: { name: "Fixture" } });
  });

  test("lose a scope", async () => {
    world.shopify.faults.revokeScope("fixture", "read_customers");
    const { errors } = await world.graphql("{ customers(first: 1) { nodes { id } } }");
    expect(errors?.[0]?.extensions["code"]).toBe("ACCESS_DENIED");
  });
});

describe("the file of a bulk operation", () => {
  const exported = async (): Promise<string> => {
    stockShop(world.shop);
    return (await world.bulk("{ orders { edges { node { id name createdAt } } } }")).url ?? "";
  };

  test("is gone for good, for that operation only", async () => {
    const url = await exported();
    world.shopify.faults.killLink("fixture", { status: 404 });
    for (let i = 0; i < 2; i += 1) expect((await fetch(url)).status).toBe(404);
    const again = await world.bulk("{ orders { edges { node { id } } } }");
    expect(await rowsOf(again.url)).toHaveLength(3);
    expect(world.shopify.faults.injected("fixture")).toEqual({ link_dead: 1 });
  });

  test("is refused as one whose link has expired", async () => {
    const url = await exported();
    world.shopify.faults.killLink("fixture");
    const answer = await fetch(url);
    expect([answer.status, await answer.text()]).toEqual([403, expect.stringContaining("ExpiredToken")]);
  });

  test.each([0, 0.4, 0.999])("breaks off after %d of its bytes", async (after) => {
    const url = await exported();
    const whole = Buffer.from(await (await fetch(url)).arrayBuffer());
    world.shopify.faults.breakDownload("fixture", { after });
    const response = await fetch(url);
    expect(Number(response.headers.get("content-length"))).toBe(whole.length);
    const chunks: Uint8Array[] = [];
    const reading = async (): Promise<void> => {
      const reader = response.body?.getReader();
      for (;;) {
        const { value } = (await reader?.read()) ?? {};
        if (value === undefined) return;
        chunks.push(value);
      }
    };
    await expect(reading()).rejects.toThrow("terminated");
    const part = Buffer.concat(chunks);
    expect(part).toEqual(whole.subarray(0, Math.floor(whole.length * after)));
    // The rest by itself.
    const rest = await fetch(url, { headers: { range: `bytes=${part.length}-` } });
    expect(rest.status).toBe(206);
    expect(rest.headers.get("content-range")).toBe(
      `bytes ${part.length}-${whole.length - 1}/${whole.length}`,
    );
    expect(Buffer.concat([part, Buffer.from(await rest.arrayBuffer())])).toEqual(whole);
  });

  test("has no part beyond its end", async () => {
    const url = await exported();
    expect((await fetch(url, { headers: { range: "bytes=999999-" } })).status).toBe(416);
  });
});

test("a bulk operation fails at its end, too, with all its rows", async () => {
  stockShop(world.shop);
  world.shopify.faults.failBulk("fixture", { afterRows: 1000, errorCode: "TIMEOUT", evenAtEnd: true });
  const operation = await world.bulk("{ orders { edges { node { id } } } }");
  expect(operation).toMatchObject({ status: "FAILED", errorCode: "TIMEOUT", url: null });
  expect(await rowsOf(operation.partialDataUrl)).toHaveLength(3);
  expect(world.shopify.faults.injected("fixture")).toEqual({ bulk_failed: 1 });
});

describe("without read_all_orders", () => {
  // Now is 15 June: 60 days reach back to 16 April, 12:00Z.
  const old = (target: World) => ({
    hidden: target.shop.placeOrder({
      at: "2026-04-16T11:59:59Z",
      customerId: customer(target),
      lines: [{ price: 100, quantity: 1 }],
    }),
    shown: target.shop.placeOrder({ at: "2026-04-16T12:00:00Z", lines: [{ price: 100, quantity: 1 }] }),
  });
  const customer = (target: World): number | null => [...target.shop.customers.keys()][0] ?? null;

  test("orders older than 60 days are silently not there", async () => {
    const limited = await startWorld({ scopes: ["read_orders", "read_customers"] });
    const person = limited.shop.createCustomer({ at: "2026-01-01T00:00:00Z" });
    const { hidden, shown } = old(limited);
    const { data, errors } = await limited.graphql(
      `query Q($hidden: ID!, $ids: [ID!]!, $customer: ID!) {
        orders(first: 10) { nodes { name } } ordersCount { count } order(id: $hidden) { id } nodes(ids: $ids) { id }
        customer(id: $customer) { numberOfOrders lastOrder { id } orders(first: 5) { nodes { id } } }
      }`,
      {
        hidden: `gid://shopify/Order/${hidden.id}`,
        ids: [`gid://shopify/Order/${hidden.id}`, `gid://shopify/Order/${shown.id}`],
        customer: `gid://shopify/Customer/${person.id}`,
      },
    );
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      orders: { nodes: [{ name: shown.name }] },
      ordersCount: { count: 1 },
      order: null,
      nodes: [null, { id: `gid://shopify/Order/${shown.id}` }],
      customer: { numberOfOrders: "1", lastOrder: null, orders: { nodes: [] } },
    });
    const rows = await rowsOf((await limited.bulk("{ orders { edges { node { name } } } }")).url);
    expect(rows).toEqual([{ name: shown.name }]);
    await limited.stop();
  });

  test("the same by a fault, whatever was granted", async () => {
    old(world);
    world.shopify.faults.limitHistory("fixture");
    expect((await world.graphql("{ ordersCount { count } }")).data).toEqual({ ordersCount: { count: 1 } });
    world.shopify.faults.limitHistory("fixture", false);
    expect((await world.graphql("{ ordersCount { count } }")).data).toEqual({ ordersCount: { count: 2 } });
  });
});

test("several shops keep to themselves", async () => {
  stockShop(world.shop);
  const second = newShop({ handle: "second", currency: "JPY" });
  world.shopify.addShop(second);
  second.placeOrder({ lines: [{ price: 1500, quantity: 1 }] });
  const token = String((await world.exchange({}, second.domain)).body["access_token"]);
  const answer = await world.post(
    "{ shop { currencyCode } orders(first: 9) { nodes { totalPriceSet { shopMoney { amount } } } } }",
    token,
    second.domain,
  );
  expect(((await answer.json()) as { data: unknown }).data).toEqual({
    shop: { currencyCode: "JPY" },
    orders: { nodes: [{ totalPriceSet: { shopMoney: { amount: "1500.0" } } }] },
  });
  expect(() => world.shopify.addShop(second)).toThrow("already");
});

describe("instructions over HTTP", () => {
  const send = async (path: string, body?: unknown): Promise<{ status: number; body: unknown }> => {
    const response = await fetch(`${world.shopify.url}/sim${path}`, {
      ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }),
    });
    return { status: response.status, body: await response.json() };
  };

  test("change the shop", async () => {
    stockShop(world.shop);
    const told = await send("/fixture");
    expect(told.body).toMatchObject({ handle: "fixture", currency: "EUR", orders: 3, customers: 2 });
    const { variants } = told.body as { variants: { id: number }[] };
    const placed = await send("/fixture/placeOrder", {
      lines: [{ variantId: variants[0]?.id, quantity: 2 }],
    });
    expect(placed).toMatchObject({ status: 200, body: { name: "#1004", originalTotal: 2000 } });
    const { id, lines } = placed.body as { id: number; lines: { id: number }[] };
    await send("/fixture/refund", { orderId: id, lines: [{ lineItemId: lines[0]?.id, quantity: 1 }] });
    expect(world.shop.orders.get(id)?.currentTotal).toBe(1000);
    await send("/fixture/deleteOrder", { orderId: id });
    expect((await send("")).body).toMatchObject([{ handle: "fixture", orders: 3 }]);
  });

  test("set faults", async () => {
    await send("/fixture/throttle", { requests: 1 });
    expect((await world.graphql(QUERY)).errors?.[0]?.message).toBe("Throttled");
    await send("/fixture/uninstall", {});
    expect((await world.post(QUERY, world.token)).status).toBe(401);
  });

  test("set the faults of webhooks, bulk files and connections", async () => {
    for (const [name, body] of Object.entries({
      deliveries: { seed: 1, lost: 0.1, twice: 0.3, late: 0.2, lateByMs: 1000, tampered: 0.1, shuffled: 5 },
      outage: { milliseconds: 1000 },
      removeSubscription: { topic: "orders/create" },
      subscribe: { topic: "orders/create", uri: "/made", includeFields: ["id"] },
      killLink: { status: 404 },
      breakDownload: { after: 0.1, times: 2 },
      drop: { carriedOut: true },
    }))
      expect([name, await send(`/fixture/${name}`, body)]).toEqual([name, { status: 200, body: null }]);
    expect(world.shopify.webhooks.subscriptions("fixture", "orders/create")).toMatchObject([
      {
        shop: "fixture.myshopify.com",
        topic: "orders/create",
        uri: "/made",
        includeFields: ["id"],
        name: null,
      },
    ]);
    await expect(world.graphql(QUERY)).rejects.toThrow();
    expect((await send("/fixture/injected")).body).toEqual({ dropped_answer: 1 });
  });

  test("for all shops at once", async () => {
    expect(
      (await send("/-/chaos", { seed: 1, rates: { badGateway: 1, throttled: 0, tooManyRequests: 0 } }))
        .status,
    ).toBe(200);
    expect((await world.post(QUERY, world.token)).status).toBe(502);
    await send("/-/calm", {});
    expect((await world.post(QUERY, world.token)).status).toBe(200);
    expect((await send("/-/injected")).body).toEqual({ http_502: 1 });
    await send("/-/hold", {});
    await send("/-/advance", { milliseconds: 5000 });
    await send("/-/deliverLate", {});
    await send("/-/resume", {});
    expect(world.shopify.webhooks.clock).toBe(5000);
    expect((await send("/-/deliveries")).body).toEqual([]);
    expect((await send("/-/chaos", { seed: 1, rates: { lots: 1 } })).status).toBe(400);
    expect((await send("/-/explode", {})).status).toBe(404);
  });

  test("are refused when they make no sense", async () => {
    expect(await send("/fixture/refund", { orderId: 1 })).toEqual({
      status: 400,
      body: { error: "No order 1." },
    });
    expect((await send("/fixture/throttle", { requests: "many" })).status).toBe(400);
    expect((await send("/fixture/explode", {})).status).toBe(404);
    expect((await send("/nowhere/placeOrder", {})).status).toBe(404);
  });
});
