// What the Admin API answers: data of the shop, and errors in Shopify's words.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { gid } from "../../shopify/model.ts";
import type { World } from "./world.ts";
import { stockShop, startWorld } from "./world.ts";

let world: World;
let ids: ReturnType<typeof stockShop>;

beforeAll(async () => {
  world = await startWorld();
  ids = stockShop(world.shop);
});
afterAll(() => world.stop());

describe("data", () => {
  test("an order with its lines, ledger, refund and customer", async () => {
    const { data, errors } = await world.graphql(
      `query One($id: ID!) { order(id: $id) {
        __typename id name createdAt processedAt test sourceName taxesIncluded
        attribution { handle displayName }
        displayFinancialStatus displayFulfillmentStatus returnStatus
        shippingAddress { countryCodeV2 }
        customer { id numberOfOrders amountSpent { amount currencyCode } }
        originalTotalPriceSet { shopMoney { amount currencyCode } }
        currentTotalPriceSet { shopMoney { amount } }
        totalRefundedSet { shopMoney { amount } }
        lineItems(first: 5) { nodes { quantity currentQuantity sku variant { inventoryItem { unitCost { amount } } } originalUnitPriceSet { shopMoney { amount } } totalDiscountSet { shopMoney { amount } } } }
        refunds { createdAt totalRefundedSet { shopMoney { amount } } refundLineItems(first: 5) { nodes { quantity subtotalSet { shopMoney { amount } } } } }
        agreements(first: 5) { nodes {
          __typename reason happenedAt
          ... on RefundAgreement { refund { id } }
          sales(first: 5) { nodes { __typename actionType lineType quantity totalAmount { shopMoney { amount } } totalDiscountAmountBeforeTaxes { shopMoney { amount } } ... on ProductSale { lineItem { quantity } } } }
        } }
      } }`,
      { id: gid("Order", ids.orders[1] ?? 0) },
    );
    expect(errors).toBeUndefined();
    // 3 mugs of 10.00 less 3.00; one of them comes back: 9.00.
    expect(data?.["order"]).toMatchObject({
      __typename: "Order",
      createdAt: "2026-05-02T10:00:00Z",
      attribution: { handle: "online_store", displayName: "Online Store" },
      displayFinancialStatus: "PARTIALLY_REFUNDED",
      shippingAddress: { countryCodeV2: "AT" },
      customer: { numberOfOrders: "1", amountSpent: { amount: "18.0", currencyCode: "EUR" } },
      originalTotalPriceSet: { shopMoney: { amount: "27.0", currencyCode: "EUR" } },
      currentTotalPriceSet: { shopMoney: { amount: "18.0" } },
      totalRefundedSet: { shopMoney: { amount: "9.0" } },
      lineItems: {
        nodes: [
          {
            quantity: 3,
            currentQuantity: 2,
            variant: { inventoryItem: { unitCost: { amount: "4.0" } } },
            originalUnitPriceSet: { shopMoney: { amount: "10.0" } },
          },
        ],
      },
      refunds: [
        {
          createdAt: "2026-06-01T08:00:00Z",
          refundLineItems: { nodes: [{ quantity: 1, subtotalSet: { shopMoney: { amount: "9.0" } } }] },
        },
      ],
      agreements: {
        nodes: [
          {
            __typename: "OrderAgreement",
            reason: "ORDER",
            sales: {
              nodes: [
                {
                  __typename: "ProductSale",
                  actionType: "ORDER",
                  lineType: "PRODUCT",
                  quantity: 3,
                  totalAmount: { shopMoney: { amount: "27.0" } },
                  totalDiscountAmountBeforeTaxes: { shopMoney: { amount: "3.0" } },
                  lineItem: { quantity: 3 },
                },
              ],
            },
          },
          {
            __typename: "RefundAgreement",
            reason: "REFUND",
            refund: { id: expect.stringMatching(/^gid:\/\/shopify\/Refund\/\d+$/) as string },
            sales: {
              nodes: [{ actionType: "RETURN", quantity: -1, totalAmount: { shopMoney: { amount: "-9.0" } } }],
            },
          },
        ],
      },
    });
  });

  test("a guest order has no customer, and unknown ids are null", async () => {
    const { data } = await world.graphql(
      `query Some($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on Order { customer { id } } } }`,
      { ids: [gid("Order", ids.orders[2] ?? 0), gid("Order", 1), gid("Customer", ids.customers[0] ?? 0)] },
    );
    expect(data?.["nodes"]).toEqual([
      { __typename: "Order", id: gid("Order", ids.orders[2] ?? 0), customer: null },
      null,
      { __typename: "Customer", id: gid("Customer", ids.customers[0] ?? 0) },
    ]);
  });

  test("the shop, the installation and counts", async () => {
    const { data } = await world.graphql(`{
      shop { name myshopifyDomain currencyCode ianaTimezone timezoneOffsetMinutes createdAt plan { publicDisplayName shopifyPlus } }
      currentAppInstallation { accessScopes { handle } }
      all: ordersCount { count precision }
      few: ordersCount(limit: 2) { count precision }
      customersCount(query: "orders_count:>=1") { count precision }
    }`);
    expect(data).toMatchObject({
      shop: {
        name: "Fixture",
        currencyCode: "EUR",
        ianaTimezone: "Europe/Berlin",
        timezoneOffsetMinutes: 120,
      },
      currentAppInstallation: {
        accessScopes: expect.arrayContaining([{ handle: "read_all_orders" }]) as unknown,
      },
      all: { count: 3, precision: "EXACT" },
      few: { count: 2, precision: "AT_LEAST" },
      customersCount: { count: 2, precision: "EXACT" },
    });
  });

  test("a customer's statistics, consent and last order", async () => {
    const { data, errors } = await world.graphql(
      `query One($id: ID!) { customer(id: $id) {
        createdAt tags numberOfOrders statistics { rfmGroup predictedSpendTier } lastOrder { id }
        defaultAddress { countryCodeV2 } defaultEmailAddress { marketingState } orders(first: 1) { nodes { id } }
      } }`,
      { id: gid("Customer", ids.customers[1] ?? 0) },
    );
    expect(errors).toBeUndefined();
    expect(data?.["customer"]).toMatchObject({
      statistics: { rfmGroup: expect.stringMatching(/^[A-Z_]+$/) as string, predictedSpendTier: "LOW" },
      lastOrder: { id: gid("Order", ids.orders[1] ?? 0) },
      defaultAddress: { countryCodeV2: "AT" },
      defaultEmailAddress: { marketingState: "SUBSCRIBED" },
      orders: { nodes: [{ id: gid("Order", ids.orders[1] ?? 0) }] },
    });
  });

  test("presentment money is in the customer's currency", async () => {
    const order = world.shop.orders.get(ids.orders[0] ?? 0);
    if (order === undefined) throw new Error("The fixture has lost its first order.");
    order.presentmentCurrency = "JPY";
    const { data } = await world.graphql(
      `query One($id: ID!) { order(id: $id) { totalPriceSet { shopMoney { amount currencyCode } presentmentMoney { amount currencyCode } } } }`,
      { id: gid("Order", order.id) },
    );
    expect(data?.["order"]).toMatchObject({
      totalPriceSet: {
        shopMoney: { amount: "30.4", currencyCode: "EUR" },
        presentmentMoney: { amount: expect.stringMatching(/^\d+\.0$/) as string, currencyCode: "JPY" },
      },
    });
  });
});

