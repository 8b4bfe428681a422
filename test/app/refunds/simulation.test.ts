// Shops drawn by a known law of how late things come back: how often the range of what is still to come holds what came.
import { describe, expect, it } from "vitest";
import { type Cohort, developmentOf, toCome } from "../../../app/refunds/to-come.ts";
import { type Chance, chanceFrom } from "../../tools/statistics/draw.ts";

const MONTH = 30;

interface Law {
  /** Orders of a month. */
  orders: number;
  /** Times as many from month to month. */
  growth: number;
  /** The part of orders that comes back, and how far the logarithm of a month's own deviates from it. */
  rate: number;
  unsteady: number;
  /** Mean days of each of two waits that a thing that comes back has, one after the other. */
  wait: number;
}

const LAWS: Readonly<Record<string, Law>> = {
  "a steady shop": { orders: 300, growth: 1, rate: 0.12, unsteady: 0.15, wait: 9 },
  "a small one": { orders: 25, growth: 1, rate: 0.15, unsteady: 0.3, wait: 9 },
  "one that grows": { orders: 60, growth: 1.05, rate: 0.2, unsteady: 0.2, wait: 7 },
  "one that shrinks": { orders: 900, growth: 0.95, rate: 0.12, unsteady: 0.1, wait: 9 },
  "one to which things come back late": { orders: 200, growth: 1, rate: 0.08, unsteady: 0.3, wait: 22 },
};

interface Sale {
  day: number;
  amount: number;
  /** Null: it stays sold. */
  back: number | null;
}

function drawMonth({ orders, growth, rate, unsteady, wait }: Law, month: number, chance: Chance): Sale[] {
  const level = rate * Math.exp(unsteady * chance.normal());
  const days = () => -wait * Math.log(1 - chance.uniform());
  return Array.from({ length: chance.poisson(orders * growth ** month) }, () => {
    const day = month * MONTH + Math.floor(chance.uniform() * MONTH);
    const back = chance.uniform() < level ? day + Math.floor(days() + days()) : null;
    return { day, amount: Math.round(5_000 * Math.exp(0.6 * chance.normal())), back };
  });
}

/** What is known of the sales of some days by a day. */
const cohortOf = (sales: readonly Sale[], end: number, now: number): Cohort => ({
  end,
  sold: sales.reduce((sum, { amount }) => sum + amount, 0),
  back: sales.flatMap(({ back, amount }) => (back !== null && back < now ? [{ day: back, amount }] : [])),
});

interface Held {
  cases: number;
  held: number;
  claimed: number;
}

/** The last months of a shop of so many, the one that is not over among them. */
function judge(law: Law, months: number, chance: Chance, held: Held): void {
  const drawn = Array.from({ length: months + 1 }, (_, month) => drawMonth(law, month, chance));
  const firstDays = 5 + Math.floor(chance.uniform() * 20);
  const now = months * MONTH + firstDays;
  const over = drawn.slice(0, months);
  const early = drawn.map((sales, month) => sales.filter(({ day }) => day < month * MONTH + firstDays));
  const cohorts = over.map((sales, month) => cohortOf(sales, (month + 1) * MONTH, now));
  const begun = early.map((sales, month) => cohortOf(sales, month * MONTH + firstDays, now));
  const lags = drawn.flat().flatMap(({ day, back }) => (back !== null && back < now ? [back - day] : []));
  const ages = { now, longest: Math.max(...lags), development: developmentOf(cohorts, now) };
  for (const back of [0, 1, 2]) {
    const month = months - back;
    const [own, all] = back === 0 ? [early, begun] : [over, cohorts];
    const [sales, of] = [own[month], all[month]];
    if (sales === undefined || of === undefined) continue;
    const told = toCome(of, all.slice(0, month), ages);
    if (told.kind !== "estimated") continue;
    const came = sales.reduce(
      (sum, sale) => sum + (sale.back !== null && sale.back >= now ? sale.amount : 0),
      0,
    );
    held.cases += 1;
    held.claimed += told.level;
    if (told.low <= came && came <= told.high) held.held += 1;
  }
}

describe("the range of what is still to come", () => {
  it.each(Object.entries(LAWS))("holds as often as it says: %s", (_, law) => {
    const chance = chanceFrom(20_261_201);
    const held: Held = { cases: 0, held: 0, claimed: 0 };
    for (let shop = 0; shop < 300; shop++) judge(law, 14 + (shop % 24), chance, held);
    expect(held.cases).toBeGreaterThan(500);
    expect(held.held / held.cases).toBeGreaterThanOrEqual(held.claimed / held.cases);
  });
});
