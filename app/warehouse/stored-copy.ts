// One copy of a shop in its namespace: every change of its tables is one transaction of its one writer, and raises its
// version.
import { stat } from "node:fs/promises";
import { ClockIsOlder, ShopNotReady } from "../errors.ts";
import { meters, timed } from "../metrics/meters.server.ts";
import { type Access, QUERY_TIMEOUT_MS } from "./access.ts";
import type { KeptFrom, Param, Row, SetMeta, ShopCopy, ShopMeta, ShopView, Warehouse } from "./contract.ts";
import { lookAtCopy } from "./copies.ts";
import type { Session } from "./driver.ts";
import { eraseCustomers, forgetBefore } from "./erase.ts";
import type {
  Differences,
  KeyedListing,
  KeyedLoad,
  KeyedResult,
  Listing,
  Load,
  MergeResult,
} from "./load.ts";
import { compareKeyed } from "./merge/compare-keyed.ts";
import { compareListed, renewStatistics } from "./merge/compare.ts";
import { type Exclusion, exclusionText } from "./exclusion.ts";
import { exclude } from "./merge/excluded.ts";
import { mergeKeyed } from "./merge/keyed.ts";
import { mergeStaged } from "./merge/merge.ts";
import { filesOf } from "./merge/staging.ts";
import type { Observation, Observed } from "./observe/observation.ts";
import { observeStaged } from "./observe/observe.ts";
import { leaveOutListed } from "./merge/withheld.ts";
import { joinOpenings } from "./opening/moves.ts";
import { rebook } from "./rebook.ts";
import { mirroredIn, type Schema, type SourceId } from "./schema/schema.ts";
import type { Keyed } from "./schema/source.ts";
import {
  type TempTables,
  ofLedger,
  ofLedgerListing,
  ofRecords,
  ofRecordsListing,
  ofSeen,
} from "./schema/staging.ts";
import { newest, upgrade } from "./schema/upgrade.ts";
import { beginMeta, raiseVersion, writeMeta } from "./shop-meta.ts";
import { timestampOf } from "./values.ts";
import { StoredView } from "./view.ts";

/** Merges of files beyond this size take a place at the queries' gate; smaller ones are done before a query would notice. */
const HEAVY_BYTES = 8_000_000;
/** What a load is of. */
const FACTS = ["orders", "customers"] as const satisfies readonly SourceId[];

export class StoredCopy implements ShopCopy {
  readonly shop: string;
  readonly warehouse: Warehouse;
  readonly schema: Schema;
  protected readonly access: Access;
  protected readonly name: string;

  /** @param name from which its namespace is derived */
  constructor(warehouse: Warehouse, access: Access, shop: string, name: string) {
    this.warehouse = warehouse;
    this.access = access;
    this.schema = access.schema;
    this.shop = shop;
    this.name = name;
  }

  async view(): Promise<ShopView | null> {
    const meta = await this.meta();
    return meta && new StoredView(this, meta, (sql, params) => this.access.stream(this.name, sql, params));
  }

  async query<R extends Row>(
    sql: string,
    params?: readonly Param[],
    options?: { timeoutMs?: number },
  ): Promise<R[]> {
    return await this.access.query<R>(this.name, sql, params, options);
  }

  async *stream<R extends Row>(sql: string, params?: readonly Param[]): AsyncGenerator<R[], void> {
    await this.meta();
    yield* this.access.stream<R>(this.name, sql, params);
  }

  async has(): Promise<boolean> {
    return await this.access.driver.exists(this.name);
  }

  async meta(): Promise<ShopMeta | null> {
    return await this.access.meta(this.name);
  }

  async setMeta(change: Partial<SetMeta>): Promise<void> {
    if (change.time_zone !== undefined) assertTimeZone(change.time_zone);
    const { driver, migrations, schema, zoneData } = this.access;
    await this.access.writing(this.name, async () => {
      if ((await this.access.readMeta(this.name)) === null)
        await driver.create(this.name, (session) =>
          beginMeta(session, this.name, change, { schemaVersion: newest(migrations), zoneData, schema }),
        );
      await driver.write(this.name, null, async (session) => {
        await writeMeta(session, change);
        await raiseVersion(session, ["shop"]);
      });
    });
  }

  async merge(load: Load): Promise<MergeResult> {
    const merged = await this.access.writing(this.name, () =>
      timed(meters.mergeSeconds, {}, () => this.mergeNow(load)),
    );
    meters.mergedRows.inc({ table: "orders" }, merged.orders);
    meters.mergedRows.inc({ table: "order_lines" }, merged.lines);
    meters.mergedRows.inc({ table: "sales" }, merged.sales);
    meters.mergedRows.inc({ table: "customers" }, merged.customers);
    meters.gaps.inc(merged.gaps);
    return merged;
  }

