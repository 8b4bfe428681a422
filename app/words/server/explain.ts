// How a figure came about: what the server tells of it.
export const explain = {
  title: "{kpi}: {row}",
  of: "{row}, {period}.",
  guestOrder: "Guest order {order}",
  order: "Order {order}",
  customer: "Customer {id}",
  noCustomer: "Guest",
  ofShop: "{what} of the whole shop",
  isFact: "A sum or count is a fact: it has no range.",
  range: "{range}. How it is made: {method}. {sources}.",
  noRange: "Of {called}. There is too little to go by for a range.",
  known: "Counted from what Shopify had told up to {moment}.",
  nothingKnown: "Counted from what Shopify has told so far.",
  observed: "Known since {day}: Shopify doesn't keep it.",
  orders: "Orders here: {history}.",
  none: "No rows: nothing of it happened.",
  noneFound: "No row is like that.",
  blocked: "No rows: {reason}.",
  adds: "Together: {sums}.",
  sum: "{what} {value}",
  showing: "Showing {first, number}–{last, number} of {rows}",
  found: "{found} of {rows}",
  middle: "in the middle",
  usualDay: "{first} – {last}",
  nothing: "None",
  all: "All",
  positive: "What adds",
  negative: "What takes away",
} as const;

/** How many rows there are, by what one is. */
export const explainRows = {
  orders: "{n, plural, one {# order} other {# orders}}",
  customers: "{n, plural, one {# customer} other {# customers}}",
  customersAndGuests: "{n, plural, one {# customer or guest order} other {# customers and guest orders}}",
  followed: "{n, plural, one {# customer} other {# customers}}",
  course: "{n, plural, one {# customer} other {# customers}}",
  values: "{n, plural, one {# order} other {# orders}}",
  nobodys: "{n, plural, one {# entry} other {# entries}}",
} as const;

/** What in the shop is in no figure, or not in this one. */
export const leftOut = {
  tests:
    "{n, plural, one {# test order} other {# test orders}} of these days in the whole shop: tests are in no figure.",
  excluded:
    "{n, plural, =0 {No order} one {# order} other {# orders}} of these days in the whole shop, with net sales of {net} in them, by your choice: {what}.",
  gift_cards:
    "{n, plural, one {# order} other {# orders}} of gift cards alone in these days in the whole shop: selling a gift card is no sale, and counts as no order. Shipping and taxes of it are counted.",
  guests:
    "{n, plural, one {# guest order} other {# guest orders}} of these days: nobody known placed them, and this figure is of customers.",
  other_currency:
    "{n, plural, one {# order} other {# orders}} in another currency, of any day: amounts of two currencies can't be added up.",
  open: "{n, plural, one {# customer is} other {# customers are}} not followed for long enough yet.",
  unknown: "{share} of {what} is not known, and not in it.",
} as const;

/** What should be the same in Shopify's own reports. */
export const counterpart = {
  compared:
    "Shopify's sales report calls it “{metric}”. For the whole shop both should be the same; Data and trust compares them month by month.",
  defined:
    "Shopify's reports call it “{metric}” and define it alike. For the whole shop both should be close; they are not compared here.",
  none: "No figure of Shopify's reports is known to count the same.",
  excluding:
    "By your choice figures here leave out {what}; Shopify's reports don't, so the two differ by these.",
  notByRows: "Shopify's reports don't know this group.",
} as const;

/** What Shopify's reports call their figures. */
export const counterpartMetric = {
  gross_sales: "Gross sales",
  discounts: "Discounts",
  sales_reversals: "Sales reversals",
  net_sales: "Net sales",
  total_sales: "Total sales",
  orders: "Orders",
  average_order_value: "Average order value",
  returning_customer_rate: "Returning customer rate",
} as const;

/** What columns of rows are that are no sums. */
export const explainColumn = {
  days: "Days until it happened, or followed so far",
  happened: "Happened",
  value: "Value",
  order: "Order",
  customer: "Customer",
  moved: "Counted on",
  since: "Since",
} as const;

/** By what rows of nobody's are told apart. */
export const explainKey = {
  day: "Day",
  channel: "Channel",
  campaign: "Campaign",
  inventory_item_id: "Inventory item",
  location_id: "Location",
} as const;
