// A file from Shopify's store of bulk files, brought to disk whole: a download that breaks off goes on where it broke off,
// or begins anew where the store will not have that.
import { Readable } from "node:stream";
import { ApiUnavailable, BrokenFile } from "../errors.ts";
import { DiskFull, outageOf } from "../outage.ts";
import type { RowSorter } from "../warehouse/row-sorter.ts";
import type { SortedRows } from "../warehouse/warehouse.server.ts";
import type { SyncContext } from "./context.ts";

/** The link is dead: only another operation makes another file. */
export class LinkDead extends ApiUnavailable {}

/** In a row, without a byte more. */
const ATTEMPTS = 5;
const FIRST_PAUSE_MS = 500;

/** What is here. */
interface Progress {
  bytes: number;
  rows: RowSorter;
  /** Of the file in the store; null when it names none. */
  etag: string | null;
}

/**
 * @param sorter where the rows go; asked again for each beginning
 * @throws LinkDead, ApiUnavailable, DiskFull, BrokenFile
 */
export async function download(
  { shop, signal, wait }: Pick<SyncContext, "shop" | "signal" | "wait">,
  url: string,
  sorter: () => RowSorter,
): Promise<{ rows: SortedRows; lines: number }> {
  let progress: Progress = { bytes: 0, rows: sorter(), etag: null };
  const forget = async () => {
    await progress.rows.discard();
    return (progress = { bytes: 0, rows: sorter(), etag: null });
  };
  for (let failures = 0; ;) {
    const before = progress.bytes;
    try {
      await goOn(shop, url, signal, progress, forget);
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
        throw outage instanceof DiskFull ? outage : new ApiUnavailable(shop, "a bulk file broke off", error);
      }
      await wait(FIRST_PAUSE_MS * 2 ** (failures - 1));
    }
  }
}

async function goOn(
  shop: string,
  url: string,
  signal: AbortSignal | undefined,
  known: Progress,
  forget: () => Promise<Progress>,
): Promise<void> {
  const rest = known.bytes > 0;
  const headers: Record<string, string> = rest
    ? { range: `bytes=${known.bytes}-`, ...(known.etag === null ? {} : { "if-range": known.etag }) }
    : {};
  const response = await fetch(url, { headers, ...(signal ? { signal } : {}) });
  const { status, body } = response;
  const continues =
    status === 206 && response.headers.get("content-range")?.startsWith(`bytes ${known.bytes}-`);
  if ((status !== 200 && !continues) || body === null) {
    await body?.cancel();
    if ([401, 403, 404, 410].includes(status))
      throw new LinkDead(shop, `a bulk file answers with status ${status}`);
    // What is here may not be the beginning of what is there.
    if (status === 416 || status === 206) await forget();
    throw new Error(`status ${status}`);
  }
  const progress = continues ? known : await forget();
  progress.etag = response.headers.get("etag");
  for await (const chunk of Readable.fromWeb(body as never) as AsyncIterable<Buffer>) {
    try {
      await progress.rows.write(chunk);
    } catch (error) {
      await forget();
      throw error;
    }
    progress.bytes += chunk.length;
  }
}
