// Why a figure moved between two periods: its difference as parts without remainder, by what it is made of, by the rows of a
// cut, and by whether the same customers bought. How sure each part is comes from leaving customers out, group by group.
import type { Question, Reason, RowKind, RowName } from "../kpis/answer.ts";
import { BUYERS, declarations, type KpiId, kpis } from "../kpis/catalogue.ts";
import { cached } from "../kpis/cache.server.ts";
import { comparedBy, lastWhole, sliceOf } from "../kpis/comparison.server.ts";
import type { Slice } from "../kpis/compile/contributions.ts";
import { isFollowed } from "../kpis/compile/parts.ts";
import type { Presence } from "../kpis/compile/presence.ts";
import { type Cut, cutOf } from "../kpis/cuts/cut.ts";
import { askGroupLists, nameWithin, planRows, type RowPlan } from "../kpis/cuts/lists.server.ts";
import { type GroupCell, sumsOfRow } from "../kpis/grouped-sums.server.ts";
import { MIN_CUSTOMERS } from "../kpis/estimates/gates.ts";
import { isOfOrders, uncertaintyOf } from "../kpis/declared.ts";
import { factsOf, factsOfKpis } from "../kpis/loaded.server.ts";
import { lengthOf, membershipDay, type Part, type Period } from "../kpis/period.ts";
import { FIRST_TIME, GUEST, NO_ORDER, TOTAL, UNGROUPED } from "../kpis/segmentations.ts";
import { OUTSIDE } from "../kpis/segmentations/segmentation.ts";
import { writtenOf } from "../kpis/written.server.ts";
import type { ShopView } from "../warehouse/warehouse.server.ts";
import { type Courses, coursesApart } from "./courses.server.ts";
import { type Effect, rangedEffects } from "./effect.ts";
import { type PartId, partsOfRow, partsOfWhole } from "./parts.ts";
import { presenceOf } from "./presence.ts";
import { type Side, sidesOf, sidesOfRow, sidesOfWhole } from "./sides.ts";
import {
  effect,
  figureOf,
  movesApart,
  rateRows,
  rateSplit,
  type SplitKind,
  splitKindOf,
  type SplitRow,
  sumsBehind,
  sumSplit,
  wholeParts,
} from "./split.ts";
import type { Parts } from "./rates.ts";
import { isGroupedOnce, untoldRows, untoldWhole, unvalued } from "./told.server.ts";
import type { Days } from "./sums.ts";

export interface WhyQuestion extends Omit<Question, "kpis"> {
  kpi: KpiId;
}

/** One part of a difference, in the KPI's unit. */
export interface WhyPart extends Effect {
  part: PartId;
}

/** One of the whole, with what it stands between. */
export interface WholePart extends WhyPart {
  sides: readonly Side[];
}

export interface WhyRow {
  id: string;
  /** Null: what belongs to no row, such as spend on no channel. */
  name: RowName | null;
  kind: RowKind;
  /** The row's own figure; null where it has none. */
  then: number | null;
  now: number | null;
  /** What it adds to the whole's difference. */
  difference: Effect;
  /** How far it moved otherwise than all together did. */
  excess: Effect;
  /** What the difference is made of. */
  parts: WhyPart[];
  /** What it is the difference of. */
  sides: readonly Side[];
}

export interface WhyPresence {
  who: Presence;
  /** Customers; of guests, orders. */
  customers: number;
  difference: number;
}

/** The parts of a difference; in the KPI's unit, exact before rounding. */
export interface Split {
  then: number | null;
  now: number | null;
  /** What is divided, and by what; of a sum itself, by one. */
  wholes: { then: Parts; now: Parts };
  difference: number;
  parts: WholePart[];
  /** What it is the difference of. */
  sides: readonly Side[];
  /** Of a rate: because of what is divided, and because of what it is divided by. */
  quotient: { divided: Effect; divisor: Effect } | null;
  rows: WhyRow[];
  /** The whole moved one way, and rows that make up most of it the other. */
  apart: boolean;
  /** Same customers or others; null where customers are not what it is about. */
  presence: WhyPresence[] | null;
  /** There were groups at one of the two instants alone. */
  groupedOnce: boolean;
}

export interface Why {
  kpi: KpiId;
  kind: SplitKind;
  /** What of the period is compared, and with what; null where nothing is. */
  compared: { part: Part; with: Part } | null;
  /** The cut's rows are sets, which overlap: they add up to nothing. */
  overlap: boolean;
  /** Null: see the reason. */
  split: Split | null;
  /** Of how soon something happens, which has no parts: whether it did sooner. Null where that is not told. */
  courses: Courses | null;
  /** Why nothing can be split; beside a split, why it is not by the cut's rows. */
  reason: Reason | "no_split" | "no_comparison" | null;
}

/** Throws UnknownSegment. */
export async function whyMoved(view: ShopView, question: WhyQuestion): Promise<Why> {
  const { kpi, segmentation, period, comparison, membersAt, today } = question;
  const cut = cutOf(segmentation);
  const asked = ["why", kpi, cut, period, comparison, membersAt, today];
  return cached(factsOfKpis(view, [kpi]), asked, () => answered(view, question, cut));
}

