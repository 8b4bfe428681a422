// What the pages of segments, KPIs, settings, and those that begin say by themselves.
export const menu = {
  segments: "Segments",
  kpis: "KPIs",
  retention: "Retention",
  journey: "Journey",
  products: "Products",
  reports: "Reports",
  settings: "Settings",
} as const;

export const segmentPages = {
  title: "Segments",
  compare: "Compare segments",
  counting: "Customers are counted.",
  notCounted: "Customers could not be counted this time.",
  nobody: "Nobody is grouped by it yet.",
  notKnown: "Customers can't be grouped until all of their orders are known.",
  more: "{n, plural, one {# more} other {# more}}",
  ofCustomers: "{text} ({share})",
  byOrder: "Groups of orders, not of customers.",
  byTag: "By the tags that your customers have today.",
  others: "Other ways of grouping",
} as const;

export const comparePage = {
  title: "Compare segments",
  choose: "Choose segments to compare.",
  caption: "KPIs of the chosen segments",
  kpi: "KPI",
} as const;

export const kpiPages = {
  title: "KPIs",
  of: "{who}, {period}",
  caption: "{chapter}: values and changes",
  kpi: "KPI",
  value: "Value",
  change: "Change",
  pin: "Pin",
  unpin: "Unpin",
  pinOf: "Pin {kpi} to Home",
  unpinOf: "Unpin {kpi} from Home",
  pinned:
    "{n, plural, =0 {Pinned KPIs stand at the head of Home. None is pinned: Home shows the usual four.} one {# KPI is pinned to Home.} other {# KPIs are pinned to Home.}}",
  follow: "Follow",
  unfollow: "Stop following",
  followOf: "Follow {kpi} of {of} on Home",
  unfollowOf: "Stop following {kpi} of {of} on Home",
  followed: "Followed",
  figureOf: "{kpi}: {of}",
  full: "Four are pinned. Unpin one to pin another.",
  missing: "Not known yet",
  untold: "{n, plural, one {This KPI needs it: {kpis}.} other {These KPIs need it: {kpis}.}}",
  why: "Why it moved",
  counted: "How it is counted",
  bySegment: "By segment",
} as const;

export const chapterPages = {
  journey: "Where do they come from, and what did it cost?",
  journeyNot:
    "Visits, funnels, abandoned checkouts by segment, e-mails and surveys aren't in the app yet. What is known of winning customers is below.",
  journeyStep: "See segments by channel of first order",
  products: "What do segments buy, and can it be delivered?",
  productsNot:
    "Products by segment, delivery times and reorder points aren't in the app yet. What is known of margin and stock is below.",
  productsStep: "See segments by product of first order",
} as const;

export const reportsPage = {
  views: "Saved views",
  viewsHelp: "Pages with their choices, for everybody of the shop.",
  noViews:
    "No view is saved yet. Choose what a page shows, then press Save view there: everybody of the shop finds it here.",
  name: "Name",
  made: "Saved",
  remove: "Remove",
  removeOf: "Remove {name}",
  heading: "Reports on a schedule aren't in the app yet",
  text: "Every table can be taken away as a file now: open a grouping of your segments and choose Export.",
  step: "Choose a grouping to export",
} as const;

export const settingsPage = {
  data: "Data and trust",
  dataHelp: "Whether the figures are Shopify's, how that is known, and what isn't counted.",
  calendar: "Calendar",
  calendarHelp:
    "Your business's weeks and year, events that comparisons with last year go by, and notes on days that stand on every chart.",
  orders: "Orders left out",
  ordersHelp: "Tags and channels whose orders no figure counts, such as those of staff or of wholesale.",
  privacy: "Privacy and retention",
  privacyHelp: "How long orders are kept, requests about a customer's data, and who took files away.",
} as const;
