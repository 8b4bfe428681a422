// The JSON of GET /api/kpis. Money is in integer minor units of `currency`, rates are shares of 1, days are inclusive.
import { BadInput } from "../errors.ts";
import { type Against, type AgainstRow, queryAgainst } from "../kpis/against.server.ts";
import type { Answer, Change, KpiCell, Reason, SegmentAnswer, Settling } from "../kpis/answer.ts";
import { isSegmentationId, kpis, type KpiId } from "../kpis/catalogue.ts";
import { type Comparison, type ComparisonId, comparisonIdOf } from "../kpis/comparing.ts";
import type { CutId } from "../kpis/cuts/choices.ts";
import type { SegmentRef } from "../kpis/cuts/cut.ts";
import { FALSE_DISCOVERIES } from "../kpis/estimates/discoveries.ts";
import { LEVEL } from "../kpis/estimates/distributions.ts";
import { reasonText } from "../kpis/figure-words.server.ts";
import type { Unit } from "../kpis/kpi.ts";
import { includedDays, type MembersAt, type Part } from "../kpis/period.ts";
import { queryKpis } from "../kpis/query.server.ts";
import { rowLabel } from "../kpis/row-words.server.ts";
import { segmentIdOf } from "../kpis/segmentations.ts";
import { type Reader, say } from "../words/words.server.ts";
import { type Queried, readQuery } from "./address.ts";
import { eventText } from "./event-words.server.ts";
import { cutFor } from "./cut.server.ts";
import type { ReportedShop } from "./shop.server.ts";
import { exclusionIn } from "../warehouse/exclusion.ts";
import { instantOf } from "../warehouse/values.ts";

/**
 * Changes that are judged together: those of these KPIs in the total and all segments, whichever KPIs were asked for. Of the
 * changes called more than noise, at most the part falseDiscoveryRate is expected to be noise.
 */
export interface VerdictFamily {
  kpis: readonly KpiId[];
  /** "benjamini_hochberg" where segments share no customer; "benjamini_yekutieli" against everyone else, whom they share. */
  method: "benjamini_hochberg" | "benjamini_yekutieli";
  falseDiscoveryRate: number;
  judged: number;
  moreThanNoise: number;
  /** The level of the intervals of its changes. */
  level: number | null;
}

interface Days {
  from: string;
  to: string;
}

/** Whether it covers as often as its level says ("sure"), or only nearly ("rough"). */
export interface FigureRange {
  low: number;
  high: number;
  sureness: "sure" | "rough";
  /** 0.95; more where a change is judged among many. Null of a rough range. */
  level: number | null;
}

export interface FigureReason {
  code: Reason;
  text: string;
}

export interface KpiFigure {
  value: number | null;
  unit: Unit;
  /** A sum or count, and what a definition settles, is a "fact" and has no interval; a rate or average an "estimate". */
  kind: KpiCell["kind"];
  /** Why it could be no other value; null where it could. */
  settled: { code: Settling; text: string } | null;
  /** What a rate or average divides. */
  parts: { numerator: number; denominator: number } | null;
  /** Customers behind the value. */
  n: number;
  interval: FigureRange | null;
  /** The part of one customer in the sum, where it is above 0.2. */
  largestCustomerShare: number | null;
  /** Which part of what it is about is known; null where all of it is. */
  coverage: number | null;
  /** The first day of which it is known, where Shopify does not keep it. */
  observedFrom: string | null;
  /** Of what takes its time: how many cannot be followed long enough yet. */
  open: number | null;
  previous: number | null;
  change: {
    absolute: number | null;
    relative: number | null;
    interval: FigureRange | null;
    verdict: string;
    /** A sum over periods of unequal length is compared by the day: with the previous one made as long as this one. */
    perDay: boolean;
    /** Why there is no verdict. */
    reason: FigureReason | null;
  } | null;
  /** Why there is no value. */
  reason: FigureReason | null;
}

