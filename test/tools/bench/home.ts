// The home page's query at the size of a large shop: all KPIs by RFM group in two years, against a query written by hand
// over the same tables in the same run, against PostgreSQL, and the kept answer. `node test/tools/bench/home.ts [--orders N]`
// prints rows of a table. The tables are made by one SQL text on both engines, the same on every machine.
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { DuckDBInstance } from "@duckdb/node-api";
import pg from "pg";
import { kpiIds } from "../../../app/kpis/catalogue.ts";
import type { Question } from "../../../app/kpis/answer.ts";
import { queryKpis } from "../../../app/kpis/query.server.ts";
import { namespaceOf } from "../../../app/warehouse/namespace.ts";
import { whyMoved } from "../../../app/why/why.server.ts";
import { openWarehouse, type Warehouse } from "../../../app/warehouse/warehouse.server.ts";
import { startPostgres } from "../../../prisma/embedded.ts";
import { HOME_BY_HAND } from "./home-by-hand.ts";
import { viewOf } from "../setup/view.ts";
import { reaching } from "../../engine/warehouse/reaching.ts";

const SHOP = "bench.myshopify.com";
const ROUNDS = 7;
const QUESTION: Question = {
  kpis: kpiIds,
  segmentation: "rfm",
  period: { from: "2025-11-01", to: "2026-11-01" },
  comparison: "previous_period",
  membersAt: "start",
  today: "2026-11-01",
};

export interface HomeMeasured {
  orders: number;
  /** Medians, in ms. */
  duckdb: number;
  byHand: number;
  /** The whole call, answered from what is kept. */
  unchanged: number;
  postgres: number;
  ratio: number;
  /** Why one figure moved, by the same groups over the same years. */
  why: number;
  whyPostgres: number;
}

/** Fractions that look random and are the same in every engine: i times a large odd number, modulo a prime. */
const fraction = (column: string, factor: number) =>
  `(((${column} * ${factor}) % 2147483647) / 2147483647e0)`;

/**
 * Statements that fill a new shop's tables: a quarter as many customers as orders, most with one order and some with
 * many, 2 % guests, 8 % of orders reversed on a later day, four years.
 */
