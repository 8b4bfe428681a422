// Several segmentations asked at once are what each is by itself; and without some customers, what all others are.
import { expect, it } from "vitest";
import { lookedAt, lookedBy } from "../../../app/findings/looked-at.ts";
import { askCells } from "../../../app/kpis/cells.server.ts";
import { term } from "../../../app/kpis/compile/terms.ts";
import { factsOfKpis } from "../../../app/kpis/loaded.server.ts";
import { addDays } from "../../../app/kpis/period.ts";
import { segmentationOf } from "../../../app/kpis/segmentations.ts";
import type { Cell } from "../../../app/kpis/sums.ts";
import { viewOf } from "../../tools/setup/view.ts";
import { describeWarehouses } from "../../tools/setup/warehouses.ts";
import { openFindingShop, TODAY, WEEK } from "./shops.ts";

const slice = (from: string) => ({ period: { from, to: addDays(from, 7) }, membersOn: from });
const SLICES = [slice(WEEK), slice(addDays(WEEK, -7))] as const;

/** Sums that are nothing are left out: one statement says 0 where another says nothing. */
function told(cells: readonly Cell[]): Map<string, Record<string, number>> {
  const found = new Map<string, Record<string, number>>();
  for (const { now, then, terms } of cells) {
    const sums = found.get(`${now} ${then}`) ?? {};
    found.set(`${now} ${then}`, sums);
    for (const [name, value] of Object.entries(terms))
      if (value !== 0)
        sums[name] = name.startsWith("m_") ? Math.max(sums[name] ?? 0, value) : (sums[name] ?? 0) + value;
  }
  return found;
}

const customersIn = (cells: readonly Cell[], holds: (cell: Cell) => boolean) =>
  cells.filter(holds).reduce((sum, { terms }) => sum + (terms[term.customers] ?? 0), 0);

describeWarehouses("several ways of grouping at once", (open) => {
  it("are each as it is by itself", async () => {
    const warehouse = await open();
    const shop = "several.myshopify.com";
    await openFindingShop(warehouse, shop, { seed: 11, customers: 400, orders: 1_500 });
    const facts = factsOfKpis(await viewOf(warehouse, shop), lookedAt);
    const half = Math.ceil(lookedBy.length / 2);
    for (const ways of [lookedBy.slice(0, half), lookedBy.slice(half)]) {
      const segmentations = ways.map(segmentationOf);
      const all = await askCells(
        facts,
        lookedAt,
        { kind: "several", segmentations, without: [] },
        ...SLICES,
        TODAY,
      );
      expect(all).toHaveLength(ways.length);
      for (const [way, segmentation] of segmentations.entries()) {
        const [own = []] = await askCells(
          facts,
          lookedAt,
          { kind: "segments", segmentation },
          ...SLICES,
          TODAY,
        );
        expect(own.length).toBeGreaterThan(1);
        expect(told(all[way] ?? []), ways[way]).toEqual(told(own));
      }
    }
  });

  it("leave out who is in a segment in either period", async () => {
    const warehouse = await open();
    const shop = "without.myshopify.com";
    await openFindingShop(warehouse, shop, { seed: 12, customers: 400, orders: 1_500 });
    const facts = factsOfKpis(await viewOf(warehouse, shop), lookedAt);
    const segmentations = (["country", "order_count"] as const).map(segmentationOf);
    const ask = (without: { way: number; segment: string }[]) =>
      askCells(facts, lookedAt, { kind: "several", segmentations, without }, ...SLICES, TODAY);
    const [before = []] = await ask([]);
    const [countries = [], counts = []] = await ask([{ way: 0, segment: "DE" }]);
    const isOut = ({ now, then }: Cell) => now === "DE" || then === "DE";
    expect(customersIn(before, isOut)).toBeGreaterThan(50);
    expect(customersIn(countries, isOut)).toBe(0);
    const left = customersIn(before, (cell) => !isOut(cell));
    expect(customersIn(countries, () => true)).toBe(left);
    expect(customersIn(counts, () => true)).toBe(left);
    expect(told(countries)).toEqual(told(before.filter((cell) => !isOut(cell))));
  });
});
