// What is said of a figure: its change, its range, and why it is not told.
export const figure = {
  points: "{difference} points",
  new: "new",
  between: "{low} to {high}",
  roughlyBetween: "roughly {low} to {high}",
  pointsBetween: "{low} to {high} points",
  sureRange: "95% range: {low} to {high}",
  roughRange: "Rough range: {low} to {high}",
  noise: "Could be chance",
  noiseWithin: "Could be chance ({range})",
  moreThanNoise: "Unlikely to be chance",
  moreThanNoiseWithin: "Unlikely to be chance (true change {range})",
  moreThanNoiseApart: "Unlikely to be chance (true difference {range})",
  verdictByDay: "{verdict}, by the day",
  parts: "{numerator} of {denominator}",
  largest: "One customer makes up {share} of {what}",
  largestBeyond: "One customer makes up more than all of {what}",
  known: "Known for {share} of {what}",
  open: "{n, plural, one {# customer} other {# customers}} not followed so long yet",
  beside: "Everyone else {value}",
  reasonSentence: "{reason}.",
  byDefinition: "By definition",
  behind: "{n, plural, one {# customer} other {# customers}} behind it",
  behindMoves:
    "{n, plural, one {# customer} other {# customers}} behind it: whoever ordered, returned something, or had an older order changed in the period",
} as const;

/** Why a figure could be no other. */
export const settled = {
  begun: "Follows from the definition: everyone here had ordered before the period",
  beginning: "Follows from the definition: whoever ordered here did so for the first time in the period",
  first_period:
    "Everyone who ordered in this period ordered here first: the period begins with your first order",
  once: "Follows from the definition: everyone here has ordered once",
  silence: "Follows from the definition: the group is made by how long ago its customers ordered",
} as const;

/** A change for those who do not see arrows, and behind it its verdict. */
export const spoken = {
  new: "New",
  up: "Up {amount}",
  down: "Down {amount}",
  flat: "Unchanged",
  newByDay: "New by the day",
  upByDay: "Up {amount} by the day",
  downByDay: "Down {amount} by the day",
  flatByDay: "Unchanged by the day",
  judged: "{change}. {verdict}",
} as const;

/** A segment beside everyone else in the same period. */
export const against = {
  up: "Higher by {amount} than everyone else",
  down: "Lower by {amount} than everyone else",
  flat: "As everyone else",
  tooFewElse:
    "{n, plural, one {# customer} other {# customers}} outside of the segment, {needed, number} needed to judge",
  tooFewEvents: "Too little happened in one of the two groups to judge",
  judged:
    "Everyone else is whoever isn't in the segment, in the same period. {judged, plural, one {# difference of a segment from everyone else is} other {# differences of segments from everyone else are}} judged together, {found, plural, =0 {none of them is} one {# of them is} other {# of them are}} unlikely to be chance. Sums differ by size and aren't judged.",
} as const;

/** Why a figure, or a verdict, is missing. */
export const reason = {
  too_few_customers: "{n, plural, one {# customer} other {# customers}}, {needed, number} needed to judge",
  too_few_events: "{n, number} counted, {needed, number} needed to judge",
  too_few: "Too few customers in one of the two periods to judge",
  too_uneven: "Customers differ too much from one another to judge it",
  no_value: "Nothing to divide by",
  none_of: "No {what}",
  none_of_shop: "No {what} of the shop",
  too_large: "Too large to be told to the last unit",
  not_positive: "The whole is not above 0",
  part_not_positive: "{what}: not above 0 in the period",
  shop_not_positive: "{what} of the shop: not above 0 in the period",
  history_incomplete: "Not complete yet: older orders are missing",
  customers_hidden: "The app may no longer read customers",
  history_not_kept: "Older orders are needed, and your retention setting doesn't keep them",
  not_recorded: "Not known: nothing of it has been recorded",
  not_recorded_then: "Not known for all of these days",
  not_by_segment: "Known for the whole shop only",
  not_by_order: "Told of customers, whose orders may be in several of these groups",
  not_by_recency: "Says nothing of groups by recency: who ordered lately is in one, who did not in another",
  may_change: "Not judged: later returns may still change it",
  shared_customers: "Not judged: the same customers order in several of these groups",
  not_grouped: "There are too few customers, or too short a history, to group them",
  not_mature: "Nobody has been followed for so long yet",
  known_otherwise: "Not judged: another part of it is known than in the compared period",
  not_applicable: "Has no meaning for this row",
  not_over: "Not over yet",
  no_previous: "Nothing to compare with: those days begin before your first order",
  by_definition: "Not judged: follows from the definition",
  no_groups: "Nothing to compare with: there were no such groups then",
} as const;

/** The same for a narrow column, where it is shorter. */
export const shortReason = {
  no_customers: "No customers",
  history_incomplete: "Not complete yet",
  not_by_order: "For the shop only",
  not_by_recency: "Not by recency",
  customers_hidden: "Customers not readable",
  history_not_kept: "Needs older orders",
  not_recorded: "Not recorded",
  not_recorded_then: "Not recorded for all days",
  not_by_segment: "Whole shop only",
  not_mature: "Not over yet",
  not_positive: "Not above 0",
} as const;

export const verdicts = {
  together:
    "Judged together, for the shop and all segments by {cut}, whichever KPIs are shown, are {kpis}: {judged, plural, one {# change} other {# changes}}, {found, number} unlikely to be chance.",
  others:
    "Each other KPI is judged by itself over the same rows: {judged, plural, one {# change} other {# changes}}, {found, number} unlikely to be chance.",
  wrong:
    "Of the changes called unlikely to be chance, at most {part} are expected to be chance; ranges of changes are widened for that.",
} as const;
