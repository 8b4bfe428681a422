// Looks for findings in a shop's last whole week: asks for every change, has them judged together, and keeps what is told.
import { cached } from "../kpis/cache.server.ts";
import { askAlike, askCells } from "../kpis/cells.server.ts";
import { type KpiId, kpis, type SegmentationId } from "../kpis/catalogue.ts";
import { lastWhole } from "../kpis/comparison.server.ts";
import type { Slice } from "../kpis/compile/contributions.ts";
import { type Grouping, wholeShop } from "../kpis/compile/groups.ts";
import {
  blockedBy,
  buyersIn,
  factsOfKpis,
  firstOrderDay,
  isBeforeOpening,
  isWhole as isWholeShop,
  knowsFirstOrder,
  loadedOf,
} from "../kpis/loaded.server.ts";
import { addDays, type Period, startOf } from "../kpis/period.ts";
import { segmentationOf } from "../kpis/segmentations.ts";
import type { Cell } from "../kpis/sums.ts";
import type { ShopView } from "../warehouse/warehouse.server.ts";
import { type Effect, isBeyondChance } from "../why/effect.ts";
import { type Split, whyMoved } from "../why/why.server.ts";
import { candidatesIn, type Lists, type Looked, lookedAgain, MIN_A_SIDE } from "./candidates.ts";
import { type Finding, type Found, isWhole, keyOf, type Place } from "./finding.ts";
import { type Chosen, choose } from "./judge.ts";
import { lookedAt, lookedBy } from "./looked-at.ts";
import { holdsInResamples } from "./resample.ts";

/** Ways of grouping in one statement: an engine keeps the sums of all of them at once. */
const AT_ONCE = 4;

const WEEK = 7;
/** Where too few bought in a week, as many days as four of them have. */
const LONGER = 28;

/** The version of the data that findings are worked out from. */
export const versionOf = (view: ShopView): number => factsOfKpis(view, lookedAt).version;

/** The Monday of the last week of which every day is over and known. */
export function lastWeek(view: ShopView, today: string): string {
  return addDays(startOf("week", addDays(lastWhole(view.meta, lookedAt, today), 1)), -WEEK);
}

/** What is found of that week; the same for the same data. */
export async function find(view: ShopView, today: string): Promise<Found> {
  return cached(factsOfKpis(view, lookedAt), ["findings", today], () => found(view, today));
}

async function found(view: ShopView, today: string): Promise<Found> {
  const week = lastWeek(view, today);
  const to = addDays(week, WEEK);
  const none = { week, days: WEEK, looked: null, buyers: 0, findings: [] };
  if (!isWholeShop(view.meta, to) || !knowsFirstOrder(view.meta)) return { ...none, silence: "not_whole" };
  const firstDay = await firstOrderDay(view);
  const isOlderThan = (day: string) =>
    firstDay !== null && firstDay <= day && !isBeforeOpening(view.meta, day);
  for (const days of [WEEK, LONGER]) {
    const now = { from: addDays(to, -days), to };
    const then = { from: addDays(now.from, -days), to: now.from };
    if (days === WEEK && !isOlderThan(then.from)) return { ...none, silence: "no_previous" };
    const buyers = Math.min(await buyersIn(view, now), await buyersIn(view, then));
    if (firstDay !== null && isOlderThan(then.from) && buyers >= MIN_A_SIDE)
      return lookedIn(view, { week, days, buyers, now, then, firstDay, today });
    Object.assign(none, { days, buyers });
  }
  return { ...none, silence: "too_few" };
}

interface Days {
  week: string;
  days: number;
  buyers: number;
  now: Period;
  then: Period;
  firstDay: string;
  today: string;
}

