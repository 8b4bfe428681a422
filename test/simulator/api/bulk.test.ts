// Bulk operations: what is refused, how an operation goes, and what its file holds.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { gid } from "../../shopify/model.ts";
import type { Operation, World } from "./world.ts";
import { OPERATION_FIELDS, RUN_BULK, finished, rowsOf, startWorld, stockShop } from "./world.ts";

const MONEY = "{ shopMoney { amount } }";
const ORDER = `__typename id name createdAt displayFinancialStatus customer { id numberOfOrders } currentTotalPriceSet ${MONEY} refunds { id createdAt }`;
const LINE = `__typename id quantity variant { inventoryItem { unitCost { amount } } } originalUnitPriceSet ${MONEY}`;
const AGREEMENT = "__typename id happenedAt reason";
const SALE = `__typename id actionType lineType quantity totalAmount ${MONEY} ... on ProductSale { lineItem { id } }`;
const edges = (field: string, inside: string): string => `${field} { edges { node { ${inside} } } }`;
const nodes = (field: string, inside: string): string => `${field}(first: 5) { nodes { ${inside} } }`;
const LEDGER = `{ ${edges("orders", `${ORDER} ${edges("lineItems", LINE)} ${edges("agreements", `${AGREEMENT} ${edges("sales", SALE)}`)}`)} }`;

interface Started {
  bulkOperation: Operation | null;
  userErrors: { field: string[] | null; message: string; code: string }[];
}

let world: World;
beforeEach(async () => {
  world = await startWorld();
  stockShop(world.shop);
});
afterEach(() => world.stop());

const start = async (query: string, grouped = false): Promise<Started> => {
  const { data, errors } = await world.graphql(RUN_BULK, { query, grouped });
  if (data === null || data === undefined) throw new Error(JSON.stringify(errors));
  return data["bulkOperationRunQuery"] as Started;
};

describe("Shopify refuses", () => {
  test.each([
    [
      "contents by nodes",
      "{ orders { nodes { id } } }",
      [
        "All connection fields in a bulk query must select their contents using 'edges' > 'node', e.g: 'orders { edges { node {'. Selecting via 'nodes' is not supported. Invalid connection fields: 'orders'.",
      ],
    ],
    [
      "a top level node",
      '{ node(id: "gid://shopify/Order/1") { id } }',
      [
        "Bulk queries cannot contain a top level `node` field.",
        "Bulk queries must contain at least one connection.",
      ],
    ],
    ["no connection", "{ shop { name } }", ["Bulk queries must contain at least one connection."]],
    [
      "more than five connections",
      `{ ${edges("orders", `id ${edges("lineItems", "id")} ${edges("agreements", "id")} ${edges("returns", "id")} ${edges("events", "id")} ${edges("metafields", "id")}`)} }`,
      ["Bulk queries cannot contain more than 5 connections."],
    ],
    [
      "connections deeper than two below the root",
      `{ ${edges("orders", `id ${edges("returns", `id ${edges("refunds", `id ${edges("refundLineItems", "quantity")}`)}`)}`)} }`,
      ["Bulk queries cannot contain connections with a nesting depth greater than 2."],
    ],
    [
      "a parent without its id",
      `{ ${edges("orders", `name ${edges("lineItems", "id")}`)} }`,
      [
        "The parent 'node' field for a nested connection must select the 'id' field without an alias and must be of 'ID' return type. Connection fields without 'id': orders.",
      ],
    ],
    [
      "a parent whose id has an alias",
      `{ ${edges("orders", `key: id ${edges("lineItems", "id")}`)} }`,
      [
        "The parent 'node' field for a nested connection must select the 'id' field without an alias and must be of 'ID' return type. Connection fields without 'id': orders.",
      ],
    ],
    [
      "a connection in a list",
      `{ ${edges("orders", `id refunds { ${edges("refundLineItems", "quantity")} }`)} }`,
      ["Queries that contain a connection field within a list field are not currently supported."],
    ],
    [
      "a mutation",
      'mutation { bulkOperationCancel(id: "x") { userErrors { message } } }',
      ["Invalid operation type. Only `query` operations are supported."],
    ],
    [
      "an unknown field",
      `{ ${edges("orders", "nope")} }`,
      ["Invalid bulk query: Field 'nope' doesn't exist on type 'Order'"],
    ],
    ["an empty query", " ", ["Invalid bulk query: syntax error, unexpected end of file"]],
  ])("%s", async (_what, query, messages) => {
    const { bulkOperation, userErrors } = await start(query);
    expect(bulkOperation).toBeNull();
    expect(userErrors).toEqual(messages.map((message) => ({ field: ["query"], message, code: "INVALID" })));
  });

  test("a query that is too large", async () => {
    const query = `{ ${edges("orders", "id")} }${" ".repeat(65_535)}`;
    const { userErrors } = await start(query);
    expect(userErrors[0]?.message).toBe(`Query is too large (${query.length} bytes; maximum is 65535 bytes)`);
  });

  test("what fragments hide", async () => {
    const { userErrors } = await start(
      `{ ${edges("orders", "...Hidden")} } fragment Hidden on Order { name ${edges("lineItems", "id")} }`,
    );
    expect(userErrors[0]?.message).toContain("Connection fields without 'id': orders.");
  });
});

