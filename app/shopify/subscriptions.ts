// The app's own webhook subscriptions in one shop, beside those of shopify.app.toml, which hold for all shops and are not
// listed here. Shopify gives one up when it could not be delivered for hours, so what is wanted is held against what is there.
import { z } from "zod";
import { log } from "../log.server.ts";
import type { Admin } from "./admin-api.ts";

export interface Subscription {
  /** As headers have it: "inventory_levels/update". */
  topic: string;
  /** Absolute. */
  uri: string;
  /** The parts of the payload that are sent; null: all. */
  fields: readonly string[] | null;
}

export const listDocument = `query Subscriptions($after: String) {
  webhookSubscriptions(first: 100, after: $after) {
    nodes { id topic uri }
    pageInfo { hasNextPage endCursor }
  }
}`;

export const createDocument = `mutation Subscribe($topic: WebhookSubscriptionTopic!, $subscription: WebhookSubscriptionInput!) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: $subscription) { userErrors { message } }
}`;

export const deleteDocument = `mutation Unsubscribe($id: ID!) {
  webhookSubscriptionDelete(id: $id) { userErrors { message } }
}`;

const listed = z.object({
  webhookSubscriptions: z.object({
    nodes: z.array(z.object({ id: z.string(), topic: z.string(), uri: z.string() })),
    pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
  }),
});
const refusals = z.object({ userErrors: z.array(z.object({ message: z.string() })) });
const created = z.object({ webhookSubscriptionCreate: refusals });
const deleted = z.object({ webhookSubscriptionDelete: refusals });

type There = z.infer<typeof listed>["webhookSubscriptions"]["nodes"];

/** The API's name of a topic. */
const named = (topic: string): string => topic.toUpperCase().replaceAll(/[/.]/g, "_");

/** Subscribes to what is wanted and is not there, and ends every other subscription; the topics of both. */
export async function keepSubscriptions(
  admin: Admin,
  wanted: readonly Subscription[],
): Promise<{ made: string[]; ended: string[] }> {
  const there = await listAll(admin);
  const made: string[] = [];
  const ended: string[] = [];
  const isThere = ({ topic, uri }: Subscription) =>
    there.some((each) => each.topic === named(topic) && each.uri === uri);
  for (const subscription of wanted) {
    if (isThere(subscription)) continue;
    const { topic, uri, fields } = subscription;
    const input = { uri, format: "JSON", includeFields: fields };
    const { webhookSubscriptionCreate: answer } = await admin.request(
      createDocument,
      { topic: named(topic), subscription: input },
      created,
    );
    // A scope may have been taken back just now; sweeps find what no webhook tells of.
    if (told(admin, topic, answer)) made.push(topic);
  }
  for (const { id, topic, uri } of there) {
    if (wanted.some((each) => named(each.topic) === topic && each.uri === uri)) continue;
    const { webhookSubscriptionDelete: answer } = await admin.request(deleteDocument, { id }, deleted);
    if (told(admin, topic, answer)) ended.push(topic);
  }
  return { made, ended };
}

function told({ shop }: Admin, topic: string, { userErrors }: z.infer<typeof refusals>): boolean {
  if (userErrors.length > 0) log.warn({ shop, topic, userErrors }, "Shopify refuses a subscription");
  return userErrors.length === 0;
}

async function listAll(admin: Admin): Promise<There> {
  const all: There = [];
  for (let after: string | null = null; ;) {
    const { webhookSubscriptions: page }: z.infer<typeof listed> = await admin.request(
      listDocument,
      { after },
      listed,
    );
    all.push(...page.nodes);
    if (!page.pageInfo.hasNextPage) return all;
    after = page.pageInfo.endCursor;
  }
}
