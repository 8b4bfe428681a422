// The admin around the app's frame: answers App Bridge, draws menu, title, toasts and save bar, keeps the address.
import type { Enveloped, FromApp, MenuItem, TitleAction, ToApp } from "./messages.ts";

const find = <T extends HTMLElement>(id: string): T | null => document.getElementById(id) as T | null;
const element = (tag: string, text: string, className = "") =>
  Object.assign(document.createElement(tag), { textContent: text, className });
const button = (text: string, className: string, onclick: () => void) =>
  Object.assign(document.createElement("button"), { type: "button", textContent: text, className, onclick });

// --- On a narrow screen the navigation opens by a button.
const menuButton = find<HTMLButtonElement>("menu-button");
menuButton?.addEventListener("click", () =>
  showNavigation(menuButton.getAttribute("aria-expanded") !== "true"),
);
function showNavigation(open: boolean) {
  menuButton?.setAttribute("aria-expanded", String(open));
  document.body.classList.toggle("navigation-open", open);
}
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || menuButton?.getAttribute("aria-expanded") !== "true") return;
  showNavigation(false);
  menuButton.focus();
});
find("veil")?.addEventListener("click", () => showNavigation(false));

const frame = find<HTMLIFrameElement>("app-frame");
if (frame) runApp(frame);

