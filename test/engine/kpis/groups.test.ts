// RFM groups of whole shops: what ties, small shops and one customer more do to them, and that nobody who bought within
// the shop's own rhythm is called silent.
import fc from "fast-check";
import { expect, it } from "vitest";
import { listSegments, thresholdsAt } from "../../../app/kpis/member-lists.server.ts";
import { segmentsOf } from "../../../app/kpis/customer-segments.server.ts";
import { addDays } from "../../../app/kpis/period.ts";
import {
  pointsSentence,
  rankedSentence,
  segmentSentence,
} from "../../../app/reports/segment-words.server.ts";
import { rowLabel } from "../../../app/kpis/row-words.server.ts";
import { segmentationOf } from "../../../app/kpis/segmentations.ts";
import type { Warehouse } from "../../../app/warehouse/warehouse.server.ts";
import { describeWarehouses } from "../../tools/setup/warehouses.ts";
import { openBuyers, type Purchase } from "./buyers.ts";
import { viewOf } from "../../tools/setup/view.ts";

const READER = { locale: "en" };
const ON = "2026-11-01";
const ago = (days: number) => addDays(ON, -days);
const OLD: Purchase = { day: ago(120) };
const repeat = <T>(count: number, of: T): T[] => Array.from({ length: count }, () => of);
const SILENT = ["needs_attention", "previously_loyal", "at_risk", "almost_lost", "dormant"];
const RECENT = ["champions", "active", "new", "promising"];

async function sizes(warehouse: Warehouse, shop: string): Promise<Record<string, number>> {
  const listed = await listSegments(await viewOf(warehouse, shop), "rfm", { on: ON, until: ON });
  return Object.fromEntries(
    listed.filter(({ members }) => members !== 0).map(({ id, members }) => [id, members ?? 0]),
  );
}

