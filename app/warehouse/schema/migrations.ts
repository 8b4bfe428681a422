// Every change of a shop's tables since their first version, oldest first: the one place to add the next. A shop that is
// installed goes through what it lacks when it is next entered, a backup of it when it is put back.
//
// To change the tables: keep a copy of what they are (`node test/engine/warehouse/keep.ts VERSION`), change its source, and add an
// entry below that leads there. test/process/warehouse/upgrade.test.ts then proves, on both engines, that a kept copy of every
// earlier version becomes what a shop is that is loaded anew.
import { asPlaced, giftCardsOnly, row, sum } from "../merge/ledger.ts";
import { atPointOfSale, byContract, leadingGoods } from "../merge/placed.ts";
import type { Columns } from "./source.ts";
import type { TableName } from "./schema.ts";

/** What is read from Shopify by itself. */
export type Source = "orders" | "customers";

export interface Migration {
  /** The version that it leads to: one more than the entry before. */
  to: number;
  /** New tables and new columns of old ones, with their types. A column that comes later has no NOT NULL: it is there before it is filled. */
  adds?: Partial<Record<TableName | (string & {}), Columns>>;
  /** Columns that are gone from this version on, with the types they had; statements still read them. */
  drops?: Partial<Record<TableName | (string & {}), Columns>>;
  /** What fills them from what is stored, in SQL of both engines; what all later entries add is there by then, empty. */
  statements?: readonly string[];
  /** Orders' places, activity, histories and what is known of customers are worked out again from the ledger. */
  derive?: true;
  /** Days are booked by another clock. */
  rebook?: true;
  /** What is stored does not tell: the shop's copy is read again from Shopify, beside the one in use. */
  readAnew?: readonly Source[];
}

