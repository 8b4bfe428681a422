// What a simulated shop holds, as plain data. The Admin API, the webhooks, the store generator and the CSV import
// meet here: mutations (shop.ts) change it as Shopify would, resolvers read it. Money: integer minor units of the
// shop's currency. Instants: ISO 8601 UTC text. Ids: the number inside the gid.

export type OrderReason = "ORDER" | "ORDER_EDIT" | "REFUND" | "RETURN" | "UNKNOWN";
export type SaleAction = "ORDER" | "RETURN" | "UPDATE" | "UNKNOWN";
export type SaleLine =
  "PRODUCT" | "SHIPPING" | "TIP" | "GIFT_CARD" | "DUTY" | "FEE" | "ADJUSTMENT" | "ADDITIONAL_FEE" | "UNKNOWN";

/** One dated movement of money. `total` is after discounts and tax, signed; returns are negative. */
export interface Sale {
  id: number;
  action: SaleAction;
  line: SaleLine;
  lineItemId: number | null;
  /** Null on adjustments (goodwill, restocking fee, amount-only refund). */
  quantity: number | null;
  total: number;
  tax: number;
  discountBeforeTax: number;
  discountAfterTax: number;
}

export interface Agreement {
  id: number;
  type: "OrderAgreement" | "OrderEditAgreement" | "RefundAgreement" | "ReturnAgreement";
  reason: OrderReason;
  happenedAt: string;
  refundId: number | null;
  returnId: number | null;
  sales: Sale[];
}

export interface LineItem {
  id: number;
  title: string;
  sku: string | null;
  vendor: string | null;
  productId: number | null;
  variantId: number | null;
  /** By which the line was bought; null: once. */
  sellingPlan: string | null;
  isGiftCard: boolean;
  isTip: boolean;
  /** As ordered, removals and returns not taken off. */
  quantity: number;
  /** After edits, returns and refunds. */
  currentQuantity: number;
  unitPrice: number;
  /** What the units as ordered cost beyond unitPrice × quantity: the price has decimals that the currency lacks. */
  priceRest: number;
  /** Σ discounts on the line before tax, order-level ones shared out. */
  discount: number;
  tax: number;
}

export interface RefundLine {
  id: number;
  lineItemId: number;
  quantity: number;
  subtotal: number;
  tax: number;
}

export interface Refund {
  id: number;
  createdAt: string;
  total: number;
  returnId: number | null;
  lines: RefundLine[];
}

export interface Return {
  id: number;
  createdAt: string;
  status: "REQUESTED" | "OPEN" | "CLOSED" | "DECLINED" | "CANCELED";
}

export interface Transaction {
  id: number;
  kind: "SALE" | "REFUND";
  gateway: "shopify_payments" | "paypal" | "gift_card" | "manual";
  amount: number;
  createdAt: string;
}

export interface Order {
  id: number;
  name: string;
  customerId: number | null;
  createdAt: string;
  /** When the order was placed; for imported orders long before createdAt. */
  processedAt: string;
  updatedAt: string;
  cancelledAt: string | null;
  fulfilledAt: string | null;
  test: boolean;
  taxesIncluded: boolean;
  /** As a fraction, 0.19; what an edit of this order is taxed at. */
  taxRate: number;
  /** originalTotalPrice: at creation, tips and sold gift cards included, however it was paid. */
  originalTotal: number;
  /** currentTotalPrice: after edits, returns and refunds. Kept beside the agreements, not added up from them. */
  currentTotal: number;
  sourceName: string;
  /** Handle and name as Shopify's attribution gives them. */
  channel: { handle: string; name: string };
  presentmentCurrency: string;
  shippingCountry: string | null;
  billingCountry: string | null;
  /** The customer's language, and maybe region, at the checkout. */
  locale: string | null;
  /** The company for which it was bought; null: for a person. */
  companyId: number | null;
  tags: string[];
  discountCodes: string[];
  shippingCharge: number;
  lines: LineItem[];
  agreements: Agreement[];
  refunds: Refund[];
  returns: Return[];
  transactions: Transaction[];
}

/** What a customer has agreed to be sent by a channel, and when he last changed it. */
export interface MarketingConsent {
  state: "NEVER_SUBSCRIBED" | "PENDING" | "REDACTED" | "SUBSCRIBED" | "UNSUBSCRIBED";
  at: string | null;
}

