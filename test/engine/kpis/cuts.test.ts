// Groups of orders, overlapping sets and a second cut, each against what it must agree with: a recount of the orders that are
// in a group, the segment that is the same set, and the sets that are the same as a segment within another.
import { rowLabel } from "../../../app/kpis/row-words.server.ts";
import { beforeAll, expect, it } from "vitest";
import type { Answer, KpiCell, Question, SegmentAnswer } from "../../../app/kpis/answer.ts";
import { type KpiId, kpiIds, kpis, segmentationIds } from "../../../app/kpis/catalogue.ts";
import type { By, Cut, NamedSet } from "../../../app/kpis/cuts/cut.ts";
import { isByOrder } from "../../../app/kpis/cuts/lists.server.ts";
import { orderCuts, type OrderCutId } from "../../../app/kpis/cuts/orders.ts";
import { tagSets } from "../../../app/kpis/cuts/tags.server.ts";
import { queryKpis } from "../../../app/kpis/query.server.ts";
import type { ShopView, Warehouse } from "../../../app/warehouse/warehouse.server.ts";
import { viewOf } from "../../tools/setup/view.ts";
import { describeWarehouses } from "../../tools/setup/warehouses.ts";
import { load, stages } from "../warehouse/files.ts";
import { recount } from "./recount.ts";
import { recordConsents } from "./recount-consents.ts";
import { add, type Buyer, buyersOf, movement, salesAsPlaced } from "./recount-buyers.ts";
import { SHOP, shopRows } from "./shop.ts";
import { reaching } from "../warehouse/reaching.ts";

const ASKED = {
  period: { from: "2026-02-01", to: "2026-04-01" },
  comparison: "previous_period",
  membersAt: "start",
  today: "2026-04-13",
} as const satisfies Partial<Question>;

/** Tags as merchants write them: in any case, with quotes, commas' neighbours and letters of two code units. */
const TAGS = ["VIP", "vip", 'say "hi"', "back\\slash", "%", "_", "Straße 🎁", "][", "null"];

async function fillShop(warehouse: Warehouse): Promise<void> {
  const rows = shopRows({ seed: 11, customers: 160, orders: 700 }).map((row, index) =>
    "tags" in row ? { ...row, tags: TAGS.filter((_, tag) => index % (tag + 2) === 0) } : row,
  );
  await warehouse.of(SHOP).setMeta({
    ...{ currency: "EUR", decimals: 2, time_zone: "Europe/Berlin", ...reaching("complete") },
  });
  await warehouse.of(SHOP).merge(load("2026-06-01T00:00:00Z", rows, { stages }));
  const days = [{ from: "2025-11-15", to: "2026-06-01" }];
  await recordConsents(warehouse, SHOP, { seed: 11, customers: 160, days });
}

const ask = (view: ShopView, segmentation: By, ids: readonly KpiId[] = kpiIds): Promise<Answer> =>
  queryKpis(view, { ...ASKED, kpis: ids, segmentation });

const rowOf = (answer: Answer, id: string): SegmentAnswer => {
  const row = answer.segments.find((each) => each.id === id);
  if (row === undefined) throw new Error(`there is no row ${id}`);
  return row;
};

/** A change's range and verdict depend on what it is judged with. */
const figures = ({ value, n, low, high, previous, change, reason }: KpiCell) => ({
  ...{ value, n, low, high, previous, reason },
  change: change && { absolute: change.absolute, relative: change.relative, perDay: change.perDay },
});

const isSum = (id: KpiId) => kpis[id].additive.segments && kpis[id].uncertainty === "sum";

/** A share's range depends on how the rest of the shop is told apart. */
const told = (id: KpiId, cell: KpiCell) => (id === "sales_share" ? cell.value : figures(cell));

/** What a row's definition settles has neither range nor change; a set has no definition that says so. */
const expectSame = (id: KpiId, cell: KpiCell, other: KpiCell, where: string) =>
  cell.settled !== other.settled
    ? expect([cell.value, cell.n], where).toEqual([other.value, other.n])
    : expect(told(id, cell), where).toEqual(told(id, other));

/** The group of an order, found one order after the other. */
const groupOf: Readonly<Record<OrderCutId, (order: Buyer["orders"][number]) => string>> = {
  order_channel: ({ channel }) =>
    channel === null ? "unknown" : channel === "shopify_draft_order" ? "draft-orders" : channel,
  order_country: ({ country }) => country ?? "unknown",
  order_discount: (order) =>
    add(salesAsPlaced(order).map((sale) => movement(sale).discounts)) > 0 ? "discounted" : "full_price",
  order_place: ({ channel }) => (channel === null ? "unknown" : channel === "pos" ? "pos" : "other_places"),
};

