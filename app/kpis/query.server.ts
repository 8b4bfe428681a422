// The semantic layer's front door: a question in KPIs, a segmentation and a period; an answer with reasons.
// Answers are kept by the version of the sources they are worked out from, so that an unchanged page costs no query.
import { UnknownSegment } from "../errors.ts";
import type { ShopMeta, ShopView } from "../warehouse/warehouse.server.ts";
import type { Answer, Question, Reason, RowKind, SegmentAnswer, TrendPoint } from "./answer.ts";
import { HEADCOUNT, type KpiId, type SegmentationId } from "./catalogue.ts";
import { comparedBy, lastWhole, sliceOf } from "./comparison.server.ts";
import { askCells, askTrend } from "./cells.server.ts";
import type { Slice } from "./compile/contributions.ts";
import { NOBODY } from "./compile/outside.ts";
import { term } from "./compile/terms.ts";
import { blankChange } from "./estimates/change.ts";
import { cellOf, type Draft } from "./estimates/cell.ts";
import { type DraftRow, verdictsOf, withFamilies } from "./estimates/verdicts.ts";
import { cached } from "./cache.server.ts";
import {
  blockedBy,
  endOf,
  factsOfKpis,
  firstOrderDay,
  isBeforeOpening,
  isWhole,
  loadedOf,
  observedFrom,
} from "./loaded.server.ts";
import { segmentOf } from "./member-lists.server.ts";
import {
  bucketsOf,
  type Comparing,
  lengthOf,
  isWholeBucket,
  membershipDay,
  type Grain,
  type MembersAt,
  type Period,
} from "./period.ts";
import { FIRST_TIME, GUEST, listed, NO_ORDER, segmentationOf, TOTAL, UNGROUPED } from "./segmentations.ts";
import type { RowOf } from "./sums.ts";

/** KPIs by segment and in total, compared as asked. */
export async function queryKpis(view: ShopView, question: Question): Promise<Answer> {
  const { kpis: ids, segmentation, period, comparison, membersAt: instant, today } = question;
  const asked = ["kpis", ids, segmentation, period, comparison, instant, today];
  return cached(factsOfKpis(view, judgedFor(question)), asked, () => answerOf(view, question));
}

/** With a comparison, whatever is judged with the KPIs asked for must be known too. */
const judgedFor = ({ kpis: ids, comparison }: Question): readonly KpiId[] =>
  comparison === "none" ? ids : withFamilies(ids);

