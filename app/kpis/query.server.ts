// The semantic layer's front door: a question in KPIs, a segmentation and a period; an answer with reasons.
// Answers are kept by the version of the sources they are worked out from, so that an unchanged page costs no query.
import { UnknownSegment } from "../errors.ts";
import { sourceCoverage } from "../warehouse/coverage.ts";
import type { ShopView } from "../warehouse/warehouse.server.ts";
import type { Answer, Question, Reason, RowKind, SegmentAnswer, TrendPoint } from "./answer.ts";
import { declarations, type KpiId, kpis, type SegmentationId } from "./catalogue.ts";
import { hasInstants } from "./declared.ts";
import { comparedBy, lastWhole, sliceOf } from "./comparison.server.ts";
import { askTrend } from "./cells.server.ts";
import type { Slice } from "./compile/contributions.ts";
import { type Cut, cutOf } from "./cuts/cut.ts";
import {
  askLists,
  isByRecency,
  isByOrder,
  isGroupedAt,
  nameWithin,
  membersOf,
  planRows,
  type RowPlan,
} from "./cuts/lists.server.ts";
import { blankChange, type Lengths } from "./estimates/change.ts";
import { cellOf, type Draft } from "./estimates/cell.ts";
import { type DraftRow, verdictsOf, withFamilies } from "./estimates/verdicts.ts";
import { cached } from "./cache.server.ts";
import {
  areLoaded,
  blockedBy,
  endOf,
  factsOfKpis,
  firstOrderDay,
  isBeforeOpening,
  isWhole,
  knowsFirstOrder,
  loadedOf,
  isNameless,
  observedFrom,
  factsOf,
} from "./loaded.server.ts";
import { segmentOf } from "./member-lists.server.ts";
import type { Comparing } from "./comparing.ts";
import {
  bucketsOf,
  lengthOf,
  isWholeBucket,
  membershipDay,
  type Grain,
  type MembersAt,
  type Part,
  type Period,
} from "./period.ts";
import { claimsOf, isOfFirstOrders, settledIn } from "./settled.ts";
import { FIRST_TIME, GUEST, NO_ORDER, segmentationOf, TOTAL, UNGROUPED } from "./segmentations.ts";
import type { Cell, RowOf } from "./sums.ts";
import { writtenOf } from "./written.server.ts";

/** KPIs by segment and in total, compared as asked. Throws UnknownSegment. */
export async function queryKpis(view: ShopView, question: Question): Promise<Answer> {
  const { kpis: ids, segmentation, period, comparison, membersAt: instant, today } = question;
  const cut = cutOf(segmentation);
  const asked = ["kpis", ids, cut, period, comparison, instant, today];
  return cached(factsOfKpis(view, judgedFor(question)), asked, () => answerOf(view, question, cut));
}

/** With a comparison, whatever is judged with the KPIs asked for must be known too. */
const judgedFor = ({ kpis: ids, comparison }: Question): readonly KpiId[] =>
  comparison === "none" ? ids : withFamilies(ids);

