// Products with their variants, and abandoned checkouts, as the Admin API lists and shows them.
import type { ResponsePath as Path } from "graphql";
import type { LeftCheckout, LeftLine, Product, Variant } from "../model.ts";
import { gid } from "../model.ts";
import { listConnection } from "./connections.ts";
import type { Connection } from "./connections.ts";
import type { Args, Context, Fields, Served } from "./context.ts";
import { after, dateTime } from "./instants.ts";
import type { Money } from "./money.ts";
import { connection, count, searchFilter } from "./records.ts";
import type { Count, Sorts } from "./records.ts";
import { adminSchema } from "./schema.ts";
import type { SearchedResource } from "./search.ts";

const searched = (context: Context, field: string) => ({
  documented: adminSchema().searchKeys.get(field) ?? new Map<string, string>(),
  timeZone: context.store.shop.timeZone,
  now: context.now,
});

function searchedProducts(context: Context, field: string): SearchedResource<Product> {
  return {
    ...searched(context, field),
    plain: (word) => {
      const wanted = word.toLowerCase();
      return (product) => product.title.toLowerCase().includes(wanted);
    },
    keys: {
      id: { type: "id", value: (product) => product.id },
      created_at: { type: "time", value: (product) => product.createdAt },
      updated_at: { type: "time", value: (product) => product.updatedAt },
      title: { type: "text", value: (product) => [product.title] },
      vendor: { type: "text", value: (product) => [product.vendor] },
      product_type: { type: "text", value: (product) => [product.type] },
      status: { type: "text", value: (product) => [product.status] },
    },
  };
}

function searchedCheckouts(context: Context, field: string): SearchedResource<LeftCheckout> {
  return {
    ...searched(context, field),
    // Free text looks through names and e-mail addresses, and the simulated shops hold none.
    plain: () => () => false,
    keys: {
      id: { type: "id", value: (checkout) => checkout.id },
      created_at: { type: "time", value: (checkout) => checkout.createdAt },
      updated_at: { type: "time", value: (checkout) => checkout.updatedAt },
      recovery_state: {
        type: "choice",
        values: {
          recovered: ({ completedAt }) => completedAt !== null,
          not_recovered: ({ completedAt }) => completedAt === null,
        },
      },
    },
  };
}

const PRODUCT_SORTS: Sorts<Product> = {
  ID: (product) => product.id,
  CREATED_AT: (product) => product.createdAt,
  UPDATED_AT: (product) => product.updatedAt,
  TITLE: (product) => product.title,
  VENDOR: (product) => product.vendor,
  PRODUCT_TYPE: (product) => product.type,
};

const CHECKOUT_SORTS: Sorts<LeftCheckout> = {
  ID: (checkout) => checkout.id,
  CREATED_AT: (checkout) => checkout.createdAt,
  CHECKOUT_ID: (checkout) => checkout.id,
};

const MINUTE = 60_000;

/** A checkout counts as abandoned once it has been left for ten minutes; one completed sooner never did. */
function isAbandoned({ createdAt, completedAt }: LeftCheckout, now: Date): boolean {
  const from = after(new Date(createdAt), 10 * MINUTE);
  return from <= now && (completedAt === null || new Date(completedAt) >= from);
}

const abandoned = (context: Context) => ({
  *[Symbol.iterator]() {
    for (const checkout of context.store.shop.checkouts.values())
      if (isAbandoned(checkout, context.now)) yield checkout;
  },
});

export const checkoutOf = (id: number, context: Context): LeftCheckout | null => {
  const checkout = context.store.shop.checkouts.get(id);
  return checkout !== undefined && isAbandoned(checkout, context.now) ? checkout : null;
};

