// How the admin's own pages write money, instants, links and tables of one shop.
import type { Order } from "../model.ts";
import type { Shop } from "../shop.ts";
import { html, type Fragment, type Html } from "./html.ts";
import { storePath } from "./layout.ts";

/** Minor units of the shop's currency as people write them. */
export function money(shop: Shop, minor: number): string {
  const format = new Intl.NumberFormat("en", {
    style: "currency",
    currency: shop.currency,
    minimumFractionDigits: shop.decimals,
    maximumFractionDigits: shop.decimals,
  });
  return format.format(minor / 10 ** shop.decimals);
}

/** An instant in the shop's time zone. */
export function time(shop: Shop, instant: string | Date | null): string {
  if (instant === null) return "–";
  const format = new Intl.DateTimeFormat("en", {
    dateStyle: "medium",
    timeStyle: "short",
    timeZone: shop.timeZone,
  });
  return format.format(new Date(instant));
}

export const orderLink = (shop: Shop, order: Order): Html =>
  html`<a href="${storePath(shop)}/orders/${order.id}">${order.name}</a>`;
export const customerLink = (shop: Shop, id: number | null): Fragment =>
  id === null ? "No customer" : html`<a href="${storePath(shop)}/customers/${id}">${id}</a>`;

export const facts = (entries: readonly (readonly [string, Fragment])[]) =>
  html`<dl>
    ${entries.map(
      ([name, value]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;

export interface Column<T> {
  head: string;
  cell: (row: T) => Fragment;
  number?: boolean;
}
export function table<T>(label: string, rows: readonly T[], columns: readonly Column<T>[]): Html {
  if (rows.length === 0) return html`<p>None.</p>`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${label}">
    <table>
      <thead>
        <tr>
          ${columns.map((column) => html`<th scope="col" ${column.number && html`class="number"`}>${column.head}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              ${columns.map((column) => html`<td ${column.number && html`class="number"`}>${column.cell(row)}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

export const orderColumns = (shop: Shop): Column<Order>[] => [
  { head: "Order", cell: (order) => [orderLink(shop, order), badges(order)] },
  { head: "Placed", cell: (order) => time(shop, order.processedAt) },
  { head: "Customer", cell: (order) => customerLink(shop, order.customerId) },
  { head: "Channel", cell: (order) => order.channel.name },
  { head: "Items", cell: (order) => order.lines.reduce((sum, line) => sum + line.quantity, 0), number: true },
  { head: "Total when placed", cell: (order) => money(shop, shop.originalTotal(order)), number: true },
  { head: "Total now", cell: (order) => money(shop, shop.currentTotal(order)), number: true },
];

const badge = (text: string) => html` <span class="badge">${text}</span>`;
export const badges = (order: Order): Fragment => [
  order.cancelledAt !== null && badge("Cancelled"),
  order.test && badge("Test"),
];