async function answerOf(view: ShopView, question: Question, cut: Cut): Promise<Answer> {
  const { meta } = view;
  const { kpis: ids, period, membersAt: instant, today } = question;
  const needed = judgedFor(question);
  const facts = factsOfKpis(view, needed);
  const loaded = await loadedOf(view);
  const groups = comparedBy(meta, needed, question);
  /** Of what is asked for: what is only judged with it is not told of. */
  const told = comparedBy(meta, ids, question);
  const [widest] = told;
  const comparing = widest?.comparing ?? null;
  const on = (of: Period) => membershipDay(of, instant, today);
  const whole: Slice = { period, membersOn: on(period) };
  const isPart = ({ part }: Comparing) => part.until !== undefined || part.to !== period.to;
  // Of a period that is not over, other days are compared than are shown, with customers in the same segments.
  const partly = groups.some((group) => group.comparing !== null && isPart(group.comparing));
  const then = (of: Comparing | null) => of && sliceOf(of.with, on(of.with), meta);
  const ask = (of: readonly KpiId[], now: Slice, before: Slice | null) =>
    askLists(facts, of, cut, [now, before], lastWhole(meta, of, today));
  const instantOf = ({ period: { to }, membersOn }: Slice) => ({ on: membersOn, until: to });
  const before = then(comparing);
  const [name, lists, parts, firstDay, isGrouped, wasGrouped, written] = await Promise.all([
    nameWithin(view, cut, instantOf(whole)),
    ask(partly ? ids : needed, whole, partly ? null : before),
    Promise.all(
      groups.map(async ({ kpis: of, comparing: own }) =>
        partly && own !== null ? ask(of, sliceOf(own.part, whole.membersOn, meta), then(own)) : null,
      ),
    ),
    (comparing || needed.some(isOfFirstOrders)) && knowsFirstOrder(meta) ? firstOrderDay(view) : null,
    isGroupedAt(view, cut, instantOf(whole)),
    before === null || isGroupedAt(view, cut, instantOf(before)),
    cut.of === "customers" ? writtenOf(factsOf(view), cut.by) : new Map<string, string>(),
  ]);
  const comparedOf = new Map(
    groups.flatMap(({ kpis: of, comparing: own }, index) =>
      of.map((id) => [id, { comparing: own, lists: parts[index] ?? lists }] as const),
    ),
  );
  const comparedLists = parts.find((part) => part !== null) ?? lists;
  const { total, rows, members } = planRows(cut, lists, comparing && comparedLists, {
    total: name,
    written,
  });

  const judged = isWhole(meta, endOf(whole)) && !isBeforeOpening(meta, whole.membersOn);
  const isUngroupedThen = comparedLists[0]?.some((cell) => cell.then === UNGROUPED.id) === true;
  const segmentation = cut.of === "customers" && cut.within === undefined ? segmentationOf(cut.by) : null;
  const blockedBoth = (kpi: KpiId, kind: RowKind, slice: Slice): Reason | null => {
    if (kind === "orders" && !isByOrder(kpi)) return "not_by_order";
    // Orders within a segment are its customers'.
    const of = kind === "orders" && cut.within !== undefined ? "within" : kind;
    const looksBack = kind !== "total" && kpis[kpi].looksBack && isByRecency(cut, kind);
    return blockedBy(loaded, kpi, slice, of, segmentation) ?? (looksBack ? "not_by_recency" : null);
  };
  const blockedNow = (kpi: KpiId, kind: RowKind): Reason | null =>
    !isGrouped && kind !== "total" ? "not_grouped" : blockedBoth(kpi, kind, whole);
  const blockedThen = (kpi: KpiId, kind: RowKind): Reason | null => {
    const slice = then(comparedOf.get(kpi)?.comparing ?? null);
    if (slice === null) return null;
    if (firstDay !== null && slice.period.from < firstDay) return "no_previous";
    if (kind === (isUngroupedThen ? "segment" : "ungrouped")) return "no_groups";
    if (!wasGrouped && kind !== "total") return "no_groups";
    return blockedBoth(kpi, kind, slice);
  };
  const isCompared = question.comparison !== "none";
  const rowOf = (plan: RowPlan): Drafted => {
    const { id, name, kind, list } = plan;
    const claims = claimsOf(plan, cut, whole, firstDay);
    const draftOf = (kpi: KpiId): Draft => {
      const blocked = {
        now: blockedNow(kpi, kind),
        then: blockedThen(kpi, kind),
        observedFrom: observedFrom(loaded, kpi),
        nameless: isNameless(meta, period.to),
        settled: settledIn(kpi, claims),
      };
      const from = (of: readonly (readonly Cell[])[], lengths: Lengths | null) =>
        cellOf(kpi, plan, of[list] ?? [], lengths, blocked);
      if (!isCompared) return from(lists, null);
      const compared = comparedOf.get(kpi);
      if (compared === undefined || compared.comparing === null) {
        const reason = period.to > today ? "not_over" : "no_previous";
        const { cell } = from(lists, null);
        return { cell: { ...cell, change: blankChange(reason) }, judgeable: null };
      }
      const { part: days, with: previous } = compared.comparing;
      const lengths = { now: lengthOf(days), then: lengthOf(previous) };
      if (!partly) return from(lists, lengths);
      const { cell: part, judgeable } = from(compared.lists, lengths);
      // What is only judged with the others is asked of the compared part alone.
      const { cell } = ids.includes(kpi) ? from(lists, null) : { cell: part };
      return { cell: { ...cell, previous: part.previous, change: part.change }, judgeable };
    };
    return {
      ...{ id, name, kind },
      members: judged && isGrouped ? membersOf(plan, members) : null,
      drafts: new Map(needed.map((kpi) => [kpi, draftOf(kpi)])),
      ...(plan.others === undefined ? {} : { others: rowOf(plan.others) }),
    };
  };
  const [draftedTotal, draftedRows] = [rowOf(total), rows.map(rowOf)];
  const verdicts = verdictsOf(
    [draftedTotal, ...draftedRows].flatMap(({ drafts, others }) => [
      drafts,
      ...(others === undefined ? [] : [others.drafts]),
    ]),
    ids,
    cut.of === "customers" ? "apart" : "overlapping",
  );
  const answered = ({ drafts, others, ...row }: Drafted): SegmentAnswer => ({
    ...row,
    cells: verdicts.cells(drafts),
    ...(others === undefined ? {} : { others: answered(others) }),
  });
  const ofOrders = sourceCoverage(meta, "orders");
  return {
    asOf: {
      dataVersion: facts.version,
      freshAt: ofOrders.fresh_at,
      history: ofOrders.state,
      loadedFrom: ofOrders.from_day,
    },
    currency: meta.currency,
    decimals: meta.decimals,
    timeZone: meta.time_zone,
    period,
    comparedWith: comparing?.with ?? null,
    comparedPart: partly ? (comparing?.part ?? null) : null,
    comparedByDay: told[1]?.comparing ? { kpis: told[1].kpis, ...told[1].comparing } : null,
    firstOrderDay: comparing && firstDay,
    membersOn: membershipDay(period, instant, today),
    families: isCompared ? verdicts.families : [],
    total: answered(draftedTotal),
    segments: draftedRows.map(answered),
  };
}

