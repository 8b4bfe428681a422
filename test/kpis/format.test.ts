import { describe, expect, it } from "vitest";
import type { Change } from "../../app/kpis/answer.ts";
import {
  channelName,
  countryName,
  formatChange,
  formatChangeInterval,
  formatCompact,
  formatInterval,
  formatValue,
  reasonText,
} from "../../app/kpis/format.ts";

const dollars = { locale: "en-US", currency: "USD", decimals: 2 };
const change = (of: Partial<Change>): Change => ({
  absolute: null,
  relative: null,
  low: null,
  high: null,
  verdict: "noise",
  reason: null,
  ...of,
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
    expect(formatChange(change({ absolute: 0.019, relative: 0.08 }), "rate", dollars)).toBe("+1.9 points");
    expect(formatChange(change({ absolute: -500, relative: -0.125 }), "money", dollars)).toBe("−12.5%");
  });

  it("from 0 is new", () => {
    expect(formatChange(change({ absolute: 500 }), "count", dollars)).toBe("new");
    expect(formatChange(change({ absolute: 0 }), "count", dollars)).toBe("0.0%");
  });

  it("that cannot be told is a dash", () => {
    expect(formatChange(change({ reason: "too_few" }), "money", dollars)).toBe("–");
  });

  it("has its interval in the same form", () => {
    expect(
      formatChangeInterval(change({ absolute: 0.019, low: -0.011, high: 0.049 }), 0.2, "rate", dollars),
    ).toBe("−1.1 to +4.9 points");
    expect(formatChangeInterval(change({ absolute: 10, low: -50, high: 70 }), 1000, "money", dollars)).toBe(
      "−5.0% to +7.0%",
    );
  });
});

describe("words", () => {
  it("name the minimum that is missed", () => {
    expect(reasonText("too_few", { n: 12, events: 12 })).toBe("Too few customers to judge (12 of 30 needed)");
    expect(reasonText("too_few", { n: 50, events: 4 })).toBe("Too few events to judge (4 of 10 needed)");
  });

  it("say between what a value very likely is", () => {
    expect(formatInterval({ low: 0.1, high: 0.2 }, "rate", dollars)).toBe(
      "Very likely between 10.0% and 20.0%",
    );
    expect(formatInterval({ low: null, high: null }, "rate", dollars)).toBeNull();
  });

  it("name countries and channels as a merchant does", () => {
    expect(countryName("DE", "en")).toBe("Germany");
    expect(countryName("??", "en")).toBe("??");
    expect(channelName("web")).toBe("Online Store");
    expect(channelName("pos")).toBe("Point of Sale");
    expect(channelName("1234567")).toBe("App 1234567");
    expect(channelName("my_own_app")).toBe("My own app");
  });
});
