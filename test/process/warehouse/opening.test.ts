// Sums stand for orders that are not kept: from the cut on every figure is what it was, whatever happens to the tables.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Comparison, PlainComparison } from "../../../app/kpis/comparing.ts";
import type { MembersAt, Period } from "../../../app/kpis/period.ts";
import { periodBefore } from "../../../app/kpis/comparing.ts";
import { addDays } from "../../../app/kpis/period.ts";
import { kpis, type KpiId, type SegmentationId, segmentationIds } from "../../../app/kpis/catalogue.ts";
import { listSegments } from "../../../app/kpis/member-lists.server.ts";
import { queryKpis } from "../../../app/kpis/query.server.ts";
import { openWarehouse, type Warehouse } from "../../../app/warehouse/warehouse.server.ts";
import { DAYS, FIRST_DAY, openShop, shopRows } from "../../engine/kpis/shop.ts";
import { describeWarehouses } from "../../tools/setup/warehouses.ts";
import { dump } from "../../engine/warehouse/dump.ts";
import { load, stages } from "../../engine/warehouse/files.ts";
import { emptyPlace, ENGINES } from "../../engine/warehouse/kept.ts";
import { viewOf } from "../../tools/setup/view.ts";
import { reaching } from "../../engine/warehouse/reaching.ts";

const WHOLE = "whole.myshopify.com";
const CUT = "cut.myshopify.com";
const SEEDS = [1];
const TODAY = addDays(FIRST_DAY, DAYS + 45);
/** In Berlin's winter. */
const cutOn = (day: number) => ({
  day: addDays(FIRST_DAY, day),
  from: `${addDays(FIRST_DAY, day - 1)}T23:00:00Z`,
});
const SIZE = { customers: 90, orders: 420 };
const ids = Object.keys(kpis) as KpiId[];

/** Everything but when it was read, and what a reading of other files numbers anew. */
async function tables(warehouse: Warehouse, shop: string) {
  const all = Object.entries(await dump(warehouse, shop));
  return all.map(([table, rows]) => [
    table,
    rows.map((row) => JSON.stringify({ ...row, read_at: null, orders_read_at: null })).sort(),
  ]);
}

/** Sums of products are added in whatever order. */
const rounded = (cell: object) =>
  JSON.stringify(cell, (_, value: unknown) =>
    typeof value === "number" ? Number(value.toPrecision(9)) : value,
  );

/** Every KPI of every segmentation in days from the cut on: of RFM in all of these periods, of the others in one in turn. */
async function figures(
  warehouse: Warehouse,
  shop: string,
  day: string,
  by: readonly SegmentationId[] = segmentationIds,
) {
  const to = addDays(FIRST_DAY, DAYS + 30);
  const middle = addDays(day, 25);
  const periods: [Period, PlainComparison, MembersAt][] = [
    [{ from: day, to: addDays(day, 20) }, "none", "start"],
    [{ from: middle, to: addDays(middle, 20) }, "previous_period", "start"],
    [{ from: middle, to }, "none", "end"],
    [{ from: middle, to }, "none", "today"],
  ];
  const answers: string[] = [];
  for (const [nth, segmentation] of by.entries())
    for (const [index, [period, comparison, membersAt]] of periods.entries()) {
      if (segmentation !== "rfm" && nth % periods.length !== index) continue;
      const question = { kpis: ids, segmentation, period, comparison, membersAt, today: TODAY };
      const { total, segments } = await queryKpis(await viewOf(warehouse, shop), question);
      for (const { id, members, cells } of [total, ...segments]) {
        const row = `${segmentation} ${period.from} ${comparison} ${membersAt} ${id}`;
        answers.push(`${row}: ${members}`);
        // Of days before the cut only sums are known, and not who ordered.
        const before = periodBefore(period);
        const { from } = comparison === "none" ? before : periodBefore(before);
        const isKnown = (kpi: KpiId) => !kpis[kpi].looksBack || from >= day;
        for (const kpi of ids.filter(isKnown)) answers.push(`${row} ${kpi}: ${rounded(cells[kpi])}`);
      }
    }
  return answers;
}

