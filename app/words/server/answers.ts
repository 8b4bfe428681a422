// What the server answers to a button or a form.
export const answers = {
  syncStarted: "Sync started",
  checkStarted: "Check started",
  recordingStarted: "Recording started",
  tryingAgain: "Trying again",
  saved: "Saved",
  notesAsked: "Notes are being brought",
  notesStopped: "Your notes are written to Shopify no more",
  nothingToCheck: "There is nothing to check before the first sync ends.",
  noPage: "No page of the app has this address.",
  noShopGiven: "Enter your shop's domain to log in.",
  notAShop: "That is not a shop's domain. It looks like {example}.",
} as const;
