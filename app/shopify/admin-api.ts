// The way to a shop's Admin API: token, pace, retries, and what each of Shopify's refusals means.
import { ClientError, GraphQLClient } from "graphql-request";
import { z } from "zod";
import { AccessRevoked, ApiUnavailable, AppError, ScopeMissing, ShopPaused } from "../errors.ts";
import { type Failure, failure } from "../failure.ts";
import { log } from "../log.server.ts";
import { isShopifys, pauseOf } from "./shop-pause.ts";
import { noteClock } from "./shopify-clock.ts";
import { release, reserve, settle, throttleStatus } from "./cost-budget.ts";
import { meters } from "../metrics/meters.server.ts";
import { wellFormedJson } from "../well-formed.ts";

export interface Admin {
  readonly shop: string;
  /**
   * Sends one document and parses its data.
   * @param options.once for what must not be done twice: when it may have been carried out, Unanswered instead of another try
   * @throws AccessRevoked, ScopeMissing, ShopPaused, ApiUnavailable, CostTooHigh, RefusedRecord; Error for a document Shopify does not understand
   */
  request: <T>(
    document: string,
    variables: Record<string, unknown>,
    answer: z.ZodType<T>,
    options?: { once?: boolean },
  ) => Promise<T>;
}

/** Is told of every try that Shopify leaves without an answer, and of its answers: tries go on for minutes before they fail. */
export interface Hearing {
  /** @param since when Shopify was asked */
  unanswered: (since: Date) => Promise<void>;
  answered: () => Promise<void>;
}

export interface AdminOptions {
  shop: string;
  apiVersion: string;
  /** `refused` is a token that Shopify just answered with 401. */
  token: (options: { refused?: string }) => Promise<string>;
  wait: (milliseconds: number) => Promise<void>;
  signal?: AbortSignal | undefined;
  hearing?: Hearing | undefined;
  /** In [0, 1): spreads the returns of many workers. */
  random?: () => number;
}

/** One query would cost more than the API allows: ask for less at once. */
export class CostTooHigh extends Error {}

/** Shopify cannot tell one of the records that were asked for. */
export class RefusedRecord extends AppError {
  constructor(text: string) {
    super(`What Shopify sent can't be used: ${text}`, {
      status: 502,
      failure: failure("unusable_quoted", { text }),
    });
  }
}

/** No answer came that could be read: Shopify may have carried the request out or not. */
export class Unanswered extends ApiUnavailable {}

/** Worth another try after `waitMs`, or after the usual back-off. */
class Retriable extends Error {
  readonly waitMs: number | null;
  /** Shopify names a record on which it fails: others it can tell. */
  readonly ofRecord: boolean;
  readonly told: Failure;
  constructor(
    told: Failure,
    message: string,
    {
      waitMs = null,
      ofRecord = false,
      cause,
    }: { waitMs?: number | null; ofRecord?: boolean; cause?: unknown } = {},
  ) {
    super(message, { cause });
    this.told = told;
    this.waitMs = waitMs;
    this.ofRecord = ofRecord;
  }
}

class Unauthorized extends Error {}

/** What is read here is written to databases and files, which refuse some of what Shopify keeps. */
const jsonSerializer = {
  parse: (text: string): unknown => JSON.parse(wellFormedJson(text)),
  stringify: JSON.stringify,
};

const ATTEMPTS = 8;
/** Of a record on which Shopify fails, for seconds: those with it wait. */
const ATTEMPTS_OF_RECORD = 5;
/** A bucket that is empty through other callers of the app is no failure, but it must end some time. */
const THROTTLED_ATTEMPTS = 60;
/** Then the document waits for its turn anew, by what the refusal told of the bucket. */
const THROTTLED_WAIT_MS = 50;
const ANSWER_WITHIN_MS = 60_000;
/** A try that takes longer than any answer usually does is told of before it ends. */
const SILENT_AFTER_MS = 8_000;
/** Whoever waits for the bucket looks again this often: others may have given back, or the plan turned out larger. */
const LOOK_AGAIN_MS = 1000;
/** A request that waits long may outlive more than one token; one that is refused right after its renewal is withdrawn. */
const RENEWALS = 3;

