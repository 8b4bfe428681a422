// A page's reading is of one state of a shop's copy, or is made once more.
import { expect, it } from "vitest";
import { ShopNotReady, StartsAnew } from "../../../app/errors.ts";
import { inOneView } from "../../../app/warehouse/view.ts";
import type { ShopView } from "../../../app/warehouse/warehouse.server.ts";
import { describeWarehouses } from "../../tools/setup/warehouses.ts";
import { euroShop, SHOP } from "./euro-shop.ts";
import { customerRow } from "./files.ts";

describeWarehouses("a view", (open) => {
  const shop = euroShop(open);
  const copy = () => shop.warehouse.of(SHOP);
  const customer = (id: number) =>
    shop.merge([customerRow({ id, updatedAt: "2026-03-01T00:00:00Z", orders: 0 })]);

  const customersIn = async (view: ShopView | null): Promise<number> => {
    const [row] =
      (await view?.of(["customers"]).query<{ n: number }>("SELECT count(*) AS n FROM customers")) ?? [];
    return row?.n ?? -1;
  };
  /** Reads, and lets `meanwhile` happen before it is done, as often as it says. */
  const reading = async (meanwhile: () => Promise<unknown>, times = 1) => {
    const counted: number[] = [];
    const result = await inOneView(copy(), async (view) => {
      counted.push(await customersIn(view));
      if (counted.length <= times) await meanwhile();
      return counted.at(-1);
    });
    expect(result).toBe(counted.at(-1));
    return counted;
  };

  it("is read once while nobody writes", async () => {
    expect(await reading(async () => {})).toEqual([0]);
  });

  it("is read once more when it was overtaken, and not for ever", async () => {
    let id = 0;
    expect(await reading(() => customer(++id))).toEqual([0, 1]);
    expect(await reading(() => customer(++id), 9)).toEqual([1, 2]);
  });

  it("is never of two currencies", async () => {
    const currencies = ["JPY", "USD", "SEK"];
    const change = async () => {
      await copy().drop();
      await copy().setMeta({ currency: currencies.pop() ?? "EUR", decimals: 0, time_zone: "UTC" });
    };
    expect(await reading(change)).toEqual([0, 0]);
    await expect(reading(change, 9)).rejects.toThrow(StartsAnew);
  });

  it("is none where no copy is, and fails where the copy goes", async () => {
    expect(await reading(() => copy().drop()).catch((error: unknown) => error)).toBeInstanceOf(ShopNotReady);
    expect(await reading(async () => {})).toEqual([-1]);
  });
});
