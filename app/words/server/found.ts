// What changed in a week, as far as it is unlikely to be chance.
export const found = {
  rose: "{who}: {kpi} rose by {amount}, from {then} to {now}.",
  roseBy: "{who}: {kpi} rose by {amount} ({percent}), from {then} to {now}.",
  fell: "{who}: {kpi} fell by {amount}, from {then} to {now}.",
  fellBy: "{who}: {kpi} fell by {amount} ({percent}), from {then} to {now}.",
  whole: "The whole shop",
  inCut: "{segment} · {cut}",
  range: "Allowing for chance, between {low} and {high}.",
  cause: "Mostly: {part} ({amount}).",
  because: "Mostly because of {what} ({amount}).",
  worthMore: "Worth about {amount} more in net sales.",
  worthLess: "Worth about {amount} less in net sales.",
  apartMore: "Worth about {amount} more in net sales than if it had moved with all others.",
  apartLess: "Worth about {amount} less in net sales than if it had moved with all others.",
  noPrice: "It has no price in net sales.",
  week: "Week of {days}, compared with the week before. {n, plural, one {# change} other {# changes}} looked at.",
  longer:
    "{days}, compared with as many days before. {n, plural, one {# change} other {# changes}} looked at.",
  nothing:
    "Nothing outside chance in the week of {days}. {n, plural, one {# change} other {# changes}} looked at.",
  nothingLonger: "Nothing outside chance in {days}. {n, plural, one {# change} other {# changes}} looked at.",
  too_few:
    "What changes can be told from chance once {needed} customers buy in four weeks, and in the four before. {n, plural, one {# customer} other {# customers}} did in the fewer of them.",
  not_whole: "What changed is told once all orders and their customers are here.",
  no_previous: "What changed is told once there are two whole weeks to compare.",
  notYet: "What changed in the last whole week is told here as soon as it has been looked for.",
  asked: "Week of {days}: {sentence}",
} as const;
