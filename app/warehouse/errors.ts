// Errors that only the warehouse raises.
import { AppError } from "../errors.ts";

/** The query took longer than its time. Ask for less, or again when the machine is less busy. */
export class QueryTimedOut extends AppError {
  constructor(milliseconds: number) {
    super(`The query was given up after ${milliseconds} ms.`, { status: 503 });
  }
}

/** One shop asks for more at once than others can wait for. */
export class TooManyQuestions extends AppError {
  constructor() {
    super("Too many figures of this shop are asked for at once. Try again in a few seconds.", {
      status: 429,
    });
  }
}

/** All places for lists that are read to their end are taken. */
export class TooManyLists extends AppError {
  constructor() {
    super("Too many files are being made at once. Export again in a minute.", { status: 429 });
  }
}

/** Another process holds the warehouse's directory. Wait for it to end, or give this one its own directory. */
export class WarehouseLocked extends AppError {
  constructor(directory: string, cause: unknown) {
    const holder = /\(PID (\d+)\)/.exec(cause instanceof Error ? cause.message : "")?.[1];
    super(
      `The warehouse in ${directory} is in use by another process${holder === undefined ? "" : ` (${holder})`}. ` +
        `A DuckDB directory belongs to one process at a time.`,
      { status: 503, told: "The app is starting. Try again in a minute.", cause },
    );
  }
}

/** The ledger contradicts itself; the merge is undone. */
export class LedgerBroken extends AppError {
  constructor(detail: string) {
    super(`The ledger does not add up: ${detail}`, { status: 500 });
  }
}

/** The tables of a namespace are not of this process's version; nothing was done in them. Never leaves the warehouse. */
export class OtherSchema extends Error {
  readonly found: number;
  constructor(found: number) {
    super(`The tables are of version ${found}.`);
    this.found = found;
  }
}

/** A copy of a shop's tables that cannot be put back. */
export class CopyNotUsable extends AppError {
  constructor(detail: string, cause?: unknown) {
    super(`The copy cannot be used: ${detail}.`, {
      status: 409,
      told: "The copy cannot be used. Tell the app's support.",
      cause,
    });
  }
}