export const goodsQueries = {
  products: (_source: unknown, args: Args, context: Context, at?: Path): Connection => {
    const field = "QueryRoot.products";
    const matches = searchFilter(args, searchedProducts(context, field), context, at);
    const all = { [Symbol.iterator]: () => context.store.shop.products.values() };
    return connection(all, matches, PRODUCT_SORTS, field, args, context);
  },
  productsCount: (_source: unknown, args: Args, context: Context, at?: Path): Count => {
    const matches = searchFilter(args, searchedProducts(context, "QueryRoot.productsCount"), context, at);
    return count(context.store.shop.products.values(), matches, args);
  },
  abandonedCheckouts: (_source: unknown, args: Args, context: Context, at?: Path): Connection => {
    const field = "QueryRoot.abandonedCheckouts";
    const matches = searchFilter(args, searchedCheckouts(context, field), context, at);
    return connection(abandoned(context), matches, CHECKOUT_SORTS, field, args, context);
  },
  abandonedCheckoutsCount: (_source: unknown, args: Args, context: Context, at?: Path): Count => {
    const field = "QueryRoot.abandonedCheckoutsCount";
    return count(
      abandoned(context),
      searchFilter(args, searchedCheckouts(context, field), context, at),
      args,
    );
  },
};

const shopMoney = (context: Context, minor: number): Money => ({
  minor,
  currency: context.store.shop.currency,
  decimals: context.store.shop.decimals,
  presentment: context.store.shop.currency,
});

/** Lines of orders know a product by its id alone, which is also all that is left of a deleted one. */
interface Named {
  id: number;
}

function told({ id }: Named, { store }: Context): Product {
  const product = store.shop.products.get(id);
  if (product === undefined) throw new Error(`Product ${id} is gone.`);
  return product;
}

const product: Fields<Named> = {
  id: ({ id }) => gid("Product", id),
  legacyResourceId: ({ id }) => String(id),
  title: (of, _args, context) => told(of, context).title,
  vendor: (of, _args, context) => told(of, context).vendor,
  productType: (of, _args, context) => told(of, context).type,
  status: (of, _args, context) => told(of, context).status,
  createdAt: (of, _args, context) => dateTime(told(of, context).createdAt),
  updatedAt: (of, _args, context) => dateTime(told(of, context).updatedAt),
  variants: ({ id }, args, { store }) => listConnection(store.shop.variantsOf(id), args),
};

const checkout: Fields<LeftCheckout> = {
  id: ({ id }) => gid("AbandonedCheckout", id),
  name: ({ id }) => `#${id}`,
  createdAt: ({ createdAt }) => dateTime(createdAt),
  updatedAt: ({ updatedAt }) => dateTime(updatedAt),
  completedAt: ({ completedAt }) => (completedAt === null ? null : dateTime(completedAt)),
  customer: ({ customerId }, _args, { store }) =>
    customerId === null ? null : (store.shop.customers.get(customerId) ?? null),
  shippingAddress: ({ id, shippingCountry: country }) => addressOf(id * 2, country),
  billingAddress: ({ id, billingCountry: country }) => addressOf(id * 2 + 1, country),
  lineItemsQuantity: ({ lines }) => lines.reduce((sum, { quantity }) => sum + quantity, 0),
  totalPriceSet: (of, _args, context) => shopMoney(context, totalOf(of)),
  subtotalPriceSet: (of, _args, context) => shopMoney(context, totalOf(of) - of.shipping),
  lineItems: ({ lines }, args) => listConnection(lines, args),
};

const totalOf = ({ lines, shipping }: LeftCheckout): number =>
  lines.reduce((sum, { amount }) => sum + amount, shipping);

const addressOf = (id: number, country: string | null) =>
  country === null ? null : { id: gid("MailingAddress", id), country };

const line: Fields<LeftLine> = {
  id: ({ id }) => gid("AbandonedCheckoutLineItem", id),
  quantity: ({ quantity }) => quantity,
  product: ({ productId }, _args, { store }) =>
    productId === null || !store.shop.products.has(productId) ? null : { id: productId },
  variant: ({ variantId }, _args, { store }): Variant | null =>
    variantId === null ? null : (store.shop.variants.get(variantId) ?? null),
  discountedTotalPriceSet: ({ amount }, _args, context) => shopMoney(context, amount),
  discountedTotalPriceWithCodeDiscount: ({ amount }, _args, context) => shopMoney(context, amount),
};

export const goodsTypes: Served = {
  Product: product,
  AbandonedCheckout: checkout,
  AbandonedCheckoutLineItem: line,
};
