// Reads a workbook as a spreadsheet does: its cells, and what its formulas come to. Knows the few functions that receipts use,
// and nothing of how the app makes them.
import { strFromU8, unzipSync } from "fflate";

type Value = number | string | null;
type Cells = ReadonlyMap<string, { value: Value; formula: string | null }>;

const unescaped = (xml: string) =>
  xml.replace(
    /&(lt|gt|quot|apos|amp);/g,
    (_, name: string) => ({ lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" })[name] ?? "",
  );

export class Spreadsheet {
  readonly #sheets = new Map<string, Cells>();

  constructor(file: Uint8Array) {
    const parts = unzipSync(file);
    const text = (name: string) => {
      const part = parts[name];
      return part === undefined ? "" : strFromU8(part);
    };
    const shared = [...text("xl/sharedStrings.xml").matchAll(/<si>(.*?)<\/si>/gs)].map(([, si = ""]) =>
      unescaped([...si.matchAll(/<t[^>]*>(.*?)<\/t>/gs)].map(([, t = ""]) => t).join("")),
    );
    const names = [...text("xl/workbook.xml").matchAll(/<sheet [^>]*name="([^"]*)"/g)].map(([, name = ""]) =>
      unescaped(name),
    );
    for (const [index, name] of names.entries()) {
      const cells = new Map<string, { value: Value; formula: string | null }>();
      const xml = text(`xl/worksheets/sheet${index + 1}.xml`);
      for (const [, attributes = "", inside = ""] of xml.matchAll(/<c ([^>]*?)(?:\/>|>(.*?)<\/c>)/gs)) {
        const at = /r="([A-Z]+\d+)"/.exec(attributes)?.[1] ?? "";
        const formula = /<f>(.*?)<\/f>/s.exec(inside)?.[1];
        const plain = /<v>(.*?)<\/v>/s.exec(inside)?.[1];
        const isShared = /t="s"/.test(attributes);
        cells.set(at, {
          formula: formula === undefined ? null : unescaped(formula),
          value: plain === undefined ? null : isShared ? (shared[Number(plain)] ?? null) : Number(plain),
        });
      }
      this.#sheets.set(name, cells);
    }
  }

  get sheets(): string[] {
    return [...this.#sheets.keys()];
  }

  /** The texts of a column, from the row below the headings. */
  column(sheet: string, letter: string): Value[] {
    const found: Value[] = [];
    for (let row = 2; this.#cells(sheet).has(`${letter}${row}`) || row < 3; row++)
      found.push(this.valueAt(sheet, `${letter}${row}`));
    return found;
  }

  formulaAt(sheet: string, at: string): string | null {
    return this.#cells(sheet).get(at)?.formula ?? null;
  }

  valueAt(sheet: string, at: string): Value {
    const cell = this.#cells(sheet).get(at);
    if (cell === undefined) return null;
    return cell.formula === null ? cell.value : this.#worked(sheet, cell.formula.replace(/^=/, ""));
  }

  #cells(sheet: string): Cells {
    const cells = this.#sheets.get(sheet);
    if (cells === undefined) throw new Error(`there is no sheet ${sheet}`);
    return cells;
  }

  #range(range: string): number[] {
    const found = /^'(.*)'!([A-Z]+)(\d+):\2(\d+)$/.exec(range);
    if (!found) throw new Error(`${range} is no range of one column`);
    const [, name = "", letter = "", from, to] = found;
    const numbers: number[] = [];
    for (let row = Number(from); row <= Number(to); row++) {
      const value = this.valueAt(name.replaceAll("''", "'"), `${letter}${row}`);
      // Functions over ranges pass texts and empty cells over.
      if (typeof value === "number") numbers.push(value);
    }
    return numbers;
  }

  #worked(sheet: string, formula: string): Value {
    const of = (name: string) => new RegExp(`^${name}\\((.*)\\)$`).exec(formula)?.[1];
    const summed = of("SUM");
    if (summed !== undefined) return this.#range(summed).reduce((sum, each) => sum + each, 0);
    const middle = of("MEDIAN");
    if (middle !== undefined) {
      const sorted = this.#range(middle).sort((a, b) => a - b);
      const half = sorted.length / 2;
      return ((sorted[Math.ceil(half) - 1] ?? NaN) + (sorted[Math.floor(half)] ?? NaN)) / 2;
    }
    const number = (at: string) => (/^\d+$/.test(at) ? Number(at) : Number(this.valueAt(sheet, at)));
    const ratio = /^IF\((\w+)=0,"",(\w+)\/\1\)$/.exec(formula);
    if (ratio) {
      const [, below = "", above = ""] = ratio;
      return number(below) === 0 ? "" : number(above) / number(below);
    }
    if (!/^[+-]?\w+([+-]\w+)*$/.test(formula)) throw new Error(`${formula} is not known here`);
    return [...formula.matchAll(/([+-]?)(\w+)/g)].reduce(
      (sum, [, sign, at = ""]) => sum + (sign === "-" ? -1 : 1) * number(at),
      0,
    );
  }
}
