// What stands for orders that are no longer kept: each customer's sums at an instant, so that every figure from there on is
// what it was. It follows from the orders at the moment they go, and from nothing else afterwards.
import { firstDayFrom } from "../clock.ts";
import { deriveAnew, insertEarlierActivity } from "../merge/derive.ts";
import type { Session } from "../driver.ts";
import { COUNTED, countsOf, FIRSTS, firstsOf, LASTS, lastsOf } from "../merge/history.ts";
import { row, sum } from "../merge/ledger.ts";
import { insertInto } from "../schema/schema.ts";

/** The beginning of a local day (YYYY-MM-DD), as a UTC timestamp of SQL. */
export interface Cut {
  day: string;
  at: string;
}

/** Notes the instant, a UTC timestamp, before which sums stand for orders. */
export async function openFrom(session: Session, instant: string, timeZone: string): Promise<void> {
  await session.run(
    "UPDATE shop_meta SET opening_at = CAST($1 AS TIMESTAMP), opening_day = CAST($2 AS DATE)",
    [instant, firstDayFrom(instant, timeZone)],
  );
}

/** What a cut concerns, before it is made: table `closed_orders`, and their customers in touched_customers. */
export async function touchBefore(session: Session, { day, at }: Cut): Promise<void> {
  await session.run(
    `CREATE TEMP TABLE closed_orders AS
     SELECT order_id, customer_id FROM orders WHERE placed_at < CAST($1 AS TIMESTAMP)
     UNION SELECT order_id, customer_id FROM activity WHERE local_day < CAST($2 AS DATE)`,
    [at, day],
  );
  await session.filled("closed_orders");
  await session.run(
    `CREATE TEMP TABLE touched_customers AS
     SELECT DISTINCT customer_id FROM closed_orders WHERE customer_id IS NOT NULL`,
  );
  await session.filled("touched_customers");
}

const columns = <N extends string>(names: readonly N[], from: string) =>
  Object.fromEntries(names.map((name) => [name, `${from}.${name}`])) as Record<N, string>;

/** The balance at the cut, from the one before and what moved since; the orders it stands for are still here. */
export async function closeBooks(session: Session, { day, at }: Cut, timeZone: string): Promise<void> {
  const counts = ["orders", "records", "net", ...COUNTED] as const;
  const known = (name: string) => `CASE WHEN count(CASE WHEN untold THEN 1 END) = 0 THEN ${sum(name)} END`;
  await session.run(
    `CREATE TEMP TABLE closed AS
     SELECT customer_id, ${sum("orders")} AS orders, ${sum("records")} AS records, ${sum("net")} AS net,
       ${COUNTED.map((name) => `${known(name)} AS ${name}`).join(", ")}, min(first_day) AS first_day, max(last_day) AS last_day
     FROM (
       SELECT b.customer_id, ${counts.join(", ")}, first_day, last_day, units IS NULL AS untold
       FROM opening_balance b JOIN touched_customers t ON t.customer_id = b.customer_id
       UNION ALL
       SELECT customer_id, orders, 0, net, ${COUNTED.join(", ")}, placed_day, placed_day, FALSE
       FROM (${countsOf("activity", "a.local_day < CAST($1 AS DATE)")}) moved
       UNION ALL
       SELECT customer_id, 0, 1, 0, ${COUNTED.map(() => "0").join(", ")}, NULL, NULL, FALSE FROM orders
       WHERE placed_at < CAST($2 AS TIMESTAMP) AND customer_id IS NOT NULL AND NOT test) parts
     GROUP BY customer_id`,
    [day, at],
  );
  await session.run(`CREATE TEMP TABLE firsts AS ${firstsOf("orders", "", "local_day < CAST($1 AS DATE)")}`, [
    day,
  ]);
  await session.run(`CREATE TEMP TABLE lasts AS ${lastsOf("orders", "")}`);
  await session.run(
    `CREATE TEMP TABLE closed_gaps AS
     SELECT gap, ${sum("n")} AS n FROM (
       SELECT gap, n FROM opening_gaps
       UNION ALL SELECT CAST(local_day - prev_day AS INTEGER), 1 FROM activity
       WHERE placed AND prev_day < local_day AND local_day < CAST($1 AS DATE)) gaps
     GROUP BY gap`,
    [day],
  );
  await session.run(
    "DELETE FROM opening_balance USING touched_customers t WHERE opening_balance.customer_id = t.customer_id",
  );
  await session.run(
    insertInto(
      "opening_balance",
      {
        customer_id: "c.customer_id",
        orders: "c.orders",
        records: "c.records",
        net: "c.net",
        first_day: "c.first_day",
        last_day: "c.last_day",
        ...columns(COUNTED, "c"),
        ...columns(FIRSTS, "f"),
        ...columns(LASTS, "l"),
      },
      `FROM closed c LEFT JOIN firsts f ON f.customer_id = c.customer_id
       LEFT JOIN lasts l ON l.customer_id = c.customer_id AND l.seq = c.orders`,
    ),
  );
  await session.run("DELETE FROM opening_gaps");
  await session.run(insertInto("opening_gaps", { gap: "gap", n: "n" }, "FROM closed_gaps"));
  await openFrom(session, at, timeZone);
}

