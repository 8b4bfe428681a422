// Events of a year, and kinds of what is written down of a shop's days.
export const events = {
  black_friday: "Black Friday",
  cyber_monday: "Cyber Monday",
  christmas: "Christmas",
  easter: "Easter Sunday",
  lunar_new_year: "Lunar New Year",
  eid_al_fitr: "Eid al-Fitr",
  ramadan: "First day of Ramadan",
  diwali: "Diwali",
  singles_day: "Singles' Day",
  mothers_day: "Mother's Day (second Sunday of May)",
  mothering_sunday: "Mothering Sunday (UK)",
  valentines_day: "Valentine's Day",
  fathers_day: "Father's Day (third Sunday of June)",
  halloween: "Halloween",
  new_year: "New Year",
  eid_al_adha: "Eid al-Adha",
} as const;

/** Notes below a chart; `days` is "Nov 20" or "Nov 20 – 24, 2026". */
export const chartNotes = {
  own: "{days}: {title} (yours)",
  shopify: "{days}: {title} (Shopify)",
  app: "{days}: {title} ({app})",
  more: "{n, plural, one {# more note} other {# more notes}} in these days.",
} as const;

/** Of Shopify's notes and the shop's own in Shopify. */
export const shopifyNotes = {
  notRead:
    "Shopify keeps notes on days, too: its own, and what other apps wrote. With your permission they stand on the charts here, and yours can stand on Shopify's.",
  notYet: "Shopify's notes are read in a moment.",
  read: "{n, plural, =0 {Shopify has no note} one {Shopify has # note} other {Shopify has # notes}} of its own or of other apps. Read {moment}.",
  written:
    "{n, plural, =0 {Your notes} one {Your # note} other {Your # notes}} stand in Shopify's analytics as well; what you change or take away here or there follows on the other side.",
  problem: "Not all of your notes stand in Shopify: {reason} The app tries again.",
  more: "{n, plural, one {# earlier note} other {# earlier notes}} on the charts of their days.",
} as const;

export const annotationType = {
  campaign: "Campaign",
  ad_spend_change: "Change in ad spend",
  influencer_collaboration: "Influencer collaboration",
  product_launch: "Product launch",
  landing_page_launch: "Landing page launch",
  seasonal_promotion: "Seasonal promotion",
  revenue_milestone: "Revenue milestone",
  other: "Other",
} as const;
