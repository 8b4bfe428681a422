// Started by a test, to be killed: enters a shop whose tables an earlier release made.
import { openWarehouse } from "../../../app/warehouse/warehouse.server.ts";
import { KEPT_SHOP } from "../../engine/warehouse/kept-shop.ts";

const [directory = "", url] = process.argv.slice(2);
const warehouse = await openWarehouse({ directory, url, waitForLockMs: 60_000 });
process.stdout.write("entering\n");
await warehouse.of(KEPT_SHOP).meta();
process.stdout.write("entered\n");
await warehouse.close();
