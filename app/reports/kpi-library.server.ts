// The library of KPIs: every one of them, by family, with those that the reader has pinned to Home.
import { familyIds } from "../kpis/families.ts";
import { MOST_PINS, pinsOf, type UserState } from "./choices.server.ts";
import { kpiLines, type KpiLinesView } from "./kpi-lines.server.ts";
import type { ReportedShop } from "./shop.server.ts";

export interface KpiLibraryView extends KpiLinesView {
  pinned: readonly string[];
  /** Whether one more can be pinned. */
  room: boolean;
}

export async function kpiLibrary(
  shop: ReportedShop,
  params: URLSearchParams,
  user: UserState,
): Promise<KpiLibraryView> {
  const pinned = pinsOf(user);
  return {
    ...(await kpiLines(shop, params, familyIds)),
    pinned,
    room: pinned.length < MOST_PINS,
  };
}
