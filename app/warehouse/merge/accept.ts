// Which orders of a load are taken: those that are not older than what is stored, and what is known of each before its rows
// are written.
import type { Clock } from "../clock.ts";
import type { Session } from "../driver.ts";
import { asPlaced, giftCardsOnly } from "./ledger.ts";
import type { Staged } from "../schema/staging.ts";

/**
 * Table `accepted`: the staged orders that are not older than what is stored.
 * @param excluding whether there is a table of that name
 */
export async function acceptOrders(
  session: Session,
  staged: Staged,
  { readAt, clock, excluding }: { readAt: string; clock: Clock; excluding: boolean },
) {
  await session.run(
    `CREATE TEMP TABLE accepted (order_id BIGINT, file INTEGER, customer_id BIGINT, former_customer_id BIGINT, test BOOLEAN,
       placed_at TIMESTAMP, local_at TIMESTAMP, checkout_at TIMESTAMP, derived BOOLEAN, known BOOLEAN, changed BOOLEAN,
       gift_cards_only BOOLEAN, excluded BOOLEAN)`,
  );
  const same = [
    "updated_at",
    "customer_id",
    "placed_at",
    "test",
    "cancelled_at",
    "financial_status",
    "fulfillment_status",
    "original_total",
    "current_total",
  ];
  const accepted = await session.run(
    `INSERT INTO accepted (order_id, file, customer_id, former_customer_id, test, placed_at, local_at, checkout_at, derived,
       known, changed, gift_cards_only, excluded)
     SELECT s.order_id, s.file, s.customer_id, o.customer_id, s.test, s.placed_at,
       ${clock.localAt("s.placed_at")},
       coalesce(c.checkout_at, s.placed_at), c.order_id IS NULL, o.order_id IS NOT NULL,
       o.order_id IS NULL OR ${same.map((column) => `o.${column} IS DISTINCT FROM s.${column}`).join(" OR ")}, FALSE, FALSE
     FROM ${staged.stage_orders} s
     LEFT JOIN orders o ON o.order_id = s.order_id
     LEFT JOIN (SELECT id, read_at FROM removed WHERE kind = 'order') r ON r.id = s.order_id
     LEFT JOIN (
       SELECT order_id, file, min(CASE WHEN reason = 'ORDER' THEN happened_at END) AS checkout_at
       FROM ${staged.stage_agreements} GROUP BY order_id, file) c ON c.order_id = s.order_id AND c.file = s.file
     WHERE (o.order_id IS NULL OR s.updated_at > o.updated_at
         OR (s.updated_at = o.updated_at AND CAST($1 AS TIMESTAMP) >= o.read_at))
       AND (r.id IS NULL OR r.read_at < CAST($1 AS TIMESTAMP))`,
    [readAt],
  );
  await session.filled("accepted");
  await markGiftCards(session, staged);
  if (excluding)
    await session.run(
      `UPDATE accepted SET excluded = TRUE FROM excluding e
       WHERE accepted.order_id = e.order_id AND accepted.file = e.file`,
    );
  const [found = { changed: 0, known: 0, derived: 0, passed: 0 }] = await session.rows<
    Record<"changed" | "known" | "derived" | "passed", number>
  >(
    `SELECT count(CASE WHEN changed THEN 1 END) AS changed, count(CASE WHEN known THEN 1 END) AS known,
       count(CASE WHEN derived THEN 1 END) AS derived,
       count(CASE WHEN former_customer_id IS DISTINCT FROM customer_id THEN former_customer_id END) AS passed FROM accepted`,
  );
  await session.run(
    `INSERT INTO touched_customers (customer_id)
     SELECT customer_id FROM accepted WHERE customer_id IS NOT NULL
     UNION SELECT former_customer_id FROM accepted WHERE former_customer_id IS NOT NULL
     EXCEPT SELECT customer_id FROM touched_customers`,
  );
  await session.filled("touched_customers");
  return { accepted, ...found };
}

/** Marks the accepted orders that were placed for gift cards alone: by their movements, or by their lines without any. */
async function markGiftCards(session: Session, staged: Staged): Promise<void> {
  await session.run("CREATE TEMP TABLE with_cards (order_id BIGINT, file INTEGER)");
  const some = await session.run(
    `INSERT INTO with_cards (order_id, file)
     SELECT a.order_id, a.file FROM (SELECT DISTINCT agreement_id, file FROM ${staged.stage_sales} WHERE line_type = 'GIFT_CARD') s
     JOIN ${staged.stage_agreements} a ON a.agreement_id = s.agreement_id AND a.file = s.file
     UNION SELECT order_id, file FROM ${staged.stage_lines} WHERE gift_card`,
  );
  if (some === 0) return;
  await session.filled("with_cards");
  await session.run(
    `UPDATE accepted SET gift_cards_only = TRUE FROM (
       SELECT order_id, file FROM (
         SELECT a.order_id, a.file, s.line_type FROM with_cards w
         JOIN ${staged.stage_agreements} a ON a.order_id = w.order_id AND a.file = w.file
         JOIN ${staged.stage_sales} s ON s.agreement_id = a.agreement_id AND s.file = a.file
         JOIN accepted o ON o.order_id = a.order_id AND o.file = a.file
         WHERE ${asPlaced}
         UNION ALL
         SELECT l.order_id, l.file, CASE WHEN l.gift_card THEN 'GIFT_CARD' ELSE 'PRODUCT' END FROM with_cards w
         JOIN ${staged.stage_lines} l ON l.order_id = w.order_id AND l.file = w.file
         JOIN accepted o ON o.order_id = l.order_id AND o.file = l.file
         WHERE o.derived) placed
       GROUP BY order_id, file HAVING ${giftCardsOnly}) g
     WHERE accepted.order_id = g.order_id AND accepted.file = g.file`,
  );
}
