// From the bytes of a file to its text: exports come as UTF-8, and from spreadsheets as UTF-16 or in the code page of
// western Windows; line ends are those of any system.
import { isUtf8 } from "node:buffer";
import { readFile } from "node:fs/promises";
import { UnreadableCsv } from "./unreadable.ts";

/** A string of Node's holds some 500 million characters. */
const LARGEST_BYTES = 400_000_000;

const ZIP = "504b0304";
const OLD_EXCEL = "d0cf11e0";

export interface Text {
  /** Lines end with \n; without NULs, which no cell of an export has by right. */
  text: string;
  encoding: string;
}

export async function readText(path: string): Promise<Text> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw new UnreadableCsv(path, 1, `the file cannot be read (${(error as NodeJS.ErrnoException).code})`);
  });
  if (bytes.length === 0) throw new UnreadableCsv(path, 1, "the file is empty");
  if (bytes.length > LARGEST_BYTES)
    throw new UnreadableCsv(path, 1, "the file has more than 400 MB; export a shorter time");
  if ([ZIP, OLD_EXCEL].includes(bytes.subarray(0, 4).toString("hex")))
    throw new UnreadableCsv(
      path,
      1,
      "this is a workbook or an archive, not a CSV file; in the spreadsheet choose Save as, CSV UTF-8",
    );
  const encoding = encodingOf(bytes);
  const text = new TextDecoder(encoding).decode(bytes);
  return { text: text.replaceAll("\0", "").replace(/\r\n?/g, "\n"), encoding };
}

function encodingOf(bytes: Buffer): string {
  const mark = bytes.subarray(0, 2).toString("hex");
  if (mark === "fffe") return "utf-16le";
  if (mark === "feff") return "utf-16be";
  // Latin text in UTF-16 has a zero in every other byte.
  const head = bytes.subarray(0, 1_000);
  const zeros = [0, 0];
  head.forEach((byte, at) => byte === 0 && (zeros[at % 2] = (zeros[at % 2] ?? 0) + 1));
  const [even = 0, odd = 0] = zeros.map((count) => count / head.length);
  if (odd > 0.3) return "utf-16le";
  if (even > 0.3) return "utf-16be";
  return isUtf8(bytes) || isDamagedUtf8(bytes) ? "utf-8" : "windows-1252";
}

/** A few bad bytes in much good UTF-8 (half of an emoji) are damage; another code page has hardly any good ones. */
function isDamagedUtf8(bytes: Buffer): boolean {
  let [good, bad] = [0, 0];
  for (const [letter] of bytes.toString("utf8").matchAll(/[^\0-\x7f]/gu)) {
    if (letter === "\ufffd") bad++;
    else good++;
  }
  return good >= bad || bytes.subarray(0, 3).toString("hex") === "efbbbf";
}
