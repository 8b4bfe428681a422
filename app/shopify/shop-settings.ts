// What the app must know of a shop before it can read it: money, clock, plan, granted scopes, and how much there is.
import { z } from "zod";
import { UnknownTimeZone } from "../errors.ts";
import type { Admin } from "./admin-api.ts";
import { countDocument, type ReadResource } from "./resource.ts";

export const settingsDocument = `query ShopSettings {
  shop { name primaryDomain { host } currencyCode ianaTimezone createdAt plan { publicDisplayName } }
  currentAppInstallation { accessScopes { handle } }
}`;

/** `limit: null` counts to the end; the default stops at 10,000. */
export const countsDocument = `query Counts($orders: String!) {
  orders: ordersCount(query: $orders, limit: null) { count }
  customers: customersCount(limit: null) { count }
  first: orders(first: 1, query: $orders, sortKey: CREATED_AT) { nodes { createdAt } }
}`;

export const firstOrderDocument = `query FirstOrder {
  orders(first: 1, sortKey: CREATED_AT) { nodes { createdAt } }
}`;

export const windowCountDocument = `query WindowCount($query: String!) {
  ordersCount(query: $query, limit: null) { count }
}`;

export interface ShopSettings {
  name: string;
  /** Of the online store; the shop's key is its myshopify.com domain, which never changes. */
  primaryDomain: string;
  currency: string;
  timeZone: string;
  /** UTC instant. */
  createdAt: string;
  plan: string;
  /** With commas between. */
  scopes: string;
}

const settings = z.object({
  shop: z.object({
    name: z.string(),
    primaryDomain: z.object({ host: z.string() }),
    currencyCode: z.string(),
    ianaTimezone: z.string(),
    createdAt: z.string(),
    plan: z.object({ publicDisplayName: z.string() }),
  }),
  currentAppInstallation: z.object({ accessScopes: z.array(z.object({ handle: z.string() })) }),
});

/** @throws UnknownTimeZone */
export async function readSettings(admin: Admin): Promise<ShopSettings> {
  const { shop, currentAppInstallation } = await admin.request(settingsDocument, {}, settings);
  if (!isKnown(shop.ianaTimezone)) throw new UnknownTimeZone(admin.shop, shop.ianaTimezone);
  return {
    name: shop.name,
    primaryDomain: shop.primaryDomain.host,
    currency: shop.currencyCode,
    timeZone: shop.ianaTimezone,
    createdAt: shop.createdAt,
    plan: shop.plan.publicDisplayName,
    scopes: currentAppInstallation.accessScopes.map((scope) => scope.handle).join(","),
  };
}

function isKnown(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone });
    return true;
  } catch {
    return false;
  }
}

const counted = z.object({ count: z.int() }).nullable();

/** Orders that match the filter, customers in all, and the creation of the oldest such order (null without one). */
export async function readCounts(
  admin: Admin,
  ordersFilter: string,
): Promise<{ orders: number; customers: number; firstOrderAt: string | null }> {
  const answer = z.object({
    orders: counted,
    customers: counted,
    first: z.object({ nodes: z.array(z.object({ createdAt: z.string() })) }),
  });
  const { orders, customers, first } = await admin.request(countsDocument, { orders: ordersFilter }, answer);
  return {
    orders: orders?.count ?? 0,
    customers: customers?.count ?? 0,
    firstOrderAt: first.nodes[0]?.createdAt ?? null,
  };
}

/** Creation of the oldest order the app may see, null without one; needs no right to read customers. */
export async function readFirstOrderAt(admin: Admin): Promise<string | null> {
  const answer = z.object({ orders: z.object({ nodes: z.array(z.object({ createdAt: z.string() })) }) });
  return (await admin.request(firstOrderDocument, {}, answer)).orders.nodes[0]?.createdAt ?? null;
}

export async function countOrders(admin: Admin, query: string): Promise<number> {
  const { ordersCount } = await admin.request(
    windowCountDocument,
    { query },
    z.object({ ordersCount: counted }),
  );
  return ordersCount?.count ?? 0;
}

/** How many there are of a resource; null where the app does not ask for that alone. */
export async function countAll(admin: Admin, resource: ReadResource): Promise<number | null> {
  const document = countDocument(resource);
  if (document === null || resource.count === undefined) return null;
  const answer = z.object({ [resource.count]: counted });
  return (await admin.request(document, {}, answer))[resource.count]?.count ?? null;
}
