// Shops told in one line per customer: the days on which each bought, for how much, and what was given back.
import type { Warehouse } from "../../../app/warehouse/warehouse.server.ts";
import { load, orderRows, stages, type TestOrder } from "../warehouse/files.ts";
import { reaching } from "../warehouse/reaching.ts";

export interface Purchase {
  day: string;
  /** By the shop's clock; noon where none is said. */
  time?: string;
  /** Minor units, before tax. */
  amount?: number;
  /** Given back on `day` of the return. */
  returned?: { day: string; amount: number };
}

const text = (minor: number) => (minor / 100).toFixed(2);

/** A shop in euros by UTC's clock; `buyers[n]` are the purchases of customer n + 1, `guests` orders of nobody. */
export async function openBuyers(
  warehouse: Warehouse,
  shop: string,
  buyers: readonly (readonly Purchase[])[],
  guests: readonly Purchase[] = [],
): Promise<void> {
  await warehouse
    .of(shop)
    .setMeta({ currency: "EUR", decimals: 2, time_zone: "UTC", ...reaching("complete") });
  let id = 1;
  const order = (purchase: Purchase, customer: number | undefined): TestOrder => {
    const { day, time = "12:00", amount = 1000, returned } = purchase;
    const at = `${day}T${time}:00Z`;
    const sale = { action: "ORDER", line: "PRODUCT", quantity: 1, total: text(amount) };
    const agreements = [{ id: id++, reason: "ORDER", at, sales: [{ id: id++, ...sale }] }];
    if (returned !== undefined)
      agreements.push({
        id: id++,
        reason: "RETURN",
        at: `${returned.day}T12:00:00Z`,
        sales: [{ id: id++, action: "RETURN", line: "PRODUCT", quantity: -1, total: text(-returned.amount) }],
      });
    return {
      id: id++,
      customer,
      placedAt: at,
      original: text(amount),
      current: text(amount - (returned?.amount ?? 0)),
      agreements,
    };
  };
  const orders = [
    ...buyers.flatMap((purchases, index) => purchases.map((purchase) => order(purchase, index + 1))),
    ...guests.map((purchase) => order(purchase, undefined)),
  ];
  await warehouse.of(shop).merge(load("2027-01-01T00:00:00Z", orders.flatMap(orderRows), { stages }));
}
