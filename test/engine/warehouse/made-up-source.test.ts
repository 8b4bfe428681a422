// What is declared of a source is all there is to do: its tables are in the file of a customer, in his erasure, in counts and
// in backups, whoever declares it.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { queryKpis } from "../../../app/kpis/query.server.ts";
import { customerFile } from "../../../app/reports/files/customer-file.server.ts";
import { reportedShop } from "../../../app/reports/shop.server.ts";
import { customersNamed } from "../../../app/warehouse/schema/personal.ts";
import { table } from "../../../app/warehouse/schema/source.ts";
import { changeBehind } from "../sync/behind.ts";
import { viewOf } from "../../tools/setup/view.ts";
import { describeWarehouses } from "../../tools/setup/warehouses.ts";
import { USUAL_CALENDAR } from "../../tools/setup/calendar.ts";
import { euroShop, SHOP } from "./euro-shop.ts";
import { customerRow, load, orderRows, simpleOrder } from "./files.ts";
import { noteOf, sources } from "./made-up-source.ts";
import { reaching } from "./reaching.ts";

const NOW = new Date("2026-04-01T00:00:00Z");

describeWarehouses("a source of a customer's notes", (open) => {
  const shop = euroShop(() => open({ sources }));
  const copy = () => shop.warehouse.of(SHOP);
  const behind = (...statements: string[]) => changeBehind(shop.warehouse, SHOP, statements);
  const notes = () =>
    shop.rows("SELECT customer_id, told_by_customer_id, fee FROM customer_notes ORDER BY customer_id");
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(path.join(tmpdir(), "segment-kpis-source-"));
    await shop.merge([
      ...orderRows(simpleOrder(1, "2026-02-01T10:00:00Z", "20.00", { customer: 7 })),
      customerRow({ id: 7, updatedAt: "2026-02-01T00:00:00Z", orders: 1 }),
    ]);
    await copy().setMeta({ ...reaching("complete") });
    await behind(noteOf(7, 9, 250), noteOf(8, 7, 100), noteOf(9, null, 50));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  it("is in the customer's file, without the others", async () => {
    const asked = { customerId: 7, orderIds: [], number: null, receivedAt: NOW };
    const held = { notifications: [], requests: [] };
    const reported = reportedShop(await viewOf(shop.warehouse, SHOP), {
      locale: "en",
      now: NOW,
      calendar: USUAL_CALENDAR,
    });
    expect(await customerFile(reported, SHOP, asked, held, NOW, { locale: "en" })).toMatchObject({
      customer: { customer_id: 7 },
      orders: [{ order_id: 1, original_total: "20.00" }],
      other_rows: {
        customer_notes: [
          {
            customer_id: 7,
            told_by_customer_id: null,
            written_at: "2026-03-01T10:00:00.000Z",
            fee: "2.50",
          },
          { customer_id: null, told_by_customer_id: 7, fee: "1.00" },
        ],
      },
    });
  });

  it("is erased with him: his rows go, rows of others lose the link to him", async () => {
    const before = await copy().query<{ id: number }>(`SELECT id FROM (${customersNamed(copy().schema)}) n`);
    expect(before.map(({ id }) => id).sort()).toEqual([7, 8, 9]);
    await copy().eraseCustomers([7]);
    expect(await notes()).toEqual([
      { customer_id: 8, told_by_customer_id: null, fee: null },
      { customer_id: 9, told_by_customer_id: null, fee: 50 },
    ]);
    const after = await copy().query<{ id: number }>(`SELECT id FROM (${customersNamed(copy().schema)}) n`);
    expect(after.map(({ id }) => id).sort()).toEqual([8, 9]);
  });

  it("is counted, and copied out and in, and stays through compaction", async () => {
    const before = await notes();
    expect(await copy().counts()).toMatchObject({ customer_notes: 3, orders: 1 });
    const rows = await copy().copyOut(directory);
    expect(rows).toMatchObject({ customer_notes: 3 });
    await copy().drop();
    expect(await copy().copyIn(directory)).toEqual(rows);
    await copy().compact({ force: true });
    await copy().rewrite();
    expect(await notes()).toEqual(before);
  });

  it("has a version of its own, which figures of orders do not ask for", async () => {
    const facts = async () => (await viewOf(shop.warehouse, SHOP)).of(["orders", "customers"]).version;
    const all = async () => (await viewOf(shop.warehouse, SHOP)).of("all").version;
    const ask = async () =>
      queryKpis(await viewOf(shop.warehouse, SHOP), {
        kpis: ["orders"],
        segmentation: "order_count",
        period: { from: "2026-02-01", to: "2026-03-01" },
        comparison: "none",
        membersAt: "start",
        today: "2026-04-01",
      });
    const answer = await ask();
    const before = { facts: await facts(), all: await all() };
    await behind(
      "UPDATE shop_meta SET data_version = data_version + 1",
      "UPDATE source_versions SET data_version = (SELECT data_version FROM shop_meta) WHERE source = 'notes'",
    );
    expect(await facts()).toBe(before.facts);
    expect(await all()).toBeGreaterThan(before.all);
    expect(await ask()).toBe(answer);
    await shop.merge([], "2026-04-01T00:00:00Z");
    expect(await facts()).toBeGreaterThan(before.facts);
    expect(await ask()).not.toBe(answer);
  });
});