function fillStatements(orders: number): string[] {
  const customers = Math.ceil(orders / 4);
  const habit = fraction("order_id", 48_271_007);
  return [
    `CREATE TEMP TABLE placed AS
     SELECT order_id,
       CASE WHEN ${fraction("order_id", 69_621_011)} < 0.02 THEN NULL
            ELSE 1 + CAST(floor(${customers} * power(${habit}, 1.8)) AS BIGINT) END AS customer_id,
       DATE '2022-11-01' + CAST(floor(1461e0 * (order_id - 1) / ${orders}) AS INTEGER) AS local_day,
       CAST(floor(1500 - 8000 * ln(1 - ${fraction("order_id", 39_373_019)})) AS BIGINT) AS gross,
       CAST(1 + floor(3 * ${fraction("order_id", 16_807_013)}) AS BIGINT) AS units,
       ${fraction("order_id", 62_089_911)} AS kind, ${fraction("order_id", 33_614_027)} AS later
     FROM (SELECT CAST(i AS BIGINT) AS order_id FROM generate_series(1, ${orders}) AS g(i)) AS numbers`,
    `CREATE TEMP TABLE numbered AS
     SELECT order_id, customer_id, local_day, gross, CASE WHEN kind < 0.3 THEN CAST(floor(gross * 0.15) AS BIGINT) ELSE 0 END AS discount,
       units, kind, later,
       CASE WHEN customer_id IS NULL THEN NULL ELSE CAST(row_number() OVER (PARTITION BY customer_id ORDER BY local_day, order_id) AS INTEGER) END AS seq,
       CASE WHEN customer_id IS NULL THEN NULL ELSE lag(local_day) OVER (PARTITION BY customer_id ORDER BY local_day, order_id) END AS prev_day
     FROM placed`,
    `INSERT INTO activity (order_id, customer_id, local_day, gross, discounts, reversals, units, units_reversed, shipping, tax,
       duties, fees, tips, placed, seq, prev_day, placed_gross, placed_discount, placed_net, placed_units, net_so_far, channel, country)
     SELECT * FROM (
       SELECT order_id, customer_id, local_day, gross, discount, 0, units, 0, 490, CAST(floor((gross - discount) * 0.19) AS BIGINT),
         0, 0, 0, TRUE, seq, prev_day, gross, discount, gross - discount, units, gross - discount,
         CASE WHEN kind < 0.7 THEN 'web' ELSE 'pos' END, CASE WHEN later < 0.6 THEN 'DE' ELSE 'AT' END
       FROM numbered
       UNION ALL
       SELECT order_id, customer_id, local_day + 1 + CAST(floor(later * 30) AS INTEGER), 0, 0, gross - discount, 0, units, 0,
         -CAST(floor((gross - discount) * 0.19) AS BIGINT), 0, 0, 0, FALSE, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
       FROM numbered WHERE kind < 0.08) AS moved
     ORDER BY 3, 1`,
    `INSERT INTO customer_history (customer_id, from_day, to_day, orders, net, first_day, last_day, first_channel, first_country)
     SELECT d.customer_id, d.local_day, coalesce(lead(d.local_day) OVER w, DATE '9999-12-31'),
       CAST(sum(d.placed) OVER w AS BIGINT), CAST(sum(d.net) OVER w AS BIGINT), f.local_day, max(d.placed_day) OVER w, f.channel, f.country
     FROM (SELECT customer_id, local_day, sum(CASE WHEN placed THEN 1 ELSE 0 END) AS placed, sum(gross - discounts - reversals) AS net,
             max(CASE WHEN placed THEN local_day END) AS placed_day
           FROM activity WHERE customer_id IS NOT NULL GROUP BY 1, 2) AS d
     JOIN (SELECT customer_id, local_day, channel, country FROM activity WHERE seq = 1) AS f ON f.customer_id = d.customer_id
     WINDOW w AS (PARTITION BY d.customer_id ORDER BY d.local_day)`,
    `INSERT INTO customers (customer_id, created_day, history_complete)
     SELECT CAST(i AS BIGINT), DATE '2022-10-01' + CAST(floor(1461 * ${fraction("CAST(i AS BIGINT)", 44_485_709)}) AS INTEGER), TRUE
     FROM generate_series(1, ${Math.ceil(customers * 1.1)}) AS g(i)`,
  ];
}

async function createShop(warehouse: Warehouse): Promise<void> {
  await warehouse.of(SHOP).setMeta({
    currency: "EUR",
    decimals: 2,
    time_zone: "Europe/Berlin",
    ...reaching("complete"),
  });
}

/** A DuckDB warehouse holding the shop. */
async function openDuckDb(directory: string, orders: number): Promise<Warehouse> {
  const empty = await openWarehouse({ directory });
  await createShop(empty);
  await empty.close();
  const instance = await DuckDBInstance.create(path.join(directory, `${namespaceOf(SHOP)}.duckdb`));
  const connection = await instance.connect();
  for (const statement of fillStatements(orders)) await connection.run(statement);
  connection.closeSync();
  instance.closeSync();
  return openWarehouse({ directory });
}

/** A PostgreSQL warehouse holding the same rows. */
async function openPostgres(directory: string, url: string, orders: number): Promise<Warehouse> {
  const warehouse = await openWarehouse({ directory, url });
  await createShop(warehouse);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`SET search_path = ${namespaceOf(SHOP)}`);
  for (const statement of fillStatements(orders)) await client.query(statement);
  await client.query("VACUUM ANALYZE activity, customer_history, customers");
  await client.end();
  return warehouse;
}

async function timed<T>(work: () => Promise<T>): Promise<{ ms: number; result: T }> {
  const start = performance.now();
  const result = await work();
  return { ms: performance.now() - start, result };
}

const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

/** Asks anew each time: a question about another "today" is another question with the same statement. */
const asked = async (warehouse: Warehouse, round: number) =>
  queryKpis(await viewOf(warehouse, SHOP), {
    ...QUESTION,
    today: `2026-11-${String(2 + round).padStart(2, "0")}`,
  });

