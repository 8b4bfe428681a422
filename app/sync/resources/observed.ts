// Every observed source, and what follows from all of them: topics, scopes that a merchant may grant for them, and whose
// webhooks name customers.
import { consents } from "./consents.ts";
import type { ObservedResource, ObservedTopic } from "./observed-resource.ts";
import { segmentMembers, shopifySegments } from "./shopify-segments.ts";
import { stockLevels, unitCosts } from "./stock.ts";

export const observed: readonly ObservedResource[] = [
  consents,
  unitCosts,
  stockLevels,
  shopifySegments,
  segmentMembers,
];

/** Topics that belong to no mirrored resource. */
export const observedTopics: readonly (ObservedTopic & { topic: string; route: string })[] = observed.flatMap(
  ({ webhooks: { route, topics } }) =>
    Object.entries(topics).map(([topic, declared]) => ({ topic, route, ...declared })),
);

/** Of these, those whose webhooks name a customer. */
export const topicsOfCustomers: readonly string[] = [consents, segmentMembers].flatMap(({ webhooks }) =>
  Object.keys(webhooks.topics),
);

export const isReadable = ({ scopes }: ObservedResource, granted: ReadonlySet<string>): boolean =>
  scopes.some((scope) => granted.has(scope));
