// The files of the shops in a DuckDB instance, one each: built, exchanged and deleted as a whole, while nobody is inside.
import { rename, rm, stat } from "node:fs/promises";
import type { DuckDBConnection } from "@duckdb/node-api";
import { log } from "../../log.server.ts";
import { attachFile, buildFile, bytesOf, isFile } from "./attach.ts";
import { forgetBroken, saysBroken } from "./broken.ts";
import { Doors } from "./doors.ts";
import { namespaceOf } from "../namespace.ts";

export class ShopFiles extends Doors {
  async exists(shop: string): Promise<boolean> {
    return this.attached.has(namespaceOf(shop)) || (await isFile(this.file(namespaceOf(shop))));
  }

  /** In bytes, without the log of what is not written into the file yet. */
  async size(shop: string): Promise<number> {
    return (await stat(this.file(namespaceOf(shop)))).size;
  }

  /** Fills a new file and puts it in the shop's place in one step, so that a file is never there half made. */
  async build(shop: string, fill: (connection: DuckDBConnection) => Promise<void>): Promise<void> {
    const namespace = namespaceOf(shop);
    await buildFile(this.instance, this.file(namespace), `${namespace}_new`, fill);
  }

  /** Builds the file of an attached shop from what is in it, by the name it is attached under. False when readers stay. */
  async copyAnew(
    shop: string,
    copy: (connection: DuckDBConnection, old: string) => Promise<void>,
  ): Promise<boolean> {
    const namespace = namespaceOf(shop);
    const entry = this.attached.get(namespace);
    if (entry === undefined || entry.busy !== null) return false;
    return await this.alone(namespace, entry, async () => {
      await this.build(shop, async (connection) => {
        await attachFile(connection, this.file(namespace), namespace);
        await copy(connection, namespace);
        await connection.run(`DETACH ${namespace}`);
        await rm(`${this.file(namespace)}.wal`, { force: true });
      });
    });
  }

  /** Builds the shop's file without regard to what is in it. Throws, as `replace` and `drop` do, when readers stay. */
  async remake(shop: string, fill: (connection: DuckDBConnection) => Promise<void>): Promise<void> {
    const namespace = namespaceOf(shop);
    await this.exclusively(shop, async () => {
      // Detached, a file holds everything: its log has been written into it, and must not meet the new one.
      await this.detach(namespace);
      await rm(`${this.file(namespace)}.wal`, { force: true });
      await this.build(shop, fill);
    });
  }

  /**
   * Puts one shop's file in the place of another's.
   * @param carry brings over what the old one keeps; done again when it was cut off. Null: it keeps nothing.
   */
  async replace(
    shop: string,
    by: string,
    carry: ((connection: DuckDBConnection, from: string, to: string) => Promise<void>) | null,
  ): Promise<void> {
    await this.exclusively(by, () =>
      this.exclusively(shop, async () => {
        const [old, fresh] = [namespaceOf(shop), namespaceOf(by)];
        for (const each of [fresh, old]) await this.detach(each);
        if (carry !== null && (await isFile(this.file(old)))) {
          await this.withBoth(old, fresh, (connection) => carry(connection, old, fresh));
          for (const each of [fresh, old]) await this.detach(each);
        }
        if ((await bytesOf(`${this.file(fresh)}.wal`)) > 0)
          throw new Error(`${by} could not be written out; ${shop} was left as it was.`);
        await rm(`${this.file(old)}.wal`, { force: true });
        await rename(this.file(fresh), this.file(old));
      }),
    );
  }

  /** Of a file that cannot be read nothing can be brought over: the other one is its cure. */
  private async withBoth(
    old: string,
    fresh: string,
    work: (connection: DuckDBConnection) => Promise<void>,
  ): Promise<void> {
    const connection = await this.instance.connect();
    try {
      for (const each of [old, fresh]) await attachFile(connection, this.file(each), each);
      await work(connection);
    } catch (error) {
      if (!saysBroken(error)) throw await this.instance.judged(error);
      log.error({ err: error }, "what only a broken copy held could not be brought over to the next one");
    } finally {
      connection.closeSync();
    }
  }

  async drop(shop: string): Promise<void> {
    const namespace = namespaceOf(shop);
    await this.exclusively(shop, async () => {
      await this.detach(namespace);
      for (const suffix of ["", ".wal", ".new", ".new.wal"])
        await rm(`${this.file(namespace)}${suffix}`, { force: true });
      await forgetBroken(this.file(namespace));
    });
  }

  /** Deletes what was put aside of the shop. */
  async forgetBroken(shop: string): Promise<void> {
    await forgetBroken(this.file(namespaceOf(shop)));
  }
}
