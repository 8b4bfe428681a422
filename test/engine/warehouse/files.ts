// Orders and customers in a form short enough to write in a test, as files in Shopify's bulk form.
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { customers } from "../../../app/sync/resources/customers.ts";
import { orders } from "../../../app/sync/resources/orders.ts";
import type { Load, Stage } from "../../../app/warehouse/warehouse.server.ts";

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
  tags?: string[] | null;
  locale?: string;
  company?: boolean;
  original: string;
  current?: string;
  /** Of its amounts; the shop's where it is left out. */
  currency?: string;
  lines?: {
    id: number;
    product?: number;
    variant?: number;
    quantity: number;
    current?: number;
    price: string;
    giftCard?: boolean;
    cost?: string;
    title?: string;
    type?: string;
    vendor?: string;
    plan?: string;
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

const money = (amount: string) => ({ shopMoney: { amount } });
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
      sourceName: order.channel ?? "web",
      shippingAddress: { countryCodeV2: order.country ?? "DE" },
      tags: order.tags === undefined ? [] : order.tags,
      customerLocale: order.locale ?? null,
      purchasingEntity:
        order.company === undefined ? null : { __typename: order.company ? "PurchasingCompany" : "Customer" },
      customer:
        order.customer === undefined
          ? null
          : {
              id: gid("Customer", order.customer),
              createdAt: CUSTOMER_SINCE,
              numberOfOrders: String(order.customerOrders ?? 1),
            },
      originalTotalPriceSet: money(order.original),
      currentTotalPriceSet: {
        shopMoney: { amount: order.current ?? order.original, currencyCode: order.currency ?? null },
      },
    },
    ...(order.lines ?? []).map((line) => ({
      __typename: "LineItem",
      id: gid("LineItem", line.id),
      sku: "",
      quantity: line.quantity,
      currentQuantity: line.current ?? line.quantity,
      isGiftCard: line.giftCard ?? false,
      originalUnitPriceSet: money(line.price),
      title: line.title ?? "Thing",
      vendor: line.vendor ?? null,
      sellingPlan: line.plan === undefined ? null : { name: line.plan },
      product:
        line.product === undefined
          ? null
          : { id: gid("Product", line.product), productType: line.type ?? "" },
      variant:
        line.cost === undefined && line.variant === undefined
          ? null
          : {
              id: line.variant === undefined ? null : gid("ProductVariant", line.variant),
              inventoryItem: { unitCost: line.cost === undefined ? null : { amount: line.cost } },
            },
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
        actionType: sale.action,
        lineType: sale.line,
        lineItem: sale.item === undefined ? null : { id: gid("LineItem", sale.item) },
        quantity: sale.quantity,
        totalAmount: money(sale.total),
        totalTaxAmount: money(sale.tax ?? "0.0"),
        totalDiscountAmountBeforeTaxes: money(sale.discount ?? "0.0"),
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
    tags: customer.tags ?? [],
    statistics: { rfmGroup: customer.group ?? null },
    defaultEmailAddress: { marketingState: customer.consent ?? null },
  };
}

/** As the app's own resources read them. */
export const stages: readonly Stage[] = [...orders.stages, ...customers.stages];

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
