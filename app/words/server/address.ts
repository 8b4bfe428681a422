// What of a page's address was replaced, because it could not be read.
export const addressNotices = {
  period: "“{given}” isn't a choice for the period. Showing “{label}” instead.",
  segmentation: "“{given}” isn't a choice for what to group by. Showing “{label}” instead.",
  comparison: "{problem} Comparing with “{label}” instead.",
  membersAt: "“{given}” isn't a choice for when customers are grouped. Showing “{label}” instead.",
  days: "{problem} Showing “{label}” instead.",
  kpis: "There's no KPI “{given}”. Showing the others.",
  noKpis: "There's no KPI “{given}”. Showing the usual ones instead.",
  chart: "There's no KPI “{given}”. Showing the usual one instead.",
  page: "“{given}” isn't a page. Showing the first one instead.",
  sort: "The table has no column “{given}” to sort by. Showing the usual order instead.",
} as const;
