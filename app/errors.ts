// The errors callers tell apart. Each message says what is wrong in words a merchant or an operator can act on;
// routes turn `status` into the response's status, everything else is a 500.

export class AppError extends Error {
  readonly status: number;
  /** What merchants read, where the message is for operators alone: it names places on the machine, or quotes an engine. */
  readonly told: string;

  constructor(message: string, options: { status: number; told?: string; cause?: unknown }) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.status = options.status;
    this.told = options.told ?? message;
  }
}

/** A value from outside that cannot be used; says which one and the form that is expected. */
export class BadInput extends AppError {
  constructor(message: string) {
    super(message, { status: 400 });
  }
}

/** What is asked for is not there, or is not this shop's. */
export class NotFound extends AppError {
  constructor(message: string) {
    super(message, { status: 404 });
  }
}

export class UnknownKpi extends AppError {
  constructor(id: string) {
    super(`There is no KPI named "${id}".`, { status: 404 });
  }
}

export class UnknownSegmentation extends AppError {
  constructor(id: string) {
    super(`There is no segmentation named "${id}".`, { status: 404 });
  }
}

export class UnknownSegment extends AppError {
  constructor(segmentation: string, id: string) {
    super(`The segmentation "${segmentation}" has no segment named "${id}".`, { status: 404 });
  }
}

/** The shop has no such unreadable webhook. */
export class NoSuchWebhook extends AppError {
  constructor() {
    super("That change isn't waiting to be run again.", { status: 404 });
  }
}

export class UnknownJob extends AppError {
  constructor() {
    super("That job isn't waiting any more.", { status: 404 });
  }
}

/** The shop's tables are being brought to this version of the app. Retry in a moment: it takes seconds for most shops. */
export class ShopBeingUpdated extends AppError {
  constructor() {
    super(
      "Your figures are being updated for a new version of the app. Nothing is lost, and whatever changes in Shopify " +
        "meanwhile is caught up on. Try again in a minute.",
      { status: 503 },
    );
  }
}

/** The shop's copy cannot be read and was put aside; it is read from Shopify anew. Retry: figures come as orders do. */
export class CopyBroken extends AppError {
  constructor(cause: unknown) {
    super(
      "The app's copy of your orders was damaged, so it is being read from Shopify anew. Nothing is lost in Shopify, and " +
        "figures appear again as soon as the first orders are here. Try again in a minute.",
      { status: 503, cause },
    );
  }
}

/** A newer version of the app has written the shop's tables: this one leaves them alone. Retry: the newer one may answer. */
export class ShopIsNewer extends AppError {
  constructor() {
    super(
      "Your figures were stored by a newer version of the app than the one that answers here, so they can't be shown " +
        "right now. Nothing is lost. Try again in a minute; if this stays, tell the app's support.",
      { status: 503 },
    );
  }
}

/** Another process has booked the shop's days by newer time zone data than this one has. Retry: the newer one may take it. */
export class ClockIsOlder extends AppError {
  constructor(shop: string, ours: string, theirs: string) {
    super(
      `The days of ${shop} are booked by newer time zone data (${theirs}) than this process has (${ours}): it waits ` +
        "until the app runs on one version of Node everywhere.",
      { status: 503 },
    );
  }
}

/** The shop's orders have not begun to arrive yet. Retry once the first sync has started. */
export class ShopNotReady extends AppError {
  constructor(shop: string) {
    super(`${shop} has no data yet: its first sync has not begun.`, { status: 409 });
  }
}

/** Shopify refuses our token: the app was uninstalled or its rights were reduced. Do not retry; wait for the merchant. */
export class AccessRevoked extends AppError {
  constructor(shop: string, detail: string, cause?: unknown) {
    super(`${shop} no longer lets the app in: ${detail}`, { status: 403, cause });
  }
}

/** A scope is missing for what was asked: something less may still be read. */
export class ScopeMissing extends AccessRevoked {}

export const PAUSES = ["frozen", "locked", "unavailable"] as const;
export type Pause = (typeof PAUSES)[number];

const PAUSED: Readonly<Record<Pause, string>> = {
  frozen: "the store is frozen until its plan is paid",
  locked: "the store is locked",
  unavailable: "the store is not available",
};

/** Shopify serves nobody in this shop, for an hour or for weeks. Retry in growing steps, without end. */
export class ShopPaused extends AppError {
  readonly pause: Pause;
  constructor(shop: string, pause: Pause) {
    super(`Shopify does not open ${shop}: ${PAUSED[pause]}`, { status: 503 });
    this.pause = pause;
  }
}

/** The copy is in another currency than the shop: nothing can be added to it. The first sync begins anew. */
export class StartsAnew extends AppError {
  constructor(shop: string) {
    super(`The currency of ${shop} has changed: its figures are being read again.`, { status: 503 });
  }
}

/** A zone that the time zone data of this Node do not have. Retry: a newer version of the app may know it. */
export class UnknownTimeZone extends AppError {
  constructor(shop: string, timeZone: string) {
    super(
      `${shop} is in the time zone "${timeZone}", which this version of the app does not know: its days can't be told. ` +
        "A newer version may know it. Until then, choose another time zone in Shopify's settings.",
      { status: 503 },
    );
  }
}

/** Shopify did not answer usefully after all retries. Retry later. */
export class ApiUnavailable extends AppError {
  constructor(shop: string, detail: string, cause?: unknown) {
    super(`Shopify did not answer for ${shop}: ${detail}`, { status: 503, cause });
  }
}

/** Shopify gave no access token to a visitor of a shop of which there is none. Retry: it passes with what is in the way. */
export class NotLetIn extends AppError {
  constructor(shop: string) {
    super(`Shopify gave the app no access token for ${shop}`, {
      status: 503,
      told: "Shopify isn't answering the app right now, so it can't sign in to your store. Nothing is lost. Try again in a minute.",
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
      told: "The list of customers who were erased can't be read, so nothing is added to the figures. Tell the app's support.",
      cause,
    });
  }
}

/**
 * A file of what Shopify sent holds a row that cannot be read. Nothing of it is kept; download it again. Merchants read the
 * file's name, not its place on the machine, and not what an engine says of it.
 */
export class BrokenFile extends AppError {
  constructor(file: string, line: number | null, detail: string, cause?: unknown) {
    const at = `${file.slice(file.search(/[^\\/]*$/))}${line === null ? "" : `, line ${line}`}`;
    const told = cause === undefined ? detail : "a value of it can't be read";
    super(`What Shopify sent can't be used: ${detail} (${at})`, {
      status: 500,
      told: `What Shopify sent can't be used: ${told} (${at})`,
      cause,
    });
  }
}
