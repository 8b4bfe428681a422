// Customer as the Admin API shows it, without anything that protected-data level 2 covers.
import type { Customer, Variant } from "../model.ts";
import { decimal, gid } from "../model.ts";
import type { Context, Fields, Served } from "./context.ts";
import { dateTime } from "./instants.ts";
import type { Money } from "./money.ts";
import { orderConnection, visibleOrders } from "./records.ts";
import { spendTier } from "./rfm.ts";

const shopMoney = (context: Context, minor: number): Money => ({
  minor,
  currency: context.store.shop.currency,
  decimals: context.store.shop.decimals,
  presentment: context.store.shop.currency,
});

const isRedacted = (customer: Customer): boolean => customer.emailMarketing === "REDACTED";

const customer: Fields<Customer> = {
  id: (customer) => gid("Customer", customer.id),
  legacyResourceId: (customer) => String(customer.id),
  createdAt: (customer) => dateTime(customer.createdAt),
  updatedAt: (customer) => dateTime(customer.updatedAt),
  // Nobody in the simulated shops has a classic account.
  state: () => "DISABLED",
  locale: (customer) => customer.locale,
  verifiedEmail: (customer) => !isRedacted(customer),
  tags: (customer) => customer.tags,
  numberOfOrders: (customer) => String(customer.numberOfOrders),
  amountSpent: (customer, _args, context) => shopMoney(context, customer.amountSpent),
  productSubscriberStatus: () => "NEVER_SUBSCRIBED",
  statistics: (customer) => customer,
  lastOrder: (customer, _args, context) => {
    const seen = [...visibleOrders(context.store.ordersOf(customer.id), context)];
    return (
      seen.reduce((last, order) => (last && last.processedAt > order.processedAt ? last : order), seen[0]) ??
      null
    );
  },
  orders: (customer, args, context, at) =>
    orderConnection(context.store.ordersOf(customer.id), args, context, "Customer.orders", at),
  defaultAddress: (customer) =>
    customer.country === null
      ? null
      : { id: gid("MailingAddress", customer.id * 2), country: customer.country },
  // Redaction removes the address itself.
  defaultEmailAddress: (customer) => (isRedacted(customer) ? null : customer),
  defaultPhoneNumber: (customer) => customer.phone,
  emailMarketingConsent: (customer) => customer,
};

const optInLevel = (customer: Customer): string | null =>
  customer.emailMarketing === "SUBSCRIBED" || customer.emailMarketing === "PENDING" ? "SINGLE_OPT_IN" : null;

const emailAddress: Fields<Customer> = {
  marketingState: (customer) => customer.emailMarketing,
  marketingUpdatedAt: ({ emailMarketingAt: at }) => (at === null ? null : dateTime(at)),
  marketingOptInLevel: optInLevel,
  validFormat: (customer) => customer.emailMarketing !== "INVALID",
};

const emailConsent: Fields<Customer> = {
  marketingState: (customer) => customer.emailMarketing,
  marketingOptInLevel: optInLevel,
};

const statistics: Fields<Customer> = {
  rfmGroup: (customer, _args, { store, now }) => store.rfmGroup(customer, now),
  predictedSpendTier: (customer, _args, { store }) => spendTier(customer, store.shop.decimals),
};

const variant: Fields<Variant> = {
  id: (variant) => gid("ProductVariant", variant.id),
  legacyResourceId: (variant) => String(variant.id),
  title: (variant) => variant.title,
  sku: (variant) => variant.sku,
  price: (variant, _args, { store }) => decimal(variant.price, store.shop.decimals),
  product: ({ productId }) => ({ id: productId }),
  inventoryItem: (variant) => variant,
};

export const customerTypes: Served = {
  Customer: customer,
  CustomerEmailAddress: emailAddress,
  CustomerEmailMarketingConsentState: emailConsent,
  CustomerStatistics: statistics,
};

export const productTypes: Served = {
  ProductVariant: variant,
};
