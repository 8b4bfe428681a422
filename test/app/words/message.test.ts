import { describe, expect, it } from "vitest";
import { sayIn } from "../../../app/words/message.ts";

const words = {
  bread: {
    plain: "The baker's bread doesn't wait.",
    named: "{loaf} from {baker}, and {loaf} again",
    counted: "{n, plural, one {# loaf} other {# loaves}} of {baker}",
    quoted: "'{loaf}' and ''{loaf}''",
    linked: "<link>{loaf}</link> of today",
    compared: "Fewer than 3 '<' loaves",
  },
} as const;
const { say, sayParts } = sayIn<typeof words>(words, "en");

describe("a message", () => {
  it("without names is its own text, apostrophes and all", () => {
    expect(say("bread.plain")).toBe("The baker's bread doesn't wait.");
  });

  it("takes what is ready to be read as it is, braces and tags in it too", () => {
    expect(say("bread.named", { loaf: "{baker} <b>'$1'</b>", baker: "Ann" })).toBe(
      "{baker} <b>'$1'</b> from Ann, and {baker} <b>'$1'</b> again",
    );
  });

  it("counts, quotes and links as ICU says", () => {
    expect(say("bread.counted", { n: 1, baker: "Ann" })).toBe("1 loaf of Ann");
    expect(say("bread.counted", { n: 1200, baker: "Ann" })).toBe("1,200 loaves of Ann");
    expect(say("bread.quoted", { loaf: "rye" })).toBe("{loaf} and 'rye'");
    expect(say("bread.compared")).toBe("Fewer than 3 < loaves");
    expect(sayParts("bread.linked", { loaf: "Rye", link: (inside) => `[${inside.join("")}]` })).toEqual([
      "[Rye] of today",
    ]);
  });

  it("without what it needs is an error", () => {
    expect(() => say("bread.named", { loaf: "rye" } as never)).toThrow('Words need "baker"');
    expect(() => say("bread.counted", { baker: "Ann" } as never)).toThrow();
  });

  it("that nobody wrote is an error, whatever objects inherit", () => {
    for (const id of ["bread.stale", "bread.toString", "cake.plain", "toString.name", "bread", ""])
      expect(() => say(id as "bread.plain"), id).toThrow(`There are no words for "${id}".`);
  });
});
