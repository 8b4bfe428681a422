// One segment's page: what it is, every KPI of it, its trend, and its members by id.
import { z } from "zod";
import { UnknownSegment } from "../errors.ts";
import { queryAgainst } from "../kpis/against.server.ts";
import { type Explanation, type KpiId, kpis, segmentationIds } from "../kpis/catalogue.ts";
import type { KpiCell } from "../kpis/answer.ts";
import { reasonText } from "../kpis/figure-words.server.ts";
import { formatValue } from "../kpis/format.ts";
import { explanationOf } from "../kpis/formula.server.ts";
import { kpiHelp, kpiLabel } from "../kpis/kpi-words.server.ts";
import { offeredKpis } from "../kpis/loaded.server.ts";
import { type Instant, listSegments, queryMembers, thresholdsAt } from "../kpis/member-lists.server.ts";
import { formatDay, formatPeriod, grainOf, membershipDay } from "../kpis/period.ts";
import { comparingAt } from "../kpis/comparison.server.ts";
import { queryKpis, queryTrend } from "../kpis/query.server.ts";
import type { Thresholds } from "../kpis/compile/members.ts";
import { cutLabel, rowHelp, rowLabel } from "../kpis/row-words.server.ts";
import { segmentationOf, segmentIdOf } from "../kpis/segmentations.ts";
import type { Segment } from "../kpis/segmentations/segmentation.ts";
import { say } from "../words/words.server.ts";
import { type Asked, fileAddress, readAddress } from "./address.ts";
import { noticeText } from "./address-notices.server.ts";
import { againstSentence, againstViews, type AgainstView } from "./against.server.ts";
import type { ReportedShop } from "./shop.server.ts";
import { startOf } from "./start.server.ts";
import { membershipSentence, type ToolbarView, toolbarView } from "./toolbar.ts";
import { type ChartView, chartView } from "./trend.server.ts";
import { verdictsSentence } from "./verdict-words.ts";
import { pointsSentence, rhythmSentence, segmentSentence } from "./segment-words.server.ts";
import { type CellView, cellView, comparisonSentence, countText, type Place } from "./wording.server.ts";
import { secondCut, type SecondCutView } from "./second-cut.server.ts";
import { type Column, knownText, untoldText } from "./segment-table.server.ts";

export const MEMBERS_PER_PAGE = 50;
/** What the path of the page's address names. */
export const segmentPath = z.object({
  segmentation: z.enum(segmentationIds),
  segment: z.string(),
});
export type SegmentPath = z.infer<typeof segmentPath>;

export const MEMBER_SORTS = ["net", "orders", "first_day", "last_day"] as const;
export type MemberColumn = (typeof MEMBER_SORTS)[number];
const isMemberColumn = (by: string): by is MemberColumn => (MEMBER_SORTS as readonly string[]).includes(by);

export interface KpiRow {
  kpi: KpiId;
  label: string;
  description: string;
  explanation: Explanation;
  cell: CellView;
  /** Beside everyone else; null where there is nobody else to tell of. */
  against: AgainstView | null;
  basis: string | null;
}

export interface SegmentPageView {
  /** What an address leaves out. */
  usual: { segmentation: string; chart: string };
  notices: readonly string[];
  toolbar: ToolbarView;
  segmentation: { id: string; label: string };
  id: string;
  label: string;
  /** The rule in words, with the thresholds of the day when groups were made. */
  definition: string;
  /** What the points of a rule by scores stand for that day. */
  points: string | null;
  membership: string;
  period: string;
  /** "Compared with Sep 30 – Oct 29, 2026.", or why it is not; null where no comparison was asked for. */
  comparison: string | null;
  /** The compared days, "Sep 30 – Oct 29, 2026". */
  comparedRange: string | null;
  /** Which changes are judged together; null where none is. */
  verdicts: string | null;
  /** The same of the differences from everyone else. */
  against: string | null;
  memberCount: string | null;
  /** Where its customers are a file. */
  file: string;
  kpis: readonly KpiRow[];
  /** Why no KPI can be told, where that is one reason for all of them. */
  untold: string | null;
  chart: ChartView;
  chartChoices: readonly { value: string; label: string }[];
  members: MembersView;
  second: SecondCutView;
}

export interface MembersView {
  columns: readonly Column[];
  rows: readonly { id: number; net: string; orders: string; first: string; last: string }[];
  /** "Showing 1–50 of 1,284 customers". */
  showing: string;
  /** False while the list cannot be made. */
  listed: boolean;
  page: number;
  pages: number;
}

export function memberSort(sort: { by: string; descending: boolean } | null): {
  sort: MemberColumn;
  descending: boolean;
} {
  return sort && isMemberColumn(sort.by)
    ? { sort: sort.by, descending: sort.descending }
    : { sort: "net", descending: true };
}

