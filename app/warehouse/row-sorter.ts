// Rows laid apart by kind while they arrive, a file for each: a scan of the loader parses every line it is given, and with
// all kinds in one file it would parse that file once for each kind.
import { type FileHandle, open, rm } from "node:fs/promises";
import { BrokenFile } from "../errors.ts";
import { failure } from "../failure.ts";
import { wellFormedLines } from "../well-formed.ts";
import type { SortedRows, Stage } from "./load.ts";
import { isOfKind, LONGEST_LINE } from "./merge/staging.ts";

const NEWLINE = 10;
const QUOTE = 34;
/** Our documents ask for the type first, and Shopify answers in the order asked; another order is read all the same. */
const START = Buffer.from('{"__typename":"');
const LONGEST_NAME = 64;
const PILE_BYTES = 256 * 1024;

/** The rows of one kind: in memory until there are enough for a write. Fresh memory costs more than the copying, so it is kept. */
class Pile {
  readonly file: string;
  private handle: FileHandle | null = null;
  private filling: Buffer = Buffer.allocUnsafe(PILE_BYTES);
  private used = 0;
  private readonly full: Buffer[] = [];
  private readonly spare: Buffer[] = [];

  constructor(file: string) {
    this.file = file;
  }

  /** Takes a copy. */
  add(data: Buffer, from: number, to: number): void {
    for (let at = from; at < to;) {
      if (this.used === PILE_BYTES) this.turnOver();
      const copied = data.copy(this.filling, this.used, at, to);
      this.used += copied;
      at += copied;
    }
  }

  /** Writes what makes whole buffers. */
  async write(): Promise<void> {
    if (this.full.length === 0) return;
    this.handle ??= await open(this.file, "w");
    for (const part of this.full) {
      await this.handle.writeFile(part);
      if (part.length === PILE_BYTES) this.spare.push(part);
    }
    this.full.length = 0;
  }

  /** Writes the rest; false when there was never a row. */
  async end(): Promise<boolean> {
    this.turnOver();
    await this.write();
    const any = this.handle !== null;
    await this.close();
    return any;
  }

  async discard(): Promise<void> {
    await this.close();
    await rm(this.file, { force: true });
  }

  private turnOver(): void {
    if (this.used === 0) return;
    this.full.push(this.filling.subarray(0, this.used));
    this.filling = this.spare.pop() ?? Buffer.allocUnsafe(PILE_BYTES);
    this.used = 0;
  }

  private async close(): Promise<void> {
    await this.handle?.close();
    this.handle = null;
  }
}

/** Takes JSONL in pieces of any size. An object that failed to write is only good for `discard`. */
export class RowSorter {
  /** Whole lines so far. */
  lines = 0;
  private readonly stages: readonly Stage[];
  private readonly base: string;
  private readonly rest: Pile;
  private readonly piles = new Map<Stage, Pile>();
  private readonly pileOf = new Map<string, Pile>();
  /** The beginning of a line whose end has not come. */
  private begun = Buffer.alloc(0);

  /** @param base the files' path without its ending */
  constructor(base: string, stages: readonly Stage[]) {
    this.base = base;
    this.stages = stages;
    this.rest = new Pile(`${base}.rest.jsonl`);
  }

  /** @throws BrokenFile when a line is longer than the loader reads */
  async write(piece: Buffer): Promise<void> {
    const end = this.begun.length === 0 ? 0 : piece.indexOf(NEWLINE) + 1;
    if (end > 0) this.lay(Buffer.concat([this.begun, piece.subarray(0, end)]));
    const rest = piece.subarray(end + this.lay(piece.subarray(end)));
    this.begun = end > 0 || this.begun.length === 0 ? Buffer.from(rest) : Buffer.concat([this.begun, rest]);
    if (this.begun.length > LONGEST_LINE)
      throw new BrokenFile(`${this.base}.jsonl`, {
        detail: `is longer than ${LONGEST_LINE} bytes`,
        line: this.lines + 1,
        told: (file) =>
          failure("file_line_too_long", { file, line: `${this.lines + 1}`, bytes: `${LONGEST_LINE}` }),
      });
    await this.rest.write();
    for (const each of this.piles.values()) await each.write();
  }

  /** Lays the whole lines of `piece` on their piles, neighbours of a kind together; answers where the last of them ends. */
  private lay(piece: Buffer): number {
    const whole = piece.lastIndexOf(NEWLINE) + 1;
    const data = wellFormedLines(piece.subarray(0, whole));
    let at = 0;
    let from = 0;
    let pile = this.rest;
    for (let end; (end = data.indexOf(NEWLINE, at)) !== -1; at = end + 1) {
      const next = this.pileAt(data, at);
      if (next !== pile) {
        pile.add(data, from, at);
        [pile, from] = [next, at];
      }
      this.lines += 1;
    }
    pile.add(data, from, at);
    return whole;
  }

  /** The files, with what was still in memory; a last line needs no newline. */
  async end(): Promise<SortedRows> {
    if (this.begun.length > 0) await this.write(Buffer.from("\n"));
    const byTable: Partial<Record<Stage["table"], string>> = {};
    for (const [stage, pile] of this.piles) if (await pile.end()) byTable[stage.table] = pile.file;
    return { byTable, rest: (await this.rest.end()) ? this.rest.file : null };
  }

  /** Removes whatever was written. */
  async discard(): Promise<void> {
    for (const pile of [this.rest, ...this.piles.values()]) await pile.discard();
  }

  private pileAt(data: Buffer, at: number): Pile {
    for (let i = 0; i < START.length; i += 1) if (data[at + i] !== START[i]) return this.rest;
    const from = at + START.length;
    let to = from;
    while (data[to] !== QUOTE) {
      to += 1;
      if (to === data.length || to - from > LONGEST_NAME) return this.rest;
    }
    const name = data.toString("latin1", from, to);
    const known = this.pileOf.get(name);
    if (known !== undefined) return known;
    const stage = this.stages.find((each) => isOfKind(each.typename, name));
    // A line that no stage wants costs less unread in the rest than a pile of its own.
    if (stage === undefined) return this.rest;
    const pile = this.piles.get(stage) ?? new Pile(`${this.base}.${stage.table}.jsonl`);
    this.piles.set(stage, pile);
    this.pileOf.set(name, pile);
    return pile;
  }
}
