// Shops drawn by chance whose customers are grouped in several ways at once, before and after something changed or nothing did,
// as the cells that the app's statement would answer of them.
import { type KpiId, kpis, type SegmentationId } from "../../../app/kpis/catalogue.ts";
import { candidatesIn, type Lists, type Looked, lookedAgain } from "../../../app/findings/candidates.ts";
import type { Place } from "../../../app/findings/finding.ts";
import { type Chosen, choose } from "../../../app/findings/judge.ts";
import { holdsInResamples } from "../../../app/findings/resample.ts";
import { isWhole, keyOf } from "../../../app/findings/finding.ts";
import { term } from "../../../app/kpis/compile/terms.ts";
import type { Cell, Slice } from "../../../app/kpis/sums.ts";
import { cellsOf, type People, termsOf } from "../../tools/statistics/cells.ts";
import type { Chance } from "../../tools/statistics/draw.ts";

const SLICES = ["now", "then"] as const;

/** Those of the KPIs looked at that are made of what is drawn here. */
export const KPIS = [
  ...(["gross_sales", "sales_reversals", "net_sales", "orders", "aov", "active_customers"] as const),
  ...(["new_customers", "returning_customers", "returning_customer_rate", "repeat_purchase_rate"] as const),
  ...(["orders_per_customer", "sales_per_customer", "reversal_rate", "buyer_rate", "sales_share"] as const),
  ...(["orders_per_member", "sales_per_member"] as const),
] as const satisfies readonly KpiId[];
const TERMS = termsOf(KPIS);

const NAMES = [
  ...["members", "buying_members", "active_customers", "returning_customers", "new_customers"],
  ...["repeat_customers", "orders", "sales_as_placed", "gross_sales", "sales_reversals", "net_sales"],
  ...["member_orders", "member_sales"],
] as const;
type Name = (typeof NAMES)[number];

/** Ways of grouping, with the part of the members that each segment has; the first by how often they buy. */
export const CUTS: ReadonlyMap<SegmentationId, readonly number[]> = new Map<
  SegmentationId,
  readonly number[]
>([
  ["rfm", [0.08, 0.12, 0.2, 0.25, 0.35]],
  ["country", [0.45, 0.25, 0.15, 0.1, 0.05]],
  ["channel", [0.6, 0.25, 0.15]],
  ["first_product", [0.3, 0.2, 0.15, 0.12, 0.1, 0.08, 0.05]],
  ["language", [0.7, 0.2, 0.1]],
  ["spend_tier", [0.2, 0.2, 0.2, 0.2, 0.2]],
  ["discount_use", [0.5, 0.3, 0.2]],
  ["first_vendor", [0.4, 0.3, 0.2, 0.1]],
]);

export interface Planted {
  by: SegmentationId;
  segment: number;
  /** What becomes of the share of them who buy, and of what an order brings in. */
  buys: number;
  value: number;
}

export interface DrawnShop {
  people: People;
  /** Of each way of grouping, the segment of each. */
  segments: ReadonlyMap<SegmentationId, Uint8Array>;
}

export interface Size {
  members: number;
  newcomers: number;
  /** How often a member buys in the period. */
  often: number;
  /** Of the logarithm of what an order brings in. */
  deviation: number;
}

/** The fixed groups stand before a way's own segments. */
const FIXED = ["first_time", "none"];

export function drawShop(
  size: Size,
  { uniform, normal, poisson }: Chance,
  planted: Planted | null,
): DrawnShop {
  const newcomers = { now: poisson(size.newcomers), then: poisson(size.newcomers) };
  const count = size.members + newcomers.now + newcomers.then;
  const columns = new Map<string, Float64Array>();
  const made = (slice: Slice) =>
    Object.fromEntries(
      NAMES.map((name) => {
        const column = new Float64Array(count);
        columns.set(`${name}_${slice}`, column);
        return [name, column];
      }),
    ) as Record<Name, Float64Array>; // holds NAMES
  const of = { now: made("now"), then: made("then") };
  const segments = new Map([...CUTS.keys()].map((by) => [by, new Uint8Array(count)]));
  const buy = (at: number, slice: Slice, orders: number, level: number, value: number, isNew: boolean) => {
    const to = of[slice];
    let [gross, back] = [0, 0];
    for (let order = 0; order < orders; order++) {
      const worth = 5_000 * value * Math.exp(size.deviation * Math.SQRT1_2 * (level + normal()));
      gross += worth;
      if (uniform() < 0.04) back += worth;
    }
    const buyer = orders > 0 ? 1 : 0;
    to.orders[at] = orders;
    to.gross_sales[at] = gross;
    to.sales_as_placed[at] = gross;
    to.sales_reversals[at] = back;
    to.net_sales[at] = gross - back;
    to.active_customers[at] = buyer;
    to.repeat_customers[at] = orders > 1 ? 1 : 0;
    to.new_customers[at] = isNew ? buyer : 0;
    to.returning_customers[at] = isNew ? 0 : buyer;
    if (isNew) return;
    to.buying_members[at] = buyer;
    to.member_orders[at] = orders;
    to.member_sales[at] = gross - back;
  };
  for (let at = 0; at < size.members; at++) {
    let often = 1;
    for (const [by, parts] of CUTS) {
      let segment = 0;
      for (let left = uniform(); segment < parts.length - 1 && left > (parts[segment] ?? 0); segment++)
        left -= parts[segment] ?? 0;
      const own = segments.get(by);
      if (own !== undefined) own[at] = segment + FIXED.length;
      if (by === "rfm") often = [2.5, 2, 1.2, 0.7, 0.4][segment] ?? 1;
    }
    const habit = size.often * often * (0.3 - 0.7 * Math.log(1 - uniform()));
    const level = normal();
    const isHit =
      planted !== null && segments.get(planted.by)?.[at] === planted.segment + FIXED.length ? planted : null;
    for (const slice of SLICES) {
      of[slice].members[at] = 1;
      const hit = slice === "now" ? isHit : null;
      buy(at, slice, poisson(habit * (hit?.buys ?? 1)), level, hit?.value ?? 1, false);
    }
  }
  const now: Uint8Array = new Uint8Array(count);
  let at = size.members;
  for (const slice of SLICES)
    for (let each = 0; each < newcomers[slice]; each++, at++) {
      now[at] = slice === "now" ? 1 : 2;
      buy(at, slice, 1 + poisson(0.2), normal(), 1, true);
    }
  return { people: { count, segments: [], segment: { now, then: now }, columns }, segments };
}

