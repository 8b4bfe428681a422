// One load into the tables, in one transaction of common SQL: an order is replaced as a whole unless what is stored is
// newer by (updated_at, read_at), so that files may come twice, late and in any grouping and the tables end the same.
import { BrokenFile } from "../errors.ts";
import { rebuild, type Extent } from "./derive.ts";
import type { Session } from "./driver.ts";
import { LedgerBroken } from "./errors.ts";
import { asPlaced, row, sum } from "./ledger.ts";
import { deriveLedger } from "./merge-derived.ts";
import { renewCustomers } from "./merge-customers.ts";
import { removeCustomers, removeOrders } from "./merge-removals.ts";
import { stagingTables, type Staged, type StagingTable } from "./schema.ts";
import type { Load, MergeResult } from "./warehouse.server.ts";

/** From this share of all orders on (and this many), derived tables are rebuilt whole. */
const WHOLE = { share: 0.2, orders: 5_000 };

type Merged = Omit<MergeResult, "dataVersion">;

/**
 * `readAt` as SQL's UTC timestamp. The staging tables are filled. Everything of the merge but the data version.
 */
export async function mergeStaged(
  session: Session,
  load: Load,
  readAt: string,
  timeZone: string,
): Promise<Merged> {
  const { staged, counts } = await withoutRepeats(session);
  await session.run("CREATE TEMP TABLE touched_customers (customer_id BIGINT)");
  await session.run("CREATE TEMP TABLE touched_orders (order_id BIGINT)");
  await removeOrders(session, load.removedOrders ?? [], readAt);
  await removeCustomers(session, load.removedCustomers ?? [], readAt);

  const orders = await acceptOrders(session, staged, readAt, timeZone);
  const lines = await replaceLines(session, staged, orders.known > 0);
  const sales = await replaceSales(session, staged, timeZone, orders.known > 0);
  if (sales < counts.sales || lines < counts.lines) await assertNoOrphans(session, load.files, staged);
  const derived = orders.derived > 0 ? await deriveLedger(session, staged) : 0;
  for (const table of ["stage_lines", "stage_agreements", "stage_sales"] as const)
    await session.run(`DROP TABLE ${staged[table]}`);
  const gaps = await replaceOrders(session, staged, readAt, orders.known > 0);

  const extent = await extentOf(session, orders.accepted);
  await rebuild(session, extent);
  const customers = await renewCustomers(session, staged, readAt, timeZone, extent, counts.customers);
  return {
    orders: orders.accepted,
    lines,
    sales: sales + derived,
    customers,
    skippedOlder: counts.orders - orders.accepted,
    gaps,
    changedOrders: orders.changed,
  };
}

/**
 * The names of the tables to merge from. Where an order or a customer came more than once, its newest version is
 * chosen, with the children of that version's file.
 */
async function withoutRepeats(session: Session) {
  const count = async () => {
    const [row] = await session.rows<
      Record<"orders" | "orderRows" | "customers" | "customerRows" | "lines" | "sales", number>
    >(
      `SELECT (SELECT count(DISTINCT order_id) FROM stage_orders) AS orders, (SELECT count(*) FROM stage_orders) AS "orderRows",
         (SELECT count(DISTINCT customer_id) FROM stage_customers) AS customers,
         (SELECT count(*) FROM stage_customers) AS "customerRows",
         (SELECT count(*) FROM ${names.stage_lines}) AS lines, (SELECT count(*) FROM ${names.stage_sales}) AS sales`,
    );
    if (row === undefined) throw new Error("A count gave no row.");
    return row;
  };
  const names: Staged = {
    stage_orders: "stage_orders",
    stage_lines: "stage_lines",
    stage_agreements: "stage_agreements",
    stage_sales: "stage_sales",
    stage_customers: "stage_customers",
  };
  const choose = async (table: StagingTable, keys: string, newest: string) => {
    const columns = ["file", ...Object.keys(stagingTables[table])].join(", ");
    names[table] = `newest_${table}`;
    await session.run(
      `CREATE TEMP TABLE newest_${table} AS SELECT ${columns} FROM (
         SELECT ${columns}, row_number() OVER (PARTITION BY ${keys} ORDER BY ${newest}) AS nth FROM ${table}) t
       WHERE nth = 1`,
    );
    await session.filled(names[table]);
  };
  const counts = await count();
  if (counts.orders < counts.orderRows) {
    await choose("stage_orders", "order_id", "updated_at DESC, file DESC");
    await choose("stage_lines", "line_item_id, file", "current_quantity, quantity");
    await choose("stage_agreements", "agreement_id, file", "happened_at");
    await choose("stage_sales", "sale_id, file", "total");
  }
  if (counts.customers < counts.customerRows)
    await choose("stage_customers", "customer_id", "updated_at DESC, file DESC");
  return { staged: names, counts: counts.orders < counts.orderRows ? await count() : counts };
}

