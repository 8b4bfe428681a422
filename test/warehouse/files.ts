// Orders and customers in a form short enough to write in a test, as files in Shopify's bulk form, and the stages that
// read them.
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Load, Stage } from "../../app/warehouse/warehouse.server.ts";

export interface TestSale {
  id: number;
  action: string;
  line: string;
  item?: number;
  quantity?: number;
  total: string;
  tax?: string;
  discount?: string;
}

export interface TestOrder {
  id: number;
  customer?: number | undefined;
  /** Shopify's count of that customer's orders. */
  customerOrders?: number;
  createdAt?: string;
  placedAt: string;
  updatedAt?: string;
  test?: boolean;
  channel?: string;
  country?: string;
  original: string;
  current?: string;
  lines?: {
    id: number;
    product?: number;
    quantity: number;
    current?: number;
    price: string;
    giftCard?: boolean;
    cost?: string;
  }[];
  agreements?: { id: number; reason: string; at: string; sales: TestSale[] }[];
}

export interface TestCustomer {
  id: number;
  updatedAt: string;
  orders: number;
  consent?: string;
  tags?: string[];
  group?: string;
}

export const CUSTOMER_SINCE = "2023-01-01T00:00:00Z";

const gid = (type: string, id: number) => `gid://shopify/${type}/${id}`;

export function orderRows(order: TestOrder): object[] {
  const { id, placedAt } = order;
  return [
    {
      __typename: "Order",
      id: gid("Order", id),
      name: `#${id}`,
      createdAt: order.createdAt ?? placedAt,
      processedAt: placedAt,
      updatedAt: order.updatedAt ?? placedAt,
      test: order.test ?? false,
      channel: order.channel ?? "web",
      country: order.country ?? "DE",
      customer:
        order.customer === undefined
          ? null
          : {
              id: gid("Customer", order.customer),
              createdAt: CUSTOMER_SINCE,
              numberOfOrders: String(order.customerOrders ?? 1),
            },
      original: order.original,
      current: order.current ?? order.original,
    },
    ...(order.lines ?? []).map((line) => ({
      __typename: "LineItem",
      id: gid("LineItem", line.id),
      product: line.product === undefined ? null : gid("Product", line.product),
      quantity: line.quantity,
      currentQuantity: line.current ?? line.quantity,
      price: line.price,
      giftCard: line.giftCard ?? false,
      cost: line.cost,
      __parentId: gid("Order", id),
    })),
    ...(order.agreements ?? []).flatMap((agreement) => [
      {
        __typename: "OrderAgreement",
        id: gid("SalesAgreement", agreement.id),
        reason: agreement.reason,
        happenedAt: agreement.at,
        __parentId: gid("Order", id),
      },
      ...agreement.sales.map((sale) => ({
        __typename: "ProductSale",
        id: gid("Sale", sale.id),
        action: sale.action,
        line: sale.line,
        item: sale.item === undefined ? null : gid("LineItem", sale.item),
        quantity: sale.quantity,
        total: sale.total,
        tax: sale.tax ?? "0.0",
        discount: sale.discount ?? "0.0",
        __parentId: gid("SalesAgreement", agreement.id),
      })),
    ]),
  ];
}

export function customerRow(customer: TestCustomer): object {
  return {
    __typename: "Customer",
    id: gid("Customer", customer.id),
    createdAt: CUSTOMER_SINCE,
    updatedAt: customer.updatedAt,
    numberOfOrders: String(customer.orders),
    consent: customer.consent ?? null,
    tags: customer.tags ?? [],
    group: customer.group ?? null,
  };
}

const shared = { __typename: "VARCHAR", id: "VARCHAR", __parentId: "VARCHAR" };

