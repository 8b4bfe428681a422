// Removes a shop's older orders and says when it begins: a process for a test to kill.
import { openWarehouse } from "../../../app/warehouse/warehouse.server.ts";

const [directory = "", shop = "", day = "", from = "", url] = process.argv.slice(2);
const warehouse = await openWarehouse({ directory, url, waitForLockMs: 60_000 });
await warehouse.of(shop).meta();
process.stdout.write("begins\n");
await warehouse.of(shop).forgetBefore({ day, from }, "sums");
await warehouse.close();