/** Throws UnknownSegmentation or UnknownSegment. `params` are the address's; the two names of its path, `given`, come apart from it. */
export async function segmentView(
  shop: ReportedShop,
  { segmentation, segment: given }: SegmentPath,
  params: URLSearchParams,
): Promise<SegmentPageView> {
  const { view, place, today } = shop;
  const address = new URLSearchParams(params);
  address.set("segmentation", segmentation);
  const { defaults } = await startOf(shop);
  const asked = readAddress(address, shop, () => MEMBER_SORTS, defaults);
  const path = { segment: segmentIdOf(segmentation, given) };
  const comparing = comparingAt(shop.meta, asked.period, asked.comparison, today);
  const grain = grainOf(asked.period);
  const trendOf = {
    kpis: [asked.chart],
    segmentation,
    segment: path.segment,
    grain,
    membersAt: asked.membersAt,
    today,
  };

  const on = membershipDay(asked.period, asked.membersAt, today);
  const instant = { on, until: asked.period.to };
  const offered = await offeredKpis(view);
  const [answer, against, summaries, thresholds] = await Promise.all([
    queryKpis(view, { ...asked, segmentation, kpis: offered, today }),
    queryAgainst(view, { ...asked, segmentation, kpis: offered, today }),
    listSegments(view, segmentation, instant),
    thresholdsAt(view, segmentation, on),
  ]);
  const declared = segmentationOf(segmentation);
  const segment =
    declared.kind === "ruled" ? declared.segments.find(({ id }) => id === path.segment) : undefined;
  const told = segment === undefined || thresholds === null ? null : { segment, thresholds };
  const summary = summaries.find(({ id }) => id === path.segment);
  const row = answer.segments.find(({ id }) => id === path.segment);
  if (!summary || !row) throw new UnknownSegment(segmentation, path.segment);

  const beside = againstViews(against, row.id, place);
  const [trend, comparedTrend, members, second] = await Promise.all([
    queryTrend(view, { ...trendOf, period: asked.period }),
    comparing ? queryTrend(view, { ...trendOf, period: comparing.with, absent: "gap" }) : null,
    membersView(shop, asked, { segmentation, ...path }, instant),
    secondCut(shop, asked, { ...row, segmentation }, params.get("by")),
  ]);

  return {
    usual: { segmentation: defaults.segmentation, chart: defaults.chart },
    toolbar: toolbarView(asked, { place, today, segmentations: false }),
    segmentation: { id: segmentation, label: cutLabel(place, segmentation) },
    id: row.id,
    label: rowLabel(place, row.name),
    definition:
      (told && segmentSentence(told.segment, told.thresholds, on, place)) ?? rowHelp(place, summary.name),
    points: told && pointsOf(told.segment, told.thresholds, place),
    membership: membershipSentence(segmentation, asked.membersAt, answer.membersOn, asked.period, place),
    period: formatPeriod(asked.period, place.locale),
    comparedRange: answer.comparedWith && formatPeriod(answer.comparedWith, place.locale),
    comparison: comparisonSentence(answer, asked.comparison, place),
    verdicts: verdictsSentence(answer, segmentation, place),
    against: beside && againstSentence(against, place),
    memberCount: row.members === null ? null : say(place, "members.customers", { n: row.members }),
    file: fileAddress("/app/export/members.csv", asked, place, { segment: row.id }),
    untold: withKnown(untoldText([row], offered, place), shop),
    kpis: offered.map((kpi) => ({
      kpi,
      label: kpiLabel(place, kpi),
      description: kpiHelp(place, kpi),
      explanation: explanationOf(place, kpi),
      cell: cellView(row.cells[kpi], kpi, place),
      against: beside?.get(kpi) ?? null,
      basis: basisOf(row.cells[kpi], kpi, place),
    })),
    chart: chartView(asked.chart, trend, comparedTrend, grain, shop),
    chartChoices: [...new Set([...offered, asked.chart])].map((kpi) => ({
      value: kpi,
      label: kpiLabel(place, kpi),
    })),
    members,
    second,
    notices: [...asked.replaced.map((each) => noticeText(place, each)), ...second.notices],
  };
}

/** What the numbers in a segment's sentence are made of. */
function pointsOf({ ranks, silence }: Segment, at: Thresholds, place: Place): string | null {
  if (ranks !== undefined) return pointsSentence(at, place);
  return silence === undefined ? null : rhythmSentence(at, place);
}

/** How many are behind a figure; nobody is behind what is nobody's. */
function basisOf({ n }: KpiCell, kpi: KpiId, place: Place): string | null {
  if (kpis[kpi].outside.length > 0 && n === 0) return null;
  return say(place, kpis[kpi].movedLater ? "figure.behindMoves" : "figure.behind", { n });
}

function withKnown(untold: string | null, { meta, place }: ReportedShop): string | null {
  const known = knownText(meta, place);
  return untold === null || known === null ? untold : `${untold} ${known}`;
}

async function membersView(
  shop: ReportedShop,
  asked: Asked,
  of: SegmentPath,
  instant: Instant,
): Promise<MembersView> {
  const { view, place, today } = shop;
  const { sort, descending } = memberSort(asked.sort);
  const list = {
    ...of,
    ...instant,
    sort,
    descending,
    limit: MEMBERS_PER_PAGE,
  };
  const read = (page: number) => queryMembers(view, { ...list, offset: (page - 1) * MEMBERS_PER_PAGE });

  let page = asked.page;
  let found = await read(page);
  const pages = Math.max(1, Math.ceil(found.total / MEMBERS_PER_PAGE));
  if (page > pages) {
    page = pages;
    found = await read(page);
  }
  const first = (page - 1) * MEMBERS_PER_PAGE;
  const count = (value: number) => countText(value, place.locale);
  const dayText = (day: string | null) => (day === null ? "–" : formatDay(day, place.locale, today));
  return {
    columns: MEMBER_SORTS.map((id) => ({
      id,
      label: say(place, `members.${id}`),
      help: "",
      sorted: id === sort ? (descending ? "descending" : "ascending") : "none",
    })),
    rows: found.members.map((member) => ({
      id: member.customer_id,
      net: formatValue(member.net, "money", place),
      orders: count(member.orders),
      first: dayText(member.first_day),
      last: dayText(member.last_day),
    })),
    listed: found.reason === null,
    showing: found.reason
      ? say(place, "figure.reasonSentence", { reason: reasonText(place, found.reason) })
      : found.total === 0
        ? say(place, "members.none")
        : say(place, "members.showing", {
            first: first + 1,
            last: first + found.members.length,
            n: found.total,
          }),
    page,
    pages,
  };
}
