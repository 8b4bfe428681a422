// What the server tells in tables of segments, in trends, and of a segment.
export const segmentTable = {
  segmentsBy: "Segments by {cut}, {period}",
  segmentsWithin: "Segments of {whole} by {cut}, {period}",
  ordersBy: "Orders by {cut}, {period}",
  ordersWithin: "Orders of {whole} by {cut}, {period}",
  segment: "Segment",
  group: "Group",
  customers: "Customers",
  customersHelp:
    "Customers in the segment on the day when groups are made, whether they ordered in the period or not.",
  noTags: "No customer has a tag. Tags are given in Shopify, under Customers.",
  ordersMissing: "Segments need every order of each customer, and older ones are still missing.",
  ordersNotKept:
    "Segments need every order of each customer, or the sums of older ones, and your retention setting doesn't keep those of this day.",
  customersHidden: "Segments need access to customers, which the app may no longer read.",
  stillKnown: "Periods that end before {day}, with groups of a day before it, still have segments.",
  empty: "{n, plural, one {# group} other {# groups}} without a customer",
  tooFew: "{n, plural, one {# group} other {# groups}} with too few customers to judge",
  tooFewTogether:
    "{n, plural, one {# group} other {# groups}} with too few customers to judge: {amount} {what} together",
  minimum:
    "Groups by {cut} need {customers, plural, one {# customer} other {# customers}} with an order and {days, plural, one {# day} other {# days}} since the first one. “{orders}” works from the first order on.",
  minimumMissed:
    "Groups by {cut} need {customers, plural, one {# customer} other {# customers}} with an order and {days, plural, one {# day} other {# days}} since the first one. On {day} there {had, plural, one {was # customer} other {were # customers}} with an order. “{orders}” works from the first order on.",
  byChange: "Ordered by the change in {what}: first where it is unlikely to be chance, the largest on top.",
} as const;

/** A figure's receipt. */
export const receipt = {
  figure: "Figure",
  rows: "Rows {n}",
  what: "What",
  worked: "Worked out here",
  shown: "As the app shows it",
  how: "How it is counted",
  notLive: "No formula of a spreadsheet works it out",
  of: "Of",
  shop: "Shop",
  in: "Amounts in {currency}",
  made: "Made",
  orderId: "Order ID",
  customerId: "Customer ID",
  from: "First day",
  to: "Last day",
} as const;

/** A workbook's sheets. */
export const workbook = {
  table: "Table",
  data: "All data",
  definitions: "Definitions",
  about: "About",
  kpi: "KPI",
  id: "Name in files and the API",
  unit: "Unit",
  in_money: "Money",
  in_count: "Count",
  in_rate: "Share",
  in_days: "Days",
  in_ratio: "Number",
  meaning: "What it is",
  counted: "How it is counted",
  what: "What",
  is: "Is",
  shop: "Shop",
  period: "Period",
  comparison: "Comparison",
  grouping: "Grouped by",
  members: "Groups",
  judged: "Judged changes",
  currency: "Currency",
  zone: "Time zone of days",
  complete: "Complete to",
  made: "Made",
} as const;

/** Heads of a table's file. */
export const tableFile = {
  money: "{kpi} ({currency})",
  change: "{kpi}: change",
  verdict: "{kpi}: verdict",
  range: "{kpi}: range",
  note: "{kpi}: note",
} as const;

export const trend = {
  retention: "Your retention setting doesn't keep orders of these days.",
  notLoaded: "These days aren't loaded yet.",
} as const;

export const nothingToDivide = {
  day: "There is nothing to divide by in any day of this period.",
  week: "There is nothing to divide by in any week of this period.",
  month: "There is nothing to divide by in any month of this period.",
  quarter: "There is nothing to divide by in any quarter of this period.",
  year: "There is nothing to divide by in any year of this period.",
} as const;

/** Why points are hollow: one or more of `hollowAs`. */
export const hollow = {
  day: "Hollow points are days that are {as}.",
  week: "Hollow points are weeks that are {as}.",
  month: "Hollow points are months that are {as}.",
  quarter: "Hollow points are quarters that are {as}.",
  year: "Hollow points are years that are {as}.",
} as const;

export const hollowAs = {
  notOver: "not over yet",
  partly: "only partly in the period",
  notLoaded: "not wholly loaded",
} as const;

export const members = {
  customers: "{n, plural, one {# customer} other {# customers}}",
  none: "No customers",
  showing: "Showing {first, number}–{last, number} of {n, plural, one {# customer} other {# customers}}",
  net: "Net sales",
  orders: "Orders",
  first_day: "First order",
  last_day: "Last order",
} as const;

/** How long before a day. */
export const ago = {
  anyTime: "at any time before {day}",
  least: "{n, plural, one {# day} other {# days}} or more before {day}",
  most: "at most {n, plural, one {# day} other {# days}} before {day}",
  exactly: "{n, plural, one {# day} other {# days}} before {day}",
  between: "{least, number} to {n, plural, one {# day} other {# days}} before {day}",
} as const;

/** A segment in the numbers of the day on which groups were made. */
export const definition = {
  one: "1 order, {ago}.",
  more: "2 or more orders, the last {ago}.",
  any: "Last order {ago}.",
  nobodyBetween: "Nobody's last order lies between this group's neighbours.",
  nobodyRecent: "Nobody bought recently enough for this group.",
  pointsOrMore: "Last order {ago}, and {n, number} or more points for orders and net sales together.",
  pointsOrFewer: "Last order {ago}, and {n, number} or fewer points for orders and net sales together.",
  pointsBetween:
    "Last order {ago}, and {least, number} to {n, number} points for orders and net sales together.",
  nobodyStandsOut: "Nobody's net sales stand out that far.",
  nobodysNetBetween: "Nobody's net sales lie between this tier's neighbours.",
  anyNet: "Any net sales so far.",
  netBelow: "Net sales so far of less than {below}.",
  netFrom: "Net sales so far of {from} or more.",
  netBetween: "Net sales so far of {from} or more, and less than {below}.",
} as const;

/** What the points of a segment by scores stand for. */
export const points = {
  fromOrders: "{score, number} from {n, plural, one {# order} other {# orders}}",
  fromNet: "{score, number} from {amount}",
  thatDay: "Points that day: for orders {orders}; for net sales {net}.",
  recency:
    "For recency customers are ranked, but the last order {usual, plural, one {# day} other {# days}} ago or less never scores below 4, and more than {long, plural, one {# day} other {# days}} ago never above 3: this is the shop's own rhythm.",
  rhythm:
    "The shop's rhythm that day: up to {usual, plural, one {# day} other {# days}} without an order are usual, more than {long, plural, one {# day} other {# days}} are long.",
} as const;

/** All that is held on a customer, for the customer to read. */
export const customerFile = {
  what: "All data that the app Segment KPIs holds on this customer of the shop.",
  notHeld:
    "Names, e-mail addresses, phone numbers, streets and payment details are never stored by this app.",
} as const;
