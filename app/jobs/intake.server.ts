// How a webhook of a synced resource is taken in: checked, noted by its event, answered. Uses nothing but the inbox it is
// given, so that it can run apart from pages, jobs and the warehouse.
import { log } from "../log.server.ts";
import { orTryAgain } from "../respond.server.ts";
import { bulkEnded, subscriptions } from "../sync/resources.ts";
import type { Webhook } from "../webhook.server.ts";
import type { Inbox } from "./inbox.server.ts";

export interface Intake {
  inbox: () => Promise<Inbox>;
  /** Done before the end of a bulk operation is noted: it asks for nothing more. */
  bulkEnded: (shop: string, operations: readonly bigint[]) => Promise<void>;
}

/**
 * Takes in a checked webhook of one of the topics that resources declare for `route`.
 * Throws a Response: 404 for another topic, 400 for a payload without the ids it should have, 503 when it cannot be kept,
 * so that Shopify sends it again.
 */
export async function takeInto(intake: Intake, webhook: Webhook, route: string): Promise<Response> {
  const { shop, topic, webhookId } = webhook;
  const declared = subscriptions.find((each) => each.topic === topic && each.route === route);
  if (!declared) throw new Response("not a topic of this address", { status: 404, statusText: "Not Found" });
  const ids = declared.ids.map((path) => idAt(webhook.payload, path));
  return orTryAgain(async () => {
    const inbox = await intake.inbox();
    if (!ids.every((id) => id !== null)) {
      log.warn({ shop, topic, webhookId, expected: declared.ids }, "a webhook without the expected id");
      await inbox.countUnusable(shop);
      return new Response("the expected id is missing", { status: 400, statusText: "Bad Request" });
    }
    const settled = topic === bulkEnded.topic;
    if (settled) await intake.bulkEnded(shop, ids);
    const { eventId, triggeredAt } = webhook;
    await inbox.note({ shop, topic, eventId, webhookId, triggeredAt, resourceIds: ids, settled });
    return new Response();
  });
}

/** A REST number or a gid. Shopify's ids stay far below what a number holds exactly. */
const ID = /^(?:gid:\/\/shopify\/\w+\/)?(\d{1,16})$/;

function idAt(payload: Webhook["payload"], path: string): bigint | null {
  let value: unknown = payload;
  for (const field of path.split("."))
    value =
      typeof value === "object" && value !== null && Object.hasOwn(value, field)
        ? (value as Record<string, unknown>)[field]
        : undefined;
  const digits =
    typeof value === "string" || Number.isSafeInteger(value) ? ID.exec(String(value))?.[1] : null;
  return digits && Number.isSafeInteger(Number(digits)) ? BigInt(digits) : null;
}