describe("the file", () => {
  test("holds every row once, children with their parent's id", async () => {
    const operation = await world.bulk(LEDGER);
    expect(operation).toMatchObject({
      status: "COMPLETED",
      errorCode: null,
      rootObjectCount: "3",
      partialDataUrl: null,
    });
    const rows = await rowsOf(operation.url);
    expect(String(rows.length)).toBe(operation.objectCount);
    const of = (type: RegExp) => rows.filter((row) => type.test(String(row["__typename"])));
    // Two lines, one, one; an agreement each and the refund's; two lines and shipping, one, one, and the return.
    expect([/^Order$/, /^LineItem$/, /Agreement$/, /Sale$/].map((type) => of(type).length)).toEqual([
      3, 4, 4, 6,
    ]);
    const ids = new Set(rows.map((row) => row["id"]));
    for (const row of rows) {
      if (row["__typename"] === "Order") expect(row).not.toHaveProperty("__parentId");
      else expect(ids).toContain(row["__parentId"]);
      expect(row).not.toHaveProperty("lineItems");
    }
    expect(Number(operation.fileSize)).toBe(
      (await (await fetch(String(operation.url))).arrayBuffer()).byteLength,
    );
  });

  test("agrees with the same query paged", async () => {
    const { data } = await world.graphql(
      `{ ${nodes("orders", `${ORDER} ${nodes("lineItems", LINE)} ${nodes("agreements", `${AGREEMENT} ${nodes("sales", SALE)}`)}`)} }`,
    );
    interface Node {
      id: string;
      [key: string]: unknown;
    }
    const flat = (list: unknown, parent?: string): Record<string, unknown>[] =>
      (list as { nodes: Node[] }).nodes.flatMap(({ lineItems, agreements, sales, ...row }) => [
        parent === undefined ? row : { ...row, __parentId: parent },
        ...[lineItems, agreements, sales].flatMap((children) => (children ? flat(children, row.id) : [])),
      ]);
    const byId = (rows: Record<string, unknown>[]) =>
      rows.sort((a, b) => String(a["id"]).localeCompare(String(b["id"])));
    const rows = await rowsOf((await world.bulk(LEDGER)).url);
    expect(byId(rows)).toEqual(byId(flat(data?.["orders"])));
  });

  test("filters as a page does, and has no link when nothing matches", async () => {
    const some = await world.bulk(`{ ${edges(`orders(query: "created_at:>=2026-05-02")`, "id name")} }`);
    expect((await rowsOf(some.url)).map((row) => row["name"]).toSorted()).toEqual(["#1002", "#1003"]);
    const none = await world.bulk(`{ ${edges(`orders(query: "created_at:>=2027-01-01")`, "id name")} }`);
    expect(none).toMatchObject({ status: "COMPLETED", objectCount: "0", url: null });
  });

  test("mixes the rows unless they are grouped, in the same way each time", async () => {
    for (let i = 0; i < 40; i += 1)
      world.shop.placeOrder({
        customerId: null,
        lines: [
          { price: 100 + i, quantity: 1 },
          { price: 50, quantity: 1 },
        ],
      });
    const query = `{ ${edges("orders", `id ${edges("lineItems", "id")}`)} }`;
    const adjacent = (rows: Record<string, unknown>[]): number =>
      rows.filter((row, index) => {
        const above = rows.slice(0, index).findLast((each) => !("__parentId" in each));
        return !("__parentId" in row) || above?.["id"] === row["__parentId"];
      }).length;
    const grouped = await rowsOf((await world.bulk(query, true)).url);
    expect(adjacent(grouped)).toBe(grouped.length);
    const mixed = await rowsOf((await world.bulk(query)).url);
    expect(mixed).toHaveLength(grouped.length);
    expect(adjacent(mixed)).toBeLessThan(grouped.length / 2);
  });
});

