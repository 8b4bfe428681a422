// What the orders here say when all of them are counted, and what isn't counted, or not as everything else is.
export const trust = {
  completeTo: "Complete to",
  completeToHelp:
    "Every change in Shopify up to then is in the figures. Times are in the shop's time zone, {timeZone}.",
  ordersHere: "Orders here",
  notRead: "Not read",
  unread: "They are read with the next look for missed changes, unless Shopify refuses them to the app.",
  unreadScope: "The app may not read them: the permission {scope} is missing. Nothing else depends on it.",
  allDiffer:
    "{gaps, plural, one {# order differs} other {# orders differ}} from Shopify's totals, by {sum} in all as last read.",
  someDiffer:
    "{gaps, plural, one {# order differs} other {# orders differ}} from Shopify's totals, by {sum} in all as last read. {others, plural, one {# other order matches} other {# other orders match}}.",
  largestListed: "The {listed} largest of {all} are listed.",
} as const;

export const uncounted = {
  share: "{count} ({share})",
  older: "Orders that are not here",
  olderLoading: "Older ones are still being read.",
  olderHidden:
    "Shopify doesn't let the app read older ones. Figures that need them stay blank, with the reason.",
  olderTrimmed: "Older ones aren't kept here, by your retention setting on the Privacy page.",
  guests: "Guest orders",
  guestsHelp: "Orders without a customer. They have a row of their own and are in no figure per customer.",
  tests: "Test orders",
  testsHelp: "Shopify marks them as tests. They are in no figure.",
  giftCards: "Orders with gift cards",
  giftCardsHelp:
    "A gift card sold is no sale, and an order of nothing else is no order. What is bought with one counts.",
  tips: "Orders with tips",
  tipsHelp: "Tips are no sales. The rest of the order counts.",
  foreign: "Orders in another currency",
  foreignHelp:
    "They are in no figure. Shopify tells their amounts in a currency that the shop no longer has; added to {currency} they would be wrong.",
  noCountry: "Orders without a country",
  noCountryHelp: "They count. Shopify names no country for them.",
  estimated: "Orders whose refund dates are estimated",
  estimatedHelp:
    "Shopify gave no dated movements for them. They are built from their lines and refunds, as exactly as these allow.",
  unknown: "Amounts of a type the app doesn't know yet",
  unknownIs: "{n, plural, one {# amount} other {# amounts}}, {sum}",
  unknownHelp: "They count in total sales only.",
  partly: "Customers whose orders aren't all here",
  partlyHelp: "Shopify counts another number of orders for them than are here.",
  allOrders: "None",
  since: "Those before {day}",
  sinceWithoutCustomers: "Those before {day}; new ones are here without customers",
  allWithoutCustomers: "None; new ones are here without customers",
  lastSixtyDays: "Those older than 60 days",
  sinceKept: "Those before the first day that is kept",
  completeFrom: "Those before {day}, so far",
  notComplete: "Not known yet",
} as const;
