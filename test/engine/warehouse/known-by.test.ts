// What orders are known by besides their money: whatever stands in it, the order is loaded, and what is not told is not known.
import { expect, it } from "vitest";
import type { Row, Warehouse } from "../../../app/warehouse/warehouse.server.ts";
import { describeWarehouses } from "../../tools/setup/warehouses.ts";
import { load, orderRows, simpleOrder, type TestOrder } from "./files.ts";
import { reaching } from "./reaching.ts";

const DAY = "2026-03-01T10:00:00Z";
const READ = "2026-06-01T00:00:00Z";

describeWarehouses("what an order is known by", (open) => {
  let shops = 0;
  const loaded = async (orders: object[][]): Promise<[Warehouse, string]> => {
    const warehouse = await open();
    const shop = `known-${++shops}.myshopify.com`;
    await warehouse
      .of(shop)
      .setMeta({ currency: "EUR", decimals: 2, time_zone: "UTC", ...reaching("complete") });
    await warehouse.of(shop).merge(load(READ, orders.flat()));
    return [warehouse, shop];
  };
  const orderWith = (id: number, more: Partial<TestOrder>) =>
    orderRows(simpleOrder(id, DAY, "10.00", { customer: id, ...more }));
  const column = async ([warehouse, shop]: [Warehouse, string], of: string, table = "orders") =>
    (await warehouse.of(shop).query<Row>(`SELECT ${of} AS value FROM ${table} ORDER BY order_id`)).map(
      ({ value }) => value,
    );

  it("is as many tags as there are, however long they are", async () => {
    const many = Array.from({ length: 250 }, (_, nth) => `${"tag".repeat(80)}${nth}`);
    const strange = ["x".repeat(5_000), "Gift", "gift", "", "__proto__", 'a"b\\', "ß, comma", "🎁"];
    const at = await loaded([
      orderWith(1, { tags: many }),
      orderWith(2, { tags: strange }),
      orderWith(3, {}),
    ]);
    const held = (await column(at, "tags")).map((tags) => JSON.parse(String(tags)) as string[]);
    expect(held).toEqual([many, strange, []]);
  });

  it("is no tag of an erased customer's, and none of one who is withheld", async () => {
    const at = await loaded([orderWith(1, { tags: ["Anna's"] }), orderWith(2, { tags: ["kept"] })]);
    const [warehouse, shop] = at;
    await warehouse.of(shop).eraseCustomers([1]);
    expect(await column(at, "tags")).toEqual([null, '["kept"]']);
    const withheld = () => Promise.resolve((id: number) => id === 1);
    await warehouse
      .of(shop)
      .merge(load("2026-06-02T00:00:00Z", orderWith(1, { tags: ["Anna's"] }), { withheld }));
    expect(await column(at, "tags")).toEqual([null, '["kept"]']);
  });

  it("is the language alone, of a locale that is one", async () => {
    const locales = ["de-AT", "FR", "pt_BR", "zh-Hans-CN", "fil", "english", "x", "", "--", "12"];
    const at = await loaded(locales.map((locale, nth) => orderWith(nth + 1, { locale })));
    expect(await column(at, "language")).toEqual([
      ...["de", "fr", "pt", "zh", "fil", null, null, null, null, null],
    ]);
  });

  it("is not known where Shopify does not say, and stops nothing where a field is missing", async () => {
    const without = orderWith(3, {}).map((row) => {
      const left = new Set([
        "tags",
        "customerLocale",
        "purchasingEntity",
        "title",
        "vendor",
        "sellingPlan",
        "product",
      ]);
      return Object.fromEntries(Object.entries(row).filter(([field]) => !left.has(field)));
    });
    const at = await loaded([orderWith(1, { company: true }), orderWith(2, { company: false }), without]);
    expect(await column(at, "b2b")).toEqual([true, false, null]);
    expect(await column(at, "tags")).toEqual(["[]", "[]", null]);
    expect(await column(at, "product_id")).toEqual([7, 7, null]);
    expect(await column(at, "title", "order_lines")).toEqual(["Thing", "Thing", null]);
  });

  it("is a point of sale by its channel, and a subscription by its goods or by who made it", async () => {
    const channels = [
      "pos",
      "POS",
      "point_of_sale",
      "iphone",
      "web",
      "subscription_contract",
      "",
      "positive",
    ];
    const at = await loaded([
      ...channels.map((channel, nth) => orderWith(nth + 1, { channel })),
      orderWith(9, { lines: [{ id: 90, product: 7, quantity: 1, price: "10.00", plan: "Monthly" }] }),
    ]);
    expect(await column(at, "pos")).toEqual([true, true, true, true, false, false, false, false, false]);
    expect(await column(at, "subscription")).toEqual([
      ...[false, false, false, false, false, true, false, false, true],
    ]);
  });

  it("is the goods that most was asked for when it was placed, whatever came later", async () => {
    const line = (id: number, product: number | undefined, price: string, more = {}) => ({
      id,
      ...(product === undefined ? {} : { product }),
      quantity: 1,
      price,
      ...more,
    });
    const sale = (id: number, item: number, total: string, discount = "0.00", action = "ORDER") => ({
      ...{ id, action, line: "PRODUCT", item, quantity: action === "RETURN" ? -1 : 1, total, discount },
    });
    const placed = (id: number, sales: object[], later: object[], lines: object[]) =>
      orderRows({
        ...{
          id,
          customer: id,
          placedAt: DAY,
          original: "0.00",
          lines: lines as NonNullable<TestOrder["lines"]>,
        },
        agreements: [
          { id: id * 10, reason: "ORDER", at: DAY, sales: sales as never },
          { id: id * 10 + 1, reason: "RETURN", at: "2026-03-09T10:00:00Z", sales: later as never },
        ],
      });
    const long = "T".repeat(5_000);
    const at = await loaded([
      // Free of charge, it is still what most was asked for; what it was exchanged for is not.
      placed(
        1,
        [sale(11, 101, "0.00", "30.00"), sale(12, 102, "20.00")],
        [sale(13, 101, "0.00", "-30.00", "RETURN"), sale(14, 103, "90.00")],
        [
          line(101, 1, "30.00", { type: long, vendor: " Acme " }),
          line(102, 2, "20.00"),
          line(103, 3, "90.00"),
        ],
      ),
      // Equals, the later first; and goods that are no product any more.
      placed(
        2,
        [sale(21, 202, "5.00"), sale(22, 201, "5.00")],
        [],
        [line(202, 5, "5.00"), line(201, 4, "5.00")],
      ),
      placed(3, [sale(31, 301, "5.00")], [], [line(301, undefined, "5.00", { vendor: "Gone" })]),
    ]);
    expect(await column(at, "product_id")).toEqual([1, 4, null]);
    expect(
      (await column(at, "product_type")).map((type) => (type === null ? null : String(type).length)),
    ).toEqual([...[255, null, null]]);
    expect(await column(at, "vendor")).toEqual(["Acme", null, "Gone"]);
    expect(
      await column(
        at,
        "first_product",
        "(SELECT customer_id AS order_id, * FROM customer_history WHERE to_day = DATE '9999-12-31') h",
      ),
    ).toEqual([1, 4, null]);
  });
});
