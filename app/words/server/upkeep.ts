// How the figures stay up to date, and what of it does not work.
export const upkeep = {
  notYet: "Not yet",
  lastNotification: "Last notification from Shopify",
  lastNotificationHelp:
    "Shopify tells of changes as they happen. What a notification names is read again within seconds.",
  waiting: "Notifications waiting",
  waitingSince: "{n}, the oldest since {moment}",
  lastLook: "Last look for missed changes",
  lastLookFound: "{moment}, found {n, plural, one {# change} other {# changes}}",
  lastLookHelp:
    "Every 15 minutes the app asks Shopify for all orders and customers that changed, in case a notification was lost.",
  firstSync: "First sync",
  firstSyncStopped: "Not finished: {error}",
  firstSyncUnanswered: "Not finished: Shopify didn't answer",
  firstSyncFinished: "Finished {moment}",

  stopped: "Stopped: {task}",
  stoppedMany: "Stopped: {n, plural, one {# task of the app} other {# tasks of the app}}",
  stoppedNext: "The app has stopped trying. Retry starts it again.",
  failed: "Failed, and tried again: {task}",
  failedMany: "Failed, and tried again: {n, plural, one {# task of the app} other {# tasks of the app}}",
  failedNext: "The app tries again by itself. Retry does it now.",
} as const;

/** The jobs that a shop has: by themselves, and within a sentence. */
export const tasks = {
  first_sync: "Reading your orders",
  sweep: "Looking for missed changes",
  follow_webhooks: "Reading what changed",
  record: "Recording what Shopify doesn't keep",
  follow_place: "Asking Shopify what the app may do",
  subscribe: "Asking Shopify for notifications",
  retention: "Removing orders that you don't keep",
  exclude: "Leaving out the orders you chose",
  annotate: "Bringing notes to Shopify and from it",
  privacy: "Carrying out a privacy request",
  check: "Checking your figures",
  find: "Looking for what changed",
} as const;

export const tasksWithin = {
  first_sync: "reading your orders",
  sweep: "looking for missed changes",
  follow_webhooks: "reading what changed",
  record: "recording what Shopify doesn't keep",
  follow_place: "asking Shopify what the app may do",
  subscribe: "asking Shopify for notifications",
  retention: "removing orders that you don't keep",
  exclude: "leaving out the orders you chose",
  annotate: "bringing notes to Shopify and from it",
  privacy: "carrying out a privacy request",
  check: "checking your figures",
  find: "looking for what changed",
} as const satisfies Readonly<Record<keyof typeof tasks, string>>;
