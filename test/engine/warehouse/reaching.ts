// What a sync says of a shop's ledger: how far its orders reach, beside customers who are all read at once.
import type { Coverage, SetMeta } from "../../../app/warehouse/warehouse.server.ts";

export const reaching = (
  state: Coverage["state"],
  from_day: string | null = null,
): Pick<SetMeta, "coverage"> => ({
  coverage: {
    orders: { state, from_day },
    customers: { state: state === "loading" ? "loading" : "complete" },
  },
});