export interface Customer {
  id: number;
  createdAt: string;
  updatedAt: string;
  tags: string[];
  country: string | null;
  locale: string;
  emailMarketing: "SUBSCRIBED" | "NOT_SUBSCRIBED" | "UNSUBSCRIBED" | "PENDING" | "REDACTED" | "INVALID";
  emailMarketingAt: string | null;
  /** Null: Shopify has no number of his. */
  phone: { sms: MarketingConsent; whatsApp: MarketingConsent } | null;
  /** Lifetime figures that Shopify keeps, orders older than any access limit included. */
  numberOfOrders: number;
  amountSpent: number;
}

export interface Variant {
  id: number;
  productId: number;
  title: string;
  sku: string | null;
  price: number;
  unitCost: number | null;
  /** In the currency's minor unit; the shop's currency unless said. */
  unitCostCurrency?: string;
  /** Of its inventory item, which has the variant's number. */
  updatedAt?: string;
  /** Whether Shopify counts its stock. */
  tracked: boolean;
}

export interface Product {
  id: number;
  title: string;
  vendor: string;
  type: string;
  status: "ACTIVE" | "ARCHIVED" | "DRAFT" | "UNLISTED";
  createdAt: string;
  updatedAt: string;
}

export interface LeftLine {
  id: number;
  variantId: number | null;
  productId: number | null;
  quantity: number;
  /** For all its units. */
  amount: number;
}

/** A checkout that was begun with contact details and left, whatever came of it. */
export interface LeftCheckout {
  id: number;
  token: string;
  customerId: number | null;
  createdAt: string;
  updatedAt: string;
  completedAt: string | null;
  shippingCountry: string | null;
  billingCountry: string | null;
  shipping: number;
  lines: LeftLine[];
}

export interface Location {
  id: number;
  name: string;
}

/** The quantities that Shopify keeps of an item at a location. */
export interface Quantities {
  available: number;
  on_hand: number;
  committed: number;
  incoming: number;
}

export interface Level {
  itemId: number;
  locationId: number;
  quantities: Quantities;
  updatedAt: string;
}

export interface Segment {
  id: number;
  name: string;
  query: string;
  createdAt: string;
  editedAt: string;
  /** Ids of customers. */
  members: Set<number>;
}

/** A webhook that Shopify would send, before it is filtered, signed and delivered. Payload: Shopify's REST form. */
export interface ShopEvent {
  topic: string;
  payload: Record<string, unknown>;
  happenedAt: string;
}

/** Everything of one shop. Maps are ordered by insertion; ids grow. */
export interface ShopData {
  handle: string;
  /** `<handle>.myshopify.com` */
  domain: string;
  name: string;
  currency: string;
  /** Decimals of the currency by ISO 4217: 0, 2 or 3. */
  decimals: number;
  timeZone: string;
  createdAt: string;
  plan: string;
  taxesIncluded: boolean;
  customers: Map<number, Customer>;
  orders: Map<number, Order>;
  variants: Map<number, Variant>;
}

export const gid = (type: string, id: number): string => `gid://shopify/${type}/${id}`;

/** A shop's id is not part of the model: it follows from the handle. */
export const shopId = (handle: string): number =>
  [...handle].reduce((hash, letter) => (hash * 31 + (letter.codePointAt(0) ?? 0)) % 90_000_000_000, 7) + 1;

/** The gid's type of a sale by its line type, as the Admin API's union of Sale types. */
export const SALE_TYPES: Record<SaleLine, string> = {
  PRODUCT: "ProductSale",
  SHIPPING: "ShippingLineSale",
  TIP: "TipSale",
  GIFT_CARD: "GiftCardSale",
  DUTY: "DutySale",
  FEE: "FeeSale",
  ADJUSTMENT: "AdjustmentSale",
  ADDITIONAL_FEE: "AdditionalFeeSale",
  UNKNOWN: "UnknownSale",
};

/** `1999` in a currency of 2 decimals → "19.99", as Shopify prints a Decimal ("19.9", "20.0": at least one decimal). */
export function decimal(minor: number, decimals: number): string {
  const sign = minor < 0 ? "-" : "";
  const digits = Math.abs(minor)
    .toString()
    .padStart(decimals + 1, "0");
  const whole = digits.slice(0, digits.length - decimals);
  const fraction = digits.slice(digits.length - decimals).replace(/0+$/, "");
  return `${sign}${whole}.${fraction === "" ? "0" : fraction}`;
}
