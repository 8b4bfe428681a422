// What is recorded because Shopify keeps no past of it.
export const recordings = {
  consents: "Consents",
  consentsAbout:
    "Who may be sent e-mails, text messages and WhatsApp messages. No address and no number is kept.",
  consentsLeftOut: "{n, plural, one {# consent} other {# consents}} could not be read last night.",
  unit_costs: "Unit costs",
  unit_costsAbout: "What a piece of each product costs you, as entered in Shopify.",
  unit_costsLeftOut: "{n, plural, one {# unit cost} other {# unit costs}} could not be read last night.",
  stock_levels: "Stock levels",
  stock_levelsAbout: "What is available, on hand, committed and incoming of each product at each location.",
  stock_levelsLeftOut:
    "{n, plural, one {# stock level} other {# stock levels}} could not be read last night.",
  shopify_segments: "Your segments in Shopify",
  shopify_segmentsAbout: "Their names and rules.",
  shopify_segmentsLeftOut: "{n, plural, one {# segment} other {# segments}} could not be read last night.",
  segment_members: "Members of your segments in Shopify",
  segment_membersAbout: "Who is in which segment.",
  segment_membersLeftOut:
    "{n, plural, one {# segment's members} other {# segments' members}} could not be read last night.",

  inventory:
    "With your permission to read inventory (read_inventory), the app records from then on what is in stock. Days before can't be made up for, as Shopify doesn't keep them.",
  inventoryButton: "Give access to inventory",

  notRecorded: "Not recorded",
  notYet: "Not recorded yet",
  ended: "Since {day}, not recorded any more",
  everyDay: "Since {day}, every day",
  someMissing: "Since {day}, {n, plural, one {# day} other {# days}} missing",
  gaps: "Not known: {gaps}. No reading in the night after told how these days ended, and Shopify doesn't keep it.",
  earlierGaps: "{n, plural, one {# earlier gap} other {# earlier gaps}}",
  withoutCost: "{n, plural, one {# product variant} other {# product variants}} without a cost in Shopify.",
  unreadableCost:
    "{n, plural, one {# product variant} other {# product variants}} with a cost that can't be read.",
  foreignCost:
    "{n, plural, one {# product variant} other {# product variants}} with a cost in {currency}: it isn't used, as your shop's currency is {own}.",
} as const;
