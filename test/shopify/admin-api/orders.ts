// Order and everything that hangs on it, read from the model: lines, the sales agreements, refunds, transactions.
import type {
  Agreement,
  Customer,
  LineItem,
  Order,
  Refund,
  RefundLine,
  Return,
  Sale,
  Transaction,
} from "../model.ts";
import { SALE_TYPES, gid } from "../model.ts";
import { listConnection } from "./connections.ts";
import type { Context, Fields, Served } from "./context.ts";
import { dateTime } from "./instants.ts";
import type { Money } from "./money.ts";
import { financialStatus, fulfillmentStatus } from "../shop/ledger.ts";
import { received, refunded, returnStatus, sumOfSales } from "./order-figures.ts";

type Of<Key extends string, Value> = { order: Order } & Record<Key, Value>;
type OfLine = Of<"line", LineItem>;
type OfAgreement = Of<"agreement", Agreement>;
type OfSale = Of<"sale", Sale>;
type OfRefund = Of<"refund", Refund>;
type OfRefundLine = OfRefund & { line: RefundLine };
type OfReturn = Of<"returned", Return>;
type OfTransaction = Of<"transaction", Transaction>;
type Purchaser = { companyId: number } | Customer;
interface Address {
  id: string;
  country: string;
}

const money = (order: Order, context: Context, minor: number): Money => ({
  minor,
  currency: context.store.shop.currency,
  decimals: context.store.shop.decimals,
  presentment: order.presentmentCurrency,
});

const total = (sale: Sale): number => sale.total;
const tax = (sale: Sale): number => sale.tax;
const discount = (sale: Sale): number => sale.discountBeforeTax;
/** Prices of goods include tax in the shops that sell so. */
const goods =
  (order: Order) =>
  (sale: Sale): number =>
    sale.line === "PRODUCT" || sale.line === "GIFT_CARD"
      ? sale.total - (order.taxesIncluded ? 0 : sale.tax)
      : 0;
const shipping =
  (order: Order) =>
  (sale: Sale): number =>
    sale.line === "SHIPPING" ? sale.total - (order.taxesIncluded ? 0 : sale.tax) : 0;
const duties = (sale: Sale): number => (sale.line === "DUTY" ? sale.total : 0);

const isOriginal = (agreement: Agreement): boolean => agreement.reason === "ORDER";
/** Edits are part of an order's totals; returns, refunds and cancellations are not. */
const isBeforeReturns = (agreement: Agreement): boolean =>
  agreement.type === "OrderAgreement" || agreement.type === "OrderEditAgreement";

type Worth = (order: Order, context: Context) => Money | null;
const always = (): boolean => true;
const sum =
  (of: (agreement: Agreement) => boolean, worth: (sale: Sale) => number): Worth =>
  (order, context) =>
    money(order, context, sumOfSales(order, of, worth));
const sumFor =
  (of: (agreement: Agreement) => boolean, worth: (order: Order) => (sale: Sale) => number): Worth =>
  (order, context) =>
    money(order, context, sumOfSales(order, of, worth(order)));
const dutiesOf =
  (of: (agreement: Agreement) => boolean): Worth =>
  (order, context) =>
    order.agreements.some((agreement) => agreement.sales.some((sale) => sale.line === "DUTY"))
      ? money(order, context, sumOfSales(order, of, duties))
      : null;

const units = (order: Order, count: (line: LineItem) => number): number =>
  order.lines.reduce((sum, line) => sum + (line.isTip ? 0 : count(line)), 0);

const address = (order: Order, country: string | null, kind: number): Address | null =>
  country === null ? null : { id: gid("MailingAddress", order.id * 2 + kind), country };