/** A row whose changes are not judged yet. */
type Drafted = Omit<SegmentAnswer, "cells" | "others"> & { drafts: DraftRow; others?: Drafted };

/** What kind of row a segment's id names. */
export function kindOf(id: string): RowKind {
  switch (id) {
    case TOTAL.id:
      return "total";
    case UNGROUPED.id:
      return "ungrouped";
    case FIRST_TIME.id:
      return "first_time";
    case NO_ORDER.id:
      return "not_bought";
    case GUEST.id:
      return "guest";
    default:
      return "segment";
  }
}

export interface TrendQuestion {
  kpis: readonly KpiId[];
  segmentation?: SegmentationId;
  /** A segment of that segmentation; without it, the whole shop. */
  segment?: string;
  /** Where there is no such segment at the instant: an error, or a trend without values (of an earlier period). */
  absent?: "error" | "gap";
  /** What knows hours is cut where the last day is. */
  period: Part;
  grain: Grain;
  membersAt: MembersAt;
  today: string;
}

/**
 * KPIs by day, week, month, quarter or year; members are taken once, for the whole period. Days to come and days before
 * the first order are no zeros but null.
 */
export async function queryTrend(view: ShopView, question: TrendQuestion): Promise<TrendPoint[]> {
  const { kpis: ids, segmentation, segment, period, grain, membersAt: instant, today } = question;
  const asked = ["trend", ids, segmentation, segment, period, grain, instant, today];
  return cached(factsOfKpis(view, ids), asked, () => trendOf(view, question));
}

async function trendOf(view: ShopView, q: TrendQuestion): Promise<TrendPoint[]> {
  const { meta } = view;
  const segmentation = q.segmentation === undefined ? null : segmentationOf(q.segmentation);
  const on = membershipDay(q.period, q.membersAt, q.today);
  if (q.segment !== undefined && q.segment !== TOTAL.id) {
    if (q.segmentation === undefined) throw new UnknownSegment("none", q.segment);
    if (q.segment !== GUEST.id)
      try {
        await segmentOf(view, q.segmentation, q.segment, { on, until: q.period.to });
      } catch (error) {
        if (!(error instanceof UnknownSegment) || q.absent !== "gap") throw error;
        const values = Object.fromEntries(q.kpis.map((id) => [id, null])) as TrendPoint["values"];
        return bucketsOf(q.period, q.grain).map((bucket) => ({ ...bucket, complete: true, values }));
      }
  }
  const loaded = await loadedOf(view);
  const { segment = TOTAL.id } = q;
  const kind = kindOf(segment);
  const row: RowOf = { kind, holds: kind === "total" ? () => true : (id) => id === segment };
  const { until, ...period } = q.period;
  const knowsHours = (id: KpiId) => hasInstants(declarations, id);
  const ask = (ids: readonly KpiId[], slice: Slice) =>
    ids.length === 0
      ? null
      : askTrend(
          factsOfKpis(view, ids),
          ids,
          { kind: "segments", segmentation },
          slice,
          q.grain,
          lastWhole(meta, ids, q.today),
        );
  const isCut = (id: KpiId) => until !== undefined && knowsHours(id);
  const [firstDay, cut, whole] = await Promise.all([
    knowsFirstOrder(meta) ? firstOrderDay(view) : null,
    ask(q.kpis.filter(isCut), sliceOf(q.period, on, meta)),
    ask(
      q.kpis.filter((id) => !isCut(id)),
      { period, membersOn: on },
    ),
  ]);
  const buckets = (cut ?? whole ?? []).map(({ bucket }, index) => ({
    bucket,
    cellsOf: (id: KpiId) => (isCut(id) ? cut : whole)?.[index]?.cells ?? [],
  }));
  return buckets.map(({ bucket, cellsOf }, index): TrendPoint => {
    const isOut = bucket.from > q.today || (firstDay !== null && bucket.to <= firstDay);
    const values = q.kpis.map((id): [KpiId, number | null] => {
      const now = blockedBy(loaded, id, { period: bucket, membersOn: on }, row.kind, segmentation);
      return [id, isOut ? null : cellOf(id, row, cellsOf(id), null, { now, then: null }).cell.value];
    });
    return {
      ...bucket,
      ...(until !== undefined && index === buckets.length - 1 ? { until } : {}),
      complete: areLoaded(meta, q.kpis, bucket) && bucket.to <= q.today && isWholeBucket(bucket, q.grain),
      values: Object.fromEntries(values) as Record<KpiId, number | null>, // holds the KPIs asked for
    };
  });
}
