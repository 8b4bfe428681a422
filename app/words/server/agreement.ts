// Whether the figures are Shopify's, no further than it is known.
export const agreement = {
  noFigures: "There are no figures yet.",
  aboutToArrive: "Your orders are about to arrive.",
  notAllRead: "Not all of your orders have been read.",
  stillRead: "Your orders are still being read.",
  mayLack: "Your figures may lack the latest changes.",
  completeUpTo: "Your figures are complete only up to {moment} ({clock}).",
  noCustomers: "New orders don't say who placed them.",
  olderNotFollowed: "Changes to orders older than 60 days aren't followed.",
  noProducts: "New orders don't say what was bought.",
  customersComing: "Not all orders say yet who placed them.",
  notFollowed: "{n, plural, one {# change in Shopify} other {# changes in Shopify}} couldn't be followed.",
  ordersDiffer: "{n, plural, one {# order differs} other {# orders differ}} from Shopify's totals.",
  uncorrected:
    "The last check left {n, plural, one {# difference uncorrected} other {# differences uncorrected}}.",
  monthsDiffer:
    "{n, plural, one {# month differs} other {# months differ}} from Shopify's figures without an explanation.",
  notFinished: "The last check against Shopify didn't finish.",
  matchedThen: "Your figures matched Shopify when they were last checked.",
  beingChecked: "Your figures are being checked against Shopify.",
  uncheckedSinceAnew: "Your figures haven't been checked against Shopify since all orders were read anew.",
  uncheckedLately: "Your figures haven't been checked against Shopify in the last 90 days.",
  uncheckedYet: "Your figures haven't been checked against Shopify yet.",
  noOrders: "Shopify shows the app no orders, and there are none here.",
  matches: "Your figures match Shopify.",
  matchesShown: "Your figures match Shopify for the orders it shows the app.",
  matchesKept: "Your figures match Shopify for the orders you keep here.",
  matchesBut: "Your figures match Shopify, but for differences with a known reason.",
  matchesShownBut:
    "Your figures match Shopify for the orders it shows the app, but for differences with a known reason.",
  matchesKeptBut:
    "Your figures match Shopify for the orders you keep here, but for differences with a known reason.",
  matchesExcluding: "Your orders match Shopify; your figures leave some of them out by your choice.",
  matchesShownExcluding:
    "Your orders match Shopify as far as it shows them; your figures leave some of them out by your choice.",
  matchesKeptExcluding:
    "The orders you keep here match Shopify; your figures leave some of them out by your choice.",
  matchesButExcluding:
    "Your orders match Shopify, but for differences with a known reason; your figures leave some of them out by your choice.",
  matchesShownButExcluding:
    "Your orders match Shopify as far as it shows them, but for differences with a known reason; your figures leave some of them out by your choice.",
  matchesKeptButExcluding:
    "The orders you keep here match Shopify, but for differences with a known reason; your figures leave some of them out by your choice.",
  holds:
    "{orders, plural, one {# order} other {# orders}}, {customers, plural, one {# customer} other {# customers}}.",
  proofToTheCent:
    "{n, plural, one {The one order here adds up} other {All # orders add up}} to Shopify's totals to the cent, both when placed and as last read.",
  proofExactly:
    "{n, plural, one {The one order here adds up} other {All # orders add up}} to Shopify's totals exactly, both when placed and as last read.",
  lastChecked: "Last checked {moment}: {result}",
  finished: "Check finished: {result}",
  finishedMonths:
    "Check finished: {result} {n, plural, one {# month differs} other {# months differ}} without an explanation.",
  checking: "A check compares every order and customer here, and every month, with Shopify.",
  checkingTook:
    "A check compares every order and customer here, and every month, with Shopify. The last one took about {duration}.",
} as const;
