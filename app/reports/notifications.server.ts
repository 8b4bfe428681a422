// Shopify's notifications in the merchant's words: how they fared, and those the app could not follow.
import type { WebhookUpkeep } from "../sync/sync.server.ts";
import { instantOf } from "../warehouse/values.ts";
import type { Detail } from "./views.ts";
import { countText, momentText, quantity } from "./wording.server.ts";

export interface NotificationsView {
  details: readonly Detail[];
  unreadable: readonly {
    id: string;
    what: string;
    when: string;
    reason: string;
    /** Pages of the shop's admin. */
    links: readonly { to: string; text: string }[];
  }[];
  /** That there are more than are listed. */
  more: string | null;
}

interface Kind {
  what: string;
  /** The admin's pages of what its ids name; null where there is none (any more). */
  page: "orders" | "customers" | "products" | "checkouts" | null;
}

/** By topic, as shopify.app.toml writes it. */
export const KINDS: Readonly<Record<string, Kind>> = {
  "orders/create": { what: "Order placed", page: "orders" },
  "orders/updated": { what: "Order changed", page: "orders" },
  "orders/edited": { what: "Order edited", page: "orders" },
  "orders/cancelled": { what: "Order cancelled", page: "orders" },
  "orders/delete": { what: "Order deleted", page: null },
  "refunds/create": { what: "Refund", page: "orders" },
  "returns/cancel": { what: "Return cancelled", page: "orders" },
  "returns/close": { what: "Return closed", page: "orders" },
  "returns/reopen": { what: "Return reopened", page: "orders" },
  "customers/create": { what: "Customer created", page: "customers" },
  "customers/update": { what: "Customer changed", page: "customers" },
  "customers/delete": { what: "Customer deleted", page: null },
  "customers/merge": { what: "Customers merged", page: "customers" },
  "customers/purchasing_summary": { what: "Customer's orders counted anew", page: "customers" },
  "customer.tags_added": { what: "Customer tagged", page: "customers" },
  "customer.tags_removed": { what: "Customer's tag removed", page: "customers" },
  "customers_email_marketing_consent/update": { what: "E-mail consent changed", page: "customers" },
  "products/create": { what: "Product created", page: "products" },
  "products/update": { what: "Product changed", page: "products" },
  "products/delete": { what: "Product deleted", page: null },
  "checkouts/create": { what: "Checkout begun", page: "checkouts" },
  "checkouts/update": { what: "Abandoned checkout changed", page: "checkouts" },
  "checkouts/delete": { what: "Checkout deleted", page: null },
  "customers_marketing_consent/update": { what: "SMS consent changed", page: "customers" },
  "customers_whats_app_marketing_consent/update": { what: "WhatsApp consent changed", page: "customers" },
  "customer.joined_segment": { what: "Customer joined a segment", page: null },
  "customer.left_segment": { what: "Customer left a segment", page: null },
  "segments/create": { what: "Segment created", page: null },
  "segments/update": { what: "Segment changed", page: null },
  "segments/delete": { what: "Segment deleted", page: null },
  "inventory_items/create": { what: "Product variant created", page: null },
  "inventory_items/update": { what: "Product variant's cost or details changed", page: null },
  "inventory_items/delete": { what: "Product variant deleted", page: null },
  "inventory_levels/connect": { what: "Product stocked at a location", page: null },
  "inventory_levels/update": { what: "Stock changed", page: null },
  "inventory_levels/disconnect": { what: "Product no longer stocked at a location", page: null },
  "shop/update": { what: "Shop's settings changed", page: null },
  "bulk_operations/finish": { what: "Bulk operation finished", page: null },
};

export function notificationsView(
  { counts, unreadable, unreadableInAll, days, lateMinutes }: WebhookUpkeep,
  { locale, timeZone, now }: { locale: string; timeZone: string; now: Date },
): NotificationsView {
  const detail = (label: string, value: number, help: string | null): Detail => ({
    label,
    value: countText(value, locale),
    help,
  });
  return {
    details: [
      detail(`Notifications received, last ${days} days`, counts.received, "Each counted once."),
      detail(
        "Late",
        counts.late,
        `Of those received, came more than ${lateMinutes} minutes after the change.`,
      ),
      detail(
        "Repeated",
        counts.repeated,
        "Shopify may send a notification more than once. It changes nothing.",
      ),
      detail(
        "Missed by Shopify, found by the app",
        counts.repaired,
        "Changes of which no notification had come, found by asking.",
      ),
    ],
    unreadable: unreadable.map(({ id, topic, resourceIds, receivedAt, reason }) => {
      const { what, page } = KINDS[topic] ?? { what: topic, page: null };
      return {
        id,
        what,
        when: momentText(instantOf(receivedAt.toISOString()), now, { locale, timeZone }),
        reason,
        links:
          page === null ? [] : resourceIds.map((number) => ({ to: `${page}/${number}`, text: `${number}` })),
      };
    }),
    more:
      unreadableInAll > unreadable.length
        ? `The latest ${unreadable.length} of ${quantity(unreadableInAll, "change", "changes", locale)} are listed.`
        : null,
  };
}
