// What may be kept for as long as the process lives does not grow with what addresses say.
import { describe, expect, it } from "vitest";
import { Bounded } from "../../../app/bounded.ts";
import { supportedLocale } from "../../../app/locales.ts";
import { localeIn } from "../../../app/reports/parameters.ts";
import { readLocale } from "../../../app/reports/wording.server.ts";

describe("the language of an address", () => {
  it.each([
    ["en", "en"],
    ["de-CH", "de-CH"],
    ["DE-ch", "de-CH"],
    ["zh-Hant-TW", "zh-Hant-TW"],
    ["en-GB-oxendict", "en-GB"],
    ["de-CH-u-nu-thai-ca-buddhist", "de-CH"],
    ["en-x-a1", "en"],
    ["en-ZZ", "en"],
    ["xx", null],
    ["e", null],
    ["", null],
    ["__proto__", null],
    ["de_CH", null],
    [`en-x-${"a1-".repeat(40)}b`, null],
  ])("%s is %s", (tag, locale) => {
    expect(supportedLocale(tag)).toBe(locale);
  });

  it("is one of those that Intl knows, whatever hangs on to it", () => {
    const made = Array.from({ length: 3_000 }, (_, index) => `en-x-a${index}`);
    expect(new Set(made.map((tag) => readLocale(tag)))).toEqual(new Set(["en"]));
    expect(new Set(made.map((tag) => localeIn(new URLSearchParams({ locale: tag }))))).toEqual(
      new Set(["en"]),
    );
  });

  it("is the one nobody speaks for a page and for what the page asks meanwhile alike", () => {
    expect(readLocale("en-XA")).toBe("en-XA");
    expect(localeIn(new URLSearchParams({ locale: "en-XA" }))).toBe("en-XA");
  });
});

describe("a bounded map", () => {
  it("forgets what was asked for longest ago", () => {
    const map = new Bounded<string, number>(2);
    map.set("a", 1);
    map.set("b", 2);
    expect(map.get("a")).toBe(1);
    map.set("c", 3);
    expect([map.get("a"), map.get("b"), map.get("c"), map.size]).toEqual([1, undefined, 3, 2]);
    map.set("c", 4);
    map.delete("a");
    expect([map.get("c"), map.size]).toEqual([4, 1]);
  });
});