  private async mergeNow(load: Load): Promise<MergeResult> {
    const { ordersAtOnce } = this.access;
    const readAt = timestampOf(load.readAt);
    return await this.loadNow(load, ofLedger, async (session, meta) => {
      const merged = await mergeStaged(session, load, readAt, meta, ordersAtOnce);
      return { ...merged, dataVersion: await raiseVersion(session, FACTS) };
    });
  }

  async mergeKeyed(load: KeyedLoad): Promise<KeyedResult> {
    const { of } = load;
    const readAt = timestampOf(load.readAt);
    const work = () =>
      this.loadNow(load, ofRecords(of, this.schema), async (session, { time_zone }) => {
        const merged = await mergeKeyed(session, this.schema, load, readAt, time_zone);
        return { ...merged, dataVersion: await raiseVersion(session, this.sourcesOf(of)) };
      });
    const merged = await this.access.writing(this.name, () => timed(meters.mergeSeconds, {}, work));
    meters.mergedRows.inc({ table: of.table }, merged.records);
    return merged;
  }

  async observe(observation: Observation): Promise<Observed> {
    const work = () =>
      this.loadNow(observation, ofSeen(observation.source), async (session, meta) => {
        const observed = await observeStaged(session, observation, meta);
        if (observed === null) return { begun: 0, ended: 0, unreadable: 0 };
        const { changed, isWhole, ...counts } = observed;
        const moved = [...(changed ? [observation.source] : []), ...(isWhole ? ["recorded"] : [])];
        if (moved.length > 0) await raiseVersion(session, moved);
        return counts;
      });
    return await this.access.writing(this.name, work);
  }

  protected sourcesOf({ table }: Keyed): string[] {
    return Object.entries(this.schema.sources).flatMap(([id, { tables }]) => (table in tables ? [id] : []));
  }

  /** What a load brings, in temporary tables, for one transaction of the writer. */
  private async loadNow<T>(
    { files, stages }: Pick<Load, "files" | "stages">,
    tables: TempTables,
    loaded: (session: Session, meta: ShopMeta) => Promise<T>,
  ): Promise<T> {
    const { driver, gate, smallMerges } = this.access;
    const meta = await this.storedMeta();
    const staging = { files, stages, tables, decimals: meta.decimals };
    const sizes = await Promise.all(files.flatMap(filesOf).map(async (file) => (await stat(file)).size));
    const heavy = sizes.reduce((sum, size) => sum + size, 0) > HEAVY_BYTES;
    await this.keepClock();
    const work = () =>
      driver.write(this.name, staging, async (session) => {
        await this.clockOf(session);
        return await loaded(session, meta);
      });
    const result = await (heavy ? gate.add(this.name, work) : smallMerges.add(work));
    await this.tidy(false);
    return result;
  }

  async compare(listing: Listing): Promise<Differences> {
    return await this.access.writing(this.name, async () => {
      const meta = await this.storedMeta();
      const { files, stages } = listing;
      const staging = { files, stages, tables: ofLedgerListing, decimals: meta.decimals };
      const at = {
        listed: timestampOf(listing.listedAt),
        settled: timestampOf(listing.settledBefore),
        visible: listing.visibleFrom && timestampOf(listing.visibleFrom),
        readFrom: listing.readFrom ? timestampOf(listing.readFrom) : null,
      };
      return await this.access.gate.add(this.name, () =>
        this.access.driver.write(this.name, staging, async (session) => {
          await leaveOutListed(session, listing, meta.opening_at);
          const renewed = listing.of === "customers" ? await renewStatistics(session, at.listed) : 0;
          if (renewed > 0) await raiseVersion(session, ["customers"]);
          return { ...(await compareListed(session, listing.of, at, listing.named)), renewed };
        }),
      );
    });
  }

  async compareKeyed(listing: KeyedListing): Promise<Differences> {
    return await this.access.writing(this.name, async () => {
      const { decimals } = await this.storedMeta();
      const { of, files, stage } = listing;
      const tables = ofRecordsListing(of, this.schema, Object.keys(stage.select));
      return await this.access.gate.add(this.name, () =>
        this.access.driver.write(
          this.name,
          { files, stages: [stage], tables, decimals },
          async (session) => ({
            ...(await compareKeyed(session, this.schema, listing)),
            renewed: 0,
          }),
        ),
      );
    });
  }

  async eraseCustomers(
    customerIds: readonly number[],
    orderIds: readonly number[] = [],
  ): Promise<{ orders: number }> {
    return await this.access.change(this.name, Object.keys(this.schema.sources), (session) =>
      eraseCustomers(session, this.schema, customerIds, orderIds),
    );
  }

