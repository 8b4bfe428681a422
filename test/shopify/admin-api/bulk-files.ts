// The files of bulk operations behind signed links, as Google Cloud Storage serves them: in parts if asked, and in XML
// when something is wrong.
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { DownloadFault, Trouble } from "./faults.ts";
import type { Injected } from "./injected.ts";

export interface BulkFileSettings {
  directory: string;
  now: () => Date;
  /** Of the API's server. */
  url: () => string;
  /** Of the shop to which a file belongs. */
  shopOf: (handle: string) => { domain: string; trouble: Trouble } | undefined;
  /** What happens to a download for which no fault was asked. */
  chance: (shop: string) => DownloadFault | null;
  injected: Injected;
}

export class BulkFiles {
  readonly #settings: BulkFileSettings;
  readonly #secret = randomBytes(32);

  constructor(settings: BulkFileSettings) {
    this.#settings = settings;
  }

  linkTo(file: string, until: Date): string {
    const expires = String(Math.floor(until.getTime() / 1000));
    return `${this.#settings.url()}/bulk/${file}?Expires=${expires}&Signature=${this.#signature(file, expires)}`;
  }

  async serve(file: string, address: URL, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { directory, now, injected } = this.#settings;
    const expires = address.searchParams.get("Expires") ?? "";
    const given = Buffer.from(address.searchParams.get("Signature") ?? "");
    const expected = Buffer.from(this.#signature(file, expires));
    if (given.length !== expected.length || !timingSafeEqual(given, expected))
      return refuse(response, 403, "SignatureDoesNotMatch", "Access denied.");
    if (Number(expires) * 1000 <= now().getTime()) return expired(response);
    const path = join(directory, file);
    const size = await stat(path).then(
      (found) => found.size,
      () => null,
    );
    if (size === null) return missing(response);

    const shop = this.#settings.shopOf(/^bulk-(.+)-\d+\.jsonl$/.exec(file)?.[1] ?? "");
    const dead = shop?.trouble.deadFiles.get(file);
    const fault =
      shop === undefined
        ? null
        : dead !== undefined
          ? ({ kind: "dead", status: dead } as const)
          : (shop.trouble.downloads.shift() ?? this.#settings.chance(shop.domain));
    if (shop && fault?.kind === "dead") {
      if (dead === undefined) injected.count(shop.domain, "link_dead");
      shop.trouble.deadFiles.set(file, fault.status);
      return fault.status === 404 ? missing(response) : expired(response);
    }

    const part = partOf(request.headers.range, size);
    if (part === "unsatisfiable") {
      response.setHeader("content-range", `bytes */${size}`);
      return refuse(response, 416, "InvalidRange", "The requested range cannot be satisfied.");
    }
    const { from, to } = part ?? { from: 0, to: size };
    response.writeHead(part === null ? 200 : 206, {
      "content-type": "application/jsonl",
      "content-length": to - from,
      "accept-ranges": "bytes",
      ...(part === null ? {} : { "content-range": `bytes ${from}-${to - 1}/${size}` }),
    });
    const share = fault?.kind === "broken" ? Math.min(1, Math.max(0, fault.after)) : 1;
    const end = from + Math.floor((to - from) * share);
    const isBroken = end < to;
    if (isBroken && shop) injected.count(shop.domain, "download_broken");
    if (isBroken && end === from) response.flushHeaders();
    if (end > from)
      await pipeline(createReadStream(path, { start: from, end: end - 1 }), response, {
        end: !isBroken,
      }).catch(() => response.destroy());
    if (isBroken) breakOff(response);
    else if (end === from) response.end();
  }

  #signature(file: string, expires: string): string {
    return createHmac("sha256", this.#secret).update(`${file}|${expires}`).digest("base64url");
  }
}

/** What was written so far still arrives; then the connection closes with the length unmet. */
function breakOff(response: ServerResponse): void {
  const { socket } = response;
  if (socket === null) response.destroy();
  else socket.end(() => response.destroy());
}

/** `bytes=5-` or `bytes=5-9`, half-open; null for everything: other forms are ignored, as they may be. */
function partOf(
  header: string | undefined,
  size: number,
): { from: number; to: number } | "unsatisfiable" | null {
  const asked = /^bytes=(\d+)-(\d*)$/.exec(header ?? "");
  if (asked === null) return null;
  const from = Number(asked[1]);
  const to = asked[2] === "" ? size : Math.min(size, Number(asked[2]) + 1);
  return from >= size || to <= from ? "unsatisfiable" : { from, to };
}

const expired = (response: ServerResponse): void =>
  refuse(response, 403, "ExpiredToken", "The provided token has expired.");
const missing = (response: ServerResponse): void =>
  refuse(response, 404, "NoSuchKey", "The specified key does not exist.");

function refuse(response: ServerResponse, status: number, code: string, message: string): void {
  response.writeHead(status, { "content-type": "application/xml; charset=UTF-8" });
  response.end(
    `<?xml version='1.0' encoding='UTF-8'?><Error><Code>${code}</Code><Message>${message}</Message></Error>`,
  );
}
