// The colours of charts, declared once. Pairs stay apart for every kind of colour vision (CIEDE2000 of 16 or more) and
// lines reach 3:1 on white; dash and shape repeat what the colour says, for print and forced colours.
export const chartTheme = {
  line: "#005BD3",
  comparison: "#8A8A8A",
  grid: "#E3E3E3",
  band: "#F1F1F1",
  text: "#303030",
  subdued: "#616161",
  comparisonDash: "5 4",
  incompleteDash: "2 3",
  lineWidth: 2,
  fontSize: 11,
} as const;
