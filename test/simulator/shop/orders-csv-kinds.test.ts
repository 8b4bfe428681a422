// What an export says in ways that are easily taken for something else: zones, refunds, gift cards, people, currencies.
import { describe, expect, it } from "vitest";
import type { Order } from "../../shopify/model.ts";
import {
  booksOf,
  COLUMNS,
  exportText,
  NOW,
  orderRows,
  readExport,
  readRows,
  type Cells,
} from "./export-file.ts";
import { shownPeriod } from "../../tools/demo/period.ts";
import { Temporal } from "temporal-polyfill";

const ordersOf = async (rows: readonly Cells[]): Promise<Order[]> => [
  ...(await readRows(rows)).shop.orders.values(),
];
const booksOfOne = async (order: Cells, lines?: readonly Cells[]) => {
  const [one] = await ordersOf(orderRows(order, lines));
  if (!one) throw new Error("No order.");
  return booksOf(one);
};
const BARE = { "Lineitem requires shipping": "false", "Lineitem taxable": "false" };

describe("the time zone", () => {
  const zoneOf = async (...times: string[]) =>
    (await readRows(times.flatMap((at) => orderRows({ "Created at": at })))).shop.timeZone;

  it.each([
    ["America/Los_Angeles", ["2026-01-15 12:00:00 -0800", "2026-07-15 12:00:00 -0700"]],
    ["America/Phoenix", ["2026-01-15 12:00:00 -0700", "2026-07-15 12:00:00 -0700"]],
    ["America/New_York", ["2026-10-31 20:00:00 -0400"]],
    ["America/Halifax", ["2026-01-15 12:00:00 -0400", "2026-07-15 12:00:00 -0300"]],
    ["America/Santiago", ["2026-01-15 12:00:00 -0300", "2026-07-15 12:00:00 -0400"]],
    ["Europe/London", ["2026-01-15 12:00:00 +0000", "2026-07-15 12:00:00 +0100"]],
    ["Europe/Berlin", ["2026-07-15 12:00:00 +0200"]],
    ["Africa/Johannesburg", ["2026-01-15 12:00:00 +0200", "2026-07-15 12:00:00 +0200"]],
    ["Australia/Sydney", ["2026-01-15 12:00:00 +1100", "2026-07-15 12:00:00 +1000"]],
    ["Asia/Kolkata", ["2026-01-15 12:00:00 +0530"]],
    ["UTC", ["2026-01-15 12:00:00 UTC", "2026-07-15 12:00:00 UTC"]],
  ])("is %s by its offsets", async (zone, times) => {
    expect(await zoneOf(...times)).toBe(zone);
  });

  it("has a summer between two winters with the same offset", async () => {
    expect(
      await zoneOf("2024-01-15 12:00:00 +0100", "2024-07-15 12:00:00 +0100", "2025-01-15 12:00:00 +0100"),
    ).toBe("Africa/Lagos");
  });

  it("puts every order of any zone on the day that its shop saw", async () => {
    for (const zone of ["America/St_Johns", "Asia/Kathmandu", "Pacific/Chatham", "Africa/Casablanca"]) {
      const rows = Array.from({ length: 60 }, (_, at) => {
        const local = Temporal.Instant.from("2024-01-01T03:59:00Z").add({ hours: at * 250 });
        const text = local.toZonedDateTimeISO(zone).toString({ timeZoneName: "never" });
        return orderRows({
          "Created at": text.replace("T", " ").replace(/(...):(..)$/, " $1$2"),
          Tags: text.slice(0, 10),
        });
      }).flat();
      const { shop } = await readRows(rows);
      for (const order of shop.orders.values())
        expect(
          Temporal.Instant.from(order.createdAt).toZonedDateTimeISO(shop.timeZone).toPlainDate().toString(),
        ).toBe(order.tags[0]);
    }
  });

  it("is said with the reason, and can be given", async () => {
    const rows = orderRows({ "Created at": "2026-10-31 20:00:00 -0400" });
    expect((await readRows(rows)).notes[0]).toBe(
      "Time zone America/New_York: the file's times carry -0400. Another one: --time-zone.",
    );
    const { shop, notes } = await readExport(exportText(rows), "America/Toronto");
    expect([shop.timeZone, notes[0]]).toEqual([
      "America/Toronto",
      "Time zone America/Toronto: as --time-zone says.",
    ]);
  });

  it("is needed for times without an offset", async () => {
    const file = exportText(orderRows({ "Created at": "2026-07-01 12:00" }));
    await expect(readExport(file)).rejects.toThrow(/line 2: column "Created at": .*no offset.*--time-zone/);
    const { shop } = await readExport(file, "America/Toronto");
    expect([...shop.orders.values()][0]?.createdAt).toBe("2026-07-01T16:00:00Z");
  });
});

