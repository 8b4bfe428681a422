// How long orders are kept: what is so now, and what a choice would take away.
export const retention = {
  all: "All orders",
  years: "The last {n, plural, one {# year} other {# years}}",
  months: "The last {n, plural, one {# month} other {# months}}",

  leave:
    "{n, plural, one {# order placed before {day} leaves} other {# orders placed before {day} leave}} the app, of {all}. Shopify keeps them.",
  sumsStay:
    "Sums per customer stay, so that segments and figures from {day} on stay as they are, but for those that look at the days before as well, such as the retention rate. Earlier days, and comparisons with them, will have no figures.",
  noSums:
    "Sums per customer can't be made, because the app doesn't have all your orders. Figures that need older orders will have no value.",
  onlyOlder:
    "{n, plural, one {With them goes # customer} other {With them go # customers}} who ordered only then.",
  sumsForgotten: "The sums of {n, plural, one {# customer} other {# customers}} are forgotten too.",
  noSegments:
    "Segments, net sales, and new and returning customers can't be shown any more: they need every customer's whole history.",
  removeTitle: "Remove {n, plural, one {# order} other {# orders}} from the app?",
  forgetTitle: "Forget the sums of {n, plural, one {# customer} other {# customers}}?",
  remove: "Remove orders",
  forget: "Forget sums",

  readAgain: "All orders are being read again. Until they are here, everything stays as it was.",
  beingRemoved: "{n, plural, one {# older order is} other {# older orders are}} being removed.",
  sinceWithSums:
    "Orders since {day} are kept. Of older ones each customer's sums are kept. Each night a day moves out.",
  sinceAlone: "Orders since {day} are kept. Nothing of older ones is kept. Each night a day moves out.",
  allKept: "All orders are kept for as long as the app is installed.",
  leaveAfterwards: "Orders are being read; older ones than you keep leave the app afterwards.",
  yearsKept: "Orders of the last {n, plural, one {# year} other {# years}} are kept. None is older now.",
  monthsKept: "Orders of the last {n, plural, one {# month} other {# months}} are kept. None is older now.",
} as const;
