// What can be asked above a report, and what is said of the days and groups that were.
export const toolbar = {
  custom: "Custom",
  groupBy: "Group by",
  compareWith: "Compare with",
  comparedDays: "Custom: {days}",
  membersAt: "Group customers by where they were",
  choose: "Choose…",
  onDay: "on {day}",
  atEndOf: "at the end of {day}",
  today: "today",
} as const;

export const period = {
  today: "Today",
  yesterday: "Yesterday",
  last_7_days: "Last 7 days",
  last_30_days: "Last 30 days",
  last_90_days: "Last 90 days",
  last_365_days: "Last 12 months",
  last_12_months: "Last 12 full months",
  week_to_date: "Week to date",
  month_to_date: "Month to date",
  quarter_to_date: "Quarter to date",
  year_to_date: "Year to date",
  last_week: "Last week",
  last_month: "Last month",
  last_quarter: "Last quarter",
  last_year: "Last year",
  /** Where no days stand beside it. */
  last_365_days_told: "Last 12 months (to yesterday)",
} as const;

/** A business's own units, where its calendar is not the usual one. */
export const businessUnit = {
  week: "Week {number} {year}",
  month: "P{number} {year}",
  quarter: "Q{number} {year}",
  weekTickOfOne: "W{number} {first}",
  weekTickOfTwo: "W{number} {first}/{last}",
  monthTickOfOne: "P{number} {first}",
  monthTickOfTwo: "P{number} {first}/{last}",
  quarterTickOfOne: "Q{number} {first}",
  quarterTickOfTwo: "Q{number} {first}/{last}",
  yearOfOne: "FY{year}",
  yearOfTwo: "FY{first}/{last}",
  withDays: "{name} ({days})",
} as const;

export const comparison = {
  none: "No comparison",
  previous_period: "Previous period",
  previous_year: "Previous year, same dates",
  /** Where months are whole weeks, which are compared with the same ones and not with the same dates. */
  previous_year_business: "Previous year",
  previous_year_weekday: "Previous year, same weekdays",
  previous_year_event: "Previous year, same event",
  custom: "Custom days",
} as const;

export const membersAt = {
  start: "Start of the period",
  end: "End of the period",
  today: "Today",
} as const;

/** When customers were put into their groups, and whether the period's sales helped. */
export const membership = {
  ofToday:
    "Groups are by what is known today, of who had ordered before {day}: what was so then is not kept, and these sales may have helped to put customers there.",
  start: "Groups are fixed as of {day}, before these sales, so that they can't move anybody between rows.",
  end: "Groups are those at the end of {day}: these sales helped to put customers there.",
  today: "Groups are those of today: these sales, and those since, helped to put customers there.",
  orders:
    "Each order counts in the group it was placed in. A customer's orders may be in several groups, so figures per customer are told for the shop only.",
  tags: "Tags are those of today: Shopify keeps no history of them. A customer can have several, so these rows overlap and don't add up; each is set beside everyone else.",
} as const;

/** With which days a period is compared, or why it is not. */
export const compared = {
  aligned: "The days are aligned to {event} ({day} and {before}).",
  notAligned: "No event of your calendar is in these days, so weekdays are aligned instead.",
  nothingOver: "Not compared: no day of the period is over yet.",
  beforeFirstOrder: "Not compared with {before}: your first order is of {day}.",
  ordersMissing: "Not compared with {before}: orders before {day} aren't here.",
  ordersLoading: "Not compared with {before}: orders before {day} aren't here yet.",
  whole: "Compared with {before}.",
  wholeByDay: "Compared with {before}, sums by the day: {now} days against {then}.",
  part: "{part} is compared with {before}: the rest is not over.",
  partByDay:
    "{part} is compared with {before}: the rest is not over, sums by the day: {now} days against {then}.",
  byDay: "{kpis}: {part} with {before}.",
  dayTo: "{day} to {time}",
  daysTo: "{days}, to {time} of the last day",
} as const;

export const secondCut = {
  notAChoice: "“{given}” isn't a choice for what to group by. Showing the whole segment.",
  notGrouped:
    "Only customers who had ordered when the groups were made are in segments that can be cut again.",
} as const;

export const moment = {
  yesterday: "yesterday at {time}",
  day: "{day} at {time}",
} as const;

export const duration = {
  seconds: "{n, plural, one {# second} other {# seconds}}",
  minutes: "{n, plural, one {# minute} other {# minutes}}",
  hours: "{n, plural, one {# hour} other {# hours}}",
  hoursAndMinutes:
    "{n, plural, one {# hour} other {# hours}} {minutes, plural, one {# minute} other {# minutes}}",
} as const;
