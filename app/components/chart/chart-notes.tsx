// Notes on a chart's days: numbered marks in its drawing, and below it the same numbers with their text.
import { Button } from "@shopify/polaris";
import type { ChartNote, ChartNotes } from "../../reports/chart-notes.server.ts";
import { useLanguage, useWords } from "../bits/language.ts";
import { pathIn } from "../router.ts";
import { chartTheme } from "./chart-theme.ts";

/** The numbers of the notes that begin in each point. */
function numbersAt(notes: readonly ChartNote[]): ReadonlyMap<number, string> {
  const numbers = new Map<number, number[]>();
  for (const [index, { first }] of notes.entries())
    numbers.set(first, [...(numbers.get(first) ?? []), index + 1]);
  return new Map([...numbers].map(([point, all]) => [point, all.join(", ")]));
}

export function NoteMarks({
  notes,
  x,
  height,
}: {
  notes: readonly ChartNote[];
  x: (point: number) => number;
  height: number;
}) {
  return (
    <g className="trend-marks">
      {notes.map(({ first, last }, index) =>
        last === first ? null : (
          <rect
            key={index}
            x={x(first)}
            width={x(last) - x(first)}
            y={0}
            height={height}
            fill={chartTheme.subdued}
            opacity={0.08}
          />
        ),
      )}
      {[...numbersAt(notes)].map(([point, numbers]) => (
        <g key={point}>
          <line
            x1={x(point)}
            x2={x(point)}
            y1={4}
            y2={height}
            stroke={chartTheme.subdued}
            strokeDasharray="2 3"
          />
          <text
            x={x(point)}
            y={0}
            fontSize={chartTheme.fontSize}
            fill={chartTheme.subdued}
            textAnchor="middle"
            fontFamily="inherit"
          >
            {numbers}
          </text>
        </g>
      ))}
    </g>
  );
}

export function NoteTexts({ notes: { notes, more } }: { notes: ChartNotes }) {
  const { say } = useWords();
  const settings = `${pathIn(useLanguage(), "/app/settings/calendar")}#notes`;
  return (
    <div className="trend-notes">
      {notes.length === 0 ? null : (
        <ol aria-label={say("chart.notes")}>
          {notes.map(({ text, description }, index) => (
            <li key={index}>
              {text}
              {description === "" ? null : <span className="trend-about">{description}</span>}
            </li>
          ))}
        </ol>
      )}
      {more === null ? null : <p>{more}</p>}
      <span>
        <Button variant="plain" url={settings}>
          {say(notes.length === 0 ? "chart.addNote" : "chart.editNotes")}
        </Button>
      </span>
    </div>
  );
}
