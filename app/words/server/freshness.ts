// How far the copy reaches, and why not further: clauses stand in the sentences by their names.
export const freshness = {
  upToDate: "Up to date.",
  asOf: "Up to date as of {fresh}.",
  asOfBut: "Up to date as of {fresh}. {reason}; {next}.",
  behind: "Last updated {fresh}. {reason}.",
  behindAnd: "Last updated {fresh}. {reason}; {next}.",
  behindWaiting:
    "Last updated {fresh}. {reason}; {n, plural, one {# notification is waiting} other {# notifications are waiting}}.",

  catchingUp: "The app is catching up",
  frozen: "Shopify has frozen this store",
  locked: "Shopify has locked this store",
  unavailable: "Shopify doesn't open this store",
  shutOut: "Shopify no longer lets the app in",
  noOrders: "The app may not read orders any more",
  unanswered: "Shopify isn't answering",
  database: "The app's database doesn't answer",
  disk: "The app's disk is full",
  memory: "The app has more to do than its memory holds",
  warehouse: "The app is opening its figures anew",
  taskFailed: "A task of the app failed",

  openAgain: "open the app again to let it in",
  onceAllowed: "what is missing is read once it may",
  tryAgain: "try again on Data and trust",
  byItself: "the app tries again by itself",
  changesFollow: "changes since then follow by themselves",
} as const;
