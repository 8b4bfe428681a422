// Who comes to a shop whose tables are of an earlier version: has them brought up, waits for that a little, and is told when
// it takes longer. Tables of a later version are left to the process that knows them.
import { setTimeout as sleep } from "node:timers/promises";
import { ShopBeingUpdated, ShopIsNewer } from "../../errors.ts";
import { log } from "../../log.server.ts";
import { OtherSchema } from "../errors.ts";

/** So long a page waits: most shops are brought up before anybody would call it slow. */
const AWAITED_MS = 2_000;
/** After an upgrade that failed, before the next attempt: whoever comes tries it, and they come often. */
const NEXT_ATTEMPT_MS = 10_000;

export class Upgrades {
  private readonly version: number;
  private readonly bringUp: (shop: string) => Promise<void>;
  private readonly running = new Map<string, Promise<void>>();

  /** @param bringUp to `version`; one at a time for a shop */
  constructor(version: number, bringUp: (shop: string) => Promise<void>) {
    this.version = version;
    this.bringUp = bringUp;
  }

  /**
   * Work in tables of this version. Where they are of an earlier one it ends before it begins, and begins again once they
   * are brought up.
   * @param patient waits however long it takes
   * @throws ShopBeingUpdated, ShopIsNewer
   */
  async inItsTables<T>(
    shop: string,
    work: () => Promise<T>,
    { patient = false }: { patient?: boolean } = {},
  ): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof OtherSchema)) throw error;
      if (error.found > this.version) throw new ShopIsNewer();
    }
    await (patient ? (this.running.get(shop) ?? this.begin(shop)) : this.broughtUp(shop));
    return await work();
  }

  private async broughtUp(shop: string): Promise<void> {
    const upgrade = this.running.get(shop) ?? this.begin(shop);
    const timer = new AbortController();
    const late = sleep(AWAITED_MS, true, { signal: timer.signal }).catch(() => false);
    try {
      if (await Promise.race([upgrade.then(() => false), late])) throw new ShopBeingUpdated();
    } finally {
      timer.abort();
    }
  }

  private begin(shop: string): Promise<void> {
    const upgrade = this.bringUp(shop);
    this.running.set(shop, upgrade);
    upgrade.then(
      () => {
        this.running.delete(shop);
        log.info({ shop, version: this.version }, "the shop's tables were brought up");
      },
      (error: unknown) => {
        setTimeout(() => this.running.delete(shop), NEXT_ATTEMPT_MS).unref();
        log.error({ shop, err: error }, "the shop's tables could not be brought up");
      },
    );
    return upgrade;
  }
}
