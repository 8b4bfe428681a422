// The tables of a shop's namespace and of a merge's staging area, in the subset of SQL that DuckDB and PostgreSQL share.
// They are those of a new shop; migrations.ts leads an older shop's to them, so that neither is changed without the other.

export type Columns = Readonly<Record<string, string>>;

export const tables = {
  shop_meta: {
    id: "INTEGER NOT NULL",
    data_version: "BIGINT NOT NULL",
    currency: "VARCHAR NOT NULL",
    decimals: "INTEGER NOT NULL",
    time_zone: "VARCHAR NOT NULL",
    history: "VARCHAR NOT NULL",
    loaded_from: "DATE",
    fresh_at: "TIMESTAMP",
    /** Of migrations.ts; the first tables had no such column. */
    schema_version: "INTEGER",
    /** Sources that must be read from Shopify once more, because the tables have come to hold more of them. */
    read_anew: "VARCHAR",
    /** Orders placed before this instant are not kept, but sums of them are; NULL: there are none. */
    opening_at: "TIMESTAMP",
    /** The first local day that begins no earlier. */
    opening_day: "DATE",
  },
  /** The ledger: one row per dated movement, replaced order by order. */
  sales: {
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
  },
  order_lines: {
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
  },
  orders: {
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
  },
  customers: {
    customer_id: "BIGINT NOT NULL",
    created_at: "TIMESTAMP",
    created_day: "DATE",
    updated_at: "TIMESTAMP",
    read_at: "TIMESTAMP",
    email_consent: "VARCHAR",
    tags: "VARCHAR",
    country: "VARCHAR",
    shopify_orders: "BIGINT",
    history_complete: "BOOLEAN NOT NULL",
    rfm_group: "VARCHAR",
    spend_tier: "VARCHAR",
    /** The instant at which `shopify_orders` was read: orders tell it too, and the newest reading wins. */
    orders_read_at: "TIMESTAMP",
  },
  /** Derived: one row per order and local day on which it moved. */
  activity: {
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
  },
  /** Derived: a customer's state from the day it changed up to the day of the next change; a customer of no order has none. */
  customer_history: {
    customer_id: "BIGINT NOT NULL",
    from_day: "DATE NOT NULL",
    to_day: "DATE NOT NULL",
    orders: "BIGINT NOT NULL",
    net: "BIGINT NOT NULL",
    first_day: "DATE NOT NULL",
    last_day: "DATE NOT NULL",
    first_channel: "VARCHAR",
    first_country: "VARCHAR",
  },
  /**
   * What each customer had come to by `opening_at`: a source, for what it was made of is not kept.
   * `orders`: what counts as one; `records`: what Shopify counts.
   */
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
  /** How often so many days lay between two orders of a customer who had both before `opening_day`; of nobody. */
  opening_gaps: { gap: "INTEGER NOT NULL", n: "BIGINT NOT NULL" },
  /**
   * Orders placed before `opening_at` of which something was booked since: these rows are in `sales` and `activity`, and
   * nothing else of the order is kept but whose it is and which version was read.
   */
  earlier_orders: {
    order_id: "BIGINT NOT NULL",
    customer_id: "BIGINT",
    updated_at: "TIMESTAMP NOT NULL",
    read_at: "TIMESTAMP NOT NULL",
  },
  /** What was found gone, and when: a slower read from before must not bring it back. */
  removed: { kind: "VARCHAR NOT NULL", id: "BIGINT NOT NULL", read_at: "TIMESTAMP NOT NULL" },
} as const satisfies Record<string, Columns>;

export type TableName = keyof typeof tables;

type NamesCustomer = {
  [T in TableName]: "customer_id" extends keyof (typeof tables)[T] ? T : never;
}[TableName];

/**
 * What erasing a customer does to every table that names one: a row about the customer goes, a row about an order stays
 * and loses its customer and its place among that customer's orders.
 */
export const customerTraces: Readonly<Record<NamesCustomer, "row" | "link">> = {
  customers: "row",
  customer_history: "row",
  orders: "link",
  activity: "link",
  opening_balance: "row",
  earlier_orders: "link",
};

export const tableNames = Object.keys(tables) as TableName[];

/** DuckDB needs none of these: its row groups carry minima and maxima, and keys would cost half the file again. */
export const indexes: readonly string[] = [
  "CREATE UNIQUE INDEX IF NOT EXISTS shop_meta_one ON shop_meta (id)",
  "CREATE UNIQUE INDEX IF NOT EXISTS orders_by_id ON orders (order_id)",
  "CREATE INDEX IF NOT EXISTS orders_by_customer ON orders (customer_id)",
  "CREATE INDEX IF NOT EXISTS sales_by_order ON sales (order_id)",
  "CREATE INDEX IF NOT EXISTS order_lines_by_order ON order_lines (order_id)",
  "CREATE UNIQUE INDEX IF NOT EXISTS customers_by_id ON customers (customer_id)",
  "CREATE INDEX IF NOT EXISTS activity_by_order ON activity (order_id)",
  "CREATE INDEX IF NOT EXISTS activity_by_day ON activity (local_day)",
  "CREATE INDEX IF NOT EXISTS activity_by_customer ON activity (customer_id)",
  "CREATE INDEX IF NOT EXISTS customer_history_by_customer ON customer_history (customer_id)",
  "CREATE UNIQUE INDEX IF NOT EXISTS opening_balance_by_customer ON opening_balance (customer_id)",
  "CREATE UNIQUE INDEX IF NOT EXISTS earlier_orders_by_id ON earlier_orders (order_id)",
];

