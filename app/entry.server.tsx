// Renders the document as a stream, and hands what starts, stops and judges the built app to app/server.ts: the bundle owns the
// modules that must exist once in a process.
import { PassThrough } from "node:stream";
import { createReadableStreamFromReadable, type EntryContext } from "@remix-run/node";
import { isRouteErrorResponse, RemixServer } from "@remix-run/react";
import { isbot } from "isbot";
import { renderToPipeableStream } from "react-dom/server";
import { Nonce } from "./components/bits/nonce.ts";
import { log } from "./log.server.ts";
import { newNonce } from "./http/page-policy.server.ts";
import { addDocumentResponseHeaders } from "./shopify.server.ts";
import { loadPolaris } from "./words/polaris.ts";
import { LANGUAGES, loadLanguage } from "./words/screen.ts";

export { lost, prepare, start, stop, unusable } from "./process/boot.server.ts";

export const streamTimeout = 5_000;

const languages = Promise.all(LANGUAGES.flatMap((each) => [loadLanguage(each), loadPolaris(each)]));

export default async function handleRequest(
  request: Request,
  status: number,
  headers: Headers,
  remixContext: EntryContext,
): Promise<Response> {
  await languages;
  const nonce = newNonce();
  addDocumentResponseHeaders(request, headers, nonce);
  // A crawler gets the whole page at once, a browser its first bytes as soon as they are there.
  const ready = isbot(request.headers.get("user-agent")) ? "onAllReady" : "onShellReady";

  return new Promise((resolve, reject) => {
    let responseStatus = status;
    const page = (
      <Nonce.Provider value={nonce}>
        <RemixServer context={remixContext} url={request.url} nonce={nonce} />
      </Nonce.Provider>
    );
    const { pipe, abort } = renderToPipeableStream(page, {
      nonce,
      [ready]() {
        const body = new PassThrough();
        headers.set("Content-Type", "text/html; charset=utf-8");
        resolve(new Response(createReadableStreamFromReadable(body), { headers, status: responseStatus }));
        pipe(body);
      },
      onShellError: reject,
      onError(error) {
        responseStatus = 500;
        log.error({ err: error }, "a page could not be rendered");
      },
    });
    setTimeout(abort, streamTimeout + 1_000).unref();
  });
}

export function handleError(error: unknown, { request }: { request: Request }): void {
  if (request.signal.aborted || error instanceof Response) return;
  // An address or a method that there is not: the request's line tells of it.
  if (isRouteErrorResponse(error) && error.status < 500) return;
  log.error({ err: error, path: new URL(request.url).pathname }, "a request failed");
}
