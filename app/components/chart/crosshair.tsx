// Reads a chart point by point: where the pointer is, or by the arrow keys. What is read is shown beside the point and told to
// screen readers.
import { type ReactNode, useState } from "react";
import type { ChartNote } from "../../reports/chart-notes.server.ts";
import type { ChartPoint } from "../../reports/trend.server.ts";
import { useWords } from "../bits/language.ts";

/** Where the points of a drawing lie, as parts of its width. */
export interface Plot {
  from: number;
  to: number;
}

interface At {
  index: number;
  /** Of the point, from the box's left edge, in pixels. */
  left: number;
  width: number;
}

export function Crosshair({
  title,
  points,
  notes,
  plotAt,
  children,
}: {
  title: string;
  points: readonly ChartPoint[];
  notes: readonly ChartNote[];
  /** The drawing that stands in a box so many pixels wide. */
  plotAt: (width: number) => Plot;
  children: ReactNode;
}) {
  const { say } = useWords();
  const [at, setAt] = useState<At | null>(null);
  const last = points.length - 1;
  const put = (box: HTMLElement, index: number) => {
    const width = box.clientWidth;
    const { from, to } = plotAt(width);
    const within = Math.max(0, Math.min(last, index));
    setAt({ index: within, left: width * (from + ((to - from) * within) / Math.max(1, last)), width });
  };
  const follow = (box: HTMLElement, clientX: number) => {
    const { left, width } = box.getBoundingClientRect();
    const { from, to } = plotAt(width);
    put(box, Math.round((((clientX - left) / width - from) / (to - from)) * last));
  };
  const step = (key: string): number | null => {
    const now = at?.index ?? -1;
    switch (key) {
      case "ArrowRight":
      case "ArrowUp":
        return now + 1;
      case "ArrowLeft":
      case "ArrowDown":
        return at === null ? last : now - 1;
      case "Home":
        return 0;
      case "End":
        return last;
      default:
        return null;
    }
  };
  const point = at === null ? undefined : points[at.index];
  return (
    <div
      className="crosshair"
      role="slider"
      tabIndex={0}
      aria-label={say("chart.pointByPoint", { kpi: title })}
      aria-valuemin={1}
      aria-valuemax={points.length}
      aria-valuenow={(at?.index ?? 0) + 1}
      aria-valuetext={point?.label ?? say("chart.useArrows")}
      onPointerMove={(event) => follow(event.currentTarget, event.clientX)}
      onPointerDown={(event) => follow(event.currentTarget, event.clientX)}
      onPointerLeave={() => setAt(null)}
      onBlur={() => setAt(null)}
      onKeyDown={(event) => {
        const index = step(event.key);
        if (index !== null) {
          event.preventDefault();
          put(event.currentTarget, index);
        } else if (event.key === "Escape") setAt(null);
      }}
    >
      {children}
      {at === null ? null : (
        <span className="crosshair-line" aria-hidden="true" style={{ insetInlineStart: `${at.left}px` }} />
      )}
      <div
        role="status"
        className={at === null ? "visually-hidden" : "crosshair-box"}
        style={
          at === null
            ? undefined
            : at.left > at.width / 2
              ? { insetInlineEnd: `${at.width - at.left + 8}px` }
              : { insetInlineStart: `${at.left + 8}px` }
        }
      >
        {point === undefined || at === null ? null : (
          <>
            <Reading point={point} />
            {notes.map(({ first, last, text }, index) =>
              first <= at.index && at.index <= last ? <span key={index}>{text}</span> : null,
            )}
          </>
        )}
      </div>
    </div>
  );
}

function Reading({ point: { label, text, complete, compared } }: { point: ChartPoint }) {
  const { sayParts } = useWords();
  const strong = (words: ReactNode[]) => <strong key="figure">{words}</strong>;
  return (
    <>
      <span>
        {sayParts(complete ? "chart.figure" : "chart.figureNotWhole", { point: label, figure: text, strong })}
      </span>
      {compared ? (
        <span>{sayParts("chart.figure", { point: compared.label, figure: compared.text, strong })}</span>
      ) : null}
    </>
  );
}
