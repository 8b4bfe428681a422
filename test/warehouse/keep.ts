// node test/warehouse/keep.ts VERSION: writes into kept/VERSION what a shop of this release is on disk. To be run before the
// tables change, for the next release to be tested against.
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip, gzipSync } from "node:zlib";
import { startPostgres } from "../../prisma/embedded.ts";
import { namespaceOf } from "../../app/warehouse/namespace.ts";
import { createTable, indexes, tableNames, tables } from "../../app/warehouse/schema.ts";
import { openWarehouse } from "../../app/warehouse/warehouse.server.ts";
import { load } from "./files.ts";
import { KEPT_META, KEPT_SHOP, keptLoads } from "./kept-shop.ts";

const version = process.argv[2] ?? "";
if (!/^\d+$/.test(version)) throw new Error("Which version of the tables is it?");
const kept = path.join(import.meta.dirname, "kept", version);
const loads = keptLoads();
const scratch = await mkdtemp(path.join(tmpdir(), "segment-kpis-keep-"));
const server = await startPostgres(path.join(scratch, "postgres"));

for (const engine of ["duckdb", "postgres"] as const) {
  const directory = path.join(scratch, engine);
  const warehouse = await openWarehouse({ directory, url: engine === "postgres" ? server.url : undefined });
  await warehouse.setMeta(KEPT_SHOP, KEPT_META);
  for (const { readAt, rows, removedOrders } of loads)
    await warehouse.merge(KEPT_SHOP, load(readAt, rows, { removedOrders }));
  await warehouse.compact(KEPT_SHOP, { force: true });
  await mkdir(path.join(kept, engine), { recursive: true });
  await warehouse.copyOut(KEPT_SHOP, path.join(kept, engine));
  await warehouse.close();
  if (engine === "duckdb")
    await pipeline(
      createReadStream(path.join(directory, `${namespaceOf(KEPT_SHOP)}.duckdb`)),
      createGzip({ level: 9 }),
      createWriteStream(path.join(kept, "shop.duckdb.gz")),
    );
}
await writeFile(
  path.join(kept, "tables.sql"),
  [...tableNames.map((name) => createTable(name, tables[name])), ...indexes]
    .map((statement) => `${statement};\n`)
    .join(""),
);
await writeFile(path.join(kept, "loads.json.gz"), gzipSync(JSON.stringify(loads), { level: 9 }));
await server.stop();
await rm(scratch, { recursive: true, force: true });
