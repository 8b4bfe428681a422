// The searchable lists of a shop: which keys and sorts orders and customers have, their pages and their counts.
import type { ResponsePath as Path } from "graphql";
import type { Customer, Order } from "../model.ts";
import { filtered, recordsConnection } from "./connections.ts";
import type { Connection, Records, SortValue } from "./connections.ts";
import type { Args, Context } from "./context.ts";
import { visible } from "./context.ts";
import { notSimulated } from "./errors.ts";
import { financialStatus, fulfillmentStatus } from "../shop/ledger.ts";
import { returnStatus } from "./order-figures.ts";
import { adminSchema } from "./schema.ts";
import { compileSearch } from "./search.ts";
import type { Predicate, SearchedResource } from "./search.ts";

const major = (minor: number, { store }: Context): number => minor / 10 ** store.shop.decimals;

function searchedOrders(context: Context, field: string): SearchedResource<Order> {
  return {
    documented: adminSchema().searchKeys.get(field) ?? new Map<string, string>(),
    timeZone: context.store.shop.timeZone,
    now: context.now,
    plain: (word) => {
      const wanted = word.toLowerCase();
      return (order) => order.name.toLowerCase().includes(wanted);
    },
    keys: {
      id: { type: "id", value: (order) => order.id },
      customer_id: { type: "id", value: (order) => order.customerId },
      created_at: { type: "time", value: (order) => order.createdAt },
      processed_at: { type: "time", value: (order) => order.processedAt },
      updated_at: { type: "time", value: (order) => order.updatedAt },
      test: { type: "boolean", value: (order) => order.test },
      name: { type: "text", value: (order) => [order.name, order.name.replace(/^#/, "")] },
      tag: { type: "text", value: (order) => order.tags },
      source_name: { type: "text", value: (order) => [order.sourceName] },
      channel: { type: "text", value: (order) => [order.channel.handle] },
      discount_code: { type: "text", value: (order) => order.discountCodes.slice(0, 1) },
      gateway: { type: "text", value: (order) => order.transactions.map((each) => each.gateway) },
      sku: { type: "text", value: (order) => order.lines.flatMap((line) => line.sku ?? []) },
      financial_status: { type: "text", value: (order) => [financialStatus(order)] },
      fulfillment_status: { type: "text", value: (order) => [fulfillmentStatus(order)] },
      return_status: { type: "text", value: (order) => [returnStatus(order)] },
      current_total_price: { type: "number", value: (order) => major(order.currentTotal, context) },
      status: {
        type: "choice",
        values: {
          any: () => true,
          open: (order) => order.cancelledAt === null,
          not_closed: (order) => order.cancelledAt === null,
          cancelled: (order) => order.cancelledAt !== null,
          closed: () => false,
        },
      },
    },
  };
}

function searchedCustomers(context: Context, field: string): SearchedResource<Customer> {
  const { store } = context;
  return {
    documented: adminSchema().searchKeys.get(field) ?? new Map<string, string>(),
    timeZone: store.shop.timeZone,
    now: context.now,
    // Free text looks through names and e-mail addresses, and the simulated shops hold none.
    plain: () => () => false,
    keys: {
      id: { type: "id", value: (customer) => customer.id },
      // "The date and time, matching a whole day" (the schema).
      updated_at: { type: "day", value: (customer) => customer.updatedAt },
      customer_date: { type: "time", value: (customer) => customer.createdAt },
      order_date: {
        type: "time",
        value: (customer) => store.ordersOf(customer.id).map((order) => order.processedAt),
      },
      orders_count: { type: "number", value: (customer) => customer.numberOfOrders },
      total_spent: { type: "number", value: (customer) => major(customer.amountSpent, context) },
      country: { type: "text", value: (customer) => (customer.country === null ? [] : [customer.country]) },
      tag: { type: "text", value: (customer) => customer.tags },
      accepts_marketing: { type: "boolean", value: (customer) => customer.emailMarketing === "SUBSCRIBED" },
    },
  };
}

export type Sorts<T> = Readonly<Record<string, (node: T, context: Context) => SortValue>>;

const ORDER_SORTS: Sorts<Order> = {
  ID: (order) => order.id,
  CREATED_AT: (order) => order.createdAt,
  PROCESSED_AT: (order) => order.processedAt,
  UPDATED_AT: (order) => order.updatedAt,
  ORDER_NUMBER: (order) => order.id,
  CURRENT_TOTAL_PRICE: (order) => order.currentTotal,
};

const CUSTOMER_SORTS: Sorts<Customer> = {
  ID: (customer) => customer.id,
  CREATED_AT: (customer) => customer.createdAt,
  UPDATED_AT: (customer) => customer.updatedAt,
};

/** The filter of a `query` argument. Its warnings go to the answer's extensions. */
export function searchFilter<T>(
  args: Args,
  resource: SearchedResource<T>,
  context: Context,
  at: Path | undefined,
): Predicate<T> | null {
  const query = args["query"];
  if (typeof query !== "string" || query.trim() === "") return null;
  const { matches, parsed, warnings } = compileSearch(query, resource);
  if (warnings.length > 0) context.search.push({ path: keysOf(at), query, parsed, warnings });
  return matches;
}

function keysOf(at: Path | undefined): (string | number)[] {
  const keys: (string | number)[] = [];
  for (let each = at; each !== undefined; each = each.prev) keys.unshift(each.key);
  return keys;
}

export function connection<T extends { id: number }>(
  nodes: Iterable<T>,
  matches: Predicate<T> | null,
  sorts: Sorts<T>,
  field: string,
  args: Args,
  context: Context,
): Connection {
  const sortKey = String(args["sortKey"]);
  const sort = sorts[sortKey];
  if (sort === undefined) throw notSimulated(`sortKey ${sortKey} of ${field}`);
  const records: Records<T> = {
    scan: () => nodes,
    matches,
    sortValue: (node) => sort(node, context),
    id: (node) => node.id,
    identity: JSON.stringify([field, args["query"], sortKey]),
  };
  return recordsConnection(records, args);
}

export const visibleOrders = (orders: Iterable<Order>, context: Context): Iterable<Order> =>
  context.oldestOrder === null ? orders : filtered(orders, (order) => visible(order, context));

export function orderConnection(
  orders: Iterable<Order>,
  args: Args,
  context: Context,
  field: string,
  at: Path | undefined,
): Connection {
  const matches = searchFilter(args, searchedOrders(context, field), context, at);
  // A generator can be read once only; the list is read by each page and by bulk operations.
  const seen = { [Symbol.iterator]: () => visibleOrders(orders, context)[Symbol.iterator]() };
  return connection(seen, matches, ORDER_SORTS, field, args, context);
}

export function customerConnection(
  customers: Iterable<Customer>,
  args: Args,
  context: Context,
  field: string,
  at: Path | undefined,
): Connection {
  const matches = searchFilter(args, searchedCustomers(context, field), context, at);
  return connection(customers, matches, CUSTOMER_SORTS, field, args, context);
}

export interface Count {
  count: number;
  precision: "EXACT" | "AT_LEAST";
}

/** `limit` null: no limit. A count that reaches its limit is "at least". */
export function count<T>(nodes: Iterable<T>, matches: Predicate<T> | null, args: Args): Count {
  const limit = typeof args["limit"] === "number" ? args["limit"] : Infinity;
  let found = 0;
  for (const node of nodes) {
    if (matches !== null && !matches(node)) continue;
    if (found === limit) return { count: found, precision: "AT_LEAST" };
    found += 1;
  }
  return { count: found, precision: "EXACT" };
}

export const countOrders = (args: Args, context: Context, at: Path | undefined): Count =>
  count(
    visibleOrders(context.store.shop.orders.values(), context),
    searchFilter(args, searchedOrders(context, "QueryRoot.ordersCount"), context, at),
    args,
  );

export const countCustomers = (args: Args, context: Context, at: Path | undefined): Count =>
  count(
    context.store.shop.customers.values(),
    searchFilter(args, searchedCustomers(context, "QueryRoot.customersCount"), context, at),
    args,
  );
