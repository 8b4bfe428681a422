// The admin around the app, on two ports of this machine: the admin itself, and the app's public origin behind it.
// Everything the browser loads comes from these two; nothing leaves localhost.
import { createHmac, randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { transformWithEsbuild } from "vite";
import { z } from "zod";
import type { SimulatedShopify } from "./server.ts";
import type { Shop } from "./shop.ts";
import { html, type Fragment } from "./shell/html.ts";
import { appPage, appPath, layout, storePath, type Admin, type Section } from "./shell/layout.ts";
import { listenLocally } from "./shell/listen.ts";
import { appProxy } from "./shell/proxy.ts";
import { customerPage, customersPage, orderPage, ordersPage } from "./shell/records.ts";
import { actionSchema, banner, perform, Refused, simulatorPage } from "./shell/simulator.ts";

export { PortInUse } from "./shell/listen.ts";

export interface AdminOptions {
  /** Port of the admin; the app's origin takes the next one. 0: two free ports. */
  port: number;
  /** The app's server, such as http://127.0.0.1:3000. */
  appTarget: string;
  shopify: SimulatedShopify;
  apiKey: string;
  apiSecret: string;
  /** Under which the admin lists the app, /store/<shop>/apps/<handle>. */
  appHandle?: string;
  appName?: string;
  /** The app's first page. */
  appHome?: string;
  /** The query with which the admin opens that page, as a bookmark would: from=2025-01-01&to=2025-12-31. */
  homeQuery?: string;
}

export interface RunningAdmin {
  /** http://localhost:<port> */
  url: string;
  /** http://localhost:<port + 1>: SHOPIFY_APP_URL of the app. */
  appUrl: string;
  /** Where the admin shows the app for a shop. */
  appPage(shop: Shop): string;
  stop(): Promise<void>;
}

/** Starts the admin. Throws PortInUse when another program has one of the two ports. */
export async function startAdmin(options: AdminOptions): Promise<RunningAdmin> {
  const {
    shopify,
    apiKey,
    appHandle = "segment-kpis",
    appName = "Segment KPIs",
    appHome = "/app",
    homeQuery = "",
  } = options;
  const places = { target: options.appTarget, app: "", shell: "" };
  const admin = (): Admin => ({ appName, appHandle, shops: Array.from(shopify.shops.values()) });

  const browserScript = async (name: string) => {
    const source = await readFile(new URL(`./shell/browser/${name}.ts`, import.meta.url), "utf8");
    const { code } = await transformWithEsbuild(source, `${name}.ts`, {
      format: "iife",
      target: "es2022",
      sourcemap: false,
      tsconfigRaw: { compilerOptions: { useDefineForClassFields: true } },
      define: {
        __SHELL_ORIGIN__: JSON.stringify(places.shell),
        __APP_PATH__: JSON.stringify(`/apps/${appHandle}`),
      },
    });
    return code;
  };
  const once = (make: () => Promise<string>) => {
    let made: Promise<string> | undefined;
    return () => (made ??= make());
  };
  const appBridge = once(async () =>
    (await Promise.all([browserScript("modal"), browserScript("app-bridge")])).join("\n"),
  );
  const files: Record<string, { type: string; text: () => Promise<string> }> = {
    "admin.js": { type: "text/javascript", text: once(() => browserScript("admin")) },
    "admin.css": {
      type: "text/css",
      text: once(() => readFile(new URL("./shell/admin.css", import.meta.url), "utf8")),
    },
    "icon.svg": { type: "image/svg+xml", text: () => Promise.resolve(ICON) },
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    // Another name that leads here (DNS rebinding) must not get session tokens.
    if (!/^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(request.headers.host ?? "")) {
      response.writeHead(421).end();
      return;
    }
    const url = new URL(request.url ?? "/", places.shell);
    const send = (status: number, type: string, body: string) => {
      response.writeHead(status, {
        "content-type": `${type}; charset=utf-8`,
        "cache-control": "no-store",
        "content-security-policy": `default-src 'self'; frame-src ${places.app}; frame-ancestors 'none'`,
      });
      response.end(body);
    };
    const redirect = (to: string) => void response.writeHead(302, { location: to }).end();

    const file = files[/^\/_admin\/([\w.]+)$/.exec(url.pathname)?.[1] ?? ""];
    if (file) return send(200, file.type, await file.text());

    const [, handleOfShop, place = ""] = /^\/store\/([\w-]+)(?:\/(.*))?$/.exec(url.pathname) ?? [];
    const shops = admin().shops;
    const shop = shops.find((candidate) => candidate.handle === handleOfShop);
    if (!shop) {
      const first = shops[0];
      if (url.pathname === "/" && first) return redirect(appPath(admin(), first));
      return send(404, "text/plain", "There is no such shop in this simulation.\n");
    }
    const page = (title: string, section: Section, main: Fragment, status = 200) =>
      send(status, "text/html", layout(admin(), shop, { title, section, main }));
    const missing = (what: string) =>
      page(
        "Not found",
        "none",
        html`<h1>Not found</h1>
          <p>${shop.name} has no ${what}.</p>`,
        404,
      );
    const before = Math.max(0, Number.parseInt(url.searchParams.get("before") ?? "0", 10) || 0);
    const [kind = "", rest = ""] = place.split(/\/(.*)/s);

    switch (kind) {
      case "":
        return redirect(appPath(admin(), shop));
      case "id_token":
        return send(200, "application/json", JSON.stringify({ token: shopify.sessionToken(shop.domain) }));
      case "grant": {
        if (request.method !== "POST" || request.headers.origin !== places.shell)
          return send(403, "text/plain", "Only from this admin.\n");
        const asked = (new URLSearchParams(await bodyOf(request)).get("scopes") ?? "").split(",");
        const scopes = [...new Set([...shopify.scopes(shop.domain), ...asked])];
        shopify.setScopes(shop.domain, scopes);
        return send(200, "application/json", JSON.stringify({ scopes }));
      }
      case "apps": {
        const [app = "", inside = ""] = rest.split(/\/(.*)/s);
        // Shopify accepts the client id in place of the handle.
        if (app === apiKey) return redirect(`${appPath(admin(), shop)}/${inside}${url.search}`);
        if (app !== appHandle) return missing(`app named ${app}`);
        const path = inside === "" ? appHome : `/${inside}`;
        const asked = inside === "" && url.search === "" ? new URLSearchParams(homeQuery) : url.searchParams;
        const src = places.app + path + embedding(shop, asked);
        const base = appPath(admin(), shop);
        return send(200, "text/html", appPage(admin(), shop, { src, base, home: appHome, homeQuery }));
      }
      case "orders": {
        if (rest === "") return page("Orders", "orders", ordersPage(shop, before));
        const order = shop.orders.get(Number(rest));
        if (!order) return missing(`order ${rest}`);
        return page(`Order ${order.name}`, "orders", [noticeOf(shop, url), orderPage(shop, order)]);
      }
      case "customers": {
        if (rest === "") return page("Customers", "customers", customersPage(shop, before));
        const customer = shop.customers.get(Number(rest));
        return customer
          ? page(`Customer ${customer.id}`, "customers", customerPage(shop, customer))
          : missing(`customer ${rest}`);
      }
      case "search": {
        const wanted = (url.searchParams.get("q") ?? "").trim();
        const order = Array.from(shop.orders.values()).find(
          ({ name, id }) => name.replace("#", "") === wanted.replace("#", "") || String(id) === wanted,
        );
        if (order) return redirect(`${storePath(shop)}/orders/${order.id}`);
        if (shop.customers.has(Number(wanted))) return redirect(`${storePath(shop)}/customers/${wanted}`);
        return missing(`order or customer ${wanted}`);
      }
      case "simulator": {
        if (request.method !== "POST")
          return page("Simulated shop", "simulator", simulatorPage(shop, shopify, noticeOf(shop, url)));
        // A page of another origin, the app's included, must not change the shop.
        if (request.headers.origin !== places.shell)
          return send(403, "text/plain", "Only from this admin.\n");
        return redirect(act(shop, new URLSearchParams(await bodyOf(request))));
      }
      default:
        return missing("such page");
    }
  };

  /** The parameters with which the admin opens an embedded app, signed as Shopify signs them. */
  function embedding(shop: Shop, given: URLSearchParams): string {
    const query = new URLSearchParams(given);
    const host = Buffer.from(`admin.shopify.com/store/${shop.handle}`).toString("base64").replace(/=+$/, "");
    const added = {
      embedded: "1",
      host,
      id_token: shopify.sessionToken(shop.domain),
      // The language of who is signed in: English unless the address says another.
      locale: given.get("locale") ?? "en",
      session: randomBytes(32).toString("hex"),
      shop: shop.domain,
      timestamp: String(Math.floor(Date.now() / 1000)),
    };
    for (const [name, value] of Object.entries(added)) query.set(name, value);
    query.sort();
    query.set("hmac", createHmac("sha256", options.apiSecret).update(query.toString()).digest("hex"));
    return `?${query}`;
  }

  const proxy = appProxy(() => places, appBridge);
  const shell = await listenLocally(options.port, handle);
  places.shell = `http://localhost:${shell.port}`;
  try {
    const app = await listenLocally(options.port === 0 ? 0 : options.port + 1, proxy.handle, proxy.upgrade);
    places.app = `http://localhost:${app.port}`;
    return {
      url: places.shell,
      appUrl: places.app,
      appPage: (shop) => places.shell + appPath(admin(), shop),
      stop: async () => void (await Promise.all([shell.close(), app.close()])),
    };
  } catch (error) {
    await shell.close();
    throw error;
  }
}

/** Does what a form of the simulator asks for; gives the address that shows it. */
function act(shop: Shop, form: URLSearchParams): string {
  const panel = `${storePath(shop)}/simulator`;
  const parsed = actionSchema.safeParse(Object.fromEntries(form));
  if (!parsed.success)
    return `${panel}?refused=${encodeURIComponent(parsed.error.issues.map((issue) => issue.message).join(" "))}`;
  try {
    const order = perform(shop, parsed.data);
    const to =
      "back" in parsed.data && parsed.data.back === "order" ? `${storePath(shop)}/orders/${order.id}` : panel;
    return `${to}?did=${parsed.data.action}&order=${order.id}`;
  } catch (error) {
    if (error instanceof Refused) return `${panel}?refused=${encodeURIComponent(error.message)}`;
    throw error;
  }
}

const didSchema = z.enum(["place", "refund", "cancel", "edit"]);

function noticeOf(shop: Shop, url: URL): Fragment {
  const refused = url.searchParams.get("refused");
  if (refused !== null) return banner(shop, { refused });
  const did = didSchema.safeParse(url.searchParams.get("did"));
  const order = shop.orders.get(Number(url.searchParams.get("order")));
  return did.success && order ? banner(shop, { action: did.data, order }) : null;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += chunk;
  return text;
}

const ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#1a1a1a"/><path d="M3 12V8m3.3 4V5m3.4 7V7m3.3 5V3.5" stroke="#fff" stroke-width="1.6" stroke-linecap="round"/></svg>';
