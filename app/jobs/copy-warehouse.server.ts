// The warehouse's part of a backup: every shop's tables as files, and one file that says what they are. A DuckDB directory
// belongs to the process that runs the app, so a backup of a running app asks for it by a job and waits for that file.
import { mkdir, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { ShopNotReady } from "../errors.ts";
import { log } from "../log.server.ts";
import { warehouse } from "../process/runtime.server.ts";
import type { CopyRequest } from "../queue/contract.ts";
import { namespaceOf } from "../warehouse/namespace.ts";

const copied = z.object({
  id: z.uuid(),
  engine: z.enum(["duckdb", "postgres"]),
  /** By domain; a shop whose first sync has not begun is missing. */
  shops: z.record(z.string(), z.object({ directory: z.string(), rows: z.record(z.string(), z.number()) })),
});
export type CopiedWarehouse = z.infer<typeof copied>;
export const copyAnswer = z.union([copied, z.object({ id: z.uuid(), error: z.string() })]);

export const answerFile = (directory: string): string => path.join(directory, "copied.json");

/** Never fails: who asked reads the reason, and asks again if it wants. */
export async function copyWarehouse(request: CopyRequest): Promise<void> {
  const { directory, id } = request;
  const answer = await copyShops(request).catch((error: unknown) => {
    log.error({ err: error }, "the warehouse was not copied");
    return { id, error: error instanceof Error ? error.message : String(error) };
  });
  const file = answerFile(directory);
  await mkdir(directory, { recursive: true });
  await writeFile(`${file}.part`, JSON.stringify(answer));
  await rename(`${file}.part`, file);
}

async function copyShops({ directory, id, shops }: CopyRequest): Promise<CopiedWarehouse> {
  const stored = await warehouse();
  const done: CopiedWarehouse["shops"] = {};
  for (const shop of shops) {
    const name = namespaceOf(shop);
    await mkdir(path.join(directory, name), { recursive: true });
    try {
      done[shop] = { directory: name, rows: await stored.of(shop).copyOut(path.join(directory, name)) };
    } catch (error) {
      if (!(error instanceof ShopNotReady)) throw error;
    }
  }
  return { id, engine: stored.engine, shops: done };
}