export const stagingTables = {
  stage_orders: {
    order_id: "BIGINT",
    customer_id: "BIGINT",
    customer_created_at: "TIMESTAMP",
    customer_orders: "BIGINT",
    name: "VARCHAR",
    created_at: "TIMESTAMP",
    placed_at: "TIMESTAMP",
    updated_at: "TIMESTAMP",
    cancelled_at: "TIMESTAMP",
    test: "BOOLEAN",
    channel: "VARCHAR",
    country: "VARCHAR",
    financial_status: "VARCHAR",
    fulfillment_status: "VARCHAR",
    original_total: "BIGINT",
    current_total: "BIGINT",
    /** That of the order's amounts; NULL: the shop's. */
    currency: "VARCHAR",
  },
  stage_lines: {
    order_id: "BIGINT",
    line_item_id: "BIGINT",
    product_id: "BIGINT",
    variant_id: "BIGINT",
    sku: "VARCHAR",
    quantity: "BIGINT",
    current_quantity: "BIGINT",
    unit_price: "BIGINT",
    gift_card: "BOOLEAN",
    unit_cost: "BIGINT",
  },
  stage_agreements: {
    agreement_id: "BIGINT",
    order_id: "BIGINT",
    reason: "VARCHAR",
    happened_at: "TIMESTAMP",
  },
  stage_sales: {
    sale_id: "BIGINT",
    agreement_id: "BIGINT",
    action: "VARCHAR",
    line_type: "VARCHAR",
    line_item_id: "BIGINT",
    quantity: "BIGINT",
    total: "BIGINT",
    tax: "BIGINT",
    discount: "BIGINT",
  },
  stage_customers: {
    customer_id: "BIGINT",
    created_at: "TIMESTAMP",
    updated_at: "TIMESTAMP",
    email_consent: "VARCHAR",
    tags: "VARCHAR",
    shopify_orders: "BIGINT",
    rfm_group: "VARCHAR",
    spend_tier: "VARCHAR",
    country: "VARCHAR",
  },
} as const satisfies Record<string, Columns>;

/** Staging of a list of everything that Shopify has, with as little of each as tells a difference. */
export const listingTables = {
  listed_orders: {
    order_id: "BIGINT",
    customer_id: "BIGINT",
    created_at: "TIMESTAMP",
    placed_at: "TIMESTAMP",
    updated_at: "TIMESTAMP",
    current_total: "BIGINT",
  },
  listed_customers: {
    customer_id: "BIGINT",
    created_at: "TIMESTAMP",
    updated_at: "TIMESTAMP",
    shopify_orders: "BIGINT",
    rfm_group: "VARCHAR",
    spend_tier: "VARCHAR",
  },
} as const satisfies Record<string, Columns>;

export type StagingTable = keyof typeof stagingTables;
export type ListingTable = keyof typeof listingTables;
export type TempTable = StagingTable | ListingTable;
/** Which table to merge from for each staging table: itself, or a choice from it without repeats. */
export type Staged = Record<StagingTable, string>;
export const stagingNames = Object.keys(stagingTables) as StagingTable[];
export const listingNames = Object.keys(listingTables) as ListingTable[];

export const columnsOf = (table: TempTable): Columns => ({ ...stagingTables, ...listingTables })[table];

const body = (columns: Columns) =>
  Object.entries(columns)
    .map(([name, type]) => `${name} ${type}`)
    .join(", ");

export const createTable = (name: string, columns: Columns) =>
  `CREATE TABLE IF NOT EXISTS ${name} (${body(columns)})`;

/** Of a table that is there or of a stage, for statements that name what they write: tables list columns in any order. */
export const columnList = (columns: Columns) => Object.keys(columns).join(", ");

/**
 * Rows into a table, every column by its name: a shop that was upgraded has its columns in another order than a new one.
 * @param values an expression for each of its columns, over what `from` selects
 */
export const insertInto = <T extends TableName>(
  table: T,
  values: Readonly<Record<keyof (typeof tables)[T] & string, string>>,
  from: string,
) =>
  `INSERT INTO ${table} (${Object.keys(values).join(", ")}) SELECT ${Object.values(values).join(", ")} ${from}`;

/** `file` is the ordinal of the file a row came from: an order's children belong to the order of the same file. */
export const createStagingTable = (name: TempTable) =>
  `CREATE TEMP TABLE ${name} (file INTEGER, ${body(columnsOf(name))})`;