const askedWhy = async (warehouse: Warehouse, round: number) =>
  whyMoved(await viewOf(warehouse, SHOP), {
    ...QUESTION,
    kpi: "net_sales",
    today: `2026-11-${String(2 + round).padStart(2, "0")}`,
  });

/** Measures in a temporary directory. Fails when the two queries disagree about a segment's net sales. */
export async function measureHome(orders: number): Promise<HomeMeasured> {
  const directory = await mkdtemp(path.join(tmpdir(), "segment-kpis-home-"));
  // Run by root, PostgreSQL gets another account, which must be able to pass through.
  await chmod(directory, 0o711);
  const server = await startPostgres(path.join(directory, "postgres"), {
    database: "bench",
    settings: { fsync: "off" },
  });
  try {
    const duckdb = await openDuckDb(path.join(directory, "duckdb"), orders);
    const times = {
      duckdb: [] as number[],
      byHand: [] as number[],
      unchanged: [] as number[],
      postgres: [] as number[],
      why: [] as number[],
      whyPostgres: [] as number[],
    };
    let answer = await asked(duckdb, ROUNDS);
    for (let round = 0; round < ROUNDS; round++) {
      const anew = await timed(() => asked(duckdb, round));
      const byHand = await timed(() =>
        duckdb.of(SHOP).query<{ segment: string; sn1: number | null }>(HOME_BY_HAND),
      );
      times.duckdb.push(anew.ms);
      times.byHand.push(byHand.ms);
      times.unchanged.push((await timed(() => asked(duckdb, round))).ms);
      times.why.push((await timed(() => askedWhy(duckdb, round))).ms);
      answer = anew.result;
      for (const row of answer.segments) {
        const net = byHand.result
          .filter(({ segment }) => segment === row.id)
          .reduce((sum, { sn1 }) => sum + (sn1 ?? 0), 0);
        const own = row.cells.net_sales.value;
        if (own !== net) throw new Error(`net sales of ${row.id}: ${own} compiled, ${net} by hand`);
      }
    }
    await duckdb.close();
    const postgres = await openPostgres(path.join(directory, "scratch"), server.url, orders);
    await asked(postgres, ROUNDS);
    for (let round = 0; round < 3; round++) {
      const { ms, result } = await timed(() => asked(postgres, round));
      times.postgres.push(ms);
      times.whyPostgres.push((await timed(() => askedWhy(postgres, round))).ms);
      if (result.total.cells.net_sales.value !== answer.total.cells.net_sales.value)
        throw new Error("the engines disagree");
    }
    await postgres.close();
    const [compiled, byHand] = [median(times.duckdb), median(times.byHand)];
    return {
      orders,
      duckdb: compiled,
      byHand,
      unchanged: median(times.unchanged),
      postgres: median(times.postgres),
      ratio: compiled / byHand,
      why: median(times.why),
      whyPostgres: median(times.whyPostgres),
    };
  } finally {
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

/** Rows of: what, size, the app, the least possible, ratio, remarks. */
export function homeRows({
  orders,
  duckdb,
  byHand,
  unchanged,
  postgres,
  ratio,
  why,
  whyPostgres,
}: HomeMeasured): string[] {
  const ms = (value: number) => `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
  const size = `${orders.toLocaleString("en")} orders`;
  return [
    `| Home: ${kpiIds.length} KPIs by RFM group, 2 years compared | ${size} | ${ms(duckdb)} | ${ms(byHand)} (written by hand) | ${ratio.toFixed(2)} | unchanged ${ms(unchanged)}; PostgreSQL ${ms(postgres)} |`,
    `| Why net sales moved, by RFM group, 2 years compared | ${size} | ${ms(why)} | 400 ms (limit) | ${(why / 400).toFixed(2)} | ${(why / duckdb).toFixed(2)} of the row above; PostgreSQL ${ms(whyPostgres)} |`,
  ];
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { orders: { type: "string", default: "1000000" } } });
  for (const row of homeRows(await measureHome(Number(values.orders)))) console.log(row);
}
