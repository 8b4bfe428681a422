// Stand-in for https://cdn.shopify.com/shopifycloud/app-bridge.js, run inside the app's frame before the app's own
// scripts. It never changes the document that the app is about to hydrate.
import type { Enveloped, FromApp, MenuItem, TitleAction, ToApp } from "./messages.ts";

declare const __SHELL_ORIGIN__: string;
declare const __APP_PATH__: string;

const SHELL = __SHELL_ORIGIN__;
const EMBEDDING = ["embedded", "shop", "host", "id_token", "locale", "timestamp", "hmac", "session"];
const query = new URLSearchParams(location.search);

// --- Configuration: given in the address of the first document, remembered for the ones that follow.
interface Config {
  apiKey: string;
  shop: string;
  host: string;
  locale: string;
}
const REMEMBERED = "simulated-app-bridge";
const remembered = JSON.parse(sessionStorage.getItem(REMEMBERED) ?? "{}") as Partial<Config>;
const config: Config = {
  apiKey:
    document.currentScript?.dataset.apiKey ??
    document.querySelector<HTMLMetaElement>("meta[name=shopify-api-key]")?.content ??
    remembered.apiKey ??
    "",
  shop: query.get("shop") ?? remembered.shop ?? "",
  host: query.get("host") ?? remembered.host ?? "",
  locale: query.get("locale") ?? remembered.locale ?? "en",
};
sessionStorage.setItem(REMEMBERED, JSON.stringify(config));
const store = `${SHELL}/store/${config.shop.replace(/\.myshopify\.com$/, "")}`;

// --- Messages to and from the admin around the frame.
const send = (message: FromApp) =>
  parent.postMessage({ simulatedAdmin: message } satisfies Enveloped<FromApp>, SHELL);
send({ type: "document" });
let calls = 0;
const waiting = new Map<number, (value: string) => void>();
const call = (make: (call: number) => FromApp) =>
  new Promise<string>((resolve) => {
    waiting.set(++calls, resolve);
    send(make(calls));
  });

let token = { text: "", until: 0 };
async function idToken(): Promise<string> {
  if (Date.now() < token.until) return token.text;
  const text = await call((call) => ({ type: "idToken", call }));
  const body = (text.split(".")[1] ?? "").replace(/-/g, "+").replace(/_/g, "/");
  token = { text, until: (JSON.parse(atob(body)) as { exp: number }).exp * 1000 - 5000 };
  return text;
}

