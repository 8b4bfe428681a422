// How a webhook is taken in: checked, read by its topic's declaration, noted by its event, answered. Uses nothing but the
// inbox it is given, so that it can run apart from pages, jobs and the warehouse.
import { log } from "../log.server.ts";
import { orTryAgain } from "../http/respond.server.ts";
import type { Webhook } from "./verify.server.ts";
import type { Inbox } from "./inbox.server.ts";

export interface Intake {
  inbox: () => Promise<Inbox>;
  /** Done before the end of a bulk operation is noted: it asks for nothing more. */
  bulkEnded: (shop: string, operations: readonly bigint[]) => Promise<void>;
}

/**
 * Takes in a checked webhook.
 * Throws a Response: 400 for a payload without what should be read of it, 503 when it cannot be kept, so that Shopify sends
 * it again.
 */
export async function takeInto(intake: Intake, webhook: Webhook): Promise<Response> {
  const { shop, topic, eventId, webhookId, triggeredAt, payload, declared } = webhook;
  const read = declared.reads.safeParse(payload);
  return orTryAgain(async () => {
    const inbox = await intake.inbox();
    if (!read.success) {
      // Paths only: a message may quote what stood there.
      const missing = read.error.issues.map(({ path }) => path.join("."));
      log.warn({ shop, topic, webhookId, missing }, "a webhook without the expected ids");
      if (declared.lane !== "duties") await inbox.countUnreadable(shop);
      return new Response("the expected id is missing", { status: 400, statusText: "Bad Request" });
    }
    const announced = read.data;
    const note = { shop, topic, eventId, webhookId, triggeredAt };
    switch (announced.kind) {
      case "changed":
        await inbox.note({ ...note, resourceIds: announced.ids, settled: false });
        break;
      case "ended":
        await intake.bulkEnded(shop, announced.ids);
        await inbox.note({ ...note, resourceIds: announced.ids, settled: true });
        break;
      case "request":
        await inbox.noteRequest({ ...announced, shop, eventId });
        break;
      case "place":
        await inbox.notePlace(note);
    }
    return new Response();
  });
}
