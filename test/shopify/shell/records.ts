// The shop's own records as the admin shows them, so that links from the app lead somewhere: orders and customers.
import type { Agreement, Customer, Order, Sale } from "../model.ts";
import type { Shop } from "../shop.ts";
import { badges, customerLink, facts, money, orderColumns, table, time, type Column } from "./cells.ts";
import { html, type Html } from "./html.ts";
import { storePath } from "./layout.ts";
import { orderActions } from "./simulator.ts";

const PAGE = 50;

/** Newest first. `before` is how many of the newest to leave out. */
function newest<T>(rows: Map<number, T>, before: number): T[] {
  return Array.from(rows.values())
    .reverse()
    .slice(before, before + PAGE);
}

function pager(path: string, before: number, total: number): Html {
  const page = (label: string, from: number) => html`<a href="${path}?before=${from}">${label}</a> `;
  const last = Math.min(before + PAGE, total);
  return html`<p>
    ${total === 0 ? "" : `${before + 1}–${last} of ${total.toLocaleString("en")} `}
    ${before > 0 && page("Newer", Math.max(0, before - PAGE))}${last < total && page("Older", last)}
  </p>`;
}

export function ordersPage(shop: Shop, before: number): Html {
  return html`<h1>Orders</h1>
    <div class="card">${table("Orders", newest(shop.orders, before), orderColumns(shop))}</div>
    ${pager(`${storePath(shop)}/orders`, before, shop.orders.size)}`;
}

export function customersPage(shop: Shop, before: number): Html {
  const columns: Column<Customer>[] = [
    { head: "Customer", cell: (customer) => customerLink(shop, customer.id) },
    { head: "Created", cell: (customer) => time(shop, customer.createdAt) },
    { head: "Country", cell: (customer) => customer.country ?? "–" },
    { head: "Orders", cell: (customer) => customer.numberOfOrders, number: true },
    { head: "Spent", cell: (customer) => money(shop, customer.amountSpent), number: true },
  ];
  return html`<h1>Customers</h1>
    <div class="card">${table("Customers", newest(shop.customers, before), columns)}</div>
    ${pager(`${storePath(shop)}/customers`, before, shop.customers.size)}`;
}

export function customerPage(shop: Shop, customer: Customer): Html {
  const orders = shop.customerOrders(customer.id).toReversed();
  return html`<h1>Customer ${customer.id}</h1>
    <div class="card">
      ${facts([
        ["Created", time(shop, customer.createdAt)],
        ["Updated", time(shop, customer.updatedAt)],
        ["Country", customer.country ?? "–"],
        ["Tags", customer.tags.join(", ") || "–"],
        ["E-mail marketing", customer.emailMarketing],
        ["Orders, lifetime", customer.numberOfOrders],
        ["Amount spent, lifetime", money(shop, customer.amountSpent)],
      ])}
    </div>
    <div class="card">
      <h2>Orders</h2>
      ${table("Orders of this customer", orders, orderColumns(shop))}
    </div>`;
}

export function orderPage(shop: Shop, order: Order): Html {
  const ledger = order.agreements.flatMap((agreement) =>
    agreement.sales.map((sale): { agreement: Agreement; sale: Sale } => ({ agreement, sale })),
  );
  const amount = (head: string, of: (sale: Sale) => number): Column<{ sale: Sale }> => ({
    head,
    cell: ({ sale }) => money(shop, of(sale)),
    number: true,
  });
  return html`<h1>Order ${order.name}${badges(order)}</h1>
    <div class="card">
      ${facts([
        ["Id", order.id],
        ["Customer", customerLink(shop, order.customerId)],
        ["Placed", time(shop, order.processedAt)],
        ["Created", time(shop, order.createdAt)],
        ["Updated", time(shop, order.updatedAt)],
        ["Cancelled", time(shop, order.cancelledAt)],
        ["Channel", order.channel.name],
        ["Ships to", order.shippingCountry ?? "–"],
        ["Total when placed", money(shop, shop.originalTotal(order))],
        ["Total now", money(shop, shop.currentTotal(order))],
      ])}
    </div>
    <div class="card">
      <h2>Change this order</h2>
      ${orderActions(shop, order, "order")}
    </div>
    <div class="card">
      <h2>Items</h2>
      ${table("Items", order.lines, [
        { head: "Item", cell: (line) => line.title },
        { head: "SKU", cell: (line) => line.sku ?? "–" },
        { head: "Ordered", cell: (line) => line.quantity, number: true },
        { head: "Now", cell: (line) => line.currentQuantity, number: true },
        { head: "Price", cell: (line) => money(shop, line.unitPrice), number: true },
        { head: "Discount", cell: (line) => money(shop, line.discount), number: true },
        { head: "Tax", cell: (line) => money(shop, line.tax), number: true },
      ])}
    </div>
    <div class="card">
      <h2>Ledger</h2>
      ${table("Ledger", ledger, [
        { head: "Happened", cell: ({ agreement }) => time(shop, agreement.happenedAt) },
        { head: "Reason", cell: ({ agreement }) => agreement.reason },
        { head: "Movement", cell: ({ sale }) => sale.action },
        { head: "Line", cell: ({ sale }) => sale.line },
        { head: "Quantity", cell: ({ sale }) => sale.quantity ?? "–", number: true },
        amount("Discount", (sale) => sale.discountBeforeTax),
        amount("Tax", (sale) => sale.tax),
        amount("Total", (sale) => sale.total),
      ])}
    </div>`;
}
