// The chaos run as a test: small enough for every change of the code, with kills all the same.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "vitest";
import { emptyDatabase, freshDatabase } from "../setup/database.ts";
import { chaosRun } from "./run.ts";

/** A minute would be long; a few kills are enough for what most faults need. */
export async function shortRun(engine: "duckdb" | "postgres", seed: number): Promise<void> {
  const directory = await mkdtemp(path.join(tmpdir(), "segment-kpis-chaos-"));
  try {
    const report = await chaosRun({
      engine,
      seed,
      orders: 400,
      changes: 80,
      kills: 2,
      betweenKills: [300, 1500],
      databaseUrl: await freshDatabase(),
      warehouseUrls: [await emptyDatabase(), await emptyDatabase()],
      directory,
      // Less than a test may take, so that it says how things stood.
      patience: 150_000,
    });
    expect(report.comparison.differences).toEqual([]);
    expect(Object.values(report.killed).reduce((sum, count) => sum + count, 0)).toBe(2);
    expect(report.deliveries.lost).toBeGreaterThan(0);
    expect(report.injected.webhook_twice).toBeGreaterThan(0);
    for (const table of ["orders", "sales", "order_lines", "customers", "activity", "customer_history"])
      expect(report.comparison.rows[table]).toBeGreaterThan(100);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
