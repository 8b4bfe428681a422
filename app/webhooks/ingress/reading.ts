// Bodies on their way in, read to their end before anything else is done about them: whoever sends one slowly or without end
// holds a place here and nowhere else. When all are taken the oldest makes room, so that half-sent ones keep nobody out:
// Shopify's and a browser's are here within one packet.
import type { IncomingMessage } from "node:http";
import { Refused } from "./refusals.ts";

/** The caller left before the end. */
export class Gone extends Error {}

export function openReading({ places, withinMs }: { places: number; withinMs: number }) {
  const coming = new Map<IncomingMessage, (error: Error) => void>();
  return (request: IncomingMessage, bytes: number): Promise<Buffer> =>
    new Promise((resolve, reject) => {
      if (Number(request.headers["content-length"]) > bytes) return reject(new Refused("large"));
      const chunks: Buffer[] = [];
      let held = 0;
      const take = (chunk: Buffer) => {
        held += chunk.byteLength;
        if (held > bytes) fail(new Refused("large"));
        else chunks.push(chunk);
      };
      const late = setTimeout(() => fail(new Refused("slow")), withinMs);
      const settle = () => {
        clearTimeout(late);
        coming.delete(request);
        request.off("data", take).pause();
      };
      const fail = (error: Error) => {
        settle();
        reject(error);
      };
      if (coming.size >= places) coming.values().next().value?.(new Refused("crowded"));
      coming.set(request, fail);
      request.on("data", take);
      request.once("end", () => {
        settle();
        resolve(Buffer.concat(chunks));
      });
      request.once("error", () => fail(new Gone()));
      request.once("close", () => fail(new Gone()));
    });
}
