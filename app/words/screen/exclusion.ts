// What the page of orders left out says by itself.
export const exclusionPage = {
  title: "Orders left out",
  intro:
    "Orders with one of these tags, or of one of these channels, count in no figure here: not as sales, not as anybody's first order, in no segment. They stay in the app, and whatever is compared with Shopify keeps counting them.",
  tags: "Tags of orders",
  tagsHelp:
    "In whatever case they are written. A tag that no order has yet counts from the first order on that gets it.",
  tag: "Tag",
  add: "Add",
  addNamed: "Add the tag {tag}",
  removeNamed: "Remove the tag {tag}",
  noTags: "No tag is chosen.",
  offered: "Tags your orders have",
  channels: "Channels",
  channelsHelp: "By which an order was placed.",
  noChannels: "No order here names a channel yet.",
  tagOf: "{tag}: {orders}",
  impact: "What it leaves out",
  impactNow: "What it leaves out now",
  counting: "Being counted …",
  uncounted: "It could not be counted. Save it anyway, or change it once more.",
  isThere: "This tag is in the list.",
  tooLong: "A tag has {n, number} letters at most.",
  tooMany: "No more than {n, number} tags can be chosen.",
  unwritable: "A tag holds no such characters.",
  tooMuch: "These are too many long tags at once. Save some of them first.",
} as const;
