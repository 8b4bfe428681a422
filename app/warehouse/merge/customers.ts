// Customers in a merge: those that are staged, and those that orders tell of.
import type { Clock } from "../clock.ts";
import type { Session } from "../driver.ts";
import { insertInto } from "../schema/schema.ts";
import type { Staged } from "../schema/staging.ts";

/**
 * Customers of the load and of touched orders, written anew; answers how many staged ones were accepted, and how many of
 * these are new or not as they were stored (Shopify's scores apart, which move by themselves).
 * An order tells of its customer even when it is refused itself, so that the outcome does not depend on who came first.
 */
export async function renewCustomers(
  session: Session,
  staged: Staged,
  readAt: string,
  clock: Clock,
  stagedCustomers: number,
  hasEarlier: boolean,
): Promise<{ accepted: number; changed: number }> {
  const read = "CAST($1 AS TIMESTAMP)";
  await session.run(
    `CREATE TEMP TABLE mentioned AS
     SELECT customer_id, max(created_at) AS created_at, max(orders) AS orders, max(told) AS told FROM (
       SELECT customer_id, customer_created_at AS created_at, customer_orders AS orders, 1 AS told FROM stage_orders
       ${hasEarlier ? "UNION ALL SELECT customer_id, customer_created_at, customer_orders, 1 FROM earlier_told" : ""}
       UNION ALL SELECT customer_id, created_at, shopify_orders, 1 FROM stage_customers
       UNION ALL SELECT customer_id, CAST(NULL AS TIMESTAMP), CAST(NULL AS BIGINT), 0 FROM touched_customers) m
     WHERE customer_id IS NOT NULL GROUP BY customer_id`,
  );
  await session.filled("mentioned");
  await session.run("CREATE TEMP TABLE newer_customers (customer_id BIGINT, file INTEGER)");
  const accepted =
    stagedCustomers === 0
      ? 0
      : await session.run(
          `INSERT INTO newer_customers (customer_id, file) SELECT s.customer_id, s.file FROM ${staged.stage_customers} s
     LEFT JOIN customers c ON c.customer_id = s.customer_id
     LEFT JOIN (SELECT id, read_at FROM removed WHERE kind = 'customer') r ON r.id = s.customer_id
     WHERE (c.updated_at IS NULL OR s.updated_at > c.updated_at OR (s.updated_at = c.updated_at AND ${read} >= c.read_at))
       AND (r.id IS NULL OR r.read_at < ${read})`,
          [readAt],
        );
  const same = ["updated_at", "email_consent", "tags", "country", "shopify_orders"];
  const [found] =
    accepted === 0
      ? []
      : await session.rows<{ changed: number }>(
          `SELECT count(*) AS changed FROM ${staged.stage_customers} s
     JOIN newer_customers k ON k.customer_id = s.customer_id AND k.file = s.file
     LEFT JOIN customers c ON c.customer_id = s.customer_id
     WHERE c.customer_id IS NULL OR ${same.map((column) => `c.${column} IS DISTINCT FROM s.${column}`).join(" OR ")}`,
        );
  const fresh = (column: string, stored = `c.${column}`) =>
    `CASE WHEN s.customer_id IS NOT NULL THEN s.${column} ELSE ${stored} END AS ${column}`;
  await session.run(
    `CREATE TEMP TABLE renewed AS
     SELECT r.*, CASE WHEN r.created_at = r.stored_at THEN r.stored_day ELSE ${clock.localDay("r.created_at")} END AS created_day,
       coalesce(coalesce(n.orders, 0) + coalesce(b.records, 0) >= r.shopify_orders, FALSE) AS history_complete
     FROM (
       SELECT m.customer_id, coalesce(s.created_at, c.created_at, m.created_at) AS created_at,
         c.created_at AS stored_at, c.created_day AS stored_day, ${fresh("updated_at")},
         CASE WHEN s.customer_id IS NOT NULL THEN ${read} ELSE c.read_at END AS read_at,
         ${["email_consent", "tags", "country", "rfm_group", "spend_tier"].map((column) => fresh(column)).join(", ")},
         CASE WHEN m.orders IS NULL OR c.orders_read_at > ${read} THEN c.shopify_orders
              WHEN c.orders_read_at = ${read} THEN greatest(c.shopify_orders, m.orders)
              ELSE m.orders END AS shopify_orders,
         CASE WHEN m.orders IS NULL OR c.orders_read_at > ${read} THEN c.orders_read_at ELSE ${read} END AS orders_read_at
       FROM mentioned m
       LEFT JOIN customers c ON c.customer_id = m.customer_id
       LEFT JOIN (SELECT t.* FROM ${staged.stage_customers} t
                  JOIN newer_customers k ON k.customer_id = t.customer_id AND k.file = t.file) s
         ON s.customer_id = m.customer_id
       LEFT JOIN (SELECT id, read_at FROM removed WHERE kind = 'customer') g ON g.id = m.customer_id
       WHERE c.customer_id IS NOT NULL OR (m.told = 1 AND (g.id IS NULL OR g.read_at < ${read}))) r
     LEFT JOIN opening_balance b ON b.customer_id = r.customer_id
     LEFT JOIN (SELECT o.customer_id, count(*) AS orders FROM orders o JOIN mentioned m ON m.customer_id = o.customer_id
                WHERE NOT o.test GROUP BY o.customer_id) n ON n.customer_id = r.customer_id`,
    [readAt],
  );
  await session.run("DELETE FROM customers USING mentioned m WHERE customers.customer_id = m.customer_id");
  await session.run(
    insertInto(
      "customers",
      {
        customer_id: "customer_id",
        created_at: "created_at",
        created_day: "created_day",
        updated_at: "updated_at",
        read_at: "read_at",
        email_consent: "email_consent",
        tags: "tags",
        country: "country",
        shopify_orders: "shopify_orders",
        history_complete: "history_complete",
        rfm_group: "rfm_group",
        spend_tier: "spend_tier",
        orders_read_at: "orders_read_at",
      },
      "FROM renewed",
    ),
  );
  return { accepted, changed: found?.changed ?? 0 };
}
