// Texts as whatever keeps them takes them. Shopify lets through, and a file may hold, what PostgreSQL and strict readers
// of JSON refuse: U+0000, which goes, and halves of surrogate pairs, in whose place U+FFFD stands.
import { isUtf8 } from "node:buffer";

const NUL = "\0";

export function wellFormedText(text: string): string {
  // First the halves: without what stands between them, two would make a character that nobody wrote.
  return text.toWellFormed().replaceAll(NUL, "");
}

/** The same of every text in plain arrays and objects; what holds none to be changed is handed back itself. */
export function wellFormed<T>(value: T): T {
  if (typeof value === "string") return wellFormedText(value) as T;
  if (Array.isArray(value)) {
    const items: unknown[] = value.map(wellFormed);
    return items.some((item, index) => item !== value[index]) ? (items as T) : value;
  }
  if (typeof value !== "object" || value === null) return value;
  if (![Object.prototype, null].includes(Object.getPrototypeOf(value) as object | null)) return value;
  const entries = Object.entries(value);
  const kept = entries.map(([name, each]): [string, unknown] => [wellFormedText(name), wellFormed(each)]);
  const same = kept.every(([name, each], at) => entries[at]?.[0] === name && entries[at]?.[1] === each);
  return same ? value : (Object.fromEntries(kept) as T);
}

/** Of the bytes of JSON: a control character as it is, an escape of U+0000 or of a surrogate. */
const SUSPECT = /(?![\n\r])\p{Cc}|\\u(?:0000|d[89a-f])/iu;
const STRING = /"(?:[^"\\]|\\[^])*"/gu;
/** An escaped pair, one escape of four digits, any other escape, a control character as it is. */
const PARTS = /\\u(d[89ab][\da-f]{2}\\ud[c-f][\da-f]{2})|\\u([\da-f]{4})|\\[^]|(\p{Cc})/giu;

/** The text of JSON, with the same done to what its strings mean, and control characters in them escaped. */
export function wellFormedJson(json: string): string {
  const text = json.toWellFormed();
  if (!SUSPECT.test(text)) return text;
  return text
    .replace(STRING, (string) =>
      string.replace(
        PARTS,
        (part: string, pair: string | undefined, digits: string | undefined, raw: string | undefined) => {
          if (raw !== undefined)
            return raw === NUL ? "" : `\\u${raw.charCodeAt(0).toString(16).padStart(4, "0")}`;
          if (pair !== undefined || digits === undefined) return part;
          const code = Number.parseInt(digits, 16);
          if (code === 0) return "";
          return code >= 0xd800 && code <= 0xdfff ? "\ufffd" : part;
        },
      ),
    )
    .replaceAll(NUL, "");
}

const [BACKSLASH, U, ZERO, D] = [0x5c, 0x75, 0x30, 0x64];
const LOWER = 0x20;

/**
 * Whole lines of JSON as they come from Shopify's store: themselves as a rule, which is found out without making text of
 * them.
 */
export function wellFormedLines(lines: Buffer): Buffer {
  if (isUtf8(lines) && !isSuspect(lines)) return lines;
  return Buffer.from(lines.toString("utf8").split("\n").map(wellFormedJson).join("\n"));
}

function isSuspect(bytes: Buffer): boolean {
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte < 0x20 && byte !== 0x0a && byte !== 0x0d) return true;
    if (byte !== BACKSLASH) continue;
    at += 1;
    if (bytes[at] !== U) continue;
    if (((bytes[at + 1] ?? 0) | LOWER) === D) return true;
    if ([1, 2, 3, 4].every((digit) => bytes[at + digit] === ZERO)) return true;
  }
  return false;
}
