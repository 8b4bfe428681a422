// The errors callers tell apart. Each message is for operators and logs; merchants read the sentence of its failure. Routes
// turn `status` into the response's status, everything else is a 500.
import { type Failure, failure } from "./failure.ts";

export class AppError extends Error {
  readonly status: number;
  readonly failure: Failure;

  constructor(message: string, options: { status: number; failure: Failure; cause?: unknown }) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.status = options.status;
    this.failure = options.failure;
  }
}

/** Of an address: its message is a programmer's, and told as it is. */
const quoted = (text: string) => failure("quoted", { text });

/** A value from outside that cannot be used; says which one and the form that is expected. */
export class BadInput extends AppError {
  constructor(message: string) {
    super(message, { status: 400, failure: quoted(message) });
  }
}

/** What is asked for is not there, or is not this shop's. */
export class NotFound extends AppError {
  constructor(message: string) {
    super(message, { status: 404, failure: quoted(message) });
  }
}

export class UnknownKpi extends AppError {
  constructor(id: string) {
    const message = `There is no KPI named "${id}".`;
    super(message, { status: 404, failure: quoted(message) });
  }
}

export class UnknownSegmentation extends AppError {
  constructor(id: string) {
    const message = `There is no segmentation named "${id}".`;
    super(message, { status: 404, failure: quoted(message) });
  }
}

export class UnknownSegment extends AppError {
  constructor(segmentation: string, id: string) {
    const message = `The segmentation "${segmentation}" has no segment named "${id}".`;
    super(message, { status: 404, failure: quoted(message) });
  }
}

/** The shop has no such unreadable webhook. */
export class NoSuchWebhook extends AppError {
  constructor() {
    super("no such unreadable webhook", { status: 404, failure: failure("no_webhook") });
  }
}

export class UnknownJob extends AppError {
  constructor() {
    super("no such job", { status: 404, failure: failure("no_job") });
  }
}

/** The shop's tables are being brought to this version of the app. Retry in a moment: it takes seconds for most shops. */
export class ShopBeingUpdated extends AppError {
  constructor() {
    super("the shop's tables are being brought to this version of the app", {
      status: 503,
      failure: failure("being_updated"),
    });
  }
}

/** The shop's copy cannot be read and was put aside; it is read from Shopify anew. Retry: figures come as orders do. */
export class CopyBroken extends AppError {
  constructor(cause: unknown) {
    super("the shop's copy is broken and is read anew", {
      status: 503,
      failure: failure("copy_broken"),
      cause,
    });
  }
}

/** A newer version of the app has written the shop's tables: this one leaves them alone. Retry: the newer one may answer. */
export class ShopIsNewer extends AppError {
  constructor() {
    super("a newer version of the app has written the shop's tables", {
      status: 503,
      failure: failure("copy_newer"),
    });
  }
}

/** Another process has booked the shop's days by newer time zone data than this one has. Retry: the newer one may take it. */
export class ClockIsOlder extends AppError {
  constructor(shop: string, ours: string, theirs: string) {
    super(
      `The days of ${shop} are booked by newer time zone data (${theirs}) than this process has (${ours}): it waits ` +
        "until the app runs on one version of Node everywhere.",
      { status: 503, failure: failure("clock_older", { shop, ours, theirs }) },
    );
  }
}

/** The shop's orders have not begun to arrive yet. Retry once the first sync has started. */
export class ShopNotReady extends AppError {
  constructor(shop: string) {
    super(`${shop} has no data yet: its first sync has not begun.`, {
      status: 409,
      failure: failure("not_ready", { shop }),
    });
  }
}

/** Shopify refuses our token: the app was uninstalled or its rights were reduced. Do not retry; wait for the merchant. */
export class AccessRevoked extends AppError {
  constructor(shop: string, detail: string, why: Failure, cause?: unknown) {
    super(`${shop} no longer lets the app in: ${detail}`, { status: 403, failure: why, cause });
  }
}

/** A scope is missing for what was asked: something less may still be read. */
export class ScopeMissing extends AccessRevoked {}

export const PAUSES = ["frozen", "locked", "unavailable"] as const;
export type Pause = (typeof PAUSES)[number];

/** Shopify serves nobody in this shop, for an hour or for weeks. Retry in growing steps, without end. */
export class ShopPaused extends AppError {
  readonly pause: Pause;
  constructor(shop: string, pause: Pause) {
    super(`Shopify does not open ${shop}: it is ${pause}`, {
      status: 503,
      failure: failure(`paused_${pause}`, { shop }),
    });
    this.pause = pause;
  }
}

/** The copy is in another currency than the shop: nothing can be added to it. The first sync begins anew. */
export class StartsAnew extends AppError {
  constructor(shop: string) {
    super(`The currency of ${shop} has changed: it is read again.`, {
      status: 503,
      failure: failure("starts_anew", { shop }),
    });
  }
}

/** A zone that the time zone data of this Node do not have. Retry: a newer version of the app may know it. */
export class UnknownTimeZone extends AppError {
  constructor(shop: string, timeZone: string) {
    super(
      `${shop} is in the time zone "${timeZone}", which the time zone data of this Node do not have: its days can't be told.`,
      { status: 503, failure: failure("unknown_time_zone", { shop, timeZone }) },
    );
  }
}

/** Shopify did not answer usefully after all retries. Retry later. */
export class ApiUnavailable extends AppError {
  constructor(shop: string, detail: string, why: Failure, cause?: unknown) {
    super(`Shopify did not answer for ${shop}: ${detail}`, { status: 503, failure: why, cause });
  }
}

/** Shopify gave no access token to a visitor of a shop of which there is none. Retry: it passes with what is in the way. */
export class NotLetIn extends AppError {
  constructor(shop: string) {
    super(`Shopify gave the app no access token for ${shop}`, {
      status: 503,
      failure: failure("not_let_in"),
    });
  }
}

/**
 * Nothing may be loaded for the shop: its list of redacted customers cannot be read, and would let them in again. Put the
 * key that encrypted it back into TOKEN_KEYS.
 */
export class RedactionsUnreadable extends AppError {
  constructor(shop: string, cause: Error) {
    super(`${shop}'s list of redacted customers can't be read: ${cause.message}.`, {
      status: 500,
      failure: failure("redactions_unreadable"),
      cause,
    });
  }
}

/** What is wrong with a file, as operators read it, and what merchants are told of it, given the file's name. */
export interface FileFault {
  detail: string;
  line?: number | null;
  told: (file: string) => Failure;
}

/**
 * A file of what Shopify sent holds a row that cannot be read, or is not whole. Nothing of it is kept; download it again.
 * Merchants read the file's name, not its place on the machine, and not what an engine says of it.
 */
export class BrokenFile extends AppError {
  constructor(file: string, { detail, line = null, told }: FileFault, cause?: unknown) {
    const name = file.slice(file.search(/[^\\/]*$/));
    const at = `${name}${line === null ? "" : `, line ${line}`}`;
    super(`What Shopify sent can't be used: ${detail} (${at})`, { status: 500, failure: told(name), cause });
  }
}

/** A value in the file cannot be read; the message quotes what an engine says of it. */
export const brokenValue = (file: string, line: number | null, detail: string, cause: unknown): BrokenFile =>
  new BrokenFile(
    file,
    {
      detail,
      line,
      told: (name) =>
        line === null
          ? failure("file_value", { file: name })
          : failure("file_value_in_line", { file: name, line: `${line}` }),
    },
    cause,
  );
