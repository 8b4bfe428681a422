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
  more: "{n, plural, one {# more note} other {# more notes}} in these days.",
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
