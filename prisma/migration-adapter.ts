// Lets Prisma's WASM schema engine work through @prisma/adapter-pg, whose client side covers only what queries need:
// catalog types, whole scripts and shadow databases are added here.
import pg from "pg";
import type { PoolConfig } from "pg";
import { PrismaPg } from "@prisma/adapter-pg";
import type { SqlDriverAdapter, SqlQuery, SqlResultSet } from "@prisma/driver-adapter-utils";
import { parseIntoClientConfig } from "pg-connection-string";

const OID = { char: 18, name: 19, text: 25 } as const;
/** ColumnTypeEnum.Character of @prisma/driver-adapter-utils: what the engine expects of a "char". */
const CHARACTER = 6;

/** What the adapter calls on itself, beyond what its types show. */
interface AdapterInside extends SqlDriverAdapter {
  performIO(query: SqlQuery): Promise<{ fields?: { dataTypeID: number }[] }>;
  onError(error: unknown): never;
}

function mend(adapter: SqlDriverAdapter, pool: pg.Pool): SqlDriverAdapter {
  const inside = adapter as AdapterInside;
  const performIO = inside.performIO.bind(inside);
  const queryRaw = inside.queryRaw.bind(inside);
  const characters = new WeakMap<SqlQuery, number[]>();
  // PostgreSQL's catalogs hold "name" and "char", which the adapter refuses although they arrive as text.
  inside.performIO = async (query) => {
    const result = await performIO(query);
    result.fields?.forEach((field, i) => {
      if (field.dataTypeID === OID.char) characters.set(query, [...(characters.get(query) ?? []), i]);
      if (field.dataTypeID === OID.name || field.dataTypeID === OID.char) field.dataTypeID = OID.text;
    });
    return result;
  };
  inside.queryRaw = async (query): Promise<SqlResultSet> => {
    const result = await queryRaw(query);
    for (const i of characters.get(query) ?? []) result.columnTypes[i] = CHARACTER;
    return result;
  };
  // The adapter splits a script at every ";", also inside function bodies and strings.
  inside.executeScript = async (sql) => {
    await pool.query(sql).catch((error: unknown) => inside.onError(error));
  };
  return inside;
}

/** One connection, so that the engine's advisory lock and its statements share a session; `close` releases both. */
export class MigrationPg extends PrismaPg {
  readonly #config: PoolConfig;
  readonly #pool: pg.Pool;

  constructor(url: string) {
    // Parsed, because a connection string would win over the shadow's database name.
    const config = { ...parseIntoClientConfig(url), max: 1 };
    const pool = new pg.Pool(config);
    super(pool);
    this.#config = config;
    this.#pool = pool;
  }

  override async connect() {
    const adapter = await super.connect();
    mend(adapter, this.#pool);
    return adapter;
  }

  override async connectToShadowDb() {
    const name = `prisma_migrate_shadow_db_${crypto.randomUUID()}`;
    const admin = new pg.Client(this.#config);
    await admin.connect();
    await admin.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}`);
    const pool = new pg.Pool({ ...this.#config, database: name });
    const shadow = await new PrismaPg(pool).connect();
    mend(shadow, pool);
    shadow.dispose = async () => {
      await pool.end();
      await admin.query(`DROP DATABASE ${pg.escapeIdentifier(name)}`);
      await admin.end();
    };
    return shadow;
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }
}
