// What isn't counted, or not as everything else is, and why. What a shop has none of is not spoken of.
import type { ShopMeta } from "../warehouse/warehouse.server.ts";
import { formatValue } from "../kpis/format.ts";
import { formatDay } from "../kpis/period.ts";
import type { ReportedShop } from "./shop.server.ts";
import type { Detail } from "./views.ts";
import { countText, quantity, shareText } from "./wording.server.ts";

const OLDER: Partial<Record<ShopMeta["history"], string>> = {
  loading: "Older ones are still being read.",
  sixty_days:
    "Shopify doesn't let the app read older ones. Figures that need them stay blank, with the reason.",
  retention: "Older ones aren't kept here, by your retention setting on the Privacy page.",
};

/** What was counted in the shop's tables. */
export interface Counted {
  totals: { orders: number; derived: number; guests: number; test_orders: number; without_country: number };
  /** Movements of kinds that the app does not know, and orders in another currency. */
  unknown: { movements: number; total: number; foreign_orders: number };
  histories: { customers: number; known: number };
  /** Orders with such a line. */
  giftCards: number;
  tips: number;
}

export function uncounted(
  { totals, unknown, histories, giftCards, tips }: Counted,
  shop: ReportedShop,
): Detail[] {
  const { place, meta } = shop;
  const { locale } = place;
  const count = (value: number) => countText(value, locale);
  const share = (part: number, whole: number) => `${count(part)} (${shareText(part, whole, locale)})`;
  const partly = histories.customers - histories.known;
  const details: [count: number, detail: Detail][] = [
    [
      totals.guests,
      {
        label: "Guest orders",
        value: share(totals.guests, totals.orders),
        help: "Orders without a customer. They have a row of their own and are in no figure per customer.",
      },
    ],
    [
      totals.test_orders,
      {
        label: "Test orders",
        value: share(totals.test_orders, totals.orders),
        help: "Shopify marks them as tests. They are in no figure.",
      },
    ],
    [
      giftCards,
      {
        label: "Orders with gift cards",
        value: share(giftCards, totals.orders),
        help: "A gift card sold is no sale, and an order of nothing else is no order. What is bought with one counts.",
      },
    ],
    [
      tips,
      {
        label: "Orders with tips",
        value: share(tips, totals.orders),
        help: "Tips are no sales. The rest of the order counts.",
      },
    ],
    [
      unknown.foreign_orders,
      {
        label: "Orders in another currency",
        value: count(unknown.foreign_orders),
        help: `They are in no figure. Shopify tells their amounts in a currency that the shop no longer has; added to ${place.currency} they would be wrong.`,
      },
    ],
    [
      totals.without_country,
      {
        label: "Orders without a country",
        value: share(totals.without_country, totals.orders),
        help: "They count. Shopify names no country for them.",
      },
    ],
    [
      totals.derived,
      {
        label: "Orders whose refund dates are estimated",
        value: share(totals.derived, totals.orders),
        help: "Shopify gave no dated movements for them. They are built from their lines and refunds, as exactly as these allow.",
      },
    ],
    [
      unknown.movements,
      {
        label: "Amounts of a type the app doesn't know yet",
        value: `${quantity(unknown.movements, "amount", "amounts", locale)}, ${formatValue(unknown.total, "money", place)}`,
        help: "They count in total sales only.",
      },
    ],
    [
      partly,
      {
        label: "Customers whose orders aren't all here",
        value: share(partly, histories.customers),
        help: "Shopify counts another number of orders for them than are here.",
      },
    ],
  ];
  const older = OLDER[meta.history];
  return [
    ...(older === undefined ? [] : [{ label: "Older orders", value: historyText(shop), help: older }]),
    ...details.flatMap(([of, detail]) => (of === 0 ? [] : [detail])),
  ];
}

/** From when on there are orders here. */
export function historyText({ meta, place }: ReportedShop): string {
  const since = meta.loaded_from ? formatDay(meta.loaded_from, place.locale) : null;
  switch (meta.history) {
    case "complete":
      return "All orders ever";
    case "customers_hidden":
      return since
        ? `Orders since ${since}, new ones without customers`
        : "All orders ever, new ones without customers";
    case "sixty_days":
      return since ? `Orders since ${since}` : "Orders of the last 60 days";
    case "retention":
      return `Orders since ${since ?? "the first day that is kept"}`;
    default:
      return since ? `Complete from ${since} on` : "Not complete yet";
  }
}
