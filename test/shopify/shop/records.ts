// A shop's identity, catalogue and customers, and what every change needs: ids, instants and webhooks.
import type { CustomerInput, Instant, ShopInput, VariantInput } from "./input.ts";
import { decimalsOf } from "./money.ts";
import type { Customer, MarketingConsent, Order, ShopEvent, Variant } from "../model.ts";
import * as payloads from "../payloads.ts";

// Most lists stay empty and share one; a change replaces the list.
export const NONE = Object.freeze([]) as unknown as never[];

const MILLISECONDS = /\.\d{3}Z$/;

export const later = (a: string, b: string): string => (a > b ? a : b);

export abstract class Records {
  readonly handle: string;
  readonly domain: string;
  name: string;
  currency: string;
  decimals: number;
  /** Of the online store; the myshopify.com domain stays. */
  primaryDomain: string;
  timeZone: string;
  readonly createdAt: string;
  plan: string;
  readonly taxesIncluded: boolean;
  readonly customers = new Map<number, Customer>();
  readonly orders = new Map<number, Order>();
  readonly variants = new Map<number, Variant>();
  /** Receives each webhook after the state has changed; null: nobody listens. */
  onEvent: ((event: ShopEvent) => void) | null = null;

  readonly #clock: () => Date;
  /** Ids of a customer's orders. */
  protected readonly ordersOf = new Map<number, number[]>();
  readonly #next: Record<string, number> = {};
  readonly #firstId: number;

  constructor(input: ShopInput) {
    this.handle = input.handle;
    this.domain = `${input.handle}.myshopify.com`;
    this.name = input.name ?? input.handle;
    this.currency = input.currency ?? "EUR";
    this.decimals = decimalsOf(this.currency);
    this.timeZone = input.timeZone ?? "Europe/Berlin";
    this.primaryDomain = this.domain;
    this.plan = input.plan ?? "Basic";
    this.taxesIncluded = input.taxesIncluded ?? false;
    this.#clock = input.clock ?? (() => new Date());
    this.createdAt = this.instantOf(input.createdAt);
    // Ids are unique over all of Shopify and beyond 32 bits.
    this.#firstId = 6e12 + (hash(input.handle) % 10_000) * 1e8;
  }

  // Reads that resolvers and payloads share.

  originalTotal(order: Order): number {
    return order.originalTotal;
  }

  currentTotal(order: Order): number {
    return order.currentTotal;
  }

  /** By id, in the order in which they were created. */
  customerOrders(customerId: number): Order[] {
    return (this.ordersOf.get(customerId) ?? []).flatMap((id) => this.orders.get(id) ?? []);
  }

  /**
   * What the merchant may change of the shop itself. Another currency takes every amount at its number of minor units:
   * 12.50 EUR becomes 1250 JPY.
   */
  updateSettings(change: {
    name?: string;
    primaryDomain?: string;
    timeZone?: string;
    currency?: string;
    plan?: string;
    at?: Instant;
  }): void {
    this.name = change.name ?? this.name;
    this.primaryDomain = change.primaryDomain ?? this.primaryDomain;
    this.currency = change.currency ?? this.currency;
    this.decimals = decimalsOf(this.currency);
    this.timeZone = change.timeZone ?? this.timeZone;
    this.plan = change.plan ?? this.plan;
    this.emit("shop/update", this.instantOf(change.at), () => payloads.settings(this));
  }

  // Catalogue and customers.

  addVariant(input: VariantInput): Variant {
    const id = this.newId("variant");
    const variant: Variant = {
      id,
      productId: input.productId ?? this.newId("product"),
      title: input.title,
      sku: input.sku ?? `SKU-${id % 1e8}`,
      price: input.price,
      unitCost: input.unitCost ?? null,
      tracked: input.tracked ?? true,
    };
    this.variants.set(id, variant);
    this.variantAdded?.(variant, input);
    return variant;
  }

  createCustomer(input: CustomerInput = {}): Customer {
    const at = this.instantOf(input.at);
    const customer: Customer = {
      id: this.newId("customer"),
      createdAt: at,
      updatedAt: at,
      tags: input.tags?.length ? [...input.tags] : NONE,
      country: input.country ?? null,
      locale: input.locale ?? "en",
      emailMarketing: input.emailMarketing ?? "NOT_SUBSCRIBED",
      emailMarketingAt: input.emailMarketing === undefined ? null : at,
      phone: phoneAfter(null, input, at),
      numberOfOrders: 0,
      amountSpent: 0,
    };
    this.customers.set(customer.id, customer);
    this.emit("customers/create", at, () => payloads.customer(this, customer));
    this.customerMoved(customer.id, at);
    return customer;
  }

