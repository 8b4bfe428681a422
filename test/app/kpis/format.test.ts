import { describe, expect, it } from "vitest";
import type { Change, Reason } from "../../../app/kpis/answer.ts";
import type { KpiId } from "../../../app/kpis/catalogue.ts";
import { changeRangeText, changeText, rangeText, reasonText } from "../../../app/kpis/figure-words.server.ts";
import { formatCompact, formatValue } from "../../../app/kpis/format.ts";
import { formatDay, formatPeriod } from "../../../app/kpis/period.ts";
import { channelName, countryName } from "../../../app/kpis/value-names.server.ts";

const dollars = { locale: "en-US", currency: "USD", decimals: 2 };
const change = (of: Partial<Change>, previous: number | null = null) => ({
  previous,
  change: {
    absolute: null,
    relative: null,
    low: null,
    high: null,
    sureness: "sure",
    level: 0.95,
    verdict: "noise",
    reason: null,
    perDay: false,
    ...of,
  } satisfies Change,
});

describe("a value", () => {
  it("in money has the currency's decimals and a minus sign before the symbol", () => {
    expect(formatValue(-420, "money", dollars)).toBe("−$4.20");
    expect(formatValue(1_234_500, "money", { locale: "de-DE", currency: "EUR", decimals: 2 })).toBe(
      "12.345,00\u00a0€",
    );
    expect(formatValue(1500, "money", { locale: "en-US", currency: "JPY", decimals: 0 })).toBe("¥1,500");
    expect(formatValue(1500, "money", { locale: "en-US", currency: "KWD", decimals: 3 })).toContain("1.500");
  });

  it("as a rate has one decimal, as a count none", () => {
    expect(formatValue(0.2841, "rate", dollars)).toBe("28.4%");
    expect(formatValue(12_345, "count", dollars)).toBe("12,345");
    expect(formatValue(1.534, "ratio", dollars)).toBe("1.53");
  });

  it("that is not there is a dash, and 0 is 0", () => {
    expect(formatValue(null, "money", dollars)).toBe("–");
    expect(formatValue(0, "money", dollars)).toBe("$0.00");
  });

  it("on an axis is short", () => {
    expect(formatCompact(1_234_500, "money", dollars)).toBe("$12.3K");
  });
});

describe("a change", () => {
  it("of a rate is in points, of anything else in percent", () => {
    expect(changeText(change({ absolute: 0.019, relative: 0.08 }), "rate", dollars)).toBe("+1.9 points");
    expect(changeText(change({ absolute: -500, relative: -0.125 }), "money", dollars)).toBe("−12.5%");
  });

  it("from 0 is new, and from below 0 the difference itself", () => {
    expect(changeText(change({ absolute: 500 }, 0), "count", dollars)).toBe("new");
    expect(changeText(change({ absolute: 0 }, 0), "count", dollars)).toBe("0.0%");
    expect(changeText(change({ absolute: 1500 }, -1000), "money", dollars)).toBe("+$15.00");
  });

  it("that cannot be told is a dash", () => {
    expect(changeText(change({ reason: "too_few" }), "money", dollars)).toBe("–");
  });

  it("has its range in the same form", () => {
    expect(changeRangeText(change({ absolute: 0.019, low: -0.011, high: 0.049 }, 0.2), "rate", dollars)).toBe(
      "−1.1 to +4.9 points",
    );
    const sum = change({ absolute: 10, relative: 0.01, low: -50, high: 70 }, 1000);
    expect(changeRangeText(sum, "money", dollars)).toBe("−5.0% to +7.0%");
    // By the day: 30 days against 31, so that the range is of the previous 1000 ÷ 31 × 30.
    const perDay = change({ absolute: 97, relative: 0.1, low: -48, high: 194, perDay: true }, 1000);
    expect(changeRangeText(perDay, "money", dollars)).toBe("−4.9% to +20.0%");
    // More than all of it may be lost where returns count: that is told in amounts.
    const lost = change({ absolute: 10, relative: 0.01, low: -1400, high: 2000 }, 1000);
    expect(changeRangeText(lost, "money", dollars)).toBe("−$14.00 to +$20.00");
    const fromLoss = change({ absolute: 1500, low: -100, high: 3000 }, -1000);
    expect(changeRangeText(fromLoss, "money", dollars)).toBe("−$1.00 to +$30.00");
  });
});

