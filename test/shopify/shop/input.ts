// What one tells a simulated shop to do. Money: minor units as listed in the shop, tax in it where the shop lists so.
import type { Customer, MarketingConsent, Product } from "../model.ts";

export type Instant = string | Date;

export interface LineInput {
  /** Title, SKU and price come from the variant unless given. */
  variantId?: number;
  title?: string;
  price?: number;
  quantity: number;
  /** Discount on this line alone, for all its units. */
  discount?: number;
  giftCard?: boolean;
  /** Name of the selling plan by which it is bought. */
  sellingPlan?: string;
  /** What its units cost beyond price × quantity, where a price has more decimals than the currency. */
  rest?: number;
}

export interface OrderInput {
  /** Instant at which Shopify learns of the order; the shop's clock by default. */
  at?: Instant;
  /** When it was placed, if not `at`: an import carries the past. */
  processedAt?: Instant;
  /** A guest order has none. */
  customerId?: number | null;
  /** None: only a tip was paid, or edits have removed every line. */
  lines: readonly LineInput[];
  linesRemoved?: boolean;
  /** Off the whole order, shared out over its lines; gift cards and tips take no part. */
  discount?: number;
  discountCodes?: readonly string[];
  taxRate?: number;
  /** The order's tax where it is known as an amount; shared out over goods and shipping. */
  taxes?: number;
  /** This order lists otherwise than the shop does. */
  taxesIncluded?: boolean;
  shipping?: number;
  tip?: number;
  duties?: number;
  additionalFee?: number;
  /** How much of the total a gift card pays. Redeeming one is a payment, never a discount. */
  giftCardPayment?: number;
  /** False: payment is pending. */
  paid?: boolean;
  test?: boolean;
  /** Order.sourceName: web, pos, shopify_draft_order or an app's id. */
  sourceName?: string;
  shippingCountry?: string | null;
  billingCountry?: string | null;
  /** That of the customer's record unless given; null: none. */
  locale?: string | null;
  /** The company for which it is bought. */
  companyId?: number;
  tags?: readonly string[];
  id?: number;
  name?: string;
}

export interface LineQuantity {
  lineItemId: number;
  quantity: number;
}

export interface EditInput {
  at?: Instant;
  add?: readonly LineInput[];
  /** New quantity of a line; more is charged at the line's price without discount, less is returned. */
  set?: readonly LineQuantity[];
  discounts?: readonly { lineItemId: number; amount: number }[];
}

export interface RefundInput {
  at?: Instant;
  lines?: readonly LineQuantity[];
  /** What is left of the shipping charge goes back too. */
  shipping?: boolean;
  /** Everything that is left goes back, duties and fees as what they are; in place of lines and shipping. */
  everything?: boolean;
  /** The amount is given for nothing in particular: goods, shipping, their taxes, duties and fees give their shares. */
  inProportion?: boolean;
  /** What the customer gets; the value of lines and shipping (as far as it was not refunded before) by default. */
  amount?: number;
  /** Held back from that value. */
  restockingFee?: number;
}

export interface ReturnInput {
  at?: Instant;
  lines: readonly LineQuantity[];
  restockingFee?: number;
}

export interface ExchangeInput extends ReturnInput {
  add: readonly LineInput[];
}

export interface VariantInput {
  title: string;
  price: number;
  sku?: string;
  unitCost?: number | null;
  productId?: number;
  tracked?: boolean;
  at?: Instant;
  /** Of the product that comes with its first variant; its title is the variant's unless given. */
  product?: { title?: string; vendor?: string; type?: string; status?: Product["status"] };
}

export interface CheckoutInput {
  at?: Instant;
  customerId?: number | null;
  /** Price and product come from the variant unless given. */
  lines: readonly { variantId?: number; quantity: number; price?: number }[];
  shipping?: number;
  shippingCountry?: string | null;
  billingCountry?: string | null;
}

export interface CustomerInput {
  at?: Instant;
  country?: string | null;
  tags?: readonly string[];
  locale?: string;
  emailMarketing?: Customer["emailMarketing"];
  /** A consent by a number is a number; `phone: null` takes it away. */
  sms?: MarketingConsent["state"];
  whatsApp?: MarketingConsent["state"];
  phone?: null;
}

export interface ShopInput {
  handle: string;
  name?: string;
  currency?: string;
  timeZone?: string;
  createdAt?: Instant;
  taxesIncluded?: boolean;
  plan?: string;
  clock?: () => Date;
}
