// One KPI over time with its compared period, as SVG that the server draws, and the same figures as a table: shown on
// demand, always there for screen readers. Two drawings differ in their proportions; the style sheet shows the one that
// fits its box, so that letters stay legible on a phone.
import { AxisBottom, AxisLeft } from "@visx/axis";
import { Group } from "@visx/group";
import { scaleLinear } from "@visx/scale";
import { LinePath } from "@visx/shape";
import { Button } from "@shopify/polaris";
import { useId, useState } from "react";
import type { ChartPoint, ChartView } from "../../reports/trend.server.ts";
import type { ScreenId } from "../../words/screen.ts";
import { useWords } from "../bits/language.ts";
import { NoteMarks, NoteTexts } from "./chart-notes.tsx";
import { chartTheme } from "./chart-theme.ts";
import { Crosshair } from "./crosshair.tsx";

const MARGIN = { top: 12, right: 16, bottom: 26, left: 56 };
/** Between a mark's words and the line they belong to. */
const GAP = 8;

const WIDE = { width: 900, height: 240, ticks: 8, className: "trend-wide" };
const NARROW = { width: 340, height: 200, ticks: 4, className: "trend-narrow" };
/** The style sheet shows the wide drawing from here on. */
const WIDE_FROM = 560;

/** Room for the longest mark of the axis: "KWD 1.5K" and "14,000 USDC" are longer than "€1.5K". */
const leftOf = ({ axis }: ChartView) =>
  Math.max(MARGIN.left, ...axis.marks.map(({ text }) => GAP + Math.ceil(widthOf(text))));

/** About as wide as the letters are drawn, rather more than less. */
const widthOf = (text: string) =>
  [...text].reduce((sum, letter) => sum + chartTheme.fontSize * (letter > "\u2e7f" ? 1.1 : 0.65), 0);

const plotOf = (chart: ChartView) => (boxWidth: number) => {
  const { width } = boxWidth >= WIDE_FROM ? WIDE : NARROW;
  return { from: leftOf(chart) / width, to: (width - MARGIN.right) / width };
};

export function TrendChart({
  chart,
  period,
  compared,
}: {
  chart: ChartView;
  /** The days of the two lines. */
  period: string;
  compared: string | null;
}) {
  const { say } = useWords();
  const [asTable, setAsTable] = useState(false);
  const id = useId();
  const [only] = chart.points;
  return (
    <div className="trend">
      <div className="trend-legend">
        <span className="trend-key">
          <LegendLine />
          {period}
        </span>
        {chart.compared ? (
          <span className="trend-key">
            <LegendLine compared />
            {compared ?? say("chart.comparedDays")}
          </span>
        ) : null}
        <span className="trend-toggle">
          <Button
            variant="plain"
            onClick={() => setAsTable(!asTable)}
            ariaExpanded={asTable}
            ariaControls={id}
          >
            {say(asTable ? "chart.hideTable" : "chart.showTable")}
          </Button>
        </span>
      </div>
      {chart.empty !== null ? (
        <p className="trend-empty">{chart.empty}</p>
      ) : only !== undefined && chart.points.length === 1 ? (
        <Pair point={only} />
      ) : (
        <Crosshair title={chart.title} points={chart.points} notes={chart.notes.notes} plotAt={plotOf(chart)}>
          <Drawing chart={chart} {...WIDE} />
          <Drawing chart={chart} {...NARROW} />
        </Crosshair>
      )}
      {chart.note === null || chart.empty !== null ? null : <p className="trend-note">{chart.note}</p>}
      <NoteTexts notes={chart.notes} />
      <div id={id} className={asTable ? "trend-table" : "visually-hidden"}>
        <PointTable chart={chart} />
      </div>
    </div>
  );
}

interface Drawn {
  chart: ChartView;
  width: number;
  height: number;
  ticks: number;
  className: string;
}

