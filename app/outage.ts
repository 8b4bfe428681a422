// What the app stands on may fail: its database, its disk, its memory. Which errors say so.
import { AppError } from "./errors.ts";
import { failure } from "./failure.ts";

/** The state database does not answer, or answers that it cannot. Goes by itself when it is back. */
export class DatabaseAway extends AppError {
  constructor(cause: unknown) {
    super("the state database is away", { status: 503, failure: failure("database_away"), cause });
  }
}

/** The disk takes no more. Goes by itself when there is room. */
export class DiskFull extends AppError {
  constructor(cause: unknown) {
    super("the disk is full", { status: 503, failure: failure("disk_full"), cause });
  }
}

/** DuckDB found no memory for what it was asked. Goes by itself when there is less to do at once. */
export class MemoryShort extends AppError {
  constructor(cause: unknown) {
    super("memory is short", { status: 503, failure: failure("memory_short"), cause });
  }
}

/** DuckDB's instance died and another one is being opened. Goes by itself within seconds, or the process is started anew. */
export class WarehouseAway extends AppError {
  constructor(cause: unknown) {
    super("the warehouse is being opened anew", { status: 503, failure: failure("warehouse_away"), cause });
  }
}

export type Outage = DatabaseAway | DiskFull | MemoryShort | WarehouseAway;

const isOutage = (error: unknown): error is Outage =>
  error instanceof DatabaseAway ||
  error instanceof DiskFull ||
  error instanceof MemoryShort ||
  error instanceof WarehouseAway;

/** Codes of the system and of Prisma, and PostgreSQL's classes 08, 53, 57P and 25006 (see the regular expression). */
const AWAY = new Set(
  "ECONNREFUSED ECONNRESET ENOENT EPIPE ETIMEDOUT ENOTFOUND EAI_AGAIN P1001 P1002 P1008 P1017 P2024 P2037".split(
    " ",
  ),
);
const AWAY_STATE = /^(08...|53[23]..|57P0[1-5]|25006)$/;
const AWAY_WORDS =
  /Connection terminated|timeout exceeded when trying to connect|Query read timeout|Can't reach database|Server has closed the connection|ECONNREFUSED|the database system is/i;
const FULL = new Set(["ENOSPC", "EDQUOT", "EFBIG", "53100"]);
/** DuckDB gives no codes: it quotes strerror() and its own limits. */
const FULL_WORDS = /No space left on device|File too large|Disk quota exceeded|max_temp_directory_size/;
const SHORT_WORDS = /\bOut of Memory Error\b|could not allocate block of size|failed to pin block of size/i;

/** The outage that an error or one of its causes tells of; null for any other error. */
export function outageOf(error: unknown): Outage | null {
  for (const each of causesOf(error)) {
    if (isOutage(each)) return each;
    // Ours have been judged, and fetch's concern Shopify.
    if (each instanceof AppError || each instanceof TypeError) return null;
    const code = codeOf(each);
    if (FULL.has(code) || FULL_WORDS.test(each.message)) return new DiskFull(error);
    if (SHORT_WORDS.test(each.message)) return new MemoryShort(error);
    const connecting = code !== "ENOENT" || each.message.includes("connect ENOENT");
    if ((AWAY.has(code) && connecting) || AWAY_STATE.test(code) || AWAY_WORDS.test(each.message))
      return new DatabaseAway(error);
  }
  return null;
}

/** Prisma hides the database's own code of a raw query in its message. */
function codeOf(error: Error): string {
  const code = "code" in error ? String(error.code) : "";
  return code === "P2010" ? (/Code: `(\w{5})`/.exec(error.message)?.[1] ?? code) : code;
}

function* causesOf(error: unknown, depth = 0): Generator<Error> {
  if (!(error instanceof Error) || depth > 5) return;
  yield error;
  yield* causesOf(error.cause, depth + 1);
  if (error instanceof AggregateError) for (const each of error.errors) yield* causesOf(each, depth + 1);
}
