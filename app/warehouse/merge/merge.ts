// One load into the tables, in one transaction of common SQL: an order is replaced as a whole unless what is stored is
// newer by (updated_at, read_at), so that files may come twice, late and in any grouping and the tables end the same.
import { BrokenFile } from "../../errors.ts";
import { failure } from "../../failure.ts";
import { clockOver, type Clock } from "../clock.ts";
import { insertActivity, movements, number } from "./derive.ts";
import { type Extent, rebuildHistory } from "./history.ts";
import type { Session } from "../driver.ts";
import { LedgerBroken } from "../errors.ts";
import { notePassed, passSums } from "./heirs.ts";
import { asPlaced, costsOf, row, sum, unitCost } from "./ledger.ts";
import { acceptOrders } from "./accept.ts";
import { mergeEarlier, setEarlierAside } from "./earlier.ts";
import { exclusionIn } from "../exclusion.ts";
import { markExcluded } from "./excluded.ts";
import { deriveLedger } from "./derived.ts";
import { atPointOfSale, byContract, leadingGoods } from "./placed.ts";
import { renewCustomers } from "./customers.ts";
import { removeCustomers, removeOrders } from "./removals.ts";
import { screen } from "./screen.ts";
import { leaveOut, withhold } from "./withheld.ts";
import { insertInto } from "../schema/schema.ts";
import { stagingTables, type Staged, type StagingTable } from "../schema/staging.ts";
import { filesOf } from "./staging.ts";
import type { ShopMeta } from "../contract.ts";
import type { Load, MergeResult } from "../load.ts";

/** From this share of all orders on (and this many), derived tables are rebuilt whole. */
const WHOLE = { share: 0.2, orders: 5_000 };
const ORDERS_AT_ONCE = 350_000;

type Merged = Omit<MergeResult, "dataVersion">;

/**
 * `readAt` as SQL's UTC timestamp. The staging tables are filled. Everything of the merge but the data version.
 */
