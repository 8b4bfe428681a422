// What the browser says of what changed.
export const findingsPage = {
  title: "What changed",
  why: "Why",
  whyOf: "Why: {finding}",
  use: "See these customers",
  useOf: "See these customers: {finding}",
  all: "Earlier weeks",
  none: "No week has been looked at yet.",
  newer: "Newer weeks",
  older: "Older weeks",
  days: "Days that stand out",
  daysHow:
    "The last 28 whole days, in net sales, orders, new customers and refunds of the shop and of its large segments, are looked at together, so that of those told one in twenty at most is expected to be chance. What one customer did alone is not told.",
  dayOnHome: "A day that stands out",
  figure: "See the day",
  figureOf: "See the day: {finding}",
  explained: "{n, plural, one {# explained day} other {# explained days}}",
  how: "Every change of every group is looked at together, so that of those told one in twenty at most is expected to be chance. A movement that several groups show is told once.",
} as const;