/** Table `accepted`: the staged orders that are not older than what is stored. */
async function acceptOrders(session: Session, staged: Staged, readAt: string, timeZone: string) {
  await session.run(
    `CREATE TEMP TABLE accepted (order_id BIGINT, file INTEGER, customer_id BIGINT, former_customer_id BIGINT,
       placed_at TIMESTAMP, local_at TIMESTAMP, checkout_at TIMESTAMP, derived BOOLEAN, known BOOLEAN, changed BOOLEAN)`,
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
    `INSERT INTO accepted
     SELECT s.order_id, s.file, s.customer_id, o.customer_id, s.placed_at,
       CAST(s.placed_at AT TIME ZONE 'UTC' AT TIME ZONE $2 AS TIMESTAMP),
       coalesce(c.checkout_at, s.placed_at), c.order_id IS NULL, o.order_id IS NOT NULL,
       o.order_id IS NULL OR ${same.map((column) => `o.${column} IS DISTINCT FROM s.${column}`).join(" OR ")}
     FROM ${staged.stage_orders} s
     LEFT JOIN orders o ON o.order_id = s.order_id
     LEFT JOIN (SELECT id, read_at FROM removed WHERE kind = 'order') r ON r.id = s.order_id
     LEFT JOIN (
       SELECT order_id, file, min(CASE WHEN reason = 'ORDER' THEN happened_at END) AS checkout_at
       FROM ${staged.stage_agreements} GROUP BY order_id, file) c ON c.order_id = s.order_id AND c.file = s.file
     WHERE (o.order_id IS NULL OR s.updated_at > o.updated_at
         OR (s.updated_at = o.updated_at AND CAST($1 AS TIMESTAMP) >= o.read_at))
       AND (r.id IS NULL OR r.read_at < CAST($1 AS TIMESTAMP))`,
    [readAt, timeZone],
  );
  await session.filled("accepted");
  const [found] = await session.rows<{ changed: number; known: number; derived: number }>(
    `SELECT ${sum("CASE WHEN changed THEN 1 ELSE 0 END")} AS changed, ${sum("CASE WHEN known THEN 1 ELSE 0 END")} AS known,
       ${sum("CASE WHEN derived THEN 1 ELSE 0 END")} AS derived FROM accepted`,
  );
  await session.run("INSERT INTO touched_orders SELECT order_id FROM accepted");
  await session.run(
    `INSERT INTO touched_customers
     SELECT c.customer_id FROM (
       SELECT customer_id FROM accepted UNION SELECT former_customer_id FROM accepted) c
     WHERE c.customer_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM touched_customers t WHERE t.customer_id = c.customer_id)`,
  );
  await session.filled("touched_orders");
  await session.filled("touched_customers");
  return { accepted, changed: found?.changed ?? 0, known: found?.known ?? 0, derived: found?.derived ?? 0 };
}