describeWarehouses(
  "groups of orders",
  (open) => {
    let warehouse: Warehouse;
    beforeAll(async () => {
      warehouse = await open();
      await fillShop(warehouse);
    });

    it("tell what a recount of their orders tells, and nothing of customers", async () => {
      const view = await viewOf(warehouse, SHOP);
      const buyers = await buyersOf(warehouse, SHOP);
      for (const by of Object.keys(orderCuts) as OrderCutId[]) {
        const answer = await ask(view, { of: "orders", by });
        const groups = new Set(buyers.flatMap(({ orders }) => orders.map(groupOf[by])));
        expect(answer.segments.map(({ id }) => id).sort()).toEqual([...groups].sort());
        for (const { id, kind, members, cells } of answer.segments) {
          expect([kind, members]).toEqual(["orders", null]);
          const theirs = buyers.map((buyer) => ({
            ...buyer,
            orders: buyer.orders.filter((order) => groupOf[by](order) === id),
          }));
          const counted = recount(theirs, {
            ...{ ...ASKED, kpis: kpiIds, segmentation: "order_count" },
          }).rows.get("total");
          for (const kpi of kpiIds) {
            const where = `${kpi} of ${by} ${id}`;
            if (!isByOrder(kpi)) {
              expect([cells[kpi].value, cells[kpi].reason], where).toEqual([null, "not_by_order"]);
              continue;
            }
            // The recount takes the first order of a group for the customer's first, and the one before for the group's.
            if (kpi === "new_customers" || kpi === "days_between_orders" || kpi === "sales_share") continue;
            const own = counted?.cells.get(kpi);
            expect(cells[kpi].n, where).toBe(own?.n);
            expect(cells[kpi].value ?? 0, where).toBeCloseTo(own?.value ?? 0, 7);
            expect(cells[kpi].change?.absolute ?? 0, where).toBeCloseTo(own?.change?.absolute ?? 0, 7);
            if (kpis[kpi].uncertainty !== "delta") continue;
            expect(cells[kpi].low ?? 0, where).toBeCloseTo(own?.low ?? 0, 5);
          }
        }
      }
    });

    it("add up to the shop, whose row is the same as by any segmentation", async () => {
      const view = await viewOf(warehouse, SHOP);
      const plain = await ask(view, "order_count");
      for (const by of Object.keys(orderCuts) as OrderCutId[]) {
        const answer = await ask(view, { of: "orders", by });
        expect(answer.total.members).toBe(plain.total.members);
        for (const kpi of kpiIds)
          expect(told(kpi, answer.total.cells[kpi]), kpi).toEqual(told(kpi, plain.total.cells[kpi]));
        for (const kpi of kpiIds.filter((id) => isSum(id) && isByOrder(id)))
          expect(
            answer.segments.reduce((sum, { cells }) => sum + (cells[kpi].value ?? 0), 0),
            kpi,
          ).toBe(plain.total.cells[kpi].value);
        const shares = answer.segments.map(({ cells }) => cells.sales_share);
        expect(shares.reduce((sum, { value }) => sum + (value ?? 0), 0)).toBeCloseTo(1, 10);
        expect(shares.every(({ low, change }) => low === null && change?.verdict !== "noise")).toBe(true);
      }
    });

    it("are those of a segment's customers where one is asked about", async () => {
      const view = await viewOf(warehouse, SHOP);
      const within = { segmentation: "order_count", segment: "2" } as const;
      const answer = await ask(view, { of: "orders", by: "order_channel", within });
      const row = rowOf(await ask(view, "order_count"), "2");
      expect([answer.total.id, rowLabel({ locale: "en" }, answer.total.name), answer.total.kind]).toEqual([
        "2",
        "2 orders",
        "within",
      ]);
      for (const kpi of kpiIds)
        expect(told(kpi, answer.total.cells[kpi]), kpi).toEqual(told(kpi, row.cells[kpi]));
      for (const kpi of kpiIds.filter((id) => isSum(id) && isByOrder(id)))
        expect(
          answer.segments.reduce((sum, { cells }) => sum + (cells[kpi].value ?? 0), 0),
          kpi,
        ).toBe(row.cells[kpi].value);
    });
  },
  { until: "suite" },
);