function runApp(frame: HTMLIFrameElement) {
  const appOrigin = new URL(frame.dataset.src ?? "").origin;
  const base = frame.dataset.base ?? "";
  const name = frame.title;
  const shop = frame.dataset.shop ?? "";
  const send = (message: ToApp) =>
    frame.contentWindow?.postMessage({ simulatedAdmin: message } satisfies Enveloped<ToApp>, appOrigin);

  // --- Menu
  const home = find<HTMLAnchorElement>("app-home");
  const menu = find("app-menu");
  let items: MenuItem[] = [];
  let path = location.pathname.slice(base.length) || "/";
  const go = (href: string) =>
    confirmLeave(() => {
      showNavigation(false);
      send({ type: "navigate", href });
    });
  function follow(link: HTMLAnchorElement, href: string) {
    link.href = base + href;
    link.onclick = (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
      event.preventDefault();
      go(href);
    };
  }
  function drawMenu() {
    const homeHref = items.find((item) => item.home)?.href ?? frame.dataset.home ?? "/";
    const query = frame.dataset.homeQuery ?? "";
    if (home) follow(home, query ? `${homeHref}${homeHref.includes("?") ? "&" : "?"}${query}` : homeHref);
    const listed = items.filter((item) => !item.home);
    const at = new URL(path, appOrigin).pathname;
    const covers = (item: MenuItem) => at === item.href || at.startsWith(`${item.href}/`);
    const current = listed.filter(covers).sort((a, b) => b.href.length - a.href.length)[0];
    menu?.replaceChildren(
      ...listed.map((item) => {
        const link = Object.assign(document.createElement("a"), { textContent: item.label });
        follow(link, item.href);
        if (item === current) link.setAttribute("aria-current", "page");
        const row = document.createElement("li");
        row.append(link);
        return row;
      }),
    );
    if (current) home?.removeAttribute("aria-current");
    else home?.setAttribute("aria-current", "page");
  }

  // --- Title bar
  function drawTitle(title: string | null, actions: TitleAction[]) {
    const shown = title && title !== name ? title : null;
    document.title = [shown, name, shop, "Simulated admin"].filter(Boolean).join(" · ");
    find("page-title")?.replaceChildren(shown ?? "");
    const buttons = actions.map((action, index) =>
      Object.assign(
        button(action.label, `button ${action.kind}`, () => send({ type: "titleAction", index })),
        { disabled: action.disabled },
      ),
    );
    find("title-actions")?.replaceChildren(...buttons);
  }

  // --- Toasts
  const toasts = new Map<string, { box: HTMLElement; timer: number }>();
  function hideToast(id: string, pressed: "action" | "dismiss" | null) {
    const toast = toasts.get(id);
    if (!toast) return;
    toasts.delete(id);
    clearTimeout(toast.timer);
    toast.box.remove();
    if (pressed) send({ type: "toast", id, pressed });
  }
  function showToast(toast: Extract<FromApp, { type: "toast" }>) {
    const box = element("div", "", toast.isError ? "toast error" : "toast");
    box.append(element("span", toast.message));
    if (toast.action) box.append(button(toast.action, "link", () => hideToast(toast.id, "action")));
    const dismiss = button("×", "link", () => hideToast(toast.id, "dismiss"));
    dismiss.setAttribute("aria-label", "Dismiss");
    box.append(dismiss);
    const timer = window.setTimeout(() => hideToast(toast.id, "dismiss"), toast.duration);
    toasts.set(toast.id, { box, timer });
    find("toasts")?.append(box);
  }

  // --- Save bar, and what guards it
  let unsaved = false;
  let discardConfirmation = false;
  const bar = find("save-bar");
  function drawSaveBar(showing: boolean, confirm: boolean) {
    unsaved = showing;
    discardConfirmation = confirm;
    if (bar) bar.hidden = !showing;
  }
  find("save")?.addEventListener("click", () => send({ type: "saveBar", pressed: "save" }));
  find("discard")?.addEventListener("click", () => {
    const discard = () => send({ type: "saveBar", pressed: "discard" });
    if (discardConfirmation) ask("Discard all unsaved changes?", "Discard changes", "Keep editing", discard);
    else discard();
  });
  function ask(question: string, yes: string, no: string, then: () => void) {
    const dialog = find<HTMLDialogElement>("confirmation");
    if (!dialog) return;
    const close = (act?: () => void) => {
      dialog.close();
      act?.();
    };
    dialog.replaceChildren(
      Object.assign(element("h2", question), { id: "confirmation-question" }),
      element("p", "The changes on this page are not saved."),
      button(no, "button", () => close()),
      button(yes, "button primary", () => close(then)),
    );
    dialog.showModal();
  }
  function confirmLeave(then: () => void) {
    if (!unsaved) return then();
    ask("Leave page with unsaved changes?", "Leave page", "Stay", () => {
      drawSaveBar(false, false);
      then();
    });
  }
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    if (!unsaved || !link || event.defaultPrevented) return;
    event.preventDefault();
    confirmLeave(() => location.assign(link.href));
  });
  addEventListener("beforeunload", (event) => {
    if (unsaved) event.preventDefault();
  });

  /** As the admin does: what the app asks for, and the merchant's word on it. */
  function requestScopes(call: number, scopes: string[]) {
    const dialog = find<HTMLDialogElement>("confirmation");
    if (!dialog) return;
    let granted = false;
    const grant = async () => {
      const body = new URLSearchParams({ scopes: scopes.join(",") });
      granted = (await fetch(frame.dataset.grant ?? "", { method: "POST", body })).ok;
      dialog.close();
    };
    dialog.replaceChildren(
      Object.assign(element("h2", `${name} asks for more access`), { id: "confirmation-question" }),
      element("p", scopes.join(", ")),
      button("Cancel", "button", () => dialog.close()),
      button("Update access", "button primary", () => void grant()),
    );
    const reply = () => send({ type: "reply", call, value: granted ? "granted-all" : "declined-all" });
    dialog.addEventListener("close", reply, { once: true });
    dialog.showModal();
  }

  async function idToken(call: number) {
    const response = await fetch(frame.dataset.token ?? "").catch(() => null);
    // While the line is down nobody has a token: it is asked for again when the line is back.
    if (response === null) return addEventListener("online", () => void idToken(call), { once: true });
    const { token } = (await response.json()) as { token: string };
    send({ type: "reply", call, value: token });
  }

  addEventListener("message", (event: MessageEvent<Partial<Enveloped<FromApp>> | null>) => {
    const trusted = event.origin === appOrigin && event.source === frame.contentWindow;
    const message = trusted ? event.data?.simulatedAdmin : undefined;
    if (!message) return;
    switch (message.type) {
      case "document":
        // Unsaved changes went with the document that held them.
        return drawSaveBar(false, false);
      case "idToken":
        return void idToken(message.call);
      case "requestScopes":
        return requestScopes(message.call, message.scopes);
      case "confirmLeave":
        return confirmLeave(() => send({ type: "reply", call: message.call, value: "" }));
      case "menu":
        items = message.items;
        return drawMenu();
      case "title":
        return drawTitle(message.title, message.actions);
      case "path":
        path = message.path;
        // The frame's own history already has the entry; a second one would break the back button.
        history.replaceState(null, "", base + message.path);
        return drawMenu();
      case "open": {
        const url = new URL(message.url);
        if (url.protocol === "https:" || url.protocol === "http:")
          confirmLeave(() => {
            unsaved = false;
            location.assign(url);
          });
        return;
      }
      case "loading":
        return void find("progress")?.toggleAttribute("hidden", !message.on);
      case "toast":
        return showToast(message);
      case "toastHide":
        return hideToast(message.id, null);
      case "saveBar":
        return drawSaveBar(message.showing, message.discardConfirmation);
    }
  });
  frame.addEventListener("load", () => find("progress")?.setAttribute("hidden", ""));
  drawMenu();
  // The app speaks as soon as its document begins. Loaded by the page's own HTML, it was sometimes faster than this
  // script, and its menu or its question for a token had no listener.
  frame.src = frame.dataset.src ?? "";
}
