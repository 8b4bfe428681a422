// The golden shop's arithmetic by hand, against the agreements that the simulated shop made of the same orders.
import { describe, expect, it } from "vitest";
import { goldenExpectations } from "../../tools/golden/expectations.ts";
import { GOLDEN_NOW, goldenShop } from "../../tools/golden/shop.ts";
import type { GoldenCurrency } from "../../tools/golden/shop.ts";
import { books } from "./books.ts";

const CURRENCIES: GoldenCurrency[] = ["EUR", "JPY", "KWD"];

describe.each(CURRENCIES)("the golden shop in %s", (currency) => {
  const shop = goldenShop({ currency });
  const expected = goldenExpectations(currency);

  it("has the currency's decimals", () => {
    expect(shop.decimals).toBe(expected.decimals);
  });

  it.each(Object.entries(expected.periods))("adds up as by hand: %s", (_, period) => {
    expect(period).toMatchObject(books(shop, period.from, period.to));
  });

  it("has days that add up to months", () => {
    const march = expected.periods.march;
    let net = 0;
    let orders = 0;
    for (let day = Date.UTC(2026, 2, 1); day < Date.UTC(2026, 3, 1); day += 86_400_000) {
      const text = (at: number): string => new Date(at).toISOString().slice(0, 10);
      const { total } = books(shop, text(day), text(day + 86_400_000));
      net += total.net_sales;
      orders += total.orders;
    }
    expect({ net, orders }).toEqual({ net: march.total.net_sales, orders: march.total.orders });
  });
});

it("lies wholly before its present", () => {
  const latest = [...goldenShop({ currency: "EUR" }).orders.values()]
    .map((order) => order.updatedAt)
    .sort()
    .at(-1);
  expect(latest && latest < GOLDEN_NOW).toBe(true);
});
