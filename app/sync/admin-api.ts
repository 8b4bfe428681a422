// The way to a shop's Admin API: token, pace, retries, and what each of Shopify's refusals means.
import { ClientError, GraphQLClient } from "graphql-request";
import { z } from "zod";
import { AccessRevoked, ApiUnavailable } from "../errors.ts";
import { log } from "../log.server.ts";
import { CostBucket, throttleStatus } from "./cost-bucket.ts";

export interface Admin {
  readonly shop: string;
  /**
   * Sends one document and parses its data.
   * @param options.once for what must not be done twice: when it may have been carried out, Unanswered instead of another try
   * @throws AccessRevoked, ApiUnavailable, CostTooHigh; Error for a document Shopify does not understand
   */
  request: <T>(
    document: string,
    variables: Record<string, unknown>,
    answer: z.ZodType<T>,
    options?: { once?: boolean },
  ) => Promise<T>;
}

export interface AdminOptions {
  shop: string;
  apiVersion: string;
  /** `refused` is a token that Shopify just answered with 401. */
  token: (options: { refused?: string }) => Promise<string>;
  wait: (milliseconds: number) => Promise<void>;
  signal?: AbortSignal | undefined;
}

/** One query would cost more than the API allows: ask for less at once. */
export class CostTooHigh extends Error {}

/** No answer came that could be read: Shopify may have carried the request out or not. */
export class Unanswered extends ApiUnavailable {}

/** Worth another try after `waitMs`, or after the usual back-off. */
class Retriable extends Error {
  readonly waitMs: number | null;
  constructor(message: string, waitMs: number | null = null, cause?: unknown) {
    super(message, { cause });
    this.waitMs = waitMs;
  }
}

class Unauthorized extends Error {}

const ATTEMPTS = 8;
/** A bucket that is empty through other callers of the app is no failure, but it must end some time. */
const THROTTLED_ATTEMPTS = 60;
const ANSWER_WITHIN_MS = 60_000;
/** A request that waits long may outlive more than one token; one that is refused right after its renewal is withdrawn. */
const RENEWALS = 3;

const failure = z.object({
  message: z.string(),
  extensions: z.object({ code: z.string().optional() }).loose().optional(),
});
const extensionsSchema = z
  .object({
    cost: z.object({ requestedQueryCost: z.number(), throttleStatus }).optional(),
    search: z
      .array(z.object({ warnings: z.array(z.object({ message: z.string() })).optional() }).loose())
      .optional(),
  })
  .loose();

/** One bucket a shop and process: Shopify counts by app and shop. */
const buckets = new Map<string, CostBucket>();

export function adminApi({ shop, apiVersion, token, wait, signal }: AdminOptions): Admin {
  const url = `https://${shop}/admin/api/${apiVersion}/graphql.json`;
  const bucket = buckets.get(shop) ?? new CostBucket();
  buckets.set(shop, bucket);

  async function send(document: string, variables: Record<string, unknown>, accessToken: string) {
    await wait(bucket.reserve(document, Date.now()));
    const client = new GraphQLClient(url, {
      headers: { "X-Shopify-Access-Token": accessToken, accept: "application/json" },
      errorPolicy: "all",
    });
    const timeout = AbortSignal.timeout(ANSWER_WITHIN_MS);
    const response = await client
      .rawRequest<unknown>({
        query: document,
        variables,
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      })
      .catch((error: unknown) => {
        signal?.throwIfAborted();
        // Everything else is the network, or a page of HTML where JSON should be.
        throw error instanceof ClientError
          ? refusal(shop, error)
          : new Retriable("no usable answer", null, error);
      });
    const extensions = extensionsSchema.parse(response.extensions ?? {});
    const cost = extensions.cost;
    if (cost) bucket.learn(document, cost.requestedQueryCost, cost.throttleStatus, Date.now());
    const errors = z.array(failure).parse(response.errors ?? []);
    if (errors.length > 0)
      throw meaning(shop, errors, () => bucket.waitFor(cost?.requestedQueryCost ?? 0, Date.now()));
    // An unknown search key matches everything: believing such an answer would sync the wrong orders.
    const warnings = (extensions.search ?? []).flatMap((search) => search.warnings ?? []);
    if (warnings.length > 0)
      throw new Error(`Shopify ignored a part of the search: ${warnings.map((w) => w.message).join("; ")}`);
    return response.data;
  }

  async function request<T>(
    document: string,
    variables: Record<string, unknown>,
    answer: z.ZodType<T>,
    { once = false }: { once?: boolean } = {},
  ): Promise<T> {
    let accessToken = await token({});
    let renewed = 0;
    let throttled = 0;
    for (let attempt = 1; ;) {
      try {
        return answer.parse(await send(document, variables, accessToken));
      } catch (error) {
        if (error instanceof Unauthorized) {
          if (renewed === RENEWALS) throw new AccessRevoked(shop, "Shopify refuses its access token", error);
          accessToken = await token({ refused: accessToken });
          renewed += 1;
        } else if (error instanceof Retriable) {
          if (once && error.waitMs === null) throw new Unanswered(shop, error.message, error);
          if (error.waitMs === null) attempt += 1;
          else throttled += 1;
          if (attempt > ATTEMPTS || throttled > THROTTLED_ATTEMPTS)
            throw new ApiUnavailable(shop, error.message, error);
          log.debug({ shop, attempt, throttled, reason: error.message }, "asking Shopify again");
          await wait(error.waitMs ?? backOff(attempt));
        } else throw error;
      }
    }
  }

  return { shop, request };
}

/** 0.5, 1, 2 … 30 s, each up to half longer, so that many workers do not return at once. */
const backOff = (attempt: number): number =>
  Math.min(30_000, 500 * 2 ** (attempt - 2)) * (1 + Math.random() / 2);

/** What an HTTP status outside 2xx says. */
function refusal(shop: string, { response }: ClientError): Error {
  const { status } = response;
  const headers = response.headers as Headers | undefined;
  if (status === 401) return new Unauthorized("Shopify refuses the access token");
  if (status === 403) return new AccessRevoked(shop, "Shopify forbids the app to read it");
  if (status === 402) return new ApiUnavailable(shop, "the store is frozen until its plan is paid");
  if (status === 423) return new ApiUnavailable(shop, "the store is locked");
  if (status === 429) {
    const seconds = Number(headers?.get("retry-after"));
    return new Retriable(
      "too many requests",
      Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : 2000,
    );
  }
  if (status === 408 || status === 430 || status >= 500) return new Retriable(`status ${status}`);
  return new ApiUnavailable(shop, `status ${status}`);
}

/** What GraphQL errors say; they come with status 200. */
function meaning(shop: string, errors: z.infer<typeof failure>[], throttleWait: () => number): Error {
  const codes = errors.map((error) => error.extensions?.code);
  const text = errors.map((error) => error.message).join("; ");
  if (codes.includes("THROTTLED")) return new Retriable("throttled", Math.max(50, throttleWait()));
  if (codes.includes("MAX_COST_EXCEEDED")) return new CostTooHigh(text);
  if (codes.includes("ACCESS_DENIED") || codes.includes("SHOP_INACTIVE"))
    return new AccessRevoked(shop, text);
  if (codes.includes("INTERNAL_SERVER_ERROR") || codes.includes("TIMEOUT")) return new Retriable(text);
  return new Error(`Shopify refuses a query: ${text}`);
}