  updateCustomer(id: number, change: CustomerInput): Customer {
    const customer = this.customerById(id);
    const at = later(customer.updatedAt, this.instantOf(change.at));
    const before = { tags: customer.tags, consent: customer.emailMarketing, phone: customer.phone };
    customer.country = change.country === undefined ? customer.country : change.country;
    customer.locale = change.locale ?? customer.locale;
    customer.tags = change.tags ? [...change.tags] : customer.tags;
    customer.emailMarketing = change.emailMarketing ?? customer.emailMarketing;
    if (before.consent !== customer.emailMarketing) customer.emailMarketingAt = at;
    customer.phone = phoneAfter(customer.phone, change, at);
    customer.updatedAt = at;
    this.emit("customers/update", at, () => payloads.customer(this, customer));
    const added = customer.tags.filter((tag) => !before.tags.includes(tag));
    const removed = before.tags.filter((tag) => !customer.tags.includes(tag));
    if (added.length) this.emit("customer.tags_added", at, () => payloads.tags(customer, added, at));
    if (removed.length) this.emit("customer.tags_removed", at, () => payloads.tags(customer, removed, at));
    if (before.consent !== customer.emailMarketing)
      this.emit("customers_email_marketing_consent/update", at, () => payloads.consent(this, customer));
    if (before.phone?.sms !== customer.phone?.sms && customer.phone !== null)
      this.emit("customers_marketing_consent/update", at, () => payloads.smsConsent(this, customer));
    if (before.phone?.whatsApp !== customer.phone?.whatsApp && customer.phone !== null)
      this.emit("customers_whats_app_marketing_consent/update", at, () =>
        payloads.whatsAppConsent(this, customer),
      );
    this.customerMoved(id, at);
    return customer;
  }

  /** Shopify deletes only customers without orders. */
  deleteCustomer(id: number, at?: Instant): void {
    const customer = this.customerById(id);
    if (this.ordersOf.get(id)?.length) throw new RangeError("A customer with orders cannot be deleted.");
    this.customers.delete(id);
    const happened = this.instantOf(at);
    this.emit("customers/delete", happened, () => payloads.identity("Customer", customer.id));
    this.customerMoved(id, happened);
  }

  /** The orders move to the customer that is kept. They are not updated by that: no orders/updated, no new updatedAt. */
  mergeCustomers(keptId: number, mergedId: number, at?: Instant): Customer {
    if (keptId === mergedId) throw new RangeError("A customer cannot be merged with itself.");
    const kept = this.customerById(keptId);
    const merged = this.customerById(mergedId);
    const happened = later(kept.updatedAt, this.instantOf(at));
    for (const order of this.customerOrders(mergedId)) order.customerId = keptId;
    const both = [...(this.ordersOf.get(keptId) ?? []), ...(this.ordersOf.get(mergedId) ?? [])];
    if (both.length)
      this.ordersOf.set(
        keptId,
        both.sort((a, b) => a - b),
      );
    this.ordersOf.delete(mergedId);
    kept.tags = [...new Set([...kept.tags, ...merged.tags])];
    kept.country ??= merged.country;
    kept.numberOfOrders += merged.numberOfOrders;
    kept.amountSpent += merged.amountSpent;
    kept.updatedAt = happened;
    this.customers.delete(mergedId);
    this.customerMerged?.(keptId, mergedId);
    this.emit("customers/merge", happened, () => payloads.merge(keptId, mergedId, this.newId("job")));
    this.emit("customers/update", happened, () => payloads.customer(this, kept));
    for (const id of [mergedId, keptId]) this.customerMoved(id, happened);
    return kept;
  }

  /** The customer has asked the merchant for all that is held on him; the merchant has passed it on. */
  requestCustomerData(id: number, at?: Instant): void {
    const customer = this.customerById(id);
    this.emit("customers/data_request", this.instantOf(at), () =>
      payloads.dataRequest(this, customer, this.ordersOf.get(id) ?? [], this.newId("dataRequest")),
    );
  }

  /** Erases what is personal; the record and its orders stay. Apps hear it by the compliance topic. */
  redactCustomer(id: number, at?: Instant): Customer {
    const customer = this.customerById(id);
    customer.tags = [];
    customer.country = null;
    customer.emailMarketing = "REDACTED";
    customer.phone = null;
    customer.updatedAt = later(customer.updatedAt, this.instantOf(at));
    this.emit("customers/redact", customer.updatedAt, () =>
      payloads.redaction(this, customer, this.ordersOf.get(id) ?? []),
    );
    this.customerMoved(id, customer.updatedAt);
    return customer;
  }

  /** What else a shop knows of variants and of customers follows. */
  protected variantAdded?(variant: Variant, input: VariantInput): void;
  protected customerMerged?(keptId: number, mergedId: number): void;

  /** Whatever is worked out of a customer is worked out anew. */
  protected abstract customerMoved(id: number, at: string): void;

  protected emit(topic: string, happenedAt: string, payload: () => Record<string, unknown>): void {
    this.onEvent?.({ topic, payload: payload(), happenedAt });
  }

  protected customerById(id: number): Customer {
    const customer = this.customers.get(id);
    if (!customer) throw new RangeError(`No customer ${id}.`);
    return customer;
  }

  protected newId(kind: string): number {
    const next = (this.#next[kind] ?? this.#firstId) + 1;
    this.#next[kind] = next;
    return next;
  }

  /** Shopify gives whole seconds. */
  protected instantOf(given: Instant | undefined): string {
    const date = given === undefined ? this.#clock() : given instanceof Date ? given : new Date(given);
    return date.toISOString().replace(MILLISECONDS, "Z");
  }
}

function phoneAfter(before: Customer["phone"], change: CustomerInput, at: string): Customer["phone"] {
  if (change.phone === null) return null;
  if (before === null && change.sms === undefined && change.whatsApp === undefined) return null;
  const after = (known: MarketingConsent | undefined, state: MarketingConsent["state"] | undefined) => {
    const consent = known ?? { state: "NEVER_SUBSCRIBED", at: null };
    return state === undefined || state === consent.state ? consent : { state, at };
  };
  return { sms: after(before?.sms, change.sms), whatsApp: after(before?.whatsApp, change.whatsApp) };
}

function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h >>> 0;
}
