// Webhook subscriptions as an app makes them in one shop by the Admin API, with the scopes that their topics need.
import { isEnumType } from "graphql";
import { gid } from "../model.ts";
import type { Connection } from "./connections.ts";
import { listConnection } from "./connections.ts";
import type { Args, Context, Fields, Served } from "./context.ts";
import { notSimulated } from "./errors.ts";
import { dateTime } from "./instants.ts";
import { adminSchema } from "./schema.ts";
import type { Made, ShopSubscriptions } from "./subscriptions.ts";

interface Topic {
  /** As the API names it: INVENTORY_LEVELS_UPDATE. */
  name: string;
  /** As headers name it: inventory_levels/update. */
  topic: string;
  /** One of these is needed; none: everybody may hear of it. */
  scopes: readonly string[];
}

let known: readonly Topic[] | null = null;

/** From the texts of the schema, which is all that it says of them. */
function topics(): readonly Topic[] {
  if (known !== null) return known;
  const type = adminSchema().schema.getType("WebhookSubscriptionTopic");
  if (!isEnumType(type)) throw new Error("The schema has no webhook topics.");
  known = type.getValues().flatMap(({ name, description }) => {
    const topic = /webhook topic for `([^`]+)`/.exec(description ?? "")?.[1];
    const [, needs = ""] = /Requires ([^]*)$/.exec(description ?? "") ?? [];
    return topic === undefined ? [] : [{ name, topic, scopes: needs.match(/\b(?:read|write)_\w+/g) ?? [] }];
  });
  return known;
}

export function isTopicAllowed(topic: string, scopes: ReadonlySet<string>): boolean {
  const needs = topics().find((each) => each.topic === topic)?.scopes ?? [];
  return needs.length === 0 || needs.some((scope) => scopes.has(scope));
}

interface Payload {
  webhookSubscription?: Made | null;
  deletedWebhookSubscriptionId?: string | null;
  userErrors: readonly { field: string[] | null; message: string }[];
}

const refused = (field: string[], message: string): Payload => ({
  webhookSubscription: null,
  deletedWebhookSubscriptionId: null,
  userErrors: [{ field, message }],
});

export function createSubscription(args: Args, { subscriptions, scopes, now }: Context): Payload {
  const named = topics().find(({ name }) => name === args["topic"]);
  if (named === undefined) throw notSimulated(`webhook topic ${String(args["topic"])}`);
  const { uri, callbackUrl, includeFields, name, format, ...more } = args["webhookSubscription"] as Record<
    string,
    unknown
  >;
  const address = uri ?? callbackUrl;
  if (typeof address !== "string" || !/^https?:\/\//.test(address))
    return refused(["webhookSubscription", "uri"], "Address is invalid");
  const [asked] = Object.keys(more);
  if (asked !== undefined || (format !== undefined && format !== "JSON"))
    throw notSimulated(`webhook subscriptions with ${asked ?? "another format"}`);
  if (!isTopicAllowed(named.topic, scopes))
    return refused(["topic"], `You cannot create a webhook subscription with the specified topic`);
  if (subscriptions.list().some((each) => each.topic === named.topic && each.uri === address))
    return refused(["webhookSubscription", "callbackUrl"], "Address for this topic has already been taken");
  const made = subscriptions.make(
    {
      topic: named.topic,
      uri: address,
      includeFields: (includeFields as string[] | null | undefined) ?? null,
      name: (name as string | null | undefined) ?? null,
    },
    now,
  );
  return { webhookSubscription: made, userErrors: [] };
}

export function deleteSubscription(id: number, subscriptions: ShopSubscriptions): Payload {
  if (!subscriptions.drop(id)) return refused(["id"], "Webhook subscription does not exist");
  return { deletedWebhookSubscriptionId: gid("WebhookSubscription", id), userErrors: [] };
}

export function listSubscriptions(args: Args, subscriptions: ShopSubscriptions): Connection {
  for (const given of ["query", "uri", "callbackUrl", "topics", "format"])
    if (args[given] != null) throw notSimulated(`webhookSubscriptions by ${given}`);
  return listConnection(subscriptions.list(), args);
}

const subscription: Fields<Made> = {
  id: ({ id }) => gid("WebhookSubscription", id),
  topic: ({ topic }) => topics().find((each) => each.topic === topic)?.name,
  uri: ({ uri }) => uri,
  callbackUrl: ({ uri }) => uri,
  includeFields: ({ includeFields }) => includeFields ?? [],
  createdAt: ({ createdAt }) => dateTime(createdAt),
  name: ({ name }) => name,
};

const payload: Fields<Payload> = {
  webhookSubscription: ({ webhookSubscription }) => webhookSubscription ?? null,
  deletedWebhookSubscriptionId: ({ deletedWebhookSubscriptionId }) => deletedWebhookSubscriptionId ?? null,
  userErrors: ({ userErrors }) => userErrors,
};

export const subscriptionTypes: Served = {
  WebhookSubscription: subscription,
  WebhookSubscriptionCreatePayload: payload,
  WebhookSubscriptionDeletePayload: payload,
};
