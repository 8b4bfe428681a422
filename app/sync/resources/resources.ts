// Every synced resource, and what all of them together ask of the merchant.
import { READ_SCOPE, WRITE_SCOPE } from "../../shopify/annotations.ts";
import { checkouts } from "./checkouts.ts";
import { customers } from "./customers.ts";
import { observed } from "./observed.ts";
import { orders } from "./orders.ts";
import { products } from "./products.ts";
import type { Resource } from "./resource.ts";

export const resources: readonly Resource[] = [orders, customers, products, checkouts];

/** The shop's name, plan or clock may have changed. */
export const shopChanged = { topic: "shop/update", route: "/webhooks/shop", ids: ["id"] };
/** One of the app's bulk operations has ended. */
export const bulkEnded = {
  topic: "bulk_operations/finish",
  route: "/webhooks/bulk",
  ids: ["admin_graphql_api_id"],
};

/** The scopes the app asks for, as shopify.app.toml must list them. */
export const askedScopes: readonly string[] = [
  ...new Set(resources.flatMap((resource) => [...resource.scopes, ...resource.wishedScopes])),
];

/**
 * Scopes that a merchant may grant later, from within the app. read_reports: Shopify's own sales figures, to hold ours
 * against; it works only for apps that Shopify has approved for protected customer data of level 2. read_inventory: what is in
 * stock, to be recorded from then on. Of annotations: Shopify's and other apps' notes on days beside the shop's own, and those
 * in Shopify's reports.
 */
export const optionalScopes: readonly string[] = [
  ...new Set([
    "read_reports",
    ...[READ_SCOPE, WRITE_SCOPE],
    ...resources.flatMap(({ optionalScopes: more = [] }) => more),
    ...observed.flatMap(({ scopes }) => scopes).filter((scope) => !askedScopes.includes(scope)),
  ]),
];

/** The scopes a resource needs that were not granted. */
export function missingScopes(resource: Resource, granted: ReadonlySet<string>): string[] {
  return resource.scopes.filter((scope) => !granted.has(scope));
}