describe("refunds", () => {
  it("of a part take goods, shipping, taxes and duties in proportion, and no unit", async () => {
    const order = { Subtotal: "100.00", Shipping: "10.00", Taxes: "22.00", Duties: "8.00", Total: "140.00" };
    const line = [{ "Lineitem price": "100.00" }];
    expect(await booksOfOne({ ...order, "Refunded Amount": "70.00" }, line)).toMatchObject({
      ...{ gross: 10_000, reversals: 5_000, shipping: 500, taxes: 1_100, duties: 400, fees: 0, units: 1 },
    });
    const included = { Subtotal: "119.00", Taxes: "19.00", Total: "119.00", "Refunded Amount": "59.50" };
    expect(await booksOfOne(included, [{ "Lineitem price": "119.00" }])).toMatchObject({
      ...{ gross: 10_000, reversals: 5_000, taxes: 950 },
    });
    const { limits } = await readRows(orderRows({ "Refunded Amount": "5.00" }));
    expect(limits.join("\n")).toMatch(
      /1 order goods, shipping, taxes, duties and fees each bear their share/,
    );
  });

  it("of a part leave tips and gift cards as long as the rest suffices", async () => {
    const lines = [{}, { ...BARE, "Lineitem name": "Tip", "Lineitem price": "3.00" }];
    const refunded = (amount: string) => booksOfOne({ Total: "23.00", "Refunded Amount": amount }, lines);
    expect(await refunded("20.00")).toMatchObject({ reversals: 2_000, tips: 300 });
    expect(await refunded("21.00")).toMatchObject({ reversals: 2_000, tips: 200 });
  });

  it("of everything take duties and fees back as what they are", async () => {
    const order = { Subtotal: "100.00", Duties: "30.00", Total: "135.00", "Refunded Amount": "135.00" };
    expect(await booksOfOne(order, [{ "Lineitem price": "100.00" }])).toMatchObject({
      ...{ gross: 10_000, reversals: 10_000, duties: 0, fees: 0, taxes: 0 },
    });
  });

  it("are whole where only the status says so, and never more than the order", async () => {
    expect(await booksOfOne({ "Financial Status": "refunded", "Refunded Amount": "" })).toMatchObject({
      reversals: 2_000,
    });
    const { shop, notes } = await readRows(orderRows({ "Refunded Amount": "25.00" }));
    expect([...shop.orders.values()][0]?.currentTotal).toBe(0);
    expect(notes.join("\n")).toMatch(/In 1 order more was refunded than the Total/);
  });
});

describe("gift cards and tips", () => {
  it.each([
    "Gift Card",
    "Geschenkgutschein 50 €",
    "Carte-cadeau",
    "Tarjeta regalo",
    "Buono regalo",
    "Cadeaubon",
  ])("are known by their name in many languages, if neither shipped nor taxed: %s", async (name) => {
    const line = { "Lineitem name": name };
    expect(await booksOfOne({}, [{ ...line, ...BARE }])).toMatchObject({ gross: 0, giftCards: 2_000 });
    expect(await booksOfOne({}, [line])).toMatchObject({ gross: 2_000, giftCards: 0 });
  });

  it.each(["Tip", "Trinkgeld", "Pourboire", "チップ"])("and so are tips: %s", async (name) => {
    const tip = { "Lineitem name": name, "Lineitem price": "3.00" };
    const expected = { gross: 2_000, discounts: 0, tips: 300, units: 1 };
    expect(await booksOfOne({ Total: "23.00" }, [{}, { ...tip, ...BARE }])).toMatchObject(expected);
    const inside = { Subtotal: "23.00", Total: "23.00" };
    expect(await booksOfOne(inside, [{}, { ...tip, ...BARE }])).toMatchObject(expected);
    expect(await booksOfOne(inside, [{}, tip])).toMatchObject({ gross: 2_300, tips: 0, units: 2 });
  });

  it("take no part in the order's discount, and are counted in what is said", async () => {
    const card = { ...BARE, "Lineitem name": "Gift card", "Lineitem price": "50.00" };
    const rows = orderRows({ Subtotal: "68.00", Total: "68.00" }, [{}, card]);
    const { shop, notes } = await readRows([
      ...rows,
      ...orderRows({}, [{ "Lineitem name": "Leather Gift Card Holder" }]),
    ]);
    const [order] = [...shop.orders.values()];
    expect(order && booksOf(order)).toMatchObject({ gross: 2_000, discounts: 200, giftCards: 5_000 });
    expect(notes.join("\n")).toMatch(/1 line of gift cards \(50\.00 EUR\)/);
    expect(notes.join("\n")).toMatch(
      /1 line named like a gift card \(“Leather Gift Card Holder”\) but shipped/,
    );
  });

  it("count as sales where the file does not say what is shipped and taxed, and that is said", async () => {
    const columns = COLUMNS.filter((column) => !(column in BARE));
    const { shop, notes } = await readRows(orderRows({}, [{ "Lineitem name": "Gift card" }]), { columns });
    expect([...shop.orders.values()].map(booksOf)).toMatchObject([{ gross: 2_000, giftCards: 0 }]);
    expect(notes.join("\n")).toMatch(/does not say which lines are shipped and taxed/);
  });
});

