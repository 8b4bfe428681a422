// A tiny embedded app for tests of the admin: plain HTML, App Bridge from Shopify's CDN, an address that wants a session
// token and refuses the first one it gets.
import http from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";

export interface StandInApp {
  url: string;
  /** Authorization headers that /api/hello got. */
  tokens: string[];
  /** Every path with its query. */
  seen: string[];
  stop(): Promise<void>;
}

const page = (title: string, body: string) => `<!doctype html><html lang="en"><head><meta charset="utf-8">
<title>${title}</title></head><body>
<script src="https://cdn.shopify.com/shopifycloud/app-bridge.js" data-api-key="simulated"></script>
<link rel="stylesheet" href="https://cdn.shopify.com/static/fonts/inter/v4/styles.css">
<ui-nav-menu><a href="/app" rel="home">Home</a><a href="/app/data">Data and trust</a></ui-nav-menu>
<main><h1>${title}</h1>${body}</main>
<script>
  addEventListener("shopify:navigate", (event) => location.assign(event.target.getAttribute("href")));
</script></body></html>`;

const home = page(
  "Overview",
  `<ui-title-bar title="Overview"><button id="refresh">Refresh</button></ui-title-bar>
  <p id="pressed"></p>
  <button id="hello">Say hello</button><p id="answer"></p>
  <button id="toast">Toast</button>
  <label>Name <input id="name"></label>
  <ui-save-bar id="bar"><button variant="primary" id="keep">Save</button><button id="drop">Discard</button></ui-save-bar>
  <p id="saved"></p>
  <button id="ask">Ask</button>
  <ui-modal id="modal"><p>Are you sure?</p><ui-title-bar title="Delete it"><button variant="primary">Delete</button></ui-title-bar></ui-modal>
  <a id="customer" href="shopify://admin/customers" target="_top">Customers</a>
  <p><img alt="" src="https://cdn.shopify.com/s/files/picture.svg"></p>
  <script>
    const on = (id, run) => document.getElementById(id).addEventListener("click", run);
    const write = (id, text) => (document.getElementById(id).textContent = text);
    on("refresh", () => write("pressed", "refreshed"));
    on("hello", async () => write("answer", await (await fetch("/api/hello")).text()));
    on("toast", () => shopify.toast.show("Report saved"));
    document.getElementById("name").addEventListener("input", () => shopify.saveBar.show("bar"));
    on("keep", () => { write("saved", "saved"); shopify.saveBar.hide("bar"); });
    on("drop", () => { write("saved", "discarded"); shopify.saveBar.hide("bar"); });
    on("ask", () => shopify.modal.show("modal"));
  </script>`,
);

export async function startStandInApp(): Promise<StandInApp> {
  const app = express();
  const tokens: string[] = [];
  const seen: string[] = [];
  app.use((request, response, next) => {
    seen.push(request.url);
    const { shop } = request.query;
    if (typeof shop === "string") {
      response.set(
        "Content-Security-Policy",
        `frame-ancestors https://${shop} https://admin.shopify.com; script-src 'self' 'unsafe-inline' https://cdn.shopify.com`,
      );
      response.set(
        "Link",
        '<https://cdn.shopify.com/shopifycloud/app-bridge.js>; rel="preload"; as="script";',
      );
    }
    next();
  });
  app.get("/app", (_request, response) => void response.type("html").send(home));
  app.get(
    "/app/data",
    (_request, response) => void response.type("html").send(page("Data", "<p>All is well.</p>")),
  );
  app.get("/auth/session-token", (_request, response) => {
    response
      .type("html")
      .send(
        '<script data-api-key="simulated" src="https://cdn.shopify.com/shopifycloud/app-bridge.js"></script>',
      );
  });
  app.get("/bounce", (request, response) => {
    if (request.query.id_token) return void response.type("html").send(page("Bounced back", ""));
    const query = new URLSearchParams(request.url.split("?")[1]);
    query.set("shopify-reload", `http://${request.headers.host}/bounce?${query}`);
    response.redirect(`/auth/session-token?${query}`);
  });
  app.get("/api/hello", (request, response) => {
    tokens.push(request.headers.authorization ?? "");
    if (tokens.length === 1) response.status(401).set("X-Shopify-Retry-Invalid-Session-Request", "1").end();
    else response.send(`hello ${request.get("x-requested-with")}`);
  });
  app.get("/leave", (_request, response) =>
    response.redirect("https://admin.shopify.com/store/demo/apps/simulated-key"),
  );
  app.get("/slow.html", (_request, response) => {
    // The CDN's address is cut in two, and the second half is sent only when the first has been read.
    response.type("html").write("ä<script src='https://cdn.shopi");
    app.once("continue", () => response.end("fy.com/x.js'></script>https://cdn.shopify"));
  });
  app.get("/continue", (_request, response) => {
    app.emit("continue");
    response.end();
  });
  app.get("/script.js", (_request, response) => {
    response
      .type("js")
      .set("ETag", '"1"')
      .send('import "https://cdn.shopify.com/shopifycloud/app-bridge.js";');
  });
  app.get(
    "/export.csv",
    (_request, response) => void response.type("csv").send("https://cdn.shopify.com/,1\n"),
  );
  app.post("/webhooks/orders", express.raw({ type: () => true }), (request, response) => {
    response.json({ host: request.headers.host, body: (request.body as Buffer).toString("hex") });
  });

  const server = http.createServer(app);
  server.on("upgrade", (request, socket) => {
    seen.push(`upgrade ${request.url}`);
    socket.write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\n");
    socket.pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    tokens,
    seen,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
