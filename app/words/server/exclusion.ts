// Orders that the merchant leaves out of figures: which, how many, and what they come to.
export const exclusion = {
  /** Within a sentence: `tags` and `channels` are lists with "or". */
  ofTags: "orders tagged {tags}",
  ofChannels: "orders by {channels}",
  ofBoth: "orders tagged {tags}, and orders by {channels}",
  quoted: "“{tag}”",
  more: "{n, plural, one {# other} other {# others}}",
  chosen: "Orders left out",
  what: "By your choice: {what}. In Shopify they count.",
  since: "{what}; chosen {moment}",

  none: "You have chosen no orders to leave out.",
  applied: "Figures leave out {what}. Chosen {moment}.",
  applying: "Your choice of {moment} is being applied. Until it is, figures are as before.",
  failing: "Your choice of {moment} could not be applied yet: {reason}. The app tries again by itself.",
  sums: "Orders before {day} are not kept; the sums that stand for them stay as they were counted when they went.",

  leavesNone: "Nothing is chosen: no order would be left out.",
  leaves: "{orders} of {all} orders of the last 12 months, with {net} of {allNet} net sales.",
  ever: "Of all time: {ever, plural, =0 {no order} one {# order} other {# orders}}.",
  notRead: "How many orders that is can be told once orders have been read.",
  withTag: "{n, plural, =0 {no order has this tag yet} one {# order} other {# orders}}",
  withChannel: "{n, plural, =0 {no order came by it yet} one {# order} other {# orders}}",
} as const;
