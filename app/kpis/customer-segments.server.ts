// The segments one customer is in: the same compiled membership that the figures use, asked for a single person.
import type { Reader } from "../words/words.server.ts";
import type { ShopView } from "../warehouse/warehouse.server.ts";
import { segmentationIds, type SegmentationId } from "./catalogue.ts";
import { factsOf } from "./loaded.server.ts";
import { membersAt, namedValues } from "./compile/members.ts";
import { Params } from "./compile/params.ts";
import { cutLabel, rowLabel } from "./row-words.server.ts";
import { type ListedName, NO_ORDER, segmentationOf, segmentName, UNGROUPED } from "./segmentations.ts";
import { writtenOf } from "./written.server.ts";

/** Label of the segment by label of the segmentation, at the start of the day `on`. */
export async function segmentsOf(
  place: Reader,
  view: ShopView,
  customerId: number,
  on: string,
  by: readonly SegmentationId[] = segmentationIds,
): Promise<Record<string, string>> {
  const labels: Record<string, string> = {};
  for (const id of by) {
    const declared = segmentationOf(id);
    const params = new Params();
    const ctes = [...namedValues(declared), ...membersAt(declared, on, "on", params)];
    const sql = `WITH ${ctes.join(",\n")} SELECT segment FROM members_on WHERE customer_id = CAST(${params.number(customerId)} AS BIGINT)`;
    const [row] = await factsOf(view).query<{ segment: string }>(sql, params.values);
    const written = await writtenOf(factsOf(view), id);
    const name: ListedName =
      row === undefined
        ? { fixed: NO_ORDER.id }
        : row.segment === UNGROUPED.id
          ? { fixed: UNGROUPED.id }
          : segmentName(id, row.segment, written);
    labels[cutLabel(place, id)] = rowLabel(place, name);
  }
  return labels;
}
