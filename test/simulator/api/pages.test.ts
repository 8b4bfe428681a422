// Pages, sorts, cursors and the search syntax.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compileSearch } from "../../shopify/admin-api/search.ts";
import type { World } from "./world.ts";
import { startWorld, stockShop } from "./world.ts";

let world: World;

beforeAll(async () => {
  world = await startWorld();
  stockShop(world.shop);
});
afterAll(() => world.stop());

interface Page {
  nodes: { name: string }[];
  pageInfo: {
    hasNextPage: boolean;
    hasPreviousPage: boolean;
    endCursor: string | null;
    startCursor: string | null;
  };
}

const PAGE = `query P($first: Int, $last: Int, $after: String, $before: String, $query: String, $sortKey: OrderSortKeys, $reverse: Boolean) {
  orders(first: $first, last: $last, after: $after, before: $before, query: $query, sortKey: $sortKey, reverse: $reverse) {
    nodes { name }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}`;

const page = async (variables: Record<string, unknown>): Promise<Page> => {
  const { data, errors } = await world.graphql(PAGE, variables);
  if (data === null) throw new Error(JSON.stringify(errors));
  return data["orders"] as Page;
};

const names = async (query: string): Promise<string[]> =>
  (await page({ first: 50, query, sortKey: "CREATED_AT" })).nodes.map((node) => node.name);