  async forgetBefore(
    kept: KeptFrom,
    keeping: "sums" | "nothing",
  ): Promise<{ orders: number; customers: number; records: number }> {
    const cut = { day: kept.day, at: timestampOf(kept.from) };
    return await this.access.change(this.name, mirroredIn(this.schema), async (session, { time_zone }) => {
      await this.clockOf(session);
      return await forgetBefore(session, this.schema, cut, keeping === "sums", time_zone);
    });
  }

  async joinOpenings(joined: readonly { gone: number; kept: number }[]): Promise<void> {
    await this.access.change(this.name, mirroredIn(this.schema), (session) =>
      joinOpenings(session, this.schema, joined),
    );
  }

  async rewrite(): Promise<boolean> {
    const { driver, gate } = this.access;
    return await this.access.writing(this.name, async () => {
      if ((await this.access.readMeta(this.name)) === null) return true;
      return await gate.add(this.name, () => driver.rewrite(this.name));
    });
  }

  async exclude(exclusion: Exclusion): Promise<boolean> {
    const meta = await this.meta();
    if (meta === null || meta.excluding === exclusionText(exclusion)) return false;
    await this.access.change(this.name, ["shop", ...FACTS], (session) => exclude(session, exclusion));
    await this.compact();
    return true;
  }

  async relocalise(timeZone: string): Promise<void> {
    assertTimeZone(timeZone);
    await this.access.change(this.name, mirroredIn(this.schema), async (session) => {
      await this.clockOf(session);
      await session.run("UPDATE shop_meta SET time_zone = $1", [timeZone]);
      await rebook(session, this.schema, this.access.zoneData);
    });
    await this.compact();
  }

  async compact({ force = false }: { force?: boolean } = {}): Promise<boolean> {
    return await this.access.writing(this.name, async () => {
      if ((await this.access.readMeta(this.name)) === null) return false;
      return await this.tidy(force);
    });
  }

  private async tidy(force: boolean): Promise<boolean> {
    const done = await this.access.driver.tidy(this.name, force);
    if (done) meters.compactions.inc();
    return done;
  }

  async counts(): Promise<Record<string, number>> {
    const sql = [...this.schema.tables.keys()]
      .map((table) => `SELECT '${table}' AS name, count(*) AS n FROM ${table}`)
      .join(" UNION ALL ");
    const rows = await this.query<{ name: string; n: number }>(sql);
    return Object.fromEntries(rows.map((row) => [row.name, row.n]));
  }

  async copyOut(directory: string): Promise<Record<string, number>> {
    const { driver, gate } = this.access;
    const copy = () => gate.add(this.name, () => driver.copyOut(this.name, directory));
    return await this.access.inItsTables(this.name, copy, { patient: true });
  }

  async copyIn(directory: string): Promise<Record<string, number>> {
    const { driver, migrations, schema } = this.access;
    const copy = await lookAtCopy(directory, migrations, schema);
    const finish = async (session: Session) => {
      if (copy.version < newest(migrations)) await upgrade(session, copy.version, migrations, schema);
    };
    return await this.access.inTurn(this.name, () => driver.copyIn(this.name, copy, finish));
  }

  async drop(): Promise<void> {
    await this.access.inTurn(this.name, () => this.access.driver.drop(this.name));
  }

  private async storedMeta(): Promise<ShopMeta> {
    const meta = await this.access.readMeta(this.name);
    if (meta === null) throw new ShopNotReady(this.name);
    return meta;
  }

  /** Before days are booked: what older zone data have booked is booked anew, in a transaction of its own. */
  private async keepClock(): Promise<void> {
    const { driver, gate, zoneData } = this.access;
    const [row] = await driver.read(this.name, "SELECT zone_data FROM shop_meta", [], {
      timeoutMs: QUERY_TIMEOUT_MS,
    });
    if (row?.["zone_data"] === zoneData) return;
    const change = () =>
      driver.write(this.name, null, async (session) => {
        if ((await this.clockOf(session)) === zoneData) return;
        await rebook(session, this.schema, zoneData);
        await raiseVersion(session, mirroredIn(this.schema));
      });
    await gate.add(this.name, change);
  }

  /** The zone data by which the session's shop is booked: this process's or earlier ones. Throws ClockIsOlder. */
  private async clockOf(session: Session): Promise<string> {
    const [row] = await session.rows<{ zone_data: string }>("SELECT zone_data FROM shop_meta");
    const booked = row?.zone_data ?? "";
    if (booked > this.access.zoneData) throw new ClockIsOlder(this.name, this.access.zoneData, booked);
    return booked;
  }
}

function assertTimeZone(timeZone: string): void {
  new Intl.DateTimeFormat("en", { timeZone });
}
