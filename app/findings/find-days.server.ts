// Looks at a shop's last whole days: asks for KPIs by day, of the whole shop and of its large segments, and has them judged together.
import { cached } from "../kpis/cache.server.ts";
import { type KpiId, kpis, type SegmentationId } from "../kpis/catalogue.ts";
import { askTrend } from "../kpis/cells.server.ts";
import { lastWhole } from "../kpis/comparison.server.ts";
import type { Slice } from "../kpis/compile/contributions.ts";
import { term } from "../kpis/compile/terms.ts";
import {
  blockedBy,
  factsOfKpis,
  firstOrderDay,
  isWhole as isWholeShop,
  knowsFirstOrder,
  loadedOf,
} from "../kpis/loaded.server.ts";
import { addDays, daysBetween, type Period } from "../kpis/period.ts";
import { kindOf } from "../kpis/query.server.ts";
import { segmentationOf } from "../kpis/segmentations.ts";
import type { Cell } from "../kpis/sums.ts";
import type { ShopView } from "../warehouse/warehouse.server.ts";
import type { DaySilence, FoundDays } from "./day.ts";
import { isWhole, type Place, WHOLE } from "./finding.ts";
import { type DailySeries, standOut } from "./stand-out.ts";
import { FEWEST_DAYS, LOOKED_DAYS, MOST_DAYS } from "./usual-day.ts";

/** Sums and counts of one fact, so that a statement has them all. */
const KPIS = ["net_sales", "orders", "new_customers", "sales_reversals"] as const satisfies readonly KpiId[];
/** Known of a customer from the first order on: nobody leaves or enters a segment within the weeks that are looked at. */
const BY = ["country", "channel"] as const satisfies readonly SegmentationId[];
/** The least and the most of the shop's orders that a segment has which is looked at beside it. */
const [LARGE, NEARLY_ALL] = [0.1, 0.9];

const WEEK = 7;
const WEEKS_NEEDED = FEWEST_DAYS / WEEK;

/** The version of the data that the days are worked out from. */
export const versionOfDays = (view: ShopView): number => factsOfKpis(view, KPIS).version;

/** The day after the last that is over and wholly known. */
export const endOfDays = (view: ShopView, today: string): string =>
  addDays(lastWhole(view.meta, KPIS, today), 1);

/** What stands out in the last whole days; the same for the same data. */
export async function findDays(view: ShopView, today: string): Promise<FoundDays> {
  return cached(factsOfKpis(view, KPIS), ["days", today], () => foundIn(view, today));
}

async function foundIn(view: ShopView, today: string): Promise<FoundDays> {
  const { meta } = view;
  const to = endOfDays(view, today);
  const none = (silence: DaySilence, weeks: number): FoundDays => ({
    ...{ from: addDays(to, -LOOKED_DAYS), to, weeks, silence },
    ...{ series: null, looked: null, days: [] },
  });
  if (!isWholeShop(meta, to)) return none("not_whole", 0);
  const first = knowsFirstOrder(meta) ? await firstOrderDay(view) : meta.opening_day;
  const oldest = addDays(to, -MOST_DAYS);
  const starts = [oldest, first ?? to, meta.opening_day ?? oldest];
  const from = starts.reduce((latest, day) => (day > latest ? day : latest));
  const days = Math.max(0, daysBetween(from, to));
  const weeks = Math.min(WEEKS_NEEDED, Math.floor(days / WEEK));
  if (days < FEWEST_DAYS) return none("too_short", weeks);
  const { series, looked, days: found } = standOut(await seriesIn(view, { from, to }, today), from);
  if (looked === 0) return none("too_little", weeks);
  const firstLooked = addDays(from, FEWEST_DAYS - 1);
  const usual = addDays(to, -LOOKED_DAYS);
  return {
    ...{ from: usual > firstLooked ? usual : firstLooked, to, weeks, silence: null },
    ...{ series, looked, days: found },
  };
}

async function seriesIn(view: ShopView, period: Period, today: string): Promise<DailySeries[]> {
  // Whoever has bought by the end is in the segment of the first order.
  const slice: Slice = { period, membersOn: period.to };
  const loaded = await loadedOf(view);
  const known = KPIS.filter((kpi) => blockedBy(loaded, kpi, slice, "segment") === null);
  const facts = factsOfKpis(view, known);
  const last = lastWhole(view.meta, known, today);
  const all: DailySeries[] = [];
  for (const by of BY) {
    const grouping = { kind: "segments", segmentation: segmentationOf(by) } as const;
    const days = await askTrend(facts, known, grouping, slice, "day", last);
    const cells = days.map((day) => day.cells);
    if (all.length === 0) all.push(...known.map((kpi) => seriesOf(kpi, WHOLE, cells)));
    for (const place of largeIn(by, cells)) all.push(...known.map((kpi) => seriesOf(kpi, place, cells)));
  }
  return all;
}

const termOf = (cell: Cell, name: string): number => cell.terms[name] ?? 0;

/** In the order of their ids, so that both engines judge the same list. */
function largeIn(by: SegmentationId, days: readonly (readonly Cell[])[]): Place[] {
  const orders = new Map<string, number>();
  let all = 0;
  for (const cell of days.flat()) {
    const own = termOf(cell, term.sum("orders", "now"));
    all += own;
    orders.set(cell.now, (orders.get(cell.now) ?? 0) + own);
  }
  return [...orders]
    .filter(([id, own]) => kindOf(id) === "segment" && own >= LARGE * all && own <= NEARLY_ALL * all)
    .map(([segment]) => ({ by, segment }))
    .sort((a, b) => (a.segment < b.segment ? -1 : 1));
}

function seriesOf(kpi: KpiId, place: Place, days: readonly (readonly Cell[])[]): DailySeries {
  const own = days.map((cells) =>
    isWhole(place) ? cells : cells.filter(({ now }) => now === place.segment),
  );
  const summed = (name: string) =>
    own.map((cells) => cells.reduce((sum, cell) => sum + termOf(cell, name), 0));
  const largest = (of: string) =>
    own.map((cells) =>
      cells.reduce((most, cell) => Math.max(most, termOf(cell, term.largest(of, "now"))), 0),
    );
  const values = summed(term.sum(kpi, "now"));
  const most = largest(kpi);
  // What one customer gives back is no movement of the shop either.
  const back = kpi === "net_sales" ? largest("sales_reversals") : null;
  const isCount = kpis[kpi].unit === "count";
  return {
    ...{ kpi, place, values, isCount },
    trimmed: values.map((value, at) => value - (most[at] ?? 0) + (back?.[at] ?? 0)),
    counts: isCount ? values : summed(term.movers(kpi, "now")),
  };
}
