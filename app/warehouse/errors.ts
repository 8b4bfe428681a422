// Errors that only the warehouse raises.
import { AppError } from "../errors.ts";
import { failure } from "../failure.ts";

/** The query took longer than its time. Ask for less, or again when the machine is less busy. */
export class QueryTimedOut extends AppError {
  constructor(milliseconds: number) {
    super(`The query was given up after ${milliseconds} ms.`, {
      status: 503,
      failure: failure("slow_query", { milliseconds: `${milliseconds}` }),
    });
  }
}

/** One shop asks for more at once than others can wait for. */
export class TooManyQuestions extends AppError {
  constructor() {
    super("too many questions of the shop at once", { status: 429, failure: failure("many_questions") });
  }
}

/** All places for lists that are read to their end are taken. */
export class TooManyLists extends AppError {
  constructor() {
    super("too many lists at once", { status: 429, failure: failure("many_lists") });
  }
}

/** Another process holds the warehouse's directory. Wait for it to end, or give this one its own directory. */
export class WarehouseLocked extends AppError {
  constructor(directory: string, cause: unknown) {
    const holder = /\(PID (\d+)\)/.exec(cause instanceof Error ? cause.message : "")?.[1];
    super(
      `The warehouse in ${directory} is in use by another process${holder === undefined ? "" : ` (${holder})`}. ` +
        `A DuckDB directory belongs to one process at a time.`,
      { status: 503, failure: failure("starting"), cause },
    );
  }
}

/** The ledger contradicts itself; the merge is undone. */
export class LedgerBroken extends AppError {
  constructor(orders: number, example: number | null) {
    super(
      `The ledger does not add up: gross − discounts − reversals is not net in ${orders} orders, among them ${example}.`,
      {
        status: 500,
        failure: failure("ledger_broken", { orders: `${orders}`, example: `${example ?? ""}` }),
      },
    );
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
      failure: failure("copy_not_usable"),
      cause,
    });
  }
}
