// The front door of reconciliation: what it asks is put together here from the process's database.
import { db } from "../db.server.ts";
import { type ChecksState, checksStateOf } from "./checks-state.ts";
import { monthsCutAt } from "./months.ts";

export type { ChecksState } from "./checks-state.ts";
export { compareMonths } from "./months.ts";

/** Months that are not wholly here from the day on are not compared any more. */
export async function monthsCut(shop: string, day: string): Promise<void> {
  await monthsCutAt(db, shop, day);
}

export async function checksState(shop: string): Promise<ChecksState> {
  return checksStateOf(db, shop);
}
