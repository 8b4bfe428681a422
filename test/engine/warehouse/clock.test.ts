// One clock: whichever zone data the engines bring, a day is the day that Node says, in every zone and year; and days that
// were booked by older data are booked anew by the process that has newer ones.
import fc from "fast-check";
import { Temporal } from "temporal-polyfill";
import { afterEach, describe, expect, it } from "vitest";
import { ClockIsOlder } from "../../../app/errors.ts";
import { ZONE_DATA } from "../../../app/warehouse/clock.ts";
import { openWarehouse, type Warehouse } from "../../../app/warehouse/warehouse.server.ts";
import { describeWarehouses } from "../../tools/setup/warehouses.ts";
import { dump } from "./dump.ts";
import { customerRow, load, orderRows, simpleOrder, type TestOrder } from "./files.ts";
import { byHand, emptyPlace, ENGINES, type Place } from "./kept.ts";
import { reaching } from "./reaching.ts";

/** Half an hour, a day that is missing or comes twice, Ramadan, minutes and seconds, and what changed in 2026. */
const ODD = [
  "Africa/Casablanca",
  "Africa/Monrovia",
  "America/Edmonton",
  "America/St_Johns",
  "America/Vancouver",
  "Antarctica/Troll",
  "Asia/Kathmandu",
  "Asia/Manila",
  "Australia/Lord_Howe",
  "Europe/Amsterdam",
  "Europe/Dublin",
  "Pacific/Apia",
  "Pacific/Kwajalein",
];
const zones = Intl.supportedValuesOf("timeZone");

const zoned = (instant: string, zone: string) => Temporal.Instant.from(instant).toZonedDateTimeISO(zone);
const dayOf = (instant: string, zone: string) => zoned(instant, zone).toPlainDate().toString();
const text = (milliseconds: number) => new Date(milliseconds).toISOString().replace(".000Z", "Z");
const between = (from: string, to: string) =>
  fc
    .integer({ min: Date.parse(from) / 1000, max: Date.parse(to) / 1000 })
    .map((seconds) => text(seconds * 1000));

/** Any instant, most of them where shops live, and some on either side of a change of the zone's offset or of midnight. */
const instantIn = (zone: string) =>
  fc
    .tuple(
      fc.oneof(
        { weight: 4, arbitrary: between("2005-01-01T00:00:00Z", "2040-01-01T00:00:00Z") },
        between("1840-01-01T00:00:00Z", "2005-01-01T00:00:00Z"),
        between("2040-01-01T00:00:00Z", "2500-01-01T00:00:00Z"),
        between("0001-01-03T00:00:00Z", "9999-12-29T00:00:00Z"),
      ),
      fc.constantFrom("as it is", "change", "midnight"),
      fc.constantFrom(-1, 0, 1, 3_599, -3_600),
    )
    .map(([instant, near, seconds]) => {
      const at = zoned(instant, zone);
      const edge = near === "change" ? at.getTimeZoneTransition("previous") : at.startOfDay();
      return near === "as it is" || edge === null || edge.year < 1800
        ? instant
        : text(edge.epochMilliseconds + seconds * 1000);
    });

const shopIn = fc
  .oneof(fc.constantFrom(...ODD), fc.constantFrom(...zones))
  .chain((zone) => fc.tuple(fc.constant(zone), fc.array(instantIn(zone), { minLength: 1, maxLength: 30 })));

/** Placed then, changed at the next one, by a customer who came at the one after. */
const ordersAt = (instants: readonly string[]): TestOrder[] =>
  instants.map((placedAt, index) => ({
    ...simpleOrder(index + 1, placedAt, "5.00", { customer: index + 1 }),
    original: "5.00",
    current: "6.00",
    updatedAt: "2026-01-01T00:00:00Z",
    agreements: [
      ...(simpleOrder(index + 1, placedAt, "5.00").agreements ?? []),
      {
        id: (index + 1) * 1_000,
        reason: "ORDER_EDIT",
        at: instants[(index + 1) % instants.length] ?? placedAt,
        sales: [{ id: (index + 1) * 1_000, action: "UPDATE", line: "PRODUCT", total: "1.00" }],
      },
    ],
  }));

