// How a shop itself spells what its customers are put into segments by: titles of products, types, vendors.
import type { Reading, Row } from "../warehouse/warehouse.server.ts";
import { cached } from "./cache.server.ts";
import { namedValues } from "./compile/members.ts";
import { segmentationOf, type SegmentationId, type Written } from "./segmentations.ts";

/** By value, of those that get a segment of their own; the value's own words hold for the rest. */
export async function writtenOf(facts: Reading, id: SegmentationId): Promise<Written> {
  const segmentation = segmentationOf(id);
  if (segmentation.kind !== "valued" || segmentation.written === undefined) return new Map();
  const query = segmentation.written(segmentation.valueIn);
  return cached(facts, ["written", id], async () => {
    const sql = `WITH ${namedValues(segmentation).join(",\n")}\n${query}`;
    const rows = await facts.query<Row & { value: string; label: string }>(sql, []);
    return new Map(rows.map(({ value, label }) => [value, label]));
  });
}