describe("an operation", () => {
  test("starts as CREATED and is listed", async () => {
    const { bulkOperation } = await start(LEDGER);
    expect(bulkOperation).toMatchObject({ status: "CREATED", objectCount: "0", url: null });
    await finished(world.graphql, bulkOperation?.id ?? "");
    await world.bulk(`{ ${edges("customers", "id")} }`);
    const { data } = await world.graphql(
      `{ bulkOperations(first: 5, query: "status:completed operation_type:query", sortKey: CREATED_AT) { nodes { id status type query } } currentBulkOperation { query } }`,
    );
    expect((data?.["bulkOperations"] as { nodes: Operation[] }).nodes).toHaveLength(2);
    expect(data).toMatchObject({ currentBulkOperation: { query: `{ ${edges("customers", "id")} }` } });
  });

  test("needs every scope of its query, or fails as a whole", async () => {
    const limited = await startWorld({ scopes: ["read_orders"] });
    stockShop(limited.shop);
    const returned = "agreements { edges { node { id ... on ReturnAgreement { return { id } } } } }";
    for (const field of ["customer { id }", "returns { edges { node { id } } }", "email", returned]) {
      const operation = await limited.bulk(`{ ${edges("orders", `id ${field}`)} }`);
      expect(operation).toMatchObject({
        status: "FAILED",
        errorCode: "ACCESS_DENIED",
        url: null,
        partialDataUrl: null,
      });
    }
    expect(await limited.bulk(`{ ${edges("orders", "id")} }`)).toMatchObject({ status: "COMPLETED" });
    await limited.stop();
  });

  test("says at once what is not simulated", async () => {
    const { errors } = await world.graphql(RUN_BULK, {
      query: `{ ${edges("orders", "id fulfillments { id }")} }`,
      grouped: false,
    });
    expect(errors?.[0]?.message).toBe("not simulated: Order.fulfillments");
  });

  test("keeps its link for seven days", async () => {
    const operation = await world.bulk(LEDGER);
    const url = new URL(String(operation.url));
    expect((await fetch(url)).status).toBe(200);
    const forged = new URL(url);
    forged.searchParams.set("Expires", "99999999999");
    expect((await fetch(forged)).status).toBe(403);
    world.setNow(new Date("2026-06-22T12:00:01Z"));
    const late = await fetch(url);
    expect(late.status).toBe(403);
    expect(await late.text()).toContain("ExpiredToken");
    const { body } = await world.exchange();
    const read = await world.post(
      `{ bulkOperation(id: "${operation.id}") { status url } }`,
      String(body["access_token"]),
    );
    expect(await read.json()).toMatchObject({ data: { bulkOperation: { status: "EXPIRED", url: null } } });
  });

  test("fails on request, with what it had by then", async () => {
    world.shopify.faults.failBulk(world.shop.domain, { afterRows: 5 });
    const operation = await world.bulk(LEDGER);
    expect(operation).toMatchObject({
      status: "FAILED",
      errorCode: "INTERNAL_SERVER_ERROR",
      objectCount: "5",
      url: null,
    });
    expect(await rowsOf(operation.partialDataUrl)).toHaveLength(5);
    expect(await world.bulk(LEDGER)).toMatchObject({ status: "COMPLETED" });
  });
});

