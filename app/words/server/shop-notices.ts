// What the merchant changed in Shopify, or Shopify for the merchant, and who the shop is.
export const shopNotices = {
  frozen: "Shopify has frozen this store",
  locked: "Shopify has locked this store",
  unavailable: "Shopify doesn't open this store",
  frozenText:
    "Until its plan is paid, Shopify lets no app read its orders. It has been so since {since}. The last figures stay here; the app tries again by itself.",
  lockedText:
    "Until it is unlocked, Shopify lets no app read its orders. Shopify Support can say why. It has been so since {since}. The last figures stay here; the app tries again by itself.",
  unavailableText:
    "While it is unavailable, Shopify lets no app read its orders. It has been so since {since}. The last figures stay here; the app tries again by itself.",
  frozenUntil:
    "Until its plan is paid, Shopify lets no app read its orders. It has been so since {since}. The last figures stay here; the app tries again by itself, next {next}.",
  lockedUntil:
    "Until it is unlocked, Shopify lets no app read its orders. Shopify Support can say why. It has been so since {since}. The last figures stay here; the app tries again by itself, next {next}.",
  unavailableUntil:
    "While it is unavailable, Shopify lets no app read its orders. It has been so since {since}. The last figures stay here; the app tries again by itself, next {next}.",

  copyLost: "The app's copy of your shop was lost or damaged",
  copyBeingRead:
    "It was found so on {day}. Nothing in Shopify is lost: orders and customers are being read again from there. What only the app held is gone and begins anew: stock, unit costs and consents of earlier days, and whatever Shopify no longer shows.",
  copyReadAgain:
    "It was found so on {day}. Nothing in Shopify is lost: orders and customers were read again from there. What only the app held is gone and begins anew: stock, unit costs and consents of earlier days, and whatever Shopify no longer shows.",

  currencyChanged: "The shop's currency changed from {from} to {to} on {day}",
  currencyChangedText:
    "Figures are being read again, so that no amount of the old currency stays among the new ones.",
  customersRemoved: "Customer access was removed",
  scopesRemoved: "The app may no longer read everything",
  scopesBack: "When the permission is back, what is missing is read again by itself.",
  read_orders:
    "Without read_orders nothing new has been read since {since}. The figures are those of that time.",
  read_all_orders:
    "Without read_all_orders changes to orders older than 60 days have not been followed since {since}.",
  read_customers:
    "Without read_customers orders placed since {since} don't say who bought. Periods that reach beyond that day have no segments and no figures per customer.",
  read_products:
    "Without read_products orders read since {since} don't say what was bought, or what it cost.",
  read_customer_merge: "Without read_customer_merge a merge of customers is noticed late, since {since}.",
  otherScope: "{scope}.",
  daysCounted: "Days are counted in the time zone {timeZone}",
  daysCountedText:
    "The shop's time zone changed on {day}; it was {from}. All orders, older ones too, have been booked on their days of the new one.",

  shop: "Shop",
  domain: "Domain",
  timeZone: "Time zone",
  timeZoneHelp: "By it orders are put on their days. After a change all orders are booked anew.",
  currency: "Currency",
  currencyHelp:
    "Amounts in other currencies are as Shopify converted them at the order. After a change everything is read again.",
  changed: "{now} since {day}, {from} before",
} as const;
