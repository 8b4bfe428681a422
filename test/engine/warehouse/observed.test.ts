// What is written of the present of sources that Shopify keeps no past of: rows of what held from one local day to another.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, it } from "vitest";
import type { Observation } from "../../../app/warehouse/warehouse.server.ts";
import { describeWarehouses } from "../../tools/setup/warehouses.ts";
import { euroShop, SHOP } from "./euro-shop.ts";
import { consentReading, costReading, memberReading, segmentReading, stockReading } from "./readings.ts";

const OPEN = "9999-12-31";

describeWarehouses("an observed source", (open) => {
  const shop = euroShop(() => open());
  const copy = () => shop.warehouse.of(SHOP);
  const observe = (...readings: Observation[]) =>
    readings.reduce<Promise<unknown>>(
      (before, each) => before.then(() => copy().observe(each)),
      Promise.resolve(),
    );
  const stock = async () =>
    (
      await shop.rows(
        "SELECT inventory_item_id, location_id, from_day, to_day, available FROM stock_levels WHERE from_day < to_day ORDER BY 1, 2, 3",
      )
    ).map((row) => Object.values(row));
  const days = async (source: string) =>
    (
      await shop.rows(
        `SELECT from_day, to_day FROM recorded_days WHERE source = '${source}' ORDER BY from_day`,
      )
    ).map((row) => Object.values(row));
  const one = (available: number, updatedAt?: string) => [{ item: 1, location: 9, available, updatedAt }];
  const some = { subjects: [1] };

  it("is known from the first reading of everything on, and untouched by what says the same", async () => {
    await observe(stockReading("2026-03-02T02:00:00Z", one(5)));
    const version = (await copy().meta())?.versions["stock_levels"];
    await observe(
      stockReading("2026-03-03T02:00:00Z", one(5)),
      stockReading("2026-03-03T09:00:00Z", one(5), some),
    );
    expect(await stock()).toEqual([[1, 9, "2026-03-02", OPEN, 5]]);
    expect((await copy().meta())?.versions["stock_levels"]).toBe(version);
    expect(await days("stock_levels")).toEqual([["2026-03-02", "2026-03-03"]]);
  });

  it("ends a day in the day's last state, and a state that came back on its day never left", async () => {
    await observe(
      stockReading("2026-03-02T02:00:00Z", one(5)),
      stockReading("2026-03-03T08:00:00Z", one(4), some),
      stockReading("2026-03-03T09:00:00Z", one(3), some),
    );
    expect(await stock()).toEqual([
      [1, 9, "2026-03-02", "2026-03-03", 5],
      [1, 9, "2026-03-03", OPEN, 3],
    ]);
    await observe(stockReading("2026-03-03T10:00:00Z", one(5), some));
    expect(await stock()).toEqual([[1, 9, "2026-03-02", OPEN, 5]]);
  });

  it("is not overwritten by a reading older than what is stored, be it of some or of everything", async () => {
    await observe(
      stockReading("2026-03-02T02:00:00Z", one(5)),
      stockReading("2026-03-03T09:00:00Z", one(3), some),
      stockReading("2026-03-03T08:00:00Z", one(4), some),
      // Begun before, ended after.
      stockReading("2026-03-03T08:30:00Z", []),
    );
    expect(await stock()).toEqual([
      [1, 9, "2026-03-02", "2026-03-03", 5],
      [1, 9, "2026-03-03", OPEN, 3],
    ]);
    // That it still held at nine was confirmed at ten.
    await observe(
      stockReading("2026-03-03T10:00:00Z", one(3), some),
      stockReading("2026-03-03T09:30:00Z", one(7), some),
      stockReading("2026-03-02T23:00:00Z", one(7)),
    );
    expect((await stock()).at(-1)).toEqual([1, 9, "2026-03-03", OPEN, 3]);
  });

  it("loses what a reading of everything lacks, of some only what is theirs, and has it again", async () => {
    const other = { item: 2, location: 9, available: 8 };
    await observe(
      stockReading("2026-03-02T02:00:00Z", [...one(5), { item: 1, location: 10, available: 6 }, other]),
      stockReading("2026-03-03T12:00:00Z", one(5), some),
    );
    expect(await stock()).toEqual([
      [1, 9, "2026-03-02", OPEN, 5],
      [1, 10, "2026-03-02", "2026-03-03", 6],
      [2, 9, "2026-03-02", OPEN, 8],
    ]);
    await observe(
      stockReading("2026-03-05T23:30:00Z", [other]),
      stockReading("2026-03-07T23:30:00Z", [other, ...one(5)]),
    );
    // It went between midday of the third and the night to the sixth, and came between that and the night to the eighth.
    expect(await stock()).toEqual([
      [1, 9, "2026-03-02", "2026-03-04", 5],
      [1, 9, "2026-03-07", OPEN, 5],
      [1, 10, "2026-03-02", "2026-03-03", 6],
      [2, 9, "2026-03-02", OPEN, 8],
    ]);
  });

  it("does not believe a reading from before it was gone, even when it came and went in a day", async () => {
    await observe(
      stockReading("2026-03-02T02:00:00Z", []),
      stockReading("2026-03-02T10:00:00Z", one(5), some),
      stockReading("2026-03-02T12:00:00Z", [], some),
      stockReading("2026-03-02T11:00:00Z", one(5)),
      stockReading("2026-03-02T11:30:00Z", one(5), some),
    );
    expect(await stock()).toEqual([]);
    await observe(stockReading("2026-03-02T13:00:00Z", one(4), some));
    expect(await stock()).toEqual([[1, 9, "2026-03-02", OPEN, 4]]);
  });

  it("is booked by the shop's day on which Shopify says that it changed, over midnight and the change of the clocks", async () => {
    const shopReads = (at: string, available: number, updatedAt: string) =>
      stockReading(at, one(available, updatedAt));
    await observe(
      stockReading("2026-03-28T02:00:00Z", one(1)),
      // 28 March, 23:30 in Berlin, read after midnight; 29 March has 23 hours there, and 30 March begins at 22:00 UTC.
      shopReads("2026-03-29T01:30:00Z", 2, "2026-03-28T22:30:00Z"),
      shopReads("2026-03-30T00:30:00Z", 3, "2026-03-29T21:59:59Z"),
      shopReads("2026-03-31T00:30:00Z", 4, "2026-03-29T22:00:00Z"),
      // It was otherwise then, as was read: the middle of the day between.
      shopReads("2026-04-01T00:30:00Z", 5, "2026-03-29T23:00:00Z"),
      // A clock ahead of ours, and one of another age.
      shopReads("2026-04-02T00:30:00Z", 6, "2027-01-01T00:00:00Z"),
      shopReads("2026-04-03T00:30:00Z", 7, "0001-01-01T00:00:00Z"),
    );
    expect((await stock()).map(([, , from, , available]) => [from, available])).toEqual([
      ["2026-03-28", 2],
      ["2026-03-29", 3],
      ["2026-03-30", 4],
      ["2026-03-31", 5],
      ["2026-04-02", 7],
    ]);
  });

  it("names the days on which nothing was read", async () => {
    await observe(
      stockReading("2026-03-02T02:00:00Z", one(5)),
      stockReading("2026-03-03T02:00:00Z", one(5)),
      stockReading("2026-03-04T02:00:00Z", one(5)),
      stockReading("2026-03-06T02:00:00Z", one(5)),
      stockReading("2026-03-06T20:00:00Z", one(5)),
      stockReading("2026-03-07T12:00:00Z", one(4), some),
    );
    // How the fourth ended no reading has seen.
    expect(await days("stock_levels")).toEqual([
      ["2026-03-02", "2026-03-04"],
      ["2026-03-06", "2026-03-06"],
    ]);
    // Another source has days of its own.
    expect(await days("unit_costs")).toEqual([]);
  });

  it("takes no amount of another currency, and says which it was", async () => {
    await observe(
      costReading("2026-03-02T02:00:00Z", [
        { item: 1, cost: "12.345" },
        { item: 2, cost: "9.00", currency: "USD" },
        { item: 3, cost: null },
        { item: 4, cost: "nonsense" },
      ]),
    );
    expect(
      await shop.rows("SELECT inventory_item_id AS item, cost, currency FROM unit_costs ORDER BY 1"),
    ).toEqual([
      { item: 1, cost: 1235, currency: "EUR" },
      { item: 2, cost: null, currency: "USD" },
      { item: 3, cost: null, currency: null },
      { item: 4, cost: null, currency: "EUR" },
    ]);
  });

  it("leaves out what has no id that can be used, and counts it", async () => {
    const observed = await copy().observe(
      stockReading("2026-03-02T02:00:00Z", [
        ...one(5),
        { item: 2, location: 9, available: "many" },
        ...["706405506930370084", "9007199254740991", "0", "-4", "__proto__", ""].map((item) => ({
          ...{ item, location: 9, available: 1 },
        })),
      ]),
    );
    expect(observed).toMatchObject({ begun: 3, unreadable: 5 });
    expect((await stock()).map(([item, , , , available]) => [item, available])).toEqual([
      [1, 5],
      [2, null],
      [9007199254740991, 1],
    ]);
    expect(await shop.rows("SELECT left_out FROM recorded_days")).toEqual([{ left_out: 5 }]);
  });

  it("keeps texts as Shopify has them, and renames on the day", async () => {
    const name = "VIP “Ü” 'x'; DROP TABLE consents";
    await observe(
      segmentReading("2026-03-02T02:00:00Z", [{ id: 1, name }]),
      segmentReading("2026-03-04T02:00:00Z", [{ id: 1, name: "", editedAt: "2026-03-03T22:59:59Z" }]),
    );
    expect(await shop.rows("SELECT name, from_day, to_day FROM shopify_segments ORDER BY from_day")).toEqual([
      { name, from_day: "2026-03-02", to_day: "2026-03-03" },
      { name: "", from_day: "2026-03-03", to_day: OPEN },
    ]);
  });

  it("holds members of segments that could not be read as they were", async () => {
    const members = [
      { segment: 1, customer: 7 },
      { segment: 2, customer: 7 },
    ];
    await observe(
      memberReading("2026-03-02T02:00:00Z", members),
      memberReading("2026-03-03T02:00:00Z", [], { all: true, but: [2] }),
    );
    expect(
      await shop.rows("SELECT segment_id FROM segment_members WHERE to_day = DATE '9999-12-31'"),
    ).toEqual([{ segment_id: 2 }]);
    expect(await shop.rows("SELECT left_out FROM recorded_days")).toEqual([{ left_out: 1 }]);
  });

  it("follows pairs that say whether they are so, the day being when it happened", async () => {
    await observe(
      memberReading("2026-03-02T02:00:00Z", [{ segment: 1, customer: 7 }]),
      memberReading(
        "2026-03-04T09:00:00Z",
        [
          { segment: 1, customer: 7, isMember: false, at: "2026-03-03T20:00:00Z" },
          { segment: 1, customer: 8, at: "2026-03-04T08:59:00Z" },
          { segment: 1, customer: 9, isMember: false, at: "2026-03-04T08:59:00Z" },
        ],
        "rows",
      ),
      // Told again, late.
      memberReading("2026-03-04T08:00:00Z", [{ segment: 1, customer: 9 }], "rows"),
    );
    expect(
      await shop.rows(
        "SELECT customer_id, from_day, to_day FROM segment_members WHERE from_day < to_day ORDER BY 1",
      ),
    ).toEqual([
      { customer_id: 7, from_day: "2026-03-02", to_day: "2026-03-03" },
      { customer_id: 8, from_day: "2026-03-04", to_day: OPEN },
    ]);
  });

  const consented = async () =>
    (
      await shop.rows(
        "SELECT customer_id, channel, state FROM consents WHERE to_day = DATE '9999-12-31' ORDER BY customer_id, channel",
      )
    ).map((row) => Object.values(row));

  it("has a row for each channel of a customer, and none where there is no address", async () => {
    await observe(
      consentReading("2026-03-02T02:00:00Z", [
        { customer: 7, email: "SUBSCRIBED", sms: "PENDING" },
        { customer: 8, email: "NOT_SUBSCRIBED" },
        { customer: 9 },
      ]),
    );
    expect(await consented()).toEqual([
      [7, "email", "SUBSCRIBED"],
      [7, "sms", "PENDING"],
      [7, "whatsapp", "NEVER_SUBSCRIBED"],
      [8, "email", "NOT_SUBSCRIBED"],
    ]);
    // Merged: the one is gone, the other has both.
    await observe(
      consentReading("2026-03-02T12:00:00Z", [{ customer: 8, email: "SUBSCRIBED", sms: "SUBSCRIBED" }], {
        subjects: [7, 8],
      }),
    );
    expect((await consented()).map(([id, channel]) => [id, channel])).toEqual([
      [8, "email"],
      [8, "sms"],
      [8, "whatsapp"],
    ]);
  });

  it("forgets an erased customer and takes no redacted one", async () => {
    const both = [
      { customer: 7, email: "SUBSCRIBED" },
      { customer: 8, email: "SUBSCRIBED" },
    ];
    const members = both.map(({ customer }) => ({ segment: 1, customer }));
    await observe(
      consentReading("2026-03-02T02:00:00Z", both),
      memberReading("2026-03-02T02:00:00Z", members),
    );
    await copy().eraseCustomers([7]);
    expect(await consented()).toEqual([[8, "email", "SUBSCRIBED"]]);
    expect(await shop.rows("SELECT customer_id FROM segment_members")).toEqual([{ customer_id: 8 }]);
    const withheld = () => Promise.resolve((id: number) => id === 7);
    await observe(
      consentReading("2026-03-03T02:00:00Z", both, undefined, withheld),
      { ...memberReading("2026-03-03T02:00:00Z", members), withheld },
      consentReading(
        "2026-03-03T08:00:00Z",
        [{ customer: 7, email: "PENDING" }],
        { subjects: [7] },
        withheld,
      ),
    );
    expect(await consented()).toEqual([[8, "email", "SUBSCRIBED"]]);
    expect(await shop.rows("SELECT customer_id FROM segment_members")).toEqual([{ customer_id: 8 }]);
  });

  it("stays through a rebuild, a backup and compaction, and goes on afterwards", async () => {
    const directory = await mkdtemp(path.join(tmpdir(), "segment-kpis-observed-"));
    await observe(
      stockReading("2026-03-02T02:00:00Z", one(5)),
      stockReading("2026-03-03T02:00:00Z", one(4)),
      consentReading("2026-03-03T02:00:00Z", [{ customer: 7, email: "SUBSCRIBED" }]),
    );
    const before = [await stock(), await consented(), await days("stock_levels")];
    await copy().next.setMeta({ currency: "EUR", decimals: 2, time_zone: "Europe/Berlin" });
    await copy().replace("mirrored");
    expect([await stock(), await consented(), await days("stock_levels")]).toEqual(before);
    await copy().copyOut(directory);
    await copy().drop();
    await copy().copyIn(directory);
    await copy().compact({ force: true });
    await copy().rewrite();
    expect([await stock(), await consented(), await days("stock_levels")]).toEqual(before);
    await observe(stockReading("2026-03-04T02:00:00Z", one(3)));
    expect((await stock()).at(-1)).toEqual([1, 9, "2026-03-03", OPEN, 3]);
    expect(await days("stock_levels")).toEqual([["2026-03-02", "2026-03-04"]]);
    await rm(directory, { recursive: true, force: true });
  });

  it("of nothing is nothing", async () => {
    expect(await copy().observe(stockReading("2026-03-02T02:00:00Z", []))).toEqual({
      begun: 0,
      ended: 0,
      unreadable: 0,
    });
    expect(await days("stock_levels")).toEqual([["2026-03-02", "2026-03-02"]]);
  });
});
