// The resource "orders": an order, its lines and its dated ledger in one read, so that no race between two can arise.
import { z } from "zod";
import { anyInstant, listedColumns, listedDates } from "./listed.ts";
import type { Resource } from "./resource.ts";

const money = "{ shopMoney { amount } }";
const moneyColumn = "STRUCT(shopMoney STRUCT(amount VARCHAR))";
const amount = z.string();
const moneySchema = z.object({ shopMoney: z.object({ amount }) });
const instant = z.iso.datetime({ offset: true });
const reference = z.object({ id: z.string() });
const country = z.object({ countryCodeV2: z.string().nullable() }).nullable();
/** What a merchant calls goods has up to 255 letters in Shopify. */
const named = (field: string) => `nullif(trim(left(${field}, 255)), '')`;

/** UnsignedInt64 is text in JSON. */
const bigCount = z.union([z.string(), z.number()]).transform(String);

const shared = { __typename: "VARCHAR", id: "VARCHAR", __parentId: "VARCHAR" };

export const orders: Resource = {
  name: "orders",
  type: "Order",
  sortKeys: "OrderSortKeys",
  lastChanged: "UPDATED_AT",
  merge: "ledger",
  vital: true,
  past: "windows",
  changedBy: "instant",
  inSightWith: "read_all_orders",
  scopes: ["read_orders", "read_customers"],
  readableWith: "read_orders",
  wishedScopes: ["read_all_orders", "read_products"],
  fields: [
    "name createdAt processedAt updatedAt cancelledAt test sourceName attribution { handle }",
    "displayFinancialStatus displayFulfillmentStatus tags customerLocale",
    {
      scope: "read_customers",
      fields: "customer { id createdAt numberOfOrders } purchasingEntity { __typename }",
    },
    "shippingAddress { countryCodeV2 } billingAddress { countryCodeV2 }",
    `originalTotalPriceSet ${money} currentTotalPriceSet { shopMoney { amount currencyCode } }`,
  ],
  schema: z.object({
    name: z.string(),
    createdAt: instant,
    processedAt: instant,
    updatedAt: instant,
    cancelledAt: instant.nullable(),
    test: z.boolean(),
    sourceName: z.string().nullable(),
    attribution: z.object({ handle: z.string() }).nullable(),
    displayFinancialStatus: z.string().nullable(),
    displayFulfillmentStatus: z.string().nullable(),
    // What orders are known by besides their money may be missing, and keeps no order out.
    tags: z.array(z.string()).nullish(),
    customerLocale: z.string().nullish(),
    purchasingEntity: z.object({ __typename: z.string() }).nullish(),
    customer: z
      .object({ id: z.string(), createdAt: instant, numberOfOrders: bigCount })
      .nullable()
      .optional(),
    shippingAddress: country,
    billingAddress: country,
    originalTotalPriceSet: moneySchema,
    currentTotalPriceSet: z.object({ shopMoney: z.object({ amount, currencyCode: z.string() }) }),
  }),
  connections: [
    {
      field: "lineItems",
      first: 20,
      fields: [
        `sku title vendor quantity currentQuantity isGiftCard sellingPlan { name } originalUnitPriceSet ${money}`,
        {
          scope: "read_products",
          fields: "product { id productType } variant { id inventoryItem { unitCost { amount } } }",
        },
      ],
      schema: z.object({
        sku: z.string().nullable(),
        title: z.string().nullish(),
        vendor: z.string().nullish(),
        sellingPlan: z.object({ name: z.string() }).nullish(),
        quantity: z.int(),
        currentQuantity: z.int(),
        isGiftCard: z.boolean(),
        originalUnitPriceSet: moneySchema,
        product: reference.extend({ productType: z.string().nullish() }).nullable().optional(),
        variant: reference
          .extend({ inventoryItem: z.object({ unitCost: z.object({ amount }).nullable() }).nullable() })
          .nullable()
          .optional(),
      }),
      connections: [],
    },
    {
      field: "agreements",
      first: 10,
      fields: ["happenedAt reason"],
      schema: z.object({ happenedAt: instant, reason: z.string() }),
      connections: [
        {
          field: "sales",
          first: 20,
          fields: [
            `actionType lineType quantity totalAmount ${money} totalTaxAmount ${money}`,
            `totalDiscountAmountBeforeTaxes ${money}`,
            "... on ProductSale { lineItem { id } } ... on GiftCardSale { lineItem { id } }",
          ],
          schema: z.object({
            actionType: z.string(),
            lineType: z.string(),
            quantity: z.int().nullable(),
            totalAmount: moneySchema,
            totalTaxAmount: moneySchema,
            totalDiscountAmountBeforeTaxes: moneySchema,
            lineItem: reference.optional(),
          }),
          connections: [],
        },
      ],
    },
  ],
  stages: [
    {
      table: "stage_orders",
      columns: {
        ...shared,
        name: "VARCHAR",
        createdAt: "VARCHAR",
        processedAt: "VARCHAR",
        updatedAt: "VARCHAR",
        cancelledAt: "VARCHAR",
        test: "BOOLEAN",
        sourceName: "VARCHAR",
        attribution: "STRUCT(handle VARCHAR)",
        displayFinancialStatus: "VARCHAR",
        displayFulfillmentStatus: "VARCHAR",
        tags: "VARCHAR[]",
        customerLocale: "VARCHAR",
        purchasingEntity: "STRUCT(__typename VARCHAR)",
        customer: "STRUCT(id VARCHAR, createdAt VARCHAR, numberOfOrders VARCHAR)",
        shippingAddress: "STRUCT(countryCodeV2 VARCHAR)",
        billingAddress: "STRUCT(countryCodeV2 VARCHAR)",
        originalTotalPriceSet: moneyColumn,
        currentTotalPriceSet: "STRUCT(shopMoney STRUCT(amount VARCHAR, currencyCode VARCHAR))",
      },
      typename: "Order",
      select: {
        order_id: "gid(id)",
        customer_id: "gid(customer.id)",
        customer_created_at: "utc(customer.createdAt)",
        customer_orders: "CAST(customer.numberOfOrders AS BIGINT)",
        name: "name",
        created_at: "utc(createdAt)",
        placed_at: "utc(processedAt)",
        updated_at: "utc(updatedAt)",
        cancelled_at: "utc(cancelledAt)",
        test: "test",
        channel: "coalesce(nullif(attribution.handle, ''), nullif(sourceName, ''), 'unknown')",
        country: "coalesce(shippingAddress.countryCodeV2, billingAddress.countryCodeV2)",
        financial_status: "displayFinancialStatus",
        fulfillment_status: "displayFulfillmentStatus",
        original_total: "minor(originalTotalPriceSet.shopMoney.amount)",
        current_total: "minor(currentTotalPriceSet.shopMoney.amount)",
        currency: "currentTotalPriceSet.shopMoney.currencyCode",
        tags: "CAST(to_json(tags) AS VARCHAR)",
        b2b: "purchasingEntity.__typename = 'PurchasingCompany'",
        language: "nullif(lower(regexp_extract(customerLocale, '^([A-Za-z]{2,3})([-_]|$)', 1)), '')",
      },
    },
    {
      table: "stage_lines",
      columns: {
        ...shared,
        sku: "VARCHAR",
        title: "VARCHAR",
        vendor: "VARCHAR",
        sellingPlan: "STRUCT(name VARCHAR)",
        quantity: "BIGINT",
        currentQuantity: "BIGINT",
        isGiftCard: "BOOLEAN",
        originalUnitPriceSet: moneyColumn,
        product: "STRUCT(id VARCHAR, productType VARCHAR)",
        variant: "STRUCT(id VARCHAR, inventoryItem STRUCT(unitCost STRUCT(amount VARCHAR)))",
      },
      typename: "LineItem",
      select: {
        order_id: "gid(__parentId)",
        line_item_id: "gid(id)",
        product_id: "gid(product.id)",
        variant_id: "gid(variant.id)",
        sku: "sku",
        quantity: "quantity",
        current_quantity: "currentQuantity",
        unit_price: "minor(originalUnitPriceSet.shopMoney.amount)",
        gift_card: "isGiftCard",
        // A cost may be finer than the currency's smallest coin, which is minor('1') to its unit: rounded, not refused.
        unit_cost:
          "CAST(round(CAST(variant.inventoryItem.unitCost.amount AS DECIMAL(18, 6)) * minor('1')) AS BIGINT)",
        title: `CASE WHEN product.id IS NOT NULL THEN ${named("title")} END`,
        product_type: named("product.productType"),
        vendor: named("vendor"),
        subscription: "sellingPlan.name IS NOT NULL",
      },
    },
    {
      table: "stage_agreements",
      columns: { ...shared, happenedAt: "VARCHAR", reason: "VARCHAR" },
      typename: "%Agreement",
      select: {
        agreement_id: "gid(id)",
        order_id: "gid(__parentId)",
        reason: "reason",
        happened_at: "utc(happenedAt)",
      },
    },
    {
      table: "stage_sales",
      columns: {
        ...shared,
        actionType: "VARCHAR",
        lineType: "VARCHAR",
        quantity: "BIGINT",
        totalAmount: moneyColumn,
        totalTaxAmount: moneyColumn,
        totalDiscountAmountBeforeTaxes: moneyColumn,
        lineItem: "STRUCT(id VARCHAR)",
      },
      typename: "%Sale",
      select: {
        sale_id: "gid(id)",
        agreement_id: "gid(__parentId)",
        action: "actionType",
        line_type: "lineType",
        line_item_id: "gid(lineItem.id)",
        quantity: "quantity",
        total: "minor(totalAmount.shopMoney.amount)",
        tax: "minor(totalTaxAmount.shopMoney.amount)",
        discount: "minor(totalDiscountAmountBeforeTaxes.shopMoney.amount)",
      },
    },
  ],
  listing: {
    fields: [
      "createdAt processedAt updatedAt currentTotalPriceSet { shopMoney { amount } }",
      { scope: "read_customers", fields: "customer { id }" },
    ],
    schema: z.object({
      createdAt: anyInstant,
      processedAt: anyInstant,
      updatedAt: anyInstant,
      customer: z.object({ id: z.string() }).nullable().optional(),
      currentTotalPriceSet: z.object({ shopMoney: z.object({ amount: z.string() }) }),
    }),
    stage: {
      table: "listed_orders",
      columns: {
        ...listedColumns,
        processedAt: "VARCHAR",
        customer: "STRUCT(id VARCHAR)",
        currentTotalPriceSet: "STRUCT(shopMoney STRUCT(amount VARCHAR))",
      },
      typename: "Order",
      select: {
        ...listedDates,
        order_id: "gid(id)",
        placed_at: "utc_if_any(processedAt)",
        customer_id: "gid(customer.id)",
        // One that cannot be read differs from any.
        current_total: "minor_if_any(currentTotalPriceSet.shopMoney.amount)",
      },
    },
  },
  webhooks: {
    route: "/webhooks/orders",
    // orders/updated comes with fulfilments and with every step of a return, too: the topics of these that need a scope
    // of their own (read_fulfillments, read_returns) would tell nothing more.
    topics: {
      "orders/create": { ids: ["id"] },
      "orders/updated": { ids: ["id"] },
      "orders/cancelled": { ids: ["id"] },
      "orders/edited": { ids: ["order_edit.order_id"] },
      "orders/delete": { ids: ["id"], gone: true },
      "refunds/create": { ids: ["order_id"] },
      "returns/cancel": { ids: ["order.id"] },
      "returns/close": { ids: ["order.id"] },
      "returns/reopen": { ids: ["order.id"] },
    },
    changed: "orders/updated",
  },
};
