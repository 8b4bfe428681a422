// The root fields, the shop, the app's installation, and the table of everything that is served.
import type { Order } from "../model.ts";
import { gid, shopId } from "../model.ts";
import { annotationMutations, annotationsOf, annotationTypes, installedApp } from "./annotations.ts";
import { bulkTypes, runBulkQuery, cancelBulk } from "./bulk-api.ts";
import { connectionTypes } from "./connections.ts";
import type { Api, Context, Fields, Served } from "./context.ts";
import { visible } from "./context.ts";
import { customerTypes, productTypes } from "./customers.ts";
import { invalidId, notSimulated } from "./errors.ts";
import { checkoutOf, goodsQueries, goodsTypes } from "./goods.ts";
import { dateTime } from "./instants.ts";
import { moneyTypes } from "./money.ts";
import { orderTypeOf, orderTypes } from "./orders.ts";
import { presentMutations, presentNodes, presentQueries, presentTypes } from "./present.ts";
import { countCustomers, countOrders, customerConnection, orderConnection } from "./records.ts";
import type { Count } from "./records.ts";
import { shopifyqlQuery, shopifyqlTypes } from "./shopifyql.ts";
import {
  createSubscription,
  deleteSubscription,
  listSubscriptions,
  subscriptionTypes,
} from "./subscription-api.ts";
import type { Shop } from "../shop.ts";

interface Gid {
  type: string;
  id: number;
}

function parsedGid(value: unknown): Gid {
  const [, type, id] = /^gid:\/\/shopify\/(\w+)\/(\d+)$/.exec(String(value)) ?? [];
  if (type === undefined || id === undefined) throw invalidId(String(value));
  return { type, id: Number(id) };
}

function ofType(value: unknown, type: string): number {
  const found = parsedGid(value);
  if (found.type !== type) throw invalidId(String(value));
  return found.id;
}

const orderOf = (id: number, context: Context): Order | null => {
  const order = context.store.shop.orders.get(id);
  return order !== undefined && visible(order, context) ? order : null;
};

const NODES: Readonly<Record<string, (id: number, context: Context) => object | null>> = {
  Order: orderOf,
  Customer: (id, { store }) => store.shop.customers.get(id) ?? null,
  Product: (id, { store }) => store.shop.products.get(id) ?? null,
  AbandonedCheckout: checkoutOf,
  ProductVariant: (id, { store }) => store.shop.variants.get(id) ?? null,
  BulkOperation: (id, { bulk }) => bulk.get(id),
  Shop: (_id, { store }) => store.shop,
  ...presentNodes,
};

function node(value: unknown, context: Context): object | null {
  const { type, id } = parsedGid(value);
  const find = NODES[type];
  if (find === undefined) throw notSimulated(`node of type ${type}`);
  const found = find(id, context);
  if (found !== null) context.types.set(found, type);
  return found;
}

const query: Fields<unknown> = {
  ...presentQueries,
  shop: (_source, _args, { store }) => store.shop,
  order: (_source, args, context) => orderOf(ofType(args["id"], "Order"), context),
  orders: (_source, args, context, at) =>
    orderConnection(
      { [Symbol.iterator]: () => context.store.shop.orders.values() },
      args,
      context,
      "QueryRoot.orders",
      at,
    ),
  ordersCount: (_source, args, context, at) => countOrders(args, context, at),
  customer: (_source, args, { store }) => store.shop.customers.get(ofType(args["id"], "Customer")) ?? null,
  customers: (_source, args, context, at) =>
    customerConnection(
      { [Symbol.iterator]: () => context.store.shop.customers.values() },
      args,
      context,
      "QueryRoot.customers",
      at,
    ),
  customersCount: (_source, args, context, at) => countCustomers(args, context, at),
  ...goodsQueries,
  webhookSubscriptions: (_source, args, { subscriptions }) => listSubscriptions(args, subscriptions),
  node: (_source, args, context) => node(args["id"], context),
  nodes: (_source, args, context) => (args["ids"] as unknown[]).map((id) => node(id, context)),
  currentAppInstallation: (_source, _args, context) => context.app,
  shopifyqlQuery: (_source, args, context) => shopifyqlQuery(args, context),
  bulkOperation: (_source, args, { bulk }) => bulk.get(ofType(args["id"], "BulkOperation")),
  bulkOperations: (_source, args, context, at) => context.bulk.list(args, context, at),
  currentBulkOperation: (_source, args, { bulk }) => bulk.latest(String(args["type"])),
};

