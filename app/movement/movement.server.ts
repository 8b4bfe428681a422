// The front door of movement: who was in which segment at the start of one day and is in which at the start of a later one, by
// number, in money and one by one.
import { UnknownSegment } from "../errors.ts";
import type { Reason } from "../kpis/answer.ts";
import { cached } from "../kpis/cache.server.ts";
import { isScored } from "../kpis/compile/members.ts";
import type { SegmentationId } from "../kpis/catalogue.ts";
import { surenessOfShare } from "../kpis/estimates/gates.ts";
import { wilson } from "../kpis/estimates/ranges.ts";
import { factsOf, isBeforeOpening, isWhole, missingHistory } from "../kpis/loaded.server.ts";
import { addDays, type Period } from "../kpis/period.ts";
import {
  isOfToday,
  listed,
  type ListedName,
  NO_ORDER,
  type Segmentation,
  segmentationOf,
  segmentIdOf,
  UNGROUPED,
} from "../kpis/segmentations.ts";
import { writtenOf } from "../kpis/written.server.ts";
import type { Row, ShopMeta, ShopView } from "../warehouse/warehouse.server.ts";
import { type Between, type FlowOf, type FlowSort, flowStatement, matrixStatement } from "./flows.ts";
import { type NoShift, type Shift, shiftOf } from "./shift.ts";

export { FLOW_SORTS, type FlowOf, type FlowSort, THRESHOLDS, type Thresholds } from "./flows.ts";
export type { NoShift, Shift } from "./shift.ts";

export interface MovementQuestion extends Between {
  segmentation: SegmentationId;
}

/** Why there is no table: as of any figure, by what has only a present, or nobody's cut points can be kept. */
export type NoMovement = Reason | "of_today" | "nobody_then";

export interface Flow {
  /** Segments; `was` may be that nothing was bought. */
  was: string;
  becomes: string;
  customers: number;
  /** Net sales up to the first day, and from it to the second; minor units. */
  netThen: number;
  netBetween: number;
}

export interface Share {
  value: number;
  low: number;
  high: number;
  sureness: "sure" | "rough" | null;
}

export interface SegmentMovement {
  id: string;
  name: ListedName;
  then: number;
  now: number;
  stayed: number;
  /** Of who was in it, to other segments; from other segments; and from who had not bought. */
  left: number;
  entered: number;
  firstBought: number;
  /** What part of it left; null where nobody was in it, or where a first order settles the segment. */
  leftShare: Share | null;
}

export interface Movement {
  reason: NoMovement | null;
  /** Whether there are cut points that could be another day's. */
  isScored: boolean;
  /** Whether the first order settles the segment, so that nobody moves. */
  isSettled: boolean;
  segments: readonly SegmentMovement[];
  /** Who had not bought by the first day and had by the second. */
  firstBought: number;
  flows: readonly Flow[];
  /** In a segment on both days, and of these in another one. */
  both: number;
  moved: number;
  shift: Shift | NoShift;
}

/** The two days of a period: its first, and the day after its last, or tomorrow where that is still to come. */
export function daysOf({ from, to }: Period, today: string): { from: string; to: string } {
  const tomorrow = addDays(today, 1);
  return { from, to: to > tomorrow ? tomorrow : to };
}

export const scoresIn = (segmentation: Segmentation): boolean =>
  segmentation.kind === "ruled" && isScored(segmentation);

/** Why membership at the days cannot be told. */
export function untoldAt(
  meta: ShopMeta,
  segmentation: Segmentation,
  { from, to }: Pick<Between, "from" | "to">,
): NoMovement | null {
  if (isOfToday(segmentation)) return "of_today";
  if (!isWhole(meta, to)) return missingHistory(meta);
  return isBeforeOpening(meta, from) ? "history_not_kept" : null;
}

export async function movement(view: ShopView, question: MovementQuestion): Promise<Movement> {
  const { segmentation, from, to, thresholds } = question;
  const declared = segmentationOf(segmentation);
  const reason = untoldAt(view.meta, declared, question);
  if (reason !== null) return untold(reason, declared);
  const facts = factsOf(view);
  // What has no cut points is the same by either.
  const by = scoresIn(declared) ? thresholds : "each";
  return cached(facts, ["movement", segmentation, from, to, by], async () => {
    const { sql, params } = matrixStatement(declared, { from, to, thresholds: by });
    const [rows, written] = await Promise.all([
      facts.query<Row & MatrixRow>(sql, params),
      writtenOf(facts, segmentation),
    ]);
    const flows = rows.map(({ was, becomes, customers, net_then, net_between }) => ({
      ...{ was, becomes, customers },
      ...{ netThen: net_then, netBetween: net_between },
    }));
    const among = (id: string) => flows.some(({ was, becomes }) => was === id || becomes === id);
    if (among(UNGROUPED.id)) return untold("not_grouped", declared);
    const isNobodyThen = flows.every(({ was }) => was === NO_ORDER.id);
    if (by === "first" && isNobodyThen && flows.length > 0 && isRanked(declared))
      return untold("nobody_then", declared);
    return movementOf(declared, flows, (members) => listed(segmentation, members, written));
  });
}

