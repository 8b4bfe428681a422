import { describe, expect, it } from "vitest";
import { placesNamed } from "../../../app/components/keys/places-named.ts";
import { placesOf } from "../../../app/reports/places.server.ts";

const { places } = placesOf({ locale: "en" });
const labels = (text: string) => placesNamed(text, places).map(({ label }) => label);

describe("places by name", () => {
  it("begin with the one that is called so, then those that begin with it, then those that hold it", () => {
    expect(labels("orders")[0]).toBe("Orders");
    const found = labels("sales").map((label) => label.toLowerCase().startsWith("sales"));
    expect([found[0], found.at(-1)]).toEqual([true, false]);
    expect(found).toEqual(found.toSorted((one, other) => Number(other) - Number(one)));
  });

  it("are found by words in any order, without case and accents, of the name and its kind", () => {
    expect(labels("SALES net")).toContain("Net sales");
    expect(labels("nét sales")).toContain("Net sales");
    expect(placesNamed("champions rfm", places)[0]?.path).toBe("/app/segments/rfm/champions");
  });

  it("are the app's pages before anything is typed, and none for what nobody is called", () => {
    expect(labels("").slice(0, 3)).toEqual(["Home", "Segments", "KPIs"]);
    for (const text of ["\u0000", "\ud83d", "constructor", "x".repeat(100)]) expect(labels(text)).toEqual([]);
  });

  it("have one address each", () => {
    expect(new Set(places.map(({ path }) => path)).size).toBe(places.length);
  });
});