const answeredError = z.object({
  message: z.string(),
  path: z.array(z.union([z.string(), z.number()])).nullish(),
  extensions: z.object({ code: z.string().optional() }).loose().optional(),
});
const extensionsSchema = z
  .object({
    cost: z
      .object({
        requestedQueryCost: z.number(),
        actualQueryCost: z.number().nullish(),
        throttleStatus,
      })
      .optional(),
    search: z
      .array(z.object({ warnings: z.array(z.object({ message: z.string() })).optional() }).loose())
      .optional(),
  })
  .loose();

export function adminApi({
  shop,
  apiVersion,
  token,
  wait: waitFor,
  signal,
  hearing,
  random = Math.random,
}: AdminOptions): Admin {
  const url = `https://${shop}/admin/api/${apiVersion}/graphql.json`;

  /** Waits for the document's turn; the cost that was booked for it. */
  async function turn(document: string): Promise<number> {
    for (;;) {
      const { cost, waitMs } = await reserve(shop, document);
      if (waitMs === 0) return cost;
      await wait(Math.min(waitMs, LOOK_AGAIN_MS) * (1 + random() / 4));
    }
  }

  const wait = (milliseconds: number) => {
    meters.adminWait.observe(milliseconds / 1000);
    return waitFor(milliseconds);
  };

  async function send(document: string, variables: Record<string, unknown>, accessToken: string) {
    const booked = await turn(document);
    const client = new GraphQLClient(url, {
      headers: { "X-Shopify-Access-Token": accessToken, accept: "application/json" },
      errorPolicy: "all",
      jsonSerializer,
    });
    const timeout = AbortSignal.timeout(ANSWER_WITHIN_MS);
    const asked = Date.now();
    let told: Promise<void> | undefined;
    const silence = setTimeout(() => {
      told = hearing?.unanswered(new Date(asked));
    }, SILENT_AFTER_MS);
    const response = await client
      .rawRequest<unknown>({
        query: document,
        variables,
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      })
      .catch(async (error: unknown) => {
        signal?.throwIfAborted();
        // Everything else is the network, or a page of HTML where JSON should be: the call may have been charged.
        if (!(error instanceof ClientError))
          throw new Retriable(failure("unanswered_unusable", { shop }), "no usable answer", { cause: error });
        await release(shop, booked);
        throw refusal(shop, error);
      })
      .finally(() => {
        clearTimeout(silence);
        return told;
      });
    noteClock(response.headers.get("date"), asked, Date.now());
    const extensions = extensionsSchema.parse(response.extensions ?? {});
    const cost = extensions.cost;
    if (cost) {
      const { requestedQueryCost: requested, actualQueryCost: charged = null } = cost;
      await settle(shop, document, { booked, requested, charged }, cost.throttleStatus);
    }
    const errors = z.array(answeredError).parse(response.errors ?? []);
    if (errors.length > 0) throw meaning(shop, errors);
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
      const asked = new Date();
      try {
        const data = answer.parse(await send(document, variables, accessToken));
        meters.adminRequests.inc({ outcome: "ok" });
        await hearing?.answered();
        return data;
      } catch (error) {
        meters.adminRequests.inc({ outcome: outcomeOf(error) });
        if (isSilence(error)) await hearing?.unanswered(asked);
        else if (!signal?.aborted) await hearing?.answered();
        if (error instanceof Unauthorized) {
          if (renewed === RENEWALS)
            throw new AccessRevoked(
              shop,
              "Shopify refuses its access token",
              failure("revoked_token", { shop }),
              error,
            );
          accessToken = await token({ refused: accessToken });
          renewed += 1;
        } else if (error instanceof Retriable) {
          if (once && error.waitMs === null) throw new Unanswered(shop, error.message, error.told, error);
          if (error.waitMs === null) attempt += 1;
          else throttled += 1;
          if (error.ofRecord && attempt > ATTEMPTS_OF_RECORD) throw new RefusedRecord(error.message);
          if (attempt > ATTEMPTS || throttled > THROTTLED_ATTEMPTS)
            throw new ApiUnavailable(shop, error.message, error.told, error);
          log.debug({ shop, attempt, throttled, reason: error.message }, "asking Shopify again");
          // What Shopify names is the least; more by up to a half, so that many workers do not return at once.
          await wait((error.waitMs ?? backOff(attempt)) * (1 + random() / 2));
        } else throw error;
      }
    }
  }

  return { shop, request };
}

