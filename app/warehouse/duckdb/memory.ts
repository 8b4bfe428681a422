// How much memory DuckDB may have: little while one piece of work is alone, more while others are beside it, and what attached
// files keep on top. What a statement has in hand it cannot spill, and DuckDB that finds no memory fails the statement, or in a
// rollback ends the process; but what it is given it fills, so that a load alone would take as much as everything together needs.
import type { DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";

/** In MB. A home query or a merge of a large shop has up to 100 in hand, and the reader of JSON 64. */
const ALONE = 224;
const BESIDE = 64;
/** Pieces of work beside the first; the gates let no more of the large ones in. */
const COUNTED_AT_MOST = 3;
/** Attached, the smallest file keeps three blocks of a quarter of a megabyte. */
const FILE = 0.8;
/** What attached files may keep; beyond it those that nobody uses are detached. */
export const KEPT_AT_MOST = 64;

export const FIRST_LIMIT = `${ALONE}MB`;

/** What has not been written into a file stays in memory; blocks that came from one can be read again and do not count. */
const UNWRITTEN = `
  SELECT coalesce(sum(memory_usage_bytes), 0)::DOUBLE / 1e6 FROM duckdb_memory()
  WHERE tag IN ('IN_MEMORY_TABLE', 'TRANSACTION', 'METADATA', 'ART_INDEX')`;

export class MemoryLimit {
  private readonly connection: DuckDBConnection;
  private working = 0;
  private kept = 0;
  private current = ALONE;
  private fitting: Promise<unknown> = Promise.resolve();

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
    // The next to enter or leave tries again.
    this.fit().catch(() => undefined);
  }

  /** What so many attached files keep now, in MB, with what those who work have in hand. */
  weigh(files: number): Promise<number> {
    return this.inTurn(async () => {
      const [row] = await (await this.connection.run(UNWRITTEN)).getRowsJson();
      const unwritten = Number(row?.[0] ?? 0);
      // Of what is unwritten while somebody works, most is his own, for which the limit has room already.
      this.kept = FILE * files + (this.working === 0 ? unwritten : 0);
      return FILE * files + unwritten;
    });
  }

  async close(): Promise<void> {
    await this.fitting;
    this.connection.closeSync();
  }

  private fit(): Promise<void> {
    return this.inTurn(async () => {
      const beside = Math.min(COUNTED_AT_MOST, Math.max(0, this.working - 1));
      const wanted = ALONE + BESIDE * beside + Math.ceil(Math.min(KEPT_AT_MOST, this.kept));
      if (wanted === this.current) return;
      // It is not lowered below what is in hand: the next to leave tries again.
      const set = this.connection.run(`SET GLOBAL memory_limit = '${wanted}MB'`);
      await set.then(
        () => (this.current = wanted),
        () => undefined,
      );
    });
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.fitting.then(work);
    this.fitting = turn.catch(() => undefined);
    return turn;
  }
}
