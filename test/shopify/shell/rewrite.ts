// Replaces a text in a stream of bytes without waiting for its end, also where the text lies across two chunks.
import { Transform } from "node:stream";

/** How many bytes at the end of `text` may be the beginning of `needle`. */
function pending(text: string, needle: string): number {
  for (let length = Math.min(needle.length - 1, text.length); length > 0; length--)
    if (text.endsWith(needle.slice(0, length))) return length;
  return 0;
}

/** `needle` and `replacement` are ASCII; every other byte passes as it is. */
export function replacing(needle: string, replacement: string): Transform {
  // latin1 maps each byte to one character and back, so that UTF-8 sequences cut by a chunk survive.
  let carried = "";
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const text = (carried + chunk.toString("latin1")).replaceAll(needle, replacement);
      const keep = pending(text, needle);
      carried = text.slice(text.length - keep);
      done(null, Buffer.from(text.slice(0, text.length - keep), "latin1"));
    },
    flush(done) {
      done(null, Buffer.from(carried, "latin1"));
    },
  });
}