describe("pages", () => {
  test("walk forwards through every order once", async () => {
    const first = await page({ first: 2, sortKey: "UPDATED_AT" });
    const rest = await page({ first: 2, sortKey: "UPDATED_AT", after: first.pageInfo.endCursor });
    expect(first.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
    expect(rest.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
    // The second order was refunded last.
    expect([...first.nodes, ...rest.nodes].map((node) => node.name)).toEqual(["#1001", "#1003", "#1002"]);
  });

  test("walk backwards, and reversed", async () => {
    const last = await page({ last: 2, sortKey: "CREATED_AT" });
    expect(last.nodes.map((node) => node.name)).toEqual(["#1002", "#1003"]);
    expect(last.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
    const before = await page({ last: 2, sortKey: "CREATED_AT", before: last.pageInfo.startCursor });
    expect(before.nodes.map((node) => node.name)).toEqual(["#1001"]);
    const reversed = await page({ first: 3, sortKey: "CREATED_AT", reverse: true });
    expect(reversed.nodes.map((node) => node.name)).toEqual(["#1003", "#1002", "#1001"]);
  });

  test("a cursor belongs to its query and its sort", async () => {
    const { pageInfo } = await page({ first: 1, sortKey: "CREATED_AT" });
    for (const other of [
      { sortKey: "UPDATED_AT" },
      { sortKey: "CREATED_AT", query: "test:false" },
      { sortKey: "CREATED_AT", reverse: true },
    ]) {
      const { errors } = await world.graphql(PAGE, { first: 1, after: pageInfo.endCursor, ...other });
      expect(errors?.[0]?.message).toBe("Invalid cursor for current pagination sort.");
    }
  });

  test("lists of an order have cursors too", async () => {
    const { data } = await world.graphql(
      `{ orders(first: 1, sortKey: CREATED_AT) { nodes { lineItems(first: 1) { edges { cursor node { title } } pageInfo { hasNextPage endCursor } } } } }`,
    );
    const [order] = (data?.["orders"] as { nodes: { lineItems: { pageInfo: { endCursor: string } } }[] })
      .nodes;
    expect(order).toMatchObject({
      lineItems: { edges: [{ node: { title: "Mug" } }], pageInfo: { hasNextPage: true } },
    });
    const next = await world.graphql(
      `query N($after: String) { orders(first: 1, sortKey: CREATED_AT) { nodes { lineItems(first: 5, after: $after) { nodes { title } pageInfo { hasNextPage } } } } }`,
      { after: order?.lineItems.pageInfo.endCursor },
    );
    expect(next.data).toMatchObject({
      orders: { nodes: [{ lineItems: { nodes: [{ title: "Tea" }], pageInfo: { hasNextPage: false } } }] },
    });
  });
});

test("a query can be paged through 25,000 records and no further", async () => {
  const large = await startWorld();
  for (let i = 0; i <= 25_000; i += 1) large.shop.createCustomer();
  const read = (after: string | null) =>
    large.graphql(
      `query C($after: String) { customers(first: 250, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } }`,
      { after },
    );
  let after: string | null = null;
  for (let page = 0; page < 100; page += 1) {
    const { data } = await read(after);
    after = (data?.["customers"] as Page).pageInfo.endCursor;
  }
  expect((await read(after)).errors?.[0]?.message).toContain("25000 records");
  await large.stop();
});

describe("search", () => {
  test.each([
    ["created_at:>='2026-05-02T10:00:00Z'", ["#1002", "#1003"]],
    ["created_at:>'2026-05-02T10:00:00Z'", ["#1003"]],
    ["created_at:<2026-05-02", ["#1001"]],
    ["created_at:2026-05-02", ["#1002"]],
    ["created_at:'2026-05-01..2026-05-02'", ["#1001", "#1002"]],
    ["created_at:>='2026-05-01T10:00:00Z' AND created_at:<'2026-05-02T10:00:00Z'", ["#1001"]],
    ["created_at:>='2026-05-01T12:00:00+02:00' created_at:<='2026-05-02T12:00:00+02:00'", ["#1001", "#1002"]],
    ["updated_at:>=2026-06-01", ["#1002"]],
    ["updated_at: >= '2026-06-01'", ["#1002"]],
    ["source_name:pos OR financial_status:partially_refunded", ["#1002", "#1003"]],
    ["-source_name:pos", ["#1001", "#1002"]],
    ["NOT (source_name:pos OR name:#1001)", ["#1002"]],
    ["name:1001", ["#1001"]],
    ["test:true", []],
    ["status:open", ["#1001", "#1002", "#1003"]],
    ["status:cancelled", []],
    ["created_at:2026", ["#1001", "#1002", "#1003"]],
    ["created_at:<now", ["#1001", "#1002", "#1003"]],
    ["#1003", ["#1003"]],
  ])("%s", async (query, expected) => {
    expect(await names(query)).toEqual(expected);
  });

  test("customer_id and ranges of ids", async () => {
    const [ada = 0] = [...world.shop.customers.keys()];
    expect(await names(`customer_id:${ada}`)).toEqual(["#1001"]);
    const [, second = 0] = [...world.shop.orders.keys()];
    expect(await names(`id:>=${second}`)).toEqual(["#1002", "#1003"]);
  });

  test("a bare date begins at midnight in the shop's time zone", async () => {
    // 10:00Z is noon in Berlin; the day begins at 22:00Z of the day before.
    expect(await names("created_at:>='2026-05-02'")).toEqual(["#1002", "#1003"]);
    expect(await names("created_at:<'2026-05-02T22:00:00Z' AND created_at:>=2026-05-03")).toEqual([]);
  });

  test("customers' updated_at matches whole days", async () => {
    const count = async (query: string): Promise<unknown> =>
      (await world.graphql("query C($q: String) { customersCount(query: $q) { count } }", { q: query })).data;
    // Bo's record changed on 1 June at 08:00Z, by the refund.
    expect(await count("updated_at:>='2026-06-01T23:00:00+02:00'")).toEqual({ customersCount: { count: 1 } });
    expect(await count("updated_at:>'2026-06-01T01:00:00+02:00'")).toEqual({ customersCount: { count: 0 } });
  });

  test("an unknown key matches everything, and only the extensions say so", async () => {
    const { data, extensions } = await world.graphql(
      `{ orders(first: 10, query: "nope:1 AND created_at:2026-05-02") { nodes { name } } }`,
    );
    expect(data).toMatchObject({ orders: { nodes: [{ name: "#1002" }] } });
    expect(extensions.search).toEqual([
      {
        path: ["orders"],
        query: "nope:1 AND created_at:2026-05-02",
        parsed: {
          and: [
            { field: "nope", match_all: "1" },
            { field: "created_at", match_all: "2026-05-02" },
          ],
        },
        warnings: [{ field: "nope", message: "Invalid search field for this query.", code: "invalid_field" }],
      },
    ]);
    expect(await names("nope:1")).toHaveLength(3);
    expect(await names("-nope:1")).toHaveLength(3);
  });

  test("so does a value that cannot be read", async () => {
    const { extensions, data } = await world.graphql(
      `{ aliased: orders(first: 10, query: "updated_at:>=yesterday") { nodes { name } } }`,
    );
    expect(data).toMatchObject({ aliased: { nodes: [{}, {}, {}] } });
    expect(extensions.search?.[0]).toMatchObject({
      path: ["aliased"],
      warnings: [{ field: "updated_at", code: "invalid_value" }],
    });
  });

  test("a key that Shopify has and the simulator has not is an error", async () => {
    const { errors } = await world.graphql(
      `{ orders(first: 1, query: "email:a@example.com") { nodes { id } } }`,
    );
    expect(errors?.[0]?.message).toBe("not simulated: search key email");
  });

  test("brackets, quotes and connectives make one predicate", () => {
    const resource = {
      documented: new Map<string, string>(),
      keys: { a: { type: "number" as const, value: (n: number) => n } },
      plain: () => () => true,
      timeZone: "UTC",
      now: new Date(0),
    };
    const matches = (query: string): number[] =>
      [1, 2, 3, 4, 5].filter(compileSearch(query, resource).matches);
    expect(matches("a:1 OR a:2 a:>1")).toEqual([1, 2]);
    expect(matches("(a:1 OR a:2) AND a:>1")).toEqual([2]);
    expect(matches('NOT a:1 AND -a:"2"')).toEqual([3, 4, 5]);
    expect(matches("a:2..4 NOT a:3")).toEqual([2, 4]);
    expect(matches("  ")).toEqual([1, 2, 3, 4, 5]);
  });
});
