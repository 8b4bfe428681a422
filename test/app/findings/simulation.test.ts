// Five hundred shops in which nothing changes, and a hundred in which one thing does: what the app's own judge tells of them.
// Heavy tails: the logarithm of what an order brings in deviates by 1.2.
import { describe, expect, it } from "vitest";
import { chanceFrom } from "../../tools/statistics/draw.ts";
import { drawShop, findIn, KPIS, type Planted } from "./simulated.ts";
import { lookedAt, lookedBy } from "../../../app/findings/looked-at.ts";
import { CUTS } from "./simulated.ts";

const SMALL = { members: 1_600, newcomers: 80, often: 0.5, deviation: 1.2 };
const LARGE = { members: 7_200, newcomers: 360, often: 0.6, deviation: 1.2 };

/** A third of those who bought in a sixth of the shop do not buy: 5 % of net sales. */
const CAUSES: readonly Planted[] = [
  { by: "country", segment: 2, buys: 0.67, value: 1 },
  { by: "first_product", segment: 2, buys: 0.67, value: 1 },
];

describe("findings of drawn shops", () => {
  it("are looked for in KPIs and ways of grouping that the app looks at", () => {
    expect(KPIS.filter((kpi) => !lookedAt.includes(kpi))).toEqual([]);
    expect([...CUTS.keys()].filter((by) => !lookedBy.includes(by))).toEqual([]);
  });

  it("are none in nine of ten shops without a change", async () => {
    const chance = chanceFrom(20_261_130);
    const shops = 500;
    let [silent, looked] = [0, 0];
    for (let shop = 0; shop < shops; shop++) {
      const { chosen, looked: changes } = await findIn(drawShop(SMALL, chance, null), `shop ${shop}`);
      looked += changes / shops;
      if (chosen.length === 0) silent += 1;
    }
    expect(looked).toBeGreaterThan(200);
    expect(silent / shops).toBeGreaterThan(0.9);
  });

  it("begin with the cause in nine of ten shops where one segment loses 5 % of net sales, 5 standard errors", async () => {
    const chance = chanceFrom(7);
    const shops = 50;
    const found = { first: 0, beside: 0, errors: 0, part: 0 };
    for (const planted of CAUSES)
      for (let shop = 0; shop < shops; shop++) {
        const drawn = drawShop(LARGE, chance, planted);
        const { chosen, errors } = await findIn(drawn, `${planted.by} ${shop}`);
        const [first] = chosen;
        const segment = `s${planted.segment}`;
        found.errors += (errors.get(`buyer_rate ${planted.by} ${segment}`) ?? 0) / shops / CAUSES.length;
        found.part += lost(drawn, planted) / shops / CAUSES.length;
        if (first?.candidate.place.by === planted.by && first.candidate.place.segment === segment)
          found.first += 1;
        found.beside += chosen.length - 1;
      }
    expect(found.errors).toBeGreaterThan(4.7);
    expect(found.errors).toBeLessThan(5.3);
    expect(found.part).toBeGreaterThan(0.04);
    expect(found.part).toBeLessThan(0.06);
    expect(found.first).toBeGreaterThanOrEqual(0.9 * shops * CAUSES.length);
    // One movement is told once.
    expect(found.beside).toBeLessThan(0.1 * shops * CAUSES.length);
  });
});

/** What a segment brings in by buying less, as a part of all net sales before. */
function lost({ people, segments }: ReturnType<typeof drawShop>, { by, segment, buys }: Planted): number {
  const then = people.columns.get("net_sales_then") ?? new Float64Array();
  const own = segments.get(by);
  let [all, of] = [0, 0];
  then.forEach((sales, at) => {
    all += sales;
    if (own?.[at] === segment + 2) of += sales;
  });
  return ((1 - buys) * of) / all;
}
