// A view of a shop whose copy is there.
import type { ShopView, Warehouse } from "../../../app/warehouse/warehouse.server.ts";

export async function viewOf(warehouse: Warehouse, shop: string): Promise<ShopView> {
  const view = await warehouse.of(shop).view();
  if (view === null) throw new Error(`${shop} has no copy`);
  return view;
}
