// Checks of every order and customer: what the last one found, what was corrected since, what is under way.
export const checks = {
  last: "Last full check",
  lastHelp:
    "Every night, while the shop sleeps, each order and customer, and whatever else is kept in step, is compared with Shopify's list.",
  notYet: "Not yet",
  at: "{moment}: {result}",
  made: "Full checks in the last 90 days",
  madeClean: "{made}, no difference in any",
  madeSome: "{made}, no difference in {clean}",
  mended: "Last change that was missed and corrected",
  mendedHelp: "Found by asking, while no notification of it was waiting.",
  noneMended: "None in the last 90 days",

  running: "A check is under way: {stage}.",
  runningAgain: "A check is under way: {stage}. The last try stopped ({error}). It goes on by itself.",
  unfinished: "it didn't finish. {error}",
  clean: "{n, plural, one {# record} other {# records}} compared, no difference found.",
  corrected: "{n, plural, one {# record} other {# records}} compared. {found}. All of it was corrected.",
  leftOver:
    "{n, plural, one {# record} other {# records}} compared. {found}. {left} couldn't be corrected then; the next check tries again.",

  starting: "starting",
  sweep: "reading the latest changes",
  listing: "waiting for Shopify's list of all orders and customers",
  checkouts: "comparing abandoned checkouts",
  products: "comparing products",
  customers: "comparing customers",
  orders: "comparing orders",
  repair: "reading again what differs",
  months: "comparing the months",
} as const;

/** What was found, by the kind under which it is kept. */
export const findings = {
  orders_missing: "{n, plural, one {# order was missing} other {# orders were missing}}",
  orders_gone: "{n, plural, one {# order was deleted in Shopify} other {# orders were deleted in Shopify}}",
  orders_changed: "{n, plural, one {# order had changed unnoticed} other {# orders had changed unnoticed}}",
  orders_moved:
    "{n, plural, one {# order belonged to another customer} other {# orders belonged to other customers}}",
  orders_total: "{n, plural, one {# order had another total} other {# orders had another total}}",
  customers_missing: "{n, plural, one {# customer was missing} other {# customers were missing}}",
  customers_gone:
    "{n, plural, one {# customer was deleted in Shopify} other {# customers were deleted in Shopify}}",
  customers_changed:
    "{n, plural, one {# customer had changed unnoticed} other {# customers had changed unnoticed}}",
  products_missing: "{n, plural, one {# product was missing} other {# products were missing}}",
  products_gone:
    "{n, plural, one {# product was deleted in Shopify} other {# products were deleted in Shopify}}",
  products_changed:
    "{n, plural, one {# product had changed unnoticed} other {# products had changed unnoticed}}",
  checkouts_missing:
    "{n, plural, one {# abandoned checkout was missing} other {# abandoned checkouts were missing}}",
  checkouts_changed:
    "{n, plural, one {# abandoned checkout had changed unnoticed} other {# abandoned checkouts had changed unnoticed}}",
  products_untold:
    "{n, plural, one {# product of which Shopify had sent no notification} other {# products of which Shopify had sent no notification}}",
  products_told:
    "{n, plural, one {# product read before its notification was} other {# products read before their notifications were}}",
  orders_untold:
    "{n, plural, one {# order of which Shopify had sent no notification} other {# orders of which Shopify had sent no notification}}",
  orders_told:
    "{n, plural, one {# order read before its notification was} other {# orders read before their notifications were}}",
  customers_untold:
    "{n, plural, one {# customer of whom Shopify had sent no notification} other {# customers of whom Shopify had sent no notification}}",
  customers_told:
    "{n, plural, one {# customer read before the notification was} other {# customers read before their notifications were}}",
} as const;
