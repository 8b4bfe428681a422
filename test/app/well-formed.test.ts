// Texts that PostgreSQL and strict readers of JSON refuse, and what becomes of them, by whichever way they come.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { wellFormed, wellFormedJson, wellFormedLines, wellFormedText } from "../../app/well-formed.ts";

/** Any UTF-16, with what is refused in it far more often than by chance. */
const text = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "\0",
        "\ud83d",
        "\ude00",
        "😀",
        "\\",
        '"',
        "\\u0000",
        "\t",
        "\n",
        "\u0001",
        "ü",
        "0",
        "d83d",
      ),
      fc.string({ unit: "binary" }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(""));

const lines = (json: string) => wellFormedLines(Buffer.from(json)).toString();
const never = (kept: string) => {
  expect(kept).not.toContain("\0");
  expect(kept.isWellFormed()).toBe(true);
};

describe("a text that is kept", () => {
  it.each([
    ["A\0B", "AB"],
    ["x\ud83d", "x\ufffd"],
    ["\ude00x", "\ufffdx"],
    ["\ud83d\0\ude00", "\ufffd\ufffd"],
    ["😀 \\u0000", "😀 \\u0000"],
  ])("is well formed: %j", (given, kept) => {
    expect(wellFormedText(given)).toBe(kept);
    expect(JSON.parse(wellFormedJson(JSON.stringify(given)))).toBe(kept);
    expect(JSON.parse(lines(JSON.stringify(given)))).toBe(kept);
  });

  it("is the same by every way, and nothing else is changed", () => {
    fc.assert(
      fc.property(
        fc.dictionary(text, fc.oneof(text, fc.array(text), fc.integer(), fc.constant(null))),
        (value) => {
          const kept = wellFormed(value);
          const json = JSON.stringify(value);
          expect(JSON.parse(wellFormedJson(json))).toEqual(JSON.parse(JSON.stringify(kept)));
          expect(JSON.parse(lines(json))).toEqual(JSON.parse(JSON.stringify(kept)));
          for (const each of [...Object.keys(kept), ...Object.values(kept).flat()])
            if (typeof each === "string") never(each);
        },
      ),
      { numRuns: 500 },
    );
  });

  it("is read from JSON with bytes that JSON may not have", () => {
    const raw = (middle: Buffer) =>
      Buffer.concat([Buffer.from('{"a":"x'), middle, Buffer.from('y","b":"ü"}\n')]);
    const read = (bytes: Buffer) => JSON.parse(wellFormedLines(bytes).toString()) as unknown;
    expect(read(raw(Buffer.from("\0")))).toEqual({ a: "xy", b: "ü" });
    expect(read(raw(Buffer.from("\u0001\t")))).toEqual({ a: "x\u0001\ty", b: "ü" });
    // Half of a pair in three bytes, as UTF-8 forbids, and half of a character.
    expect(read(raw(Buffer.from([0xed, 0xa0, 0xbd])))).toEqual({ a: "x\ufffd\ufffd\ufffdy", b: "ü" });
    expect(read(raw(Buffer.from([0xc3])))).toEqual({ a: "x\ufffdy", b: "ü" });
    expect(JSON.parse(wellFormedJson('{"a":"x\0y\ud83d"}'))).toEqual({ a: "xy\ufffd" });
  });

  it("leaves lines alone that hold nothing of the kind, and what is no JSON", () => {
    const plain = Buffer.from('{"a":"ü \\u003c 😀"}\r\n{"b":1}\n');
    expect(wellFormedLines(plain)).toBe(plain);
    expect(lines('nonsense " \\ud83d\n{"a":"\\ud83d"}\n')).toBe('nonsense " \\ud83d\n{"a":"\ufffd"}\n');
    const kept = { at: new Date(0), list: [1n, "a"], bytes: new Uint8Array([0]) };
    expect(wellFormed(kept)).toBe(kept);
  });
});
