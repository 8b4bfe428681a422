// What follows from the declarations for one customer: what erasing him does, which rows are his, and who is named at all.
import { keyedIn, type Schema } from "./schema.ts";
import type { Table } from "./source.ts";

/** Tables that say whose an order is. */
export const ownersOf = ({ tables }: Schema): string[] =>
  [...tables].flatMap(([name, { order }]) => (order === "owner" ? [name] : []));

/** Tables whose rows go when Shopify no longer has their order. */
export const tablesOfOrders = ({ sources }: Schema): string[] =>
  Object.values(sources)
    .filter(({ kind }) => kind === "mirrored")
    .flatMap(({ tables }) => Object.entries(tables))
    .flatMap(([name, { order }]) => (order === undefined ? [] : [name]));

/** The columns of the table that name customers. */
export const namingsOf = ({ names }: Table) => (names === "nobody" ? [] : Object.entries(names));

/**
 * Statements that erase the customers of table `erased` (id) from all tables; `left_orders` (order_id) are theirs.
 * @param written the table in which rows of a declared one are written
 */
export const erasures = ({ tables }: Schema, written: (table: string) => string): string[] =>
  [...tables].flatMap(([declared, table]) => {
    const name = written(declared);
    return namingsOf(table).map(([column, { trace, with: more = [], where }]) => {
      const theirs = `${name}.${column} = e.id${where === undefined ? "" : ` AND ${name}.${where}`}`;
      if (trace === "row") return `DELETE FROM ${name} USING erased e WHERE ${theirs}`;
      const emptied = [column, ...more].map((each) => `${each} = NULL`).join(", ");
      return table.order === undefined
        ? `UPDATE ${name} SET ${emptied} FROM erased e WHERE ${theirs}`
        : `UPDATE ${name} SET ${emptied} FROM left_orders l WHERE ${name}.order_id = l.order_id`;
    });
  });

/** A query for the ids of all customers who are named, be it by a row that nothing else knows of. */
export const customersNamed = ({ tables }: Schema): string =>
  [...tables]
    .filter(([, { derived }]) => !derived)
    .flatMap(([name, table]) =>
      namingsOf(table).map(
        ([column, { where = "TRUE" }]) =>
          `SELECT ${column} AS id FROM ${name} WHERE ${column} IS NOT NULL AND ${where}`,
      ),
    )
    .join(" UNION ");

/** The rows of a part whose record is the customer's. */
const ofRecords = (schema: Schema, name: string, customer: string): string[] =>
  keyedIn(schema).flatMap(({ table, key, parts }) => {
    const own = schema.tables.get(table);
    if (own === undefined || !(name in parts)) return [];
    return namingsOf(own).map(
      ([column, { where = "TRUE" }]) =>
        `${key} IN (SELECT ${key} FROM ${table} WHERE ${column} = ${customer} AND ${where})`,
    );
  });

/**
 * A query for one customer's rows of each table that can have some: his own, and those of his orders.
 * @param customer SQL of his id
 * @param named SQL of the ids of orders that are his whatever the tables say
 */
export function rowsOfCustomer(
  schema: Schema,
  customer: string,
  named: readonly string[],
): Map<string, { sql: string; namesOrders: boolean }> {
  const ofNamed = named.length === 0 ? "" : ` OR order_id IN (${named.join(", ")})`;
  const orders = ownersOf(schema)
    .map((owner) => `SELECT order_id FROM ${owner} WHERE customer_id = ${customer}${ofNamed}`)
    .join(" UNION ");
  const queries = new Map<string, { sql: string; namesOrders: boolean }>();
  for (const [name, table] of schema.tables) {
    const his = namingsOf(table).map(
      ([column, { where = "TRUE" }]) => `(${column} = ${customer} AND ${where})`,
    );
    const theirs = {
      owner: `${his.join(" OR ")}${ofNamed}`,
      part: `order_id IN (${orders})`,
      none: [...his, ...ofRecords(schema, name, customer)].join(" OR "),
    }[table.order ?? "none"];
    if (theirs === "") continue;
    const order = table.listedBy === undefined ? "" : ` ORDER BY ${table.listedBy.join(", ")}`;
    const sql = `SELECT ${Object.keys(table.columns).join(", ")} FROM ${name} WHERE ${theirs}${order}`;
    queries.set(name, { sql, namesOrders: table.order !== undefined });
  }
  return queries;
}
