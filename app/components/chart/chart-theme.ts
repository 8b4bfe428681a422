// The colours of charts, declared once. Pairs stay apart for every kind of colour vision (CIEDE2000 of 16 or more) and
// lines reach 3:1 on white; dash and shape repeat what the colour says, for print. The style sheet sets the variables where
// the reader has chosen the colours.
export const chartTheme = {
  line: "var(--chart-line, #005BD3)",
  comparison: "var(--chart-comparison, #8A8A8A)",
  grid: "var(--chart-grid, #E3E3E3)",
  surface: "var(--chart-surface, #FFFFFF)",
  subdued: "var(--chart-text, #616161)",
  comparisonDash: "5 4",
  incompleteDash: "2 3",
  lineWidth: 2,
  fontSize: 11,
} as const;