function Drawing({ chart, width, height, ticks, className }: Drawn) {
  const { points, axis } = chart;
  const left = leftOf(chart);
  const inner = { width: width - left - MARGIN.right, height: height - MARGIN.top - MARGIN.bottom };
  const x = scaleLinear<number>({ domain: [0, Math.max(1, points.length - 1)], range: [0, inner.width] });
  const y = scaleLinear<number>({ domain: [axis.low, axis.high], range: [inner.height, 0] });
  const step = Math.ceil(points.length / ticks);
  const marks = points.map((_, index) => index).filter((index) => index % step === 0);
  const texts = new Map(axis.marks.map((mark) => [mark.value, mark.text]));
  const place = (index: number, value: number) => ({ cx: round(x(index)), cy: round(y(value)) });

  return (
    <svg className={className} viewBox={`0 0 ${width} ${height}`} aria-hidden="true" focusable="false">
      <Group left={left} top={MARGIN.top}>
        {axis.marks.map((mark) => (
          <line
            key={mark.value}
            x1={0}
            x2={inner.width}
            y1={round(y(mark.value))}
            y2={round(y(mark.value))}
            stroke={chartTheme.grid}
          />
        ))}
        <AxisLeft
          scale={y}
          tickValues={axis.marks.map((mark) => mark.value)}
          tickFormat={(value) => texts.get(Number(value)) ?? ""}
          hideAxisLine
          hideTicks
          tickLabelProps={() => ({ ...labelStyle, textAnchor: "end", dx: -4, dy: 4 })}
        />
        <AxisBottom
          top={inner.height}
          scale={x}
          tickValues={marks}
          tickFormat={(value) => points[Number(value)]?.tick ?? ""}
          stroke={chartTheme.grid}
          hideTicks
          tickLabelProps={(_, index) => ({
            ...labelStyle,
            textAnchor: marks[index] === 0 ? "start" : marks[index] === points.length - 1 ? "end" : "middle",
            dy: 4,
          })}
        />
        <NoteMarks notes={chart.notes.notes} x={(point) => round(x(point))} height={inner.height} />
        {chart.compared ? (
          <Line
            points={points}
            x={x}
            y={y}
            value={comparedValue}
            stroke={chartTheme.comparison}
            dash={chartTheme.comparisonDash}
          />
        ) : null}
        <Line points={points} x={x} y={y} value={wholeValue} stroke={chartTheme.line} />
        <Line
          points={points}
          x={x}
          y={y}
          value={openValue}
          stroke={chartTheme.line}
          dash={chartTheme.incompleteDash}
        />
        {points.map((point, index) =>
          point.value === null || !(standsAlone(points, index) || !point.complete) ? null : (
            <circle
              key={index}
              {...place(index, point.value)}
              r={3.5}
              fill={point.complete ? chartTheme.line : chartTheme.surface}
              stroke={chartTheme.line}
              strokeWidth={chartTheme.lineWidth}
            />
          ),
        )}
        {points.map((point, index) =>
          point.compared?.value == null || !comparedAlone(points, index) ? null : (
            <circle
              key={index}
              {...place(index, point.compared.value)}
              r={3}
              fill={chartTheme.surface}
              stroke={chartTheme.comparison}
              strokeWidth={1.5}
            />
          ),
        )}
      </Group>
    </svg>
  );
}

type Scale = (value: number) => number;
type Reading = (
  point: ChartPoint,
  next: ChartPoint | undefined,
  before: ChartPoint | undefined,
) => number | null;

const comparedValue: Reading = (point) => point.compared?.value ?? null;
const wholeValue: Reading = (point) => (point.complete ? point.value : null);
/** Points that are not whole, with their neighbours, so that the dashed piece joins the solid one. */
const openValue: Reading = (point, next, before) =>
  !point.complete || (next && !next.complete) || (before && !before.complete) ? point.value : null;

function Line({
  points,
  x,
  y,
  value,
  stroke,
  dash,
}: {
  points: readonly ChartPoint[];
  x: Scale;
  y: Scale;
  value: Reading;
  stroke: string;
  dash?: string;
}) {
  const data = points.map((point, index) => ({
    index,
    value: value(point, points[index + 1], points[index - 1]),
  }));
  return (
    <LinePath
      data={data}
      defined={(point) => point.value !== null}
      x={(point) => round(x(point.index))}
      y={(point) => round(y(point.value ?? 0))}
      stroke={stroke}
      strokeWidth={chartTheme.lineWidth}
      strokeDasharray={dash}
      strokeLinejoin="round"
    />
  );
}

