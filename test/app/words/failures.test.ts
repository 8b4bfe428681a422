// What went wrong, as columns keep it and pages tell it: every code has a sentence of just its parameters, and whatever
// stands in a column is told.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Failure, failure, type FailureCode } from "../../../app/failure.ts";
import { failures } from "../../../app/failure-codes.ts";
import { kept, readFailure } from "../../../app/kept-failure.ts";
import { wellFormed } from "../../../app/well-formed.ts";
import { failureText } from "../../../app/words/failure.server.ts";
import { failures as sentences } from "../../../app/words/server/failures.ts";

const place = { locale: "en" };
const codes = Object.keys(failures) as FailureCode[];
const before = failure("unanswered_status", { shop: "cups.myshopify.com", status: "502" });
const madeOf = (code: FailureCode, text: (name: string) => string): Failure => ({
  code,
  params: Object.fromEntries(failures[code].map((name) => [name, name === "last" ? before : text(name)])),
});

describe("a failure", () => {
  it.each(codes)("is told as a sentence that needs just what it has: %s", (code) => {
    const asked = [...sentences[code].matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    expect(asked.sort()).toEqual([...failures[code]].sort());
    const sentence = failureText(
      place,
      madeOf(code, (name) => `<${name}>`),
    );
    for (const name of failures[code])
      expect(sentence).toContain(name === "last" ? failureText(place, before) : `<${name}>`);
  });

  it("comes back from a column as it went in, whatever its parameters hold, and is no longer than a column bears", () => {
    const parts = fc.constantFrom("\0", "\ud83d", "\ude00", "😀", "\\u0000", '"', "{x}", "'", "<b>", "a");
    const texts = fc.array(parts, { maxLength: 1200 }).map((all) => all.join(""));
    fc.assert(
      fc.property(texts, (given) => {
        const made = failure("unanswered_quoted", { shop: "cups.myshopify.com", text: given });
        const nested = failure("check_too_long_after", { last: made });
        const read = readFailure(kept(made));
        const text = wellFormed(given.slice(0, 1000));
        expect(read).toEqual(failure("unanswered_quoted", { shop: "cups.myshopify.com", text }));
        expect(readFailure(kept(nested))).toEqual(failure("check_too_long_after", { last: read }));
        expect(failureText(place, read)).toContain(text);
      }),
    );
  });

  it("is shown as it is where an earlier version has kept a sentence", () => {
    for (const text of ["Shopify refused.", "", "null", "42", '{"code":1}', "[]", '{"code":"no_job"}'])
      expect(failureText(place, readFailure(text))).toBe(text);
  });

  it.each([
    ["another version's", { code: "eaten_by_dog", params: {} }],
    ["a name of objects", { code: "__proto__", params: {} }],
    ["a name that objects inherit", { code: "constructor", params: {} }],
    ["one without its parameters", { code: "unanswered_status", params: { shop: "a" } }],
    [
      "one within of another version",
      { code: "check_too_long_after", params: { last: { code: "x", params: {} } } },
    ],
  ])("is told by its code where it is %s", (_, found) => {
    expect(failureText(place, readFailure(JSON.stringify(found)))).toMatch(/its name: \S+\.$/);
  });
});