describeWarehouses("groups by recency, frequency and spend", (open) => {
  let shops = 0;
  const grouped = async (warehouse: Warehouse, buyers: readonly (readonly Purchase[])[]) => {
    const shop = `groups-${shops++}.myshopify.com`;
    await openBuyers(warehouse, shop, buyers);
    return await sizes(warehouse, shop);
  };

  it("call nobody dormant who bought yesterday, however many did", async () => {
    const warehouse = await open();
    // One customer of long ago gives the shop its history of 90 days.
    const yesterday = { day: ago(1) };
    expect(await grouped(warehouse, [...repeat(60, [yesterday]), [OLD]])).toEqual({
      promising: 60,
      dormant: 1,
    });
    const forty = { day: ago(40) };
    const mixed = await grouped(warehouse, [...repeat(90, [yesterday]), ...repeat(10, [forty]), [OLD]]);
    expect(mixed["promising"]).toBe(90);
    const weekly = [2, 9, 16, 23, 30, 37, 44].map((days) => ({ day: ago(days) }));
    const renewed = await grouped(warehouse, [...repeat(70, weekly), ...repeat(30, [OLD])]);
    expect(renewed["loyal"]).toBe(70);
  });

  it("are none below 50 customers with an order, and before 90 days of history", async () => {
    const warehouse = await open();
    const bought = [{ day: ago(100) }];
    expect(await grouped(warehouse, repeat(49, bought))).toEqual({ ungrouped: 49 });
    expect(Object.keys(await grouped(warehouse, repeat(50, bought)))).not.toContain("ungrouped");
    expect(await grouped(warehouse, repeat(200, [{ day: ago(89) }]))).toEqual({ ungrouped: 200 });
    expect(Object.keys(await grouped(warehouse, repeat(200, [{ day: ago(90) }])))).not.toContain("ungrouped");
  });

  it("hold for a whole shop of equals when one customer more comes", async () => {
    const warehouse = await open();
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 60, max: 140 }),
        fc.array(fc.integer({ min: 1, max: 130 }), { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 130 }),
        fc.integer({ min: 1, max: 50_000 }),
        async (customers, days, newest, amount) => {
          const purchases = [...new Set(days)].map((day) => ({ day: ago(day) }));
          const shop = [...repeat(customers, purchases), [OLD]];
          const before = await grouped(warehouse, shop);
          const after = await grouped(warehouse, [...shop, [{ day: ago(newest), amount }]]);
          const largest = (of: Record<string, number>) =>
            Object.entries(of).sort(([, a], [, b]) => b - a)[0]?.[0];
          expect(largest(after)).toBe(largest(before));
        },
      ),
      { numRuns: 4, seed: 20_261_129 },
    );
  });

  it("call no one silent within the shop's usual gap, nor recent beyond its long one, and treat equals alike", async () => {
    const warehouse = await open();
    const day = fc.integer({ min: 1, max: 400 });
    const buyer = fc.tuple(
      fc.oneof(fc.array(day, { minLength: 1, maxLength: 6 }), fc.constantFrom([1], [3], [30, 60, 90], [200])),
      fc.constantFrom(1000, 1000, 5000, 20_000),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(buyer, { minLength: 55, maxLength: 75 }), async (given) => {
        const shop = `groups-${shops++}.myshopify.com`;
        const buyers = [
          [OLD],
          ...given.map(([days, amount]) => days.map((at) => ({ day: ago(at), amount }))),
        ];
        await openBuyers(warehouse, shop, buyers);
        const at = await thresholdsAt(await viewOf(warehouse, shop), "rfm", ON);
        if (at === null) throw new Error("no thresholds");
        const groupOf = new Map<string, string>();
        for (const [index, [days, amount]] of given.entries()) {
          const labels = await segmentsOf(READER, await viewOf(warehouse, shop), index + 2, ON, ["rfm"]);
          const label = labels["Recency, frequency, spend (RFM)"] ?? "";
          const declared = segmentationOf("rfm");
          const id =
            declared.kind === "ruled"
              ? declared.segments.find(
                  ({ id: segment }) => rowLabel(READER, { by: "rfm", segment }) === label,
                )?.id
              : "";
          const silent = Math.min(...days);
          if (silent <= at.g50) expect([silent, SILENT.includes(id ?? "")]).toEqual([silent, false]);
          if (silent > at.g90) expect([silent, RECENT.includes(id ?? "")]).toEqual([silent, false]);
          const key = JSON.stringify([[...days].sort(), amount]);
          expect(groupOf.get(key) ?? id).toBe(id);
          groupOf.set(key, id ?? "");
        }
      }),
      { numRuns: 2, seed: 7 },
    );
  });

  it("say their thresholds of the day in days, orders and money", async () => {
    const warehouse = await open();
    const shop = `groups-${shops++}.myshopify.com`;
    await openBuyers(warehouse, shop, [
      ...repeat(30, [{ day: ago(5), amount: 2000 }, { day: ago(35) }, { day: ago(65) }]),
      ...repeat(30, [{ day: ago(40), amount: 1000 }]),
      ...repeat(40, [{ day: ago(300), amount: 500 }]),
    ]);
    const at = await thresholdsAt(await viewOf(warehouse, shop), "rfm", ON);
    if (at === null) throw new Error("no thresholds");
    // 60 gaps of 30 days each; mid-ranks of the last day: 40 at .2, 30 at .55, 30 at .85.
    expect(at).toMatchObject({ customers: 100, grouped: true, g50: 30, g90: 30 });
    expect(at.days).toEqual([300, 40, 5, 5]);
    expect(at.orders).toEqual([3, 3, 3, 3]);
    const place = { locale: "en", currency: "EUR", decimals: 2, timeZone: "UTC" };
    const declared = segmentationOf("rfm");
    // The same days without ranks, and tiers: of 100 customers, those of €40.00 stand at .85, between .7 and .9.
    const sentences = async (by: "lifecycle" | "spend_tier") => {
      const thresholds = await thresholdsAt(await viewOf(warehouse, shop), by, ON);
      const ruled = segmentationOf(by);
      if (thresholds === null || ruled.kind !== "ruled") throw new Error(by);
      return ruled.segments.map((segment) => segmentSentence(segment, thresholds, ON, place));
    };
    expect(await sentences("lifecycle")).toEqual([
      "1 order, at most 30 days before Nov 1, 2026.",
      "2 or more orders, the last at most 30 days before Nov 1, 2026.",
      "Nobody's last order lies between this group's neighbours.",
      "Last order 31 to 60 days before Nov 1, 2026.",
      "Last order 61 days or more before Nov 1, 2026.",
    ]);
    expect(await sentences("spend_tier")).toEqual([
      "Nobody's net sales stand out that far.",
      "Net sales so far of €40.00 or more.",
      "Net sales so far of less than €40.00.",
    ]);
    const ranks = (id: string) => {
      const found = declared.kind === "ruled" ? declared.segments.find((s) => s.id === id)?.ranks : undefined;
      if (found === undefined) throw new Error(id);
      return found;
    };
    expect(rankedSentence(ranks("champions"), at, ON, place)).toBe(
      "Last order at most 5 days before Nov 1, 2026, and 7 or more points for orders and net sales together.",
    );
    expect(rankedSentence(ranks("needs_attention"), at, ON, place)).toBe(
      "Last order 6 to 40 days before Nov 1, 2026, and 6 or fewer points for orders and net sales together.",
    );
    expect(rankedSentence(ranks("dormant"), at, ON, place)).toBe(
      "Last order 301 days or more before Nov 1, 2026, and 6 or fewer points for orders and net sales together.",
    );
    expect(pointsSentence(at, place)).toBe(
      "Points that day: for orders 1, 5 from 3 orders; for net sales 1, 2 from €5.00, 3 from €10.00, 5 from €40.00. For recency customers are ranked, but the last order 30 days ago or less never scores below 4, and more than 30 days ago never above 3: this is the shop's own rhythm.",
    );
  });
});
