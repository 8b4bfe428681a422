// Who agrees to be sent e-mail, against hand arithmetic: read every night as the app does, with a night that is missing.
import { expect, it } from "vitest";
import type { Answer } from "../../../app/kpis/answer.ts";
import type { By } from "../../../app/kpis/cuts/cut.ts";
import { offeredKpis } from "../../../app/kpis/loaded.server.ts";
import type { Grain, MembersAt, Period } from "../../../app/kpis/period.ts";
import { queryKpis, queryTrend } from "../../../app/kpis/query.server.ts";
import type { Warehouse } from "../../../app/warehouse/warehouse.server.ts";
import { viewOf } from "../../tools/setup/view.ts";
import { describeWarehouses } from "../../tools/setup/warehouses.ts";
import { openBuyers } from "../kpis/buyers.ts";
import { CUSTOMER_SINCE, load, stages } from "../warehouse/files.ts";
import { type Consent, consentReading } from "../warehouse/readings.ts";

const SHOP = "consents.myshopify.com";
const KPIS = ["new_subscribers", "subscribed_share"] as const;
const TODAY = "2026-10-20";
/** The second recorded day to the last before a night is missing. */
const WEEK = { from: "2026-10-02", to: "2026-10-09" };

const night = (day: number) => `2026-10-${String(day).padStart(2, "0")}T02:00:00Z`;
const ten = (day: number) => `2026-10-${String(day).padStart(2, "0")}T10:00:00Z`;

const customerRow = (id: number, createdAt: string) => ({
  __typename: "Customer",
  id: `gid://shopify/Customer/${id}`,
  createdAt,
  updatedAt: createdAt,
  numberOfOrders: "0",
  tags: [],
});

/**
 * From the day on: what Shopify says, and since when. The whole is read from the 1st to the 9th, and again from the 12th to the
 * 14th: known are the days 1 to 8, and 12 and 13.
 * | customer | orders          | e-mail                                                                        |
 * |----------|-----------------|-------------------------------------------------------------------------------|
 * | 1        | 1 before        | subscribed on the 1st already                                                 |
 * | 2        | 1 before        | gives consent on the 3rd                                                      |
 * | 3        | 2 before        | subscribed on the 1st already, withdraws on the 4th                           |
 * | 4        | 2 before        | gives consent on the 3rd, withdraws on the 5th, gives it again on the 7th     |
 * | 5        | first on the 3rd| pending; gives consent on the 10th, which is not known                        |
 * | 6        |                 | record made on the 5th, with consent                                          |
 * | 7        |                 | record made on the 6th, without; gives consent on the 13th                    |
 * | 8        |                 | no address before the 6th, which is subscribed                                |
 */
const STATES: readonly (readonly [customer: number, from: number, state: string | null])[] = [
  [1, 1, "SUBSCRIBED"],
  [2, 1, "NOT_SUBSCRIBED"],
  [2, 3, "SUBSCRIBED"],
  [3, 1, "SUBSCRIBED"],
  [3, 4, "UNSUBSCRIBED"],
  [4, 1, "NOT_SUBSCRIBED"],
  [4, 3, "SUBSCRIBED"],
  [4, 5, "UNSUBSCRIBED"],
  [4, 7, "SUBSCRIBED"],
  [5, 1, "PENDING"],
  [5, 10, "SUBSCRIBED"],
  [6, 5, "SUBSCRIBED"],
  [7, 6, "NOT_SUBSCRIBED"],
  [7, 13, "SUBSCRIBED"],
  [8, 1, null],
  [8, 6, "SUBSCRIBED"],
];

/** What a night of that day reads: what became of the day before, and when Shopify says that it did. */
const readOn = (day: number): Consent[] =>
  [1, 2, 3, 4, 5, 6, 7, 8].flatMap((customer) => {
    const last = STATES.findLast(([of, from]) => of === customer && from < Math.max(2, day));
    return last === undefined ? [] : [{ customer, email: last[2], at: ten(last[1]) }];
  });

