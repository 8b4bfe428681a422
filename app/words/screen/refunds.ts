// The card of what was given back by both days.
export const refundsCard = {
  title: "Both ways: by the day given back, by the day sold",
  caption: "Returns and refunds by month, by the day given back and by the day sold",
  month: "Month",
  sold: "Gross sales",
  soldHelp: "Gross sales booked in the month.",
  backIn: "Given back in the month",
  backInHelp:
    "Returns, refunds and adjustments booked in the month, whenever it was sold. This is how Shopify's reports and the figures of this app count.",
  backOf: "Given back of it so far",
  backOfHelp:
    "Returns, refunds and adjustments of what was sold in the month, up to now, whenever they came. An order's line was sold on the day it was first in the order; what is of no line, such as a goodwill refund, was sold with its order.",
  back: "Returns and refunds",
  share: "Share of it",
  shareHelp: "What was given back so far of what was sold in the month, by its gross sales.",
  toCome: "Still to come",
  toComeHelp: "Estimated from what earlier months still gave back once they were as old.",
} as const;
