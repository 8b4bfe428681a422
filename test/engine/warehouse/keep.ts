// node test/engine/warehouse/keep.ts VERSION: writes into kept/VERSION what a shop of this release is on disk. To be run before the
// tables change, for the next release to be tested against.
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip, gzipSync } from "node:zlib";
import { startPostgres } from "../../../prisma/embedded.ts";
import { namespaceOf } from "../../../app/warehouse/namespace.ts";
import { createTable } from "../../../app/warehouse/schema/columns.ts";
import { layoutOf, packedTables, writtenTo } from "../../../app/warehouse/postgres/packed.ts";
import { indexesOf, schema } from "../../../app/warehouse/schema/schema.ts";
import { openWarehouse } from "../../../app/warehouse/warehouse.server.ts";
import { KEPT_SHOP, keptLoads, loadKept } from "./kept-shop.ts";

const version = process.argv[2] ?? "";
if (!/^\d+$/.test(version)) throw new Error("Which version of the tables is it?");
const kept = path.join(import.meta.dirname, "kept", version);
const loads = keptLoads();
const scratch = await mkdtemp(path.join(tmpdir(), "segment-kpis-keep-"));
const server = await startPostgres(path.join(scratch, "postgres"));

for (const engine of ["duckdb", "postgres"] as const) {
  const directory = path.join(scratch, engine);
  const warehouse = await openWarehouse({ directory, url: engine === "postgres" ? server.url : undefined });
  await loadKept(warehouse, loads);
  await warehouse.of(KEPT_SHOP).compact({ force: true });
  await mkdir(path.join(kept, engine), { recursive: true });
  await warehouse.of(KEPT_SHOP).copyOut(path.join(kept, engine));
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
  [...[...schema.tables].map(([name, { columns }]) => createTable(name, columns)), ...indexesOf(schema)]
    .map((statement) => `${statement};\n`)
    .join(""),
);
// PostgreSQL reads its rows into plain tables first, and then lays them out as the release has them.
await writeFile(
  path.join(kept, "layout.sql"),
  [...packedTables(schema)]
    .flatMap(([name, { columns }]) => [
      `ALTER TABLE ${name} RENAME TO ${writtenTo(schema, name)}`,
      ...layoutOf(name, columns),
    ])
    .map((statement) => `${statement};\n`)
    .join(""),
);
await writeFile(path.join(kept, "loads.json.gz"), gzipSync(JSON.stringify(loads), { level: 9 }));
await server.stop();
await rm(scratch, { recursive: true, force: true });
