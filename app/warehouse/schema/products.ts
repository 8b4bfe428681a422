// Products and their variants as Shopify has them today. Nothing in them is of a person.
import { type Source, table } from "./source.ts";

const tables = {
  products: table(
    {
      product_id: "BIGINT NOT NULL",
      created_at: "TIMESTAMP NOT NULL",
      updated_at: "TIMESTAMP NOT NULL",
      read_at: "TIMESTAMP NOT NULL",
      title: "VARCHAR NOT NULL",
      vendor: "VARCHAR NOT NULL",
      type: "VARCHAR NOT NULL",
      status: "VARCHAR NOT NULL",
    },
    {
      names: "nobody",
      indexes: { products_by_id: { on: "product_id", unique: true } },
    },
  ),
  variants: table(
    {
      variant_id: "BIGINT NOT NULL",
      product_id: "BIGINT NOT NULL",
      sku: "VARCHAR",
      inventory_item_id: "BIGINT",
      price: "BIGINT NOT NULL",
      /** Whether Shopify counts its stock. */
      tracked: "BOOLEAN NOT NULL",
    },
    {
      names: "nobody",
      money: ["price"],
      indexes: {
        variants_by_id: { on: "variant_id" },
        variants_by_product: { on: "product_id" },
        variants_by_inventory_item: { on: "inventory_item_id" },
      },
    },
  ),
};

export const products = {
  kind: "mirrored",
  tables,
  keyed: {
    kind: "product",
    table: "products",
    key: "product_id",
    parts: { variants: "variant_id" },
    days: {},
    keptBy: null,
    deletes: true,
  },
} as const satisfies Source;