const order: Fields<Order> = {
  id: (order) => gid("Order", order.id),
  legacyResourceId: (order) => String(order.id),
  name: (order) => order.name,
  number: (order) => Number(order.name.replace(/\D/g, "") || order.id),
  createdAt: (order) => dateTime(order.createdAt),
  processedAt: (order) => dateTime(order.processedAt),
  updatedAt: (order) => dateTime(order.updatedAt),
  cancelledAt: (order) => (order.cancelledAt === null ? null : dateTime(order.cancelledAt)),
  // Orders of the simulated shops are never archived.
  closed: () => false,
  closedAt: () => null,
  confirmed: () => true,
  test: (order) => order.test,
  edited: (order) => order.agreements.some((agreement) => agreement.type === "OrderEditAgreement"),
  sourceName: (order) => order.sourceName,
  attribution: (order) => order.channel,
  currencyCode: (_order, _args, context) => context.store.shop.currency,
  presentmentCurrencyCode: (order) => order.presentmentCurrency,
  taxesIncluded: (order) => order.taxesIncluded,
  tags: (order) => order.tags,
  customerLocale: (order) => order.locale,
  purchasingEntity: (order, _args, { store }): Purchaser | null =>
    order.companyId !== null
      ? { companyId: order.companyId }
      : order.customerId === null
        ? null
        : (store.shop.customers.get(order.customerId) ?? null),
  discountCode: (order) => order.discountCodes[0] ?? null,
  discountCodes: (order) => order.discountCodes,
  paymentGatewayNames: (order) => [...new Set(order.transactions.map((each) => each.gateway))],
  displayFinancialStatus: (order) => financialStatus(order),
  displayFulfillmentStatus: (order) => fulfillmentStatus(order),
  returnStatus: (order) => returnStatus(order),
  fullyPaid: (order) => received(order) >= order.currentTotal,
  unpaid: (order) => received(order) === 0 && order.currentTotal > 0,
  // A redacted or deleted customer leaves its orders behind.
  customer: (order, _args, { store }) =>
    order.customerId === null ? null : (store.shop.customers.get(order.customerId) ?? null),
  billingAddress: (order) => address(order, order.billingCountry, 0),
  shippingAddress: (order) => address(order, order.shippingCountry, 1),
  originalTotalPriceSet: (order, _args, context) => money(order, context, order.originalTotal),
  totalPriceSet: (order, _args, context) => sum(isBeforeReturns, total)(order, context),
  subtotalPriceSet: (order, _args, context) => sumFor(isBeforeReturns, goods)(order, context),
  totalDiscountsSet: (order, _args, context) => sum(isBeforeReturns, discount)(order, context),
  totalTaxSet: (order, _args, context) => sum(isBeforeReturns, tax)(order, context),
  totalShippingPriceSet: (order, _args, context) => money(order, context, order.shippingCharge),
  totalTipReceivedSet: (order, _args, context) =>
    sum(isBeforeReturns, (sale) => (sale.line === "TIP" ? sale.total : 0))(order, context),
  originalTotalDutiesSet: (order, _args, context) => dutiesOf(isOriginal)(order, context),
  currentTotalPriceSet: (order, _args, context) => money(order, context, order.currentTotal),
  currentSubtotalPriceSet: (order, _args, context) => sumFor(always, goods)(order, context),
  currentTotalDiscountsSet: (order, _args, context) => sum(always, discount)(order, context),
  currentTotalTaxSet: (order, _args, context) => sum(always, tax)(order, context),
  currentShippingPriceSet: (order, _args, context) => sumFor(always, shipping)(order, context),
  currentTotalDutiesSet: (order, _args, context) => dutiesOf(always)(order, context),
  totalReceivedSet: (order, _args, context) => money(order, context, received(order)),
  totalRefundedSet: (order, _args, context) => money(order, context, refunded(order)),
  totalRefundedShippingSet: (order, _args, context) =>
    money(
      order,
      context,
      -sumOfSales(order, always, (sale) =>
        sale.line === "SHIPPING" && sale.action === "RETURN" ? sale.total : 0,
      ),
    ),
  netPaymentSet: (order, _args, context) => money(order, context, received(order) - refunded(order)),
  totalOutstandingSet: (order, _args, context) =>
    money(order, context, order.currentTotal - received(order) + refunded(order)),
  subtotalLineItemsQuantity: (order) => units(order, (line) => line.quantity),
  currentSubtotalLineItemsQuantity: (order) => units(order, (line) => line.currentQuantity),
  lineItems: (order, args) =>
    listConnection(
      order.lines.map((line): OfLine => ({ order, line })),
      args,
    ),
  agreements: (order, args) =>
    listConnection(
      order.agreements.map((agreement): OfAgreement => ({ order, agreement })),
      args,
    ),
  refunds: (order, args) => limited(order.refunds, args).map((refund): OfRefund => ({ order, refund })),
  returns: (order, args) =>
    listConnection(
      order.returns.map((returned): OfReturn => ({ order, returned })),
      args,
    ),
  transactions: (order, args) =>
    limited(order.transactions, args).map((transaction): OfTransaction => ({ order, transaction })),
};