export interface SegmentFigures {
  id: string;
  label: string;
  kind: SegmentAnswer["kind"];
  members: number | null;
  kpis: Partial<Record<KpiId, KpiFigure>>;
  /** Of a set: everyone who is not in it. Sets overlap, so that their figures do not add up. */
  everyoneElse?: SegmentFigures;
  /** Of a segment, what it is held against where the query asks for it. */
  against?: Partial<Record<KpiId, AgainstFigure>>;
}

/**
 * The figure of everyone else, or of one other segment, in the same period, and what the segment's is above it. Sums and shares
 * have no difference, nor have medians from everyone else.
 */
export interface AgainstFigure {
  value: number | null;
  difference: Omit<NonNullable<KpiFigure["change"]>, "perDay"> | null;
}

/** `until`: of the last day, what happened before this time of the shop's clock, HH:MM:SS. */
interface PartDays extends Days {
  until?: string;
}

export interface KpiAnswer {
  shop: string;
  currency: string;
  decimals: number;
  timeZone: string;
  period: Days;
  comparison: ComparisonId;
  /** The event on whose days the compared ones are aligned, where that was asked for and there is one. */
  alignedTo: { event: string; day: string; before: string } | null;
  comparedWith: PartDays | null;
  /** The days of a period that is not over which are compared; null where all of it is. */
  comparedPart: PartDays | null;
  /** Of KPIs that know no hours, instead. */
  comparedByDay: { kpis: readonly KpiId[]; part: Days; with: Days } | null;
  /** Null where the query declares sets. */
  segmentation: CutId | null;
  within: SegmentRef | null;
  /** Orders that no figure counts, by the merchant's choice; null where all count. */
  ordersLeftOut: { chosenAt: string; tags: readonly string[]; channels: readonly string[] } | null;
  membersAt: MembersAt;
  membersOn: string;
  asOf: { dataVersion: number; freshAt: string | null; history: string; loadedFrom: string | null };
  verdictFamilies: readonly VerdictFamily[];
  /** What segments are held against ("everyone_else" or a segment), and the families of their differences. */
  against?: { of: string; verdictFamilies: readonly VerdictFamily[] };
  total: SegmentFigures;
  segments: SegmentFigures[];
}

function alignedTo(comparison: Comparison, place: Reader): KpiAnswer["alignedTo"] {
  if (typeof comparison === "string" || comparison.id !== "previous_year_event") return null;
  const { alignment } = comparison;
  return alignment && { ...alignment, event: eventText(place, alignment.event) };
}

const EVERYONE_ELSE = "everyone_else";

const partDays = (part: Part): PartDays => ({
  ...includedDays(part),
  ...(part.until === undefined ? {} : { until: part.until }),
});

