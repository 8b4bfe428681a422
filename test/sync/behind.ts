// Changes a shop's warehouse behind the app's back, as a lost write or a bug would: for tests of what notices it.
import type { Driver } from "../../app/warehouse/driver.ts";
import type { Warehouse } from "../../app/warehouse/warehouse.server.ts";

export async function changeBehind(
  warehouse: Warehouse,
  shop: string,
  statements: readonly string[],
): Promise<void> {
  const { driver } = warehouse as unknown as { driver: Driver };
  await driver.write(shop, null, async (session) => {
    for (const statement of statements) await session.run(statement);
  });
}
