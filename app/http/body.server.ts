// Bodies of requests, in memory as far as that goes: what is larger than anything Shopify or a form of ours sends is refused
// before the rest of it comes.

/** Of whatever is no webhook: a form of ours is a name and a choice or two. */
export const BODY_BYTES = 10_000;

/** Throws a Response, 413, for more bytes than that. */
export async function bodyOf(
  body: AsyncIterable<Uint8Array> | Iterable<Uint8Array> | null,
  { length, limit }: { length: string | null | undefined; limit: number },
): Promise<Buffer> {
  const tooLarge = () =>
    new Response("the body is too large", { status: 413, statusText: "Content Too Large" });
  if (Number(length) > limit) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > limit) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The fields of a page's form; none where the body is no such form. Throws a Response, 413, when it is too large. */
export async function formOf(request: Request): Promise<Record<string, unknown>> {
  const body = await bodyOf(request.body, {
    length: request.headers.get("content-length"),
    limit: BODY_BYTES,
  });
  const form = new Response(new Uint8Array(body), {
    headers: { "content-type": request.headers.get("content-type") ?? "" },
  });
  return Object.fromEntries(await form.formData().catch(() => new FormData()));
}
