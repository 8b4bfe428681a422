// Holds a list of all records with a key against their table. Read here after the list was begun is never a difference.
import type { Session } from "../driver.ts";
import type { Differences, KeyedListing } from "../load.ts";
import type { Schema } from "../schema/schema.ts";
import { listedOf } from "../schema/staging.ts";
import { timestampOf } from "../values.ts";
import { tellDiffering } from "./compare.ts";
import { keepStoredLinks, withholdRecords } from "./withheld-records.ts";

/** The listing table is filled. */
export async function compareKeyed(
  session: Session,
  schema: Schema,
  { of, stage, customersHidden, keepFrom, withheld, named, ...at }: KeyedListing,
): Promise<Omit<Differences, "renewed">> {
  const { table, key, kind, keptBy, deletes } = of;
  const list = listedOf(table);
  const instants = [timestampOf(at.listedAt), timestampOf(at.settledBefore)];
  const told = Object.keys(stage.select).filter(
    (column) => ![key, "created_at", "updated_at"].includes(column),
  );
  const names = schema.tables.get(table)?.names ?? "nobody";
  const links = names === "nobody" ? [] : told.filter((column) => column in names);
  if (links.length > 0) {
    await withholdRecords(session, schema, of, [list], withheld);
    if (customersHidden) await keepStoredLinks(session, schema, table, list, key);
  }
  // What is older is left out of the table, or goes with the next removal of what is older.
  if (keepFrom !== undefined && keptBy !== null)
    await session.run(`DELETE FROM ${list} WHERE ${keptBy} < CAST($1 AS TIMESTAMP)`, [timestampOf(keepFrom)]);
  const others = told.map((column) => ` OR o.${column} IS DISTINCT FROM l.${column}`).join("");
  await session.run("CREATE TEMP TABLE differing (kind VARCHAR, id BIGINT, created_at TIMESTAMP)");
  await session.run(
    `INSERT INTO differing (kind, id, created_at)
     SELECT CASE WHEN o.${key} IS NULL THEN 'missing' ELSE 'changed' END, l.${key}, l.created_at
     FROM ${list} l LEFT JOIN ${table} o ON o.${key} = l.${key}
     LEFT JOIN (SELECT id, read_at FROM removed WHERE kind = '${kind}') r ON r.id = l.${key}
     WHERE l.updated_at < CAST($2 AS TIMESTAMP)
       AND ((o.${key} IS NULL AND (r.id IS NULL OR r.read_at < CAST($1 AS TIMESTAMP)))
         OR (o.read_at < CAST($1 AS TIMESTAMP) AND (l.updated_at > o.updated_at${others})))`,
    instants,
  );
  if (deletes)
    await session.run(
      `INSERT INTO differing (kind, id, created_at)
       SELECT 'gone', o.${key}, o.created_at FROM ${table} o
       WHERE o.created_at < CAST($2 AS TIMESTAMP) AND o.read_at < CAST($1 AS TIMESTAMP)
         AND NOT EXISTS (SELECT 1 FROM ${list} l WHERE l.${key} = o.${key})`,
      instants,
    );
  return await tellDiffering(session, list, named);
}