const mutation: Fields<unknown> = {
  ...presentMutations,
  ...annotationMutations,
  bulkOperationRunQuery: (_source, args, context) => runBulkQuery(args, context),
  bulkOperationCancel: (_source, args, context) => cancelBulk(ofType(args["id"], "BulkOperation"), context),
  webhookSubscriptionCreate: (_source, args, context) => createSubscription(args, context),
  webhookSubscriptionDelete: (_source, args, { subscriptions }) =>
    deleteSubscription(ofType(args["id"], "WebhookSubscription"), subscriptions),
};

const offsetMinutes = (timeZone: string, now: Date): number => {
  const parts = new Intl.DateTimeFormat("en", { timeZone, timeZoneName: "longOffset" }).formatToParts(now);
  const offset = parts.find((part) => part.type === "timeZoneName")?.value ?? "GMT";
  const [, sign, hours = "0", minutes = "0"] = /GMT([+-])(\d{2}):(\d{2})/.exec(offset) ?? [];
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
};

const two = (value: number): string => String(value).padStart(2, "0");

const shop: Fields<Shop> = {
  id: (shop) => gid("Shop", shopId(shop.handle)),
  name: (shop) => shop.name,
  myshopifyDomain: (shop) => shop.domain,
  primaryDomain: (shop) => shop,
  url: (shop) => `https://${shop.domain}`,
  createdAt: (shop) => dateTime(shop.createdAt),
  currencyCode: (shop) => shop.currency,
  enabledPresentmentCurrencies: (shop) => [
    ...new Set([shop.currency, ...[...shop.orders.values()].map((order) => order.presentmentCurrency)]),
  ],
  ianaTimezone: (shop) => shop.timeZone,
  timezoneOffsetMinutes: (shop, _args, { now }) => offsetMinutes(shop.timeZone, now),
  timezoneOffset: (shop, _args, { now }) => {
    const offset = offsetMinutes(shop.timeZone, now);
    const size = Math.abs(offset);
    return `${offset < 0 ? "-" : "+"}${two(Math.floor(size / 60))}${two(size % 60)}`;
  },
  taxesIncluded: (shop) => shop.taxesIncluded,
  weightUnit: () => "KILOGRAMS",
  unitSystem: () => "METRIC_SYSTEM",
  plan: (shop) => shop,
  analyticsAnnotations: (shop, args) => annotationsOf(shop, args),
};

const domain: Fields<Shop> = {
  host: (shop) => shop.primaryDomain,
  url: (shop) => `https://${shop.primaryDomain}`,
  sslEnabled: () => true,
};

const plan: Fields<Shop> = {
  displayName: (shop) => shop.plan,
  publicDisplayName: (shop) => shop.plan,
  shopifyPlus: (shop) => /plus/i.test(shop.plan),
  partnerDevelopment: (shop) => /develop/i.test(shop.plan),
};

const installation: Fields<Context["app"]> = {
  id: (_app, _args, { store }) => gid("AppInstallation", shopId(store.shop.handle)),
  launchUrl: (app, _args, { store }) => `https://${store.shop.domain}/admin/apps/${app.clientId}`,
  accessScopes: (_app, _args, { granted }) => granted,
  activeSubscriptions: () => [],
  app: (app) => installedApp(app),
};

const scope: Fields<string> = {
  handle: (handle) => handle,
  description: (handle) => handle.replaceAll("_", " "),
};

const count: Fields<Count> = { count: ({ count }) => count, precision: ({ precision }) => precision };

const served: Served = {
  QueryRoot: query,
  Mutation: mutation,
  Shop: shop,
  Domain: domain,
  ShopPlan: plan,
  AppInstallation: installation,
  AccessScope: scope,
  Count: count,
  ...connectionTypes(
    "Order",
    "LineItem",
    "SalesAgreement",
    "Sale",
    "RefundLineItem",
    "Refund",
    "Return",
    "Customer",
    "BulkOperation",
    "Product",
    "ProductVariant",
    "AbandonedCheckout",
    "AbandonedCheckoutLineItem",
    "WebhookSubscription",
    "InventoryItem",
    "InventoryLevel",
    "Segment",
    "AnalyticsAnnotation",
  ),
  ...moneyTypes,
  ...orderTypes,
  ...customerTypes,
  ...productTypes,
  ...goodsTypes,
  ...subscriptionTypes,
  ...bulkTypes,
  ...shopifyqlTypes,
  ...presentTypes,
  ...annotationTypes,
};

function typeOf(interfaceName: string, source: object, context: Context): string {
  const known = context.types.get(source);
  if (known !== undefined) return known;
  const find = orderTypeOf[interfaceName];
  if (find === undefined) throw notSimulated(`objects of ${interfaceName}`);
  return find(source as never);
}

export const api: Api = { served, typeOf };
