// Started by a test, to be killed: merges 400 orders again and again, each time at another price.
import { openWarehouse } from "../../../app/warehouse/warehouse.server.ts";
import { load, orderRows, simpleOrder } from "../../engine/warehouse/files.ts";

const SHOP = "demo.myshopify.com";
const warehouse = await openWarehouse({ directory: process.argv[2] ?? "", waitForLockMs: 60_000 });
await warehouse.of(SHOP).setMeta({ currency: "EUR", decimals: 2, time_zone: "UTC" });
for (let round = 1; ; round += 1) {
  const updatedAt = new Date().toISOString();
  const rows = Array.from({ length: 400 }, (_, index) =>
    orderRows(
      simpleOrder(index + 1, "2026-01-01T10:00:00Z", `${round}.00`, { customer: index % 50, updatedAt }),
    ),
  ).flat();
  const given = load(updatedAt, rows);
  process.stdout.write(`merging ${round}\n`);
  await warehouse.of(SHOP).merge(given);
  process.stdout.write(`merged ${round}\n`);
}
