// The state of the copy: before the first sync, loading, 60 days only, failed, complete.
export const syncStatus = {
  not_started: "Waiting to begin",
  counting: "Counting orders",
  orders: "Reading orders, newest first",
  customers: "Reading customers",
  closing_sweep: "Reading what changed meanwhile",
  complete: "Complete",
  failed: "Stopped",

  progress: "{n, plural, one {# order or customer} other {# orders and customers}}",
  progressLeft:
    "{n, plural, one {# order or customer} other {# orders and customers}}, about {duration} left",
  progressOf: "{rows} of about {n, plural, one {# order or customer} other {# orders and customers}}",
  progressOfLeft:
    "{rows} of about {n, plural, one {# order or customer} other {# orders and customers}}, about {duration} left",
  loading: "{progress}.",
  loadingFrom: "{progress}. Complete from {day} on; figures that need older orders follow.",

  waiting: "Your orders are about to arrive",
  waitingText: "Reading them starts by itself, newest first. Figures appear here within a minute or so.",
  unanswered: "Shopify isn't answering",
  unansweredText: "Reading your orders goes on by itself. What has arrived is kept.",
  unansweredFrom:
    "Reading your orders goes on by itself. What has arrived is kept: complete from {day} on; figures that need older orders follow.",
  unansweredSince: "No answer since {since}. The app asks again by itself, and what has arrived is kept.",
  unansweredSinceFrom:
    "No answer since {since}. The app asks again by itself, and what has arrived is kept: complete from {day} on; figures that need older orders follow.",
  stopped: "Reading your orders stopped",
  stoppedText: "{error} What had arrived is kept.",
  stoppedUnanswered: "Shopify didn't answer. What had arrived is kept.",
  elsewhere: "Open Data and trust to try again.",
  countingText: "Asking Shopify how many orders and customers there are. The newest arrive first.",

  moment: "{moment} ({clock})",
  sixtyDays: "The last 60 days only",
  sixtyDaysText:
    "{freshness} Shopify lets the app read orders of the last 60 days. Figures that need older orders stay blank, with the reason.",
  sinceText:
    "{freshness} Shopify lets the app read orders since {day}. Figures that need older orders stay blank, with the reason.",
  keptSince: "Orders since {day}, by your retention setting",
  kept: "Limited by your retention setting",
  keptSumsText:
    "{freshness} Orders since {day} are kept, by your retention setting, and of older ones each customer's sums. Figures and comparisons of days from then on are whole; earlier days stay blank.",
  keptText: "{freshness} Older orders aren't kept here. Figures that need them stay blank, with the reason.",
  notUpToDate: "Not up to date",
  upToDate: "Up to date",
} as const;
