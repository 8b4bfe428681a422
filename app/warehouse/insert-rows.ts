// Rows from elsewhere, as values of statements: for what one namespace hands to another, whichever engine holds them.
import type { Row } from "./contract.ts";
import type { Session } from "./driver.ts";

/** Values bound in one statement. */
const VALUES_AT_ONCE = 4_000;

export async function insertRows(
  session: Session,
  table: string,
  columns: Readonly<Record<string, string>>,
  rows: readonly Row[],
): Promise<void> {
  const types = Object.entries(columns).map(([name, type]) => [name, type.replace(" NOT NULL", "")] as const);
  const names = types.map(([name]) => name).join(", ");
  const atOnce = Math.floor(VALUES_AT_ONCE / types.length);
  for (let from = 0; from < rows.length; from += atOnce) {
    const part = rows.slice(from, from + atOnce);
    const values = part.map((_, row) => {
      const each = types.map(([, type], column) => `CAST($${row * types.length + column + 1} AS ${type})`);
      return `(${each.join(", ")})`;
    });
    await session.run(
      `INSERT INTO ${table} (${names}) VALUES ${values.join(", ")}`,
      part.flatMap((row) => types.map(([name]) => row[name] ?? null)),
    );
  }
}
