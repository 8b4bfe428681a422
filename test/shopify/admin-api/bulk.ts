// The bulk operations of one shop: their states, their pace, their files, and how long the links to them last.
import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate, setTimeout } from "node:timers/promises";
import type { ResponsePath as Path } from "graphql";
import type { BulkPlan } from "./bulk-plan.ts";
import type { Connection } from "./connections.ts";
import { recordsConnection } from "./connections.ts";
import type { Args, Context } from "./context.ts";
import { DAY, after } from "./instants.ts";
import { searchFilter } from "./records.ts";
import { adminSchema } from "./schema.ts";

export type BulkPace = "instant" | "believable";
export type BulkStatus =
  "CREATED" | "RUNNING" | "COMPLETED" | "FAILED" | "CANCELING" | "CANCELED" | "EXPIRED";
export type BulkErrorCode = "ACCESS_DENIED" | "INTERNAL_SERVER_ERROR" | "TIMEOUT";

export interface BulkOperation {
  id: number;
  status: BulkStatus;
  errorCode: BulkErrorCode | null;
  createdAt: Date;
  completedAt: Date | null;
  query: string;
  objectCount: number;
  rootObjectCount: number;
  fileSize: number;
  file: string;
}

export interface BulkFailure {
  /** An operation with fewer rows completes, unless it is to fail even then. */
  afterRows: number;
  errorCode: BulkErrorCode;
  evenAtEnd?: boolean;
}

export interface BulkSettings {
  handle: string;
  directory: string;
  pace: BulkPace;
  now: () => Date;
  /** A failure asked for, handed out once. */
  takeFailure: () => BulkFailure | null;
  onFailure: () => void;
  onFinish: (operation: BulkOperation) => void;
}

/** Shopify runs five queries of an app in a shop at once. */
export const MAX_RUNNING = 5;
export const LINK_LIFETIME = 7 * DAY;

const CREATED_MS = 400;
const ROWS_PER_SECOND = 25_000;
const CHUNK = { instant: 256 * 1024, believable: 64 * 1024 };

const TERMINAL: ReadonlySet<BulkStatus> = new Set(["COMPLETED", "FAILED", "CANCELED", "EXPIRED"]);

/** Operations of all shops are numbered together, so that their ids never meet. */
let lastId = 0;

export class BulkOperations {
  readonly #settings: BulkSettings;
  readonly #operations = new Map<number, BulkOperation>();
  readonly #running = new Set<Promise<void>>();
  #stopped = false;

  constructor(settings: BulkSettings) {
    this.#settings = settings;
  }

  get(id: number): BulkOperation | null {
    const operation = this.#operations.get(id);
    return operation === undefined ? null : this.#aged(operation);
  }

