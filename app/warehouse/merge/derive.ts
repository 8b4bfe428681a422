// The tables that follow from the ledger: each order's place among its customer's orders, `activity` and
// `customer_history`. Written for the customers in temporary table touched_customers, or whole when most are touched. Where
// older orders are not kept, all three go on from the opening balance.
import type { Session } from "../driver.ts";
import { type Extent, rebuildHistory } from "./history.ts";
import { row, sum } from "./ledger.ts";
import { insertInto, tables } from "../schema/schema.ts";

/** Orders that are here, or that sums stand for, by customer: what Shopify's count of a customer's orders is held against. */
export const ORDERS_HERE = `SELECT customer_id, ${sum("orders")} AS orders FROM (
    SELECT customer_id, count(*) AS orders FROM orders WHERE customer_id IS NOT NULL AND NOT test GROUP BY customer_id
    UNION ALL SELECT customer_id, records FROM opening_balance) known GROUP BY customer_id`;

/**
 * Table `numbered`: seq and prev_day of the orders in `accepted`, before they are written, and of stored ones that move to
 * another place by them, which are written at once. Test orders, excluded ones and those of gift cards only have no place,
 * and guests no sequence.
 * `known`: some of the accepted orders are stored already, in an earlier version.
 */
export async function number(session: Session, extent: Extent, known: boolean): Promise<void> {
  const among = extent === "touched" ? "JOIN touched_customers t ON t.customer_id = o.customer_id" : "";
  const others = known ? "AND NOT EXISTS (SELECT 1 FROM accepted a WHERE a.order_id = o.order_id)" : "";
  await session.run(
    `CREATE TEMP TABLE numbered AS
     SELECT order_id, stored, CAST(place AS INTEGER) AS seq, day_before AS prev_day FROM (
       SELECT order_id, stored, seq, prev_day, row_number() OVER w + coalesce(b.orders, 0) AS place,
         coalesce(lag(local_day) OVER w, b.last_day) AS day_before
       FROM (
         SELECT o.order_id, o.customer_id, o.placed_at, o.local_day, o.seq, o.prev_day, TRUE AS stored
         FROM orders o ${among} WHERE o.customer_id IS NOT NULL AND NOT o.test AND NOT o.gift_cards_only
           AND NOT o.excluded ${others}
         UNION ALL
         SELECT order_id, customer_id, placed_at, CAST(local_at AS DATE), NULL, NULL, FALSE
         FROM accepted WHERE customer_id IS NOT NULL AND NOT test AND NOT gift_cards_only AND NOT excluded) theirs
       LEFT JOIN opening_balance b ON b.customer_id = theirs.customer_id
       WINDOW w AS (PARTITION BY theirs.customer_id ORDER BY placed_at, order_id)) placed
     WHERE NOT stored OR seq IS NULL OR seq <> place OR prev_day IS DISTINCT FROM day_before`,
  );
  await session.filled("numbered");
  const renumber = (table: "orders" | "activity", where: string) =>
    session.run(
      `UPDATE ${table} SET seq = n.seq, prev_day = n.prev_day FROM numbered n
       WHERE n.stored AND ${table}.order_id = n.order_id ${where}`,
    );
  if ((await renumber("orders", "")) > 0) await renumber("activity", "AND activity.placed");
}

export const MOVEMENTS = [
  "gross",
  "discounts",
  "reversals",
  "units",
  "units_reversed",
  "shipping",
  "tax",
  "duties",
  "fees",
  "tips",
  "costed",
  "cost",
] as const;

const PLACEMENT = [
  "seq",
  "prev_day",
  "placed_gross",
  "placed_discount",
  "placed_net",
  "placed_units",
  "net_so_far",
  "channel",
  "country",
  "b2b",
  "language",
  "subscription",
  "pos",
  "units_so_far",
  "units_returned",
] as const;

/**
 * Query: what the ledger's rows of the orders in table `of` (order_id, local_at, checkout_at) moved, by order and local
 * day, with `extra` sums. `within`: in SQL over order_id, where they are found. An order was placed on its own day even
 * when nothing moved on it: hence the rows of zeros.
 */
