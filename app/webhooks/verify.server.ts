// A webhook as Shopify sends it, checked: needs neither a token nor a database nor Shopify's library, so that it can be read
// wherever it arrives and answered at once.
import { createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { bodyOf } from "../http/body.server.ts";
import { env } from "../env.server.ts";
import { log } from "../log.server.ts";
import { bytesAt, type Topic, topicAt } from "./topics.ts";
import { wellFormedJson } from "../well-formed.ts";

export interface Webhook {
  shop: string;
  /** As shopify.app.toml writes it, such as "orders/create". */
  topic: string;
  /** The same for every delivery of one event, whatever subscription it comes by. */
  eventId: string;
  /** The same for every attempt of one delivery. */
  webhookId: string;
  triggeredAt: string | null;
  payload: Record<string, unknown>;
  /** What the app declares of the topic. */
  declared: Topic;
}

/** An index of the database refuses a row with a text of some thousands. */
const text = z.string().min(1).max(255);
/** None of a time in which there was no Shopify: not every instant that ISO can write is one of the database's. */
const instant = z.iso
  .datetime({ offset: true })
  .transform((at) => new Date(at))
  .refine((at) => at.getTime() > 0)
  .transform((at) => at.toISOString());
const webhookHeaders = z.object({
  shop: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]*\.myshopify\.com$/i)
    .toLowerCase(),
  topic: text.toLowerCase(),
  eventId: text,
  webhookId: text,
  triggeredAt: instant.nullable(),
});
const webhookBody = z.record(z.string(), z.unknown());

const doubts = {
  misnamed: "the header names another shop than the body",
  unnamed: "the body names no shop",
  undated: "x-shopify-triggered-at is missing",
  old: "it was triggered more than 48 hours ago",
  ahead: "it was triggered in the future",
};
export type Doubt = keyof typeof doubts;

/** Signed by Shopify, and not believed. No answer of success: Shopify would take for done what was not. */
export class Disbelieved extends Response {
  readonly doubt: Doubt;
  constructor(doubt: Doubt) {
    super(doubts[doubt], { status: 400, statusText: "Bad Request" });
    this.doubt = doubt;
  }
}

/** Shopify's own tries end after four hours. */
const OLDEST_MS = 48 * 3_600_000;
const CLOCKS_DIFFER_MS = 5 * 60_000;

/** A request as whoever received it has it: Node's, or the standard's. */
export interface Received {
  method: string;
  /** By a name in lower case. */
  header: (name: string) => string | null | undefined;
  /** Null: none. */
  body: AsyncIterable<Uint8Array> | Iterable<Uint8Array> | null;
  /** Of the address. */
  path: string;
}

/** Synchronous: the library's goes through the thread pool, where it would stand behind the warehouse's queries. */
function isSigned(body: Buffer, signature: string): boolean {
  const expected = createHmac("sha256", env().SHOPIFY_API_SECRET).update(body).digest();
  const given = Buffer.from(signature, "base64");
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** See checkWebhook. */
export function verifyWebhook(request: Request): Promise<Webhook> {
  return checkWebhook({
    method: request.method,
    header: (name) => request.headers.get(name),
    body: request.body,
    path: new URL(request.url).pathname,
  });
}

/**
 * Checks a webhook by its HMAC over the raw body. Needs no token and no database, so it can answer at once.
 * Throws a Response: 405 not a POST, 413 more than it may have, 400 a header is missing or the body is not JSON, 401 the HMAC
 * is wrong, 404 not a topic of this address; Disbelieved.
 */
export async function checkWebhook(received: Received): Promise<Webhook> {
  if (received.method !== "POST")
    throw new Response(null, { status: 405, statusText: "Method Not Allowed", headers: { Allow: "POST" } });
  const raw = await bodyOf(received.body, {
    length: received.header("content-length"),
    limit: bytesAt(received.path),
  });
  const header = (name: string) => received.header(`x-shopify-${name}`) ?? null;
  const signature = header("hmac-sha256");
  if (!signature) throw badRequest("x-shopify-hmac-sha256 is missing");
  if (!isSigned(raw, signature)) throw new Response(null, { status: 401, statusText: "Unauthorized" });
  const headers = webhookHeaders.safeParse({
    shop: header("shop-domain"),
    topic: header("topic"),
    eventId: header("event-id") ?? header("webhook-id"),
    webhookId: header("webhook-id"),
    triggeredAt: header("triggered-at"),
  });
  const body = webhookBody.safeParse(jsonOf(raw));
  if (!headers.success)
    throw badRequest(`x-shopify-… ${headers.error.issues[0]?.path.join(".")} is not valid`);
  if (!body.success) throw badRequest("the body is not an object");
  const { shop, topic, triggeredAt } = headers.data;
  const declared = topicAt(received.path, topic);
  if (!declared) throw new Response("not a topic of this address", { status: 404, statusText: "Not Found" });
  const doubt = doubtOf(declared, shop, triggeredAt, body.data);
  if (doubt !== null) {
    log.warn({ shop, topic, doubt }, "a signed webhook is not believed");
    throw new Disbelieved(doubt);
  }
  return { ...headers.data, payload: body.data, declared };
}

/** The signature is of the body alone: a genuine one could be sent again, later, in the name of another shop. */
function doubtOf(
  { shopAt }: Topic,
  shop: string,
  triggeredAt: string | null,
  body: Record<string, unknown>,
): Doubt | null {
  const named = ["shop_domain", "myshopify_domain"].map((field) => body[field]);
  if (named.some((it) => typeof it === "string" && it.toLowerCase() !== shop)) return "misnamed";
  if (shopAt === null) return null;
  if (typeof body[shopAt] !== "string") return "unnamed";
  if (triggeredAt === null) return "undated";
  const ageMs = Date.now() - Date.parse(triggeredAt);
  if (ageMs > OLDEST_MS) return "old";
  return ageMs < -CLOCKS_DIFFER_MS ? "ahead" : null;
}

function jsonOf(raw: Buffer): unknown {
  try {
    return JSON.parse(wellFormedJson(raw.toString("utf8")));
  } catch {
    throw badRequest("the body is not JSON");
  }
}

function badRequest(reason: string): Response {
  return new Response(reason, { status: 400, statusText: "Bad Request" });
}
