// Codes that name one country or channel are one row, on either engine, and no two rows are called alike.
import fc from "fast-check";
import { expect, it } from "vitest";
import {
  channelInSql,
  channelOf,
  countryInSql,
  countryOf,
  wordsInSql,
  wordsOf,
} from "../../../app/warehouse/names.ts";
import {
  channelName,
  countryName,
  languageName,
  monthName,
  quarterName,
} from "../../../app/kpis/value-names.server.ts";
import { describeWarehouses } from "../../tools/setup/warehouses.ts";
import { reaching } from "../warehouse/reaching.ts";

const READER = { locale: "en" };
const LETTERS = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
const CODES = LETTERS.flatMap((first) => LETTERS.map((second) => first + second));

describeWarehouses("names of countries and channels", (open) => {
  const folder = async () => {
    const warehouse = await open();
    await warehouse.of("names.myshopify.com").setMeta({
      currency: "EUR",
      decimals: 2,
      time_zone: "UTC",
      ...reaching("complete"),
    });
    return async (sql: (column: string) => string, texts: readonly (string | null)[]) => {
      const values = texts.map((_, index) => `($${index + 1})`).join(", ");
      const rows = await warehouse
        .of("names.myshopify.com")
        .query<{ given: string | null; folded: string | null }>(
          `SELECT given, ${sql("given")} AS folded FROM (VALUES ${values.replaceAll(/\$\d+/g, (at) => `CAST(${at} AS VARCHAR)`)}) AS t(given)`,
          texts,
        );
      return new Map(rows.map((row) => [row.given, row.folded]));
    };
  };

  it("give every country one code: those of old their successor's, no country's none", async () => {
    const fold = await folder();
    const folded = await fold(countryInSql, [...CODES, "de", " fr ", null, "??"]);
    expect(["AN", "BU", "DD", "TP", "ZR", "UK", "DE", "CH"].map((code) => folded.get(code))).toEqual([
      ...["CW", "MM", "DE", "TL", "CD", "GB", "DE", "CH"],
    ]);
    expect([folded.get("ZZ"), folded.get("de"), folded.get(" fr "), folded.get("??")]).toEqual([
      ...[null, "DE", "FR", "??"],
    ]);
    for (const [given, value] of folded) expect(countryOf(given ?? "") || null).toBe(value);
    const codes = [...new Set(CODES.map((code) => folded.get(code)).filter((code) => code != null))];
    const named = new Map(codes.map((code) => [countryName(code, "en"), code]));
    expect(named.size).toBe(codes.length);
  });

  it("give every channel one name, however it is written, so that no two rows read alike", async () => {
    const fold = await folder();
    const part = fc.constantFrom(
      "web",
      "pos",
      "my",
      "App",
      "shopify",
      "draft",
      "order",
      "orders",
      "7",
      "TikTok",
      "online",
      "store",
      "point of sale",
      "(iPhone)",
    );
    const text = fc
      .tuple(
        fc.array(part, { minLength: 1, maxLength: 3 }),
        fc.constantFrom("_", "-", " ", "__", "- ", "\u00a0", "\t", "\u200b", " \u3000"),
      )
      .map(([parts, joint]) => parts.join(joint));
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 2, maxLength: 30 }), async (texts) => {
        const folded = await fold(channelInSql, texts);
        for (const [given, value] of folded) expect(channelOf(given ?? "") || null).toBe(value);
        for (const [given, value] of await fold(wordsInSql, texts))
          expect(wordsOf(given ?? "") || null).toBe(value);
        const values = [...new Set([...folded.values()].filter((value) => value !== null))];
        expect(new Set(values.map((value) => channelName(READER, value).toLowerCase())).size).toBe(
          values.length,
        );
      }),
      { numRuns: 20, seed: 20_261_129 },
    );
    const draft = await fold(channelInSql, ["shopify_draft_order", "draft_orders", "Draft Orders", "_", ""]);
    expect([...draft.values()]).toEqual(["draft-orders", "draft-orders", "draft-orders", null, null]);
    const dots = await fold(channelInSql, [".", "..", " . - .. ", "St. Louis."]);
    expect([...dots.values()]).toEqual([null, null, null, "st.-louis"]);
    for (const [given, value] of dots) expect(channelOf(given ?? "") || null).toBe(value);
    // By its handle, by the source of an order, and by what we call it.
    const own = await fold(channelInSql, [
      "web",
      "online_store",
      "Online Store",
      "42",
      "App 42",
      "Point of\u00a0Sale\n",
    ]);
    expect([...own.values()]).toEqual(["web", "web", "web", "42", "42", "pos"]);
  });

  it("give a merchant's own words one row, whatever their case and spaces, and leave other letters as they are", async () => {
    const fold = await folder();
    const given = [
      "Wall art",
      " WALL  ART",
      "wall-art",
      "Möbel",
      "MÖBEL",
      "App 7",
      "..",
      "",
      null,
      "x".repeat(255),
    ];
    const folded = await fold(wordsInSql, given);
    expect(given.map((text) => folded.get(text))).toEqual([
      ...["wall-art", "wall-art", "wall-art", "möbel", "mÖbel", "app-7", null, null, null, "x".repeat(255)],
    ]);
    for (const [text, value] of folded) expect(wordsOf(text ?? "") || null).toBe(value);
  });
});

it("months, quarters and languages are called as a reader calls them, and what is none by its code", () => {
  expect(["2026-11", "0001-01", "2026", "x-y"].map((month) => monthName(month, "en"))).toEqual([
    ...["November 2026", "January 1", "2026", "x-y"],
  ]);
  expect(["2026-q4", "2026"].map((quarter) => quarterName(READER, quarter))).toEqual(["Q4 2026", "2026"]);
  expect(["de", "fil", "qqq", "??"].map((code) => languageName(code, "en"))).toEqual([
    ...["German", "Filipino", "qqq", "??"],
  ]);
});
