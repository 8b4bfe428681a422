// One order of an export, put into the simulated shop.
import type { Plan, PlannedLine } from "./explain.ts";
import { countryOf } from "./names.ts";
import type { OrderInput, Shop } from "../shop.ts";
import { taxOf } from "../shop/money.ts";

const UNPAID = ["pending", "authorized", "expired", "voided", "unpaid"];

export interface Dated {
  plan: Plan;
  /** Key of the customer; null: a guest. */
  person: string | null;
  at: string;
  cancelledAt: string | null;
  fulfilledAt: string | null;
}

/** What orders of one file share: customers by key, and variants by SKU or name. */
export interface Book {
  customers: Map<string, number>;
  variants: Map<string, number>;
}

export const isTest = (plan: Plan): boolean => /\bbogus\b/i.test(plan.entry.row["Payment Method"]);

export const writtenCountry = (plan: Plan): string =>
  plan.entry.row["Shipping Country"] || plan.entry.row["Billing Country"];

export function place(shop: Shop, dated: Dated, book: Book): void {
  const { plan, at } = dated;
  const { row } = plan.entry;
  const billing = countryOf(row["Billing Country"]);
  const country = countryOf(row["Shipping Country"]) ?? billing;
  const customerId = dated.person === null ? null : customerFor(shop, dated, dated.person, country, book);
  const id = /^\d+$/.test(row.Id) ? Number(row.Id) : 0;
  const listed: OrderInput["lines"] = plan.lines.map((line) => ({
    variantId: variantFor(shop, line, book),
    title: line.name,
    price: line.price,
    quantity: line.quantity,
    rest: line.amount - line.price * line.quantity,
    discount: line.discount,
    giftCard: line.giftCard,
  }));
  const beyond = { title: "Not listed in the file", price: 0, quantity: 0, rest: plan.unlisted };
  const lines = plan.unlisted > 0 ? [...listed, beyond] : listed;
  const order = shop.placeOrder({
    at,
    name: row.Name,
    ...(Number.isSafeInteger(id) && id > 0 && !shop.orders.has(id) ? { id } : {}),
    customerId,
    lines,
    linesRemoved: lines.length === 0,
    discount: plan.discount,
    discountCodes: row["Discount Code"] ? [row["Discount Code"]] : [],
    taxes: plan.taxes,
    taxRate: taxRateOf(plan),
    taxesIncluded: plan.taxesIncluded,
    shipping: plan.shipping,
    tip: plan.tip,
    duties: plan.duties,
    additionalFee: plan.unexplained,
    paid: !UNPAID.includes(row["Financial Status"].toLowerCase()),
    test: isTest(plan),
    sourceName: row.Source || "web",
    shippingCountry: country,
    billingCountry: billing ?? country,
    tags: row.Tags.split(",").flatMap((tag) => tag.trim() || []),
  });
  if (dated.cancelledAt !== null) shop.cancelOrder(order.id, { at: dated.cancelledAt });
  else {
    if (plan.refunded >= order.currentTotal && plan.refunded > 0)
      shop.refund(order.id, { at, everything: true });
    else if (plan.refunded > 0) shop.refund(order.id, { at, amount: plan.refunded, inProportion: true });
    if (dated.fulfilledAt !== null) shop.fulfillOrder(order.id, dated.fulfilledAt);
  }
}

/** The roundest rate that gives the order's tax; what the discount has saved of tax follows from it. */
function taxRateOf(plan: Plan): number {
  const goods = plan.lines.reduce((sum, line) => sum + (line.giftCard ? 0 : line.amount - line.discount), 0);
  const listed = goods + plan.unlisted - plan.discount + plan.shipping;
  const base = listed - (plan.taxesIncluded ? plan.taxes : 0);
  if (plan.taxes === 0 || base <= 0) return 0;
  const rates = [2, 3, 4, 5, 6].map((digits) => Number((plan.taxes / base).toFixed(digits)));
  const exact = rates.find((rate) => taxOf(listed, { rate, included: plan.taxesIncluded }) === plan.taxes);
  return exact ?? rates.at(-1) ?? 0;
}

function customerFor(
  shop: Shop,
  { plan, at }: Dated,
  person: string,
  country: string | null,
  { customers }: Book,
): number {
  const known = customers.get(person);
  if (known !== undefined) return known;
  const consents = ["yes", "true"].includes(plan.entry.row["Accepts Marketing"].toLowerCase());
  const emailMarketing = consents ? "SUBSCRIBED" : "NOT_SUBSCRIBED";
  const { id } = shop.createCustomer({ at, country, emailMarketing });
  customers.set(person, id);
  return id;
}

function variantFor(shop: Shop, line: PlannedLine, { variants }: Book): number {
  const key = line.sku || line.name;
  const known = variants.get(key);
  if (known !== undefined) return known;
  const { id } = shop.addVariant({ title: line.name, sku: line.sku, price: line.price });
  variants.set(key, id);
  return id;
}
