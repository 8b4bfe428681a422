// Cohorts: what the server tells of them.
export const cohorts = {
  unit: "Cohorts by",
  week: "Week",
  month: "Month",
  quarter: "Quarter",
  kpi: "KPI",
  basis: "Counted",
  each: "In each unit alone",
  so_far: "From the first order on",
  beside: "Beside",
  nobody: "Nobody",
  perCustomer: "{kpi} per customer",
  shareOf: "{kpi}, share of the cohort",
  again: "Customers who ordered again",
  ageweek: "Week {n}",
  agemonth: "Month {n}",
  agequarter: "Quarter {n}",
  second:
    "Of {n, plural, one {# customer} other {# customers}} who first ordered {days}, {value} ordered again within {within} days.",
  secondRanged:
    "Of {n, plural, one {# customer} other {# customers}} who first ordered {days}, {value} ({range}) ordered again within {within} days.",
  average:
    "{what} is {value} {when} on average, of {n, plural, one {# customer} other {# customers}} for whom it is over.",
  averageRanged:
    "{what} is {value} ({range}) {when} on average, of {n, plural, one {# customer} other {# customers}} for whom it is over.",
  inAge: "in {age}",
  byAge: "by the end of {age}",
  averageRow: "Average by customers",
  averageRowOf: "Average of {segment}",
  between: "{low} to {high}",
  roughly: "roughly {low} to {high}",
  cohort: "First order in",
  closes: "until {day}",
  closesSpoken: "Not over until {day}",
  notWhole: "older orders are missing",
  truncated:
    "Orders from before {day} are not here. Whoever ordered before it has no first order on this page, and the {unit} that holds it is told of nobody.",
  asOfNow: "Who is in the segment is as of now.",
  circular:
    "Who is in the segment is as of now, by what customers bought since their first order: coming back is part of what put them there.",
  caption: "{what}, by {unit} of the first order and by age",
  rangesNote:
    "Ranges are 95% ranges. A hatched cell is not over: it is in no average, and says until when it runs.",
  no_sum: "{kpi} is no sum and no ratio of two sums, so that a cohort's cannot be told unit by unit.",
  nobodys: "{kpi} is partly nobody's, so that no cohort has a share of it.",
  no_order: "{kpi} is not of what customers ordered.",
  own_time: "{kpi} has a time of its own, counted from the beginning of each customer.",
  of_members:
    "{kpi} is of the customers who are there at an instant, and not of what a cohort did in a unit.",
  the_beginning: "{kpi} is about the first order itself, which begins a cohort.",
  of_variants: "{kpi} is about what variants are when a period ends.",
  no_first_order: "There is no first order yet.",
  differ:
    "{one} and {other} order again at different paces, unlikely to be chance (log-rank test by cohort, p {p}).",
  alike:
    "{one} and {other} may order again at the same pace: what differs could be chance (log-rank test by cohort, p {p}).",
  overlap: "The two segments may hold the same customers, so that they are not tested against each other.",
  tooFew: "Too few customers to test the two segments against each other.",
  pBelow: "below {p}",
  curveDays: "{n} days",
  byCohort: "Ordered again, by {unit} of the first order",
  curve: "How soon customers order again, by days from the first order",
} as const;
