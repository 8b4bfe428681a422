// What stands where a page cannot be shown, but for the sentence with which the server refused it.
export const errorPage = {
  openHome: "Open home",
  allSegments: "See all segments",
  offline: "You're offline",
  offlineHelp: "This page hasn't been loaded yet. It can be once you're connected again.",
  noSegment: "This segment can't be found",
  noSegmentHelp:
    "The link may be old, or nobody is known to have been in the segment on the day for which groups are made.",
  noSegmentation: "Customers can't be grouped this way (any more)",
  noSegmentationHelp: "The link may be old.",
  notReady: "Your orders are about to arrive",
  notReadyHelp: "Reading them starts by itself. This page can be shown once the first ones are here.",
  nothingHere: "There's nothing at this address",
  nothingHereHelp: "The link may be old, or a part of it may be missing.",
  refused: "This can't be shown",
  refusedHelp: "Open the app's home page.",
  notNow: "This can't be shown right now",
  notNowHelp: "Your data are safe. Try again in a moment.",
  unforeseen: "Something went wrong on our side",
  unforeseenHelp: "Your data are safe, and the fault has been logged. Try again in a moment.",
  updating: "Being updated",
  broken: "Your orders are being read anew",
} as const;
