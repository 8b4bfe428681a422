// To whom a customer's orders have passed. Shopify tells that two customers have become one by a webhook, which may be lost,
// and by nothing else: the orders name another customer, and the one they named before is gone. What is kept of him without
// his orders, his sums, goes the way that they went.
import type { Session } from "../driver.ts";
import { COUNTED, FIRSTS, LASTS } from "./history.ts";
import { insertInto } from "../schema/schema.ts";

/** SQL: Shopify has answered that the customer is no more, and none was read of that id since. */
export const isGone = (id: string) =>
  `(EXISTS (SELECT 1 FROM removed r WHERE r.kind = 'customer' AND r.id = ${id})
    AND NOT EXISTS (SELECT 1 FROM customers c WHERE c.customer_id = ${id}))`;

/** Notes whose orders in table `of` (order_id, former_customer_id, customer_id) are another's now; NULL: nobody's. */
export async function notePassed(session: Session, of: "accepted" | "earlier"): Promise<void> {
  await session.run(
    `CREATE TEMP TABLE passed_${of} AS SELECT former_customer_id AS customer_id, customer_id AS heir_id FROM (
       SELECT former_customer_id, customer_id, row_number() OVER (
         PARTITION BY former_customer_id ORDER BY CASE WHEN customer_id IS NULL THEN 1 ELSE 0 END, order_id DESC) AS nth
       FROM ${of} WHERE former_customer_id IS NOT NULL AND customer_id IS DISTINCT FROM former_customer_id) p
     WHERE nth = 1`,
  );
  await session.run(
    `DELETE FROM heirs USING passed_${of} p WHERE heirs.customer_id = p.customer_id AND p.heir_id IS NOT NULL`,
  );
  await session.run(
    insertInto(
      "heirs",
      { customer_id: "customer_id", heir_id: "heir_id" },
      `FROM passed_${of} p WHERE NOT EXISTS (SELECT 1 FROM heirs h WHERE h.customer_id = p.customer_id)`,
    ),
  );
}

/** Notes what Shopify has told: all that was the one's is the other's. */
export async function noteHeir(session: Session, gone: number, kept: number): Promise<void> {
  await session.run("DELETE FROM heirs WHERE customer_id = $1", [gone]);
  await session.run(
    insertInto(
      "heirs",
      { customer_id: "CAST($1 AS BIGINT)", heir_id: "CAST($2 AS BIGINT)" },
      "FROM shop_meta",
    ),
    [gone, kept],
  );
}

/**
 * Sums of customers who are gone pass to their heirs; those of one whose orders are nobody's go. Names in temporary table
 * touched_customers whom that concerns. One who is gone without a trace of an heir keeps his.
 */
export async function passSums(session: Session): Promise<void> {
  const due = await session.rows<{ gone: number; heir: number | null }>(
    `SELECT h.customer_id AS gone, h.heir_id AS heir FROM heirs h
     JOIN opening_balance b ON b.customer_id = h.customer_id
     WHERE ${isGone("h.customer_id")} ORDER BY h.customer_id`,
  );
  for (const { gone, heir } of due) await passTo(session, gone, await lastHeir(session, gone, heir));
}

/** Adds the sums of the one that is gone to those of the one that is kept. Sums that are not there add nothing. */
export async function passTo(session: Session, gone: number, kept: number | null): Promise<void> {
  for (const id of [gone, kept])
    await session.run(
      `INSERT INTO touched_customers (customer_id) SELECT CAST($1 AS BIGINT) FROM shop_meta
       WHERE CAST($1 AS BIGINT) NOT IN (SELECT customer_id FROM touched_customers)`,
      [id],
    );
  await session.run(
    `UPDATE opening_balance SET orders = opening_balance.orders + g.orders, records = opening_balance.records + g.records,
       net = opening_balance.net + g.net, ${COUNTED.map((name) => `${name} = opening_balance.${name} + g.${name}`).join(", ")},
       last_day = coalesce(greatest(opening_balance.last_day, g.last_day), opening_balance.last_day, g.last_day),
       ${[...["first_day", ...FIRSTS].map((name) => [name, EARLIER]), ...LASTS.map((name) => [name, LATER])]
         .map(
           ([name, theirs]) =>
             `${name} = CASE WHEN ${theirs} THEN g.${name} ELSE opening_balance.${name} END`,
         )
         .join(", ")}
     FROM (SELECT * FROM opening_balance WHERE customer_id = $1) g WHERE opening_balance.customer_id = $2`,
    [gone, kept],
  );
  await session.run(
    `DELETE FROM opening_balance WHERE customer_id = $1 AND (CAST($2 AS BIGINT) IS NULL
       OR EXISTS (SELECT 1 FROM opening_balance k WHERE k.customer_id = $2))`,
    [gone, kept],
  );
  await session.run("UPDATE opening_balance SET customer_id = $2 WHERE customer_id = $1", [gone, kept]);
}

const EARLIER = "g.first_day < coalesce(opening_balance.first_day, DATE '9999-12-31')";
const LATER = "g.last_day > coalesce(opening_balance.last_day, DATE '0001-01-01')";

/** The heir, or his where he is gone as well: one merge may be heard of before an earlier one. */
export async function lastHeir(session: Session, gone: number, heir: number | null): Promise<number | null> {
  const seen = new Set([gone]);
  for (let last = heir; last !== null && !seen.has(last);) {
    seen.add(last);
    const [next] = await session.rows<{ heir: number | null }>(
      `SELECT heir_id AS heir FROM heirs h WHERE h.customer_id = $1 AND ${isGone("h.customer_id")}`,
      [last],
    );
    if (next === undefined) return last;
    last = next.heir;
  }
  return heir;
}
