// Rows laid apart by kind: none lost, none changed, whatever the pieces, and the same tables as from the file they came from.
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { BrokenFile } from "../../../app/errors.ts";
import { RowSorter } from "../../../app/warehouse/row-sorter.ts";
import { filesOf } from "../../../app/warehouse/merge/staging.ts";
import type { SortedRows } from "../../../app/warehouse/warehouse.server.ts";
import { describeWarehouses } from "../../tools/setup/warehouses.ts";
import { dump } from "./dump.ts";
import { customerRow, fileOf, jsonl, orderRows, simpleOrder, stages } from "./files.ts";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), "segment-kpis-sorter-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

/** In pieces of so many bytes. */
async function sorted(text: string, bytes = 64 * 1024): Promise<SortedRows & { lines: number }> {
  const sorter = new RowSorter(path.join(directory, "rows"), stages);
  const data = Buffer.from(text);
  for (let at = 0; at < data.length; at += bytes) await sorter.write(data.subarray(at, at + bytes));
  return { ...(await sorter.end()), lines: sorter.lines };
}
const text = async (file: string | null | undefined) => (file == null ? null : readFile(file, "utf8"));
const line = (typename: string, id: string) => JSON.stringify({ __typename: typename, id });

const mixed = [
  line("Order", "1"),
  line("LineItem", "2 ü"),
  line("LineItem", "3"),
  line("SalesAgreement", "4"),
  line("ProductSale", "5"),
  line("Order", "6"),
  line("Metafield", "7"),
  '{"id":"8","__typename":"Order"}',
  "",
  "nonsense",
  line("ShippingLineSale", "9"),
];

describe("rows laid apart by kind", () => {
  it.each([1, 7, 40, 1_000_000])("are the same rows when they come in pieces of %i bytes", async (bytes) => {
    const { byTable, rest, lines } = await sorted(mixed.join("\n"), bytes);
    const at = (...places: number[]) => places.map((place) => `${mixed[place]}\n`).join("");
    expect(lines).toBe(mixed.length);
    expect(await text(byTable.stage_orders)).toBe(at(0, 5));
    expect(await text(byTable.stage_lines)).toBe(at(1, 2));
    expect(await text(byTable.stage_agreements)).toBe(at(3));
    expect(await text(byTable.stage_sales)).toBe(at(4, 10));
    expect(byTable.stage_customers).toBeUndefined();
    expect(await text(rest), "what shows no kind of ours at its beginning").toBe(at(6, 7, 8, 9));
  });

  it("are whole beyond what is kept in memory", async () => {
    const orders = Array.from({ length: 30_000 }, (_, id) => line("Order", `${id} ${"x".repeat(id % 60)}`));
    const long = line("LineItem", "y".repeat(900_000));
    const all = orders.flatMap((order, place) => (place % 10_000 === 0 ? [order, long] : [order]));
    const { byTable, rest } = await sorted(`${all.join("\n")}\n`);
    expect(await text(byTable.stage_orders)).toBe(`${orders.join("\n")}\n`);
    expect(await text(byTable.stage_lines)).toBe(`${long}\n`.repeat(3));
    expect(rest).toBeNull();
  });

  it("are no rows when nothing comes", async () => {
    expect(await sorted("")).toEqual({ byTable: {}, rest: null, lines: 0 });
    expect(await readdir(directory)).toEqual([]);
  });

  it("refuse a line that the loader would not read, with its number", async () => {
    const endless = `${line("Order", "1")}\n${line("Order", "x".repeat(1_100_000))}`;
    await expect(sorted(endless)).rejects.toThrow(/longer than 1000000 bytes \(rows\.jsonl, line 2\)/);
  });

  it("are gone when they are discarded", async () => {
    const sorter = new RowSorter(path.join(directory, "rows"), stages);
    await sorter.write(Buffer.from(`${line("Order", "x".repeat(300_000))}\nnonsense\n`));
    expect(await readdir(directory)).not.toEqual([]);
    await sorter.discard();
    expect(await readdir(directory)).toEqual([]);
  });
});

describeWarehouses("a merge of rows laid apart", (open) => {
  const SHOP = "sorted.myshopify.com";
  const OTHER = "mixed.myshopify.com";
  const euros = { currency: "EUR", decimals: 2, time_zone: "Europe/Berlin" };
  const readAt = "2026-03-31T12:00:00Z";
  const orders = (id: number) =>
    orderRows(simpleOrder(id, `2026-03-0${id}T10:00:00Z`, "12.50", { customer: 1 + (id % 2) }));

  it("gives the tables that the file gives, also where a row does not show its kind", async () => {
    const warehouse = await open();
    const customer = { id: 1, updatedAt: "2026-03-01T00:00:00Z", orders: 2, tags: ["a"] };
    const rows = [...orders(1), customerRow(customer), ...orders(2), ...orders(3)];
    const file = jsonl(rows).replace(/\{"__typename":"Order",("id":"[^"]*\/2")/, '{$1,"__typename":"Order"');
    const apart = await sorted(file);
    expect(await text(apart.rest)).toContain('"__typename":"Order"');
    for (const shop of [SHOP, OTHER]) await warehouse.of(shop).setMeta(euros);
    const results = [
      await warehouse.of(SHOP).merge({ files: [apart], readAt, stages }),
      await warehouse.of(OTHER).merge({ files: [fileOf(file)], readAt, stages }),
    ];
    for (const result of results)
      expect(result).toMatchObject({ orders: 3, lines: 3, sales: 3, customers: 1, gaps: 0 });
    expect(await dump(warehouse, SHOP)).toEqual(await dump(warehouse, OTHER));
  });

  it("names the file and the line that cannot be read", async () => {
    const warehouse = await open();
    await warehouse.of(SHOP).setMeta(euros);
    const file = jsonl([...orders(1), ...orders(2)]).replace(
      /("quantity":)1([^]*"quantity":)1/,
      '$11$2"many"',
    );
    const apart = await sorted(file);
    const failure = await warehouse
      .of(SHOP)
      .merge({ files: [apart], readAt, stages })
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(BrokenFile);
    const at = filesOf(apart).find((each) => String(failure).includes(`(${path.basename(each)}, line `));
    expect(await text(at)).toContain('"many"');
    expect((await warehouse.of(SHOP).counts()).orders).toBe(0);
  });
});
