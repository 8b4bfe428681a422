// How often a part is called unlikely to be chance where nothing has changed, and how often a range holds what is true.
import { describe, expect, it } from "vitest";
import { declarations } from "../../../app/kpis/catalogue.ts";
import { RANDOM_GROUPS } from "../../../app/kpis/compile/random-groups.ts";
import { term } from "../../../app/kpis/compile/terms.ts";
import { declarationOf } from "../../../app/kpis/declared.ts";
import { type GroupCell, sumsOfRow } from "../../../app/kpis/grouped-sums.server.ts";
import { isBeyondChance, rangedEffects } from "../../../app/why/effect.ts";
import { partsOfWhole } from "../../../app/why/parts.ts";
import { effect, rateSplit, type SplitRow, sumSplit } from "../../../app/why/split.ts";
import { randomFrom } from "../../engine/kpis/shop.ts";

/** Customers who came in one of two periods, with what they bought since. */
function followedShop(random: () => number, customers: number, spread: number): SplitRow[] {
  const { computation } = declarationOf(declarations, "value_within_90d");
  if (computation.kind !== "ratio") throw new Error("what is bought is divided by those who are followed");
  const cells = SEGMENTS.map(() => [] as GroupCell[]);
  for (const slice of ["now", "then"] as const)
    for (let customer = 0; customer < customers; customer++) {
      const value =
        4000 * Math.exp(spread * normal(random)) * (1 + Math.floor(-Math.log(1 - random()) * 0.6));
      cells[Math.floor(random() * SEGMENTS.length)]?.push({
        ...{ group: customer % RANDOM_GROUPS, now: "", then: "" },
        terms: {
          [term.sum(computation.numerator, slice)]: value,
          [term.sum(computation.denominator, slice)]: 1,
        },
      });
    }
  return SEGMENTS.map(({ id }, index) => ({
    ...{ id, kind: "segment" as const },
    sums: sumsOfRow(cells[index] ?? [], () => true),
  }));
}

const SEGMENTS = [
  { id: "loyal", share: 0.2, buys: 0.6 },
  { id: "active", share: 0.3, buys: 0.3 },
  { id: "dormant", share: 0.5, buys: 0.08 },
];
const NOTHING = { amount: 0, low: null, high: null };
const DAYS = { now: 30, then: 30 };

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Customers who buy in both periods alike; `more` times as often now where something has changed. */
function shop(random: () => number, customers: number, spread: number, more = 1): SplitRow[] {
  const cells = new Map<string, { group: number; segment: string; terms: Record<string, number> }>();
  for (let customer = 0; customer < customers; customer++) {
    const at = random();
    const segment =
      SEGMENTS.find(
        (_, index) => at < SEGMENTS.slice(0, index + 1).reduce((sum, { share }) => sum + share, 0),
      ) ?? SEGMENTS[0];
    if (segment === undefined) continue;
    const group = customer % RANDOM_GROUPS;
    const key = `${segment.id} ${group}`;
    const cell = cells.get(key) ?? { group, segment: segment.id, terms: {} };
    cells.set(key, cell);
    // A customer's own level goes with him through both periods.
    const level = normal(random);
    for (const slice of ["now", "then"] as const) {
      const add = (name: string, amount: number) => {
        const sum = term.sum(name, slice);
        cell.terms[sum] = (cell.terms[sum] ?? 0) + amount;
      };
      add("members", 1);
      if (random() >= segment.buys * (slice === "now" ? more : 1)) continue;
      add("active_customers", 1);
      const orders = 1 + Math.floor(-Math.log(1 - random()) * 0.6);
      add("orders", orders);
      for (let order = 0; order < orders; order++) {
        const value = 4000 * Math.exp(spread * (0.6 * level + 0.8 * normal(random)));
        add("sales_after_discounts", value);
        add("net_sales", random() < 0.05 ? 0 : value);
      }
    }
  }
  return SEGMENTS.map(({ id }) => ({
    ...{ id, kind: "segment" as const },
    sums: sumsOfRow(
      [...cells.values()].map(({ group, segment, terms }): GroupCell => ({
        group,
        now: segment,
        then: segment,
        terms,
      })),
      (segment) => segment === id,
    ),
  }));
}

const SHOPS = 150;

function falseAlarms(customers: number, spread: number) {
  const random = randomFrom(20_261_130 + customers);
  const bars = partsOfWhole("net_sales");
  const found = { bars: 0, rates: 0 };
  for (let turn = 0; turn < SHOPS; turn++) {
    const rows = shop(random, customers, spread);
    const effects = rangedEffects((without) => sumSplit("net_sales", rows, DAYS, without), {
      together: bars.length,
      isRanged: true,
    });
    if (bars.some(({ effect: name }) => isBeyondChance(effects?.get(name) ?? NOTHING))) found.bars++;
    const rates = rangedEffects((without) => rateSplit("orders_per_customer", rows, without), {
      together: 3,
      isRanged: true,
    });
    if ([effect.rate, effect.mix].some((name) => isBeyondChance(rates?.get(name) ?? NOTHING))) found.rates++;
  }
  return { bars: found.bars / SHOPS, rates: found.rates / SHOPS };
}

describe("parts of a change", () => {
  for (const [customers, spread] of [
    [200, 1.2],
    [800, 0.6],
  ] as const)
    it(`of ${customers} customers who spend as before are rarely called real, spread ${spread}`, () => {
      const found = falseAlarms(customers, spread);
      expect(found.bars).toBeLessThanOrEqual(0.06);
      expect(found.rates).toBeLessThanOrEqual(0.06);
    });

  it("are found where half as many more customers buy, and no other part is taken for it", () => {
    const random = randomFrom(7);
    const bars = partsOfWhole("net_sales");
    const found = new Map<string, number>();
    for (let turn = 0; turn < SHOPS; turn++) {
      const rows = shop(random, 800, 0.6, 1.5);
      const effects = rangedEffects((without) => sumSplit("net_sales", rows, DAYS, without), {
        together: bars.length,
        isRanged: true,
      });
      for (const { effect: name } of bars)
        if (isBeyondChance(effects?.get(name) ?? NOTHING)) found.set(name, (found.get(name) ?? 0) + 1);
    }
    const cause = effect.step("active_customers", "members");
    expect((found.get(cause) ?? 0) / SHOPS).toBeGreaterThan(0.9);
    for (const [name, times] of found)
      if (name !== cause) expect(times / SHOPS, name).toBeLessThanOrEqual(0.05);
  });

  it("of customers who are followed, other ones in each period, are rarely called real", () => {
    const random = randomFrom(11);
    let found = 0;
    for (let turn = 0; turn < SHOPS; turn++) {
      const rows = followedShop(random, 60, 0.6);
      const effects = rangedEffects((without) => rateSplit("value_within_90d", rows, without), {
        together: 3,
        isRanged: true,
      });
      if ([effect.rate, effect.mix].some((name) => isBeyondChance(effects?.get(name) ?? NOTHING))) found++;
    }
    expect(found / SHOPS).toBeLessThanOrEqual(0.06);
  });
});
