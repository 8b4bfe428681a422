// Who moved between two days: what the server tells of it.
export const movement = {
  moved:
    "{moved, number} of {both, plural, one {# customer} other {# customers}} with an order before {from} are in another group on {to}.",
  largest: "The largest flow is from {was} to {becomes}: {n, plural, one {# customer} other {# customers}}.",
  nobodyMoved:
    "Of {both, plural, one {# customer} other {# customers}} with an order before {from}, nobody is in another group on {to}.",
  nobodyThen: "Nobody had an order before {from}.",
  settled:
    "The first order settles these groups, so that nobody moves: only new customers change their sizes.",
  anew: "{n, plural, one {# customer} other {# customers}} bought for the first time in between.",
  shifted:
    "The sizes of the groups among them shifted: unlikely to be chance ({p}; Stuart–Maxwell test, {chiSquare} with {degrees, plural, one {# degree} other {# degrees}} of freedom).",
  notShifted:
    "That the sizes of the groups among them differ could be chance ({p}; Stuart–Maxwell test, {chiSquare} with {degrees, plural, one {# degree} other {# degrees}} of freedom).",
  tooFewMoved: "Too few moved into or out of some groups to tell whether their sizes shifted beyond chance.",
  p: "p = {value}",
  below: "p < {value}",
  frozen:
    "The cut points are those of {from} on both days, so that customers move because they changed, and not because others did.",
  own: "Each day has cut points of its own: a customer may have moved because others did.",
  erased: "Customers who were erased by request are in neither day. Nobody leaves otherwise.",
  ofToday: "Only today's state is known of this grouping, so that no earlier day can be told.",
  nobodyYet: "Nobody had an order before {from}, so that there are no cut points of that day to hold on to.",
  thresholds: "Cut points",
  thresholdsFirst: "Of {day}, for both",
  thresholdsEach: "Of each day",
  notBought: "Not bought yet",
  flow: "{was} to {becomes}",
  stays: "Stay in {segment}",
  listFlow: "Customers: {was} on {from}, {becomes} on {to}",
  listWas: "Customers: {was} on {from}",
  listBecomes: "Customers: {becomes} on {to}",
  caption: "Customers by group on {from} and on {to}",
  stayed: "{n, number} ({share})",
  noThresholds: "There are no cut points “{given}”, so those of the first day hold.",
  notASegment: "There is no group “{given}” here, so no list of customers is shown.",
  monthly: "{kpi}, by month",
} as const;