describeWarehouses("days by the one clock", (open) => {
  const shopOf = async (warehouse: Warehouse, shop: string, zone: string, instants: readonly string[]) => {
    await warehouse.of(shop).setMeta({ currency: "EUR", decimals: 2, time_zone: zone });
    const rows = [
      ...ordersAt(instants).flatMap(orderRows),
      ...instants.map((at, index) => ({
        ...customerRow({ id: index + 1, updatedAt: "2026-01-01T00:00:00Z", orders: 1 }),
        createdAt: at,
      })),
    ];
    await warehouse.of(shop).merge(load("2026-01-02T00:00:00Z", rows));
  };
  const booked = async (warehouse: Warehouse, shop: string) => ({
    orders: await warehouse.of(shop).query("SELECT local_at, local_day FROM orders ORDER BY order_id"),
    edits: await warehouse
      .of(shop)
      .query("SELECT local_day FROM sales WHERE reason = 'ORDER_EDIT' ORDER BY order_id"),
    customers: await warehouse.of(shop).query("SELECT created_day FROM customers ORDER BY customer_id"),
  });
  const byNode = (zone: string, instants: readonly string[]) => ({
    orders: instants.map((at) => ({
      local_at: zoned(at, zone).toPlainDateTime().toString({ smallestUnit: "second" }).replace("T", " "),
      local_day: dayOf(at, zone),
    })),
    edits: instants.map((at, index) => {
      const edit = instants[(index + 1) % instants.length] ?? at;
      return { local_day: dayOf(edit < at ? at : edit, zone) };
    }),
    customers: instants.map((at) => ({ created_day: dayOf(at, zone) })),
  });

  it.each([
    ["America/Vancouver", "2026-11-15T07:30:00Z", "2026-11-15"],
    ["America/Edmonton", "2026-12-01T06:30:00Z", "2026-12-01"],
    ["Africa/Casablanca", "2026-12-01T23:30:00Z", "2026-12-01"],
    ["Pacific/Apia", "2011-12-30T09:59:59Z", "2011-12-29"],
    ["Pacific/Apia", "2011-12-30T10:00:00Z", "2011-12-31"],
    ["Australia/Lord_Howe", "2026-01-01T13:00:00Z", "2026-01-02"],
    ["America/Vancouver", "1850-06-01T08:12:27Z", "1850-05-31"],
    ["America/Vancouver", "1850-06-01T08:12:28Z", "1850-06-01"],
    ["Europe/Berlin", "0001-01-02T23:30:00Z", "0001-01-03"],
    ["Europe/Berlin", "2150-06-30T22:00:00Z", "2150-07-01"],
  ])("in %s, %s is on %s", async (zone, instant, day) => {
    expect(dayOf(instant, zone)).toBe(day);
    const warehouse = await open();
    await shopOf(warehouse, "a.myshopify.com", zone, [instant]);
    expect((await booked(warehouse, "a.myshopify.com")).orders).toMatchObject([{ local_day: day }]);
  });

  it("are Node's for any zone and instant, also after a change of the zone", async () => {
    const warehouse = await open();
    let number = 0;
    await fc.assert(
      fc.asyncProperty(shopIn, fc.constantFrom(...ODD, ...zones), async ([zone, instants], next) => {
        const shop = `zone-${++number}.myshopify.com`;
        await shopOf(warehouse, shop, zone, instants);
        expect(await booked(warehouse, shop)).toEqual(byNode(zone, instants));
        await warehouse.of(shop).relocalise(next);
        expect(await booked(warehouse, shop)).toEqual(byNode(next, instants));
        await warehouse.of(shop).drop();
      }),
      { numRuns: 20 },
    );
  });
});

describe.each(ENGINES)("zone data that are not this process's (%s)", (engine) => {
  const SHOP = "vancouver.myshopify.com";
  const instants = [
    "2026-11-15T07:30:00Z",
    "2026-11-15T06:30:00Z",
    "2026-07-01T07:30:00Z",
    "2026-12-24T07:05:00Z",
  ];
  const orders = (more: Partial<TestOrder> = {}) =>
    instants.map((at, index) => simpleOrder(index + 1, at, "9.00", { customer: 1, ...more }));
  const opened: Warehouse[] = [];
  afterEach(async () => {
    for (const each of opened.splice(0)) await each.close();
  });
  const openIn = async (place: Place, zoneData?: string) => {
    const warehouse = await openWarehouse({ ...place, ...(zoneData === undefined ? {} : { zoneData }) });
    opened.push(warehouse);
    return warehouse;
  };
  const loaded = async (place: Place, zoneData?: string) => {
    const warehouse = await openIn(place, zoneData);
    await warehouse.of(SHOP).setMeta({
      currency: "CAD",
      decimals: 2,
      time_zone: "America/Vancouver",
      ...reaching("complete"),
    });
    await warehouse.of(SHOP).merge(load("2027-01-01T00:00:00Z", orders().flatMap(orderRows)));
    return warehouse;
  };
  const next = load(
    "2027-01-02T00:00:00Z",
    orderRows(simpleOrder(9, "2026-12-31T07:30:00Z", "9.00", { customer: 1 })),
  );

  it("that are older than these: their days are booked anew before any more are", async () => {
    const anew = await loaded(await emptyPlace(engine));
    const place = await emptyPlace(engine);
    const before = await loaded(place, "2020a");
    await before.close();
    // As of 2020, when Vancouver was to have winter time in the winter of 2026.
    const late = "placed_at >= TIMESTAMP '2026-11-01 09:00:00'";
    await byHand(place, SHOP, [
      `UPDATE orders SET local_at = placed_at - INTERVAL '8 hours', local_day = CAST(placed_at - INTERVAL '8 hours' AS DATE) WHERE ${late}`,
      `UPDATE sales SET local_day = CAST(booked_at - INTERVAL '8 hours' AS DATE) WHERE booked_at >= TIMESTAMP '2026-11-01 09:00:00'`,
      "UPDATE activity SET local_day = DATE '2026-11-14' WHERE order_id = 1",
    ]);
    const warehouse = await openIn(place);
    for (const each of [anew, warehouse]) await each.of(SHOP).merge(next);
    expect(await dump(warehouse, SHOP)).toEqual(await dump(anew, SHOP));
    expect(await warehouse.of(SHOP).query("SELECT zone_data FROM shop_meta")).toEqual([
      { zone_data: ZONE_DATA },
    ]);
  });

  it("that are newer: nothing is booked by this process, and everything can be read", async () => {
    const place = await emptyPlace(engine);
    const newer = await loaded(place, "2999z");
    const expected = await dump(newer, SHOP);
    await newer.close();
    const warehouse = await openIn(place);
    await expect(warehouse.of(SHOP).merge(next)).rejects.toBeInstanceOf(ClockIsOlder);
    await expect(warehouse.of(SHOP).relocalise("UTC")).rejects.toBeInstanceOf(ClockIsOlder);
    expect(await dump(warehouse, SHOP)).toEqual(expected);
    expect(await warehouse.of(SHOP).meta()).toMatchObject({ time_zone: "America/Vancouver" });
    await warehouse.close();
    const again = await openIn(place, "2999z");
    expect(await again.of(SHOP).merge(next)).toMatchObject({ orders: 1 });
  });
});