export async function mergeStaged(
  session: Session,
  load: Load,
  readAt: string,
  {
    time_zone: timeZone,
    currency,
    opening_at: openingAt,
    excluding,
  }: Pick<ShopMeta, "time_zone" | "currency" | "opening_at" | "excluding">,
  ordersAtOnce = ORDERS_AT_ONCE,
): Promise<Merged> {
  const { otherCurrency } = await screen(session, load, currency, readAt);
  const tooOld = await leaveOut(session, load.keepFrom);
  const exclusion = exclusionIn(excluding);
  if (exclusion !== null) await markExcluded(session, exclusion);
  const removedCustomers = await withhold(session, load);
  const earlier =
    openingAt === null
      ? 0
      : await setEarlierAside(session, { openingAt, readAt, timeZone, excluding: exclusion !== null });
  const { staged, counts } = await withoutRepeats(session);
  await session.run("CREATE TEMP TABLE touched_customers (customer_id BIGINT)");
  await removeOrders(session, load.removedOrders ?? [], readAt);
  await removeCustomers(session, removedCustomers, readAt);

  const clock = await clockOver((sql) => session.rows(sql), timeZone, {
    [staged.stage_orders]: ["placed_at", "customer_created_at"],
    [staged.stage_agreements]: ["happened_at"],
    [staged.stage_customers]: ["created_at"],
  });
  const orders = await acceptOrders(session, staged, { readAt, clock, excluding: exclusion !== null });
  const known = orders.known > 0;
  if (orders.passed > 0) await notePassed(session, "accepted");
  if (earlier > 0) await notePassed(session, "earlier");
  if (openingAt !== null) await passSums(session);
  const extent = await extentOf(session, orders.accepted);
  await number(session, extent, known);
  let [lines, sales, derived, gaps] = [0, 0, 0, 0];
  for await (const part of inParts(session, orders.accepted, ordersAtOnce)) {
    lines += await replaceLines(session, staged, part, known);
    sales += await replaceSales(session, staged, part, clock, known);
    if (orders.derived > 0) derived += await deriveLedger(session, staged, part.table);
    gaps += await replaceOrders(session, staged, part, readAt, known);
  }
  if (sales < counts.sales || lines < counts.lines) await assertNoOrphans(session, load.files, staged);
  for (const table of ["stage_lines", "stage_agreements", "stage_sales"] as const)
    await session.run(`DROP TABLE ${staged[table]}`);
  const changedEarlier = earlier === 0 ? 0 : await mergeEarlier(session, readAt);
  await rebuildHistory(session, extent);
  const customers = await renewCustomers(session, staged, readAt, clock, counts.customers, earlier > 0);
  return {
    orders: orders.accepted,
    lines,
    sales: sales + derived,
    customers: customers.accepted,
    changedCustomers: customers.changed,
    skippedOlder: counts.orders - orders.accepted,
    gaps,
    changedOrders: orders.changed + changedEarlier,
    otherCurrency,
    tooOld,
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

/** Accepted orders to replace at once: a table of them and, in SQL over order_id, where they and their rows are found. */
interface Part {
  table: string;
  within: string;
}

/** All accepted orders, part by part in the order of their ids; a part's table is gone when the next comes. */
async function* inParts(session: Session, accepted: number, atOnce: number): AsyncGenerator<Part, void> {
  if (accepted <= atOnce) {
    yield { table: "accepted", within: "TRUE" };
    return;
  }
  const parts = Math.ceil(accepted / atOnce);
  const cuts = Array.from({ length: parts - 1 }, (_, part) => (part + 1) / parts);
  const [bounds = {}] = await session.rows<Record<string, number>>(
    `SELECT ${cuts.map((_, part) => `ids[${part + 1}] AS after_${part}`).join(", ")} FROM (
       SELECT PERCENTILE_DISC(ARRAY[${cuts.join(", ")}]) WITHIN GROUP (ORDER BY order_id) AS ids FROM accepted) t`,
  );
  for (let part = 0; part < parts; part += 1) {
    const [after, upTo] = [bounds[`after_${part - 1}`], bounds[`after_${part}`]];
    const within = [
      after === undefined ? [] : `order_id > ${after}`,
      upTo === undefined ? [] : `order_id <= ${upTo}`,
    ]
      .flat()
      .join(" AND ");
    await session.run(`CREATE TEMP TABLE part AS SELECT * FROM accepted WHERE ${within || "TRUE"}`);
    await session.filled("part");
    yield { table: "part", within: within || "TRUE" };
    await session.run("DROP TABLE part");
  }
}

/** `known`: some of the accepted orders are stored already. */
async function replaceLines(
  session: Session,
  staged: Staged,
  { table, within }: Part,
  known: boolean,
): Promise<number> {
  const insert = (cost: string, join: string) =>
    session.run(
      insertInto(
        "order_lines",
        {
          order_id: "l.order_id",
          line_item_id: "l.line_item_id",
          product_id: "l.product_id",
          variant_id: "l.variant_id",
          sku: "l.sku",
          quantity: "l.quantity",
          current_quantity: "l.current_quantity",
          unit_price: "l.unit_price",
          gift_card: "l.gift_card",
          unit_cost: cost,
          title: "l.title",
          product_type: "l.product_type",
          vendor: "l.vendor",
        },
        `FROM (SELECT * FROM ${staged.stage_lines} WHERE ${within}) l
         JOIN ${table} o ON o.order_id = l.order_id AND o.file = l.file ${join}`,
      ),
    );
  if (!known) return await insert("l.unit_cost", "");
  // Shopify knows only today's cost; the first one seen is the nearest to the sale's.
  await session.run(
    `CREATE TEMP TABLE known_costs AS SELECT l.line_item_id, max(l.unit_cost) AS unit_cost FROM order_lines l
     JOIN ${table} o ON o.order_id = l.order_id WHERE l.unit_cost IS NOT NULL GROUP BY l.line_item_id`,
  );
  await session.run(`DELETE FROM order_lines USING ${table} o WHERE order_lines.order_id = o.order_id`);
  const written = await insert(
    "coalesce(k.unit_cost, l.unit_cost)",
    "LEFT JOIN known_costs k ON k.line_item_id = l.line_item_id",
  );
  await session.run("DROP TABLE known_costs");
  return written;
}

/** An order's own agreement is booked at its placement, whatever an import says; later ones never before it. */
async function replaceSales(
  session: Session,
  staged: Staged,
  { table, within }: Part,
  clock: Clock,
  known: boolean,
): Promise<number> {
  if (known) await session.run(`DELETE FROM sales USING ${table} o WHERE sales.order_id = o.order_id`);
  return await session.run(
    insertInto(
      "sales",
      {
        sale_id: "s.sale_id",
        order_id: "a.order_id",
        agreement_id: "s.agreement_id",
        reason: "coalesce(a.reason, 'UNKNOWN')",
        action: "coalesce(s.action, 'UNKNOWN')",
        line_type: "coalesce(s.line_type, 'UNKNOWN')",
        happened_at: "a.happened_at",
        booked_at:
          "CASE WHEN a.reason = 'ORDER' THEN o.placed_at ELSE greatest(a.happened_at, o.placed_at) END",
        local_day: `CASE WHEN a.reason = 'ORDER' OR a.happened_at <= o.placed_at THEN CAST(o.local_at AS DATE)
          ELSE ${clock.localDay("a.happened_at")} END`,
        line_item_id: "s.line_item_id",
        product_id: "l.product_id",
        variant_id: "l.variant_id",
        quantity: "s.quantity",
        total: "s.total",
        tax: "s.tax",
        discount: "s.discount",
        unit_cost: unitCost,
      },
      `FROM ${staged.stage_sales} s
     LEFT JOIN (SELECT line_item_id, file, product_id, variant_id FROM ${staged.stage_lines} WHERE ${within}) l
       ON l.line_item_id = s.line_item_id AND l.file = s.file
     JOIN (SELECT * FROM ${staged.stage_agreements} WHERE ${within}) a ON a.agreement_id = s.agreement_id AND a.file = s.file
     JOIN ${table} o ON o.order_id = a.order_id AND o.file = a.file ${costsOf(table, "o.order_id")}`,
    ),
  );
}

/** A child whose parent is not in the files means that the files are not whole. */
async function assertNoOrphans(session: Session, files: Load["files"], staged: Staged): Promise<void> {
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
  if (found.length === 0) return;
  const rows = found.map(([kind, count]) => `${count} ${kind}`).join(", ");
  throw new BrokenFile(files.flatMap(filesOf).join(", "), {
    detail: `${rows} name a parent that is not in the file`,
    told: (file) => failure("file_orphans", { file, rows }),
  });
}

/**
 * The orders' rows with their sums and proof, and their activity; answers how many do not add up. Shopify's order totals
 * hold all that the ledger holds: products, gift cards sold, tips, shipping, duties, fees and tax (a gift card used is a
 * payment and in neither), so the proof is over all rows: those of reason ORDER against the total at placement, all
 * against today's.
 */
async function replaceOrders(
  session: Session,
  staged: Staged,
  { table, within }: Part,
  readAt: string,
  known: boolean,
): Promise<number> {
  const placed = (expression: string) => `CASE WHEN ${asPlaced} THEN ${expression} ELSE 0 END`;
  await session.run(
    `CREATE TEMP TABLE moved AS ${movements(table, within, {
      placed_gross: placed(row.gross),
      placed_discount: placed(row.discounts),
      placed_units: placed(row.units),
      net: row.net,
      ordered_total: "CASE WHEN reason = 'ORDER' THEN total ELSE 0 END",
      total: "total",
    })}`,
  );
  await session.filled("moved");
  if (known) {
    await session.run(`DELETE FROM activity USING ${table} o WHERE activity.order_id = o.order_id`);
    await session.run(`DELETE FROM orders USING ${table} o WHERE orders.order_id = o.order_id`);
  }
  const ofOrder = [
    ...["placed_gross", "placed_discount", "placed_units", "net", "ordered_total", "total"],
    ...["units", "units_reversed"],
  ];
  await session.run(
    insertInto(
      "orders",
      {
        order_id: "s.order_id",
        customer_id: "s.customer_id",
        name: "s.name",
        created_at: "s.created_at",
        placed_at: "s.placed_at",
        local_at: "o.local_at",
        local_day: "CAST(o.local_at AS DATE)",
        updated_at: "s.updated_at",
        read_at: "CAST($1 AS TIMESTAMP)",
        cancelled_at: "s.cancelled_at",
        test: "s.test",
        channel: "s.channel",
        country: "s.country",
        financial_status: "s.financial_status",
        fulfillment_status: "s.fulfillment_status",
        original_total: "s.original_total",
        current_total: "s.current_total",
        derived: "o.derived",
        placed_gap: "m.ordered_total - s.original_total",
        total_gap: "m.total - s.current_total",
        seq: "n.seq",
        prev_day: "n.prev_day",
        placed_gross: "m.placed_gross",
        placed_discount: "m.placed_discount",
        placed_net: "m.placed_gross - m.placed_discount",
        placed_units: "m.placed_units",
        net_so_far: "m.net",
        gift_cards_only: "o.gift_cards_only",
        excluded: "o.excluded",
        tags: "s.tags",
        b2b: "s.b2b",
        language: "s.language",
        subscription: `coalesce(p.subscription, FALSE) OR ${byContract("s.channel")}`,
        pos: atPointOfSale("s.channel"),
        product_id: "g.product_id",
        product_type: "g.product_type",
        vendor: "g.vendor",
        units_so_far: "m.units",
        units_returned: "m.units_reversed",
      },
      `FROM ${table} o
     JOIN (SELECT * FROM ${staged.stage_orders} WHERE ${within}) s ON s.order_id = o.order_id AND s.file = o.file
     JOIN (SELECT order_id, ${ofOrder.map((column) => `${sum(column)} AS ${column}`).join(", ")}
           FROM moved GROUP BY order_id) m ON m.order_id = o.order_id
     LEFT JOIN (SELECT order_id, seq, prev_day FROM numbered WHERE ${within}) n ON n.order_id = o.order_id
     LEFT JOIN (SELECT order_id, file, bool_or(subscription) AS subscription FROM ${staged.stage_lines} WHERE ${within}
       GROUP BY order_id, file) p ON p.order_id = o.order_id AND p.file = o.file
     LEFT JOIN (${leadingGoods(table, within)}) g ON g.order_id = o.order_id`,
    ),
    [readAt],
  );
  const [proof] = await session.rows<{ gaps: number; broken: number; example: number | null }>(
    `SELECT count(CASE WHEN o.placed_gap <> 0 OR o.total_gap <> 0 THEN 1 END) AS gaps,
       count(CASE WHEN m.broken THEN 1 END) AS broken, min(CASE WHEN m.broken THEN m.order_id END) AS example
     FROM (SELECT order_id, placed_gap, total_gap FROM orders WHERE ${within}) o
     JOIN (SELECT order_id, max(abs(gross - discounts - reversals - net)) > 0 AS broken FROM moved GROUP BY order_id) m
       ON m.order_id = o.order_id`,
  );
  if (proof !== undefined && proof.broken > 0) throw new LedgerBroken(proof.broken, proof.example);
  await insertActivity(session, within);
  await session.run("DROP TABLE moved");
  return proof?.gaps ?? 0;
}

async function extentOf(session: Session, accepted: number): Promise<Extent> {
  if (accepted < WHOLE.orders) return "touched";
  const [all] = await session.rows<{ n: number }>("SELECT count(*) AS n FROM orders");
  return accepted > WHOLE.share * (all?.n ?? 0) ? "everything" : "touched";
}
