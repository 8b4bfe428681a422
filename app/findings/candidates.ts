// Every change of a week that can be judged, from the cells of all ways of grouping: what is found is found among these. Pure.
import type { KpiCell, RowKind } from "../kpis/answer.ts";
import { type KpiId, segmentationIds, type SegmentationId } from "../kpis/catalogue.ts";
import type { Slice } from "../kpis/compile/contributions.ts";
import { cellOf } from "../kpis/estimates/cell.ts";
import type { Judgeable } from "../kpis/estimates/change.ts";
import { normalTail } from "../kpis/estimates/distributions.ts";
import { pValueOf } from "../kpis/estimates/ranges.ts";
import { lengthOf } from "../kpis/period.ts";
import { FIRST_TIME, GUEST, NO_ORDER, TOTAL, UNGROUPED } from "../kpis/segmentations.ts";
import { claimsOf, settledIn } from "../kpis/settled.ts";
import { type Cell, Sums } from "../kpis/sums.ts";
import { BESIDE, isWhole, keyOf, type Place, WHOLE } from "./finding.ts";
import { moneyOf } from "./money.ts";

/** A change with fewer customers behind its figure in either period is not looked at. */
export const MIN_A_SIDE = 100;
/** A segment with more of those behind the whole shop's figure says what the whole shop's says. */
const NEARLY_ALL = 0.9;

export interface Candidate {
  key: string;
  kpi: KpiId;
  place: Place;
  then: number;
  now: number;
  change: number;
  pValue: number;
  /** How many standard errors it is from none, however far out. */
  strength: number;
  money: number | null;
  judgeable: Judgeable;
}

/** The cells of each way of grouping; each holds all customers. */
export type Lists = ReadonlyMap<SegmentationId, readonly Cell[]>;

export interface Looked {
  kpis: readonly KpiId[];
  slices: readonly [Slice, Slice];
  /** The day of the shop's first order. */
  firstDay: string | null;
}

const FIXED: ReadonlySet<string> = new Set(
  [TOTAL, UNGROUPED, FIRST_TIME, NO_ORDER, GUEST].map(({ id }) => id),
);

const kindOf = (place: Place): RowKind => {
  if (isWhole(place)) return "total";
  if (place.by !== null) return "segment";
  return place.segment === GUEST.id ? "guest" : "first_time";
};

/** All that can be looked at; whole shop first, then in the order of the segmentations and of their segments' ids. */
export function placesIn(lists: Lists): Place[] {
  const segments = [...lists].flatMap(([by, cells]) => {
    const ids = new Set(cells.flatMap(({ now, then }) => [now, then]).filter((id) => !FIXED.has(id)));
    return [...ids].sort().map((segment) => ({ by, segment }));
  });
  return [WHOLE, ...BESIDE, ...segments];
}

const listOf = (lists: Lists, { by }: Place): readonly Cell[] =>
  (by === null ? [...lists.values()][0] : lists.get(by)) ?? [];

const holdsOf = (place: Place) =>
  isWhole(place) ? () => true : (segment: string) => segment === place.segment;

function draftOf(kpi: KpiId, place: Place, lists: Lists, { slices, firstDay }: Looked, isRest = false) {
  const cells = listOf(lists, place);
  const holds = holdsOf(place);
  const kind = isRest ? "others" : kindOf(place);
  const [now, then] = slices;
  const cut = { of: "customers", by: place.by ?? segmentationIds[0] ?? "rfm" } as const;
  const claims = isRest ? [] : claimsOf({ id: place.segment, kind }, cut, now, firstDay);
  const row = { kind, holds: isRest ? (segment: string) => !holds(segment) : holds };
  const lengths = { now: lengthOf(now.period), then: lengthOf(then.period) };
  const { cell, judgeable } = cellOf(kpi, row, cells, lengths, {
    ...{ now: null, then: null },
    settled: settledIn(kpi, claims),
  });
  return { cell, judgeable, sums: new Sums(cells, row.holds) };
}

/** A change's standard error, by its range at one of them. */
function errorOf({ rangeAt }: Judgeable): number {
  const { low, high } = rangeAt(1);
  return (high - low) / 2;
}

const changeOf = ({ change }: KpiCell): number | null => change?.absolute ?? null;

function candidateOf(kpi: KpiId, place: Place, lists: Lists, looked: Looked): Candidate | null {
  const { cell, judgeable, sums } = draftOf(kpi, place, lists, looked);
  const change = changeOf(cell);
  if (judgeable === null || change === null || cell.value === null || cell.previous === null) return null;
  if (!judgeable.isRanged || judgeable.fewest < MIN_A_SIDE) return null;
  return {
    ...{ key: keyOf(kpi, place), kpi, place, judgeable, change },
    ...{ then: cell.previous, now: cell.value },
    pValue: pValueOf(judgeable.rangeAt),
    strength: Math.abs(change) / errorOf(judgeable),
    money: moneyOf(kpi, change, sums),
  };
}

/** Every KPI of every place, as far as it can be judged by itself. */
export function candidatesIn(lists: Lists, looked: Looked): Candidate[] {
  const places = placesIn(lists);
  return looked.kpis.flatMap((kpi) => {
    const whole = candidateOf(kpi, WHOLE, lists, looked);
    const most = whole === null ? Number.POSITIVE_INFINITY : NEARLY_ALL * whole.judgeable.fewest;
    const others = places
      .filter((place) => !isWhole(place))
      .map((place) => candidateOf(kpi, place, lists, looked))
      .filter((found) => found !== null && found.judgeable.fewest <= most);
    return [whole, ...others].filter((found) => found !== null);
  });
}

/**
 * The same candidates over other customers: those whom no finding is about yet.
 * @param fromRest the whole shop's own movement is told: how far each moved otherwise than all others did
 */
export function lookedAgain(
  before: readonly Candidate[],
  lists: Lists,
  looked: Looked,
  fromRest: boolean,
): Candidate[] {
  return before.flatMap(({ kpi, place }) => {
    const again = candidateOf(kpi, place, lists, looked);
    if (again === null) return [];
    return (fromRest ? contrasted(again, lists, looked) : again) ?? [];
  });
}

/** What a place's change is beside that of all others; of a sum, for what it was of it. */
function contrasted(candidate: Candidate, lists: Lists, looked: Looked): Candidate | null {
  const { kpi, place, judgeable, then } = candidate;
  if (isWhole(place)) return null;
  const rest = draftOf(kpi, place, lists, looked, true);
  const change = changeOf(rest.cell);
  if (rest.judgeable === null || change === null || rest.cell.previous === null) return null;
  const isSum = rest.cell.kind === "fact";
  if (isSum && rest.cell.previous <= 0) return null;
  const part = isSum ? then / rest.cell.previous : 1;
  const excess = candidate.change - part * change;
  const strength = Math.abs(excess) / Math.hypot(errorOf(judgeable), part * errorOf(rest.judgeable));
  const money =
    candidate.money === null || candidate.change === 0
      ? candidate.money
      : (candidate.money * excess) / candidate.change;
  return { ...candidate, strength, money, pValue: 2 * normalTail(strength) };
}