function limited<T>(list: readonly T[], args: Readonly<Record<string, unknown>>): readonly T[] {
  return typeof args["first"] === "number" ? list.slice(0, args["first"]) : list;
}

const full = ({ line }: OfLine): number => line.unitPrice * line.quantity + line.priceRest;
const discounted = (of: OfLine): number => full(of) - of.line.discount;
const perUnit = (minor: number, { line }: OfLine): number =>
  line.quantity === 0 ? 0 : Math.round(minor / line.quantity);

const lineItem: Fields<OfLine> = {
  id: ({ line }) => gid("LineItem", line.id),
  title: ({ line }) => line.title,
  name: ({ line }) => line.title,
  sku: ({ line }) => line.sku,
  isGiftCard: ({ line }) => line.isGiftCard,
  requiresShipping: ({ line }) => !line.isGiftCard && !line.isTip,
  quantity: ({ line }) => line.quantity,
  currentQuantity: ({ line }) => line.currentQuantity,
  refundableQuantity: ({ line }) => line.currentQuantity,
  vendor: ({ line }) => line.vendor,
  product: ({ line }, _args, { store }) =>
    line.productId === null || !store.shop.products.has(line.productId) ? null : { id: line.productId },
  variant: ({ line }, _args, { store }) =>
    line.variantId === null ? null : (store.shop.variants.get(line.variantId) ?? null),
  sellingPlan: ({ line }) => (line.sellingPlan === null ? null : { name: line.sellingPlan }),
  originalUnitPriceSet: ({ order, line }, _args, context) => money(order, context, line.unitPrice),
  originalTotalSet: (of, _args, context) => money(of.order, context, full(of)),
  // The model does not tell line discounts from shared order discounts: both are taken off here.
  discountedTotalSet: (of, _args, context) => money(of.order, context, discounted(of)),
  discountedUnitPriceSet: (of, _args, context) => money(of.order, context, perUnit(discounted(of), of)),
  discountedUnitPriceAfterAllDiscountsSet: (of, _args, context) =>
    money(of.order, context, perUnit(discounted(of), of)),
  totalDiscountSet: ({ order, line }, _args, context) => money(order, context, line.discount),
  priceAfterAllDiscountsBeforeTaxesSet: (of, _args, context) => {
    const net = discounted(of) - (of.order.taxesIncluded ? of.line.tax : 0);
    const share = of.line.quantity === 0 ? 0 : of.line.currentQuantity / of.line.quantity;
    return money(of.order, context, Math.round(net * share));
  },
};

const salesAgreement: Fields<OfAgreement> = {
  id: ({ agreement }) => gid(agreement.type, agreement.id),
  happenedAt: ({ agreement }) => dateTime(agreement.happenedAt),
  reason: ({ agreement }) => agreement.reason,
  sales: ({ order, agreement }, args) =>
    listConnection(
      agreement.sales.map((sale): OfSale => ({ order, sale })),
      args,
    ),
};

const refundOf = ({ order, agreement }: OfAgreement): OfRefund | null => {
  const refund = order.refunds.find((each) => each.id === agreement.refundId);
  return refund === undefined ? null : { order, refund };
};

const returnOf = (order: Order, id: number | null): OfReturn | null => {
  const returned = order.returns.find((each) => each.id === id);
  return returned === undefined ? null : { order, returned };
};

const sale: Fields<OfSale> = {
  id: ({ sale }) => gid(SALE_TYPES[sale.line], sale.id),
  actionType: ({ sale }) => sale.action,
  lineType: ({ sale }) => sale.line,
  quantity: ({ sale }) => sale.quantity,
  totalAmount: ({ order, sale }, _args, context) => money(order, context, sale.total),
  totalTaxAmount: ({ order, sale }, _args, context) => money(order, context, sale.tax),
  totalDiscountAmountBeforeTaxes: ({ order, sale }, _args, context) =>
    money(order, context, sale.discountBeforeTax),
  totalDiscountAmountAfterTaxes: ({ order, sale }, _args, context) =>
    money(order, context, sale.discountAfterTax),
};

