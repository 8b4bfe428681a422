// How much memory DuckDB may have: little while one piece of work is alone, more while others are beside it. What a statement
// has in hand it cannot spill, and DuckDB that finds no memory fails the statement, or in a rollback ends the process; but
// what it is given it fills, so that a load alone would take as much as everything together needs.
import type { DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";

/** In MB. A home query or a merge of a large shop has up to 100 in hand, and the reader of JSON 64. */
const ALONE = 224;
const BESIDE = 64;
/** Pieces of work beside the first; the gates let no more of the large ones in. */
const COUNTED_AT_MOST = 3;

export const FIRST_LIMIT = `${ALONE}MB`;

export class MemoryLimit {
  private readonly connection: DuckDBConnection;
  private working = 0;
  private current = ALONE;
  private fitting: Promise<void> = Promise.resolve();

  private constructor(connection: DuckDBConnection) {
    this.connection = connection;
  }

  /** Of an instance that was opened with FIRST_LIMIT. */
  static async of(instance: DuckDBInstance): Promise<MemoryLimit> {
    return new MemoryLimit(await instance.connect());
  }

  async enter(): Promise<void> {
    this.working += 1;
    await this.fit();
  }

  leave(): void {
    this.working -= 1;
    void this.fit();
  }

  async close(): Promise<void> {
    await this.fitting;
    this.connection.closeSync();
  }

  private fit(): Promise<void> {
    this.fitting = this.fitting.then(async () => {
      const wanted = ALONE + BESIDE * Math.min(COUNTED_AT_MOST, Math.max(0, this.working - 1));
      if (wanted === this.current) return;
      // It is not lowered below what is in hand: the next to leave tries again.
      const set = this.connection.run(`SET GLOBAL memory_limit = '${wanted}MB'`);
      await set.then(
        () => (this.current = wanted),
        () => undefined,
      );
    });
    return this.fitting;
  }
}
