// Every synced resource, and what all of them together ask of the merchant.
import { customers } from "./customers.ts";
import { orders } from "./orders.ts";
import type { Resource } from "./resource.ts";

export const resources: readonly Resource[] = [orders, customers];

export const resourceOf = (topic: string): Resource | undefined =>
  resources.find((resource) => resource.webhooks?.topics.includes(topic));

/** The scopes the app asks for, as shopify.app.toml must list them. */
export const askedScopes: readonly string[] = [
  ...new Set(resources.flatMap((resource) => [...resource.scopes, ...resource.wishedScopes])),
];

/** The scopes a resource needs that were not granted. */
export function missingScopes(resource: Resource, granted: ReadonlySet<string>): string[] {
  return resource.scopes.filter((scope) => !granted.has(scope));
}
