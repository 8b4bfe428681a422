// One connection of DuckDB as the warehouse's Session, and how its values are bound and become plain.
import {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  DuckDBTypeId,
  SQLNULL,
  VARCHAR,
  type DuckDBConnection,
  type DuckDBResult,
  type DuckDBType,
} from "@duckdb/node-api";
import type { Session } from "../driver.ts";
import { type Intervals, unpackedIntervals } from "../intervals.ts";
import { plainNumber, type Kind } from "../values.ts";
import type { Param, Row } from "../contract.ts";

export class DuckDbSession implements Session {
  private readonly connection: DuckDBConnection;

  constructor(connection: DuckDBConnection) {
    this.connection = connection;
  }

  async run(sql: string, params: readonly Param[] = []): Promise<number> {
    return (await this.connection.run(sql, [...params], types(params))).rowsChanged;
  }

  async rows<R extends Row>(sql: string, params: readonly Param[] = []): Promise<R[]> {
    const rows: Row[] = [];
    for await (const batch of plainRows(await this.connection.stream(sql, [...params], types(params))))
      rows.push(...batch);
    return rows as R[];
  }

  async filled(): Promise<void> {}

  /** A file is compressed by columns, so that nothing is gained. */
  intervals(table: string): Intervals {
    return unpackedIntervals(table);
  }
}

/** Named, since a JS number alone would be bound as a double and a bigint as a 128-bit integer. */
export function types(params: readonly Param[]): DuckDBType[] {
  return params.map((param) => {
    if (param === null) return SQLNULL;
    if (typeof param === "boolean") return BOOLEAN;
    if (typeof param === "string") return VARCHAR;
    return typeof param === "bigint" || Number.isInteger(param) ? BIGINT : DOUBLE;
  });
}

const KINDS: Partial<Record<DuckDBTypeId, Kind>> = {
  [DuckDBTypeId.TINYINT]: "integer",
  [DuckDBTypeId.SMALLINT]: "integer",
  [DuckDBTypeId.INTEGER]: "integer",
  [DuckDBTypeId.BIGINT]: "integer",
  [DuckDBTypeId.HUGEINT]: "integer",
  [DuckDBTypeId.DECIMAL]: "decimal",
  [DuckDBTypeId.FLOAT]: "real",
  [DuckDBTypeId.DOUBLE]: "real",
  [DuckDBTypeId.BOOLEAN]: "boolean",
  [DuckDBTypeId.VARCHAR]: "text",
  [DuckDBTypeId.DATE]: "text",
  [DuckDBTypeId.TIMESTAMP]: "text",
  [DuckDBTypeId.SQLNULL]: "text",
};

export async function* plainRows(result: DuckDBResult): AsyncGenerator<Row[], void> {
  const names = result.columnNames();
  const kinds = names.map((name, index) => {
    const kind = KINDS[result.columnTypeId(index)];
    if (kind === undefined)
      throw new TypeError(`Column ${name} is of a type that does not leave the warehouse.`);
    return kind;
  });
  for await (const batch of result.yieldRowsJson()) {
    yield batch.map((values) => {
      const row: Row = {};
      for (const [index, name] of names.entries()) {
        const value = values[index] ?? null;
        const kind = kinds[index] ?? "text";
        if (value === null) row[name] = null;
        else if (kind === "boolean") row[name] = value === true;
        else row[name] = kind === "text" ? (value as string) : plainNumber(value, kind, name);
      }
      return row;
    });
  }
}