/** 0.5, 1, 2 … 30 s. */
const backOff = (attempt: number): number => Math.min(30_000, 500 * 2 ** (attempt - 2));
/** Whoever asks for patience, or cannot tell one record, answers. */
const isSilence = (error: unknown): boolean =>
  error instanceof Retriable &&
  !error.ofRecord &&
  error.told.code !== "unanswered_busy" &&
  error.told.code !== "unanswered_throttled";

/** For the count of answers: what is asked again and why, and what is not. */
function outcomeOf(error: unknown): string {
  if (error instanceof Retriable) return error.waitMs === null ? "retried" : "throttled";
  return error instanceof Unauthorized || error instanceof AccessRevoked ? "refused" : "failed";
}

/** What an HTTP status outside 2xx says. */
function refusal(shop: string, { response }: ClientError): Error {
  const { status } = response;
  const headers = response.headers as Headers | undefined;
  const theirs = isShopifys(response.body);
  if (status === 401 && theirs) return new Unauthorized("Shopify refuses the access token");
  const pause = pauseOf(status, response.body);
  if (pause) return new ShopPaused(shop, pause);
  if (status === 403 && theirs)
    return new AccessRevoked(
      shop,
      "Shopify forbids the app to read it",
      failure("revoked_forbidden", { shop }),
    );
  const seconds = Number(headers?.get("retry-after"));
  const named = Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : null;
  const told = failure("unanswered_status", { shop, status: `${status}` });
  if (status === 429)
    return new Retriable(failure("unanswered_busy", { shop }), "too many requests", {
      waitMs: named ?? 2000,
    });
  if ([401, 403, 408, 430].includes(status) || status >= 500)
    return new Retriable(told, `status ${status}`, { waitMs: named });
  return new ApiUnavailable(shop, `status ${status}`, told);
}

/** What GraphQL errors say; they come with status 200. */
function meaning(shop: string, errors: z.infer<typeof answeredError>[]): Error {
  const codes = errors.map((error) => error.extensions?.code);
  const text = errors.map((error) => error.message).join("; ");
  if (codes.includes("THROTTLED"))
    return new Retriable(failure("unanswered_throttled", { shop }), "throttled", {
      waitMs: THROTTLED_WAIT_MS,
    });
  if (codes.includes("MAX_COST_EXCEEDED")) return new CostTooHigh(text);
  if (codes.includes("SHOP_INACTIVE")) return new ShopPaused(shop, "unavailable");
  if (codes.includes("ACCESS_DENIED"))
    return new ScopeMissing(shop, text, failure("revoked_quoted", { shop, text }));
  // With the place of a record in a list; a document that Shopify does not understand fails at a field.
  const ofRecord = errors.every(({ path }) => path?.some((step) => typeof step === "number"));
  if (codes.includes("INTERNAL_SERVER_ERROR") || codes.includes("TIMEOUT"))
    return new Retriable(failure("unanswered_quoted", { shop, text }), text, { ofRecord });
  if (ofRecord) return new RefusedRecord(text);
  return new Error(`Shopify refuses a query: ${text}`);
}