export const stages: readonly Stage[] = [
  {
    table: "stage_orders",
    columns: {
      ...shared,
      name: "VARCHAR",
      createdAt: "VARCHAR",
      processedAt: "VARCHAR",
      updatedAt: "VARCHAR",
      test: "BOOLEAN",
      channel: "VARCHAR",
      country: "VARCHAR",
      customer: "STRUCT(id VARCHAR, createdAt VARCHAR, numberOfOrders VARCHAR)",
      original: "VARCHAR",
      current: "VARCHAR",
      currency: "VARCHAR",
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
      cancelled_at: "NULL",
      test: "test",
      channel: "channel",
      country: "country",
      financial_status: "NULL",
      fulfillment_status: "NULL",
      currency: "currency",
      original_total: "minor(original)",
      current_total: "minor(current)",
    },
  },
  {
    table: "stage_lines",
    columns: {
      ...shared,
      product: "VARCHAR",
      quantity: "BIGINT",
      currentQuantity: "BIGINT",
      price: "VARCHAR",
      giftCard: "BOOLEAN",
      cost: "VARCHAR",
    },
    typename: "LineItem",
    select: {
      order_id: "gid(__parentId)",
      line_item_id: "gid(id)",
      product_id: "gid(product)",
      variant_id: "NULL",
      sku: "''",
      quantity: "quantity",
      current_quantity: '"currentQuantity"',
      unit_price: "minor(price)",
      gift_card: '"giftCard"',
      unit_cost: "minor(cost)",
    },
  },
  {
    table: "stage_agreements",
    columns: { ...shared, reason: "VARCHAR", happenedAt: "VARCHAR" },
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
      action: "VARCHAR",
      line: "VARCHAR",
      item: "VARCHAR",
      quantity: "BIGINT",
      total: "VARCHAR",
      tax: "VARCHAR",
      discount: "VARCHAR",
    },
    typename: "%Sale",
    select: {
      sale_id: "gid(id)",
      agreement_id: "gid(__parentId)",
      action: "action",
      line_type: "line",
      line_item_id: "gid(item)",
      quantity: "quantity",
      total: "minor(total)",
      tax: "minor(tax)",
      discount: "minor(discount)",
    },
  },
  {
    table: "stage_customers",
    columns: {
      ...shared,
      createdAt: "VARCHAR",
      updatedAt: "VARCHAR",
      numberOfOrders: "VARCHAR",
      consent: "VARCHAR",
      tags: "VARCHAR[]",
      group: "VARCHAR",
    },
    typename: "Customer",
    select: {
      customer_id: "gid(id)",
      created_at: "utc(createdAt)",
      updated_at: "utc(updatedAt)",
      email_consent: "consent",
      tags: "CAST(to_json(tags) AS VARCHAR)",
      shopify_orders: "CAST(numberOfOrders AS BIGINT)",
      rfm_group: '"group"',
      spend_tier: "NULL",
      country: "NULL",
    },
  },
];

let directory: string | undefined;
let written = 0;

/** A new file that holds the text. */
export function fileOf(text: string): string {
  directory ??= mkdtempSync(path.join(tmpdir(), "segment-kpis-jsonl-"));
  written += 1;
  const file = path.join(directory, `${written}.jsonl`);
  writeFileSync(file, text);
  return file;
}

export const jsonl = (rows: readonly object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join("");

/** One file with these rows, read at `readAt`. */
export function load(readAt: string, rows: readonly object[], more: Partial<Load> = {}): Load {
  return { files: [fileOf(jsonl(rows))], readAt, stages, ...more };
}

/** A plain sale of one product line, checked out when it was placed. */
export function simpleOrder(
  id: number,
  placedAt: string,
  total: string,
  more: Partial<TestOrder> = {},
): TestOrder {
  return {
    id,
    placedAt,
    original: total,
    lines: [{ id: id * 10, product: 7, quantity: 1, price: total }],
    agreements: [
      {
        id: id * 10,
        reason: "ORDER",
        at: placedAt,
        sales: [{ id: id * 10, action: "ORDER", line: "PRODUCT", item: id * 10, quantity: 1, total }],
      },
    ],
    ...more,
  };
}
