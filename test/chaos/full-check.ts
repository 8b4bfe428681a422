// What only a check of everything can find, and the place where a run asks for it.

/**
 * Brings a shop's copy to agree with Shopify in what no sweep sees; resolves when it has been asked for, as the run waits
 * for the work itself. Null while the app has no such check: then `SPARED` is longer.
 */
export const fullCheck: ((shop: string) => Promise<void>) | null = null;

/** Told by nothing else, and mended by the merchant's next visit only. */
const TOLD_ONCE = ["app/uninstalled", "customers/redact"];

/** A deleted record is not there to be found by its updated_at, and a merge moves orders without touching theirs. */
const SEEN_BY_FULL_CHECK = ["orders/delete", "customers/delete", "customers/merge"];

/** Topics of which a run loses no webhook, because nothing that it runs afterwards could make good for it. */
export const SPARED: readonly string[] =
  fullCheck === null ? [...TOLD_ONCE, ...SEEN_BY_FULL_CHECK] : TOLD_ONCE;
