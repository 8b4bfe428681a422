// A shop's products: each with its variants, changed by the merchant, with the webhooks that Shopify sends of it.
import type { Instant, VariantInput } from "./input.ts";
import { Present } from "./present.ts";
import { later } from "./records.ts";
import type { Product, Variant } from "../model.ts";
import * as payloads from "../payloads.ts";

export interface ProductChange {
  at?: Instant;
  title?: string;
  vendor?: string;
  type?: string;
  status?: Product["status"];
}

export interface VariantChange {
  at?: Instant;
  price?: number;
  sku?: string | null;
  tracked?: boolean;
}

export class Goods extends Present {
  readonly products = new Map<number, Product>();

  variantsOf(productId: number): Variant[] {
    return [...this.variants.values()].filter((variant) => variant.productId === productId);
  }

  changeProduct(id: number, { at, ...change }: ProductChange): Product {
    const product = this.#product(id);
    Object.assign(product, change);
    return this.#changed(product, at);
  }

  /** A variant's change is one of its product. */
  changeVariant(id: number, { at, ...change }: VariantChange): Variant {
    const variant = this.#variant(id);
    Object.assign(variant, change);
    this.#changed(this.#product(variant.productId), at);
    return variant;
  }

  override deleteVariant(id: number, at?: Instant): void {
    const { productId } = this.#variant(id);
    super.deleteVariant(id, at);
    this.#changed(this.#product(productId), at);
  }

  deleteProduct(id: number, at?: Instant): void {
    this.#product(id);
    this.products.delete(id);
    for (const variant of this.variantsOf(id)) super.deleteVariant(variant.id, at);
    this.emit("products/delete", this.instantOf(at), () => ({ id }));
  }

  protected override variantAdded(variant: Variant, { at, product = {} }: VariantInput): void {
    const known = this.products.get(variant.productId);
    if (known !== undefined) {
      this.#changed(known, at);
      return;
    }
    const created = this.instantOf(at);
    const made: Product = {
      id: variant.productId,
      title: product.title ?? variant.title,
      vendor: product.vendor ?? this.name,
      type: product.type ?? "",
      status: product.status ?? "ACTIVE",
      createdAt: created,
      updatedAt: created,
    };
    this.products.set(made.id, made);
    this.emit("products/create", created, () => payloads.product(made));
  }

  #changed(product: Product, at: Instant | undefined): Product {
    product.updatedAt = later(product.updatedAt, this.instantOf(at));
    this.emit("products/update", product.updatedAt, () => payloads.product(product));
    return product;
  }

  #product(id: number): Product {
    const product = this.products.get(id);
    if (!product) throw new RangeError(`No product ${id}.`);
    return product;
  }

  #variant(id: number): Variant {
    const variant = this.variants.get(id);
    if (!variant) throw new RangeError(`No variant ${id}.`);
    return variant;
  }
}
