// What a simulated shop has of products and of checkouts that were left, by its own model, and what a copy has.
import type { Row, ShopCopy } from "../../../app/warehouse/warehouse.server.ts";
import type { Shop } from "../../shopify/shop.ts";

const timestamp = (instant: string) => instant.replace("T", " ").replace(/(\.\d+)?Z$/, "");

export interface Goods {
  products: Row[];
  variants: Row[];
  checkouts: Row[];
  lines: Row[];
}

const byId =
  (...keys: string[]) =>
  (a: Row, b: Row) =>
    keys.map((key) => Number(a[key]) - Number(b[key])).find((difference) => difference !== 0) ?? 0;

export function goodsOf(shop: Shop): Goods {
  return {
    products: [...shop.products.values()]
      .map(({ id, title, vendor, type, status, updatedAt }) => ({
        product_id: id,
        title,
        vendor,
        type,
        status,
        updated_at: timestamp(updatedAt),
      }))
      .sort(byId("product_id")),
    variants: [...shop.variants.values()]
      .map(({ id, productId, sku, price, tracked }) => ({
        variant_id: id,
        product_id: productId,
        sku,
        inventory_item_id: id,
        price,
        tracked,
      }))
      .sort(byId("variant_id")),
    checkouts: [...shop.checkouts.values()]
      .map((checkout) => ({
        checkout_id: checkout.id,
        customer_id: checkout.customerId,
        updated_at: timestamp(checkout.updatedAt),
        completed_at: checkout.completedAt && timestamp(checkout.completedAt),
        total: checkout.lines.reduce((sum, { amount }) => sum + amount, checkout.shipping),
        items: checkout.lines.reduce((sum, { quantity }) => sum + quantity, 0),
        country: checkout.shippingCountry ?? checkout.billingCountry,
      }))
      .sort(byId("checkout_id")),
    lines: [...shop.checkouts.values()]
      .flatMap((checkout) =>
        checkout.lines.map(({ id, productId, variantId, quantity, amount }) => ({
          checkout_id: checkout.id,
          line_id: String(id),
          product_id: productId,
          variant_id: variantId,
          units: quantity,
          amount,
        })),
      )
      .sort(byId("checkout_id", "line_id")),
  };
}

export async function goodsIn(copy: ShopCopy): Promise<Goods> {
  const ask = (sql: string) => copy.query<Row>(sql);
  return {
    products: await ask(
      "SELECT product_id, title, vendor, type, status, updated_at FROM products ORDER BY product_id",
    ),
    variants: await ask(
      "SELECT variant_id, product_id, sku, inventory_item_id, price, tracked FROM variants ORDER BY variant_id",
    ),
    checkouts: await ask(
      `SELECT checkout_id, customer_id, updated_at, completed_at, total, items, country FROM checkouts
       ORDER BY checkout_id`,
    ),
    lines: await ask(
      `SELECT checkout_id, line_id, product_id, variant_id, units, amount FROM checkout_lines
       ORDER BY checkout_id, CAST(line_id AS BIGINT)`,
    ),
  };
}
