// A process whose disk is full for a while: the system lets it write no file beyond a size (prlimit, of util-linux), which
// fails in the midst of a write as a full disk does. Its argument is a directory; it prints what each step came to.
import { execFileSync } from "node:child_process";
import path from "node:path";
import { outageOf } from "../../../app/outage.ts";
import { orders } from "../../../app/sync/resources/orders.ts";
import { openWarehouse } from "../../../app/warehouse/warehouse.server.ts";
import { writeBulkOrders } from "../../tools/bench/files.ts";

const [directory = ""] = process.argv.slice(2);
const SHOP = "full.myshopify.com";
const file = (name: string) => path.join(directory, name);
const mayWrite = (bytes: string) =>
  execFileSync("prlimit", ["--pid", String(process.pid), `--fsize=${bytes}:unlimited`]);

const warehouse = await openWarehouse({ directory: file("warehouse") });
await warehouse.of(SHOP).setMeta({ currency: "EUR", decimals: 2, time_zone: "UTC" });
await writeBulkOrders(file("few.jsonl"), 200);
await writeBulkOrders(file("many.jsonl"), 12_000);

const merge = (name: string) =>
  warehouse
    .of(SHOP)
    .merge({ files: [file(name)], readAt: "2026-01-05T00:00:00Z", stages: orders.stages })
    .then(
      () => "merged",
      (error: unknown) => outageOf(error)?.name ?? String(error),
    );
const held = async () => (await warehouse.of(SHOP).counts()).orders;

const steps: (string | number | undefined)[] = [await merge("few.jsonl"), await held()];
mayWrite("1500000");
steps.push(await merge("many.jsonl"), await held());
mayWrite("unlimited");
steps.push(await merge("many.jsonl"), await held());
await warehouse.close();
process.stdout.write(JSON.stringify(steps));
