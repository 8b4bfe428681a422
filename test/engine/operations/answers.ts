// Every KPI by every segmentation over a year, for comparing two warehouses by what they answer.
import { kpiIds, segmentationIds } from "../../../app/kpis/catalogue.ts";
import { addDays } from "../../../app/kpis/period.ts";
import { queryKpis } from "../../../app/kpis/query.server.ts";
import type { Warehouse } from "../../../app/warehouse/warehouse.server.ts";
import { viewOf } from "../../tools/setup/view.ts";

/** One day for all who compare, also when midnight passes between them. */
const today = new Date().toISOString().slice(0, 10);

/**
 * By segmentation: totals and segments, without what only tells when they were read. Twelve digits of each figure: the
 * last ones of a range depend on the order in which an engine adds its rows up.
 */
export async function answersOf(warehouse: Warehouse, shop: string): Promise<Record<string, object>> {
  const answers: Record<string, object> = {};
  for (const segmentation of segmentationIds) {
    const { total, segments } = await queryKpis(await viewOf(warehouse, shop), {
      kpis: kpiIds,
      segmentation,
      period: { from: addDays(today, -365), to: today },
      comparison: "previous_year",
      membersAt: "start",
      today,
    });
    answers[segmentation] = rounded({ total, segments });
  }
  return answers;
}

function rounded(answer: object): object {
  return JSON.parse(JSON.stringify(answer), (_key, value: unknown) =>
    typeof value === "number" && !Number.isInteger(value) ? Number(value.toPrecision(12)) : value,
  ) as object;
}
