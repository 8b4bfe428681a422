// A file from Shopify's store of bulk files, brought to disk whole: a download that breaks off goes on where it broke off,
// or begins anew where the store will not have that.
import { Readable } from "node:stream";
import { ApiUnavailable, BrokenFile } from "../errors.ts";
import { failure } from "../failure.ts";
import { DiskFull, outageOf } from "../outage.ts";
import type { ReadContext } from "./context.ts";
import { isFileStore } from "./file-store.ts";

/** The link is dead: only another operation makes another file. */
export class LinkDead extends ApiUnavailable {}

/** In a row, without a byte more. */
const ATTEMPTS = 5;
const FIRST_PAUSE_MS = 500;

/** Where the lines of a file go, and what they have become at its end. */
export interface Lines<R> {
  /** So many have come. */
  readonly lines: number;
  write(chunk: Buffer): Promise<unknown>;
  end(): Promise<R>;
  discard(): Promise<unknown>;
}

/** What is here. */
interface Progress<R> {
  bytes: number;
  /** As many as there may be. */
  atMost: number;
  rows: Lines<R>;
  /** Of the file in the store; null when it names none. */
  etag: string | null;
}

/** Without a byte: a store that is only slow sends some. */
const STALLED_AFTER_MS = 60_000;
/** Beyond what Shopify said, in case it counts otherwise; a file of which it said nothing has an end, too. */
const MARGIN_BYTES = 1_000_000;
const UNTOLD_BYTES = 200_000_000_000;

/** What Shopify says of a file. */
export interface FileLink {
  url: string;
  /** Null where it does not say. */
  bytes: number | null;
}

/**
 * @param begin where the rows go; asked again for each beginning
 * @throws LinkDead, ApiUnavailable, DiskFull, BrokenFile
 */
export async function download<R>(
  { shop, signal, wait }: Pick<ReadContext, "shop" | "signal" | "wait">,
  { url, bytes }: FileLink,
  begin: () => Lines<R>,
  stalledAfterMs = STALLED_AFTER_MS,
): Promise<{ rows: R; lines: number }> {
  if (!isFileStore(url))
    throw new LinkDead(
      shop,
      "a bulk file's link leads to no store of Shopify's",
      failure("unanswered_link", { shop }),
    );
  const atMost = bytes === null ? UNTOLD_BYTES : bytes + MARGIN_BYTES;
  const nothing = (): Progress<R> => ({ bytes: 0, atMost, rows: begin(), etag: null });
  let progress = nothing();
  const forget = async () => {
    await progress.rows.discard();
    return (progress = nothing());
  };
  for (let failures = 0; ;) {
    const before = progress.bytes;
    try {
      await goOn({ shop, url, signal, stalledAfterMs }, progress, forget);
      const rows = await progress.rows.end();
      return { rows, lines: progress.rows.lines };
    } catch (error) {
      failures = progress.bytes > before ? 1 : failures + 1;
      const outage = outageOf(error);
      const hopeless = error instanceof LinkDead || error instanceof BrokenFile;
      if (signal?.aborted || hopeless || outage instanceof DiskFull || failures >= ATTEMPTS) {
        await progress.rows.discard();
        signal?.throwIfAborted();
        if (hopeless) throw error;
        if (outage instanceof DiskFull) throw outage;
        throw new ApiUnavailable(shop, "a bulk file broke off", failure("unanswered_file", { shop }), error);
      }
      await wait(FIRST_PAUSE_MS * 2 ** (failures - 1));
    }
  }
}

interface Going {
  shop: string;
  url: string;
  signal: AbortSignal | undefined;
  stalledAfterMs: number;
}

/** Reads on, and gives up when nothing comes any more. */
async function goOn<R>(going: Going, known: Progress<R>, forget: () => Promise<Progress<R>>): Promise<void> {
  const stalled = new AbortController();
  const timer = setTimeout(
    () => stalled.abort(new Error(`no byte came for ${going.stalledAfterMs} ms`)),
    going.stalledAfterMs,
  );
  const { signal } = going;
  const either = signal ? AbortSignal.any([signal, stalled.signal]) : stalled.signal;
  try {
    await readOn({ ...going, signal: either }, known, forget, () => timer.refresh());
  } finally {
    clearTimeout(timer);
  }
}

async function readOn<R>(
  { shop, url, signal }: Going,
  known: Progress<R>,
  forget: () => Promise<Progress<R>>,
  moved: () => void,
): Promise<void> {
  const rest = known.bytes > 0;
  const headers: Record<string, string> = {
    // A range counts what is on the wire.
    "accept-encoding": "identity",
    ...(rest ? { range: `bytes=${known.bytes}-` } : {}),
    ...(rest && known.etag !== null ? { "if-range": known.etag } : {}),
  };
  // The link that Shopify gave, and no other: it may lead into a network that only this machine reaches.
  const response = await fetch(url, { headers, redirect: "error", ...(signal ? { signal } : {}) });
  const { status, body } = response;
  const continues =
    status === 206 && response.headers.get("content-range")?.startsWith(`bytes ${known.bytes}-`);
  if ((status !== 200 && !continues) || body === null) {
    await body?.cancel();
    if ([401, 403, 404, 410].includes(status))
      throw new LinkDead(
        shop,
        `a bulk file answers with status ${status}`,
        failure("unanswered_file_status", { shop, status: `${status}` }),
      );
    // What is here may not be the beginning of what is there.
    if (status === 416 || status === 206) await forget();
    throw new Error(`status ${status}`);
  }
  const progress = continues ? known : await forget();
  progress.etag = response.headers.get("etag");
  for await (const chunk of Readable.fromWeb(body as never) as AsyncIterable<Buffer>) {
    if (progress.bytes + chunk.length > progress.atMost)
      throw new BrokenFile(new URL(url).pathname, {
        detail: "is longer than Shopify said",
        told: (file) => failure("file_too_long", { file }),
      });
    try {
      await progress.rows.write(chunk);
    } catch (error) {
      await forget();
      throw error;
    }
    progress.bytes += chunk.length;
    moved();
  }
}
