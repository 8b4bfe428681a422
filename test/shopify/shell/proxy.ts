// The app's own origin. Passes everything to the app's server and changes only what names Shopify's hosts: who may
// frame the app, where App Bridge comes from, and where the admin is.
import http from "node:http";
import type { Handler, UpgradeHandler } from "./listen.ts";
import { replacing } from "./rewrite.ts";

const CDN = "https://cdn.shopify.com/";
const ADMIN = "https://admin.shopify.com";

export interface ProxyPlaces {
  /** The app's server, such as http://127.0.0.1:4002. */
  target: string;
  /** This proxy's origin, which the browser sees. */
  app: string;
  /** The admin shell's origin. */
  shell: string;
}

/** `https://<shop>.myshopify.com/admin/…` and `https://admin.shopify.com/…` as addresses of the shell; others unchanged. */
export function toShell(url: string, shell: string): string {
  const old = /^https:\/\/([a-z0-9-]+)\.myshopify\.com\/admin(\/.*)?$/.exec(url);
  if (old) return `${shell}/store/${old[1]}${old[2] ?? ""}`;
  return url.startsWith(`${ADMIN}/`) ? shell + url.slice(ADMIN.length) : url;
}

function rewriteHeaders(headers: http.IncomingHttpHeaders, places: ProxyPlaces): http.OutgoingHttpHeaders {
  const out: http.OutgoingHttpHeaders = { ...headers };
  const policy = headers["content-security-policy"];
  if (policy)
    out["content-security-policy"] = String(policy)
      .replace(/frame-ancestors[^;]*/, `frame-ancestors ${places.shell}`)
      .replaceAll("https://cdn.shopify.com", places.app);
  if (headers.link) out.link = String(headers.link).replaceAll(CDN, `${places.app}/__cdn/`);
  if (headers.location) out.location = toShell(headers.location, places.shell);
  // Belongs to one connection; Node writes its own.
  for (const name of ["connection", "keep-alive", "transfer-encoding"]) delete out[name];
  return out;
}

function forwarded(request: http.IncomingMessage, places: ProxyPlaces): http.OutgoingHttpHeaders {
  const { host } = new URL(places.app);
  // Bodies are rewritten as they pass, so the app must not compress them.
  return {
    ...request.headers,
    host,
    "x-forwarded-host": host,
    "x-forwarded-proto": "http",
    "accept-encoding": "identity",
  };
}

/** What the CDN would serve. Fonts and images stay on this machine: an empty style sheet, an empty picture. */
async function serveCdn(path: string, response: http.ServerResponse, appBridge: () => Promise<string>) {
  const send = (status: number, type: string, body: string) => {
    response.writeHead(status, { "content-type": `${type}; charset=utf-8`, "cache-control": "no-cache" });
    response.end(body);
  };
  if (path === "shopifycloud/app-bridge.js") return send(200, "text/javascript", await appBridge());
  if (path.endsWith(".css"))
    return send(200, "text/css", "/* not simulated: fonts fall back to the system's */\n");
  if (/\.(svg|png|jpe?g|gif|webp)$/.test(path))
    return send(200, "image/svg+xml", '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>');
  send(404, "text/plain", `The simulated CDN does not have ${path}\n`);
}

/** Handlers of the proxy's server; `appBridge` gives the stand-in script. */
export function appProxy(
  places: () => ProxyPlaces,
  appBridge: () => Promise<string>,
): { handle: Handler; upgrade: UpgradeHandler } {
  const handle: Handler = (request, response) => {
    const at = places();
    const url = request.url ?? "/";
    const cdn = /^\/__cdn\/([^?]*)/.exec(url)?.[1];
    if (cdn !== undefined) return serveCdn(cdn, response, appBridge);

    const upstream = http.request(
      at.target + url,
      { method: request.method, headers: forwarded(request, at) },
      (answer) => {
        const headers = rewriteHeaders(answer.headers, at);
        const textual = /html|javascript|css|x-script/.test(answer.headers["content-type"] ?? "");
        if (textual) {
          delete headers["content-length"];
          delete headers.etag;
        }
        response.writeHead(answer.statusCode ?? 502, headers);
        const body = textual ? answer.pipe(replacing(CDN, `${at.app}/__cdn/`)) : answer;
        body.pipe(response);
        answer.on("error", () => response.destroy());
      },
    );
    upstream.on("error", (error) => {
      if (response.headersSent) return void response.destroy();
      response.writeHead(502, { "content-type": "text/plain; charset=utf-8" });
      response.end(`The app does not answer at ${at.target}: ${error.message}\n`);
    });
    // A browser that leaves must also end a long export on the app's side.
    response.on("close", () => upstream.destroy());
    request.pipe(upstream);
  };

  const upgrade: UpgradeHandler = (request, socket, head) => {
    const at = places();
    const upstream = http.request(at.target + (request.url ?? "/"), {
      headers: { ...request.headers, host: new URL(at.app).host },
    });
    upstream.on("upgrade", (answer, behind, behindHead) => {
      const lines = Object.entries(answer.headers).map(([name, value]) => `${name}: ${String(value)}`);
      socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join("\r\n")}\r\n\r\n`);
      if (behindHead.length > 0) socket.write(behindHead);
      if (head.length > 0) behind.write(head);
      behind.pipe(socket).pipe(behind);
      for (const [one, other] of [
        [behind, socket],
        [socket, behind],
      ] as const) {
        one.on("error", () => other.destroy());
        one.on("close", () => other.destroy());
      }
    });
    // The app answered without switching: there is nothing to speak to.
    upstream.on("response", () => socket.destroy());
    upstream.on("error", () => socket.destroy());
    socket.on("error", () => upstream.destroy());
    upstream.end();
  };
  return { handle, upgrade };
}
