// The library of segments: every way of grouping with its segments, and how many customers each has, which comes after the page.
import { segmentationIds, type SegmentationId } from "../kpis/catalogue.ts";
import { type CutGroup, cutGroups, type CutId, cutIds } from "../kpis/cuts/choices.ts";
import { listSegments } from "../kpis/member-lists.server.ts";
import { includedDays, membershipDay } from "../kpis/period.ts";
import { cutGroupLabel, cutHelp, cutLabel, rowLabel } from "../kpis/row-words.server.ts";
import { FIRST_TIME, NO_ORDER } from "../kpis/segmentations.ts";
import { type Asked, readAddress, readQuery } from "./address.ts";
import { noticeText } from "./address-notices.server.ts";
import type { ReportedShop } from "./shop.server.ts";
import { startOf } from "./start.server.ts";
import { type ToolbarView, toolbarView } from "./toolbar.ts";
import { countText, shareText } from "./wording.server.ts";

export interface SegmentLibraryView {
  notices: readonly string[];
  toolbar: ToolbarView;
  groups: readonly {
    id: CutGroup;
    label: string;
    cuts: readonly { id: CutId; label: string; help: string }[];
  }[];
  /** Where the numbers of customers come from. */
  sizes: string;
}

export async function segmentLibrary(
  shop: ReportedShop,
  params: URLSearchParams,
): Promise<SegmentLibraryView> {
  const { place, today } = shop;
  const { defaults } = await startOf(shop);
  const asked = readAddress(params, shop, () => [], defaults);
  const groups = [...new Set(cutIds.map((id) => cutGroups[id]))];
  return {
    notices: asked.replaced.map((each) => noticeText(place, each)),
    toolbar: toolbarView(asked, { place, today, segmentations: false }),
    groups: groups.map((id) => ({
      id,
      label: cutGroupLabel(place, id),
      cuts: cutIds
        .filter((cut) => cutGroups[cut] === id)
        .map((cut) => ({ id: cut, label: cutLabel(place, cut), help: cutHelp(place, cut) })),
    })),
    sizes: sizesAddress(asked, place),
  };
}

function sizesAddress(asked: Asked, { locale }: { locale: string }): string {
  const query = new URLSearchParams({
    ...(asked.preset === "custom" ? includedDays(asked.period) : { period: asked.preset }),
    as_of: asked.membersAt,
    locale,
  });
  return `/api/segments?${query.toString()}`;
}

export interface SegmentSizes {
  /** The day at whose start customers were put into segments. */
  members_on: string;
  segmentations: readonly {
    id: SegmentationId;
    label: string;
    /** Null while they cannot be judged; without those who had no order by then. */
    members: number | null;
    segments: readonly {
      id: string;
      label: string;
      members: number | null;
      /** "1,284", and "12%" of those of the segmentation, for readers. */
      text: string | null;
      share: string | null;
    }[];
  }[];
}

/** The JSON of GET /api/segments: all segmentations with their segments. Throws BadInput. */
export async function segmentSizes(shop: ReportedShop, params: URLSearchParams): Promise<SegmentSizes> {
  const { view, place, today } = shop;
  const { period, membersAt } = readQuery(params, shop);
  const on = membershipDay(period, membersAt, today);
  const found: SegmentSizes["segmentations"][number][] = [];
  // One after the other: each is a statement over all customers, and others wait for the same processors.
  for (const id of segmentationIds) {
    const listed = (await listSegments(view, id, { on, until: period.to })).filter(
      (segment) => segment.id !== FIRST_TIME.id && segment.id !== NO_ORDER.id,
    );
    const isKnown = listed.every(({ members }) => members !== null);
    const all = listed.reduce((sum, { members }) => sum + (members ?? 0), 0);
    found.push({
      id,
      label: cutLabel(place, id),
      members: isKnown ? all : null,
      segments: listed.map((segment) => ({
        id: segment.id,
        label: rowLabel(place, segment.name),
        members: segment.members,
        text: segment.members === null ? null : countText(segment.members, place.locale),
        share: segment.members === null || all === 0 ? null : shareText(segment.members, all, place.locale),
      })),
    });
  }
  return { members_on: on, segmentations: found };
}
