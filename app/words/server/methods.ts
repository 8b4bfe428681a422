// How a figure's range is made, by the kind of figure: on pages, and in docs/statistics.md.
export const methodCalled = {
  sum: "a sum or count",
  wilson: "a share of customers",
  delta: "a ratio of sums",
  share: "a part of the shop's sum",
  poisson: "what is spent by the customer",
  order: "a median",
  survival: "a share of customers as far as they are followed",
} as const;

export const methodRange = {
  sum: "none: it is a fact",
  wilson: "Wilson's",
  delta:
    "delta method with customers as clusters, bent by Hall's transformation with the third moment of the residuals, which is taken for no smaller than that of log-normal amounts of the same spread",
  share: "delta method over all customers, inside the segment and outside, symmetric in log-odds",
  poisson: "Garwood's exact one of the number of customers: what is spent is known",
  order:
    "Woodruff's: between the values at the places where the range of the part below the median ends, with customers as clusters, and never narrower than that of as many values that have nothing to do with each other",
  survival: "Kaplan–Meier with Greenwood's variance, symmetric in log(−log)",
} as const;

export const methodSources = {
  sum: "Cochran (1977) 2.5; Ross (2014) 5.4.2; Welch (1947); Hall (1992)",
  wilson: "Wilson (1927); Newcombe (1998), method 10; Zou & Donner (2008)",
  delta: "Cochran (1977) 2.11, 6.3; Deng, Knoblich & Lu (2018); Hall (1992)",
  share: "Cochran (1977) 6.3; Agresti (2013) 16.1; Zou & Donner (2008)",
  poisson: "Garwood (1936); Wilson & Hilferty (1931) above 1,000; Zou & Donner (2008)",
  order: "Woodruff (1952); Zou & Donner (2008)",
  survival: "Kaplan & Meier (1958); Kalbfleisch & Prentice (1980) 1.3; Zou & Donner (2008)",
} as const;