describeWarehouses("sums in the place of older orders", (open) => {
  let warehouse: Warehouse;
  let scratch: string;
  beforeEach(async () => {
    warehouse = await open();
    scratch = await mkdtemp(path.join(tmpdir(), "segment-kpis-opening-"));
  });
  afterEach(() => rm(scratch, { recursive: true, force: true }));

  const both = async (seed: number) => {
    for (const shop of [WHOLE, CUT]) await openShop(warehouse, { seed, ...SIZE }, shop);
  };
  const forget = async (shop: string, cut: { day: string; from: string }) => {
    const gone = await warehouse.of(shop).forgetBefore(cut, "sums");
    await warehouse.of(shop).setMeta(reaching("retention", cut.day));
    return gone;
  };

  it.each(SEEDS)("every figure from the cut on is what it was (shop %i)", async (seed) => {
    await both(seed);
    for (const cut of [cutOn(50), cutOn(80)]) {
      const before = await figures(warehouse, WHOLE, cut.day);
      expect((await forget(CUT, cut)).orders).toBeGreaterThan(50);
      expect(await figures(warehouse, CUT, cut.day)).toEqual(before);
    }
  });

  it("a cut after a cut is the later one, a backup and a reading of everything change nothing", async () => {
    await both(4);
    await forget(CUT, cutOn(50));
    await forget(CUT, cutOn(80));
    await forget(WHOLE, cutOn(80));
    const once = await tables(warehouse, WHOLE);
    expect(await tables(warehouse, CUT)).toEqual(once);
    expect(await warehouse.of(CUT).forgetBefore(cutOn(60), "sums")).toEqual({
      orders: 0,
      customers: 0,
      records: 0,
    });

    await warehouse.of(CUT).merge(load("2026-06-02T00:00:00Z", shopRows({ seed: 4, ...SIZE }), { stages }));
    expect(await tables(warehouse, CUT)).toEqual(once);
    await warehouse.of(CUT).copyOut(scratch);
    const another = await open();
    await another.of(CUT).copyIn(scratch);
    expect(await tables(another, CUT)).toEqual(once);
    await warehouse.of(CUT).relocalise("Asia/Tokyo");
    expect((await warehouse.of(CUT).meta())?.opening_day).toBe(addDays(FIRST_DAY, 81));
    await warehouse.of(CUT).relocalise("Europe/Berlin");
    expect(await tables(warehouse, CUT)).toEqual(once);
  });

  it("a copy made anew from the kept orders takes over the sums, once", async () => {
    await both(5);
    const cut = cutOn(60);
    await forget(CUT, cut);
    // What Shopify counts is told by whichever order comes last.
    const held = async () => (await tables(warehouse, CUT)).filter(([table]) => table !== "customers");
    const expected = await held();
    await warehouse.of(CUT).next.setMeta({
      currency: "EUR",
      decimals: 2,
      time_zone: "Europe/Berlin",
      ...reaching("complete"),
    });
    // Some that were placed before the cut are read as well: they moved meanwhile.
    await warehouse
      .of(CUT)
      .next.merge(
        load("2026-06-02T00:00:00Z", shopRows({ seed: 5, ...SIZE }), { stages, keepFrom: cutOn(55).from }),
      );
    for (let times = 0; times < 2; times += 1) await warehouse.of(CUT).carryOpening();
    await warehouse.of(CUT).replace("mirrored");
    expect(await held()).toEqual(expected);
  });

  it("instants and days before the cut are refused with the reason, comparisons with them are blank", async () => {
    await both(6);
    const cut = cutOn(60);
    await forget(CUT, cut);
    const on = addDays(cut.day, -1);
    const segments = await listSegments(await viewOf(warehouse, CUT), "rfm", { on, until: cut.day });
    expect(new Set(segments.map(({ members }) => members))).toEqual(new Set([null]));
    const ask = async (period: Period, comparison: Comparison) =>
      queryKpis(await viewOf(warehouse, CUT), {
        kpis: ["net_sales", "new_customers"],
        segmentation: "rfm",
        period,
        comparison,
        membersAt: "start",
        today: TODAY,
      });
    const early = await ask({ from: on, to: addDays(cut.day, 9) }, "none");
    for (const { cells } of [early.total, ...early.segments])
      for (const cell of Object.values(cells))
        expect([cell.value, cell.reason]).toEqual([
          null,
          expect.stringMatching(/history_not_kept|not_applicable/),
        ]);
    const compared = await ask({ from: cut.day, to: addDays(cut.day, 9) }, "previous_period");
    expect(compared.total.cells.net_sales.value).not.toBeNull();
    expect(compared.total.cells.net_sales.previous).toBeNull();
    expect(compared.total.cells.net_sales.change).toMatchObject({ reason: "history_not_kept" });
  });

  it("a customer who is erased leaves no sums, and one who is merged brings his", async () => {
    await both(7);
    await forget(CUT, cutOn(60));
    type Sums = { orders: number; net: number; first_day: string; last_day: string };
    const sums = async (id: number) =>
      (
        await warehouse
          .of(CUT)
          .query<Sums>(
            `SELECT orders, net, first_day, last_day FROM opening_balance WHERE customer_id = ${id}`,
          )
      )[0];
    const [one, two] = [await sums(1), await sums(2)];
    if (one === undefined || two === undefined) return expect.fail("they ordered nothing");
    for (let times = 0; times < 2; times += 1) await warehouse.of(CUT).joinOpenings([{ gone: 2, kept: 1 }]);
    expect(await sums(2)).toBeUndefined();
    expect(await sums(1)).toEqual({
      orders: one.orders + two.orders,
      net: one.net + two.net,
      first_day: [one.first_day, two.first_day].sort()[0],
      last_day: [one.last_day, two.last_day].sort()[1],
    });
    await warehouse.of(CUT).eraseCustomers([1]);
    expect(await sums(1)).toBeUndefined();
    const all = Object.values(await dump(warehouse, CUT)).flat();
    expect(all.filter(({ customer_id: id }) => id === 1)).toEqual([]);
  });

  it("one who is gone with nobody known to follow him counts in every figure as before", async () => {
    await both(10);
    const cut = cutOn(80);
    await forget(CUT, cut);
    const [only] = await warehouse.of(CUT).query<{ id: number }>(
      `SELECT min(customer_id) AS id FROM opening_balance b WHERE orders > 0
         AND NOT EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = b.customer_id)
         AND NOT EXISTS (SELECT 1 FROM earlier_orders e WHERE e.customer_id = b.customer_id)`,
    );
    const id = only?.id ?? expect.fail("everybody has ordered since");
    // But for what only his record told.
    const by = segmentationIds.filter((segmentation) => segmentation !== "email_consent");
    const before = await figures(warehouse, WHOLE, cut.day, by);
    await warehouse.of(CUT).merge(load("2026-07-01T00:00:00Z", [], { removedCustomers: [id] }));
    expect(await warehouse.of(CUT).query(`SELECT 1 FROM customers WHERE customer_id = ${id}`)).toEqual([]);
    expect(await figures(warehouse, CUT, cut.day, by)).toEqual(before);
  });

  it("an erasure that names an order of somebody who is gone takes his sums as well", async () => {
    await both(7);
    await forget(CUT, cutOn(60));
    const sums = () =>
      warehouse.of(CUT).query("SELECT customer_id FROM opening_balance WHERE customer_id IN (1, 2, 3)");
    expect(await sums()).toHaveLength(3);
    const orderOf = async (id: number) => {
      const rows = await warehouse
        .of(CUT)
        .query<{ id: number }>(`SELECT max(order_id) AS id FROM orders WHERE customer_id = ${id}`);
      return rows[0]?.id ?? expect.fail("he ordered nothing since");
    };
    await warehouse.of(CUT).merge(load("2026-07-01T00:00:00Z", [], { removedCustomers: [2] }));
    await warehouse.of(CUT).eraseCustomers([1], [await orderOf(2), await orderOf(3)]);
    expect(await sums()).toEqual([{ customer_id: 3 }]);
  });

  it("without sums nothing of older orders is left, and no customer who ordered only then", async () => {
    await both(8);
    await forget(CUT, cutOn(60));
    await warehouse.of(CUT).forgetBefore(cutOn(60), "nothing");
    await warehouse.of(WHOLE).forgetBefore(cutOn(60), "nothing");
    expect(await tables(warehouse, CUT)).toEqual(await tables(warehouse, WHOLE));
    expect(await warehouse.of(CUT).meta()).toMatchObject({ opening_at: null, opening_day: null });
    const { opening_balance, earlier_orders } = await dump(warehouse, CUT);
    expect([opening_balance, earlier_orders]).toEqual([[], []]);
  });
});

