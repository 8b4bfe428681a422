// Orders as Shopify keeps them: the ledger of their movements, what is worked out from it, and sums of orders not kept.
import { type Source, table } from "./source.ts";

const tables = {
  orders: table(
    {
      order_id: "BIGINT NOT NULL",
      customer_id: "BIGINT",
      name: "VARCHAR",
      created_at: "TIMESTAMP NOT NULL",
      placed_at: "TIMESTAMP NOT NULL",
      local_at: "TIMESTAMP NOT NULL",
      local_day: "DATE NOT NULL",
      updated_at: "TIMESTAMP NOT NULL",
      read_at: "TIMESTAMP NOT NULL",
      cancelled_at: "TIMESTAMP",
      test: "BOOLEAN NOT NULL",
      channel: "VARCHAR",
      country: "VARCHAR",
      financial_status: "VARCHAR",
      fulfillment_status: "VARCHAR",
      original_total: "BIGINT NOT NULL",
      current_total: "BIGINT NOT NULL",
      derived: "BOOLEAN NOT NULL",
      placed_gap: "BIGINT NOT NULL",
      total_gap: "BIGINT NOT NULL",
      seq: "INTEGER",
      prev_day: "DATE",
      placed_gross: "BIGINT NOT NULL",
      placed_discount: "BIGINT NOT NULL",
      placed_net: "BIGINT NOT NULL",
      placed_units: "BIGINT NOT NULL",
      net_so_far: "BIGINT NOT NULL",
      /** Placed for gift cards alone: no order to a figure, a record to every proof. Later edits do not change that. */
      gift_cards_only: "BOOLEAN",
      /** By the merchant's choice: in nothing that is derived, a record to every proof. */
      excluded: "BOOLEAN",
      /** A list as text of JSON. Whoever writes one may name a person in it. */
      tags: "VARCHAR",
      /** NULL: Shopify does not say. */
      b2b: "BOOLEAN",
      /** The language alone, in small letters. */
      language: "VARCHAR",
      subscription: "BOOLEAN",
      pos: "BOOLEAN",
      /** Of the goods that made most of the order's gross sales as it was placed. */
      product_id: "BIGINT",
      product_type: "VARCHAR",
      vendor: "VARCHAR",
      /** Pieces of it with all that was added so far, and how many of them came back so far. */
      units_so_far: "BIGINT",
      units_returned: "BIGINT",
    },
    {
      names: { customer_id: { trace: "link", with: ["seq", "prev_day", "tags"] } },
      order: "owner",
      money: [
        "original_total",
        "current_total",
        "placed_gap",
        "total_gap",
        "placed_gross",
        "placed_discount",
        "placed_net",
        "net_so_far",
      ],
      clock: ["local_at"],
      indexes: { orders_by_id: { on: "order_id", unique: true }, orders_by_customer: { on: "customer_id" } },
      listedBy: ["placed_at", "order_id"],
    },
  ),
  order_lines: table(
    {
      order_id: "BIGINT NOT NULL",
      line_item_id: "BIGINT NOT NULL",
      product_id: "BIGINT",
      variant_id: "BIGINT",
      sku: "VARCHAR",
      quantity: "BIGINT NOT NULL",
      current_quantity: "BIGINT NOT NULL",
      unit_price: "BIGINT NOT NULL",
      gift_card: "BOOLEAN NOT NULL",
      unit_cost: "BIGINT",
      /** As the product was called then; of what is no product, nothing: it may name whom it was made for. */
      title: "VARCHAR",
      product_type: "VARCHAR",
      vendor: "VARCHAR",
    },
    {
      names: "nobody",
      order: "part",
      money: ["unit_price", "unit_cost"],
      indexes: { order_lines_by_order: { on: "order_id" } },
    },
  ),
  /** The ledger: one row per dated movement, replaced order by order. */
  sales: table(
    {
      sale_id: "BIGINT NOT NULL",
      order_id: "BIGINT NOT NULL",
      agreement_id: "BIGINT",
      reason: "VARCHAR NOT NULL",
      action: "VARCHAR NOT NULL",
      line_type: "VARCHAR NOT NULL",
      happened_at: "TIMESTAMP NOT NULL",
      booked_at: "TIMESTAMP NOT NULL",
      local_day: "DATE NOT NULL",
      line_item_id: "BIGINT",
      product_id: "BIGINT",
      variant_id: "BIGINT",
      quantity: "BIGINT",
      total: "BIGINT NOT NULL",
      tax: "BIGINT NOT NULL",
      discount: "BIGINT NOT NULL",
      /** What a piece of the line cost, 0 of what is of no line where all of the order's goods have a cost; NULL: not known. */
      unit_cost: "BIGINT",
    },
    {
      names: "nobody",
      order: "part",
      money: ["total", "tax", "discount", "unit_cost"],
      indexes: { sales_by_order: { on: "order_id" } },
      listedBy: ["happened_at", "sale_id"],
    },
  ),
  /** Derived: one row per order and local day on which it moved. */
  activity: table(
    {
      order_id: "BIGINT NOT NULL",
      customer_id: "BIGINT",
      local_day: "DATE NOT NULL",
      gross: "BIGINT NOT NULL",
      discounts: "BIGINT NOT NULL",
      reversals: "BIGINT NOT NULL",
      units: "BIGINT NOT NULL",
      units_reversed: "BIGINT NOT NULL",
      shipping: "BIGINT NOT NULL",
      tax: "BIGINT NOT NULL",
      duties: "BIGINT NOT NULL",
      fees: "BIGINT NOT NULL",
      tips: "BIGINT NOT NULL",
      /** Net sales of what is known to have cost so much, and what that cost; see ledger.ts. */
      costed: "BIGINT",
      cost: "BIGINT",
      placed: "BOOLEAN NOT NULL",
      seq: "INTEGER",
      prev_day: "DATE",
      placed_gross: "BIGINT",
      placed_discount: "BIGINT",
      placed_net: "BIGINT",
      placed_units: "BIGINT",
      net_so_far: "BIGINT",
      channel: "VARCHAR",
      country: "VARCHAR",
      b2b: "BOOLEAN",
      language: "VARCHAR",
      subscription: "BOOLEAN",
      pos: "BOOLEAN",
      units_so_far: "BIGINT",
      units_returned: "BIGINT",
    },
    {
      names: { customer_id: { trace: "link", with: ["seq", "prev_day"] } },
      order: "part",
      derived: true,
      money: [
        "gross",
        "discounts",
        "reversals",
        "shipping",
        "tax",
        "duties",
        "fees",
        "tips",
        "costed",
        "cost",
        "placed_gross",
        "placed_discount",
        "placed_net",
        "net_so_far",
      ],
      indexes: {
        activity_by_order: { on: "order_id" },
        activity_by_day: { on: "local_day" },
        activity_by_customer: { on: "customer_id" },
      },
      sortedBy: "local_day",
      listedBy: ["local_day"],
    },
  ),
  /** Derived: a customer's state from the day it changed up to the day of the next change; a customer of no order has none. */
  customer_history: table(
    {
      customer_id: "BIGINT NOT NULL",
      from_day: "DATE NOT NULL",
      to_day: "DATE NOT NULL",
      orders: "BIGINT NOT NULL",
      net: "BIGINT NOT NULL",
      first_day: "DATE NOT NULL",
      last_day: "DATE NOT NULL",
      first_channel: "VARCHAR",
      first_country: "VARCHAR",
      // NULL from here on: not known, of who has older orders for which sums stand that do not tell it.
      /** How many orders had a discount, were taken back in part at least, or were placed at a point of sale. */
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
    {
      names: { customer_id: { trace: "row" } },
      derived: true,
      money: ["net"],
      indexes: { customer_history_by_customer: { on: "customer_id" } },
      listedBy: ["from_day"],
    },
  ),
  /**
   * What each customer had come to by `opening_at`: a source, for what it was made of is not kept.
   * `orders`: what counts as one; `records`: what Shopify counts.
   */
  opening_balance: table(
    {
      customer_id: "BIGINT NOT NULL",
      orders: "BIGINT NOT NULL",
      records: "BIGINT NOT NULL",
      net: "BIGINT NOT NULL",
      first_day: "DATE",
      last_day: "DATE",
      first_channel: "VARCHAR",
      first_country: "VARCHAR",
      // NULL from here on: these sums are of a release that did not keep it.
      /** How many orders had a discount, were taken back in part at least, or were placed at a point of sale. */
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
    {
      names: { customer_id: { trace: "row" } },
      money: ["net"],
      indexes: { opening_balance_by_customer: { on: "customer_id", unique: true } },
    },
  ),
  /** How often so many days lay between two orders of a customer who had both before `opening_day`; of nobody. */
  opening_gaps: table({ gap: "INTEGER NOT NULL", n: "BIGINT NOT NULL" }, { names: "nobody" }),
  /**
   * Orders placed before `opening_at` of which something was booked since: these rows are in `sales` and `activity`, and
   * nothing else of the order is kept but whose it is and which version was read.
   */
  earlier_orders: table(
    {
      order_id: "BIGINT NOT NULL",
      customer_id: "BIGINT",
      updated_at: "TIMESTAMP NOT NULL",
      read_at: "TIMESTAMP NOT NULL",
      /** Some of it was taken back before: the sums count it among the returned. */
      returned: "BOOLEAN",
      /** By the merchant's choice of when it went: the sums do not hold it either. */
      excluded: "BOOLEAN",
    },
    {
      names: { customer_id: { trace: "link" } },
      order: "owner",
      indexes: { earlier_orders_by_id: { on: "order_id", unique: true } },
      listedBy: ["order_id"],
    },
  ),
  /** What was found gone, and when: a slower read from before must not bring it back. */
  removed: table(
    { kind: "VARCHAR NOT NULL", id: "BIGINT NOT NULL", read_at: "TIMESTAMP NOT NULL" },
    { names: { id: { trace: "row", where: "kind = 'customer'" } } },
  ),
};

export const orders = { kind: "mirrored", tables } as const satisfies Source;
