// The copy that pages read, and the one made beside it: what passes from the one to the other, and how it takes its place.
import { CopyBroken, ShopNotReady } from "../errors.ts";
import type { Access } from "./access.ts";
import type { CopyInUse, ShopCopy, Warehouse } from "./contract.ts";
import { carryForgotten, outliving } from "./merge/forgotten.ts";
import { nextOf } from "./namespace.ts";
import { readOpening, writeOpening } from "./opening/moves.ts";
import { keptTables, mirroredIn } from "./schema/schema.ts";
import { raiseVersion } from "./shop-meta.ts";
import { StoredCopy } from "./stored-copy.ts";

export class StoredCopyInUse extends StoredCopy implements CopyInUse {
  constructor(warehouse: Warehouse, access: Access, shop: string) {
    super(warehouse, access, shop, shop);
  }

  get next(): ShopCopy {
    return new StoredCopy(this.warehouse, this.access, this.shop, nextOf(this.shop));
  }

  async carryOpening(): Promise<void> {
    const next = nextOf(this.name);
    const [from, to] = [await this.meta(), await this.next.meta()];
    if (from === null || to === null) throw new ShopNotReady(from === null ? this.name : next);
    const { opening_at: at } = from;
    if (at === null || to.opening_at !== null) return;
    const rows = await readOpening((sql) => this.stream(sql));
    await this.access.change(next, mirroredIn(this.schema), (session, { time_zone }) =>
      writeOpening(session, rows, at, time_zone),
    );
  }

  async carryForgotten(): Promise<void> {
    const next = nextOf(this.name);
    const [from, to] = [await this.meta(), await this.next.meta()];
    if (from === null || to === null) throw new ShopNotReady(from === null ? this.name : next);
    if (from.currency !== to.currency) return;
    const stream = (sql: string) => this.stream(sql);
    for (const of of outliving(this.schema))
      await carryForgotten(
        this.schema,
        of,
        stream,
        (sql) => this.next.stream(sql),
        (work) =>
          this.access.change(next, this.sourcesOf(of), (session, { time_zone }) => work(session, time_zone)),
      );
  }

  async replace(tables: "mirrored" | "all"): Promise<void> {
    const next = nextOf(this.name);
    const kept = tables === "all" ? [] : keptTables(this.schema);
    if ((await this.next.meta()) === null) throw new ShopNotReady(next);
    // Which also brings its tables up: they pass only to others of their version.
    if (kept.length > 0) await this.meta().catch(unlessBroken);
    const { driver } = this.access;
    await this.access.inTurn(this.name, async () => {
      // One that cannot be read began before now, and counts more slowly than the clock.
      const inUse = await this.access.readMeta(this.name).catch(() => ({ data_version: Date.now() }));
      // What is kept under an earlier version must not be taken for the new data's.
      await driver.write(next, null, async (session) => {
        await session.run("UPDATE shop_meta SET data_version = greatest(data_version, CAST($1 AS BIGINT))", [
          inUse?.data_version ?? 0,
        ]);
        await raiseVersion(session, Object.keys(this.schema.sources));
      });
      await driver.replace(this.name, next, kept);
    });
  }

  override async drop(): Promise<void> {
    await super.drop();
    await this.next.drop();
  }
}

/** Of a copy that cannot be read nothing passes to the next one, which is its cure. */
function unlessBroken(error: unknown): void {
  if (!(error instanceof CopyBroken)) throw error;
}