it.each(ENGINES)(
  "older orders and their sums are exchanged whole, whenever the process is killed (%s)",
  async (engine) => {
    const place = await emptyPlace(engine);
    const program = fileURLToPath(new URL("forgetting-process.ts", import.meta.url));
    const cut = cutOn(60);
    const entered = async <T>(work: (warehouse: Warehouse) => Promise<T>) => {
      const warehouse = await openWarehouse({ ...place, waitForLockMs: 60_000 });
      return await work(warehouse).finally(() => warehouse.close());
    };
    try {
      const whole = await entered(async (warehouse) => {
        for (const shop of [WHOLE, CUT]) await openShop(warehouse, { seed: 9, ...SIZE }, shop);
        await warehouse.of(WHOLE).forgetBefore(cut, "sums");
        return { before: await tables(warehouse, CUT), after: await tables(warehouse, WHOLE) };
      });
      for (const ms of [0, 20, 60, 120, 250]) {
        const { directory, url } = place;
        const child = spawn(
          process.execPath,
          [program, directory, CUT, cut.day, cut.from, ...(url ? [url] : [])],
          {
            stdio: ["ignore", "pipe", "inherit"],
          },
        );
        const ended = once(child, "exit");
        await Promise.race([once(child.stdout, "data"), ended]);
        const deadline = Date.now() + ms;
        while (Date.now() < deadline) await new Promise(setImmediate);
        child.kill("SIGKILL");
        await ended;
        expect([whole.before, whole.after]).toContainEqual(
          await entered((warehouse) => tables(warehouse, CUT)),
        );
      }
      await entered(async (warehouse) => {
        await warehouse.of(CUT).forgetBefore(cut, "sums");
        expect(await tables(warehouse, CUT)).toEqual(whole.after);
      });
    } finally {
      await rm(place.directory, { recursive: true, force: true });
    }
  },
);
