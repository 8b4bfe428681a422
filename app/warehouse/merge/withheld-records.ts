// Who must leave no trace in records with a key, or may not be seen: by what their tables declare of the customers they name.
import type { Session } from "../driver.ts";
import type { Load } from "../load.ts";
import { namingsOf } from "../schema/personal.ts";
import { type Schema, tablesOf } from "../schema/schema.ts";
import type { Keyed } from "../schema/source.ts";
import { namesWithheld } from "./withheld.ts";

/**
 * Takes withheld customers out of what was staged: their links to other things are emptied, what is about them goes.
 * @param staged the staged form of the record's table and of its parts, as far as there is one
 */
export async function withholdRecords(
  session: Session,
  schema: Schema,
  of: Keyed,
  staged: readonly string[],
  withheld: Load["withheld"],
): Promise<void> {
  const namings = tablesOf(of).flatMap((name, at) => {
    const table = schema.tables.get(name);
    const stage = staged[at];
    return table === undefined || stage === undefined
      ? []
      : namingsOf(table).map(([column, naming]) => ({ own: at === 0, stage, column, naming }));
  });
  if (namings.length === 0) return;
  const isWithheld = (await withheld?.()) ?? null;
  if (isWithheld === null) return;
  const named = namings.map(({ stage, column }) => [stage, column] as const);
  if (!(await namesWithheld(session, named, isWithheld))) return;
  for (const { own, stage, column, naming } of namings) {
    const theirs = `${stage}.${column} IN (SELECT id FROM withheld)`;
    if (naming.trace === "link") {
      const emptied = [column, ...(naming.with ?? [])].map((each) => `${each} = NULL`);
      await session.run(`UPDATE ${stage} SET ${emptied.join(", ")} WHERE ${theirs}`);
      continue;
    }
    for (const part of own ? staged.slice(1) : [])
      await session.run(
        `DELETE FROM ${part} WHERE ${of.key} IN (SELECT ${of.key} FROM ${stage} WHERE ${theirs})`,
      );
    await session.run(`DELETE FROM ${stage} WHERE ${theirs}`);
  }
}

/** Read without the right to see customers, a record keeps the one it is known to be of. */
export async function keepStoredLinks(
  session: Session,
  schema: Schema,
  table: string,
  staged: string,
  key: string,
): Promise<void> {
  const declared = schema.tables.get(table);
  const links = declared === undefined ? [] : namingsOf(declared).map(([column]) => column);
  for (const column of links)
    await session.run(
      `UPDATE ${staged} SET ${column} = o.${column} FROM ${table} o WHERE o.${key} = ${staged}.${key}`,
    );
}
