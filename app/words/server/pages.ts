// What pages of segments and KPIs say of whose figures they show.
export const within = {
  customers: "Customers",
  all: "All customers",
  notASegment: "There is no segment “{given}”, so it is left out.",
} as const;

export const kpiChapter = {
  sales: "Sales",
  rates: "Averages and rates",
  people: "Customers",
  retention: "Coming back",
  margins: "Margin",
  acquisition: "Acquisition",
  goods: "Stock",
} as const;

export const compare = {
  place: "{n, selectordinal, one {#st segment} two {#nd segment} few {#rd segment} other {#th segment}}",
  nothing: "None",
  apart:
    "No customer is in two of these columns. Figures side by side are no test: ranges that overlap leave it open which is higher.",
  equalAge: "At equal age",
  atEqualAge:
    "At equal age: each customer counts for the same number of days from the first order, and those not followed so long yet are counted beside. A segment that is made by what its customers did, such as how much they spent, differs by that alone.",
  overlap:
    "Segments of different groupings may hold the same customers. Figures side by side are no test: ranges that overlap leave it open which is higher.",
} as const;

/** Today so far. */
export const todayStrip = {
  wholly: "{value} by {time}",
  usual: "{low} to {high}, median {middle}",
  above: "Above all of the {n, number}",
  below: "Below all of the {n, number}",
  note: "Beside it the same weekday in the last {n, plural, one {# week} other {# weeks}} by {time}, up to which everything is known.",
  alone: "What is usual by now is told once the same weekday of {n, number} weeks is known.",
} as const;

export const savedViews = {
  noName: "Give it a name of up to {n, number} characters.",
  tooMany: "There are {n, number} saved views already. Remove one first.",
  taken: "There is a view called “{name}” already.",
  saved: "View saved",
  removed: "View removed",
  gone: "That view is gone already",
} as const;