async function lookedIn(
  view: ShopView,
  { week, days, buyers, firstDay, today, ...of }: Days,
): Promise<Found> {
  const slices: [Slice, Slice] = [
    { period: of.now, membersOn: of.now.from },
    { period: of.then, membersOn: of.then.from },
  ];
  const loaded = await loadedOf(view);
  const known = lookedAt.filter((kpi) =>
    slices.every((slice) => blockedBy(loaded, kpi, slice, "segment") === null),
  );
  const looked: Looked = { kpis: known, slices, firstDay };
  const last = lastWhole(view.meta, known, today);
  const facts = factsOfKpis(view, known);
  const ask = async (all: readonly SegmentationId[], without: readonly Place[]): Promise<Lists> => {
    const lists = new Map<SegmentationId, readonly Cell[]>();
    for (let at = 0; at < all.length; at += AT_ONCE) {
      const own = all.slice(at, at + AT_ONCE);
      const ways = [...new Set([...own, ...without.flatMap(({ by }) => by ?? [])])];
      const grouping: Grouping = {
        kind: "several",
        segmentations: ways.map(segmentationOf),
        // First-time buyers and guests are rows of any of them.
        without: without.map(({ by, segment }) => ({ way: by === null ? 0 : ways.indexOf(by), segment })),
      };
      const cells = await askCells(facts, known, grouping, ...slices, last);
      own.forEach((by, way) => lists.set(by, cells[way] ?? []));
    }
    return lists;
  };
  const candidates = candidatesIn(await ask(lookedBy, []), looked);
  const chosen = await choose(candidates, {
    again: async (left, without, fromRest) => {
      const ways = new Set(left.map(({ place }) => place.by ?? lookedBy[0]).filter((by) => by !== undefined));
      return lookedAgain(left, await ask([...ways], without), looked, fromRest);
    },
    holds: async ({ kpi, place }) => {
      const { by, segment } = place;
      const grouping: Grouping =
        by === null ? wholeShop : { kind: "segments", segmentation: segmentationOf(by) };
      const alike = await askAlike(facts, [kpi], grouping, ...slices);
      const holds = isWhole(place) ? () => true : (id: string) => id === segment;
      return holdsInResamples(kpi, alike, holds, `${view.copy.shop} ${week} ${keyOf(kpi, place)}`);
    },
  });
  const findings: Finding[] = [];
  for (const each of chosen) findings.push(await told(view, each, of, today));
  return { week, days, looked: candidates.length, silence: null, buyers, findings };
}

async function told(
  view: ShopView,
  { candidate: { kpi, place, then, now, change, money }, certainty, range, level, apart }: Chosen,
  { now: period, then: previous }: { now: Period; then: Period },
  today: string,
): Promise<Finding> {
  return {
    ...{ kpi, ...place, then, now, change, ...range, level, certainty, money, apart },
    ...{ from: period.from, to: period.to, withFrom: previous.from, withTo: previous.to },
    cause: await causeOf(view, { kpi, place, period, change, today }),
  };
}

/** The largest part of a change that went the change's way and is unlikely to be chance; a part that is all of it says nothing. */
async function causeOf(
  view: ShopView,
  {
    kpi,
    place: { by, segment },
    period,
    change,
    today,
  }: { kpi: KpiId; place: Place; period: Period; change: number; today: string },
): Promise<Finding["cause"]> {
  const within = by === null ? {} : { within: { segmentation: by, segment } };
  // First-time buyers and guests are rows of any segmentation.
  const { split } = await whyMoved(view, {
    ...{ kpi, period, comparison: "previous_period", membersAt: "start", today },
    segmentation: { of: "sets", sets: [], ...within },
  });
  if (split === null || (by === null && !isWhole({ by, segment }))) return null;
  const [largest] = partsOf(kpi, split)
    .filter((part) => isBeyondChance(part) && part.amount * change > 0)
    .sort((a, b) => Math.abs(b.amount) - Math.abs(a.amount));
  if (largest === undefined || largest.low === null || largest.high === null) return null;
  const { part, amount, low, high } = largest;
  return { part, amount, low, high };
}

type Cause = NonNullable<Finding["cause"]>;

/** Of a rate, because of what is divided and because of what it is divided by. */
function partsOf(kpi: KpiId, { parts, quotient }: Split): (Effect & Pick<Cause, "part">)[] {
  const { numerator, denominator } = kpis[kpi];
  if (quotient === null || denominator === null) return [...parts];
  return [
    { part: { because: numerator }, ...quotient.divided },
    { part: { because: denominator.of }, ...quotient.divisor },
  ];
}