const saleOfLine: Fields<OfSale> = {
  ...sale,
  lineItem: ({ order, sale }): OfLine | null => lineOf(order, sale.lineItemId),
};

const lineOf = (order: Order, id: number | null): OfLine | null => {
  const line = order.lines.find((each) => each.id === id);
  return line === undefined ? null : { order, line };
};

const refund: Fields<OfRefund> = {
  id: ({ refund }) => gid("Refund", refund.id),
  legacyResourceId: ({ refund }) => String(refund.id),
  createdAt: ({ refund }) => dateTime(refund.createdAt),
  processedAt: ({ refund }) => dateTime(refund.createdAt),
  updatedAt: ({ refund }) => dateTime(refund.createdAt),
  totalRefundedSet: ({ order, refund }, _args, context) => money(order, context, refund.total),
  order: ({ order }) => order,
  return: ({ order, refund }) => returnOf(order, refund.returnId),
  refundLineItems: ({ order, refund }, args) =>
    listConnection(
      refund.lines.map((line): OfRefundLine => ({ order, refund, line })),
      args,
    ),
};

const refundLineItem: Fields<OfRefundLine> = {
  id: ({ line }) => gid("RefundLineItem", line.id),
  quantity: ({ line }) => line.quantity,
  subtotalSet: ({ order, line }, _args, context) => money(order, context, line.subtotal),
  totalTaxSet: ({ order, line }, _args, context) => money(order, context, line.tax),
  lineItem: ({ order, line }) => lineOf(order, line.lineItemId),
};

const returned: Fields<OfReturn> = {
  id: ({ returned }) => gid("Return", returned.id),
  createdAt: ({ returned }) => dateTime(returned.createdAt),
  status: ({ returned }) => returned.status,
  name: ({ order, returned }) => `${order.name}-R${order.returns.indexOf(returned) + 1}`,
  order: ({ order }) => order,
  refunds: ({ order, returned }, args) =>
    listConnection(
      order.refunds
        .filter((refund) => refund.returnId === returned.id)
        .map((refund): OfRefund => ({ order, refund })),
      args,
    ),
};

const transaction: Fields<OfTransaction> = {
  id: ({ transaction }) => gid("OrderTransaction", transaction.id),
  kind: ({ transaction }) => transaction.kind,
  status: () => "SUCCESS",
  gateway: ({ transaction }) => transaction.gateway,
  test: ({ order }) => order.test,
  createdAt: ({ transaction }) => dateTime(transaction.createdAt),
  processedAt: ({ transaction }) => dateTime(transaction.createdAt),
  amountSet: ({ order, transaction }, _args, context) => money(order, context, transaction.amount),
  order: ({ order }) => order,
};

export const orderTypes: Served = {
  Order: order,
  OrderAttribution: {
    handle: ({ handle }: Order["channel"]) => handle,
    displayName: ({ name }: Order["channel"]) => name,
  },
  MailingAddress: { id: ({ id }: Address) => id, countryCodeV2: ({ country }: Address) => country },
  LineItem: lineItem,
  LineItemSellingPlan: { name: ({ name }: { name: string }) => name },
  // Nothing of a company is served but that there is one.
  PurchasingCompany: {},
  OrderAgreement: { ...salesAgreement, order: ({ order }: OfAgreement) => order },
  OrderEditAgreement: salesAgreement,
  RefundAgreement: { ...salesAgreement, refund: refundOf },
  ReturnAgreement: {
    ...salesAgreement,
    return: ({ order, agreement }: OfAgreement) => returnOf(order, agreement.returnId),
  },
  ProductSale: saleOfLine,
  TipSale: saleOfLine,
  GiftCardSale: saleOfLine,
  ShippingLineSale: sale,
  DutySale: sale,
  FeeSale: sale,
  AdjustmentSale: sale,
  AdditionalFeeSale: sale,
  UnknownSale: sale,
  Refund: refund,
  RefundLineItem: refundLineItem,
  Return: returned,
  OrderTransaction: transaction,
};

export const orderTypeOf: Readonly<Record<string, (source: never) => string>> = {
  SalesAgreement: ({ agreement }: OfAgreement) => agreement.type,
  Sale: ({ sale }: OfSale) => SALE_TYPES[sale.line],
  PurchasingEntity: (purchaser: Purchaser) => ("companyId" in purchaser ? "PurchasingCompany" : "Customer"),
};