const BY = {
  day: "chart.byDay",
  week: "chart.byWeek",
  month: "chart.byMonth",
  quarter: "chart.byQuarter",
  year: "chart.byYear",
} as const satisfies Readonly<Record<ChartView["grain"], ScreenId>>;
const COMPARED = {
  day: "chart.comparedDay",
  week: "chart.comparedWeek",
  month: "chart.comparedMonth",
  quarter: "chart.comparedQuarter",
  year: "chart.comparedYear",
} as const satisfies Readonly<Record<ChartView["grain"], ScreenId>>;

/** "Net sales by day". */
export function useChartTitle({ title, grain }: Pick<ChartView, "title" | "grain">): string {
  return useWords().say(BY[grain], { kpi: title });
}

function PointTable({ chart }: { chart: ChartView }) {
  const { say } = useWords();
  const caption = useChartTitle(chart);
  return (
    <table className="plain-table">
      <caption>{caption}</caption>
      <thead>
        <tr>
          <th scope="col">{say(`chart.${chart.grain}`)}</th>
          <th scope="col" className="numeric">
            {chart.title}
          </th>
          {chart.compared ? <th scope="col">{say(COMPARED[chart.grain])}</th> : null}
          {chart.compared ? (
            <th scope="col" className="numeric">
              {say("chart.comparedFigure", { kpi: chart.title })}
            </th>
          ) : null}
        </tr>
      </thead>
      <tbody>
        {chart.points.map((point) => (
          <tr key={point.label}>
            <th scope="row">
              {point.complete ? point.label : say("chart.notWhole", { point: point.label })}
            </th>
            <td className="numeric">{point.text}</td>
            {chart.compared ? <td>{point.compared?.label ?? "–"}</td> : null}
            {chart.compared ? <td className="numeric">{point.compared?.text ?? "–"}</td> : null}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function LegendLine({ compared = false }: { compared?: boolean }) {
  return (
    <svg width="24" height="8" viewBox="0 0 24 8" aria-hidden="true" focusable="false">
      <line
        x1="0"
        x2="24"
        y1="4"
        y2="4"
        stroke={compared ? chartTheme.comparison : chartTheme.line}
        strokeWidth={chartTheme.lineWidth}
        strokeDasharray={compared ? chartTheme.comparisonDash : undefined}
      />
    </svg>
  );
}

/** A point without neighbours to be joined to would be invisible as a line. */
function standsAlone(points: readonly ChartPoint[], index: number): boolean {
  return (points[index - 1]?.value ?? null) === null && (points[index + 1]?.value ?? null) === null;
}

function comparedAlone(points: readonly ChartPoint[], index: number): boolean {
  return (
    (points[index - 1]?.compared?.value ?? null) === null &&
    (points[index + 1]?.compared?.value ?? null) === null
  );
}

/** One point makes no line: its value and the compared one as two bars from zero. */
function Pair({ point }: { point: ChartPoint }) {
  const { say } = useWords();
  const rows = [
    {
      label: point.complete ? point.label : say("chart.notWhole", { point: point.label }),
      value: point.value,
      text: point.text,
    },
    ...(point.compared ? [point.compared] : []),
  ];
  const longest = Math.max(...rows.map(({ value }) => Math.abs(value ?? 0)));
  return (
    <div className="pair" aria-hidden="true">
      {rows.map(({ label, value, text }, index) => (
        <div key={label} className="pair-row">
          <span>{label}</span>
          <span className="pair-track">
            <span
              className={index === 0 ? "pair-bar" : "pair-bar pair-compared"}
              style={{ inlineSize: `${longest === 0 ? 0 : (100 * Math.abs(value ?? 0)) / longest}%` }}
            />
          </span>
          <span className="figure-value">{text}</span>
        </div>
      ))}
    </div>
  );
}

const labelStyle = {
  fontSize: chartTheme.fontSize,
  fill: chartTheme.subdued,
  fontFamily: "inherit",
} as const;
const round = (value: number): number => Math.round(value * 10) / 10;