/** `known`: some of the accepted orders are stored already. */
async function replaceLines(session: Session, staged: Staged, known: boolean): Promise<number> {
  // Shopify knows only today's cost; the first one seen is the nearest to the sale's.
  await session.run("CREATE TEMP TABLE known_costs (line_item_id BIGINT, unit_cost BIGINT)");
  if (known) {
    await session.run(
      `INSERT INTO known_costs SELECT l.line_item_id, max(l.unit_cost) FROM order_lines l
       JOIN accepted o ON o.order_id = l.order_id WHERE l.unit_cost IS NOT NULL GROUP BY l.line_item_id`,
    );
    await session.run("DELETE FROM order_lines USING accepted o WHERE order_lines.order_id = o.order_id");
  }
  return await session.run(
    `INSERT INTO order_lines
     SELECT l.order_id, l.line_item_id, l.product_id, l.variant_id, l.sku, l.quantity, l.current_quantity, l.unit_price,
       l.gift_card, coalesce(k.unit_cost, l.unit_cost)
     FROM ${staged.stage_lines} l JOIN accepted o ON o.order_id = l.order_id AND o.file = l.file
     LEFT JOIN known_costs k ON k.line_item_id = l.line_item_id`,
  );
}

/** An order's own agreement is booked at its placement, whatever an import says; later ones never before it. */
async function replaceSales(
  session: Session,
  staged: Staged,
  timeZone: string,
  known: boolean,
): Promise<number> {
  if (known) await session.run("DELETE FROM sales USING accepted o WHERE sales.order_id = o.order_id");
  return await session.run(
    `INSERT INTO sales
     SELECT s.sale_id, a.order_id, s.agreement_id, coalesce(a.reason, 'UNKNOWN'), coalesce(s.action, 'UNKNOWN'),
       coalesce(s.line_type, 'UNKNOWN'), a.happened_at,
       CASE WHEN a.reason = 'ORDER' THEN o.placed_at ELSE greatest(a.happened_at, o.placed_at) END,
       CASE WHEN a.reason = 'ORDER' OR a.happened_at <= o.placed_at THEN CAST(o.local_at AS DATE)
         ELSE CAST(a.happened_at AT TIME ZONE 'UTC' AT TIME ZONE $1 AS DATE) END,
       s.line_item_id, l.product_id, l.variant_id, s.quantity, s.total, s.tax, s.discount
     FROM ${staged.stage_sales} s
     JOIN ${staged.stage_agreements} a ON a.agreement_id = s.agreement_id AND a.file = s.file
     JOIN accepted o ON o.order_id = a.order_id AND o.file = a.file
     LEFT JOIN ${staged.stage_lines} l ON l.line_item_id = s.line_item_id AND l.file = s.file`,
    [timeZone],
  );
}

/** A child whose parent is not in the files means that the files are not whole. */
async function assertNoOrphans(session: Session, files: readonly string[], staged: Staged): Promise<void> {
  const [orphans] = await session.rows<{ lines: number; agreements: number; sales: number }>(
    `SELECT
       (SELECT count(*) FROM ${staged.stage_lines} l WHERE NOT EXISTS (
         SELECT 1 FROM stage_orders o WHERE o.order_id = l.order_id AND o.file = l.file)) AS lines,
       (SELECT count(*) FROM ${staged.stage_agreements} a WHERE NOT EXISTS (
         SELECT 1 FROM stage_orders o WHERE o.order_id = a.order_id AND o.file = a.file)) AS agreements,
       (SELECT count(*) FROM ${staged.stage_sales} s WHERE NOT EXISTS (
         SELECT 1 FROM ${staged.stage_agreements} a WHERE a.agreement_id = s.agreement_id AND a.file = s.file)) AS sales`,
  );
  const found = Object.entries(orphans ?? {}).filter(([, count]) => count > 0);
  if (found.length > 0)
    throw new BrokenFile(
      files.join(", "),
      null,
      `${found.map(([kind, count]) => `${count} ${kind}`).join(", ")} name a parent that is not in the file`,
    );
}