async function answered(view: ShopView, question: WhyQuestion, cut: Cut): Promise<Why> {
  const { kpi, today } = question;
  const none: Why = {
    ...{
      kpi,
      kind: splitKindOf(kpi),
      compared: null,
      overlap: cut.of === "sets",
      split: null,
      courses: null,
    },
    reason: "no_comparison",
  };
  const compared = comparedBy(view.meta, [kpi], question)[0]?.comparing ?? null;
  const slices = slicesOf(view, question);
  if (compared === null || slices === null) return none;
  const told: Why = { ...none, compared: { part: compared.part, with: compared.with } };
  const missing = await untoldWhole(view, kpi, cut, slices);
  if (missing !== null) return { ...told, reason: missing };
  if (told.kind === "none") {
    const courses = cut.within === undefined ? await coursesApart(view, kpi, slices, today) : null;
    return { ...told, courses, reason: "no_split" };
  }
  const blocked = await untoldRows(view, kpi, cut, slices);
  const split = await splitBy(view, kpi, blocked === null ? cut : wholeOf(cut), slices, today);
  if (typeof split === "string") return { ...told, reason: split };
  if (!split.groupedOnce) return { ...told, split, reason: blocked };
  const whole = await splitBy(view, kpi, wholeOf(cut), slices, today);
  return typeof whole === "string"
    ? { ...told, reason: whole }
    : { ...told, split: whole, reason: "no_groups" };
}

/** The period as far as it is compared, and what it is compared with; null where that is nothing. */
export function slicesOf(view: ShopView, question: WhyQuestion): [Slice, Slice] | null {
  const { kpi, period, membersAt, today } = question;
  const compared = comparedBy(view.meta, [kpi], question)[0]?.comparing ?? null;
  if (compared === null) return null;
  const on = (of: Period) => membershipDay(of, membersAt, today);
  return [
    sliceOf(compared.part, on(period), view.meta),
    sliceOf(compared.with, on(compared.with), view.meta),
  ];
}

/** All customers that a cut is about, in one. */
const wholeOf = ({ within }: Cut): Cut => ({
  of: "sets",
  sets: [],
  ...(within === undefined ? {} : { within }),
});

const total = (amounts: readonly number[]) => amounts.reduce((sum, amount) => sum + amount, 0);

/**
 * The difference of a figure whose sums are known in both periods, by the rows of a cut; why there is none where they make no
 * figure.
 * @param cuts so many cuts are looked at side by side, for their rows alone
 */
