// Shopify's notifications in the merchant's words: how they fared, and those the app could not follow.
import type { WebhookUpkeep } from "../sync/sync.server.ts";
import { instantOf } from "../warehouse/values.ts";
import type { Detail } from "./views.ts";
import { failureText } from "../words/failure.server.ts";
import type { changes } from "../words/server/notifications.ts";
import { say } from "../words/words.server.ts";
import { countText, momentText } from "./wording.server.ts";

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
  what: keyof typeof changes;
  /** The admin's pages of what its ids name; null where there is none (any more). */
  page: "orders" | "customers" | "products" | "checkouts" | null;
}

/** By topic, as shopify.app.toml writes it. */
export const KINDS: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ["orders/create", { what: "ordersCreate", page: "orders" }],
  ["orders/updated", { what: "ordersUpdated", page: "orders" }],
  ["orders/edited", { what: "ordersEdited", page: "orders" }],
  ["orders/cancelled", { what: "ordersCancelled", page: "orders" }],
  ["orders/delete", { what: "ordersDelete", page: null }],
  ["refunds/create", { what: "refundsCreate", page: "orders" }],
  ["returns/cancel", { what: "returnsCancel", page: "orders" }],
  ["returns/close", { what: "returnsClose", page: "orders" }],
  ["returns/reopen", { what: "returnsReopen", page: "orders" }],
  ["customers/create", { what: "customersCreate", page: "customers" }],
  ["customers/update", { what: "customersUpdate", page: "customers" }],
  ["customers/delete", { what: "customersDelete", page: null }],
  ["customers/merge", { what: "customersMerge", page: "customers" }],
  ["customers/purchasing_summary", { what: "customersPurchasingSummary", page: "customers" }],
  ["customer.tags_added", { what: "customerTagsAdded", page: "customers" }],
  ["customer.tags_removed", { what: "customerTagsRemoved", page: "customers" }],
  [
    "customers_email_marketing_consent/update",
    { what: "customersEmailMarketingConsentUpdate", page: "customers" },
  ],
  ["products/create", { what: "productsCreate", page: "products" }],
  ["products/update", { what: "productsUpdate", page: "products" }],
  ["products/delete", { what: "productsDelete", page: null }],
  ["checkouts/create", { what: "checkoutsCreate", page: "checkouts" }],
  ["checkouts/update", { what: "checkoutsUpdate", page: "checkouts" }],
  ["checkouts/delete", { what: "checkoutsDelete", page: null }],
  ["customers_marketing_consent/update", { what: "customersMarketingConsentUpdate", page: "customers" }],
  [
    "customers_whats_app_marketing_consent/update",
    { what: "customersWhatsAppMarketingConsentUpdate", page: "customers" },
  ],
  ["customer.joined_segment", { what: "customerJoinedSegment", page: null }],
  ["customer.left_segment", { what: "customerLeftSegment", page: null }],
  ["segments/create", { what: "segmentsCreate", page: null }],
  ["segments/update", { what: "segmentsUpdate", page: null }],
  ["segments/delete", { what: "segmentsDelete", page: null }],
  ["inventory_items/create", { what: "inventoryItemsCreate", page: null }],
  ["inventory_items/update", { what: "inventoryItemsUpdate", page: null }],
  ["inventory_items/delete", { what: "inventoryItemsDelete", page: null }],
  ["inventory_levels/connect", { what: "inventoryLevelsConnect", page: null }],
  ["inventory_levels/update", { what: "inventoryLevelsUpdate", page: null }],
  ["inventory_levels/disconnect", { what: "inventoryLevelsDisconnect", page: null }],
  ["shop/update", { what: "shopUpdate", page: null }],
  ["bulk_operations/finish", { what: "bulkOperationsFinish", page: null }],
]);

export function notificationsView(
  { counts, unreadable, unreadableInAll, days, lateMinutes }: WebhookUpkeep,
  { locale, timeZone, now }: { locale: string; timeZone: string; now: Date },
): NotificationsView {
  const place = { locale };
  const detail = (label: string, value: number, help: string): Detail => ({
    label,
    value: countText(value, locale),
    help,
  });
  return {
    details: [
      detail(
        say(place, "notifications.received", { days: `${days}` }),
        counts.received,
        say(place, "notifications.receivedHelp"),
      ),
      detail(
        say(place, "notifications.late"),
        counts.late,
        say(place, "notifications.lateHelp", { minutes: `${lateMinutes}` }),
      ),
      detail(say(place, "notifications.repeated"), counts.repeated, say(place, "notifications.repeatedHelp")),
      detail(say(place, "notifications.missed"), counts.repaired, say(place, "notifications.missedHelp")),
    ],
    unreadable: unreadable.map(({ id, topic, resourceIds, receivedAt, reason }) => {
      const kind = KINDS.get(topic);
      const page = kind?.page ?? null;
      return {
        id,
        what: kind === undefined ? topic : say(place, `changes.${kind.what}`),
        when: momentText(instantOf(receivedAt.toISOString()), now, { locale, timeZone }),
        reason: reason === null ? "" : failureText(place, reason),
        links:
          page === null ? [] : resourceIds.map((number) => ({ to: `${page}/${number}`, text: `${number}` })),
      };
    }),
    more:
      unreadableInAll > unreadable.length
        ? say(place, "notifications.latestListed", { listed: `${unreadable.length}`, n: unreadableInAll })
        : null,
  };
}