export const migrations: readonly Migration[] = [
  { to: 2, adds: { shop_meta: { schema_version: "INTEGER", read_anew: "VARCHAR" } } },
  {
    // Orders of gift cards only are no orders.
    to: 3,
    adds: { orders: { gift_cards_only: "BOOLEAN" } },
    statements: [
      // What an order without agreements costs less than its gift cards was booked as a product's discount.
      `UPDATE sales SET line_type = 'GIFT_CARD'
       WHERE sale_id = -order_id AND line_type = 'PRODUCT' AND order_id IN (
         SELECT order_id FROM order_lines GROUP BY order_id HAVING count(CASE WHEN NOT gift_card THEN 1 END) = 0)`,
      `UPDATE orders SET placed_discount = 0, placed_gross = 0, placed_net = 0, net_so_far = 0
       WHERE derived AND order_id IN (SELECT order_id FROM sales WHERE sale_id = -order_id AND line_type = 'GIFT_CARD')`,
      `UPDATE orders SET gift_cards_only = order_id IN (
         SELECT order_id FROM (
           SELECT s.order_id, s.line_type, s.reason, s.happened_at, coalesce(c.checkout_at, o.placed_at) AS checkout_at
           FROM sales s JOIN orders o ON o.order_id = s.order_id
           LEFT JOIN (SELECT order_id, min(happened_at) AS checkout_at FROM sales WHERE reason = 'ORDER' GROUP BY order_id) c
             ON c.order_id = s.order_id
           WHERE s.order_id IN (SELECT order_id FROM sales WHERE line_type = 'GIFT_CARD')) rows_of_theirs
         WHERE ${asPlaced} GROUP BY order_id HAVING ${giftCardsOnly})`,
      "UPDATE orders SET seq = NULL, prev_day = NULL WHERE gift_cards_only",
    ],
    derive: true,
  },
  {
    // Sums of orders that are not kept. Who had older orders removed before has none: they are read again for it.
    to: 4,
    adds: {
      shop_meta: { opening_at: "TIMESTAMP", opening_day: "DATE" },
      opening_balance: {
        customer_id: "BIGINT NOT NULL",
        orders: "BIGINT NOT NULL",
        records: "BIGINT NOT NULL",
        net: "BIGINT NOT NULL",
        first_day: "DATE",
        last_day: "DATE",
        first_channel: "VARCHAR",
        first_country: "VARCHAR",
      },
      opening_gaps: { gap: "INTEGER NOT NULL", n: "BIGINT NOT NULL" },
      earlier_orders: {
        order_id: "BIGINT NOT NULL",
        customer_id: "BIGINT",
        updated_at: "TIMESTAMP NOT NULL",
        read_at: "TIMESTAMP NOT NULL",
      },
    },
  },
  // Days by Node's zone data instead of those that an engine brings.
  { to: 5, adds: { shop_meta: { zone_data: "VARCHAR" } }, rebook: true },
  // Whose orders have become whose.
  { to: 6, adds: { heirs: { customer_id: "BIGINT NOT NULL", heir_id: "BIGINT" } } },
  // Who hid customers before is not known to have named them until then: nothing fills it.
  { to: 7, adds: { shop_meta: { customers_known_to: "TIMESTAMP" } } },
  // When each source changed last: every upgrade says so of all of them.
  { to: 8, adds: { source_versions: { source: "VARCHAR NOT NULL", data_version: "BIGINT NOT NULL" } } },
  {
    // What was sold had a cost, which lines have told since the first version; and what Shopify does not keep.
    to: 9,
    adds: {
      sales: { unit_cost: "BIGINT" },
      activity: { costed: "BIGINT", cost: "BIGINT" },
      recorded_days: {
        source: "VARCHAR NOT NULL",
        import_id: "BIGINT",
        from_day: "DATE NOT NULL",
        to_day: "DATE NOT NULL",
      },
      spend: {
        import_id: "BIGINT NOT NULL",
        day: "DATE NOT NULL",
        channel: "VARCHAR",
        campaign: "VARCHAR",
        amount: "BIGINT NOT NULL",
      },
    },
    statements: [
      `UPDATE sales SET unit_cost = l.unit_cost FROM (
         SELECT order_id, line_item_id, max(unit_cost) AS unit_cost FROM order_lines GROUP BY order_id, line_item_id) l
       WHERE sales.order_id = l.order_id AND sales.line_item_id = l.line_item_id`,
      `UPDATE sales SET unit_cost = 0 WHERE line_item_id IS NULL AND order_id IN (
         SELECT order_id FROM order_lines WHERE NOT gift_card GROUP BY order_id HAVING bool_and(unit_cost IS NOT NULL))`,
    ],
    derive: true,
  },
  {
    // What orders and customers are known by: as far as it is stored, and the rest from Shopify. Sums of older orders do not
    // tell it.
    to: 10,
    adds: {
      orders: {
        tags: "VARCHAR",
        b2b: "BOOLEAN",
        language: "VARCHAR",
        subscription: "BOOLEAN",
        pos: "BOOLEAN",
        product_id: "BIGINT",
        product_type: "VARCHAR",
        vendor: "VARCHAR",
      },
      order_lines: { title: "VARCHAR", product_type: "VARCHAR", vendor: "VARCHAR" },
      activity: { b2b: "BOOLEAN", language: "VARCHAR", subscription: "BOOLEAN", pos: "BOOLEAN" },
      customer_history: {
        discounted: "BIGINT",
        returned: "BIGINT",
        pos: "BIGINT",
        units: "BIGINT",
        units_reversed: "BIGINT",
        first_discounted: "BOOLEAN",
        first_product: "BIGINT",
        first_type: "VARCHAR",
        first_vendor: "VARCHAR",
        last_b2b: "BOOLEAN",
        last_language: "VARCHAR",
        last_subscription: "BOOLEAN",
      },
      opening_balance: {
        discounted: "BIGINT",
        returned: "BIGINT",
        pos: "BIGINT",
        units: "BIGINT",
        units_reversed: "BIGINT",
        first_discounted: "BOOLEAN",
        first_product: "BIGINT",
        first_type: "VARCHAR",
        first_vendor: "VARCHAR",
        last_b2b: "BOOLEAN",
        last_language: "VARCHAR",
        last_subscription: "BOOLEAN",
      },
      earlier_orders: { returned: "BOOLEAN" },
    },
    statements: [
      `UPDATE orders SET pos = ${atPointOfSale("channel")}, subscription = CASE WHEN ${byContract("channel")} THEN TRUE END`,
      `UPDATE orders SET product_id = g.product_id FROM (${leadingGoods(
        `(SELECT o.order_id, coalesce(c.checkout_at, o.placed_at) AS checkout_at FROM orders o
          LEFT JOIN (SELECT order_id, min(happened_at) AS checkout_at FROM sales WHERE reason = 'ORDER' GROUP BY order_id) c
            ON c.order_id = o.order_id)`,
        "TRUE",
      )}) g WHERE orders.order_id = g.order_id`,
    ],
    derive: true,
    readAnew: ["orders"],
  },
  {
    // Products and abandoned checkouts: read whole by the next sweep, as whatever was never read.
    to: 11,
    adds: {
      products: {
        product_id: "BIGINT NOT NULL",
        created_at: "TIMESTAMP NOT NULL",
        updated_at: "TIMESTAMP NOT NULL",
        read_at: "TIMESTAMP NOT NULL",
        title: "VARCHAR NOT NULL",
        vendor: "VARCHAR NOT NULL",
        type: "VARCHAR NOT NULL",
        status: "VARCHAR NOT NULL",
      },
      variants: {
        variant_id: "BIGINT NOT NULL",
        product_id: "BIGINT NOT NULL",
        sku: "VARCHAR",
        inventory_item_id: "BIGINT",
        price: "BIGINT NOT NULL",
        tracked: "BOOLEAN NOT NULL",
      },
      checkouts: {
        checkout_id: "BIGINT NOT NULL",
        customer_id: "BIGINT",
        created_at: "TIMESTAMP NOT NULL",
        updated_at: "TIMESTAMP NOT NULL",
        read_at: "TIMESTAMP NOT NULL",
        completed_at: "TIMESTAMP",
        local_day: "DATE NOT NULL",
        total: "BIGINT NOT NULL",
        items: "BIGINT NOT NULL",
        country: "VARCHAR",
      },
      checkout_lines: {
        checkout_id: "BIGINT NOT NULL",
        line_id: "VARCHAR NOT NULL",
        product_id: "BIGINT",
        variant_id: "BIGINT",
        units: "BIGINT NOT NULL",
        amount: "BIGINT NOT NULL",
      },
    },
  },
  {
    // What Shopify keeps no past of: nothing fills it but readings from now on.
    to: 12,
    adds: {
      recorded_days: { read_at: "TIMESTAMP", left_out: "BIGINT" },
      consents: {
        customer_id: "BIGINT NOT NULL",
        channel: "VARCHAR NOT NULL",
        from_day: "DATE NOT NULL",
        to_day: "DATE NOT NULL",
        state: "VARCHAR",
        read_at: "TIMESTAMP NOT NULL",
      },
      stock_levels: {
        inventory_item_id: "BIGINT NOT NULL",
        location_id: "BIGINT NOT NULL",
        from_day: "DATE NOT NULL",
        to_day: "DATE NOT NULL",
        available: "INTEGER",
        on_hand: "INTEGER",
        committed: "INTEGER",
        incoming: "INTEGER",
        read_at: "TIMESTAMP NOT NULL",
      },
      unit_costs: {
        inventory_item_id: "BIGINT NOT NULL",
        from_day: "DATE NOT NULL",
        to_day: "DATE NOT NULL",
        cost: "BIGINT",
        currency: "VARCHAR",
        read_at: "TIMESTAMP NOT NULL",
      },
      shopify_segments: {
        segment_id: "BIGINT NOT NULL",
        from_day: "DATE NOT NULL",
        to_day: "DATE NOT NULL",
        name: "VARCHAR",
        query: "VARCHAR",
        read_at: "TIMESTAMP NOT NULL",
      },
      segment_members: {
        segment_id: "BIGINT NOT NULL",
        customer_id: "BIGINT NOT NULL",
        from_day: "DATE NOT NULL",
        to_day: "DATE NOT NULL",
        read_at: "TIMESTAMP NOT NULL",
      },
    },
  },
  {
    // How many pieces of an order came back, whenever that was.
    to: 13,
    adds: {
      orders: { units_so_far: "BIGINT", units_returned: "BIGINT" },
      activity: { units_so_far: "BIGINT", units_returned: "BIGINT" },
    },
    statements: [
      "UPDATE orders SET units_so_far = 0, units_returned = 0",
      `UPDATE orders SET units_so_far = s.units, units_returned = s.returned FROM (
         SELECT order_id, ${sum(row.units)} AS units, ${sum(row.units_reversed)} AS returned FROM sales GROUP BY order_id) s
       WHERE orders.order_id = s.order_id`,
    ],
    derive: true,
  },
  {
    // What is loaded of each source. What was said of orders tells it of customers, whom retention without sums takes out with
    // their orders; of the other sources the next sweep says it.
    to: 14,
    adds: {
      coverage: {
        source: "VARCHAR NOT NULL",
        state: "VARCHAR NOT NULL",
        from_day: "DATE",
        fresh_at: "TIMESTAMP",
      },
    },
    drops: { shop_meta: { history: "VARCHAR NOT NULL", loaded_from: "DATE", fresh_at: "TIMESTAMP" } },
    statements: [
      `INSERT INTO coverage (source, state, from_day, fresh_at)
       SELECT 'orders', history, loaded_from, fresh_at FROM shop_meta WHERE history <> 'empty'`,
      `INSERT INTO coverage (source, state, from_day, fresh_at)
       SELECT 'customers',
         CASE WHEN history = 'sixty_days' OR history = 'retention' AND opening_day IS NOT NULL THEN 'complete' ELSE history END,
         CASE WHEN history = 'retention' AND opening_day IS NULL THEN loaded_from END, fresh_at
       FROM shop_meta WHERE history <> 'empty'`,
    ],
  },
  // Nothing that is declared: on PostgreSQL, intervals that change no more stand many in one row (postgres/packed.ts).
  { to: 15 },
  {
    // Orders that the merchant keeps out of figures: nobody has chosen any yet.
    to: 16,
    adds: {
      shop_meta: { excluding: "VARCHAR" },
      orders: { excluded: "BOOLEAN" },
      earlier_orders: { excluded: "BOOLEAN" },
    },
    statements: ["UPDATE orders SET excluded = FALSE", "UPDATE earlier_orders SET excluded = FALSE"],
  },
];
