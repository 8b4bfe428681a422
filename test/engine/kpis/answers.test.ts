import { expect, it } from "vitest";
import { askedBy } from "../../../app/asking.ts";
import { UnknownSegment } from "../../../app/errors.ts";
import { kpiIds, kpis, segmentationIds, type KpiId } from "../../../app/kpis/catalogue.ts";
import { addDays, bucketsOf, type Period } from "../../../app/kpis/period.ts";
import type { Member, Question } from "../../../app/kpis/answer.ts";
import { compileCells } from "../../../app/kpis/compile/cells.ts";
import { termColumns } from "../../../app/kpis/compile/terms.ts";
import { listSegments, queryMembers, streamMembers } from "../../../app/kpis/member-lists.server.ts";
import { queryKpis, queryTrend } from "../../../app/kpis/query.server.ts";
import { segmentationOf } from "../../../app/kpis/segmentations.ts";
import { describeWarehouses } from "../../tools/setup/warehouses.ts";
import { buyersOf } from "./recount-buyers.ts";
import { segmentsAt } from "./recount-segments.ts";
import { DAYS, FIRST_DAY, openShop, SHOP } from "./shop.ts";
import { meters } from "../../../app/metrics/meters.server.ts";
import { viewOf } from "../../tools/setup/view.ts";
import { reaching } from "../warehouse/reaching.ts";

const TODAY = addDays(FIRST_DAY, DAYS - 1);
/** When it begins, the shop has orders of 97 days: enough for groups. */
const PERIOD: Period = { from: "2026-02-20", to: "2026-04-01" };
const question = (more: Partial<Question> = {}): Question => ({
  kpis: kpiIds,
  segmentation: "rfm",
  period: PERIOD,
  comparison: "previous_period",
  membersAt: "start",
  today: TODAY,
  ...more,
});

/** Queries that reached the engine, of all warehouses of this process. */
async function queries(): Promise<number> {
  const { values } = await meters.querySeconds.get();
  return values.find(({ metricName }) => metricName?.endsWith("_count"))?.value ?? 0;
}

/** What Shopify keeps: the shop of these tests has entered nothing. */
const kept = kpiIds.filter((id) => kpis[id].recorded.length === 0);