describe("errors", () => {
  const error = async (query: string, variables: Record<string, unknown> = {}) =>
    (await world.graphql(query, variables)).errors?.[0];

  test.each([
    [
      "a field that does not exist",
      "query Op { orders(first: 1) { nodes { nope } } }",
      "Field 'nope' doesn't exist on type 'Order'",
      { code: "undefinedField", typeName: "Order", fieldName: "nope" },
      ["query Op", "orders", "nodes", "nope"],
    ],
    [
      "a missing argument",
      "{ order { id } }",
      "Field 'order' is missing required arguments: id",
      { code: "missingRequiredArguments", className: "Field", name: "order", arguments: "id" },
      ["query", "order"],
    ],
    [
      "an argument that is not accepted",
      "{ orders(first: 1, nope: 2) { nodes { id } } }",
      "Field 'orders' doesn't accept argument 'nope'",
      { code: "argumentNotAccepted", name: "orders", typeName: "Field", argumentName: "nope" },
      ["query", "orders", "nope"],
    ],
    [
      "a literal of the wrong type",
      '{ orders(first: "x") { nodes { id } } }',
      "Argument 'first' on Field 'orders' has an invalid value (\"x\"). Expected type 'Int'.",
      { code: "argumentLiteralsIncompatible", typeName: "Field", argumentName: "first" },
      ["query", "orders"],
    ],
    [
      "an object without a selection",
      "{ orders(first: 1) { nodes { customer } } }",
      "Field must have selections (field 'customer' returns Customer but has no selections. Did you mean 'customer { ... }'?)",
      { code: "selectionMismatch", nodeName: "field 'customer'", typeName: "Customer" },
      ["query", "orders", "nodes", "customer"],
    ],
    [
      "a variable that is not used",
      "query Op($x: Int) { shop { name } }",
      "Variable $x is declared by Op but not used",
      { code: "variableNotUsed", variableName: "x" },
      ["query Op"],
    ],
  ])("%s", async (_what, query, message, extensions, path) => {
    expect(await error(query)).toMatchObject({ message, extensions, path });
  });

  test("a document that cannot be parsed", async () => {
    expect(await error("{ shop { name }")).toMatchObject({
      message: "syntax error, unexpected end of file",
      extensions: { code: "PARSE_ERROR" },
    });
  });

  test("a variable with the wrong value", async () => {
    expect(await error("query Op($id: ID!) { order(id: $id) { id } }", { id: null })).toMatchObject({
      message: "Variable $id of type ID! was provided invalid value",
      extensions: {
        code: "INVALID_VARIABLE",
        value: null,
        problems: [{ path: [], explanation: "Expected value to not be null" }],
      },
    });
  });

  test("an id of another kind", async () => {
    expect(await error('{ order(id: "gid://shopify/Customer/1") { id } }')).toMatchObject({
      extensions: { code: "RESOURCE_NOT_FOUND" },
      path: ["order"],
    });
  });

  test("a field of the schema that is not served is an error and never an empty answer", async () => {
    expect(await error("{ orders(first: 1) { nodes { fulfillments { id } } } }")).toMatchObject({
      message: "not simulated: Order.fulfillments",
    });
    expect(await error("{ collections(first: 1) { nodes { id } } }")).toMatchObject({
      message: expect.stringContaining("QueryRoot.collections") as string,
    });
  });

  test("a list without a page size, with too large a one, and with both", async () => {
    expect((await error("{ orders { nodes { id } } }"))?.message).toBe(
      "you must provide one of first or last",
    );
    expect((await error("{ orders(first: 1, last: 1) { nodes { id } } }"))?.message).toBe(
      "providing both first and last is not supported",
    );
    expect((await error("{ orders(first: 251) { nodes { id } } }"))?.message).toBe("first cannot exceed 250");
  });

  test("a body without a query", async () => {
    const response = await fetch(`${world.shopify.url}/admin/api/2026-10/graphql.json`, {
      method: "POST",
      headers: { "x-sim-shop": world.shop.domain, "x-shopify-access-token": world.token },
      body: "{}",
    });
    expect(response.status).toBe(400);
  });

  test("another version, another shop", async () => {
    const at = (path: string, shop: string): Promise<Response> =>
      fetch(`${world.shopify.url}${path}`, { method: "POST", headers: { "x-sim-shop": shop }, body: "{}" });
    expect((await at("/admin/api/1999-01/graphql.json", world.shop.domain)).status).toBe(404);
    expect((await at("/admin/api/2026-10/graphql.json", "other.myshopify.com")).status).toBe(404);
  });
});

