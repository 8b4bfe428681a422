// How things are right now: on their way, read so far, out of reach, and what else there is to be told.
export const state = {
  loading: "Loading figures",
  updated: "Figures updated",
  progress: "{title}, {percent, number} percent",
  offline: "You're offline. This page is as it was at {time} by your clock.",
  addressReplaced: "Part of this address couldn't be read",
  moreNotices: "{n, plural, one {# more notice follows.} other {# more notices follow.}}",
  grant: "Grant access",
} as const;
