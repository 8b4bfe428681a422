// What the pages of a shop whose buyers are too few for verdicts begin with.
export const start = {
  small:
    "{n, plural, one {# customer} other {# customers}} ordered in the last 30 days. From about {needed} a month on, a rise in their number by {rise} can be told from chance; from {many}, one by {finer}.",
} as const;
