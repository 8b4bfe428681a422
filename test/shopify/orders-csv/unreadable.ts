// What is wrong in a file, and where: one sentence that names file, line and column, for the person who has the file.
import { basename } from "node:path";

export class UnreadableCsv extends Error {
  readonly code = "UNREADABLE_CSV";

  constructor(path: string, line: number, detail: string) {
    super(`${basename(path)}, line ${line}: ${detail}`);
    this.name = "UnreadableCsv";
  }
}

/** Refuses a cell, or a row where no column is named. */
export type Refuse = (line: number, column: string | null, detail: string) => never;

export const refuseIn =
  (path: string): Refuse =>
  (line, column, detail) => {
    throw new UnreadableCsv(path, line, column === null ? detail : `column "${column}": ${detail}`);
  };

const LONGEST = 40;

/** A cell as a message shows it. */
export const shown = (text: string): string =>
  text.length > LONGEST ? `“${[...text].slice(0, LONGEST).join("")}…”` : `“${text}”`;