describe("lines", () => {
  it("that edits have removed are not made up again", async () => {
    for (const lines of [[], [{ "Lineitem quantity": "0" }]]) {
      const [order] = await ordersOf(orderRows({ Subtotal: "0.00", Total: "0.00" }, lines));
      expect(order).toMatchObject({ lines: [], originalTotal: 0 });
    }
  });

  it("that are missing leave the Subtotal as it is, and no unit is made up", async () => {
    const { shop, notes } = await readRows([
      ...orderRows({ Subtotal: "50.00", Taxes: "10.00", Total: "60.00" }),
      ...orderRows({}, []),
    ]);
    expect([...shop.orders.values()].map(booksOf)).toMatchObject([
      { gross: 5_000, discounts: 0, taxes: 1_000, units: 1 },
      { gross: 2_000, discounts: 0, taxes: 0, units: 0 },
    ]);
    expect(notes.join("\n")).toMatch(/In 2 orders the Subtotal is more than the listed lines, by 50\.00 EUR/);
    const cancelled = { Subtotal: "50.00", Total: "50.00", "Cancelled at": "2026-02-16 10:00:00 +0100" };
    expect(await booksOfOne(cancelled)).toMatchObject({ gross: 5_000, reversals: 5_000 });
  });

  it("with a third decimal in their price count by their amount", async () => {
    const sticker = (quantity: string, price: string) => [
      { "Lineitem quantity": quantity, "Lineitem price": price },
    ];
    expect(await booksOfOne({ Subtotal: "25.00", Total: "25.00" }, sticker("1000", "0.025"))).toMatchObject({
      ...{ gross: 2_500, discounts: 0, units: 1_000 },
    });
    // Three thirds of a cent each: the Subtotal is the sum that was rounded, not the sum of what was rounded.
    const thirds = [...sticker("1", "0.333"), ...sticker("1", "0.333"), ...sticker("1", "0.334")];
    expect(await booksOfOne({ Subtotal: "1.00", Total: "1.00" }, thirds)).toMatchObject({
      ...{ gross: 100, discounts: 0, units: 3 },
    });
  });

  it("and amounts with further decimals are rounded, which is said", async () => {
    const { shop, notes } = await readRows(orderRows({ Total: "19.9999999" }));
    expect([...shop.orders.values()][0]?.originalTotal).toBe(2_000);
    expect(notes.join("\n")).toMatch(/1 amount with more decimals than EUR has/);
  });
});

