// Holds a list of all that Shopify has against the tables: what is missing here, gone there, or not as it is there.
// Read here after the list was begun is never a difference: the list may be the older of the two.
import { instantOf } from "../values.ts";
import type { Session } from "../driver.ts";
import type { DifferenceKind, Differences } from "../load.ts";

/** UTC timestamps as SQL writes them: Listing's listedAt, settledBefore, visibleFrom, readFrom. */
interface Instants {
  listed: string;
  settled: string;
  visible: string | null;
  readFrom: string | null;
}

const orders = {
  differs: `SELECT CASE WHEN o.order_id IS NULL THEN 'missing' WHEN l.updated_at > o.updated_at THEN 'changed'
      WHEN o.customer_id IS DISTINCT FROM l.customer_id THEN 'moved' ELSE 'total' END AS kind, l.order_id AS id, l.created_at
    FROM listed_orders l LEFT JOIN orders o ON o.order_id = l.order_id
    LEFT JOIN (SELECT id, read_at FROM removed WHERE kind = 'order') r ON r.id = l.order_id
    WHERE l.updated_at < CAST($2 AS TIMESTAMP)
      AND ((o.order_id IS NULL AND (r.id IS NULL OR r.read_at < CAST($1 AS TIMESTAMP))
          AND (CAST($3 AS TIMESTAMP) IS NULL OR l.created_at >= CAST($3 AS TIMESTAMP)))
        OR (o.read_at < CAST($1 AS TIMESTAMP) AND (l.updated_at > o.updated_at
          OR o.customer_id IS DISTINCT FROM l.customer_id OR o.current_total IS DISTINCT FROM l.current_total)))`,
  gone: `SELECT 'gone' AS kind, o.order_id AS id, o.created_at FROM orders o
    WHERE o.created_at < CAST($2 AS TIMESTAMP) AND o.read_at < CAST($1 AS TIMESTAMP)
      AND (CAST($3 AS TIMESTAMP) IS NULL OR o.created_at >= CAST($3 AS TIMESTAMP))
      AND NOT EXISTS (SELECT 1 FROM listed_orders l WHERE l.order_id = o.order_id)`,
};

/** Orders tell of customers whose own record was never read: these have no updated_at. */
const customers = {
  differs: `SELECT CASE WHEN c.customer_id IS NULL THEN 'missing' ELSE 'changed' END AS kind, l.customer_id AS id, l.created_at
    FROM listed_customers l LEFT JOIN customers c ON c.customer_id = l.customer_id
    LEFT JOIN (SELECT id, read_at FROM removed WHERE kind = 'customer') r ON r.id = l.customer_id
    WHERE l.updated_at < CAST($2 AS TIMESTAMP)
      AND ((c.customer_id IS NULL AND (r.id IS NULL OR r.read_at < CAST($1 AS TIMESTAMP)))
        OR (c.customer_id IS NOT NULL AND (c.read_at IS NULL OR c.read_at < CAST($1 AS TIMESTAMP))
          AND (c.updated_at IS NULL OR l.updated_at > c.updated_at
            OR (c.shopify_orders <> l.shopify_orders AND c.orders_read_at < CAST($1 AS TIMESTAMP)))))`,
  gone: `SELECT 'gone' AS kind, c.customer_id AS id, c.created_at FROM customers c
    WHERE (c.created_at IS NULL OR c.created_at < CAST($2 AS TIMESTAMP)) AND CAST($3 AS TIMESTAMP) IS NULL
      AND (c.read_at IS NULL OR c.read_at < CAST($1 AS TIMESTAMP))
      AND (c.orders_read_at IS NULL OR c.orders_read_at < CAST($1 AS TIMESTAMP))
      AND NOT EXISTS (SELECT 1 FROM listed_customers l WHERE l.customer_id = c.customer_id)`,
};

/** The listing tables are filled. Names at most `named` of the differing ids. */
export async function compareListed(
  session: Session,
  of: "orders" | "customers",
  { listed, settled, visible, readFrom }: Instants,
  named: number,
): Promise<Omit<Differences, "renewed">> {
  const { differs, gone } = of === "orders" ? orders : customers;
  // Orders alone can be out of sight.
  const from = of === "orders" ? visible : null;
  const there = of === "orders" ? [listed, settled, readFrom] : [listed, settled];
  await session.run(`CREATE TEMP TABLE differing (kind VARCHAR, id BIGINT, created_at TIMESTAMP)`);
  await session.run(`INSERT INTO differing (kind, id, created_at) ${differs}`, there);
  await session.run(`INSERT INTO differing (kind, id, created_at) ${gone}`, [listed, settled, from]);
  return await tellDiffering(session, `listed_${of}`, named);
}

/** What temporary table `differing` holds of the list: counts of all, and the first `named`. */
export async function tellDiffering(
  session: Session,
  list: string,
  named: number,
): Promise<Omit<Differences, "renewed">> {
  const counts = await session.rows<{ kind: DifferenceKind; n: number }>(
    "SELECT kind, count(*) AS n FROM differing GROUP BY kind",
  );
  const ids = await session.rows<{ kind: DifferenceKind; id: number; created_at: string | null }>(
    `SELECT kind, id, created_at FROM differing ORDER BY id LIMIT ${Math.trunc(named)}`,
  );
  const [ends] = await session.rows<{ oldest: string | null; newest: string | null }>(
    "SELECT min(created_at) AS oldest, max(created_at) AS newest FROM differing WHERE kind <> 'gone'",
  );
  const [size] = await session.rows<{ n: number }>(`SELECT count(*) AS n FROM ${list}`);
  return {
    listed: size?.n ?? 0,
    counts: Object.fromEntries(counts.map(({ kind, n }) => [kind, n])),
    named: ids,
    span: ends?.oldest && ends.newest ? { from: iso(ends.oldest), to: iso(ends.newest) } : null,
  };
}

const iso = (timestamp: string): string => instantOf(timestamp).toISOString();

/** Shopify works groups and tiers out anew every day and tells nobody: no webhook, no newer updated_at. */
export async function renewStatistics(session: Session, listed: string): Promise<number> {
  return await session.run(
    `UPDATE customers SET rfm_group = l.rfm_group, spend_tier = l.spend_tier FROM listed_customers l
     WHERE customers.customer_id = l.customer_id AND customers.read_at < CAST($1 AS TIMESTAMP)
       AND (customers.rfm_group IS DISTINCT FROM l.rfm_group OR customers.spend_tier IS DISTINCT FROM l.spend_tier)`,
    [listed],
  );
}