describe("at a believable pace", () => {
  let slow: World;
  beforeAll(async () => {
    // Asked without a pause, a smaller plan's budget is spent before an operation ends.
    slow = await startWorld({ bulkPace: "believable", shop: { plan: "Plus" } });
    stockShop(slow.shop);
    for (let i = 0; i < 2000; i += 1)
      slow.shop.placeOrder({
        customerId: null,
        lines: [
          { price: 100, quantity: 1 },
          { price: 200, quantity: 1 },
        ],
      });
  });
  afterAll(() => slow.stop());

  const run = async (query: string): Promise<Started> =>
    (await slow.graphql(RUN_BULK, { query, grouped: false })).data?.["bulkOperationRunQuery"] as Started;

  test("its count grows while it runs", async () => {
    const { bulkOperation } = await run(LEDGER);
    const seen = new Set<string>();
    const counts: number[] = [];
    const deadline = performance.now() + 30_000;
    for (let status = "CREATED"; !["COMPLETED", "FAILED"].includes(status) && performance.now() < deadline;) {
      const { data } = await slow.graphql(
        `query Op($id: ID!) { bulkOperation(id: $id) { ${OPERATION_FIELDS} } }`,
        {
          id: bulkOperation?.id,
        },
      );
      const operation = data?.["bulkOperation"] as Operation;
      status = operation.status;
      seen.add(status);
      counts.push(Number(operation.objectCount));
    }
    expect([...seen]).toEqual(["CREATED", "RUNNING", "COMPLETED"]);
    expect(counts).toEqual(counts.toSorted((a, b) => a - b));
    expect(new Set(counts).size).toBeGreaterThan(2);
  });

  test("five run at once, the sixth is refused, and they can be cancelled", async () => {
    const running = await Promise.all(Array.from({ length: 5 }, () => run(LEDGER)));
    const ids = running.map((each) => each.bulkOperation?.id ?? "");
    const sixth = await run(LEDGER);
    expect(sixth).toEqual({
      bulkOperation: null,
      userErrors: [
        {
          field: null,
          code: "OPERATION_IN_PROGRESS",
          message: `A bulk query operation for this app and shop is already in progress: ${ids.join(", ")}`,
        },
      ],
    });
    const CANCEL =
      "mutation C($id: ID!) { bulkOperationCancel(id: $id) { bulkOperation { id status } userErrors { field message } } }";
    for (const id of ids) {
      const { data } = await slow.graphql(CANCEL, { id });
      expect(data?.["bulkOperationCancel"]).toEqual({
        bulkOperation: { id, status: "CANCELING" },
        userErrors: [],
      });
    }
    for (const id of ids) expect((await finished(slow.graphql, id)).status).toBe("CANCELED");
    const again = (await slow.graphql(CANCEL, { id: ids[0] })).data?.["bulkOperationCancel"];
    expect(again).toMatchObject({ bulkOperation: { id: ids[0] }, userErrors: [{ field: null }] });
    const unknown = (await slow.graphql(CANCEL, { id: gid("BulkOperation", 999_999) })).data?.[
      "bulkOperationCancel"
    ];
    expect(unknown).toMatchObject({
      bulkOperation: null,
      userErrors: [{ message: "Bulk operation does not exist" }],
    });
  });
});
