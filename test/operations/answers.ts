// Every KPI by every segmentation over a year, for comparing two warehouses by what they answer.
import { kpiIds, segmentationIds } from "../../app/kpis/catalogue.ts";
import { addDays } from "../../app/kpis/period.ts";
import { queryKpis } from "../../app/kpis/query.server.ts";
import type { Warehouse } from "../../app/warehouse/warehouse.server.ts";

/** By segmentation: totals and segments, without what only tells when they were read. */
export async function answersOf(warehouse: Warehouse, shop: string): Promise<Record<string, object>> {
  const today = new Date().toISOString().slice(0, 10);
  const answers: Record<string, object> = {};
  for (const segmentation of segmentationIds) {
    const { total, segments } = await queryKpis(warehouse, shop, {
      kpis: kpiIds,
      segmentation,
      period: { from: addDays(today, -365), to: today },
      comparison: "previous_year",
      membersAt: "start",
      today,
    });
    answers[segmentation] = { total, segments };
  }
  return answers;
}