export function movements(of: string, within: string, extra: Readonly<Record<string, string>> = {}): string {
  const sums = [...MOVEMENTS.map((name): [string, string] => [name, row[name]]), ...Object.entries(extra)];
  return `SELECT order_id, local_day, ${sums.map(([name]) => `${sum(name)} AS ${name}`).join(", ")}
     FROM (
       SELECT s.order_id, s.local_day, ${sums.map(([name, expression]) => `${expression} AS ${name}`).join(", ")}
       FROM (SELECT * FROM sales WHERE ${within}) s
       JOIN (SELECT order_id, checkout_at FROM ${of}) o ON o.order_id = s.order_id
       UNION ALL SELECT order_id, CAST(local_at AS DATE), ${sums.map(() => "0").join(", ")} FROM ${of}) moves
     GROUP BY order_id, local_day`;
}

/** The rows of the orders in table `moved`, a result of `movements`; the orders stand in `orders`. */
export async function insertActivity(session: Session, within: string): Promise<void> {
  const placed = "(m.local_day = o.local_day AND NOT o.gift_cards_only)";
  const each = <N extends string>(names: readonly N[], value: (name: N) => string) =>
    Object.fromEntries(names.map((name) => [name, value(name)])) as Record<N, string>;
  await session.run(
    insertInto(
      "activity",
      {
        order_id: "m.order_id",
        customer_id: "o.customer_id",
        local_day: "m.local_day",
        ...each(MOVEMENTS, (name) => `m.${name}`),
        placed,
        ...each(PLACEMENT, (name) => `CASE WHEN ${placed} THEN o.${name} END`),
      },
      `FROM moved m JOIN (SELECT * FROM orders WHERE ${within}) o ON o.order_id = m.order_id
       WHERE NOT o.test AND NOT o.excluded
       ORDER BY m.local_day`,
    ),
  );
}

/** The rows of orders of which only later movements are kept; `within`: in SQL over order_id, which of them. */
export async function insertEarlierActivity(session: Session, within: string): Promise<void> {
  const each = <N extends string>(names: readonly N[], value: (name: N) => string) =>
    Object.fromEntries(names.map((name) => [name, value(name)])) as Record<N, string>;
  const types: Readonly<Record<string, string>> = tables.activity;
  await session.run(
    insertInto(
      "activity",
      {
        order_id: "e.order_id",
        customer_id: "e.customer_id",
        local_day: "s.local_day",
        ...each(MOVEMENTS, (name) => sum(row[name])),
        placed: "FALSE",
        ...each(PLACEMENT, (name) => `CAST(NULL AS ${types[name]})`),
      },
      `FROM (SELECT * FROM sales WHERE ${within}) s JOIN earlier_orders e ON e.order_id = s.order_id
       WHERE NOT e.excluded GROUP BY e.order_id, e.customer_id, s.local_day ORDER BY s.local_day`,
    ),
  );
}

/** Of `accepted`, what `number` looks at: no order comes. */
const NOTHING_ACCEPTED = `CREATE TEMP TABLE accepted (order_id BIGINT, customer_id BIGINT, placed_at TIMESTAMP,
  local_at TIMESTAMP, test BOOLEAN, gift_cards_only BOOLEAN, excluded BOOLEAN)`;

/** All that follows from the ledger and the orders' own days, as if every order came now. */
export async function deriveEverything(session: Session): Promise<void> {
  await session.run(NOTHING_ACCEPTED);
  await number(session, "everything", false);
  await session.run(
    `CREATE TEMP TABLE moved AS ${movements("(SELECT order_id, local_at, NULL AS checkout_at FROM orders) x", "TRUE")}`,
  );
  await session.run("DELETE FROM activity");
  await insertActivity(session, "TRUE");
  await insertEarlierActivity(session, "TRUE");
  await rebuildHistory(session, "everything");
  await session.run(
    `UPDATE customers SET history_complete = k.complete FROM (
       SELECT c.customer_id, coalesce(coalesce(n.orders, 0) >= c.shopify_orders, FALSE) AS complete FROM customers c
       LEFT JOIN (${ORDERS_HERE}) n ON n.customer_id = c.customer_id) k
     WHERE customers.customer_id = k.customer_id AND customers.history_complete <> k.complete`,
  );
}

/** What follows from the orders that are left, for the customers in touched_customers. */
export async function deriveAnew(session: Session, extent: Extent): Promise<void> {
  await session.filled("touched_customers");
  await session.run(NOTHING_ACCEPTED);
  await number(session, extent, false);
  await rebuildHistory(session, extent);
  await session.run(
    `UPDATE customers SET history_complete = coalesce(coalesce((
       SELECT h.orders FROM (${ORDERS_HERE}) h WHERE h.customer_id = customers.customer_id), 0) >= customers.shopify_orders, FALSE)
     FROM touched_customers t WHERE customers.customer_id = t.customer_id`,
  );
}
