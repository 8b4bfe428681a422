// Query costs against the figures worked out from recorded answers, and the bucket.
import { parse } from "graphql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Bucket, restoreRate } from "../../shopify/admin-api/bucket.ts";
import { costOf } from "../../shopify/admin-api/cost.ts";
import type { World } from "./world.ts";
import { startWorld, stockShop } from "./world.ts";

const HEADER =
  "fragment Header on Order { id updatedAt customer { id } shippingAddress { countryCodeV2 } billingAddress { countryCodeV2 } totalPriceSet { shopMoney { amount } } }";
const LINE =
  "fragment Line on LineItem { id product { id } variant { id inventoryItem { id unitCost { amount } } } originalTotalSet { shopMoney { amount } } }";
const REFUND = `fragment Back on Refund { id return { id } totalRefundedSet { shopMoney { amount } }
  refundLineItems(first: 50) { nodes { quantity lineItem { id } } pageInfo { hasNextPage } }
  refundShippingLines(first: 5) { nodes { id } }
  orderAdjustments(first: 5) { nodes { id reason } } }`;
const FULL = `...Header lineItems(first: 50) { nodes { ...Line } pageInfo { hasNextPage } } refunds(first: 20) { ...Back } fulfillments(first: 20) { id status }`;
const CUSTOMER =
  "id statistics { rfmGroup } lastOrder { id } defaultAddress { countryCodeV2 } defaultEmailAddress { marketingState } defaultPhoneNumber { smsMarketingConsent { state } }";

describe("the cost of", () => {
  test.each([
    [
      "250 order headers",
      `query Q($first: Int!) { orders(first: $first) { nodes { ...Header } pageInfo { hasNextPage } } } ${HEADER}`,
      46,
    ],
    [
      "250 whole orders",
      `query Q($first: Int!) { orders(first: $first) { nodes { ${FULL} } } } ${HEADER} ${LINE} ${REFUND}`,
      695,
    ],
    ["50 whole orders", `{ orders(first: 50) { nodes { ${FULL} } } } ${HEADER} ${LINE} ${REFUND}`, 443],
    [
      "orders by ids, however many",
      `query Q($ids: [ID!]!) { nodes(ids: $ids) { ... on Order { ${FULL} } } } ${HEADER} ${LINE} ${REFUND}`,
      63,
    ],
    ["250 customers", `{ customers(first: 250) { edges { node { ${CUSTOMER} } } } }`, 68],
    ["customers by ids", `query Q($ids: [ID!]!) { nodes(ids: $ids) { ... on Customer { ${CUSTOMER} } } }`, 6],
    [
      "four counts",
      "{ a: ordersCount { count } b: customersCount { count } c: abandonedCheckoutsCount { count } d: segmentsCount { count } }",
      40,
    ],
    [
      "a mutation",
      'mutation { bulkOperationRunQuery(query: "{ shop { id } }") { bulkOperation { id } userErrors { message } } }',
      10,
    ],
    ["a shop", "{ shop { name } }", 1],
  ])("%s", (_what, query, expected) => {
    const document = parse(query);
    const operation = document.definitions.find((each) => each.kind === "OperationDefinition");
    if (operation === undefined) throw new Error("The query holds no operation.");
    expect(costOf({ document, operation, variables: { first: 250, ids: ["a", "b"] } }).requested).toBe(
      expected,
    );
  });
});

describe("answers carry", () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
    stockShop(world.shop);
  });
  afterAll(() => world.stop());

  test("what was asked for, what came back, and what is left", async () => {
    const { extensions } = await world.graphql("{ orders(first: 250) { nodes { id customer { id } } } }");
    // 2 + 11 × 2 asked for; 2 + s(3) × (2 + 2 + 1) / 3 came back, the guest order having no customer.
    expect(extensions.cost).toMatchObject({ requestedQueryCost: 24, actualQueryCost: 6 });
    expect(extensions.cost.throttleStatus).toMatchObject({ maximumAvailable: 2000, restoreRate: 100 });
    const empty = await world.graphql(
      `{ orders(first: 250, query: "test:true") { nodes { id customer { id } } } }`,
    );
    expect(empty.extensions.cost.actualQueryCost).toBe(2);
  });

  test("MAX_COST_EXCEEDED for a query above 1000 points", async () => {
    const { data, errors } = await world.graphql(
      "{ orders(first: 250) { nodes { lineItems(first: 250) { nodes { variant { product { id } inventoryItem { id } } product { id } } } agreements(first: 250) { nodes { sales(first: 20) { nodes { id } } } } } } }",
    );
    expect(data).toBeUndefined();
    const cost = Number(errors?.[0]?.extensions["cost"]);
    expect(cost).toBeGreaterThan(1000);
    expect(errors?.[0]).toMatchObject({
      message: `Query cost is ${cost}, which exceeds the single query max cost limit (1000).`,
      extensions: { code: "MAX_COST_EXCEEDED", maxCost: 1000 },
    });
  });

  test("THROTTLED when the bucket is empty, with status 200", async () => {
    const query =
      "{ orders(first: 250) { nodes { lineItems(first: 250) { nodes { variant { product { id } inventoryItem { id } } } } } } }";
    let throttled = null;
    for (let i = 0; i < 200 && throttled === null; i += 1) {
      const answers = await Promise.all(Array.from({ length: 10 }, () => world.graphql(query)));
      throttled = answers.find((answer) => answer.errors !== undefined) ?? null;
    }
    expect(throttled?.errors?.[0]).toMatchObject({ message: "Throttled", extensions: { code: "THROTTLED" } });
    expect(throttled?.extensions.cost.actualQueryCost).toBeNull();
    expect(throttled?.extensions.cost.throttleStatus.currentlyAvailable).toBeLessThan(
      throttled?.extensions.cost.requestedQueryCost ?? 0,
    );
  });
});

describe("the bucket", () => {
  test("refuses what it does not hold and takes back what was not used", () => {
    const bucket = new Bucket(100);
    expect(bucket.take(1500)).toBe(true);
    expect(bucket.take(1500)).toBe(false);
    bucket.giveBack(1500);
    expect(bucket.take(1500)).toBe(true);
  });

  test("fills by plan", () => {
    expect(["Basic", "Grow", "Advanced", "Shopify Plus", "Enterprise"].map(restoreRate)).toEqual([
      100, 100, 200, 1000, 2000,
    ]);
  });
});