it("a table that can name a customer says what erasing him does to it", () => {
  const columns = { customer_id: "BIGINT", note: "VARCHAR" } as const;
  // @ts-expect-error: it names customers
  table(columns, { names: "nobody" });
  // @ts-expect-error: it does not say of all columns
  table({ ...columns, heir_id: "BIGINT" }, { names: { customer_id: { trace: "row" } } });
  // @ts-expect-error: there is no such column
  table(columns, { names: { customer_id: { trace: "row" } }, money: ["fee"] });
  table(columns, { names: { customer_id: { trace: "row" } } });
});

describeWarehouses("observed tables", (open) => {
  const shop = euroShop(() => open({ sources }));
  const copy = () => shop.warehouse.of(SHOP);
  const order = (id: number) => orderRows(simpleOrder(id, "2026-02-01T10:00:00Z", "20.00", { customer: 7 }));
  const held = async () => ({
    orders: (await shop.rows("SELECT order_id AS id FROM orders ORDER BY order_id")).map(({ id }) => id),
    notes: (await shop.rows("SELECT fee FROM customer_notes ORDER BY fee")).map(({ fee }) => fee),
  });
  const made = async () => {
    await shop.merge(order(1));
    await changeBehind(shop.warehouse, SHOP, [noteOf(7, null, 250), noteOf(8, null, 100)]);
    await copy().next.setMeta({ currency: "EUR", decimals: 2, time_zone: "Europe/Berlin" });
    await copy().next.merge(load("2026-04-01T00:00:00Z", order(2)));
  };

  it("stay when a copy made anew takes the place of the one in use, and are written, erased and compacted after", async () => {
    await made();
    const before = (await copy().meta())?.versions["notes"] ?? 0;
    await copy().replace("mirrored");
    expect(await held()).toEqual({ orders: [2], notes: [100, 250] });
    expect((await copy().meta())?.versions["notes"]).toBeGreaterThan(before);
    expect(await copy().next.meta()).toBeNull();
    await changeBehind(shop.warehouse, SHOP, [noteOf(9, null, 50)]);
    await copy().eraseCustomers([8]);
    await copy().compact({ force: true });
    expect(await held()).toEqual({ orders: [2], notes: [50, 250] });
    // And again, as after the next release.
    await copy().next.setMeta({ currency: "EUR", decimals: 2, time_zone: "Europe/Berlin" });
    await copy().replace("mirrored");
    expect(await held()).toEqual({ orders: [], notes: [50, 250] });
  });

  it("are those of the backup when one is put back, and pass where nothing is in use", async () => {
    await made();
    await changeBehind(shop.warehouse, SHOP, [noteOf(9, null, 50)]);
    await copy().replace("all");
    expect(await held()).toEqual({ orders: [2], notes: [] });
    const other = shop.warehouse.of("other.myshopify.com");
    await other.next.setMeta({ currency: "EUR", decimals: 2, time_zone: "UTC" });
    await other.replace("mirrored");
    expect(await other.counts()).toMatchObject({ customer_notes: 0 });
  });
});
