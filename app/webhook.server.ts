// A webhook as Shopify sends it, checked: needs neither a token nor a database nor Shopify's library, so that it can be read
// wherever it arrives and answered at once.
import { createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { bodyOf } from "./body.server.ts";
import { env } from "./env.server.ts";
import { wellFormedJson } from "./well-formed.ts";

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

/** Far above what include_fields leaves of a payload. */
const WEBHOOK_BYTES = 1_000_000;

/** A request as whoever received it has it: Node's, or the standard's. */
export interface Received {
  method: string;
  /** By a name in lower case. */
  header: (name: string) => string | null | undefined;
  /** Null: none. */
  body: AsyncIterable<Uint8Array> | null;
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
  });
}

/**
 * Checks a webhook by its HMAC over the raw body. Needs no token and no database, so it can answer at once.
 * Throws a Response: 405 not a POST, 413 more than a megabyte, 400 a header is missing, the body is not JSON or
 * names another shop, 401 the HMAC is wrong.
 */
export async function checkWebhook(received: Received): Promise<Webhook> {
  if (received.method !== "POST")
    throw new Response(null, { status: 405, statusText: "Method Not Allowed", headers: { Allow: "POST" } });
  const raw = await bodyOf(received.body, {
    length: received.header("content-length"),
    limit: WEBHOOK_BYTES,
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
  // The signature is of the body alone: a genuine one could be sent again in the name of another shop.
  for (const field of ["shop_domain", "myshopify_domain"]) {
    const told = body.data[field];
    if (typeof told === "string" && told.toLowerCase() !== headers.data.shop)
      throw badRequest("the header names another shop than the body");
  }
  return { ...headers.data, payload: body.data };
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
