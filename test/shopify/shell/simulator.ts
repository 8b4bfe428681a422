// The "Simulated shop" panel: what a merchant's customers and staff would do, by buttons. Each changes the shop itself,
// so that its webhooks go out as they would.
import { z } from "zod";
import type { Order } from "../model.ts";
import type { SimulatedShopify } from "../server.ts";
import type { Shop } from "../shop.ts";
import { customerLink, money, orderLink, table, time } from "./cells.ts";
import { html, type Fragment, type Html } from "./html.ts";
import { storePath } from "./layout.ts";

const id = z.coerce.number().int().positive();
const back = z.enum(["panel", "order"]).default("panel");
/** The panel's forms. `who` is a random, a new or a given customer, or a guest. */
export const actionSchema = z.discriminatedUnion("action", [
  z.object({
    action: z.literal("place"),
    who: z.enum(["random", "new", "given", "guest"]),
    customer: z.string().trim().optional(),
    items: z.coerce.number().int().min(1).max(99),
  }),
  z.object({ action: z.literal("refund"), order: id, back }),
  z.object({ action: z.literal("cancel"), order: id, back }),
  z.object({ action: z.literal("edit"), order: id, back }),
]);
export type Action = z.infer<typeof actionSchema>;

/** What the panel refuses, in words for its page. */
export class Refused extends Error {}

const pick = <T>(values: readonly T[]): T | undefined => values[Math.floor(Math.random() * values.length)];

function anyVariant(shop: Shop): number {
  const variant =
    pick(Array.from(shop.variants.values())) ??
    shop.addVariant({ title: "Sample", price: 20 * 10 ** shop.decimals });
  return variant.id;
}

function buyer(shop: Shop, action: Extract<Action, { action: "place" }>): number | null {
  switch (action.who) {
    case "guest":
      return null;
    case "new":
      return shop.createCustomer({ country: pick(Array.from(shop.customers.values()))?.country ?? "DE" }).id;
    case "random":
      return pick(Array.from(shop.customers.keys())) ?? shop.createCustomer().id;
    case "given": {
      const known = Number(/\d+$/.exec(action.customer ?? "")?.[0]);
      if (!shop.customers.has(known))
        throw new Refused(`There is no customer ${action.customer || "without an id"}.`);
      return known;
    }
  }
}

function existing(shop: Shop, order: number): Order {
  const found = shop.orders.get(order);
  if (!found) throw new Refused(`There is no order ${order}.`);
  if (found.cancelledAt !== null)
    throw new Refused(`Order ${found.name} is cancelled; nothing more can happen to it.`);
  return found;
}

/** Does it, and returns the order it was done to. Throws Refused. */
export function perform(shop: Shop, action: Action): Order {
  try {
    switch (action.action) {
      case "place": {
        const customerId = buyer(shop, action);
        const country = customerId === null ? "DE" : (shop.customers.get(customerId)?.country ?? "DE");
        const lines = [{ variantId: anyVariant(shop), quantity: action.items }];
        return shop.placeOrder({ customerId, lines, shippingCountry: country });
      }
      case "refund": {
        const order = existing(shop, action.order);
        const left = order.lines.filter((line) => line.currentQuantity > 0);
        shop.refund(order.id, {
          lines: left.map((line) => ({ lineItemId: line.id, quantity: line.currentQuantity })),
        });
        return order;
      }
      case "cancel":
        return shop.cancelOrder(existing(shop, action.order).id);
      case "edit":
        return shop.editOrder(existing(shop, action.order).id, {
          add: [{ variantId: anyVariant(shop), quantity: 1 }],
        });
    }
  } catch (error) {
    // The shop says in a RangeError what cannot be done to an order.
    if (error instanceof RangeError) throw new Refused(error.message);
    throw error;
  }
}

/** Sentences for the page after the action. */
export const DONE: Record<Action["action"], string> = {
  place: "The order was placed.",
  refund: "All items were refunded.",
  cancel: "The order was cancelled.",
  edit: "One item was added.",
};