describe("people and orders", () => {
  const customersOf = async (...contacts: [email: string, phone: string][]) => {
    const rows = contacts.flatMap(([Email, Phone]) => orderRows({ Email, Phone }));
    return [...(await readRows(rows)).shop.orders.values()].map((order) => order.customerId);
  };

  it("one person by e-mail and then by phone, in either order, whatever the phone looks like", async () => {
    const [first, second, third] = await customersOf(
      ["", "'+1 (555) 0001"],
      ["A@example.com ", "+15550001"],
      ["a@example.com", ""],
    );
    expect(second).toBe(first);
    expect(third).toBe(first);
  });

  it("two e-mail addresses with one phone are two people", async () => {
    const [first, second] = await customersOf(["a@example.com", "+1555"], ["b@example.com", "+1555"]);
    expect(second).not.toBe(first);
  });

  it("ids tell orders of one name apart, and times where there are no ids", async () => {
    const two = (second: Cells) => [
      ...orderRows({ Name: "#1", ...("Id" in second ? second : {}) }, [{}, { "Lineitem price": "0.00" }]),
      ...orderRows({ Name: "#1", "Created at": "2026-02-16 12:00:00 +0100", ...second }),
    ];
    for (const rows of [two({}), two({ Id: "" }), two({ Id: "5.8E+12" })]) {
      const { shop, notes } = await readRows(rows);
      expect([...shop.orders.values()].map((order) => order.lines.length)).toEqual([2, 1]);
      expect(notes.join("\n")).toMatch(/1 name \(“#1”\) of more than one order/);
    }
  });

  it("an order that stands in the file twice counts once", async () => {
    const rows = [...orderRows({}, [{}, { "Lineitem price": "0.00" }]), ...orderRows()];
    const { shop, notes } = await readExport(exportText(rows) + exportText(rows));
    expect([...shop.orders.values()].map((order) => order.lines.length)).toEqual([2, 1]);
    expect(notes.join("\n")).toMatch(/2 orders in the file a second time, counted once/);
    const one = exportText(orderRows());
    expect((await readExport(one + one)).shop.orders.size).toBe(1);
  });

  it("ids of 18 digits keep orders apart although they cannot be numbers", async () => {
    const ids = ["123456789012345678", "123456789012345679"];
    const orders = await ordersOf(ids.flatMap((Id) => orderRows({ Id, Name: "#1" })));
    expect(new Set(orders.map((order) => order.id)).size).toBe(2);
    expect(orders.every((order) => Number.isSafeInteger(order.id))).toBe(true);
  });

  it("the most frequent currency is the shop's; what was left out is said", async () => {
    const { shop, notes } = await readRows([
      ...orderRows({ Currency: "EUR" }),
      ...orderRows({ Currency: "USD" }),
      ...orderRows({ Currency: "USD" }),
    ]);
    expect([shop.currency, shop.orders.size]).toEqual(["USD", 2]);
    expect(notes.join("\n")).toMatch(/1 order of 20\.00 EUR left out.*USD \(2 orders\)/);
  });

  it("countries are known by code and by name; others are said to be unknown", async () => {
    const names = ["DE", "United States", "USA", "Deutschland", "Royaume-Uni", "Atlantis"];
    const { shop, notes } = await readRows(
      names.flatMap((name) => orderRows({ "Shipping Country": name, "Billing Country": "" })),
    );
    expect([...shop.orders.values()].map((order) => order.shippingCountry)).toEqual([
      ...["DE", "US", "US", "DE", "GB", null],
    ]);
    expect(notes.join("\n")).toMatch(/1 order without a country: “Atlantis”/);
  });

  it("orders of the bogus gateway are test orders", async () => {
    const { shop, notes } = await readRows(orderRows({ "Payment Method": "bogus" }));
    expect([...shop.orders.values()].map((order) => order.test)).toEqual([true]);
    expect(notes.join("\n")).toMatch(/1 test order/);
  });
});

describe("the period that is shown", () => {
  const now = Temporal.Instant.from(NOW);

  it("is the file's last year where the file ends before the last 30 days", async () => {
    const { shop } = await readRows([
      ...orderRows({ "Created at": "2023-01-15 12:00:00 +0100" }),
      ...orderRows({ "Created at": "2025-06-15 23:30:00 +0200" }),
    ]);
    expect(shownPeriod(shop, now)).toEqual({ from: "2024-06-16", to: "2025-06-15", ended: true });
  });

  it("reaches the last cancellation, and otherwise today", async () => {
    const cancelled = {
      "Created at": "2025-06-15 12:00:00 +0200",
      "Cancelled at": "2025-07-01 12:00:00 +0200",
    };
    expect(shownPeriod((await readRows(orderRows(cancelled))).shop, now)).toMatchObject({ to: "2025-07-01" });
    const { shop } = await readRows(orderRows({ "Created at": "2026-11-20 12:00:00 +0100" }));
    expect(shownPeriod(shop, now)).toEqual({ from: "2025-12-01", to: "2026-12-01", ended: false });
  });
});
