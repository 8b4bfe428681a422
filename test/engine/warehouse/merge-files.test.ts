// Amounts and files that cannot be read: each refused with its line, and nothing of it kept.
import path from "node:path";
import { describe, expect, it } from "vitest";
import { BrokenFile } from "../../../app/errors.ts";
import { filesOf } from "../../../app/warehouse/merge/staging.ts";
import { describeWarehouses } from "../../tools/setup/warehouses.ts";
import { dump } from "./dump.ts";
import { euroShop, READ_AT, SHOP } from "./euro-shop.ts";
import { fileOf, jsonl, load, orderRows, simpleOrder, stages } from "./files.ts";

describeWarehouses("a merge of a file", (open) => {
  const shop = euroShop(open);
  const { merge } = shop;

  describe("money", () => {
    it.each([
      ["JPY", 0, "1250.0", 1250],
      ["EUR", 2, "12.5", 1250],
      ["KWD", 3, "1.25", 1250],
    ])("is whole minor units of %s with %i decimals", async (currency, decimals, total, minor) => {
      await shop.warehouse.of(`${currency}.myshopify.com`).setMeta({
        currency,
        decimals,
        time_zone: "Europe/Berlin",
      });
      await shop.warehouse
        .of(`${currency}.myshopify.com`)
        .merge(load(READ_AT, orderRows(simpleOrder(1, "2026-03-01T10:00:00Z", total))));
      const [sale] = await shop.warehouse.of(`${currency}.myshopify.com`).query("SELECT total FROM sales");
      expect(sale).toEqual({ total: minor });
    });

    it.each(["12.345", "12.3000001"])(
      "with a remainder, %s, is refused with its file and line",
      async (total) => {
        await merge(orderRows(simpleOrder(1, "2026-03-01T10:00:00Z", "5.00")));
        const before = await dump(shop.warehouse, SHOP);
        const given = load(READ_AT, [
          ...orderRows(simpleOrder(2, "2026-03-01T10:00:00Z", "7.00")),
          ...orderRows(simpleOrder(3, "2026-03-01T10:00:00Z", total)),
        ]);
        const failure = await shop.warehouse
          .of(SHOP)
          .merge(given)
          .catch((error: unknown) => error);
        expect(failure).toBeInstanceOf(BrokenFile);
        expect(String(failure)).toContain(
          `The amount "${total}" has more than 2 decimals (${given.files
            .flatMap(filesOf)
            .map((file) => path.basename(file))
            .join()}, line 5)`,
        );
        expect(await dump(shop.warehouse, SHOP)).toEqual(before);
      },
    );
  });

  describe("a file that cannot be read", () => {
    it.each([
      ["a cut last line", (text: string) => text.slice(0, -20), 4],
      ["a line that is no JSON", (text: string) => text.replace(/\n.*\n/, "\nnonsense\n"), 2],
      ["a count that is no number", (text: string) => text.replace('"quantity":1', '"quantity":"many"'), 2],
      [
        "an instant that is none",
        (text: string) => text.replace('"createdAt":"2026', '"createdAt":"never'),
        1,
      ],
      ["an amount that is none", (text: string) => text.replace('"7.00"', '"7..00"'), 1],
      [
        "an id that is none",
        (text: string) => text.replace("gid://shopify/LineItem/20", "gid://shopify/LineItem/xx"),
        2,
      ],
    ])("with %s names its line, and the old data stay", async (_, spoil, line) => {
      await merge(orderRows(simpleOrder(1, "2026-03-01T10:00:00Z", "5.00")));
      const before = await dump(shop.warehouse, SHOP);
      const version = (await shop.warehouse.of(SHOP).meta())?.data_version;
      const file = fileOf(spoil(jsonl(orderRows(simpleOrder(2, "2026-03-01T10:00:00Z", "7.00")))));
      const failure = await shop.warehouse
        .of(SHOP)
        .merge({ files: [file], readAt: READ_AT, stages })
        .catch((e: unknown) => e);
      expect(failure).toBeInstanceOf(BrokenFile);
      expect(String(failure)).toContain(`(${path.basename(file)}, line ${line})`);
      expect(await dump(shop.warehouse, SHOP)).toEqual(before);
      expect((await shop.warehouse.of(SHOP).meta())?.data_version).toBe(version);
    });

    it("whose sale lost its agreement is refused", async () => {
      const broken = orderRows(simpleOrder(2, "2026-03-01T10:00:00Z", "7.00")).filter(
        (_, index) => index !== 2,
      );
      await expect(merge(broken)).rejects.toThrow("1 sales name a parent that is not in the file");
      expect((await shop.warehouse.of(SHOP).counts()).orders).toBe(0);
    });

    it("that is empty changes nothing", async () => {
      expect(
        await shop.warehouse.of(SHOP).merge({ files: [fileOf("")], readAt: READ_AT, stages }),
      ).toMatchObject({
        orders: 0,
      });
    });
  });
});
