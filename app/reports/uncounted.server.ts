// What isn't counted, or not as everything else is, and why. What a shop has none of is not spoken of.
import { sourceCoverage } from "../warehouse/coverage.ts";
import type { Coverage } from "../warehouse/warehouse.server.ts";
import { formatValue } from "../kpis/format.ts";
import { formatDay } from "../kpis/period.ts";
import { excludedWords } from "./exclusion.server.ts";
import type { ReportedShop } from "./shop.server.ts";
import type { Detail } from "./views.ts";
import { say } from "../words/words.server.ts";
import { countText, shareText } from "./wording.server.ts";

const OLDER: Partial<Record<Coverage["state"], "olderLoading" | "olderHidden" | "olderTrimmed">> = {
  loading: "olderLoading",
  sixty_days: "olderHidden",
  retention: "olderTrimmed",
};

/** What was counted in the shop's tables. */
export interface Counted {
  totals: Record<"orders" | "derived" | "guests" | "test_orders" | "excluded" | "without_country", number>;
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
  const share = (part: number, whole: number) =>
    say(place, "uncounted.share", { count: count(part), share: shareText(part, whole, locale) });
  const ofOrders = (part: number) => share(part, totals.orders);
  const partly = histories.customers - histories.known;
  const detail = (label: Said, value: string, help: Said) => ({
    label: say(place, `uncounted.${label}`),
    value,
    help: say(place, `uncounted.${help}`),
  });
  const excluding = excludedWords(place, meta);
  const details: [count: number, detail: Detail][] = [
    [
      excluding === null ? 0 : 1,
      {
        label: say(place, "exclusion.chosen"),
        value: ofOrders(totals.excluded),
        help: say(place, "exclusion.what", { what: excluding ?? "" }),
      },
    ],
    [totals.guests, detail("guests", ofOrders(totals.guests), "guestsHelp")],
    [totals.test_orders, detail("tests", ofOrders(totals.test_orders), "testsHelp")],
    [giftCards, detail("giftCards", ofOrders(giftCards), "giftCardsHelp")],
    [tips, detail("tips", ofOrders(tips), "tipsHelp")],
    [
      unknown.foreign_orders,
      {
        label: say(place, "uncounted.foreign"),
        value: count(unknown.foreign_orders),
        help: say(place, "uncounted.foreignHelp", { currency: place.currency }),
      },
    ],
    [totals.without_country, detail("noCountry", ofOrders(totals.without_country), "noCountryHelp")],
    [totals.derived, detail("estimated", ofOrders(totals.derived), "estimatedHelp")],
    [
      unknown.movements,
      detail(
        "unknown",
        say(place, "uncounted.unknownIs", {
          n: unknown.movements,
          sum: formatValue(unknown.total, "money", place),
        }),
        "unknownHelp",
      ),
    ],
    [partly, detail("partly", share(partly, histories.customers), "partlyHelp")],
  ];
  const older = OLDER[sourceCoverage(meta, "orders").state];
  return [
    ...(older === undefined ? [] : [detail("older", historyText(shop), older)]),
    ...details.flatMap(([of, each]) => (of === 0 ? [] : [each])),
  ];
}

/** What needs nothing to be said. */
type Said =
  | "older"
  | "olderLoading"
  | "olderHidden"
  | "olderTrimmed"
  | `${"guests" | "tests" | "giftCards" | "tips" | "noCountry" | "estimated" | "unknown" | "partly"}${"" | "Help"}`;

/** From when on there are orders here. */
export function historyText({ meta, place }: ReportedShop): string {
  const { state, from_day: from } = sourceCoverage(meta, "orders");
  const day = from === null ? null : formatDay(from, place.locale);
  switch (state) {
    case "complete":
      return say(place, "uncounted.allOrders");
    case "customers_hidden":
      return day === null
        ? say(place, "uncounted.allWithoutCustomers")
        : say(place, "uncounted.sinceWithoutCustomers", { day });
    case "sixty_days":
      return day === null ? say(place, "uncounted.lastSixtyDays") : say(place, "uncounted.since", { day });
    case "retention":
      return day === null ? say(place, "uncounted.sinceKept") : say(place, "uncounted.since", { day });
    default:
      return day === null
        ? say(place, "uncounted.notComplete")
        : say(place, "uncounted.completeFrom", { day });
  }
}