/** Orders placed before the instant go; what was booked of them since stays in the ledger. */
export async function keepLaterMovements(session: Session, at: string): Promise<void> {
  await session.run(
    `CREATE TEMP TABLE returned_by_then AS SELECT DISTINCT order_id FROM sales
     WHERE booked_at < CAST($1 AS TIMESTAMP) AND ${row.units_reversed} > 0`,
    [at],
  );
  await session.run(
    `DELETE FROM sales WHERE booked_at < CAST($1 AS TIMESTAMP)
       OR order_id IN (SELECT order_id FROM orders WHERE test AND placed_at < CAST($1 AS TIMESTAMP))`,
    [at],
  );
  await session.run(
    "UPDATE earlier_orders SET returned = TRUE FROM returned_by_then r WHERE earlier_orders.order_id = r.order_id",
  );
  await session.run(
    "DELETE FROM earlier_orders WHERE NOT EXISTS (SELECT 1 FROM sales s WHERE s.order_id = earlier_orders.order_id)",
  );
  await session.run(
    insertInto(
      "earlier_orders",
      {
        order_id: "order_id",
        customer_id: "customer_id",
        updated_at: "updated_at",
        read_at: "read_at",
        returned: "order_id IN (SELECT order_id FROM returned_by_then)",
        excluded: "excluded",
      },
      `FROM orders o WHERE placed_at < CAST($1 AS TIMESTAMP)
         AND EXISTS (SELECT 1 FROM sales s WHERE s.order_id = o.order_id)`,
    ),
    [at],
  );
  for (const table of ["order_lines", "activity"])
    await session.run(
      `DELETE FROM ${table} WHERE order_id IN (SELECT order_id FROM orders WHERE placed_at < CAST($1 AS TIMESTAMP))`,
      [at],
    );
  await session.run("DELETE FROM orders WHERE placed_at < CAST($1 AS TIMESTAMP)", [at]);
}

/**
 * What follows from a cut that concerns few: their activity is that of later movements, and whoever it does not touch is
 * at the new opening what he was at the one before.
 */
export async function deriveClosed(session: Session, formerOpening: string): Promise<void> {
  await session.run("DELETE FROM activity USING closed_orders c WHERE activity.order_id = c.order_id");
  await insertEarlierActivity(session, "order_id IN (SELECT order_id FROM closed_orders)");
  await session.run(
    `UPDATE customer_history SET from_day = m.opening_day - 1 FROM shop_meta m
     WHERE from_day = CAST($1 AS DATE) - 1 AND customer_id NOT IN (SELECT customer_id FROM touched_customers)`,
    [formerOpening],
  );
  await deriveAnew(session, "touched");
}

/** No sums, and no movements of orders that are gone. */
export async function dropOpening(session: Session): Promise<void> {
  for (const table of ["sales", "activity"])
    await session.run(`DELETE FROM ${table} USING earlier_orders e WHERE ${table}.order_id = e.order_id`);
  for (const table of ["opening_balance", "opening_gaps", "earlier_orders", "heirs"])
    await session.run(`DELETE FROM ${table}`);
  await session.run("UPDATE shop_meta SET opening_at = NULL, opening_day = NULL");
}
