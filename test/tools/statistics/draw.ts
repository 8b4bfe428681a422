// Customers drawn by chance, in two periods between which nothing has changed: orders by a lasting habit, their values
// log-normal around a lasting level of the customer's own.
import { randomFrom } from "../../engine/kpis/shop.ts";
import type { Slice } from "../../../app/kpis/sums.ts";
import type { People } from "./cells.ts";

/** What an order brings in at the median; in cents. */
const MEDIAN_ORDER = 5_000;

/** Of the logarithms of order values: 0.6 is a shop of goods of one kind, 1.2 one with wholesale among retail. */
export type Deviation = 0.6 | 1.2;

export const meanOrder = (deviation: Deviation) => MEDIAN_ORDER * Math.exp(deviation ** 2 / 2);

/** The part of orders that comes back whole. */
export const RETURNED = 0.04;

export interface Chance {
  uniform: () => number;
  normal: () => number;
  poisson: (mean: number) => number;
}

export function chanceFrom(seed: number): Chance {
  const uniform = randomFrom(seed);
  let kept: number | null = null;
  const normal = () => {
    if (kept !== null) {
      const value = kept;
      kept = null;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
    const angle = 2 * Math.PI * uniform();
    kept = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
  const poisson = (mean: number): number => {
    if (mean === 0) return 0;
    if (mean > 30) return poisson(mean / 2) + poisson(mean - mean / 2);
    const limit = Math.exp(-mean);
    let count = -1;
    for (let product = 1; product > limit; count++) product *= uniform();
    return count;
  };
  return { uniform, normal, poisson };
}

/** Who is drawn: members of segments, who may buy in either period, and others who turn up in one. */
export interface Shop {
  /** Members by segment; what part of them is in another segment in the compared period. */
  members: ReadonlyMap<string, number>;
  moving: number;
  /** Mean numbers of those who turn up in a period. */
  newcomers: Record<Slice, number>;
  /** At least one order in each period, or as habit has it. */
  everyoneBuys: boolean;
  deviation: Deviation;
}

const NAMES = [
  ...["members", "buying_members", "active_customers", "returning_customers", "new_customers"],
  ...["orders", "sales_as_placed", "gross_sales", "sales_reversals", "net_sales"],
] as const;
type Name = (typeof NAMES)[number];

export function drawPeople(shop: Shop, { uniform, normal, poisson }: Chance): People {
  const segments = [...shop.members.keys(), "first_time", "none"];
  const [firstTime, none] = [segments.length - 2, segments.length - 1];
  const members = [...shop.members.values()].reduce((a, b) => a + b, 0);
  const newcomers = { now: poisson(shop.newcomers.now), then: poisson(shop.newcomers.then) };
  const count = members + newcomers.now + newcomers.then;
  const columns = new Map<string, Float64Array>();
  const columnsOf = (slice: Slice) => {
    const made = Object.fromEntries(NAMES.map((name) => [name, new Float64Array(count)])) as Record<
      Name,
      Float64Array
    >; // holds NAMES
    for (const name of NAMES) columns.set(`${name}_${slice}`, made[name]);
    return made;
  };
  const people = { now: columnsOf("now"), then: columnsOf("then") };
  const segment = { now: new Uint8Array(count), then: new Uint8Array(count) };

  const buy = (at: number, slice: Slice, orders: number, level: number, isNew: boolean) => {
    const to = people[slice];
    let [placed, net] = [0, 0];
    for (let order = 0; order < orders; order++) {
      const value = MEDIAN_ORDER * Math.exp(shop.deviation * Math.SQRT1_2 * (level + normal()));
      placed += value;
      if (uniform() >= RETURNED) net += value;
    }
    to.orders[at] = orders;
    to.sales_as_placed[at] = placed;
    to.gross_sales[at] = placed;
    to.sales_reversals[at] = placed - net;
    to.net_sales[at] = net;
    const buyer = orders > 0 ? 1 : 0;
    to.active_customers[at] = buyer;
    to.new_customers[at] = isNew ? buyer : 0;
    to.returning_customers[at] = isNew ? 0 : buyer;
    to.buying_members[at] = isNew ? 0 : buyer;
  };

  let at = 0;
  for (const [index, size] of [...shop.members.values()].entries())
    for (let member = 0; member < size; member++, at++) {
      segment.now[at] = index;
      segment.then[at] = index;
      // Two change places, so that segments keep their numbers.
      const other = Math.floor(uniform() * at);
      if (uniform() < shop.moving / 2) {
        segment.then[at] = segment.then[other] ?? index;
        segment.then[other] = index;
      }
      const habit = 0.2 + -0.6 * Math.log(1 - uniform());
      const level = normal();
      for (const slice of ["now", "then"] as const) {
        people[slice].members[at] = 1;
        buy(at, slice, (shop.everyoneBuys ? 1 : 0) + poisson(habit), level, false);
      }
    }
  for (const slice of ["now", "then"] as const)
    for (let newcomer = 0; newcomer < newcomers[slice]; newcomer++, at++) {
      segment.now[at] = slice === "now" ? firstTime : none;
      segment.then[at] = slice === "then" ? firstTime : none;
      buy(at, slice, 1 + poisson(0.2), normal(), true);
    }
  return { count, segments, segment, columns };
}
