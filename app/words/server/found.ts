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

/** Which of the last days stand out. */
export const foundDays = {
  aboveBy:
    "{day} · {who}: {kpi} came to {value}, {amount} ({percent}) above the {usual} (between {low} and {high}) that is usual of such a day.",
  above:
    "{day} · {who}: {kpi} came to {value}, {amount} above the {usual} (between {low} and {high}) that is usual of such a day.",
  belowBy:
    "{day} · {who}: {kpi} came to {value}, {amount} ({percent}) below the {usual} (between {low} and {high}) that is usual of such a day.",
  below:
    "{day} · {who}: {kpi} came to {value}, {amount} below the {usual} (between {low} and {high}) that is usual of such a day.",
  others:
    "{n, plural, one {# other figure of the day stood out too.} other {# other figures of the day stood out too.}}",
  explained: "In your calendar: {titles}.",
  looked:
    "{days}, each day beside what is usual of it. {n, plural, one {# figure} other {# figures}} of a day looked at, in {series} series.",
  nothing:
    "No day stood out in {days}. {n, plural, one {# figure} other {# figures}} of a day looked at, in {series} series.",
  too_short:
    "Too little history: {needed, number} whole weeks are needed; there {n, plural, =0 {is none} one {is #} other {are #}}.",
  too_little:
    "Days can be told from chance once five orders come in four weeks. Fewer did before each of the last days.",
  not_whole: "Which days stand out is told once all orders and their customers are here.",
  notYet: "Which days stand out is told here as soon as it has been looked for.",
} as const;