/** Cells by each way of grouping, without whoever is in one of the places. */
function listsOf({ people, segments }: DrawnShop, without: readonly Place[]): Lists {
  const [first] = segments.keys();
  const isOut = (at: number) =>
    without.some(({ by, segment }) => {
      const own = idOf(segments, by ?? first ?? "rfm", at, people, "now");
      return own === segment || idOf(segments, by ?? first ?? "rfm", at, people, "then") === segment;
    });
  const kept =
    without.length === 0 ? null : Uint8Array.from({ length: people.count }, (_, at) => (isOut(at) ? 0 : 1));
  return new Map(
    [...segments].map(([by, own]) => {
      const ids = [...FIXED, ...(CUTS.get(by) ?? []).map((_, index) => `s${index}`), "out"];
      const placed = (slice: Slice) =>
        Uint8Array.from({ length: people.count }, (_, at) =>
          kept?.[at] === 0 ? ids.length - 1 : (fixedOf(people, at, slice) ?? own[at] ?? 0),
        );
      const cells = cellsOf(TERMS, {
        ...people,
        segments: ids,
        segment: { now: placed("now"), then: placed("then") },
      });
      return [by, cells.filter(({ now }) => now !== "out")];
    }),
  );
}

/** Newcomers of a period are first-time buyers in it, and have not bought in the other. */
function fixedOf({ segment }: People, at: number, slice: Slice): number | null {
  const turned = segment.now[at] ?? 0;
  if (turned === 0) return null;
  return (turned === 1) === (slice === "now") ? 0 : 1;
}

function idOf(
  segments: DrawnShop["segments"],
  by: SegmentationId,
  at: number,
  people: People,
  slice: Slice,
): string {
  const fixed = fixedOf(people, at, slice);
  if (fixed !== null) return FIXED[fixed] ?? "";
  return `s${(segments.get(by)?.[at] ?? 0) - FIXED.length}`;
}

const week = (from: string, to: string) => ({ period: { from, to }, membersOn: from });
const LOOKED: Looked = {
  kpis: KPIS,
  slices: [week("2026-11-16", "2026-11-23"), week("2026-11-09", "2026-11-16")],
  firstDay: "2020-01-01",
};

/** Each customer as a cell of his own, as he is in a place. */
function alikeIn({ people, segments }: DrawnShop, { by }: Place, kpi: KpiId): Cell[] {
  const { numerator, denominator } = kpis[kpi];
  const sums = [numerator, denominator?.of ?? numerator];
  const names = SLICES.flatMap((slice) => sums.map((name) => `${name}_${slice}`));
  return Array.from({ length: people.count }, (_, at) => ({
    now: idOf(segments, by ?? "rfm", at, people, "now"),
    then: idOf(segments, by ?? "rfm", at, people, "then"),
    terms: Object.fromEntries([
      [term.customers, 1],
      ...names.map((name) => [name, people.columns.get(name)?.[at] ?? 0]),
    ]) as Record<string, number>,
  }));
}

export async function findIn(
  shop: DrawnShop,
  seed: string,
): Promise<{ looked: number; chosen: Chosen[]; errors: Map<string, number> }> {
  const candidates = candidatesIn(listsOf(shop, []), LOOKED);
  const chosen = await choose(candidates, {
    again: (left, without, fromRest) =>
      Promise.resolve(lookedAgain(left, listsOf(shop, without), LOOKED, fromRest)),
    holds: ({ kpi, place }) =>
      Promise.resolve(
        holdsInResamples(
          kpi,
          alikeIn(shop, place, kpi),
          isWhole(place) ? () => true : (id) => id === place.segment,
          `${seed} ${keyOf(kpi, place)}`,
        ),
      ),
  });
  const errors = new Map(candidates.map(({ key, strength }) => [key, strength]));
  return { looked: candidates.length, chosen, errors };
}
