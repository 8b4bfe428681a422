// Every webhook topic that the app takes in, declared once: its route, what it is for, all that is read of its body, and
// where the body names its shop. The ingress, the routes, their limits and shopify.app.toml follow from it, or are held to it.
import { z } from "zod";
import type { PrivacyTopic } from "../../prisma/generated/enums.ts";
import type { Resource } from "../sync/resources/resource.ts";
import { observedTopics } from "../sync/resources/observed.ts";
import { bulkEnded, resources, shopChanged } from "../sync/resources/resources.ts";

/** What a body tells, as the inbox keeps it. */
export type Announced =
  /** These were changed, in whatever way: they are read again. */
  | { kind: "changed"; ids: readonly bigint[] }
  /** These bulk operations have ended. */
  | { kind: "ended"; ids: readonly bigint[] }
  /** Shopify asks for this on behalf of a customer, or of a shop that has left. */
  | {
      kind: "request";
      name: PrivacyTopic;
      customerId: bigint | null;
      orderIds: bigint[];
      number: bigint | null;
    }
  /** The app may be out of the shop, or have other scopes: Shopify is asked which. */
  | { kind: "place" };

/**
 * The way of a topic through the ingress: kept there with the records, kept there in a lane of its own as what the app must not
 * miss, or passed on to the app.
 */
export type Lane = "records" | "duties" | "app";

export interface Topic {
  /** As shopify.app.toml writes it. */
  topic: string;
  route: string;
  lane: Lane;
  /** Which parts of the payload Shopify is asked for; null: all of it, which is Shopify's to choose. */
  fields: readonly string[] | null;
  /** An optional scope with which the app subscribes to it in each shop by itself; null: shopify.app.toml does, for all. */
  perShop: string | null;
  /**
   * The signature is of the body alone, and a genuine body could be sent on in another shop's name: what destroys is believed
   * only where the body itself names the shop, here, and not when it is old. Null: what is told is no more than a reason to
   * ask Shopify.
   */
  shopAt: "shop_domain" | "myshopify_domain" | null;
  maxBytes: number;
  reads: z.ZodType<Announced, unknown>;
}

/** Far above what include_fields leaves of a payload, or what Shopify says of a shop. */
const SMALL = 16_000;
/** May name every order of a customer. */
const LARGE = 1_000_000;

/** A number, in REST's form or as text, or a gid. Shopify's ids stay far below what a number holds exactly. */
const id = z
  .union([z.number(), z.string()])
  .transform((value) => /^(?:gid:\/\/shopify\/\w+\/)?([1-9]\d{0,15})$/.exec(String(value))?.[1] ?? "")
  .refine((digits) => digits !== "" && Number.isSafeInteger(Number(digits)))
  .transform(BigInt);

/** "order.id" is inside "order". */
const idAt = (path: string): z.ZodType<bigint, unknown> =>
  path
    .split(".")
    .reduceRight<z.ZodType<bigint, unknown>>(
      (inner, field) => z.object({ [field]: inner }).transform((read) => read[field] as bigint),
      id,
    );

const idsAt = (paths: readonly string[]) => {
  const places = paths.map((path) => ({ path: path.split("."), reads: idAt(path) }));
  return z.unknown().transform((body, { issues }) =>
    places.map(({ path, reads }) => {
      const read = reads.safeParse(body);
      if (read.success) return read.data;
      issues.push({ code: "custom", path, message: "expected an id", input: undefined });
      return z.NEVER;
    }),
  );
};

interface Declared {
  topic: string;
  route: string;
  ids: readonly string[];
  fields?: readonly string[];
  perShop?: string | null;
}

const ofIds = (
  kind: "changed" | "ended",
  { topic, route, ids, fields = ids, perShop = null }: Declared,
): Topic => ({
  ...{ topic, route, fields, perShop, shopAt: null, maxBytes: SMALL },
  lane: kind === "changed" ? "records" : "app",
  reads: idsAt(ids).transform((read) => ({ kind, ids: read })),
});

const customer = z.object({ id });
const nobody = { customerId: null, orderIds: [], number: null };

/** The e-mail address and the phone number beside the ids are never read into a variable of ours. */
const ofCompliance = (
  topic: string,
  name: PrivacyTopic,
  reads: z.ZodType<Omit<Extract<Announced, { kind: "request" }>, "kind" | "name">, unknown>,
): Topic => ({
  ...{ topic, route: "/webhooks/compliance", lane: "duties", fields: null, shopAt: "shop_domain" },
  perShop: null,
  maxBytes: LARGE,
  reads: reads.transform((read) => ({ kind: "request", name, ...read })),
});

const place = z.object({}).transform((): Announced => ({ kind: "place" }));

/** What the app takes in of a resource. */
export const topicsOf = ({ webhooks: { route, topics: declared } }: Resource): Topic[] =>
  Object.entries(declared).map(([topic, told]) => ofIds("changed", { ...told, topic, route }));

export const topics: readonly Topic[] = [
  ...resources.flatMap(topicsOf),
  ...observedTopics.map((declared) => ofIds("changed", declared)),
  ofIds("changed", shopChanged),
  ofIds("ended", bulkEnded),
  ofCompliance(
    "customers/data_request",
    "customers_data_request",
    z
      .object({ customer, orders_requested: z.array(id).nullish(), data_request: z.object({ id }).nullish() })
      .transform((read) => ({
        customerId: read.customer.id,
        orderIds: read.orders_requested ?? [],
        number: read.data_request?.id ?? null,
      })),
  ),
  ofCompliance(
    "customers/redact",
    "customers_redact",
    z.object({ customer, orders_to_redact: z.array(id).nullish() }).transform((read) => ({
      ...nobody,
      customerId: read.customer.id,
      orderIds: read.orders_to_redact ?? [],
    })),
  ),
  ofCompliance(
    "shop/redact",
    "shop_redact",
    z.object({}).transform(() => nobody),
  ),
  {
    ...{ topic: "app/uninstalled", route: "/webhooks/app/uninstalled", lane: "duties", fields: null },
    ...{ perShop: null, shopAt: "myshopify_domain", maxBytes: SMALL, reads: place },
  },
  // Its body names no shop: which scopes there are now is Shopify's to say.
  {
    ...{ topic: "app/scopes_update", route: "/webhooks/app/scopes_update", lane: "duties", fields: null },
    ...{ perShop: null, shopAt: null, maxBytes: SMALL, reads: place },
  },
];

/** What follows /webhooks in the addresses of the routes. */
export const webhookGroups: ReadonlySet<string> = new Set(
  topics.map(({ route }) => route.split("/")[2] ?? ""),
);

/** Topics that tell of the app's place in a shop. */
export const PLACE_TOPICS: readonly string[] = topics
  .filter(({ reads }) => reads === place)
  .map(({ topic }) => topic);

export const topicAt = (route: string, topic: string): Topic | undefined =>
  topics.find((each) => each.route === route && each.topic === topic);

/** Null for an address that takes in none. */
export const laneOf = (route: string): Lane | null =>
  topics.find((each) => each.route === route)?.lane ?? null;

export const bytesAt = (route: string): number =>
  Math.max(SMALL, ...topics.filter((each) => each.route === route).map(({ maxBytes }) => maxBytes));
