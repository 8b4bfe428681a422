// Changes a shop's warehouse behind the app's back, as a lost write or a bug would: for tests of what notices it.
import type { Access } from "../../../app/warehouse/access.ts";
import type { Warehouse } from "../../../app/warehouse/warehouse.server.ts";

export async function changeBehind(
  warehouse: Warehouse,
  shop: string,
  statements: readonly string[],
): Promise<void> {
  const { access } = warehouse as unknown as { access: Access };
  await access.driver.write(shop, null, async (session) => {
    for (const statement of statements) await session.run(statement);
  });
}

/** Rows of an observed table, in the same way; of those that have ended, the engine packs what it packs at all. */
export async function recordBehind(
  warehouse: Warehouse,
  shop: string,
  table: string,
  columns: string,
  rows: readonly string[],
): Promise<void> {
  if (rows.length === 0) return;
  const { access } = warehouse as unknown as { access: Access };
  await access.driver.write(shop, null, async (session) => {
    const intervals = session.intervals(table);
    await session.run(`INSERT INTO ${intervals.unpacked} (${columns}) VALUES ${rows.join(", ")}`);
    await intervals.pack("9999-12-31", "9999-12-31 00:00:00");
  });
}
