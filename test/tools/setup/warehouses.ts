// One suite, both engines: DuckDB in a directory of its own and PostgreSQL in a database of its own.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, describe } from "vitest";
import {
  openWarehouse,
  type Warehouse,
  type WarehouseOptions,
} from "../../../app/warehouse/warehouse.server.ts";
import { emptyDatabase } from "./database.ts";

/**
 * Runs `suite` once per engine. `open` gives an empty warehouse that lives until the test's end; a suite that wants one
 * for all its tests calls `open` in beforeAll and passes `{ until: "suite" }`.
 */
export function describeWarehouses(
  title: string,
  suite: (
    open: (
      options?: Pick<WarehouseOptions, "ordersAtOnce" | "sources" | "intervalsInRow">,
    ) => Promise<Warehouse>,
  ) => void,
  { until = "test" }: { until?: "test" | "suite" } = {},
): void {
  for (const engine of ["duckdb", "postgres"] as const)
    describe(`${title} (${engine})`, () => {
      const opened: { warehouse: Warehouse; directory: string }[] = [];
      const end = async () => {
        for (const { warehouse, directory } of opened.splice(0)) {
          await warehouse.close();
          await rm(directory, { recursive: true, force: true });
        }
      };
      if (until === "test") afterEach(end);
      else afterAll(end);
      suite(async (options) => {
        const directory = await mkdtemp(path.join(tmpdir(), "segment-kpis-warehouse-"));
        const warehouse = await openWarehouse({
          ...options,
          directory,
          url: engine === "postgres" ? await emptyDatabase() : undefined,
        });
        opened.push({ warehouse, directory });
        return warehouse;
      });
    });
}