async function answerOf(view: ShopView, question: Question): Promise<Answer> {
  const { meta } = view;
  const { kpis: ids, period, membersAt: instant, today } = question;
  const needed = judgedFor(question);
  const facts = factsOfKpis(view, needed);
  const loaded = await loadedOf(view);
  const segmentation = segmentationOf(question.segmentation);
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
  const ask = (kpis: readonly KpiId[], now: Slice, before: Slice | null) =>
    askCells(facts, kpis, segmentation, now, before, lastWhole(meta, today));
  const [cells, parts, firstDay] = await Promise.all([
    ask(partly ? ids : needed, whole, partly ? null : then(comparing)),
    Promise.all(
      groups.map(async ({ kpis, comparing: own }) =>
        partly && own !== null ? ask(kpis, sliceOf(own.part, whole.membersOn, meta), then(own)) : null,
      ),
    ),
    comparing && knowsFirstOrder(meta) ? firstOrderDay(view) : null,
  ]);
  const comparedOf = new Map(
    groups.flatMap(({ kpis, comparing: own }, index) =>
      kpis.map((id) => [id, { comparing: own, cells: parts[index] ?? cells }] as const),
    ),
  );
  const comparedCells = parts.find((part) => part !== null) ?? cells;

  const members = new Map<string, number>();
  for (const { now, terms } of cells) {
    if (now === NOBODY) continue;
    members.set(now, (members.get(now) ?? 0) + (terms[term.sum(HEADCOUNT, "now")] ?? 0));
  }
  if (comparing !== null)
    for (const { then: before } of comparedCells)
      if (before !== NOBODY && !members.has(before)) members.set(before, 0);
  const judged = isWhole(meta, endOf(whole)) && !isBeforeOpening(meta, whole.membersOn);
  const isGroupedThen = !comparedCells.some((cell) => cell.then === UNGROUPED.id);
  const blockedThen = (kpi: KpiId, kind: RowKind): Reason | null => {
    const before = then(comparedOf.get(kpi)?.comparing ?? null);
    if (before === null) return null;
    if (firstDay !== null && before.period.from < firstDay) return "no_previous";
    if (kind === (isGroupedThen ? "ungrouped" : "segment")) return "no_groups";
    return blockedBy(loaded, kpi, before, kind, segmentation);
  };
  const isCompared = question.comparison !== "none";
  const rowOf = (id: string, label: string, kind: RowKind): Drafted => {
    const row: RowOf = { kind, holds: kind === "total" ? () => true : (segment) => segment === id };
    const counted =
      kind === "total"
        ? [...members.values()].reduce((sum, count) => sum + count, 0)
        : (members.get(id) ?? 0);
    const draftOf = (kpi: KpiId): Draft => {
      const blocked = {
        now: blockedBy(loaded, kpi, whole, kind, segmentation),
        then: blockedThen(kpi, kind),
        observedFrom: observedFrom(loaded, kpi),
      };
      if (!isCompared) return cellOf(kpi, row, cells, null, blocked);
      const compared = comparedOf.get(kpi);
      if (compared === undefined || compared.comparing === null) {
        const reason = period.to > today ? "not_over" : "no_previous";
        const { cell } = cellOf(kpi, row, cells, null, blocked);
        return { cell: { ...cell, change: blankChange(reason) }, judgeable: null };
      }
      const { part: days, with: before } = compared.comparing;
      const lengths = { now: lengthOf(days), then: lengthOf(before) };
      if (!partly) return cellOf(kpi, row, cells, lengths, blocked);
      const { cell: part, judgeable } = cellOf(kpi, row, compared.cells, lengths, blocked);
      const { previous, change } = part;
      // What is only judged with the others is asked of the compared part alone.
      const { cell } = ids.includes(kpi) ? cellOf(kpi, row, cells, null, blocked) : { cell: part };
      return { cell: { ...cell, previous, change }, judgeable };
    };
    return {
      id,
      label,
      kind,
      members: kind === "guest" || kind === "first_time" || !judged ? null : counted,
      drafts: new Map(needed.map((kpi) => [kpi, draftOf(kpi)])),
    };
  };
  const total = rowOf(TOTAL.id, TOTAL.label, "total");
  const rows = [
    ...listed(segmentation, members).map(({ id, label }) => rowOf(id, label, kindOf(id))),
    rowOf(FIRST_TIME.id, FIRST_TIME.label, "first_time"),
    rowOf(NO_ORDER.id, NO_ORDER.label, "not_bought"),
    rowOf(GUEST.id, GUEST.label, "guest"),
  ];
  const verdicts = verdictsOf(
    [total, ...rows].map(({ drafts }) => drafts),
    ids,
    "apart",
  );
  const answered = ({ drafts, ...row }: Drafted): SegmentAnswer => ({
    ...row,
    cells: verdicts.cells(drafts),
  });
  return {
    asOf: {
      dataVersion: facts.version,
      freshAt: meta.fresh_at,
      history: meta.history,
      loadedFrom: meta.loaded_from,
    },
    currency: meta.currency,
    decimals: meta.decimals,
    timeZone: meta.time_zone,
    period,
    comparedWith: comparing?.with ?? null,
    comparedPart: partly ? (comparing?.part ?? null) : null,
    comparedByDay: told[1]?.comparing ? { kpis: told[1].kpis, ...told[1].comparing } : null,
    firstOrderDay: firstDay,
    membersOn: membershipDay(period, instant, today),
    families: isCompared ? verdicts.families : [],
    total: answered(total),
    segments: rows.map(answered),
  };
}

/** A row whose changes are not judged yet. */
type Drafted = Omit<SegmentAnswer, "cells"> & { drafts: DraftRow };

const knowsFirstOrder = (meta: ShopMeta): boolean =>
  meta.history === "complete" || (meta.customers_known_to !== null && meta.opening_day === null);

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
  period: Period;
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
  const slice: Slice = { period: q.period, membersOn: on };
  const firstDay = knowsFirstOrder(meta) ? await firstOrderDay(view) : null;
  const buckets = await askTrend(
    factsOfKpis(view, q.kpis),
    q.kpis,
    segmentation,
    slice,
    q.grain,
    lastWhole(meta, q.today),
  );
  return buckets.map(({ bucket, cells }): TrendPoint => {
    const isLoaded =
      (isWhole(meta, bucket.to) && !isBeforeOpening(meta, bucket.from)) ||
      (meta.history === "customers_hidden" && meta.loaded_from === null) ||
      (meta.loaded_from !== null && bucket.from >= meta.loaded_from);
    const isOut = bucket.from > q.today || (firstDay !== null && bucket.to <= firstDay);
    const values = q.kpis.map((id): [KpiId, number | null] => {
      const now = blockedBy(loaded, id, { period: bucket, membersOn: on }, row.kind, segmentation);
      return [id, isOut ? null : cellOf(id, row, cells, null, { now, then: null }).cell.value];
    });
    return {
      ...bucket,
      complete: isLoaded && bucket.to <= q.today && isWholeBucket(bucket, q.grain),
      values: Object.fromEntries(values) as Record<KpiId, number | null>, // holds the KPIs asked for
    };
  });
}
