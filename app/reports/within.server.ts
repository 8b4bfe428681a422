// The bar's choice of customers: all of them, or those of one segment as they were at the instant.
import { isSegmentationId, segmentationIds } from "../kpis/catalogue.ts";
import type { SegmentRef } from "../kpis/cuts/cut.ts";
import { cutLabel, rowLabel } from "../kpis/row-words.server.ts";
import { segmentationOf, segmentIdOf } from "../kpis/segmentations.ts";
import { type Reader, say } from "../words/words.server.ts";
import type { Choice, Picker } from "./toolbar.ts";

export interface Within {
  within: SegmentRef | null;
  /** What the address asks for and cannot be had. */
  notices: string[];
}

const SHORT = 40;

/** The segment that "rfm.champions" names, where there can be such a one. */
export function segmentNamed(given: string): SegmentRef | null {
  const at = given.indexOf(".");
  const [segmentation, segment] = [given.slice(0, at), given.slice(at + 1)];
  if (at < 1 || segment === "" || !isSegmentationId(segmentation)) return null;
  const declared = segmentationOf(segmentation);
  const id = segmentIdOf(segmentation, segment);
  const isThere = declared.kind === "valued" || declared.segments.some((each) => each.id === id);
  return isThere ? { segmentation, segment: id } : null;
}

export const notASegment = (given: string, place: Reader): string =>
  say(place, "within.notASegment", { given: given.slice(0, SHORT).toWellFormed() });

/** What the address asks for; whatever is no segment is left out, and told so. */
export function withinOf(params: URLSearchParams, place: Reader): Within {
  const given = params.get("within") ?? "";
  const within = segmentNamed(given);
  return { within, notices: given === "" || within !== null ? [] : [notASegment(given, place)] };
}

const ALL = "";

/** Segments that a rule declares; one by a value of the shop's own stands there while it is chosen. */
export function withinPicker(within: SegmentRef | null, place: Reader): Picker {
  const choices: Choice[] = segmentationIds.flatMap((by) => {
    const declared = segmentationOf(by);
    if (declared.kind !== "ruled") return [];
    return declared.segments.map(({ id }) => ({
      value: `${by}.${id}`,
      label: rowLabel(place, { by, segment: id }),
      group: cutLabel(place, by),
    }));
  });
  const selected = within === null ? ALL : `${within.segmentation}.${within.segment}`;
  const other =
    within === null || choices.some(({ value }) => value === selected)
      ? []
      : [
          {
            value: selected,
            label: rowLabel(place, { by: within.segmentation, segment: within.segment }),
            group: cutLabel(place, within.segmentation),
          },
        ];
  return {
    ...{ name: "within", label: say(place, "within.customers"), selected, usual: ALL },
    choices: [{ value: ALL, label: say(place, "within.all") }, ...choices, ...other],
  };
}
