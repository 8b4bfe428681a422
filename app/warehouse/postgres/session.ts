// One connection of PostgreSQL as the warehouse's Session, and how PostgreSQL's text becomes plain values.
import pg from "pg";
import type { Param, Row } from "../contract.ts";
import type { Session } from "../driver.ts";
import { type Intervals, unpackedIntervals } from "../intervals.ts";
import type { Schema } from "../schema/schema.ts";
import { plainNumber, type Kind } from "../values.ts";
import { packedIntervals, packedTables } from "./packed.ts";

export class PostgresSession implements Session {
  private readonly client: pg.PoolClient;
  private readonly schema: Schema;
  private readonly intervalsInRow: number;

  constructor(client: pg.PoolClient, schema: Schema, intervalsInRow: number) {
    this.client = client;
    this.schema = schema;
    this.intervalsInRow = intervalsInRow;
  }

  async run(sql: string, params: readonly Param[] = []): Promise<number> {
    return (await this.client.query(sql, [...params])).rowCount ?? 0;
  }

  async rows<R extends Row>(sql: string, params: readonly Param[] = []): Promise<R[]> {
    return plainRows(await this.client.query(rawText(sql, params))) as R[];
  }

  async filled(table: string): Promise<void> {
    await this.client.query(`ANALYZE ${table}`);
  }

  intervals(table: string): Intervals {
    const declared = packedTables(this.schema).get(table);
    if (declared === undefined) return unpackedIntervals(table);
    return packedIntervals(this.client, table, declared, this.intervalsInRow);
  }
}

/** Values as PostgreSQL writes them: the driver's own parsers would put timestamps into the host's time zone. */
export const rawText = (sql: string, params: readonly Param[]) => ({
  text: sql,
  values: [...params],
  types: { getTypeParser: () => (value: string) => value },
});

const KINDS: Record<number, Kind> = {
  [pg.types.builtins.INT2]: "integer",
  [pg.types.builtins.INT4]: "integer",
  [pg.types.builtins.INT8]: "integer",
  [pg.types.builtins.NUMERIC]: "decimal",
  [pg.types.builtins.FLOAT4]: "real",
  [pg.types.builtins.FLOAT8]: "real",
  [pg.types.builtins.BOOL]: "boolean",
  [pg.types.builtins.VARCHAR]: "text",
  [pg.types.builtins.TEXT]: "text",
  [pg.types.builtins.DATE]: "text",
  [pg.types.builtins.TIMESTAMP]: "text",
};

export function plainRows(result: pg.QueryResult): Row[] {
  const columns = result.fields.map(({ name, dataTypeID }) => {
    const kind = KINDS[dataTypeID];
    if (kind === undefined)
      throw new TypeError(`Column ${name} is of a type that does not leave the warehouse.`);
    return { name, kind };
  });
  return (result.rows as Record<string, string | null>[]).map((values) => {
    const row: Row = {};
    for (const { name, kind } of columns) {
      const value = values[name] ?? null;
      if (value === null) row[name] = null;
      else if (kind === "boolean") row[name] = value === "t";
      else row[name] = kind === "text" ? value : plainNumber(value, kind, name);
    }
    return row;
  });
}