// --- Addresses. shopify://admin/…, shopify:admin/… and https://admin.shopify.com/… are places in this admin.
const adminAddress = (url: string) =>
  url
    .replace(/^shopify:\/*admin\//i, `${store}/`)
    .replace(/^https:\/\/admin\.shopify\.com(?=\/|$)/, SHELL)
    .replace(/^https:\/\/([a-z0-9-]+)\.myshopify\.com\/admin(?=\/|$)/, `${SHELL}/store/$1`);

const nativeOpen = window.open.bind(window);
window.open = (url, target, features) => {
  if (url === undefined) return nativeOpen(url, target, features);
  const address = adminAddress(String(url));
  if (target !== "_top" && target !== "_parent") return nativeOpen(address, target, features);
  send({ type: "open", url: new URL(address, location.href).href });
  return null;
};
document.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("a[href]") : null;
  if (!link || event.button !== 0) return;
  const href = link.getAttribute("href") ?? "";
  const address = adminAddress(href);
  const outward = link.target === "_top" || link.target === "_parent";
  if (address === href && !outward) return;
  event.preventDefault();
  const newTab = link.target === "_blank" || event.ctrlKey || event.metaKey || event.shiftKey;
  if (newTab) nativeOpen(address, "_blank", "noopener");
  else send({ type: "open", url: new URL(address, location.href).href });
});

// --- fetch: the app's own addresses get a session token, renewed once when the app asks for a fresh one.
const nativeFetch = window.fetch.bind(window);
window.fetch = async (input, init) => {
  const address = input instanceof Request ? input.url : String(input);
  if (/^shopify:/i.test(address))
    throw new TypeError("The simulated admin has no direct Admin API for apps (shopify:admin/api).");
  if (new URL(address, location.href).origin !== location.origin) return nativeFetch(input, init);
  const request = new Request(input, init);
  const withToken = async () => {
    const copy = new Request(request.clone());
    if (!copy.headers.has("authorization")) copy.headers.set("authorization", `Bearer ${await idToken()}`);
    copy.headers.set("x-requested-with", "XMLHttpRequest");
    return nativeFetch(copy);
  };
  let response = await withToken();
  if (response.status === 401 && response.headers.has("x-shopify-retry-invalid-session-request")) {
    token.until = 0;
    response = await withToken();
  }
  const reauthorize = response.headers.get("x-shopify-api-request-failure-reauthorize-url");
  if (reauthorize) send({ type: "open", url: new URL(adminAddress(reauthorize), location.href).href });
  return response;
};

// --- The frame's address is shown, without the embedding parameters, as the admin's own.
function reportPath() {
  const url = new URL(location.href);
  for (const name of EMBEDDING) url.searchParams.delete(name);
  send({ type: "path", path: url.pathname + url.search + url.hash });
}
for (const method of ["pushState", "replaceState"] as const) {
  const native = history[method].bind(history);
  history[method] = (...state) => {
    native(...state);
    reportPath();
  };
}
addEventListener("popstate", reportPath);

// --- Menu and title: elements of the app that the admin draws.
const hidden = new CSSStyleSheet();
hidden.replaceSync("ui-nav-menu, s-app-nav, ui-title-bar, ui-save-bar { display: none }");
document.adoptedStyleSheets.push(hidden);

const menuLinks = () =>
  Array.from(document.querySelectorAll<HTMLElement>("ui-nav-menu a, s-app-nav a, s-app-nav s-link"));
const titleBar = () =>
  Array.from(document.querySelectorAll("ui-title-bar")).findLast((bar) => !bar.closest("ui-modal")) ?? null;
const titleControls = () =>
  Array.from(titleBar()?.querySelectorAll<HTMLButtonElement | HTMLAnchorElement>("button, a") ?? []);
const labelOf = (element: Element) => (element.textContent ?? "").trim();

let menuSent = "";
let titleSent = "";
function reportFurniture() {
  const items: MenuItem[] = menuLinks().map((link) => ({
    label: labelOf(link),
    href: link.getAttribute("href") ?? "/",
    home: link.getAttribute("rel") === "home",
  }));
  const actions: TitleAction[] = titleControls().map((control) => {
    const variant = control.getAttribute("variant");
    return {
      label: labelOf(control),
      kind: variant === "breadcrumb" || variant === "primary" ? variant : "plain",
      disabled: control.hasAttribute("disabled"),
    };
  });
  const title = titleBar()?.getAttribute("title") ?? (document.title || null);
  const menu = JSON.stringify(items);
  if (menu !== menuSent) send({ type: "menu", items });
  menuSent = menu;
  const titleText = JSON.stringify([title, actions]);
  if (titleText !== titleSent) send({ type: "title", title, actions });
  titleSent = titleText;
}
let scheduled = 0;
new MutationObserver(() => {
  cancelAnimationFrame(scheduled);
  scheduled = requestAnimationFrame(reportFurniture);
}).observe(document.documentElement, {
  subtree: true,
  childList: true,
  characterData: true,
  attributes: true,
  attributeFilter: ["title", "href", "rel", "disabled", "variant"],
});
document.addEventListener("DOMContentLoaded", () => {
  reportFurniture();
  reportPath();
});

function navigate(href: string) {
  const own = menuLinks().find((link) => link.getAttribute("href") === href);
  // The app's router listens on window for this event and reads the href of its target.
  const link = own ?? document.body.appendChild(Object.assign(document.createElement("a"), { href }));
  if (!own) link.setAttribute("href", href);
  link.dispatchEvent(new Event("shopify:navigate", { bubbles: true, cancelable: true }));
  if (!own) link.remove();
}

// --- Save bar: <ui-save-bar> by id, or any <form data-save-bar>.
class SaveBarElement extends HTMLElement {
  showing = false;
  get discardConfirmation() {
    return this.hasAttribute("discardconfirmation");
  }
  set discardConfirmation(on: boolean) {
    this.toggleAttribute("discardconfirmation", on);
  }
  private async turn(on: boolean) {
    if (this.showing === on) return;
    this.showing = on;
    saveBar = on
      ? { press: (which) => this.press(which), discardConfirmation: this.discardConfirmation }
      : null;
    send({ type: "saveBar", showing: on, discardConfirmation: this.discardConfirmation });
    this.dispatchEvent(new Event(on ? "show" : "hide"));
  }
  private press(which: "save" | "discard") {
    const buttons = Array.from(this.querySelectorAll("button"));
    const save = (button: HTMLButtonElement) => button.getAttribute("variant") === "primary";
    buttons.find((button) => save(button) === (which === "save"))?.click();
  }
  show = () => this.turn(true);
  hide = () => this.turn(false);
  toggle = () => this.turn(!this.showing);
  disconnectedCallback() {
    void this.hide();
  }
}
let saveBar: { press(which: "save" | "discard"): void; discardConfirmation: boolean } | null = null;

for (const type of ["input", "change"])
  document.addEventListener(type, (event) => {
    const form =
      event.target instanceof Element ? event.target.closest<HTMLFormElement>("form[data-save-bar]") : null;
    if (!form || saveBar) return;
    const discardConfirmation = form.hasAttribute("data-discard-confirmation");
    saveBar = {
      discardConfirmation,
      press: (which) => (which === "save" ? form.requestSubmit() : form.reset()),
    };
    send({ type: "saveBar", showing: true, discardConfirmation });
  });
for (const type of ["submit", "reset"])
  document.addEventListener(type, (event) => {
    if (!(event.target instanceof HTMLFormElement) || !event.target.hasAttribute("data-save-bar")) return;
    saveBar = null;
    send({ type: "saveBar", showing: false, discardConfirmation: false });
  });

customElements.define("ui-save-bar", SaveBarElement);

/** What modals (modal.ts) and save bars can do. */
interface Overlay extends Element {
  show(): Promise<void>;
  hide(): Promise<void>;
  toggle(): Promise<void>;
}
function overlay(id: string): Overlay {
  const found = document.getElementById(id);
  if (found && "toggle" in found) return found as Element as Overlay;
  throw new Error(`There is no modal or save bar with the id "${id}".`);
}

// --- Toast
const toasts = new Map<string, { onAction?: () => void; onDismiss?: () => void }>();

// --- What this admin does not have says so, instead of doing nothing.
const missing = (name: string): unknown =>
  new Proxy(() => undefined, {
    get: (_target, property) => (property === "then" ? undefined : missing(`${name}.${String(property)}`)),
    apply: () => Promise.reject(new Error(`The simulated admin does not have shopify.${name}.`)),
  });

const overlays = {
  show: async (id: string) => overlay(id).show(),
  hide: async (id: string) => overlay(id).hide(),
  toggle: async (id: string) => overlay(id).toggle(),
};
const simulated = {
  config,
  origin: SHELL,
  ready: Promise.resolve(),
  environment: { mobile: matchMedia("(max-width: 30rem)").matches, embedded: true, pos: false },
  idToken,
  loading: (on = true) => send({ type: "loading", on }),
  user: async () => ({}),
  toast: {
    show(
      message: string,
      options: {
        duration?: number;
        isError?: boolean;
        action?: string;
        onAction?: () => void;
        onDismiss?: () => void;
      } = {},
    ) {
      const id = `toast-${++calls}`;
      toasts.set(id, options);
      const { duration = 5000, isError = false, action = null } = options;
      send({ type: "toast", id, message, duration, isError, action });
      return id;
    },
    hide: (id: string) => send({ type: "toastHide", id }),
  },
  modal: overlays,
  scopes: {
    query: missing("scopes.query"),
    revoke: missing("scopes.revoke"),
    request: async (scopes: string[]) => ({
      result: await call((call) => ({ type: "requestScopes", call, scopes })),
    }),
  },
  saveBar: {
    ...overlays,
    /** Stays pending when the merchant chooses to stay. */
    leaveConfirmation: async () => {
      if (saveBar) await call((call) => ({ type: "confirmLeave", call }));
    },
  },
  webVitals: { onReport: async () => undefined },
};
const absent = ["resourcePicker", "picker", "scanner", "pos", "intents", "support", "reviews", "app"];
Object.defineProperty(window, "shopify", {
  configurable: true,
  value: Object.assign(Object.fromEntries(absent.map((name) => [name, missing(name)])), simulated),
});

addEventListener("message", (event: MessageEvent<Partial<Enveloped<ToApp>> | null>) => {
  const message = event.origin === SHELL ? event.data?.simulatedAdmin : undefined;
  if (!message) return;
  switch (message.type) {
    case "reply":
      waiting.get(message.call)?.(message.value);
      waiting.delete(message.call);
      break;
    case "navigate":
      navigate(message.href);
      break;
    case "titleAction":
      titleControls()[message.index]?.click();
      break;
    case "saveBar":
      saveBar?.press(message.pressed);
      break;
    case "toast": {
      const toast = toasts.get(message.id);
      toasts.delete(message.id);
      if (message.pressed === "action") toast?.onAction?.();
      else toast?.onDismiss?.();
    }
  }
});

if (parent === window) {
  // Opened outside the admin: the real one leads back into it.
  const url = new URL(location.href);
  for (const name of EMBEDDING) url.searchParams.delete(name);
  if (config.shop) location.replace(`${store}${__APP_PATH__}${url.pathname}${url.search}`);
}

// --- Bounce page: the app had no session token; come back to where it was with a fresh one.
const reload = query.get("shopify-reload");
if (reload) {
  const url = new URL(reload, location.href);
  if (url.origin === location.origin)
    void idToken().then((text) => {
      url.searchParams.set("id_token", text);
      location.replace(url);
    });
}