describeWarehouses(
  "sets of customers",
  (open) => {
    let warehouse: Warehouse;
    beforeAll(async () => {
      warehouse = await open();
      await fillShop(warehouse);
    });

    it("that are a segment have its figures, and everyone else the rest", async () => {
      const view = await viewOf(warehouse, SHOP);
      for (const id of segmentationIds) {
        const segments = await ask(view, id);
        const sets: NamedSet[] = segments.segments
          .filter(({ kind }) => kind === "segment")
          .map(({ id: segment }) => ({
            ...{ id: segment, label: segment, rule: { segmentation: id, segment } },
          }));
        if (sets.length === 0) continue;
        const answer = await ask(view, { of: "sets", sets });
        expect(answer.segments.map((row) => row.id)).toEqual(sets.map((set) => set.id));
        expect(answer.total.members).toBe(segments.total.members);
        for (const row of answer.segments) {
          const segment = rowOf(segments, row.id);
          expect([row.kind, row.members]).toEqual(["set", segment.members]);
          expect((row.members ?? 0) + (row.others?.members ?? 0)).toBe(answer.total.members);
          for (const kpi of kpiIds) {
            const where = `${kpi} of ${id} ${row.id}`;
            // Nobody's are known by what they share with a segmentation.
            if (kpis[kpi].outside.length > 0) continue;
            expectSame(kpi, row.cells[kpi], segment.cells[kpi], where);
            if (!isSum(kpi)) continue;
            expect((row.cells[kpi].value ?? 0) + (row.others?.cells[kpi].value ?? 0), where).toBe(
              answer.total.cells[kpi].value,
            );
          }
        }
      }
    });

    it("are told apart by their rules: tags, what customers had, when and how often they ordered", async () => {
      const view = await viewOf(warehouse, SHOP);
      const on = ASKED.period.from;
      const before = (day: string, days: number) =>
        new Date(Date.parse(day) - days * 86_400_000).toISOString().slice(0, 10);
      const tags = new Map(
        (
          await warehouse
            .of(SHOP)
            .query<{ customer_id: number; tags: string }>("SELECT customer_id, tags FROM customers")
        ).map((row) => [row.customer_id, JSON.parse(row.tags) as string[]]),
      );
      const customers = (await buyersOf(warehouse, SHOP)).filter(({ customer }) => customer !== null);
      const ordersBy = ({ orders }: Buyer) =>
        orders.filter(({ counts, local_day }) => counts && local_day < on);
      const first = (buyer: Buyer) => ordersBy(buyer)[0]?.local_day;
      const last = (buyer: Buyer) => ordersBy(buyer).at(-1)?.local_day;
      const recent = (buyer: Buyer) => ordersBy(buyer).filter(({ local_day }) => local_day >= before(on, 30));
      const has = (buyer: Buyer, tag: string) =>
        (tags.get(buyer.customer ?? 0) ?? []).some((each) => each.toLowerCase() === tag.toLowerCase());
      const cases: [NamedSet["rule"], (buyer: Buyer) => boolean][] = [
        ...TAGS.map((tag): [NamedSet["rule"], (buyer: Buyer) => boolean] => [
          { tag },
          (buyer) => has(buyer, tag),
        ]),
        [{ tag: "no such tag" }, () => false],
        [{ had: "orders", atLeast: 2 }, (buyer) => ordersBy(buyer).length >= 2],
        [{ had: "orders", atMost: 0 }, (buyer) => ordersBy(buyer).length === 0],
        [{ since: "last_day", atMost: 20 }, (buyer) => (last(buyer) ?? "") >= before(on, 20)],
        [{ since: "first_day", atLeast: 40 }, (buyer) => (first(buyer) ?? "9") <= before(on, 40)],
        [{ ordered: 30, atLeast: 2 }, (buyer) => recent(buyer).length >= 2],
        [{ ordered: 30, atMost: 0 }, (buyer) => recent(buyer).length === 0],
        [{ not: { tag: "vip" } }, (buyer) => !has(buyer, "vip")],
        [
          { any: [{ tag: "%" }, { all: [{ tag: "vip" }, { had: "orders", atLeast: 1, atMost: 3 }] }] },
          (buyer) =>
            has(buyer, "%") ||
            (has(buyer, "vip") && ordersBy(buyer).length >= 1 && ordersBy(buyer).length <= 3),
        ],
      ];
      const sets = cases.map(([rule], index) => ({ id: `set_${index}`, label: "A set", rule }));
      const answer = await ask(view, { of: "sets", sets }, ["active_customers", "buyer_rate"]);
      const there = (buyer: Buyer) =>
        ordersBy(buyer).length > 0 || (buyer.createdDay !== null && buyer.createdDay < on);
      for (const [index, [rule, holds]] of cases.entries()) {
        const row = rowOf(answer, `set_${index}`);
        const theirs = customers.filter(holds);
        const where = JSON.stringify(rule);
        expect(row.members, where).toBe(theirs.filter(there).length);
        const ordered = theirs.filter(({ orders }) =>
          orders.some(({ counts, local_day }) => counts && local_day >= on && local_day < ASKED.period.to),
        );
        expect(row.cells.active_customers.value, where).toBe(ordered.length);
        expect(row.cells.buyer_rate.parts?.denominator ?? 0, where).toBe(theirs.filter(there).length);
      }
      expect(cases.some(([, holds]) => customers.filter(holds).length > 20)).toBe(true);
    });

    it("by tags are those of most customers, each in one row however its case is written", async () => {
      const view = await viewOf(warehouse, SHOP);
      const sets = await tagSets(view);
      expect(sets.map(({ label }) => label.toLowerCase()).sort()).toEqual(
        [...new Set(TAGS.map((tag) => tag.toLowerCase()))].sort(),
      );
      const answer = await ask(view, { of: "sets", sets }, ["orders"]);
      const counts = answer.segments.map(({ cells }) => cells.orders.n);
      expect(counts[0]).toBeGreaterThan(counts.at(-1) ?? 0);
    });

    it.each(["\0", "\ud83d", "__proto__"])(
      "hold nobody of a text that no customer has (%j)",
      async (text) => {
        const view = await viewOf(warehouse, SHOP);
        const sets: NamedSet[] = [
          { id: "tag", label: "Tag", rule: { tag: text } },
          { id: "segment", label: "Segment", rule: { segmentation: "country", segment: text } },
        ];
        const { segments } = await ask(view, { of: "sets", sets }, ["orders"]);
        expect(segments.map(({ cells }) => cells.orders.value)).toEqual([0, 0]);
      },
    );

    it("have no figures where a segment they speak of did not exist yet", async () => {
      const view = await viewOf(warehouse, SHOP);
      const sets = [{ id: "a", label: "A", rule: { segmentation: "rfm", segment: "champions" } }] as const;
      const { segments, total } = await queryKpis(view, {
        ...{ ...ASKED, kpis: ["orders"], segmentation: { of: "sets", sets } },
        period: { from: "2026-01-01", to: "2026-02-01" },
      });
      expect(
        segments.map(({ members, cells }) => [members, cells.orders.value, cells.orders.reason]),
      ).toEqual([[null, null, "not_grouped"]]);
      expect(total.cells.orders.value).toBeGreaterThan(0);
    });
  },
  { until: "suite" },
);

