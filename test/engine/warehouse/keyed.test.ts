// Records with a key: which reading of one wins, what is gone and stays gone, and who leaves no trace in them.
import { expect, it } from "vitest";
import { BrokenFile } from "../../../app/errors.ts";
import { checkouts } from "../../../app/sync/resources/checkouts.ts";
import { products } from "../../../app/sync/resources/products.ts";
import type { Access } from "../../../app/warehouse/access.ts";
import { keyedIn, schema, tablesOf } from "../../../app/warehouse/schema/schema.ts";
import { nextOf } from "../../../app/warehouse/namespace.ts";
import { describeWarehouses } from "../../tools/setup/warehouses.ts";
import { changeBehind } from "../sync/behind.ts";
import { dumpOf } from "./dump.ts";
import { euroShop, SHOP } from "./euro-shop.ts";
import { fileOf, jsonl, orderRows, simpleOrder } from "./files.ts";
import { checkoutLoad, checkoutRows, loadOf, productLoad, productRows } from "./records.ts";

const day = (n: number) => `2026-03-${String(n).padStart(2, "0")}T10:00:00Z`;
const cup = (id: number, updatedAt: string, price: string, title?: string) => ({
  id,
  updatedAt,
  ...(title === undefined ? {} : { title }),
  variants: [{ id: id * 10, price, sku: "CUP" }],
});

