// One segment's page: what it is, every KPI of it, its trend, and its members by id.
import { z } from "zod";
import { UnknownSegment } from "../errors.ts";
import { type Explanation, type KpiId, kpis, type SegmentationId, segmentations } from "../kpis/catalogue.ts";
import type { KpiCell } from "../kpis/answer.ts";
import { formatValue, reasonText } from "../kpis/format.ts";
import { offeredKpis } from "../kpis/loaded.server.ts";
import { type Instant, listSegments, queryMembers, thresholdsAt } from "../kpis/member-lists.server.ts";
import { formatDay, formatPeriod, grainOf, membershipDay } from "../kpis/period.ts";
import { comparingAt } from "../kpis/comparison.server.ts";
import { queryKpis, queryTrend } from "../kpis/query.server.ts";
import type { Thresholds } from "../kpis/compile/members.ts";
import { segmentationOf, segmentIdOf } from "../kpis/segmentations.ts";
import type { Segment } from "../kpis/segmentations/segmentation.ts";
import { type Asked, fileAddress, readAddress } from "./address.ts";
import { noticeText } from "./address-notices.server.ts";
import type { ReportedShop } from "./shop.server.ts";
import { startOf } from "./start.server.ts";
import { membershipSentence, type ToolbarView, toolbarView } from "./toolbar.ts";
import { type ChartView, chartView } from "./trend.server.ts";
import { verdictsSentence } from "./verdict-words.ts";
import { pointsSentence, rhythmSentence, segmentSentence } from "./segment-words.server.ts";
import {
  type CellView,
  cellView,
  comparisonSentence,
  countText,
  type Place,
  quantity,
} from "./wording.server.ts";
import { secondCut, type SecondCutView } from "./second-cut.server.ts";
import { type Column, knownText, untoldText } from "./segment-table.server.ts";

export const MEMBERS_PER_PAGE = 50;
/** What the path of the page's address names. */
export const segmentPath = z.object({
  segmentation: z.enum(Object.keys(segmentations) as [SegmentationId, ...SegmentationId[]]),
  segment: z.string(),
});
export type SegmentPath = z.infer<typeof segmentPath>;

const MEMBER_COLUMNS = {
  net: "Net sales",
  orders: "Orders",
  first_day: "First order",
  last_day: "Last order",
} as const;
export type MemberColumn = keyof typeof MEMBER_COLUMNS;

export interface KpiRow {
  kpi: KpiId;
  label: string;
  description: string;
  explanation: Explanation;
  cell: CellView;
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
  return sort && sort.by in MEMBER_COLUMNS
    ? { sort: sort.by as MemberColumn, descending: sort.descending }
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
  const asked = readAddress(address, today, () => Object.keys(MEMBER_COLUMNS), defaults);
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
  const [answer, summaries, thresholds] = await Promise.all([
    queryKpis(view, { ...asked, segmentation, kpis: offered, today }),
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

  const [trend, comparedTrend, members, second] = await Promise.all([
    queryTrend(view, { ...trendOf, period: asked.period }),
    comparing ? queryTrend(view, { ...trendOf, period: comparing.with, absent: "gap" }) : null,
    membersView(shop, asked, { segmentation, ...path }, instant),
    secondCut(shop, asked, { ...row, segmentation }, params.get("by")),
  ]);

  return {
    usual: { segmentation: defaults.segmentation, chart: defaults.chart },
    toolbar: toolbarView(asked, { locale: place.locale, today, segmentations: false }),
    segmentation: { id: segmentation, label: segmentations[segmentation].label },
    id: row.id,
    label: row.label,
    definition: (told && segmentSentence(told.segment, told.thresholds, on, place)) ?? summary.description,
    points: told && pointsOf(told.segment, told.thresholds, place),
    membership: membershipSentence(
      segmentation,
      asked.membersAt,
      answer.membersOn,
      asked.period,
      place.locale,
    ),
    period: formatPeriod(asked.period, place.locale),
    comparedRange: answer.comparedWith && formatPeriod(answer.comparedWith, place.locale),
    comparison: comparisonSentence(answer, asked.comparison, place.locale),
    verdicts: verdictsSentence(answer, segmentations[segmentation].label, place),
    memberCount: row.members === null ? null : quantity(row.members, "customer", "customers", place.locale),
    file: fileAddress("/app/export/members.csv", asked, place, { segment: row.id }),
    untold: withKnown(untoldText([row], offered), shop),
    kpis: offered.map((kpi) => ({
      kpi,
      label: kpis[kpi].label,
      description: kpis[kpi].description,
      explanation: kpis[kpi].explanation,
      cell: cellView(row.cells[kpi], kpi, place),
      basis: basisOf(row.cells[kpi], kpi, place),
    })),
    chart: chartView(asked.chart, trend, comparedTrend, grain, shop),
    chartChoices: [...new Set([...offered, asked.chart])].map((kpi) => ({
      value: kpi,
      label: kpis[kpi].label,
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
function basisOf({ n }: KpiCell, kpi: KpiId, { locale }: Place): string | null {
  if (kpis[kpi].outside.length > 0 && n === 0) return null;
  return `${countText(n, locale)} ${n === 1 ? "customer" : "customers"} behind it`;
}

function withKnown(untold: string | null, { meta, place }: ReportedShop): string | null {
  const known = knownText(meta, place.locale);
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
    columns: Object.entries(MEMBER_COLUMNS).map(([id, label]) => ({
      id,
      label,
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
      ? `${reasonText(found.reason)}.`
      : found.total === 0
        ? "No customers"
        : `Showing ${count(first + 1)}–${count(first + found.members.length)} of ${count(found.total)} ${found.total === 1 ? "customer" : "customers"}`,
    page,
    pages,
  };
}
