// What every part of a shop's sync works with, so that a test can put its own clock, pace and places in.
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { PrismaClient } from "../../prisma/generated/client.ts";
import type { ReadContext } from "../shopify/context.ts";
import type { CopyInUse, ShopCopy } from "../warehouse/warehouse.server.ts";

export interface SyncContext extends ReadContext {
  db: PrismaClient;
  /** Whose tables are read and written: the copy in use, or the one that is made to take its place. */
  copy: ShopCopy;
  /** A sweep reads what changed since then, instead of since the last one. */
  since?: Date;
  /** Of a copy made anew: sums stand for orders placed before this instant, and are carried into it. */
  opening?: Date | undefined;
  /** Up to so many orders are read at once by id; more are worth a bulk operation's minutes. */
  pagedUpTo: number;
  /** Unreadable records that one reading bears, where it is not the usual number. */
  unreadableAtMost?: number;
}

/** Of the copy that pages read; a rebuild puts the next one in its place. */
export type ShopContext = SyncContext & { copy: CopyInUse };

export const PAGED_UP_TO = 500;

export const downloadsOf = (dataDirectory: string, shop: string): string =>
  path.join(dataDirectory, "downloads", shop);

export const waiting =
  (signal?: AbortSignal) =>
  async (milliseconds: number): Promise<void> => {
    if (milliseconds > 0) await sleep(milliseconds, undefined, signal ? { signal } : {});
    else signal?.throwIfAborted();
  };

/** The scopes the merchant granted, from a list with commas; a right to write is a right to read, and told alone. */
export const grantedScopes = (scopes: string): ReadonlySet<string> =>
  new Set(
    scopes
      .split(",")
      .map((scope) => scope.trim())
      .filter((scope) => scope !== "")
      .flatMap((scope) => [scope, scope.replace(/^write_/, "read_")]),
  );
