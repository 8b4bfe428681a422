// The library of KPIs: every one of them, by chapter, with those that the reader has pinned to Home.
import { chapterIds } from "../kpis/chapters.ts";
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
    ...(await kpiLines(shop, params, chapterIds)),
    pinned,
    room: pinned.length < MOST_PINS,
  };
}