describeWarehouses("records with a key", (open) => {
  const shop = euroShop(open);
  const { rows } = shop;
  const copy = () => shop.warehouse.of(SHOP);
  const prices = () => rows("SELECT product_id, price FROM variants ORDER BY variant_id");

  it("are replaced whole by what is newer, and by nothing older", async () => {
    const first = {
      ...cup(1, day(2), "5.00"),
      variants: [
        { id: 10, price: "5.00", sku: "CUP" },
        { id: 11, price: "6.00" },
      ],
    };
    expect(await copy().mergeKeyed(productLoad(day(4), [first]))).toMatchObject({ records: 1, changed: 1 });
    expect(await copy().mergeKeyed(productLoad(day(5), [cup(1, day(3), "7.50", "Mug")]))).toMatchObject({
      records: 1,
      changed: 1,
    });
    expect(await copy().mergeKeyed(productLoad(day(6), [first]))).toMatchObject({
      records: 0,
      changed: 0,
      skippedOlder: 1,
    });
    // The same version: the later reading wins.
    await copy().mergeKeyed(productLoad(day(4), [cup(1, day(3), "9.00")]));
    expect(await copy().mergeKeyed(productLoad(day(7), [cup(1, day(3), "7.50", "Mug")]))).toMatchObject({
      records: 1,
      changed: 0,
    });
    expect(await rows("SELECT product_id, title, vendor, type, status, updated_at FROM products")).toEqual([
      {
        product_id: 1,
        title: "Mug",
        vendor: "Mill",
        type: "Cup",
        status: "ACTIVE",
        updated_at: "2026-03-03 10:00:00",
      },
    ]);
    expect(await rows("SELECT * FROM variants")).toEqual([
      { variant_id: 10, product_id: 1, sku: "CUP", inventory_item_id: 1010, price: 750, tracked: true },
    ]);
  });

  it("end the same whatever comes twice, late or together", async () => {
    const versions = [2, 3, 4].map((n) => cup(1, day(n), `${n}.00`));
    const all = [
      () => copy().mergeKeyed(productLoad(day(2), versions.slice(0, 1))),
      () => copy().mergeKeyed(productLoad(day(3), versions.slice(1, 2))),
      () => copy().mergeKeyed(productLoad(day(4), versions.slice(2))),
    ];
    for (const each of [...all, ...all.toReversed(), ...all]) await each();
    const files = [...versions, ...versions].map((version) => fileOf(jsonl(productRows(version))));
    await copy().mergeKeyed(loadOf(products, day(3), [], { files }));
    // A file that holds a record twice.
    const twice = [
      ...productRows(versions[2] ?? cup(1, day(4), "4.00")),
      ...productRows(cup(1, day(4), "4.00")),
    ];
    await copy().mergeKeyed(loadOf(products, day(5), twice));
    expect(await prices()).toEqual([{ product_id: 1, price: 400 }]);
    expect(await copy().counts()).toMatchObject({ products: 1, variants: 1 });
  });

  it("stay gone to readings that are older than the one which found them gone", async () => {
    await copy().mergeKeyed(productLoad(day(2), [cup(1, day(1), "5.00"), cup(2, day(1), "6.00")]));
    await copy().mergeKeyed(productLoad(day(5), [], { removed: [1] }));
    expect(await prices()).toEqual([{ product_id: 2, price: 600 }]);
    await copy().mergeKeyed(productLoad(day(4), [cup(1, day(3), "7.00")]));
    expect(await prices()).toEqual([{ product_id: 2, price: 600 }]);
    // A removal that was found before the record was last read removes nothing.
    await copy().mergeKeyed(productLoad(day(6), [cup(2, day(5), "6.50")]));
    await copy().mergeKeyed(productLoad(day(5), [], { removed: [2] }));
    await copy().mergeKeyed(productLoad(day(7), [cup(1, day(3), "7.00")]));
    expect(await prices()).toEqual([
      { product_id: 1, price: 700 },
      { product_id: 2, price: 650 },
    ]);
  });

  it("name no customer who was redacted, and lose the link to one who is erased", async () => {
    const left = (id: number, customer: number | null) => ({
      id,
      updatedAt: day(id),
      customer,
      total: "12.00",
      country: "DE",
      lines: [{ id: "4f-a", product: 1, variant: 10, units: 2, amount: "12.00" }],
    });
    await copy().mergeKeyed(
      checkoutLoad(day(9), [left(1, 7), left(2, 8), left(3, null)], {
        withheld: () => Promise.resolve((id: number) => id === 7),
      }),
    );
    const of = () => rows("SELECT checkout_id, customer_id FROM checkouts ORDER BY checkout_id");
    expect(await of()).toEqual([
      { checkout_id: 1, customer_id: null },
      { checkout_id: 2, customer_id: 8 },
      { checkout_id: 3, customer_id: null },
    ]);
    // Read without the right to see customers, what is known stays.
    await copy().mergeKeyed(checkoutLoad(day(10), [left(2, null)], { customersHidden: true }));
    expect((await of())[1]).toEqual({ checkout_id: 2, customer_id: 8 });
    await copy().eraseCustomers([8]);
    expect((await of()).map(({ customer_id }) => customer_id)).toEqual([null, null, null]);
    expect(await rows("SELECT * FROM checkout_lines WHERE checkout_id = 2")).toEqual([
      { checkout_id: 2, line_id: "4f-a", product_id: 1, variant_id: 10, units: 2, amount: 1200 },
    ]);
  });

  it("have the shop's local day, which another clock books anew", async () => {
    const late = { id: 1, updatedAt: "2026-03-01T23:30:00Z", total: "1.00" };
    await copy().mergeKeyed(checkoutLoad(day(9), [late]));
    expect(await rows("SELECT local_day FROM checkouts")).toEqual([{ local_day: "2026-03-02" }]);
    await copy().relocalise("America/New_York");
    expect(await rows("SELECT local_day FROM checkouts")).toEqual([{ local_day: "2026-03-01" }]);
  });

  it("go with what is older than is kept, as they say, and do not come back", async () => {
    const left = (id: number, n: number) => ({
      id,
      updatedAt: day(n),
      lines: [{ id: 1, units: 1, amount: "1.00" }],
    });
    await copy().mergeKeyed(checkoutLoad(day(20), [left(1, 1), left(2, 15)]));
    await copy().mergeKeyed(productLoad(day(20), [cup(1, day(1), "5.00")]));
    const kept = { day: "2026-03-10", from: "2026-03-10T00:00:00Z" };
    for (const keeping of ["sums", "nothing"] as const) {
      expect(await copy().forgetBefore(kept, keeping)).toMatchObject({ records: keeping === "sums" ? 1 : 0 });
      expect(await copy().counts()).toMatchObject({ checkouts: 1, checkout_lines: 1, products: 1 });
    }
    expect(
      await copy().mergeKeyed(checkoutLoad(day(21), [left(1, 1), left(3, 16)], { keepFrom: kept.from })),
    ).toMatchObject({ records: 1, tooOld: 1 });
    expect(await rows("SELECT checkout_id FROM checkouts ORDER BY 1")).toEqual([
      { checkout_id: 2 },
      { checkout_id: 3 },
    ]);
  });

  it("differ from a list by what it tells, and an absence from it is a removal only where that is proof", async () => {
    await copy().mergeKeyed(productLoad(day(5), [cup(1, day(1), "5.00"), cup(2, day(1), "5.00")]));
    await copy().mergeKeyed(
      checkoutLoad(day(5), [
        { id: 1, updatedAt: day(1), customer: 7 },
        { id: 2, updatedAt: day(1), customer: 7 },
      ]),
    );
    const listing = (rows: object[], resource: typeof products) => ({
      of: resource.merge === "ledger" ? undefined : resource.merge,
      stage: resource.listing.stage,
      files: [fileOf(jsonl(rows))],
      listedAt: day(9),
      settledBefore: day(8),
      named: 10,
    });
    const ofProducts = listing(
      [...productRows(cup(2, day(2), "5.00")), ...productRows(cup(3, day(2), "5.00"))],
      products,
    );
    const ofCheckouts = listing(checkoutRows({ id: 2, updatedAt: day(1), customer: 8 }), checkouts);
    const compare = ({ of, ...rest }: typeof ofProducts) => {
      if (of === undefined) throw new Error("no key");
      return copy().compareKeyed({ ...rest, of });
    };
    expect(await compare(ofProducts)).toMatchObject({
      listed: 2,
      counts: { missing: 1, changed: 1, gone: 1 },
      named: [
        { kind: "gone", id: 1 },
        { kind: "changed", id: 2 },
        { kind: "missing", id: 3 },
      ],
    });
    expect(await compare(ofCheckouts)).toMatchObject({ listed: 1, counts: { changed: 1 } });
  });

  it("pass to a copy made anew as far as Shopify has forgotten them", async () => {
    await copy().mergeKeyed(
      checkoutLoad(day(5), [
        { id: 1, updatedAt: day(1), total: "3.00", lines: [{ id: "a", units: 1, amount: "3.00" }] },
        { id: 2, updatedAt: day(2), total: "4.00", lines: [{ id: "b", units: 1, amount: "4.00" }] },
      ]),
    );
    await copy().mergeKeyed(productLoad(day(5), [cup(1, day(1), "5.00")]));
    const { next } = copy();
    await next.setMeta({ currency: "EUR", decimals: 2, time_zone: "Europe/Berlin" });
    await next.mergeKeyed(
      checkoutLoad(day(9), [
        { id: 2, updatedAt: day(8), total: "9.00", lines: [{ id: "b", units: 3, amount: "9.00" }] },
      ]),
    );
    // An attempt that was broken off has left lines without a checkout.
    await changeBehind(shop.warehouse, nextOf(SHOP), [
      "INSERT INTO checkout_lines (checkout_id, line_id, units, amount) VALUES (1, 'a', 1, 300)",
    ]);
    await copy().carryForgotten();
    await copy().carryForgotten();
    await copy().replace("mirrored");
    expect(await rows("SELECT checkout_id, total FROM checkouts ORDER BY 1")).toEqual([
      { checkout_id: 1, total: 300 },
      { checkout_id: 2, total: 900 },
    ]);
    expect(await rows("SELECT checkout_id, units FROM checkout_lines ORDER BY 1")).toEqual([
      { checkout_id: 1, units: 1 },
      { checkout_id: 2, units: 3 },
    ]);
    expect(await copy().counts()).toMatchObject({ products: 0 });
  });

  it.each([
    ["an amount with too many decimals", productRows(cup(1, day(1), "5.005"))],
    ["an amount that is none", productRows(cup(1, day(1), "five"))],
    ["an amount beyond all bounds", productRows(cup(1, day(1), "99999999999999999999"))],
    ["a variant of a product that is not there", productRows(cup(1, day(1), "5.00")).slice(1)],
    ["an instant of the year 0", productRows(cup(1, "0000-01-01T00:00:00Z", "5.00"))],
  ])("are not taken at all with %s", async (_, bad) => {
    await copy().mergeKeyed(productLoad(day(2), [cup(2, day(1), "6.00")]));
    const before = await dumpOf(copy());
    const load = loadOf(products, day(3), [...bad, ...productRows(cup(3, day(1), "6.00"))]);
    await expect(copy().mergeKeyed(load)).rejects.toBeInstanceOf(BrokenFile);
    expect(await dumpOf(copy())).toEqual(before);
  });

  it("cost an order's merge nothing: no statement of it names them", async () => {
    const { access } = shop.warehouse as unknown as { access: Access };
    const write = access.driver.write.bind(access.driver);
    const statements: string[] = [];
    const staged: string[] = [];
    access.driver.write = (name, staging, work) => {
      staged.push(...(staging?.tables.keys() ?? []));
      return write(name, staging, (session) =>
        work({
          run: (sql, params) => {
            statements.push(sql);
            return session.run(sql, params);
          },
          rows: (sql, params) => {
            statements.push(sql);
            return session.rows(sql, params);
          },
          filled: (table) => session.filled(table),
          intervals: (table) => session.intervals(table),
        }),
      );
    };
    await shop.merge(orderRows(simpleOrder(1, day(1), "5.00", { customer: 7 })));
    expect(statements.length).toBeGreaterThan(20);
    const own = keyedIn(schema).flatMap(tablesOf);
    expect(
      statements.filter((sql) => own.some((table) => new RegExp(`\\b(stage_)?${table}\\b`).test(sql))),
    ).toEqual([]);
    expect(staged).toEqual([
      "stage_orders",
      "stage_lines",
      "stage_agreements",
      "stage_sales",
      "stage_customers",
    ]);
    statements.length = 0;
    await copy().mergeKeyed(productLoad(day(2), [cup(1, day(1), "5.00")]));
    expect(statements.some((sql) => sql.includes("products"))).toBe(true);
    access.driver.write = write;
  });

  it("raise the version of their own source alone, as orders raise theirs", async () => {
    const versions = async () => (await copy().meta())?.versions ?? {};
    const before = await versions();
    await copy().mergeKeyed(productLoad(day(2), [cup(1, day(1), "5.00")]));
    const after = await versions();
    const raised = (a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>) =>
      Object.keys(b).filter((source) => a[source] !== b[source]);
    expect(raised(before, after)).toEqual(["products"]);
    await shop.merge(orderRows(simpleOrder(1, day(1), "5.00")));
    expect(raised(after, await versions()).sort()).toEqual(["customers", "orders"]);
  });
});
