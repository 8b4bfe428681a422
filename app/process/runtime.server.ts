// The process's one warehouse. DuckDB corrupts a file that one process opens twice, and a hot reload or the bundled
// build loads this module again: so it is pinned on globalThis.
import path from "node:path";
import { env } from "../env.server.ts";
import { openWarehouse, type Warehouse } from "../warehouse/warehouse.server.ts";

/** What the warehouse tells of: a shop whose copy was put aside or left half way, and its own end in this process. */
export interface Heard {
  broken: (shop: string) => Promise<void>;
  left: (shop: string) => Promise<void>;
  lost: (error: unknown) => void;
}

const pinned = globalThis as typeof globalThis & {
  __warehouse?: Promise<Warehouse> | undefined;
  __heard?: Heard | undefined;
};

/** Who is told from now on; without anybody the next sweep finds what there is to do. */
export function listen(heard: Heard): void {
  pinned.__heard = heard;
}

/** Another process may still hold the directory while it shuts down after a deploy: wait this long for it. */
const LOCK_WAIT_MS = 60_000;

export function warehouse(): Promise<Warehouse> {
  return (pinned.__warehouse ??= openWarehouse({
    url: env().WAREHOUSE_URL,
    directory: path.join(env().DATA_DIR, "warehouse"),
    waitForLockMs: LOCK_WAIT_MS,
    broken: async (shop) => pinned.__heard?.broken(shop),
    left: async (shop) => pinned.__heard?.left(shop),
    lost: (error) => pinned.__heard?.lost(error),
  }).catch((error: unknown) => {
    pinned.__warehouse = undefined;
    throw error;
  }));
}

/** The warehouse if it is open or about to be; fails when nobody has asked for it yet. */
export async function openedWarehouse(): Promise<Warehouse> {
  if (!pinned.__warehouse) throw new Error("The warehouse is not open");
  return pinned.__warehouse;
}

export async function closeWarehouse(): Promise<void> {
  const open = pinned.__warehouse;
  pinned.__warehouse = undefined;
  await (await open)?.close();
}