describe("words", () => {
  it("name the minimum that is missed", () => {
    expect(reasonText(dollars, "too_few", { cell: { n: 12, events: 12 } })).toBe(
      "12 customers, 30 needed to judge",
    );
    expect(reasonText(dollars, "too_few", { cell: { n: 50, events: 4 } })).toBe(
      "4 counted, 10 needed to judge",
    );
  });

  it("name what there is none of to divide by", () => {
    expect(reasonText(dollars, "no_value", { kpi: "aov" })).toBe("No orders");
    expect(reasonText(dollars, "no_value", { kpi: "net_sales" })).toBe("Nothing to divide by");
    expect(reasonText(dollars, "no_value", { kpi: "sales_share" })).toBe("No net sales of the shop");
    expect(reasonText(dollars, "not_positive", { kpi: "sales_share" })).toBe(
      "Net sales of the shop: not above 0 in the period",
    );
  });

  it("are fewer in a narrow column, and the same where there are no fewer", () => {
    const short = (reason: Reason, kpi: KpiId) => reasonText(dollars, reason, { kpi, short: true });
    expect(short("not_by_order", "aov")).toBe("For the shop only");
    expect(short("not_over", "aov")).toBe("Not over yet");
    expect(short("not_applicable", "aov")).toBe("");
    expect(short("no_value", "orders_per_customer")).toBe("No customers");
    // Of customers who are followed, nobody is there to begin with.
    expect(short("no_value", "second_order_rate_90d")).toBe("No new customers");
    expect(short("no_value", "aov")).toBe("No orders");
  });

  it("say between what an estimate lies, and where only roughly", () => {
    expect(rangeText({ low: 0.1, high: 0.2, sureness: "sure" }, "rate", dollars)).toBe("10.0% to 20.0%");
    expect(rangeText({ low: 0.1, high: 0.2, sureness: "rough" }, "rate", dollars)).toBe(
      "roughly 10.0% to 20.0%",
    );
    expect(rangeText({ low: null, high: null, sureness: null }, "rate", dollars)).toBeNull();
  });

  it("name countries and channels as a merchant does", () => {
    expect(countryName("DE", "en")).toBe("Germany");
    expect(countryName("??", "en")).toBe("??");
    expect(channelName(dollars, "web")).toBe("Online Store");
    expect(channelName(dollars, "pos")).toBe("Point of Sale");
    expect(channelName(dollars, "1234567")).toBe("App 1234567");
    expect(channelName(dollars, "my-own-app")).toBe("My own app");
  });
});

describe("what a shop or a browser may bring", () => {
  it("is a currency that no list knows: its code stands behind the number", () => {
    for (const [currency, expected] of [
      ["USDC", "−12.50\u00a0USDC"],
      ["DOGE", "−12.50\u00a0DOGE"],
      ["X", "−12.50\u00a0X"],
      ["€", "−12.50\u00a0€"],
    ] as const)
      expect(formatValue(-1250, "money", { ...dollars, currency })).toBe(expected);
    expect(formatCompact(1_234_500, "money", { ...dollars, currency: "USDC" })).toBe("12.3K\u00a0USDC");
    expect(formatValue(1250, "money", { ...dollars, currency: "XTS" })).toContain("12.50");
  });

  it("is a language with a calendar and digits of its own: data stay Gregorian, in Latin digits", () => {
    for (const locale of [
      "th",
      "fa",
      "ar-EG",
      "ja-JP-u-ca-japanese",
      "mr",
      "bn",
      "my",
      "en-u-ca-buddhist-nu-thai",
    ]) {
      expect(formatDay("2026-12-11", locale), locale).toMatch(/11.*2026|2026.*11/);
      expect(formatPeriod({ from: "2026-12-01", to: "2027-01-01" }, locale), locale).toContain("2026");
      expect(formatValue(1234, "count", { ...dollars, locale }), locale).toMatch(/^1\D?234$/);
    }
  });
});