export async function splitBy(
  view: ShopView,
  kpi: KpiId,
  cut: Cut,
  slices: [Slice, Slice],
  today: string,
  cuts = 1,
): Promise<Split | Reason> {
  const facts = factsOfKpis(view, [kpi]);
  const isRate = splitKindOf(kpi) === "rate";
  const all = sumsBehind(kpi);
  const { coverage } = kpis[kpi];
  const names = [...all, ...(coverage === null ? [] : [coverage.known, coverage.of])];
  // Who was in a segment in one period may have been outside of it in the other.
  const withPresence =
    cuts === 1 && cut.within === undefined && (isOfOrders(declarations, kpi) || all.includes(BUYERS));
  const asked =
    cut.of === "orders" ? names.filter((name) => isOfOrders(declarations, name)) : [...names, BUYERS];
  const how = { last: lastWhole(view.meta, [kpi], today), withPresence };
  const [now] = slices;
  const [lists, name, written, whole] = await Promise.all([
    askGroupLists(facts, asked, cut, slices, how),
    nameWithin(view, cut, { on: now.membersOn, until: now.period.to }),
    cut.of === "customers" ? writtenOf(factsOf(view), cut.by) : new Map<string, string>(),
    cut.of === "sets" && cut.sets.length > 0 ? askGroupLists(facts, asked, wholeOf(cut), slices, how) : null,
  ]);
  const planned = planRows(cut, lists, lists, { total: name, written }).rows;
  const plans = cut.of === "sets" ? planned : [...planned, ...leftOver(planned, lists)];
  const rows = plans.map((plan) => ({ plan, row: splitRow(plan, lists) }));
  const base = cut.of === "sets" ? ((whole ?? lists)[0] ?? []) : null;
  const wholeRows = base === null ? rows.map(({ row }) => row) : baseRows(base);
  const missing = unvalued(kpi, rateRows(kpi, wholeRows), asked);
  if (missing !== null) return missing;

  const days: Days = { now: lengthOf(slices[0].period), then: lengthOf(slices[1].period) };
  const growing = uncertaintyOf(declarations, kpi) === "sum" ? days : { now: 1, then: 1 };
  const split = (of: readonly SplitRow[]) => (without: number | null) =>
    isRate ? rateSplit(kpi, of, without) : sumSplit(kpi, of, growing, without);
  const behind = all.some(isFollowed) ? followedIn(kpi, wholeRows) : buyersIn(wholeRows, cut);
  const isRanged = behind >= MIN_CUSTOMERS;
  const parts = partsOfWhole(kpi);
  const effects = rangedEffects(split(wholeRows), { together: parts.length, isRanged });
  if (effects === null) throw new Error(`${kpi} is known in both periods and cannot be split`);
  const byRow = (of: readonly SplitRow[]) =>
    rangedEffects(split(of), { together: rows.length * cuts, isRanged }) ?? new Map<string, Effect>();
  const together = cut.of === "sets" ? null : byRow(rows.map(({ row }) => row));
  const effectsOf = ({ others }: RowPlan, row: SplitRow) =>
    together ?? byRow([row, ...(others === undefined ? [] : [splitRow(others, lists)])]);

  const at = (from: ReadonlyMap<string, Effect>, of: string): Effect =>
    from.get(of) ?? { amount: 0, low: null, high: null };
  const told = (from: ReadonlyMap<string, Effect>, of: ReturnType<typeof partsOfWhole>): WhyPart[] =>
    of
      .map(({ part, effect: called }) => ({ part, ...at(from, called) }))
      .filter(({ amount }) => amount !== 0);
  const difference = total(parts.map(({ effect: called }) => at(effects, called).amount));
  return {
    then: figureOf(kpi, wholeRows, "then"),
    now: figureOf(kpi, wholeRows, "now"),
    wholes: { then: wholeParts(kpi, wholeRows, "then"), now: wholeParts(kpi, wholeRows, "now") },
    difference,
    parts: told(effects, parts).map((part) => ({ ...part, sides: sidesOf(kpi, part.part, wholeRows) })),
    sides: sidesOfWhole(kpi, wholeRows),
    quotient: isRate ? { divided: at(effects, effect.divided), divisor: at(effects, effect.divisor) } : null,
    rows: rows
      .filter(({ row }) => !isRate || rateRows(kpi, [row]).length > 0)
      .map(({ plan, row }) => {
        const own = effectsOf(plan, row);
        const { id, name: called, kind } = plan;
        return {
          ...{ id, name: id === REST ? null : called, kind },
          then: figureOf(kpi, [row], "then"),
          now: figureOf(kpi, [row], "now"),
          difference: at(own, effect.row(id)),
          excess: at(own, effect.excessOf(id)),
          parts: told(own, partsOfRow(kpi, row)),
          sides: id === REST ? [] : sidesOfRow(kpi, row),
        };
      }),
    apart: isRate && movesApart(kpi, wholeRows, difference),
    presence: withPresence ? presenceOf(kpi, base ?? lists[0] ?? [], growing) : null,
    groupedOnce: cut.of === "customers" && isGroupedOnce(lists[0] ?? []),
  };
}

type Lists = readonly (readonly GroupCell[])[];

const splitRow = ({ id, kind, list, holds }: RowPlan, lists: Lists): SplitRow => ({
  ...{ id, kind },
  sums: sumsOfRow(lists[list] ?? [], holds),
});

/** What belongs to no row, such as what was spent on no channel. */
const REST = "rest";

function leftOver(plans: readonly RowPlan[], lists: Lists): RowPlan[] {
  const list = plans[0]?.list ?? 0;
  const isLeft = (segment: string) => segment !== OUTSIDE.id && !plans.some(({ holds }) => holds(segment));
  const found = (lists[list] ?? []).some(({ now, then }) => isLeft(now) || isLeft(then));
  return found ? [{ id: REST, name: { fixed: TOTAL.id }, kind: "others", list, holds: isLeft }] : [];
}

const BASE = [
  [UNGROUPED.id, "ungrouped"],
  [FIRST_TIME.id, "first_time"],
  [NO_ORDER.id, "not_bought"],
  [GUEST.id, "guest"],
] as const satisfies readonly (readonly [string, RowKind])[];

/** All customers in one, beside those without an order by then and guests. */
function baseRows(cells: readonly GroupCell[]): SplitRow[] {
  const isBase = (segment: string) => segment === OUTSIDE.id || BASE.some(([id]) => id === segment);
  const rows = BASE.map(([id, kind]): SplitRow => ({
    id,
    kind,
    sums: sumsOfRow(cells, (segment) => segment === id),
  }));
  return [...rows, { id: REST, kind: "others", sums: sumsOfRow(cells, (segment) => !isBase(segment)) }];
}

/** Customers who are followed, by whom is divided, in whichever period there are fewer. */
const followedIn = (kpi: KpiId, rows: readonly SplitRow[]): number =>
  Math.min(wholeParts(kpi, rows, "now").x, wholeParts(kpi, rows, "then").x);

/** Customers who bought, in whichever period there were fewer; of orders' own groups, orders. */
function buyersIn(rows: readonly SplitRow[], cut: Cut): number {
  const name = cut.of === "orders" ? "orders" : BUYERS;
  const of = (slice: "now" | "then") => total(rows.map(({ sums }) => sums(name, slice)));
  return Math.min(of("now"), of("then"));
}
