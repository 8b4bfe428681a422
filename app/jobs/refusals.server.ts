// Ends of a job that are no failure: the shop is closed for now, its grant or its currency has changed, its tables are being
// changed, its copy is broken, it has left.
import {
  AccessRevoked,
  ClockIsOlder,
  CopyBroken,
  ScopeMissing,
  ShopBeingUpdated,
  ShopIsNewer,
  ShopPaused,
  StartsAnew,
} from "../errors.ts";
import { Bounded } from "../bounded.ts";
import { log } from "../log.server.ts";
import type { JobName, JobTools, Payload } from "../queue/contract.ts";
import { followScopes, pause } from "../sync/sync.server.ts";

/** Another process changes the shop's tables, or has: this one's job comes again until they are its own, or the newer one's takes it. */
const TABLES_AGAIN_MS = 15_000;
/** Shops of which the log has said that a newer process has taken them. */
const left = new Bounded<string, true>(1_000);

/**
 * What follows from an error of a job of this shop. Nothing here uses up attempts: a shop may be closed for weeks.
 * @returns false for an error that is a failure, to be tried again as such
 */
export async function settle<N extends JobName>(
  error: unknown,
  { shop, name, payload }: { shop: string; name: N; payload: Payload<N> },
  { enqueue }: JobTools,
): Promise<boolean> {
  if (error instanceof ShopPaused) {
    const runAt = await pause(shop, error.pause);
    await enqueue(name, payload, { runAt });
    return true;
  }
  if (error instanceof ShopBeingUpdated || error instanceof ShopIsNewer || error instanceof ClockIsOlder) {
    if (!(error instanceof ShopBeingUpdated) && left.get(shop) === undefined) {
      left.set(shop, true);
      log.warn(
        { shop, reason: error.message },
        "this process follows the shop no more: a newer one has taken it",
      );
    }
    await enqueue(name, payload, { runAt: new Date(Date.now() + TABLES_AGAIN_MS), keepRunAt: true });
    return true;
  }
  if (error instanceof StartsAnew || error instanceof CopyBroken) {
    await enqueue("first_sync", { shop });
    return true;
  }
  if (!(error instanceof AccessRevoked)) return false;
  log.warn({ shop, job: name, reason: error.message }, "a job ended: access revoked");
  // With another grant the same job reads less, or more.
  if (error instanceof ScopeMissing && (await followScopes(shop))) await enqueue(name, payload);
  return true;
}