interface MatrixRow {
  was: string;
  becomes: string;
  customers: number;
  net_then: number;
  net_between: number;
}

const isRanked = (segmentation: Segmentation): boolean =>
  segmentation.kind === "ruled" && Object.keys(segmentation.scores).length > 0;

const isByFirstOrder = ({ family }: Segmentation): boolean => family === "first_order";

const untold = (reason: NoMovement, declared: Segmentation): Movement => ({
  ...{ reason, isScored: scoresIn(declared), isSettled: isByFirstOrder(declared) },
  ...{ segments: [], firstBought: 0, flows: [], both: 0, moved: 0, shift: "nobody_moved" },
});

const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);

function movementOf(
  declared: Segmentation,
  flows: readonly Flow[],
  listedBy: (members: ReadonlyMap<string, number>) => { id: string; name: ListedName }[],
): Movement {
  const count = (holds: (flow: Flow) => boolean) =>
    total(flows.filter(holds).map(({ customers }) => customers));
  const ids = new Set(flows.flatMap(({ was, becomes }) => [was, becomes]));
  ids.delete(NO_ORDER.id);
  const larger = (id: string) =>
    Math.max(
      count(({ was }) => was === id),
      count(({ becomes }) => becomes === id),
    );
  const order = listedBy(new Map([...ids].map((id) => [id, larger(id)])));
  const isSettled = isByFirstOrder(declared);
  const segments = order.map(({ id, name }): SegmentMovement => {
    const then = count(({ was }) => was === id);
    const stayed = count(({ was, becomes }) => was === id && becomes === id);
    const left = then - stayed;
    return {
      ...{ id, name, then, stayed, left },
      now: count(({ becomes }) => becomes === id),
      entered: count(({ was, becomes }) => becomes === id && was !== id && was !== NO_ORDER.id),
      firstBought: count(({ was, becomes }) => becomes === id && was === NO_ORDER.id),
      leftShare:
        then === 0 || isSettled
          ? null
          : { value: left / then, ...wilson(left, then), sureness: surenessOfShare(left, then) },
    };
  });
  const place = new Map(order.map(({ id }, index) => [id, index]));
  const table = order.map(() => order.map(() => 0));
  for (const { was, becomes, customers } of flows) {
    const row = table[place.get(was) ?? -1];
    const column = place.get(becomes);
    if (row !== undefined && column !== undefined) row[column] = customers;
  }
  const bySize = (a: Flow, b: Flow) =>
    b.customers - a.customers ||
    (place.get(a.was) ?? order.length) - (place.get(b.was) ?? order.length) ||
    (place.get(a.becomes) ?? 0) - (place.get(b.becomes) ?? 0);
  return {
    ...{ reason: null, isScored: scoresIn(declared), isSettled, segments },
    firstBought: count(({ was }) => was === NO_ORDER.id),
    flows: flows.toSorted(bySize),
    both: count(({ was }) => was !== NO_ORDER.id),
    moved: count(({ was, becomes }) => was !== NO_ORDER.id && was !== becomes),
    shift: shiftOf(table),
  };
}

export interface FlowCustomer {
  customer_id: number;
  was: string;
  becomes: string;
  net_then: number;
  net_between: number;
  net: number;
  orders: number;
  last_day: string | null;
}

export interface FlowQuestion extends MovementQuestion, FlowOf {
  sort: FlowSort;
  descending: boolean;
}

/**
 * The flow as statements know it, and how many are in it. Throws UnknownSegment.
 * @param given segments as an address names them; null: any
 */
export async function flowIn(
  view: ShopView,
  question: MovementQuestion,
  given: FlowOf,
): Promise<FlowOf & { customers: number; reason: NoMovement | null }> {
  const { segmentation } = question;
  const { reason, segments, flows } = await movement(view, question);
  const known = (id: string | null, isThen: boolean): string | null => {
    if (id === null) return null;
    const folded = segmentIdOf(segmentation, id);
    const isThere = (isThen && folded === NO_ORDER.id) || segments.some((segment) => segment.id === folded);
    if (!isThere && reason === null) throw new UnknownSegment(segmentation, id.slice(0, 40).toWellFormed());
    return folded;
  };
  const [was, becomes] = [known(given.was, true), known(given.becomes, false)];
  const inFlow = flows.filter(
    (flow) => (was ?? flow.was) === flow.was && (becomes ?? flow.becomes) === flow.becomes,
  );
  return { was, becomes, customers: total(inFlow.map(({ customers }) => customers)), reason };
}

/** One page of a flow's customers, as `flowIn` names it. */
export function flowPage(
  view: ShopView,
  question: FlowQuestion,
  page: { offset: number; limit: number },
): Promise<FlowCustomer[]> {
  const { sql, params } = flowStatement(
    segmentationOf(question.segmentation),
    question,
    question,
    question,
    page,
  );
  return factsOf(view).query<Row & FlowCustomer>(sql, params);
}

/** All of them in batches. */
export function flowStream(view: ShopView, question: FlowQuestion): AsyncIterable<FlowCustomer[]> {
  const { sql, params } = flowStatement(
    segmentationOf(question.segmentation),
    question,
    question,
    question,
    null,
  );
  return factsOf(view).stream<Row & FlowCustomer>(sql, params);
}
