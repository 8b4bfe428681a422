// The resource "products": a product and its variants in one read.
import { z } from "zod";
import { products as stored } from "../../warehouse/schema/products.ts";
import { anyInstant, listedColumns, listedDates } from "./listed.ts";
import type { Resource } from "./resource.ts";

const instant = z.iso.datetime({ offset: true });

export const products: Resource = {
  name: "products",
  count: "productsCount",
  type: "Product",
  sortKeys: "ProductSortKeys",
  lastChanged: "UPDATED_AT",
  merge: stored.keyed,
  past: "whole",
  changedBy: "instant",
  scopes: [],
  readableWith: "read_products",
  wishedScopes: ["read_products"],
  fields: ["createdAt updatedAt title vendor productType status"],
  schema: z.object({
    createdAt: instant,
    updatedAt: instant,
    title: z.string(),
    vendor: z.string(),
    productType: z.string(),
    status: z.string(),
  }),
  connections: [
    {
      field: "variants",
      first: 20,
      fields: ["sku price inventoryItem { id tracked }"],
      schema: z.object({
        sku: z.string().nullable(),
        price: z.string(),
        inventoryItem: z.object({ id: z.string(), tracked: z.boolean() }),
      }),
      connections: [],
    },
  ],
  stages: [
    {
      table: "stage_products",
      columns: {
        __typename: "VARCHAR",
        id: "VARCHAR",
        createdAt: "VARCHAR",
        updatedAt: "VARCHAR",
        title: "VARCHAR",
        vendor: "VARCHAR",
        productType: "VARCHAR",
        status: "VARCHAR",
      },
      typename: "Product",
      select: {
        product_id: "gid(id)",
        created_at: "utc(createdAt)",
        updated_at: "utc(updatedAt)",
        title: "title",
        vendor: "vendor",
        type: "productType",
        status: "status",
      },
    },
    {
      table: "stage_variants",
      columns: {
        __typename: "VARCHAR",
        id: "VARCHAR",
        __parentId: "VARCHAR",
        sku: "VARCHAR",
        price: "VARCHAR",
        inventoryItem: "STRUCT(id VARCHAR, tracked BOOLEAN)",
      },
      typename: "ProductVariant",
      select: {
        variant_id: "gid(id)",
        product_id: "gid(__parentId)",
        sku: "sku",
        inventory_item_id: "gid(inventoryItem.id)",
        price: "minor(price)",
        tracked: "inventoryItem.tracked",
      },
    },
  ],
  listing: {
    fields: ["createdAt updatedAt"],
    schema: z.object({ createdAt: anyInstant, updatedAt: anyInstant }),
    stage: {
      table: "listed_products",
      columns: listedColumns,
      typename: "Product",
      select: { ...listedDates, product_id: "gid(id)" },
    },
  },
  webhooks: {
    route: "/webhooks/products",
    topics: {
      "products/create": { ids: ["id"] },
      "products/update": { ids: ["id"] },
      "products/delete": { ids: ["id"], gone: true },
    },
    changed: "products/update",
  },
};
