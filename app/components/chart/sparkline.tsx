// A line without axes beside a headline figure; the figures themselves are in the chart and its table.
import { scaleLinear } from "@visx/scale";
import { LinePath } from "@visx/shape";
import type { LineView } from "../../reports/trend.server.ts";
import { chartTheme } from "./chart-theme.ts";

const [WIDTH, HEIGHT, MARGIN] = [200, 40, 4];

export function Sparkline({ line: { values, compared, fromZero } }: { line: LineView }) {
  const all = [...values, ...(compared ?? []), fromZero ? 0 : null].filter((value) => value !== null);
  const length = Math.max(values.length, compared?.length ?? 0, 2);
  const x = scaleLinear<number>({ domain: [0, length - 1], range: [MARGIN, WIDTH - MARGIN] });
  const y = scaleLinear<number>({
    domain: [Math.min(...all), Math.max(...all)],
    range: [HEIGHT - MARGIN, MARGIN],
  });
  const last = values.findLastIndex((value) => value !== null);
  const line = (series: LineView["values"], stroke: string, dash?: string) => (
    <LinePath
      data={series.map((value, index) => ({ index, value }))}
      defined={({ value }) => value !== null}
      x={({ index }) => round(x(index))}
      y={({ value }) => round(y(value ?? 0))}
      stroke={stroke}
      strokeWidth={dash ? 1.5 : chartTheme.lineWidth}
      strokeDasharray={dash}
      strokeLinejoin="round"
    />
  );
  return (
    <svg className="sparkline" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true" focusable="false">
      {compared ? line(compared, chartTheme.comparison, chartTheme.comparisonDash) : null}
      {line(values, chartTheme.line)}
      <circle cx={round(x(last))} cy={round(y(values[last] ?? 0))} r={3} fill={chartTheme.line} />
    </svg>
  );
}

const round = (value: number): number => Math.round(value * 10) / 10;
