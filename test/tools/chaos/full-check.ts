// What only the night's check of everything can find, and how a run asks for that check.
import { enqueue } from "../../../app/queue/queue.server.ts";
import { beginCheck } from "../../../app/sync/sync.server.ts";

/** Told by nothing else, and mended by the merchant's next visit only. */
export const TOLD_ONCE: readonly string[] = ["app/uninstalled", "customers/redact"];

/** A deleted record is not there to be found by its updated_at, and a merge moves orders without touching theirs. */
export const SEEN_BY_FULL_CHECK: readonly string[] = ["orders/delete", "customers/delete", "customers/merge"];

/** Has the shop's whole copy checked; resolves when that has been asked for. */
export async function askFullCheck(shop: string): Promise<void> {
  await beginCheck(shop);
  await enqueue("check", { shop });
}
