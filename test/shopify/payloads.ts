// Webhook payloads in Shopify's REST form, reduced to what an app without personal data would ask for: ids, instants in
// the shop's time zone, money as text, lines. No name, e-mail, phone or street is in a simulated shop to begin with; those
// of the compliance webhooks are made up.
import { Temporal } from "temporal-polyfill";
import { gid, shopId } from "./model.ts";
import type {
  Customer,
  LeftCheckout,
  Level,
  Order,
  Product,
  Refund,
  RefundLine,
  Return,
  Segment,
  ShopData,
  Transaction,
} from "./model.ts";
import { financialStatus, fulfillmentStatus, sumOf } from "./shop/ledger.ts";
import type { Row } from "./shop/ledger.ts";

type Payload = Record<string, unknown>;

/** REST money keeps the currency's decimals: "20.00". */
function money(amount: number, decimals: number): string {
  const digits = Math.abs(amount)
    .toString()
    .padStart(decimals + 1, "0");
  const text =
    decimals === 0 ? digits : `${digits.slice(0, digits.length - decimals)}.${digits.slice(-decimals)}`;
  return amount < 0 ? `-${text}` : text;
}

/** REST instants carry the shop's offset: "2026-03-29T03:30:00+02:00". */
const local = (instant: string, timeZone: string): string =>
  Temporal.Instant.from(instant).toZonedDateTimeISO(timeZone).toString({ timeZoneName: "never" });

const localOrNull = (instant: string | null, timeZone: string): string | null =>
  instant === null ? null : local(instant, timeZone);

export const identity = (type: string, id: number): Payload => ({ id, admin_graphql_api_id: gid(type, id) });

export function order(shop: ShopData, it: Order): Payload {
  const amount = (value: number): string => money(value, shop.decimals);
  const goods = it.lines.filter((line) => !line.isTip);
  const financial = financialStatus(it).toLowerCase();
  const fulfillment = fulfillmentStatus(it);
  return {
    ...identity("Order", it.id),
    name: it.name,
    created_at: local(it.createdAt, shop.timeZone),
    processed_at: local(it.processedAt, shop.timeZone),
    updated_at: local(it.updatedAt, shop.timeZone),
    cancelled_at: localOrNull(it.cancelledAt, shop.timeZone),
    test: it.test,
    currency: shop.currency,
    presentment_currency: it.presentmentCurrency,
    taxes_included: it.taxesIncluded,
    source_name: it.sourceName,
    financial_status: financial,
    fulfillment_status: fulfillment === "FULFILLED" ? "fulfilled" : null,
    total_price: amount(it.originalTotal),
    current_total_price: amount(it.currentTotal),
    total_discounts: amount(it.lines.reduce((sum, line) => sum + line.discount, 0)),
    total_tip_received: amount(it.lines.reduce((sum, line) => sum + (line.isTip ? line.unitPrice : 0), 0)),
    tags: it.tags.join(", "),
    discount_codes: it.discountCodes.map((code) => ({ code })),
    customer: it.customerId === null ? null : identity("Customer", it.customerId),
    line_items: goods.map((line) => ({
      ...identity("LineItem", line.id),
      product_id: line.productId,
      variant_id: line.variantId,
      sku: line.sku,
      title: line.title,
      quantity: line.quantity,
      current_quantity: line.currentQuantity,
      gift_card: line.isGiftCard,
      price: amount(line.unitPrice),
      total_discount: amount(line.discount),
    })),
    refunds: it.refunds.map((one) => refund(shop, it, one)),
    returns: it.returns.map((one) => ({ ...identity("Return", one.id), status: one.status.toLowerCase() })),
  };
}

export const refund = (shop: ShopData, of: Order, it: Refund): Payload => ({
  ...identity("Refund", it.id),
  order_id: of.id,
  created_at: local(it.createdAt, shop.timeZone),
  processed_at: local(it.createdAt, shop.timeZone),
  return: it.returnId === null ? null : identity("Return", it.returnId),
  total_refunded: money(it.total, shop.decimals),
  refund_line_items: it.lines.map((line) => ({
    id: line.id,
    line_item_id: line.lineItemId,
    quantity: line.quantity,
    subtotal: money(line.subtotal, shop.decimals),
    total_tax: money(line.tax, shop.decimals),
  })),
});

export const edit = (shop: ShopData, of: Order, at: string, rows: readonly Row[]): Payload => {
  const deltas = (sign: 1 | -1): Payload[] =>
    rows.flatMap((row) =>
      row.lineItemId !== null && Math.sign(row.quantity ?? 0) === sign
        ? { id: row.lineItemId, delta: Math.abs(row.quantity ?? 0) }
        : [],
    );
  return {
    order_edit: {
      id: of.agreements.at(-1)?.id ?? null,
      order_id: of.id,
      created_at: local(at, shop.timeZone),
      committed_at: local(at, shop.timeZone),
      app_id: null,
      notify_customer: false,
      line_items: { additions: deltas(1), removals: deltas(-1) },
      total_change: money(sumOf(rows), shop.decimals),
    },
  };
};

export const returned = (of: Order, it: Return, lines: readonly RefundLine[]): Payload => ({
  ...identity("Return", it.id),
  order: identity("Order", of.id),
  status: it.status.toLowerCase(),
  total_return_line_items: lines.length,
  return_line_items: lines.map((line) => ({ quantity: line.quantity, line_item_id: line.lineItemId })),
});

