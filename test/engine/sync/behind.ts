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