/** Buttons for one order; afterwards one is led back to the panel or to the order's page. */
export function orderActions(shop: Shop, order: Order, returnTo: z.infer<typeof back>): Html {
  if (order.cancelledAt !== null) return html`<span>Cancelled</span>`;
  const act = (action: Action["action"], label: string, disabled = false) =>
    html`<form method="post" action="${storePath(shop)}/simulator">
      <input type="hidden" name="order" value="${order.id}" /><input
        type="hidden"
        name="back"
        value="${returnTo}"
      />
      <button
        class="button"
        name="action"
        value="${action}"
        aria-label="${label} in order ${order.name}"
        ${disabled && html`disabled`}
      >
        ${label}
      </button>
    </form>`;
  const nothingLeft = !order.lines.some((line) => line.currentQuantity > 0);
  return html`<div class="actions">
    ${act("refund", "Refund all items", nothingLeft)}${act("edit", "Add an item")}${act("cancel", "Cancel")}
  </div>`;
}

export function banner(
  shop: Shop,
  did: { action: Action["action"]; order: Order } | { refused: string } | null,
): Fragment {
  if (did === null) return null;
  if ("refused" in did) return html`<div class="banner error" role="alert">${did.refused}</div>`;
  return html`<div class="banner" role="status">
    ${DONE[did.action]} ${orderLink(shop, did.order)}, now ${money(shop, shop.currentTotal(did.order))},
    customer: ${customerLink(shop, did.order.customerId)}. Its webhooks are on their way to the app.
  </div>`;
}

export function simulatorPage(shop: Shop, shopify: SimulatedShopify, notice: Fragment): Html {
  const recent = Array.from(shop.orders.values()).slice(-8).reverse();
  const deliveries = shopify.webhooks.deliveries
    .filter((delivery) => delivery.shop === shop.domain)
    .slice(-10)
    .reverse();
  const who = (value: string, label: Fragment, checked = false) =>
    html`<label class="choice"
      ><input type="radio" name="who" value="${value}" ${checked && html`checked`} />${label}</label
    >`;
  return html`<h1>Simulated shop</h1>
    ${notice}
    <p>
      This is not Shopify. ${shop.name} (${shop.domain}) lives in this program's memory, and what you do here
      reaches the app as Shopify's webhooks would.
    </p>
    <form class="card" method="post" action="${storePath(shop)}/simulator">
      <h2>Place an order</h2>
      <fieldset>
        <legend>Customer</legend>
        ${who("random", "A customer of the shop, at random", true)}${who("new", "A new customer")}
        <div class="choice">
          ${who("given", "This customer:")}<input
            name="customer"
            inputmode="numeric"
            aria-label="Customer id"
            placeholder="Customer id"
          />
        </div>
        ${who("guest", "Nobody: a guest order")}
      </fieldset>
      <label class="field"
        ><span>Number of items</span><input name="items" type="number" min="1" max="99" value="1" required
      /></label>
      <button class="button primary" name="action" value="place">Place order</button>
    </form>
    <div class="card">
      <h2>Newest orders</h2>
      ${table("Newest orders", recent, [
        { head: "Order", cell: (order) => orderLink(shop, order) },
        { head: "Placed", cell: (order) => time(shop, order.processedAt) },
        { head: "Customer", cell: (order) => customerLink(shop, order.customerId) },
        { head: "Total now", cell: (order) => money(shop, shop.currentTotal(order)), number: true },
        { head: "Change", cell: (order) => orderActions(shop, order, "panel") },
      ])}
    </div>
    <div class="card">
      <h2>Webhooks sent</h2>
      ${table("Webhooks sent", deliveries, [
        { head: "Topic", cell: (delivery) => delivery.topic },
        { head: "First sent", cell: ({ attempts }) => time(shop, attempts[0]?.at ?? null) },
        { head: "Attempts", cell: ({ attempts }) => attempts.length, number: true },
        { head: "Answer", cell: ({ attempts }) => attempts.at(-1)?.status ?? "none", number: true },
        { head: "State", cell: ({ state }) => state },
      ])}
    </div>`;
}