export const transaction = (shop: ShopData, of: Order, it: Transaction): Payload => ({
  ...identity("OrderTransaction", it.id),
  order_id: of.id,
  kind: it.kind.toLowerCase(),
  gateway: it.gateway,
  status: "success",
  amount: money(it.amount, shop.decimals),
  currency: shop.currency,
  created_at: local(it.createdAt, shop.timeZone),
  processed_at: local(it.createdAt, shop.timeZone),
  test: of.test,
});

/** Since 2025-01 without tags, consent and lifetime figures, which have topics of their own. */
export const customer = (shop: ShopData, it: Customer): Payload => ({
  ...identity("Customer", it.id),
  created_at: local(it.createdAt, shop.timeZone),
  updated_at: local(it.updatedAt, shop.timeZone),
  state: "disabled",
  verified_email: true,
  tax_exempt: false,
  currency: shop.currency,
});

export const tags = (it: Customer, changed: readonly string[], at: string): Payload => ({
  customerId: gid("Customer", it.id),
  tags: changed,
  occurredAt: at,
});

export const consent = (shop: ShopData, it: Customer): Payload => ({
  customer_id: it.id,
  email_marketing_consent: {
    state: it.emailMarketing.toLowerCase(),
    opt_in_level: "single_opt_in",
    consent_updated_at: local(it.updatedAt, shop.timeZone),
  },
});

/** The number beside the consents is never in a simulated shop. */
export const smsConsent = (shop: ShopData, it: Customer): Payload => ({
  id: it.id,
  phone: null,
  sms_marketing_consent: {
    state: it.phone?.sms.state.toLowerCase() ?? null,
    opt_in_level: "single_opt_in",
    consent_updated_at: localOrNull(it.phone?.sms.at ?? null, shop.timeZone),
    consent_collected_from: "other",
  },
});

export const whatsAppConsent = (shop: ShopData, it: Customer): Payload => ({
  customer_id: it.id,
  phone_number: null,
  whats_app_marketing_consent: {
    state: it.phone?.whatsApp.state.toLowerCase() ?? null,
    opt_in_level: "single_opt_in",
    updated_at: localOrNull(it.phone?.whatsApp.at ?? null, shop.timeZone),
    collected_from: "other",
  },
});

export const moved = (shop: ShopData, customerId: number, segmentId: number): Payload => ({
  shop_id: gid("Shop", shopId(shop.handle)),
  customer_id: gid("Customer", customerId),
  segment_id: gid("Segment", segmentId),
});

export const segment = (it: Segment): Payload => ({
  id: it.id,
  name: it.name,
  query: it.query,
  creationDate: it.createdAt,
  lastEditDate: it.editedAt,
});

export const level = (shop: ShopData, it: Level): Payload => ({
  inventory_item_id: it.itemId,
  location_id: it.locationId,
  available: it.quantities.available,
  updated_at: local(it.updatedAt, shop.timeZone),
  admin_graphql_api_id: `${gid("InventoryLevel", it.locationId)}?inventory_item_id=${it.itemId}`,
});

export const purchasingSummary = (
  shop: ShopData,
  it: Customer,
  lastOrderId: number | null,
  at: string,
): Payload => ({
  customerId: gid("Customer", it.id),
  amountSpent: { amount: money(it.amountSpent, shop.decimals), currencyCode: shop.currency },
  numberOfOrders: it.numberOfOrders,
  lastOrderId: lastOrderId === null ? null : gid("Order", lastOrderId),
  occurredAt: at,
});

export const merge = (keptId: number, mergedId: number, jobId: number): Payload => ({
  admin_graphql_api_customer_kept_id: gid("Customer", keptId),
  admin_graphql_api_customer_deleted_id: gid("Customer", mergedId),
  admin_graphql_api_job_id: gid("Job", jobId),
  status: "completed",
  errors: [],
});

export const settings = (shop: ShopData): Payload => ({
  id: shopId(shop.handle),
  name: shop.name,
  domain: shop.domain,
  myshopify_domain: shop.domain,
  created_at: local(shop.createdAt, shop.timeZone),
  currency: shop.currency,
  iana_timezone: shop.timeZone,
  plan_name: shop.plan.toLowerCase(),
  plan_display_name: shop.plan,
  taxes_included: shop.taxesIncluded,
});

/** Of the shop alone: what a compliance webhook says of it. */
export const redactedShop = (shop: ShopData): Payload => ({
  shop_id: shopId(shop.handle),
  shop_domain: shop.domain,
});

/** Compliance webhooks name the person, whatever an app may read otherwise: made up here, from the id. */
const person = (it: Customer): Payload => ({
  id: it.id,
  email: `customer-${it.id}@example.com`,
  phone: `+1555${String(it.id).slice(-7)}`,
});

export const redaction = (shop: ShopData, it: Customer, orderIds: readonly number[]): Payload => ({
  ...redactedShop(shop),
  customer: person(it),
  orders_to_redact: orderIds,
});

export const dataRequest = (
  shop: ShopData,
  it: Customer,
  orderIds: readonly number[],
  requestId: number,
): Payload => ({
  ...redactedShop(shop),
  orders_requested: orderIds,
  customer: person(it),
  data_request: { id: requestId },
});

export const product = (it: Product): Payload => ({
  ...identity("Product", it.id),
  title: it.title,
  vendor: it.vendor,
  product_type: it.type,
  status: it.status.toLowerCase(),
  created_at: it.createdAt,
  updated_at: it.updatedAt,
});

/** Without an id since API version 2026-04. */
export const checkout = (shop: ShopData, it: LeftCheckout): Payload => ({
  token: it.token,
  created_at: local(it.createdAt, shop.timeZone),
  updated_at: local(it.updatedAt, shop.timeZone),
  completed_at: it.completedAt === null ? null : local(it.completedAt, shop.timeZone),
  currency: shop.currency,
});
