// Products and abandoned checkouts in a form short enough to write in a test, as rows of Shopify's bulk files.
import { checkouts } from "../../../app/sync/resources/checkouts.ts";
import { products } from "../../../app/sync/resources/products.ts";
import type { Resource } from "../../../app/sync/resources/resource.ts";
import type { KeyedLoad } from "../../../app/warehouse/warehouse.server.ts";
import { fileOf, jsonl } from "./files.ts";

const gid = (type: string, id: number | string) => `gid://shopify/${type}/${id}`;
const money = (amount: string) => ({ shopMoney: { amount } });

export interface TestProduct {
  id: number;
  updatedAt: string;
  title?: string;
  variants?: { id: number; price: string; sku?: string | null; tracked?: boolean; item?: number }[];
}

export const productRows = ({
  id,
  updatedAt,
  title = `Product ${id}`,
  variants = [],
}: TestProduct): object[] => [
  {
    __typename: "Product",
    id: gid("Product", id),
    createdAt: "2026-01-01T00:00:00Z",
    updatedAt,
    title,
    vendor: "Mill",
    productType: "Cup",
    status: "ACTIVE",
  },
  ...variants.map((variant) => ({
    __typename: "ProductVariant",
    id: gid("ProductVariant", variant.id),
    __parentId: gid("Product", id),
    sku: variant.sku ?? null,
    price: variant.price,
    inventoryItem: {
      id: gid("InventoryItem", variant.item ?? variant.id + 1000),
      tracked: variant.tracked ?? true,
    },
  })),
];

export interface TestCheckout {
  id: number;
  updatedAt: string;
  createdAt?: string;
  completedAt?: string | null;
  customer?: number | null;
  total?: string;
  country?: string | null;
  lines?: {
    id: number | string;
    product?: number | null;
    variant?: number | null;
    units: number;
    amount: string;
  }[];
}

export const checkoutRows = (of: TestCheckout): object[] => [
  {
    __typename: "AbandonedCheckout",
    id: gid("AbandonedCheckout", of.id),
    createdAt: of.createdAt ?? of.updatedAt,
    updatedAt: of.updatedAt,
    completedAt: of.completedAt ?? null,
    lineItemsQuantity: (of.lines ?? []).reduce((sum, { units }) => sum + units, 0),
    customer: of.customer == null ? null : { id: gid("Customer", of.customer) },
    shippingAddress: of.country == null ? null : { countryCodeV2: of.country },
    billingAddress: null,
    totalPriceSet: money(of.total ?? "0.0"),
  },
  ...(of.lines ?? []).map((line) => ({
    __typename: "AbandonedCheckoutLineItem",
    id: gid("AbandonedCheckoutLineItem", line.id),
    __parentId: gid("AbandonedCheckout", of.id),
    quantity: line.units,
    discountedTotalPriceWithCodeDiscount: money(line.amount),
    product: line.product == null ? null : { id: gid("Product", line.product) },
    variant: line.variant == null ? null : { id: gid("ProductVariant", line.variant) },
  })),
];

/** One file of rows of the resource, read at an instant. */
export function loadOf(
  { merge, stages }: Resource,
  readAt: string,
  rows: readonly object[],
  more: Partial<KeyedLoad> = {},
): KeyedLoad {
  if (merge === "ledger") throw new Error("Its rows are the ledger's.");
  return { of: merge, stages, readAt, files: rows.length === 0 ? [] : [fileOf(jsonl(rows))], ...more };
}

export const productLoad = (readAt: string, given: readonly TestProduct[], more?: Partial<KeyedLoad>) =>
  loadOf(products, readAt, given.flatMap(productRows), more);

export const checkoutLoad = (readAt: string, given: readonly TestCheckout[], more?: Partial<KeyedLoad>) =>
  loadOf(checkouts, readAt, given.flatMap(checkoutRows), more);