  latest(type: string): BulkOperation | null {
    if (type !== "QUERY") return null;
    const last = [...this.#operations.keys()].at(-1);
    return last === undefined ? null : this.get(last);
  }

  inProgress(): BulkOperation[] {
    return [...this.#operations.values()].filter((operation) => !TERMINAL.has(operation.status));
  }

  list(args: Args, context: Context, at: Path | undefined): Connection {
    const matches = searchFilter<BulkOperation>(
      args,
      {
        documented: adminSchema().searchKeys.get("QueryRoot.bulkOperations") ?? new Map<string, string>(),
        timeZone: "UTC",
        now: context.now,
        plain: () => () => true,
        keys: {
          id: { type: "id", value: (operation) => operation.id },
          status: { type: "text", value: (operation) => [operation.status] },
          operation_type: { type: "text", value: () => ["query"] },
          created_at: { type: "time", value: (operation) => operation.createdAt.toISOString() },
        },
      },
      context,
      at,
    );
    const operations = [...this.#operations.values()].map((operation) => this.#aged(operation));
    return recordsConnection(
      {
        scan: () => operations,
        matches,
        id: (operation) => operation.id,
        sortValue: (operation) =>
          (args["sortKey"] === "COMPLETED_AT" ? operation.completedAt : operation.createdAt)?.toISOString() ??
          null,
        identity: JSON.stringify(["bulkOperations", args["query"], args["sortKey"]]),
      },
      args,
    );
  }

  start(query: string, plan: BulkPlan, grouped: boolean): BulkOperation {
    lastId += 1;
    const operation: BulkOperation = {
      id: lastId,
      status: "CREATED",
      errorCode: null,
      createdAt: this.#settings.now(),
      completedAt: null,
      query,
      objectCount: 0,
      rootObjectCount: 0,
      fileSize: 0,
      file: `bulk-${this.#settings.handle}-${lastId}.jsonl`,
    };
    this.#operations.set(operation.id, operation);
    const run = this.#run(operation, plan, grouped).finally(() => this.#running.delete(run));
    this.#running.add(run);
    return operation;
  }

  cancel(operation: BulkOperation): void {
    operation.status = "CANCELING";
  }

  static isTerminal(operation: BulkOperation): boolean {
    return TERMINAL.has(operation.status);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#running);
  }

  #aged(operation: BulkOperation): BulkOperation {
    const { completedAt } = operation;
    if (
      operation.status === "COMPLETED" &&
      completedAt &&
      after(completedAt, LINK_LIFETIME) <= this.#settings.now()
    )
      operation.status = "EXPIRED";
    return operation;
  }

  async #run(operation: BulkOperation, plan: BulkPlan, grouped: boolean): Promise<void> {
    await (this.#settings.pace === "instant" ? setImmediate() : setTimeout(CREATED_MS));
    if (operation.status === "CREATED") operation.status = "RUNNING";
    if (plan.denied) return this.#finish(operation, "FAILED", "ACCESS_DENIED");
    const failure = this.#settings.takeFailure();
    try {
      const end = await this.#export(operation, plan, grouped, failure?.afterRows ?? Infinity);
      if (failure && (end === "failed" || (end === "done" && failure.evenAtEnd === true))) {
        this.#settings.onFailure();
        this.#finish(operation, "FAILED", failure.errorCode);
      } else this.#finish(operation, end === "cancelled" ? "CANCELED" : "COMPLETED", null);
    } catch (error) {
      this.#finish(operation, "FAILED", "INTERNAL_SERVER_ERROR");
      process.emitWarning(`The simulated bulk operation ${operation.id} failed: ${String(error)}`);
    }
  }

  #finish(operation: BulkOperation, status: BulkStatus, errorCode: BulkErrorCode | null): void {
    operation.status = status;
    operation.errorCode = errorCode;
    operation.completedAt = this.#settings.now();
    this.#settings.onFinish(operation);
  }

  async #export(
    operation: BulkOperation,
    plan: BulkPlan,
    grouped: boolean,
    failAfter: number,
  ): Promise<"done" | "cancelled" | "failed"> {
    const { pace, directory } = this.#settings;
    const file = await open(join(directory, operation.file), "w");
    const started = performance.now();
    let chunk = "";
    const add = ({ text, isRoot }: Line): void => {
      chunk += text;
      operation.objectCount += 1;
      if (isRoot) operation.rootObjectCount += 1;
    };
    const flush = async (): Promise<void> => {
      const bytes = Buffer.from(chunk);
      chunk = "";
      await file.write(bytes);
      operation.fileSize += bytes.length;
      const due = started + (1000 * operation.objectCount) / ROWS_PER_SECOND;
      const early = due - performance.now();
      if (pace === "believable" && early > 0) await setTimeout(early);
      else await setImmediate();
    };
    const pool = grouped ? null : new Shuffle(operation.file);
    try {
      for (const rows of plan.roots()) {
        for (const row of rows) {
          const line = { text: `${JSON.stringify(row)}\n`, isRoot: !("__parentId" in row) };
          const next = pool === null ? line : pool.exchange(line);
          if (next !== null) add(next);
          if (operation.objectCount >= failAfter) {
            await flush();
            return "failed";
          }
        }
        if (chunk.length >= CHUNK[pace]) await flush();
        if (operation.status === "CANCELING" || this.#stopped) return "cancelled";
      }
      for (const line of pool?.rest() ?? []) {
        add(line);
        if (operation.objectCount >= failAfter) {
          await flush();
          return "failed";
        }
      }
      await flush();
      return operation.objectCount >= failAfter ? "failed" : "done";
    } finally {
      await file.close();
    }
  }
}

interface Line {
  text: string;
  isRoot: boolean;
}

/**
 * Ungrouped results come in no promised order. A pool from which rows leave at random tears children and parents
 * apart by up to some thousands of lines, in either direction, the same way each time for the same operation.
 */
class Shuffle {
  readonly #pool: Line[] = [];
  #state: number;

  constructor(seed: string) {
    this.#state = createHash("sha256").update(seed).digest().readUInt32LE();
  }

  exchange(line: Line): Line | null {
    if (this.#pool.length < 2048) {
      this.#pool.push(line);
      return null;
    }
    const index = this.#random(this.#pool.length);
    const leaving = this.#pool[index] ?? null;
    this.#pool[index] = line;
    return leaving;
  }

  *rest(): Generator<Line> {
    while (this.#pool.length > 0) {
      const index = this.#random(this.#pool.length);
      const last = this.#pool.pop();
      if (last === undefined) return;
      if (index === this.#pool.length) yield last;
      else {
        const leaving = this.#pool[index];
        this.#pool[index] = last;
        if (leaving !== undefined) yield leaving;
      }
    }
  }

  // mulberry32
  #random(below: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below);
  }
}