/** Throws UnknownKpi, UnknownSegmentation, or BadInput naming the expected form. */
export async function kpiAnswer(shop: ReportedShop, params: URLSearchParams): Promise<KpiAnswer> {
  const asked = readQuery(params, shop);
  const cut = await cutFor(shop.view, asked.segmentation, asked);
  const answer = await queryKpis(shop.view, { ...asked, segmentation: cut, today: shop.today });
  const of = params.get("against") ?? "";
  const against = of === "" ? null : await againstOf(shop, asked, of);
  const { place } = shop;
  const familiesOf = (of: Answer["families"], method: VerdictFamily["method"]): VerdictFamily[] =>
    of.map(({ kpis: judgedTogether, judged, found, level }) => ({
      kpis: judgedTogether,
      method,
      falseDiscoveryRate: FALSE_DISCOVERIES,
      judged,
      moreThanNoise: found,
      level,
    }));
  const figures = (row: SegmentAnswer): SegmentFigures => ({
    id: row.id,
    label: rowLabel(place, row.name),
    kind: row.kind,
    members: row.members,
    kpis: Object.fromEntries(asked.kpis.map((id) => [id, figure(row.cells[id], id, place)])),
    ...(row.others === undefined ? {} : { everyoneElse: figures(row.others) }),
  });
  return {
    shop: shop.shop,
    currency: answer.currency,
    decimals: answer.decimals,
    timeZone: answer.timeZone,
    period: includedDays(answer.period),
    comparison: comparisonIdOf(asked.comparison),
    alignedTo: alignedTo(asked.comparison, place),
    comparedWith: answer.comparedWith && partDays(answer.comparedWith),
    comparedPart: answer.comparedPart && partDays(answer.comparedPart),
    comparedByDay: answer.comparedByDay && {
      kpis: answer.comparedByDay.kpis,
      part: includedDays(answer.comparedByDay.part),
      with: includedDays(answer.comparedByDay.with),
    },
    segmentation: asked.sets === null ? asked.segmentation : null,
    within: asked.within,
    ordersLeftOut: exclusionIn(shop.meta.excluding),
    membersAt: asked.membersAt,
    membersOn: answer.membersOn,
    asOf: {
      ...answer.asOf,
      freshAt: answer.asOf.freshAt === null ? null : instantOf(answer.asOf.freshAt).toISOString(),
    },
    verdictFamilies: familiesOf(answer.families, "benjamini_hochberg"),
    ...(against && {
      against: { of, verdictFamilies: familiesOf(against.families, "benjamini_yekutieli") },
    }),
    total: figures(answer.total),
    segments: answer.segments.map((row) => {
      const beside = against?.segments.find(({ id }) => id === row.id);
      return {
        ...figures(row),
        ...(beside && { against: againstFigures(beside, asked.kpis, place) }),
      };
    }),
  };
}

/** Throws BadInput where the rows are not segments of all customers, or UnknownSegment. */
async function againstOf({ view, today }: ReportedShop, asked: Queried, given: string): Promise<Against> {
  const { segmentation, kpis: ids, period, membersAt } = asked;
  if (asked.sets !== null || asked.within !== null || !isSegmentationId(segmentation))
    throw new BadInput(
      `"against" goes with a segmentation of all customers, not with "sets", "within", tags or groups of orders.`,
    );
  const beside = given === EVERYONE_ELSE ? {} : { beside: segmentIdOf(segmentation, given) };
  return queryAgainst(view, { segmentation, kpis: ids, period, membersAt, today, ...beside });
}

const againstFigures = (
  { cells, others }: AgainstRow,
  ids: readonly KpiId[],
  place: Reader,
): Partial<Record<KpiId, AgainstFigure>> =>
  Object.fromEntries(
    ids.map((id): [KpiId, AgainstFigure] => {
      const { change } = figure(cells[id], id, place);
      const { value } = others[id];
      if (change === null) return [id, { value, difference: null }];
      const { absolute, relative, interval, verdict, reason } = change;
      return [id, { value, difference: { absolute, relative, interval, verdict, reason } }];
    }),
  );

function figure(cell: KpiCell, id: KpiId, place: Reader): KpiFigure {
  const because = (reason: Reason | null): FigureReason | null =>
    reason && { code: reason, text: reasonText(place, reason, { kpi: id, cell }) };
  const { change } = cell;
  return {
    value: cell.value,
    unit: kpis[id].unit,
    kind: cell.kind,
    settled: cell.settled && { code: cell.settled, text: say(place, `settled.${cell.settled}`) },
    parts: cell.parts,
    n: cell.n,
    interval: rangeOf({ ...cell, level: cell.sureness === "sure" ? LEVEL : null }),
    largestCustomerShare: cell.largest,
    coverage: cell.coverage,
    observedFrom: cell.observedFrom,
    open: cell.open,
    previous: cell.previous,
    change: change && {
      absolute: change.absolute,
      relative: change.relative,
      interval: rangeOf(change),
      verdict: change.verdict,
      perDay: change.perDay,
      reason: because(change.reason),
    },
    reason: because(cell.reason),
  };
}

const rangeOf = ({
  low,
  high,
  sureness,
  level,
}: Pick<Change, "low" | "high" | "sureness" | "level">): FigureRange | null =>
  low === null || high === null || sureness === null ? null : { low, high, sureness, level };
