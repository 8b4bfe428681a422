// What the page of cohorts says by itself.
export const cohortsPage = {
  heading: "Cohorts",
  choices: "Choices of the grid",
  customers: "Customers",
  showRanges: "Show ranges",
  export: "Export the grid",
  again: "How soon they order again",
  curveOf: "Customers",
  valueRange: "{value} ({range})",
  axis: "Days from the first order",
  more: "What else is known of coming back",
} as const;