describeWarehouses("answers", (open) => {
  const shopOf = async (size = { seed: 7, customers: 160, orders: 500 }) => {
    const warehouse = await open();
    await openShop(warehouse, size);
    return warehouse;
  };

  it("show every declared segment, in order, with those that are empty", async () => {
    const { segments } = await queryKpis(await viewOf(await shopOf(), SHOP), question());
    expect(segments.map((row) => row.id)).toEqual([
      ...[
        "champions",
        "loyal",
        "active",
        "new",
        "promising",
        "needs_attention",
        "previously_loyal",
        "at_risk",
      ],
      ...["almost_lost", "dormant", "first_time", "none", "guest"],
    ]);
  });

  it("give sums, counts and raw rates of few customers, and no verdict", async () => {
    const { total } = await queryKpis(
      await viewOf(await shopOf({ seed: 3, customers: 9, orders: 40 }), SHOP),
      question({ period: { from: "2026-03-01", to: "2026-04-01" } }),
    );
    for (const id of kept) {
      const cell = total.cells[id];
      // Nobody who began in March has been followed so long by the middle of April.
      const isOpen = id.startsWith("value_within");
      expect([id, cell.reason]).toEqual([id, isOpen ? "not_mature" : null]);
      if (isOpen) continue;
      expect([id, cell.value]).not.toEqual([id, null]);
      // Of so few orders another part is known each month, and nobody was new in the month before.
      const isTold =
        !["sales_share", "gross_margin", "net_aov", "return_rate_units", "lead_conversion"].includes(id) &&
        !id.startsWith("second_order_rate");
      if (isTold) expect([id, cell.change?.verdict, cell.change?.reason]).toEqual([id, "too_few", "too_few"]);
      const { numerator, denominator } = cell.parts ?? { numerator: 0, denominator: 1 };
      if (kpis[id].unit === "rate" && cell.parts !== null) expect(cell.value).toBe(numerator / denominator);
    }
    expect(total.cells.orders.value).toBeGreaterThan(0);
    expect(total.cells.buyer_rate.sureness).toBe("rough");
  });

  it("give sums and counts without a range, and rates within 0 and 1", async () => {
    const warehouse = await shopOf();
    for (const membersAt of ["start", "end", "today"] as const) {
      const { total, segments } = await queryKpis(await viewOf(warehouse, SHOP), question({ membersAt }));
      for (const { cells } of [total, ...segments])
        for (const id of kpiIds) {
          const { kind, value, low, high } = cells[id];
          if (kpis[id].denominator === null) expect([id, kind, low, high]).toEqual([id, "fact", null, null]);
          if (kpis[id].unit === "rate" && value !== null && value >= 0 && value <= 1) {
            expect(
              [id, low ?? 0, high ?? 1].slice(1).every((bound) => Number(bound) >= 0 && Number(bound) <= 1),
            ).toBe(true);
          }
        }
      expect(total.cells.sales_share).toMatchObject({ value: 1, kind: "fact", low: null, high: null });
    }
  });

  it("give nothing divided by 0, and no figure per customer for guest orders", async () => {
    const { total, segments } = await queryKpis(
      await viewOf(await shopOf({ seed: 3, customers: 5, orders: 0 }), SHOP),
      question(),
    );
    expect([total.cells.aov.value, total.cells.aov.reason]).toEqual([null, "no_value"]);
    expect([total.cells.sales_share.value, total.cells.sales_share.reason]).toEqual([null, "not_positive"]);
    expect(total.cells.orders.value).toBe(0);
    const guest = segments.find((row) => row.kind === "guest");
    expect([guest?.members, guest?.cells.sales_per_customer.reason]).toEqual([null, "not_applicable"]);
  });

  it("judge a change by its own interval", async () => {
    const { total } = await queryKpis(await viewOf(await shopOf(), SHOP), question());
    const { change, value, previous } = total.cells.orders;
    expect(change?.absolute).toBe((value ?? 0) - (previous ?? 0));
    const inside = (change?.low ?? 0) <= 0 && (change?.high ?? 0) >= 0;
    expect(change?.verdict).toBe(inside ? "noise" : "more_than_noise");
  });

  it("have every sum that they ask for under the name by which it is read", async () => {
    const warehouse = await shopOf({ seed: 3, customers: 9, orders: 40 });
    const grouping = { kind: "segments", segmentation: segmentationOf("rfm") } as const;
    const slice = { period: PERIOD, membersOn: PERIOD.from };
    const then = { period: { from: "2026-01-01", to: PERIOD.from }, membersOn: "2026-01-01" };
    const { sql, params } = compileCells(kpiIds, grouping, slice, then);
    const [row] = await warehouse.of(SHOP).query(sql, params);
    const asked = termColumns(kpiIds, ["now", "then"]).map((column) => column.split(" AS ").at(-1));
    expect(Object.keys(row ?? {})).toEqual(expect.arrayContaining(asked));
  });

  it("lose no more than all of what is never below 0, also where nothing is left of it", async () => {
    const warehouse = await shopOf();
    let gone = 0;
    for (const segmentation of ["order_count", "country", "channel"] as const) {
      const { total, segments } = await queryKpis(
        await viewOf(warehouse, SHOP),
        // All of the shop lies in the days before.
        question({ segmentation, period: { from: "2026-04-14", to: "2026-05-14" }, today: "2026-06-01" }),
      );
      for (const { cells } of [total, ...segments])
        for (const id of kept) {
          const { change, previous, value } = cells[id];
          if (kpis[id].unit !== "count" && id !== "aov") continue;
          if (change?.low == null || previous === null || previous === 0) continue;
          expect([id, change.low >= -previous]).toEqual([id, true]);
          if (value === 0) gone += 1;
        }
    }
    expect(gone).toBeGreaterThan(0);
  });

  it("show only what the loaded days tell while older orders are missing", async () => {
    const warehouse = await shopOf();
    const shown: KpiId[] = [
      ...(["gross_sales", "discounts", "orders", "units_sold", "aov", "discount_rate"] as const),
      ...([
        "units_per_order",
        "discounted_order_share",
        "net_aov",
        "aov_median",
        "return_rate_units",
      ] as const),
    ];
    for (const history of ["loading", "sixty_days"] as const) {
      await warehouse.of(SHOP).setMeta(reaching(history, "2026-01-15"));
      const { total, segments, asOf } = await queryKpis(await viewOf(warehouse, SHOP), question());
      expect([asOf.history, asOf.loadedFrom]).toEqual([history, "2026-01-15"]);
      for (const id of kept) {
        const { value, reason, previous, change } = total.cells[id];
        if (shown.includes(id)) expect(value).not.toBeNull();
        else expect([value, reason]).toEqual([null, "history_incomplete"]);
        // The compared period begins before the first loaded day.
        expect([id, previous]).toEqual([id, null]);
        if (id !== "sales_share") expect([id, change?.reason]).toEqual([id, "history_incomplete"]);
      }
      for (const row of segments) {
        expect(row.members).toBeNull();
        // What a row never has it has not either while orders are missing.
        const reasons = kept.map((id) => row.cells[id].reason).filter((each) => each !== "not_applicable");
        if (row.kind !== "guest") expect(new Set(reasons)).toEqual(new Set(["history_incomplete"]));
        else expect(row.cells.orders.value).toBeGreaterThan(0);
      }
      const early = await queryKpis(
        await viewOf(warehouse, SHOP),
        question({ period: { from: "2026-01-01", to: "2026-02-01" } }),
      );
      expect(early.total.cells.orders).toMatchObject({ value: null, reason: "history_incomplete" });
      const trend = await queryTrend(await viewOf(warehouse, SHOP), {
        kpis: ["orders", "net_sales"],
        period: { from: "2026-01-14", to: "2026-01-17" },
        grain: "day",
        membersAt: "start",
        today: TODAY,
      });
      expect(
        trend.map((point) => [point.complete, point.values.orders === null, point.values.net_sales]),
      ).toEqual([
        [false, true, null],
        [true, false, null],
        [true, false, null],
      ]);
      expect(
        (await listSegments(await viewOf(warehouse, SHOP), "rfm", { on: TODAY, until: TODAY })).every(
          ({ members }) => members === null,
        ),
      ).toBe(true);
    }
  });

  it("add up from days to weeks and months, for every figure that does", async () => {
    const warehouse = await shopOf();
    const ids = kept.filter((id) => kpis[id].additive.days);
    const whole = await queryKpis(await viewOf(warehouse, SHOP), question({ kpis: ids, comparison: "none" }));
    for (const row of [whole.total, ...whole.segments]) {
      for (const grain of ["day", "week", "month"] as const) {
        const points = await queryTrend(await viewOf(warehouse, SHOP), {
          kpis: ids,
          segmentation: "rfm",
          segment: row.id,
          period: PERIOD,
          grain,
          membersAt: "start",
          today: TODAY,
        });
        expect(points.map(({ from, to }) => ({ from, to }))).toEqual(bucketsOf(PERIOD, grain));
        for (const id of ids) {
          const sum = points.reduce((all, point) => all + (point.values[id] ?? 0), 0);
          expect(sum, `${id} of ${row.id} by ${grain}`).toBe(row.cells[id].value);
        }
      }
    }
  });

  it("draw a trend of one bar that is the period's own figure, for every KPI and instant", async () => {
    const warehouse = await shopOf();
    const month = { from: "2026-02-01", to: "2026-03-01" };
    for (const membersAt of ["start", "end", "today"] as const) {
      const ask = question({ period: month, comparison: "none", membersAt, segmentation: "order_count" });
      const whole = await queryKpis(await viewOf(warehouse, SHOP), ask);
      for (const row of [whole.total, ...whole.segments]) {
        const segment = row.kind === "total" ? {} : { segmentation: "order_count" as const, segment: row.id };
        const [point] = await queryTrend(await viewOf(warehouse, SHOP), {
          kpis: kpiIds,
          period: month,
          grain: "month",
          membersAt,
          today: TODAY,
          ...segment,
        });
        for (const id of kpiIds) {
          if (id === "sales_share" && row.kind === "total") continue;
          expect(point?.values[id] ?? null, `${id} of ${row.id} at ${membersAt}`).toBe(row.cells[id].value);
        }
      }
    }
  });

  it("list a segment's members as a recount does, by page and as a stream", async () => {
    const warehouse = await shopOf();
    const buyers = await buyersOf(warehouse, SHOP);
    for (const segmentation of segmentationIds) {
      const instant = { on: "2026-03-01", until: "2026-04-01" };
      const expected = segmentsAt(buyers, segmentation, instant.on, instant.until);
      for (const { id, members: count } of await listSegments(
        await viewOf(warehouse, SHOP),
        segmentation,
        instant,
      )) {
        const ids = [...expected]
          .filter(
            ([buyer, segment]) =>
              segment === id && (id !== "none" || (buyer.createdDay ?? "9") < "2026-03-01"),
          )
          .map(([buyer]) => buyer.customer);
        const ask = { segmentation, segment: id, ...instant };
        const first = await queryMembers(await viewOf(warehouse, SHOP), {
          ...ask,
          sort: "net",
          descending: true,
          offset: 0,
          limit: 5,
        });
        const streamed: Member[] = [];
        for await (const batch of streamMembers(await viewOf(warehouse, SHOP), ask)) streamed.push(...batch);
        expect(count).toBe(ids.length);
        expect(first.total).toBe(ids.length);
        expect(streamed.map((member) => member.customer_id).sort()).toEqual(ids.sort());
        expect(streamed.slice(0, 5)).toEqual(first.members);
      }
    }
  });

  it("sort members and page through them without a gap", async () => {
    const warehouse = await shopOf();
    const page = async (offset: number, limit: number) =>
      queryMembers(await viewOf(warehouse, SHOP), {
        segmentation: "country",
        segment: "DE",
        on: "2026-03-01",
        until: "2026-04-01",
        sort: "last_day",
        descending: true,
        offset,
        limit,
      });
    const all = (await page(0, 1000)).members;
    expect([...(await page(0, 7)).members, ...(await page(7, 1000)).members]).toEqual(all);
    const days = all.map((member) => member.last_day ?? "");
    expect(days).toEqual([...days].sort().reverse());
    expect(days[0]).toMatch(/^2026-0\d-\d\d$/);
  });

  it("are computed once for the same data, and anew when it changes", async () => {
    const warehouse = await shopOf();
    const before = await queries();
    const asked = async () => (await queries()) - before;
    const [first, again] = await Promise.all([
      queryKpis(await viewOf(warehouse, SHOP), question()),
      queryKpis(await viewOf(warehouse, SHOP), question()),
    ]);
    expect(again).toBe(first);
    // The answer, who came again of either period, who was followed for how long of either (90 and 365 days, leads), what was
    // spent, what is in stock and what of it has a cost, of which days that is known, the two medians of either period, and the
    // day of the first order.
    expect(await asked()).toBe(18);
    await queryKpis(await viewOf(warehouse, SHOP), question({ comparison: "none" }));
    expect(await asked()).toBe(28);
    await warehouse.of(SHOP).setMeta({ coverage: { orders: { fresh_at: "2026-06-01 00:00:00" } } });
    expect((await queryKpis(await viewOf(warehouse, SHOP), question())).asOf.freshAt).toContain("2026-06-01");
    expect(await asked()).toBe(46);
  });

  it("are kept for the next visitor when the first has got his", async () => {
    const warehouse = await shopOf({ seed: 1, customers: 30, orders: 60 });
    const before = await queries();
    const visit = () =>
      askedBy(new AbortController().signal, async () =>
        queryKpis(await viewOf(warehouse, SHOP), question({ kpis: ["orders"], comparison: "none" })),
      );
    expect(await visit()).toBe(await visit());
    // The answer, and of which days is known what Shopify does not keep.
    expect((await queries()) - before).toBe(2);
  });

  it("refuse a segment that is not there and a shop without data", async () => {
    const warehouse = await shopOf({ seed: 1, customers: 3, orders: 4 });
    const ask = {
      segmentation: "rfm",
      segment: "whales",
      on: TODAY,
      until: TODAY,
      sort: "net",
      descending: true,
      offset: 0,
      limit: 5,
    } as const;
    await expect(queryMembers(await viewOf(warehouse, SHOP), ask)).rejects.toThrow(UnknownSegment);
    expect(await warehouse.of("nobody.myshopify.com").view()).toBeNull();
  });
});