describeWarehouses(
  "a segment cut once more",
  (open) => {
    let warehouse: Warehouse;
    beforeAll(async () => {
      warehouse = await open();
      await fillShop(warehouse);
    });

    it("has in each row what the set of both segments has, and adds up to the segment", async () => {
      const view = await viewOf(warehouse, SHOP);
      const within = { segmentation: "order_count", segment: "2" } as const;
      const whole = rowOf(await ask(view, "order_count"), "2");
      for (const by of segmentationIds.filter((id) => id !== "order_count")) {
        const answer = await ask(view, { of: "customers", by, within });
        for (const kpi of kpiIds)
          if (kpis[kpi].outside.length === 0)
            expect(told(kpi, answer.total.cells[kpi]), kpi).toEqual(told(kpi, whole.cells[kpi]));
        for (const kpi of kpiIds.filter(isSum))
          if (kpis[kpi].outside.length === 0)
            expect(
              answer.segments.reduce((sum, { cells }) => sum + (cells[kpi].value ?? 0), 0),
              kpi,
            ).toBe(whole.cells[kpi].value);
        const sets = answer.segments.map(({ id }) => ({
          ...{ id, label: id },
          rule: { all: [within, { segmentation: by, segment: id }] },
        }));
        const both = await ask(view, { of: "sets", sets } satisfies Cut);
        for (const row of answer.segments.filter(({ kind }) => kind === "segment"))
          for (const kpi of kpiIds.filter((id) => id !== "sales_share" && kpis[id].outside.length === 0))
            expectSame(kpi, row.cells[kpi], rowOf(both, row.id).cells[kpi], `${kpi} of ${by} ${row.id}`);
      }
    });

    it("is refused where there is no such segment", async () => {
      const view = await viewOf(warehouse, SHOP);
      const within = { segmentation: "order_count", segment: "7" } as const;
      await expect(ask(view, { of: "customers", by: "channel", within })).rejects.toThrow(/7/);
    });
  },
  { until: "suite" },
);