async function openShop(warehouse: Warehouse): Promise<void> {
  await openBuyers(
    warehouse,
    SHOP,
    [
      [{ day: "2026-09-10" }],
      [{ day: "2026-09-11" }],
      [{ day: "2026-09-01" }, { day: "2026-09-12" }],
      [{ day: "2026-09-02" }, { day: "2026-09-13" }],
      [{ day: "2026-10-03" }],
    ],
    [{ day: "2026-10-04" }],
  );
  const rows = [
    customerRow(6, "2026-10-05T09:00:00Z"),
    customerRow(7, "2026-10-06T09:00:00Z"),
    customerRow(8, CUSTOMER_SINCE),
  ];
  await warehouse.of(SHOP).merge(load("2027-01-01T00:00:00Z", rows, { stages }));
}

async function record(warehouse: Warehouse, days: readonly number[], read = readOn): Promise<void> {
  for (const day of days) await warehouse.of(SHOP).observe(consentReading(night(day), read(day)));
}

const NIGHTS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 13, 14];

const ask = async (
  warehouse: Warehouse,
  period: Period,
  {
    by = "order_count",
    membersAt = "start",
    today = TODAY,
  }: { by?: By; membersAt?: MembersAt; today?: string } = {},
): Promise<Answer> =>
  queryKpis(await viewOf(warehouse, SHOP), {
    kpis: KPIS,
    segmentation: by,
    period,
    comparison: "previous_period",
    membersAt,
    today,
  });

const trendOf = async (warehouse: Warehouse, period: Period, grain: Grain, segment?: string) => {
  const cut = segment === undefined ? {} : { segmentation: "order_count" as const, segment };
  const asked = { kpis: KPIS, period, grain, membersAt: "start", today: TODAY, ...cut } as const;
  const points = await queryTrend(await viewOf(warehouse, SHOP), asked);
  return points.map(({ values }) => [values.new_subscribers, values.subscribed_share]);
};

const told = ({ cells }: Answer["total"], id: (typeof KPIS)[number]) => {
  const { value, parts, reason } = cells[id];
  return reason ?? (parts === null ? value : `${parts.numerator}/${parts.denominator}`);
};

/** By row; of three and more orders nobody has any. */
const rowsOf = (answer: Answer, id: (typeof KPIS)[number]) =>
  Object.fromEntries(
    [answer.total, ...answer.segments]
      .filter((row) => !["3", "4-5", "6-10", "11-plus"].includes(row.id))
      .map((row) => [row.id, told(row, id)]),
  );

