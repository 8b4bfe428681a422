// One segment cut once more: by what, and the table of its parts.
import type { SegmentAnswer } from "../kpis/answer.ts";
import type { SegmentationId } from "../kpis/catalogue.ts";
import { isCutId } from "../kpis/cuts/choices.ts";
import { queryKpis } from "../kpis/query.server.ts";
import { say } from "../words/words.server.ts";
import { type Asked, type TableFiles, tableFiles } from "./address.ts";
import { cutFor } from "./cut.server.ts";
import { segmentTable, type SegmentTableView } from "./segment-table.server.ts";
import type { ReportedShop } from "./shop.server.ts";
import { cutOptions, type Picker } from "./toolbar.ts";

export interface SecondCutView {
  picker: Picker;
  /** Null until something is chosen. */
  table: SegmentTableView | null;
  files: TableFiles | null;
  /** Why a group of customers has no parts: it was made after the day when segments are. */
  missing: string | null;
  notices: readonly string[];
}

const NOTHING = "";

/** @param by what the address asks for */
export async function secondCut(
  shop: ReportedShop,
  asked: Asked,
  segment: Pick<SegmentAnswer, "id" | "kind"> & { segmentation: SegmentationId },
  by: string | null,
): Promise<SecondCutView> {
  const { view, place, today } = shop;
  const choices = cutOptions(place).filter(({ value }) => value !== segment.segmentation);
  const chosen = by !== null && isCutId(by) && by !== segment.segmentation ? by : null;
  const picker = {
    ...{ name: "by", label: say(place, "toolbar.groupBy"), selected: chosen ?? NOTHING, usual: NOTHING },
    choices: [{ value: NOTHING, label: say(place, "toolbar.choose") }, ...choices],
  };
  const notices =
    by === null || by === NOTHING || chosen !== null
      ? []
      : [say(place, "secondCut.notAChoice", { given: by.slice(0, 40).toWellFormed() })];
  const none = { picker, table: null, files: null, missing: null, notices };
  if (segment.kind !== "segment") return { ...none, missing: say(place, "secondCut.notGrouped") };
  if (chosen === null) return none;
  const within = { segmentation: segment.segmentation, segment: segment.id };
  const cut = await cutFor(view, chosen, { within });
  // The page's own table has the order that the address holds.
  const own: Asked = { ...asked, segmentation: chosen, sort: null };
  const answer = await queryKpis(view, { ...own, segmentation: cut, today });
  return {
    ...none,
    table: segmentTable(answer, own, shop),
    // No ranges stand in it.
    files: tableFiles(own, place, new URLSearchParams(), {
      within: `${within.segmentation}.${within.segment}`,
    }),
  };
}
