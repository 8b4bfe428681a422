// What a resolver may know besides its source: the shop, the app's grant in it, the clock, and where to leave warnings.
import type { ResponsePath as Path } from "graphql";
import type { BulkOperations } from "./bulk.ts";
import { compareInstants } from "./instants.ts";
import type { Order } from "../model.ts";
import type { SearchWarnings } from "./search.ts";
import type { Store } from "./store.ts";
import type { ShopSubscriptions } from "./subscriptions.ts";

export type Args = Readonly<Record<string, unknown>>;
export type Resolve<S> = (source: S, args: Args, context: Context, at?: Path) => unknown;
export type Fields<S> = Readonly<Record<string, Resolve<S>>>;
/** Type name → field name → resolver. A field that is absent is not simulated. */
export type Served = Readonly<Record<string, Fields<never>>>;

export interface App {
  clientId: string;
}

/** How Shopify's sales reports treat the app and the shop. */
export interface Reports {
  /** For names and addresses, which queries to reports ask for however little they show. */
  approved: boolean;
  /** Reports leave out those of Shopify Payments in test mode alone; other gateways' test orders may be in them. */
  testOrders: boolean;
}

/** Everything that is served, and the concrete type of a source behind an interface. */
export interface Api {
  served: Served;
  typeOf: (interfaceName: string, source: object, context: Context) => string;
}

export interface Context {
  api: Api;
  store: Store;
  app: App;
  /** As granted, for currentAppInstallation. */
  granted: readonly string[];
  /** As granted, with what they imply. */
  scopes: ReadonlySet<string>;
  /** Orders created before this instant are invisible; null: all history. */
  oldestOrder: string | null;
  now: Date;
  reports: Reports;
  bulk: BulkOperations;
  subscriptions: ShopSubscriptions;
  search: SearchWarnings;
  /** Concrete types behind interfaces whose sources do not say it themselves. */
  types: WeakMap<object, string>;
  /** A signed address of a file, for as long as given. */
  linkTo: (file: string, expires: Date) => string;
}

export const visible = (order: Order, context: Context): boolean =>
  context.oldestOrder === null || compareInstants(order.createdAt, context.oldestOrder) >= 0;
