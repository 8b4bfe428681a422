// Amounts as shops and spreadsheets write them: 1234.50, 1,234.50, 1.234,50, 1 234,50. A file keeps to one way, so that
// what one cell leaves open (1.234) the others decide.
import type { Column } from "./rows.ts";
import { shown, type Refuse } from "./unreadable.ts";

/** No order is larger than this many minor units, so that a file's sums stay exact. */
const LARGEST = 1e13;
/** As Shopify writes most of them. */
const PLAIN = /^\d{1,12}\.\d\d$/;
const SPACES = /[\s\u00a0\u202f'’]/gu;

export interface Cell {
  line: number;
  column: Column;
  text: string;
}

/** The decimal mark that an amount shows; null: it leaves it open, or is no amount. */
function markOf(text: string): "." | "," | null {
  if (PLAIN.test(text)) return ".";
  const bare = text.replace(SPACES, "");
  const [point, comma] = [bare.lastIndexOf("."), bare.lastIndexOf(",")];
  if (point < 0 && comma < 0) return null;
  if (point >= 0 && comma >= 0) return point > comma ? "." : ",";
  const mark = point >= 0 ? "." : ",";
  const other = mark === "." ? "," : ".";
  const [whole = "", ...parts] = bare.split(mark);
  if (parts.length > 1) return other;
  const fraction = parts[0] ?? "";
  return fraction.length === 3 && /^-?[1-9]\d{0,2}$/.test(whole) ? null : mark;
}

export class Amounts {
  readonly #refuse: Refuse;
  readonly #mark: "." | "," | null;
  /** Cells whose further decimals were rounded away. */
  rounded = 0;

  /** Throws where the file's cells write decimals in both ways. */
  constructor(cells: Iterable<Cell>, refuse: Refuse) {
    this.#refuse = refuse;
    const seen = { ".": 0, ",": 0 };
    const first: { ".": Cell | null; ",": Cell | null } = { ".": null, ",": null };
    for (const cell of cells) {
      const mark = markOf(cell.text);
      if (mark === null) continue;
      seen[mark]++;
      first[mark] ??= cell;
    }
    const odd = seen["."] >= seen[","] ? first[","] : first["."];
    if (seen["."] > 0 && seen[","] > 0 && odd)
      refuse(
        odd.line,
        odd.column,
        `${shown(odd.text)} has another decimal mark than the file's other amounts; one file has one way of writing them`,
      );
    this.#mark = seen["."] > 0 ? "." : seen[","] > 0 ? "," : null;
  }

  /** In minor units, rounded half up; nothing written is 0. */
  minor(cell: Cell, decimals: number): number {
    const [digits, scale] = this.#read(cell);
    if (scale > decimals && digits % 10n ** BigInt(scale - decimals) !== 0n) this.rounded++;
    return this.#safe(scaled(digits, decimals - scale), cell);
  }

  /** What `quantity` units cost, and the price of one to the minor unit. */
  line(cell: Cell, quantity: number, decimals: number): { price: number; amount: number; rounded: boolean } {
    const [digits, scale] = this.#read(cell);
    const all = digits * BigInt(quantity);
    return {
      rounded: scale > decimals && all % 10n ** BigInt(scale - decimals) !== 0n,
      price: this.#safe(scaled(digits, decimals - scale), cell),
      amount: this.#safe(scaled(all, decimals - scale), cell),
    };
  }

  #safe(minor: bigint, cell: Cell): number {
    if (minor > LARGEST)
      this.#refuse(cell.line, cell.column, `${shown(cell.text)} is more than an order can cost`);
    return Number(minor);
  }

  #read(cell: Cell): [digits: bigint, scale: number] {
    if (cell.text === "") return [0n, 0];
    const bare = cell.text.replace(SPACES, "");
    const mark = this.#mark ?? ".";
    const group = mark === "." ? "," : ".";
    const pattern =
      mark === "."
        ? /^(-?)(\d+|\d{1,3}(?:,\d{2,3})*,\d{3})(?:\.(\d+))?$/
        : /^(-?)(\d+|\d{1,3}(?:\.\d{3})+)(?:,(\d+))?$/;
    const match = pattern.exec(bare);
    if (!match || bare.length > 30)
      return this.#refuse(
        cell.line,
        cell.column,
        `expected an amount such as 19.90, not ${shown(cell.text)}`,
      );
    if (this.#mark === null && /[.,]/.test(bare))
      this.#refuse(
        cell.line,
        cell.column,
        `${shown(cell.text)} can mean a thousand or three decimals, and no other amount tells which; write 1234.00 or 1.234000`,
      );
    const [, sign = "", whole = "", fraction = ""] = match;
    if (sign === "-" && /[1-9]/.test(bare))
      this.#refuse(
        cell.line,
        cell.column,
        `${shown(cell.text)} is below zero, which Shopify never exports here`,
      );
    return [BigInt(whole.replaceAll(group, "") + fraction), fraction.length];
  }
}

/** digits × 10^power, rounded half up. */
function scaled(digits: bigint, power: number): bigint {
  if (power >= 0) return digits * 10n ** BigInt(power);
  const divisor = 10n ** BigInt(-power);
  return (2n * digits + divisor) / (2n * divisor);
}
