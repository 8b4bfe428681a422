// The frame of every page of the simulated admin: top bar, store switcher, navigation, toasts, save bar.
import type { Shop } from "../shop.ts";
import { html, type Fragment, type Html } from "./html.ts";

export type Section = "app" | "orders" | "customers" | "simulator" | "none";

/** What the admin is about, the same for all of its pages. */
export interface Admin {
  appName: string;
  appHandle: string;
  shops: readonly Shop[];
}

export const storePath = (shop: Shop) => `/store/${shop.handle}`;
export const appPath = (admin: Admin, shop: Shop) => `${storePath(shop)}/apps/${admin.appHandle}`;

const ICONS = {
  orders: "M3 4h10l1 9H2L3 4Zm2 0a3 3 0 0 1 6 0",
  customers: "M8 8a3 3 0 1 0 0-6 3 3 0 0 0 0 6Zm-6 6c0-3 2.5-4.5 6-4.5s6 1.5 6 4.5",
  app: "M2 13V8m4 5V3m4 10V6m4 7v-3",
  simulator: "M6 2h4M7 2v4L3 13h10L9 6V2",
  menu: "M2 4h12M2 8h12M2 12h12",
  search: "M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9Zm3.5-1 3.5 3.5",
};
const icon = (name: keyof typeof ICONS) =>
  html`<svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"><path d="${ICONS[name]}" /></svg>`;

function storeSwitcher(admin: Admin, shop: Shop): Html {
  if (admin.shops.length < 2) return html`<span class="store">${shop.name}</span>`;
  return html`<details class="store">
    <summary aria-label="Store: ${shop.name}. Choose another">${shop.name}</summary>
    <ul>
      ${admin.shops.map(
        (other) =>
          html`<li>
            <a href="${appPath(admin, other)}" ${other === shop && html`aria-current="true"`}
              >${other.name}<small>${other.domain}</small></a
            >
          </li>`,
      )}
    </ul>
  </details>`;
}

/** A whole page. `appLink` is what the app's name leads to. */
export function layout(
  admin: Admin,
  shop: Shop,
  page: { title: string; section: Section; main: Fragment },
): string {
  const store = storePath(shop);
  const current = (section: Section) => page.section === section && html`aria-current="page"`;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${page.title} · ${shop.name} · Simulated admin</title>
        <link rel="icon" href="/_admin/icon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/_admin/admin.css" />
        <script src="/_admin/admin.js" defer></script>
      </head>
      <body class="${page.section === "app" ? "app" : "page"}">
        <header class="top">
          <button
            id="menu-button"
            type="button"
            aria-expanded="false"
            aria-controls="navigation"
            aria-label="Navigation"
          >
            ${icon("menu")}
          </button>
          <span class="brand">Simulated admin</span>
          <form class="search" role="search" action="${store}/search">
            <label
              >${icon("search")}<span class="hidden">Order number or customer id</span
              ><input name="q" type="search" placeholder="Order number or customer id" autocomplete="off"
            /></label>
          </form>
          ${storeSwitcher(admin, shop)}
        </header>
        <nav id="navigation" aria-label="Store">
          <ul>
            <li><a href="${store}/orders" ${current("orders")}>${icon("orders")}Orders</a></li>
            <li><a href="${store}/customers" ${current("customers")}>${icon("customers")}Customers</a></li>
          </ul>
          <h2>Apps</h2>
          <ul>
            <li>
              <a id="app-home" href="${appPath(admin, shop)}" ${current("app")}
                >${icon("app")}${admin.appName}</a
              >
              <ul id="app-menu"></ul>
            </li>
          </ul>
          <ul class="last">
            <li>
              <a href="${store}/simulator" ${current("simulator")}>${icon("simulator")}Simulated shop</a>
            </li>
            <li class="note">
              A simulation of Shopify on this machine. No shop, order or customer here is real.
            </li>
          </ul>
        </nav>
        <div id="veil"></div>
        <main>${page.main}</main>
        <div id="save-bar" role="region" aria-label="Unsaved changes" hidden>
          <span>Unsaved changes</span>
          <button id="discard" type="button" class="button">Discard</button>
          <button id="save" type="button" class="button primary">Save</button>
        </div>
        <div id="toasts" role="status"></div>
        <dialog id="confirmation" aria-labelledby="confirmation-question"></dialog>
      </body>
    </html>`.text;
}

/** The page that holds the app's frame. `src` is the frame's first address, `base` what precedes the app's paths here. */
export function appPage(
  admin: Admin,
  shop: Shop,
  frame: { src: string; base: string; home: string; homeQuery: string },
): string {
  return layout(admin, shop, {
    title: admin.appName,
    section: "app",
    main: html`<div class="title-bar">
        <span class="app-name">${icon("app")}${admin.appName}</span>
        <span id="page-title"></span>
        <span id="title-actions"></span>
      </div>
      <div id="progress" role="progressbar" aria-label="Loading"></div>
      <iframe
        id="app-frame"
        title="${admin.appName}"
        data-src="${frame.src}"
        data-base="${frame.base}"
        data-home="${frame.home}"
        data-home-query="${frame.homeQuery}"
        data-shop="${shop.name}"
        data-token="${storePath(shop)}/id_token"
        data-grant="${storePath(shop)}/grant"
        allow="clipboard-write"
      ></iframe>`,
  });
}
