// A file from Shopify's store of bulk files, brought to disk whole: a download that breaks off goes on where it broke off,
// or begins anew where the store will not have that.
import { open } from "node:fs/promises";
import { Readable } from "node:stream";
import { ApiUnavailable } from "../errors.ts";
import { DiskFull, outageOf } from "../outage.ts";
import type { SyncContext } from "./context.ts";

/** The link is dead: only another operation makes another file. */
export class LinkDead extends ApiUnavailable {}

/** In a row, without a byte more. */
const ATTEMPTS = 5;
const FIRST_PAUSE_MS = 500;
const NEWLINE = 10;

/** What is on disk. */
interface Progress {
  bytes: number;
  lines: number;
  last: number;
  /** Of the file in the store; null when it names none. */
  etag: string | null;
}

const nothing = (): Progress => ({ bytes: 0, lines: 0, last: NEWLINE, etag: null });

/**
 * @returns the number of lines
 * @throws LinkDead, ApiUnavailable, DiskFull
 */
export async function download(
  { shop, signal, wait }: Pick<SyncContext, "shop" | "signal" | "wait">,
  url: string,
  file: string,
): Promise<number> {
  let progress = nothing();
  for (let failures = 0; ;) {
    const before = progress.bytes;
    try {
      await goOn(shop, url, file, signal, progress, () => (progress = nothing()));
      return progress.last === NEWLINE ? progress.lines : progress.lines + 1;
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof LinkDead) throw error;
      const outage = outageOf(error);
      if (outage instanceof DiskFull) throw outage;
      failures = progress.bytes > before ? 1 : failures + 1;
      if (failures >= ATTEMPTS) throw new ApiUnavailable(shop, "a bulk file broke off", error);
      await wait(FIRST_PAUSE_MS * 2 ** (failures - 1));
    }
  }
}

async function goOn(
  shop: string,
  url: string,
  file: string,
  signal: AbortSignal | undefined,
  known: Progress,
  forget: () => Progress,
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
    if (status === 416 || status === 206) forget();
    throw new Error(`status ${status}`);
  }
  const progress = continues ? known : forget();
  progress.etag = response.headers.get("etag");
  const handle = await open(file, continues ? "a" : "w");
  try {
    for await (const chunk of Readable.fromWeb(body as never) as AsyncIterable<Buffer>) {
      await handle.writeFile(chunk);
      for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, at + 1))
        progress.lines += 1;
      progress.last = chunk.at(-1) ?? progress.last;
      progress.bytes += chunk.length;
    }
  } finally {
    await handle.close();
  }
}
