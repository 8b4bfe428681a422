// How a compliance webhook is taken in: verified, noted by its event, answered at once; a job of the shop does the rest.
import { db } from "../db.server.ts";
import { log } from "../log.server.ts";
import { complianceTopics, noteRequest } from "../privacy/requests.server.ts";
import { verifyWebhook } from "../webhook.server.ts";
import { enqueue } from "./queue.server.ts";

/**
 * Throws a Response: those of verifyWebhook, 404 for another topic, 400 for a payload without the ids it should have.
 */
export async function takeInCompliance(request: Request): Promise<Response> {
  const { shop, topic, eventId, payload } = await verifyWebhook(request);
  const declared = Object.hasOwn(complianceTopics, topic) ? complianceTopics[topic] : undefined;
  if (!declared) throw new Response("not a topic of this address", { status: 404, statusText: "Not Found" });
  const noted = declared.payload.safeParse(payload);
  if (!noted.success) {
    // Paths only: a message may quote what stood there.
    const missing = noted.error.issues.map(({ path }) => path.join("."));
    log.warn({ shop, topic, missing }, "a compliance webhook without the expected ids");
    throw new Response("the expected id is missing", { status: 400, statusText: "Bad Request" });
  }
  if (await noteRequest(db, { shop, topic: declared.name, eventId, ...noted.data }))
    await enqueue("privacy", { shop });
  return new Response();
}