describeWarehouses("consent to e-mail", (open) => {
  const opened = async () => {
    const warehouse = await open();
    await openShop(warehouse);
    await record(warehouse, NIGHTS);
    return warehouse;
  };

  it("is given by whoever was not subscribed the day before, and held at the period's end", async () => {
    const answer = await ask(await opened(), WEEK);
    // 2 and 4, who gave it twice; 6 and 8 have not bought yet. 5 bought for the first time, and is pending.
    expect(rowsOf(answer, "new_subscribers")).toEqual({
      ...{ total: 4, "1": 1, "2": 1 },
      ...{ first_time: 0, none: 2, guest: 0 },
    });
    expect(answer.total.cells.new_subscribers).toMatchObject({ kind: "fact", observedFrom: "2026-10-02" });
    // Of the records made before the 2nd, 1 2 4 8 are subscribed at the end of the 8th; 3 has withdrawn, 5 is pending.
    expect(rowsOf(answer, "subscribed_share")).toEqual({
      ...{ total: "4/6", "1": "2/2", "2": "1/2" },
      ...{ first_time: "not_applicable", none: "not_applicable", guest: "not_applicable" },
    });
    // Wilson's of 4 in 6.
    const { subscribed_share: share } = answer.total.cells;
    expect(share).toMatchObject({ kind: "estimate", n: 6, events: 4, sureness: "rough" });
    expect([share.low?.toFixed(4), share.high?.toFixed(4)]).toEqual(["0.3000", "0.9032"]);
    // The week before ended with the 1st, which is known: 1 and 3 of the same six. What was given in it is not.
    expect(share).toMatchObject({ previous: 2 / 6, change: { verdict: "too_few" } });
    expect(share.change?.absolute).toBeCloseTo(2 / 6, 12);
    expect(answer.total.cells.new_subscribers).toMatchObject({
      previous: null,
      change: { absolute: null, reason: "not_recorded_then" },
    });
  });

  it("is asked of those who are members at the chosen instant, of sets, and of a segment cut once more", async () => {
    const warehouse = await opened();
    // At the end there are eight, and 6 is subscribed, too; 5 has ordered once.
    const end = await ask(warehouse, WEEK, { membersAt: "end" });
    expect(rowsOf(end, "subscribed_share")).toMatchObject({ total: "5/8", "1": "2/3", "2": "1/2" });
    const twice = { id: "twice", label: "Twice", rule: { had: "orders", atLeast: 2 } } as const;
    const [set] = (await ask(warehouse, WEEK, { by: { of: "sets", sets: [twice] } })).segments;
    if (set?.others === undefined) throw new Error("a set stands beside everyone else");
    // 3 and 4; and 1, 2, 5 and 8, of whom 5 is not subscribed.
    expect(KPIS.map((id) => told(set, id))).toEqual([1, "1/2"]);
    expect(KPIS.map((id) => (set.others === undefined ? null : told(set.others, id)))).toEqual([3, "3/4"]);
    const within = { segmentation: "order_count", segment: "2" } as const;
    const cut = await ask(warehouse, WEEK, { by: { of: "customers", by: "country", within } });
    expect(KPIS.map((id) => told(cut.total, id))).toEqual([1, "1/2"]);
    expect(rowsOf(cut, "subscribed_share")).toMatchObject({ DE: "1/2" });
    // A customer's orders may be in several groups.
    const { total, segments } = await ask(warehouse, WEEK, { by: { of: "orders", by: "order_channel" } });
    expect(KPIS.map((id) => told(total, id))).toEqual([4, "4/6"]);
    for (const row of segments)
      expect(KPIS.map((id) => told(row, id))).toEqual(["not_by_order", "not_by_order"]);
  });

  it("was given by nobody on the first day, on which everybody is read for the first time", async () => {
    const warehouse = await opened();
    const first = await ask(warehouse, { from: "2026-10-01", to: "2026-10-02" });
    // Who is subscribed at its end is known; who was the day before is not.
    expect(KPIS.map((id) => told(first.total, id))).toEqual(["not_recorded_then", "2/6"]);
    const longer = await ask(warehouse, { from: "2026-10-01", to: "2026-10-09" });
    expect(KPIS.map((id) => told(longer.total, id))).toEqual(["not_recorded_then", "4/6"]);
    const before = await ask(warehouse, { from: "2026-09-01", to: "2026-10-01" });
    expect(KPIS.map((id) => told(before.total, id))).toEqual(["not_recorded_then", "not_recorded_then"]);
  });

  it("is not known where a night is missing, and known again from the day after the next first one", async () => {
    const warehouse = await opened();
    const of = async (from: number, to: number) => {
      const days = { from: night(from).slice(0, 10), to: night(to).slice(0, 10) };
      const { total } = await ask(warehouse, days);
      return KPIS.map((id) => told(total, id));
    };
    // The 9th was read, and its end was not.
    expect(await of(2, 10)).toEqual(["not_recorded_then", "not_recorded_then"]);
    expect(await of(10, 12)).toEqual(["not_recorded_then", "not_recorded_then"]);
    // What 5 gave on the 10th is no consent of the 12th; at its end 1 2 4 5 6 8 of the eight are subscribed.
    expect(await of(12, 13)).toEqual(["not_recorded_then", "6/8"]);
    // 7 on the 13th.
    expect(await of(13, 14)).toEqual([1, "7/8"]);
  });

  it("is drawn by the day and the week: what was given in each, and held at its end", async () => {
    const warehouse = await opened();
    const sixths = (n: number) => n / 6;
    expect(await trendOf(warehouse, WEEK, "day")).toEqual([
      [0, sixths(2)],
      [2, sixths(4)],
      [0, sixths(3)],
      [1, sixths(2)],
      [1, sixths(3)],
      [1, sixths(4)],
      [0, sixths(4)],
    ]);
    // Those with two orders before: 3 and 4.
    expect(await trendOf(warehouse, { from: "2026-10-02", to: "2026-10-06" }, "day", "2")).toEqual([
      [0, 1 / 2],
      [1, 1],
      [0, 1 / 2],
      [0, 0],
    ]);
    // The week from 28 September began before anything was recorded; of that from 5 October the end is not known.
    const weeks = { from: "2026-09-28", to: "2026-10-19" };
    expect(await trendOf(warehouse, weeks, "week")).toEqual([
      [null, sixths(3)],
      [null, null],
      [null, null],
    ]);
    expect(await trendOf(warehouse, { from: "2026-10-05", to: "2026-10-09" }, "week")).toEqual([
      [3, sixths(4)],
    ]);
  });

  it("is told by whole days, and not offered where nobody recorded it", async () => {
    const warehouse = await open();
    await openShop(warehouse);
    expect(await offeredKpis(await viewOf(warehouse, SHOP))).not.toContain("subscribed_share");
    const nothing = await ask(warehouse, WEEK);
    expect(KPIS.map((id) => told(nothing.total, id))).toEqual(["not_recorded", "not_recorded"]);
    await record(warehouse, NIGHTS.slice(0, 9));
    await warehouse.of(SHOP).setMeta({ coverage: { orders: { fresh_at: "2026-10-09 15:00:00" } } });
    const offered = await offeredKpis(await viewOf(warehouse, SHOP));
    for (const id of KPIS) expect(offered).toContain(id);
    const today = { from: "2026-10-02", to: "2026-10-10" };
    const answer = await ask(warehouse, today, { today: "2026-10-09" });
    // To the end of yesterday, and not up to three o'clock.
    expect(answer.comparedPart).toEqual(WEEK);
    expect(KPIS.map((id) => told(answer.total, id))).toEqual(["not_recorded_then", "not_recorded_then"]);
  });

  it("passes with a record to the one it was merged into, and goes with one that is erased", async () => {
    const warehouse = await open();
    await openShop(warehouse);
    // 6 has been made a part of 8 on the 7th, which is therefore subscribed from then on.
    const read = (day: number) =>
      readOn(day)
        .filter(({ customer }) => customer !== 6 || day < 7)
        .map((each) =>
          each.customer === 8 && day >= 7 ? { customer: 8, email: "SUBSCRIBED", at: ten(6) } : each,
        )
        .map((each) =>
          each.customer === 8 && day < 7 ? { customer: 8, email: "NOT_SUBSCRIBED", at: ten(1) } : each,
        );
    await record(warehouse, NIGHTS.slice(0, 9), read);
    await warehouse.of(SHOP).joinOpenings([{ gone: 6, kept: 8 }]);
    await warehouse.of(SHOP).merge(load("2027-01-02T00:00:00Z", [], { stages, removedCustomers: [6] }));
    // 6 gave consent on the 5th, as 8 is now; that 8 is subscribed on the 6th is no other.
    const merged = await ask(warehouse, WEEK);
    expect(rowsOf(merged, "new_subscribers")).toMatchObject({ total: 3, none: 1 });
    expect(told(merged.total, "subscribed_share")).toBe("4/6");
    expect(await trendOf(warehouse, WEEK, "day")).toEqual([
      ...[
        [0, 2 / 6],
        [2, 4 / 6],
        [0, 3 / 6],
      ],
      ...[
        [1, 3 / 6],
        [0, 3 / 6],
        [1, 4 / 6],
        [0, 4 / 6],
      ],
    ]);
    await warehouse.of(SHOP).eraseCustomers([2]);
    const erased = await ask(warehouse, WEEK);
    expect(KPIS.map((id) => told(erased.total, id))).toEqual([2, "3/5"]);
  });
});
