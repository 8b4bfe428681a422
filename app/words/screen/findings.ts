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
  how: "Every change of every group is looked at together, so that of those told one in twenty at most is expected to be chance. A movement that several groups show is told once.",
} as const;
