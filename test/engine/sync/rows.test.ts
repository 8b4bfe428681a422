// From Shopify's answer to the warehouse's tables: what a node's rows become, whichever way they were read.
import { mkdtemp, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { expect, it } from "vitest";
import { customers } from "../../../app/sync/resources/customers.ts";
import { orders } from "../../../app/sync/resources/orders.ts";
import { nodeSchema, numericId, rowsOf } from "../../../app/shopify/resource.ts";
import type { Resource } from "../../../app/sync/resources/resource.ts";
import { describeWarehouses } from "../../tools/setup/warehouses.ts";
import { reaching } from "../warehouse/reaching.ts";

const shop = "rows.myshopify.com";
const money = (amount: string) => ({ shopMoney: { amount } });
const page = (...nodes: object[]) => ({ nodes, pageInfo: { hasNextPage: false, endCursor: null } });

const sale = (id: number, type: string, more: object) => ({
  __typename: type,
  id: `gid://shopify/Sale/${id}`,
  actionType: "ORDER",
  lineType: "PRODUCT",
  quantity: 2,
  totalTaxAmount: money("0.0"),
  totalDiscountAmountBeforeTaxes: money("0.0"),
  ...more,
});

const order = {
  __typename: "Order",
  id: "gid://shopify/Order/1",
  name: "#1001",
  createdAt: "2026-03-29T00:59:59Z",
  processedAt: "2026-03-29T00:59:59Z",
  updatedAt: "2026-04-02T10:00:00Z",
  cancelledAt: null,
  test: false,
  sourceName: "web",
  attribution: null,
  displayFinancialStatus: "SOME_NEW_STATUS",
  displayFulfillmentStatus: "FULFILLMENT_NOT_REQUIRED",
  customer: { id: "gid://shopify/Customer/7", createdAt: "2026-01-01T00:00:00Z", numberOfOrders: "3" },
  shippingAddress: null,
  billingAddress: { countryCodeV2: "DE" },
  originalTotalPriceSet: money("25.0"),
  currentTotalPriceSet: { shopMoney: { amount: "20.0", currencyCode: "EUR" } },
  lineItems: page({
    __typename: "LineItem",
    id: "gid://shopify/LineItem/11",
    sku: null,
    quantity: 2,
    currentQuantity: 2,
    isGiftCard: false,
    originalUnitPriceSet: money("10.0"),
    product: null,
    variant: { id: "gid://shopify/ProductVariant/9", inventoryItem: { unitCost: { amount: "3.1234" } } },
  }),
  agreements: page(
    {
      __typename: "OrderAgreement",
      id: "gid://shopify/OrderAgreement/21",
      happenedAt: "2026-03-29T01:00:01Z",
      reason: "ORDER",
      sales: page(
        sale(31, "ProductSale", {
          totalAmount: money("20.0"),
          lineItem: { id: "gid://shopify/LineItem/11" },
        }),
        sale(32, "SomeNewSale", { totalAmount: money("5.0"), lineType: "SOME_NEW_LINE", quantity: null }),
      ),
    },
    {
      __typename: "RefundAgreement",
      id: "gid://shopify/RefundAgreement/22",
      happenedAt: "2026-04-02T10:00:00Z",
      reason: "SOME_NEW_REASON",
      sales: page(
        sale(33, "AdjustmentSale", {
          totalAmount: money("-5.0"),
          lineType: "ADJUSTMENT",
          actionType: "RETURN",
          quantity: null,
        }),
      ),
    },
  ),
};

async function fileOf(resource: Resource, ...nodes: unknown[]): Promise<string> {
  const directory = await mkdtemp(path.join(os.tmpdir(), "segment-kpis-rows-"));
  const file = path.join(directory, "rows.jsonl");
  const rows = nodes.flatMap((node) => [...rowsOf(nodeSchema(resource).parse(node), resource.connections)]);
  await writeFile(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  return file;
}

describeWarehouses("rows of an order", (open) => {
  it("keep values Shopify may add, and book each sale on its own day", async () => {
    const warehouse = await open();
    await warehouse.of(shop).setMeta({
      currency: "EUR",
      decimals: 2,
      time_zone: "Europe/Berlin",
      ...reaching("loading"),
    });
    const files = [await fileOf(orders, order)];
    const merged = await warehouse.of(shop).merge({
      files,
      readAt: "2026-04-03T00:00:00Z",
      stages: orders.stages,
    });
    expect(merged).toMatchObject({ orders: 1, lines: 1, sales: 3, gaps: 0 });
    expect(
      await warehouse
        .of(shop)
        .query(
          "SELECT order_id, customer_id, local_day, channel, country, financial_status, original_total, current_total, placed_gap, total_gap FROM orders",
        ),
    ).toEqual([
      {
        order_id: 1,
        customer_id: 7,
        local_day: "2026-03-29",
        channel: "web",
        country: "DE",
        financial_status: "SOME_NEW_STATUS",
        original_total: 2500,
        current_total: 2000,
        placed_gap: 0,
        total_gap: 0,
      },
    ]);
    expect(
      await warehouse
        .of(shop)
        .query(
          "SELECT sale_id, agreement_id, reason, action, line_type, line_item_id, quantity, total, local_day FROM sales ORDER BY sale_id",
        ),
    ).toEqual([
      {
        sale_id: 31,
        agreement_id: 21,
        reason: "ORDER",
        action: "ORDER",
        line_type: "PRODUCT",
        line_item_id: 11,
        quantity: 2,
        total: 2000,
        local_day: "2026-03-29",
      },
      {
        sale_id: 32,
        agreement_id: 21,
        reason: "ORDER",
        action: "ORDER",
        line_type: "SOME_NEW_LINE",
        line_item_id: null,
        quantity: null,
        total: 500,
        local_day: "2026-03-29",
      },
      {
        sale_id: 33,
        agreement_id: 22,
        reason: "SOME_NEW_REASON",
        action: "RETURN",
        line_type: "ADJUSTMENT",
        line_item_id: null,
        quantity: null,
        total: -500,
        local_day: "2026-04-02",
      },
    ]);
    // A cost may be finer than a cent: 3.1234.
    expect(
      await warehouse.of(shop).query("SELECT product_id, variant_id, unit_cost FROM order_lines"),
    ).toEqual([{ product_id: null, variant_id: 9, unit_cost: 312 }]);
    // The order's customer counts before its own record has been read.
    expect(await warehouse.of(shop).query("SELECT customer_id, shopify_orders FROM customers")).toEqual([
      { customer_id: 7, shopify_orders: 3 },
    ]);
  });

  it("of a customer hold consent, tags and country, and nothing personal", async () => {
    const warehouse = await open();
    await warehouse.of(shop).setMeta({
      currency: "JPY",
      decimals: 0,
      time_zone: "Asia/Tokyo",
      ...reaching("loading"),
    });
    const customer = {
      __typename: "Customer",
      id: "gid://shopify/Customer/7",
      createdAt: "2026-01-01T20:00:00Z",
      updatedAt: "2026-01-02T00:00:00Z",
      tags: ["a, b", 'c"d'],
      numberOfOrders: "3",
      statistics: { predictedSpendTier: "HIGH", rfmGroup: "SOME_NEW_GROUP" },
      defaultAddress: { countryCodeV2: "JP" },
      defaultEmailAddress: { marketingState: "SUBSCRIBED" },
      email: "never@example.com",
    };
    const files = [await fileOf(customers, customer)];
    await warehouse.of(shop).merge({ files, readAt: "2026-04-03T00:00:00Z", stages: customers.stages });
    const rows = await warehouse.of(shop).query<Record<string, string>>("SELECT * FROM customers");
    expect(rows).toMatchObject([
      {
        customer_id: 7,
        created_day: "2026-01-02",
        email_consent: "SUBSCRIBED",
        country: "JP",
        shopify_orders: 3,
        rfm_group: "SOME_NEW_GROUP",
        spend_tier: "HIGH",
      },
    ]);
    expect(JSON.parse(rows[0]?.tags ?? "")).toEqual(["a, b", 'c"d']);
    expect(JSON.stringify(rows)).not.toContain("example.com");
  });
});

it("an id's number is exact or refused", () => {
  expect(numericId("gid://shopify/Order/5512345678901")).toBe(5512345678901);
  expect(() => numericId("gid://shopify/Order/99999999999999999999")).toThrow(/is no id/);
});
