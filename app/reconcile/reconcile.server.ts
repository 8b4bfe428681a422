// The front door of reconciliation: what it asks is put together here from the process's database.
import { db } from "../db.server.ts";
import { type ChecksState, checksStateOf } from "./checks-state.ts";

export type { ChecksState } from "./checks-state.ts";
export { compareMonths } from "./months.ts";

export async function checksState(shop: string): Promise<ChecksState> {
  return checksStateOf(db, shop);
}
