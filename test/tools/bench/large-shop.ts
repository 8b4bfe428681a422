// A large shop's tables, made by one SQL text on both engines, the same on every machine: what pages are measured over.
import path from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import pg from "pg";
import { namespaceOf } from "../../../app/warehouse/namespace.ts";
import { openWarehouse, type Warehouse } from "../../../app/warehouse/warehouse.server.ts";
import { reaching } from "../../engine/warehouse/reaching.ts";

export const SHOP = "bench.myshopify.com";

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
export async function openDuckDb(directory: string, orders: number): Promise<Warehouse> {
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
export async function openPostgres(directory: string, url: string, orders: number): Promise<Warehouse> {
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
