// The warehouse over either engine: hands out the copies of shops, and tells how the engine fares.
import { Access } from "./access.ts";
import type { CopyInUse, Vitals, Warehouse, WarehouseOptions } from "./contract.ts";
import type { Driver } from "./driver.ts";
import type { Migration } from "./schema/migrations.ts";
import type { Schema } from "./schema/schema.ts";
import { StoredCopyInUse } from "./stored-copy-in-use.ts";

export class StoredWarehouse implements Warehouse {
  readonly engine: "duckdb" | "postgres";
  private readonly access: Access;

  constructor(
    driver: Driver,
    known: readonly Migration[],
    schema: Schema,
    options: Pick<WarehouseOptions, "ordersAtOnce" | "zoneData">,
  ) {
    this.engine = driver.engine;
    this.access = new Access(driver, known, schema, options);
  }

  of(shop: string): CopyInUse {
    return new StoredCopyInUse(this, this.access, shop);
  }

  async check(): Promise<void> {
    await this.access.driver.check();
  }

  async vitals(): Promise<Vitals> {
    const { driver, gate } = this.access;
    return { bytes: await driver.bytes(), waiting: gate.size, running: gate.pending };
  }

  async close(): Promise<void> {
    await this.access.close();
  }
}
