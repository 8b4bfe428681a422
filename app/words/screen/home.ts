// What the home page says by itself.
export const homePage = {
  today: "Today so far",
  headlines: "Headline figures",
  segments: "Segments",
  byChange: "Largest change first",
  ranges: "Show ranges",
  changes: "Beside a figure stands its change where it can be judged, bold when it is unlikely to be chance.",
  noAccess: "Segments need access to customers",
  noAccessHelp:
    "New orders don't say who placed them, so customers can't be put into segments. Give the access back, and what is missing is read again by itself.",
  noOrders: "Your first order starts the figures",
  noOrdersHelp:
    "Shopify has no orders the app can read yet. Seconds after one is placed, your segments appear here.",
  whatWasRead: "See what has been read",
} as const;