describe("access", () => {
  test("a missing scope is told in Shopify's words, and the nearest nullable field is null", async () => {
    const limited = await startWorld({ scopes: ["read_orders"] });
    stockShop(limited.shop);
    const customers = await limited.graphql("{ customers(first: 1) { nodes { id } } }");
    expect(customers.data).toBeNull();
    expect(customers.errors?.[0]).toMatchObject({
      message: "Access denied for customers field. Required access: `read_customers` access scope.",
      path: ["customers"],
      extensions: {
        code: "ACCESS_DENIED",
        documentation: "https://shopify.dev/api/usage/access-scopes",
        requiredAccess: "`read_customers` access scope.",
      },
    });
    const orders = await limited.graphql("{ orders(first: 1) { nodes { name customer { id } } } }");
    expect(orders.data).toMatchObject({ orders: { nodes: [{ customer: null }] } });
    expect(orders.errors?.[0]?.path).toEqual(["orders", "nodes", 0, "customer"]);
    const id = gid("Customer", [...limited.shop.customers.keys()][0] ?? 0);
    const byNode = await limited.graphql("query N($id: ID!) { node(id: $id) { id } }", { id });
    expect(byNode).toMatchObject({
      data: { node: null },
      errors: [{ extensions: { code: "ACCESS_DENIED" } }],
    });
    await limited.stop();
  });

  test("writing implies reading", async () => {
    const writer = await startWorld({ scopes: ["write_customers"] });
    expect((await writer.graphql("{ customers(first: 1) { nodes { id } } }")).errors).toBeUndefined();
    await writer.stop();
  });

  test("names, e-mails, phones and streets are refused", async () => {
    const id = gid("Customer", ids.customers[0] ?? 0);
    const { data, errors } = await world.graphql(
      "query One($id: ID!) { customer(id: $id) { id firstName defaultAddress { zip } } }",
      { id },
    );
    expect(data).toEqual({ customer: { id, firstName: null, defaultAddress: { zip: null } } });
    expect(errors?.map((each) => each.extensions["code"])).toEqual(["ACCESS_DENIED", "ACCESS_DENIED"]);
    expect(errors?.[0]?.message).toContain("This app is not approved to use the firstName field.");
  });
});