/**
 * The orders' rows with their sums and proof; answers how many do not add up. Shopify's order totals hold all that the
 * ledger holds: products, gift cards sold, tips, shipping, duties, fees and tax (a gift card used is a payment and in
 * neither), so the proof is over all rows: those of reason ORDER against the total at placement, all against today's.
 */
async function replaceOrders(
  session: Session,
  staged: Staged,
  readAt: string,
  known: boolean,
): Promise<number> {
  const placed = (column: string) => sum(`CASE WHEN placed THEN ${column} ELSE 0 END`);
  await session.run(
    `CREATE TEMP TABLE summed AS
     SELECT order_id, ${placed("gross")} AS placed_gross, ${placed("discounts")} AS placed_discount,
       ${placed("units")} AS placed_units, ${sum("net")} AS net_so_far, ${sum("ordered")} AS ordered_total,
       ${sum("total")} AS total, ${sum("CASE WHEN gross - discounts - reversals <> net THEN 1 ELSE 0 END")} AS broken
     FROM (
       SELECT s.order_id, ${asPlaced} AS placed, ${row.gross} AS gross, ${row.discounts} AS discounts,
         ${row.reversals} AS reversals, ${row.net} AS net, ${row.units} AS units, total,
         CASE WHEN reason = 'ORDER' THEN total ELSE 0 END AS ordered
       FROM sales s JOIN accepted o ON o.order_id = s.order_id) moves
     GROUP BY order_id`,
  );
  await session.filled("summed");
  if (known) await session.run("DELETE FROM orders USING accepted o WHERE orders.order_id = o.order_id");
  await session.run(
    `INSERT INTO orders
     SELECT s.order_id, s.customer_id, s.name, s.created_at, s.placed_at, o.local_at, CAST(o.local_at AS DATE), s.updated_at,
       CAST($1 AS TIMESTAMP), s.cancelled_at, s.test, s.channel, s.country, s.financial_status, s.fulfillment_status,
       s.original_total, s.current_total, o.derived,
       coalesce(m.ordered_total, 0) - s.original_total, coalesce(m.total, 0) - s.current_total, NULL, NULL,
       coalesce(m.placed_gross, 0), coalesce(m.placed_discount, 0), coalesce(m.placed_gross - m.placed_discount, 0),
       coalesce(m.placed_units, 0), coalesce(m.net_so_far, 0)
     FROM accepted o
     JOIN ${staged.stage_orders} s ON s.order_id = o.order_id AND s.file = o.file
     LEFT JOIN summed m ON m.order_id = o.order_id`,
    [readAt],
  );
  const [proof] = await session.rows<{ gaps: number; broken: number; example: number | null }>(
    `SELECT ${sum("CASE WHEN o.placed_gap <> 0 OR o.total_gap <> 0 THEN 1 ELSE 0 END")} AS gaps,
       ${sum("CASE WHEN m.broken > 0 THEN 1 ELSE 0 END")} AS broken,
       min(CASE WHEN m.broken > 0 THEN m.order_id END) AS example
     FROM orders o JOIN accepted a ON a.order_id = o.order_id LEFT JOIN summed m ON m.order_id = o.order_id`,
  );
  if (proof !== undefined && proof.broken > 0)
    throw new LedgerBroken(
      `gross − discounts − reversals is not net in ${proof.broken} orders, among them ${proof.example}.`,
    );
  return proof?.gaps ?? 0;
}

async function extentOf(session: Session, accepted: number): Promise<Extent> {
  if (accepted < WHOLE.orders) return "touched";
  const [all] = await session.rows<{ n: number }>("SELECT count(*) AS n FROM orders");
  return accepted > WHOLE.share * (all?.n ?? 0) ? "everything" : "touched";
}
