// Why a figure moved: what the server tells of it.
export const why = {
  title: "Why {kpi} moved",
  rose: "{kpi} rose by {amount}, from {then} to {now}.",
  roseBy: "{kpi} rose by {amount} ({percent}), from {then} to {now}.",
  fell: "{kpi} fell by {amount}, from {then} to {now}.",
  fellBy: "{kpi} fell by {amount} ({percent}), from {then} to {now}.",
  same: "{kpi} is the same in both: {now}.",
  up: "Up: {parts}.",
  down: "Down: {parts}.",
  part: "{part} ({amount})",
  then: "Compared days",
  now: "These days",
  caption: "{kpi}, from the compared days to these",
  rowsBy: "{kpi} by {cut}",
  rowsBySets: "{kpi} by {cut}: they overlap, so that they add up to nothing",
  rest: "In none of these",
  apartRose: "{kpi} rose, though in most groups it fell: what changed is how large the groups are.",
  apartFell: "{kpi} fell, though in most groups it rose: what changed is how large the groups are.",
  divided: "Because of {what} {divided}, because of {by} {divisor}.",
  ranges:
    "A bar is full where it is unlikely to be chance and hatched where it could be. All parts together are the whole change.",
  noRanges: "Which of the parts could be chance can't be told. All parts together are the whole change.",
  withoutDay:
    "Without {day}, and without {with} beside it, {kpi} would have moved by {without} in place of {change}.",
  withoutOrder: "Without one order, {kpi} would have moved by {without} in place of {change}.",
  tellingMore: "{row} adds {amount} more than its part of the change",
  tellingLess: "{row} adds {amount} less than its part of the change",
  no_comparison: "Nothing is compared. Choose with what these days are to be compared, above.",
  no_split: "{kpi} is no sum and no ratio of sums, so that no parts add up to its change.",
  coursesDiffer:
    "Over all the days that both are followed, it happened to customers of these days at another pace than to those of the compared ones: unlikely to be chance (log-rank test).",
  coursesAlike:
    "Over all the days that both are followed, it may have happened to customers of these days at the same pace as to those of the compared ones: what differs could be chance (log-rank test).",
  notByRows: "{reason}: the change is told for the whole shop.",
  both: "Bought in both",
  first: "Bought for the first time ever",
  back: "Bought these days, not in the compared ones",
  gone: "Bought in the compared days, not in these",
  neither: "Bought in neither: returns and changes of earlier orders",
  guest: "Guest orders",
} as const;

/** What a part of a change is called. */
export const whyPart = {
  members: "Number of customers",
  buyers: "Share who bought",
  firstBuyers: "First-time buyers",
  orders: "Orders per customer",
  guestOrders: "Guest orders",
  ownOrders: "Number of orders",
  orderValue: "Order value",
  unitsPerOrder: "Units per order",
  reversals: "Returns and refunds",
  beside: "Shipping, taxes, duties and fees",
  costs: "Cost of goods",
  each: "{what} ÷ {of}",
  plus: "Between {of} and {what}",
  days: "Length of the days compared",
  entered: "Groups that nobody was in",
  left: "Groups that nobody is in any more",
  rate: "The groups' own {kpi}",
  mix: "How large the groups are",
  apart: "Amounts of those who are not counted below the line",
} as const;

/** The rows behind a part of a change. */
export const whyRows = {
  title: "{what}: rows behind why {kpi} moved",
  of: "{what} of {whose}, {days}.",
  door: "{what}, {when}",
  doorOf: "{what} of {whose}, {when}",
  all: "all customers",
  known: "all customers without guest orders",
  before: "customers who had ordered before",
  noPart: "This change has no such part: its whole figures are listed.",
  none: "No rows: the change can't be told in parts.",
} as const;
