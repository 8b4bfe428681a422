// Month by month against Shopify's own figures: which months match, which don't, and why.
export const months = {
  lastCompared: "Last compared: {moment}.",
  month: "Month",
  result: "Result",
  difference: "Difference",
  netInShopify: "Net sales in Shopify",
  netHere: "Net sales here",
  ordersInShopify: "Orders in Shopify",
  ordersHere: "Orders here",
  earlier: "{n, plural, one {# earlier month} other {# earlier months}}",
  more: "{n, plural, one {# more month} other {# more months}}",
  explainedMonths: "{n, plural, one {# month differs} other {# months differ}} for a known reason",

  agrees: "Matches",
  explained: "Explained",
  differs: "Differs",
  not_comparable: "Can't be compared",
  agreesLegend: "Matches",
  explainedLegend: "Differs for a known reason",
  differsLegend: "Differs without an explanation",
  not_comparableLegend: "Can't be compared",

  permission:
    "With your permission to read reports (read_reports), amounts are compared too, if Shopify has approved this app for them. The app reads Shopify's sales report by month, and no other.",
  notAsked: "The first check compares the months with Shopify's own figures.",
  byReport:
    "Each month is compared with Shopify's sales report: orders, gross sales, discounts, sales reversals, net sales, taxes and total sales.",
  byCount:
    "The number of orders created in each month is compared with Shopify's count, test orders included.",
  byCountNotApproved:
    "The number of orders created in each month is compared with Shopify's count, test orders included. Shopify has not approved this app for its sales report, so amounts can't be compared by month.",
  byCountRefused:
    "The number of orders created in each month is compared with Shopify's count, test orders included. Shopify gave no usable sales report.",

  excluding:
    "Your figures leave out {n, plural, one {# order} other {# orders}} by your choice ({what}); this comparison leaves out none.",

  none: "No month has been compared yet.",
  /** Of the following, those that hold, with "; " between them. */
  summary: "{results}.",
  allToTheCent: "All {n, plural, one {# month} other {# months}} match Shopify to the cent",
  allExactly: "All {n, plural, one {# month} other {# months}} match Shopify exactly",
  allInOrders: "All {n, plural, one {# month} other {# months}} match Shopify in the number of orders",
  someToTheCent:
    "{agree, plural, one {# of {of, plural, one {# month} other {# months}} matches} other {# of {of, plural, one {# month} other {# months}} match}} Shopify to the cent",
  someExactly:
    "{agree, plural, one {# of {of, plural, one {# month} other {# months}} matches} other {# of {of, plural, one {# month} other {# months}} match}} Shopify exactly",
  someInOrders:
    "{agree, plural, one {# of {of, plural, one {# month} other {# months}} matches} other {# of {of, plural, one {# month} other {# months}} match}} Shopify in the number of orders",
  explainedAre: "{n, plural, one {# is explained} other {# are explained}}",
  differingAre: "{n, plural, one {# differs without} other {# differ without}} an explanation",
  notComparableAre:
    "{n, plural, one {# month can't be compared, because the app doesn't have all of its orders} other {# months can't be compared, because the app doesn't have all of their orders}}",
} as const;

/** A month that differs: by how much in each figure, and what explains it. */
export const monthDetail = {
  orders: "Orders",
  gross: "Gross sales",
  discounts: "Discounts",
  reversals: "Sales reversals",
  net: "Net sales",
  taxes: "Taxes",
  total: "Total sales",
  ordersBy: "orders {amount}",
  grossBy: "gross sales {amount}",
  discountsBy: "discounts {amount}",
  reversalsBy: "sales reversals {amount}",
  netBy: "net sales {amount}",
  taxesBy: "taxes {amount}",
  totalBy: "total sales {amount}",
  mayPlayAPart:
    "Not explained. None of what follows gives exactly the difference, alone or together; each may play a part.",
  nothing: "Not explained. Nothing that the app can compute gives this difference.",
} as const;

/** What is said of a cause that gives the difference, and of one that may play a part. */
export const causes = {
  late: "Shopify's report had not yet shown the last five minutes.",
  latePossible: "Movements of the five minutes before Shopify was asked",
  test_orders: "Test orders: Shopify's report counts them, the app leaves all of them out.",
  test_ordersPossible: "Test orders, which the app leaves out",
  gift_cards: "Gift cards sold: Shopify's report counts them as sales, the app doesn't.",
  gift_cardsPossible: "Gift cards sold, which are no sales here",
  gift_card_orders: "Orders of gift cards only: Shopify's report counts them as orders, the app doesn't.",
  gift_card_ordersPossible: "Orders of gift cards only, which are no orders here",
  tips: "Tips: Shopify's report counts them, the app doesn't.",
  tipsPossible: "Tips, which are no sales here",
  edits: "Edited orders: Shopify's report books the edit on the order's day, the app on the day of the edit.",
  editsPossible: "Edits made in another month than their order",
  time_zone: "Time zone: Shopify's report cuts the month at midnight UTC, the app at the shop's midnight.",
  time_zonePossible: "Movements near midnight, which fall into another month by UTC",
  imports:
    "Imported orders: Shopify's report books them on the day they were entered, the app on the day they were placed.",
  importsPossible: "Orders entered in another month than they were placed",
  gaps: "Orders whose movements don't add up to Shopify's total.",
  gapsPossible: "Orders whose movements don't add up to Shopify's total",
  set_aside: "Orders whose data can't be used: see the changes not followed.",
  set_asidePossible: "Orders whose data can't be used, with amounts that nobody here knows",
  unknown_lines: "Movements of a kind that the app doesn't know: Shopify's report leaves them out.",
  unknown_linesPossible: "Movements of a kind that the app doesn't know",
  derived: "Orders without dated movements.",
  derivedPossible: "Orders without dated movements, built from lines and refunds",
} as const;
