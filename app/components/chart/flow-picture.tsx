// Who moved between two days as ribbons, each a link to its customers: one stop for the keyboard, arrow keys between them. Two
// drawings differ in their proportions; the style sheet shows the one that fits its box.
import { type KeyboardEvent, useRef, useState } from "react";
import type { FlowCell, MovementView } from "../../reports/movement.server.ts";
import type { ScreenId } from "../../words/screen.ts";
import { useWords } from "../bits/language.ts";
import { Link } from "../router.ts";
import { chartTheme } from "./chart-theme.ts";
import { type Box, flowLayout, type Ribbon } from "./flow-layout.ts";

const WIDE = { width: 900, tall: 360, side: 200, className: "trend-wide" };
const NARROW = { width: 340, tall: 300, side: 104, className: "trend-narrow" };
const BAR = 8;
const TOP = 8;
/** Between a bar and its words. */
const GAP = 6;
/** So wide are letters at most, on average. */
const LETTER = 0.56;
/** A ribbon of one customer among a million is still to be seen. */
const LEAST = 0.75;

const KINDS = {
  stays: "movementPage.stays",
  moves: "movementPage.moves",
  anew: "movementPage.anew",
} as const satisfies Record<FlowCell["kind"], ScreenId>;

type Picture = Pick<MovementView, "then" | "now" | "flows">;

export function FlowPicture({ picture, to }: { picture: Picture; to: (flow: FlowCell) => string }) {
  const { say } = useWords();
  const kinds = (["moves", "anew", "stays"] as const).filter((kind) =>
    picture.flows.some((flow) => flow.kind === kind),
  );
  return (
    <div className="trend">
      <Drawing picture={picture} to={to} {...WIDE} />
      <Drawing picture={picture} to={to} {...NARROW} />
      <ul className="flow-legend">
        {kinds.map((kind) => (
          <li key={kind}>
            <span aria-hidden="true" className={`flow-key flow-${kind}`} />
            {say(KINDS[kind])}
          </li>
        ))}
      </ul>
    </div>
  );
}

interface Drawn {
  picture: Picture;
  to: (flow: FlowCell) => string;
  width: number;
  tall: number;
  side: number;
  className: string;
}

const STEPS: Readonly<Record<string, (at: number, last: number) => number>> = {
  ArrowRight: (at, last) => Math.min(at + 1, last),
  ArrowDown: (at, last) => Math.min(at + 1, last),
  ArrowLeft: (at) => Math.max(at - 1, 0),
  ArrowUp: (at) => Math.max(at - 1, 0),
  Home: () => 0,
  End: (_, last) => last,
};

function Drawing({ picture, to, width, tall, side, className }: Drawn) {
  const { say } = useWords();
  const drawing = useRef<SVGSVGElement>(null);
  const [stop, setStop] = useState(0);
  const { then, now, ribbons, height } = flowLayout(picture, tall);
  const current = Math.min(stop, ribbons.length - 1);
  const step = (event: KeyboardEvent) => {
    const next = Object.hasOwn(STEPS, event.key)
      ? STEPS[event.key]?.(current, ribbons.length - 1)
      : undefined;
    if (next === undefined) return;
    event.preventDefault();
    setStop(next);
    drawing.current?.querySelectorAll("a")[next]?.focus();
  };
  const [from, until] = [side + BAR, width - side - BAR];
  return (
    <svg
      ref={drawing}
      className={`${className} flow-picture`}
      viewBox={`0 0 ${width} ${Math.ceil(height + 2 * TOP)}`}
      role="group"
      aria-label={say("movementPage.picture")}
      onKeyDown={step}
    >
      <g transform={`translate(0 ${TOP})`}>
        {ribbons.map((ribbon, index) => (
          <Link
            key={`${ribbon.flow.was} ${ribbon.flow.becomes}`}
            to={to(ribbon.flow)}
            className={`flow-ribbon flow-${ribbon.flow.kind}`}
            tabIndex={index === current ? 0 : -1}
            onFocus={() => setStop(index)}
            aria-label={say("common.labelled", { label: ribbon.flow.label, value: ribbon.flow.text })}
          >
            <path d={pathOf(ribbon, from, until)}>
              <title>{say("common.labelled", { label: ribbon.flow.label, value: ribbon.flow.text })}</title>
            </path>
          </Link>
        ))}
        <g aria-hidden="true">
          {then.map((box) => (
            <Bar
              key={box.node.id}
              box={box}
              x={side}
              words={{ x: side - GAP, anchor: "end", room: side - GAP }}
            />
          ))}
          {now.map((box) => (
            <Bar
              key={box.node.id}
              box={box}
              x={until}
              words={{ x: until + BAR + GAP, anchor: "start", room: side - GAP }}
            />
          ))}
        </g>
      </g>
    </svg>
  );
}

function Bar({
  box: { node, top, height },
  x,
  words,
}: {
  box: Box;
  x: number;
  words: { x: number; anchor: "start" | "end"; room: number };
}) {
  return (
    <>
      <rect x={x} y={round(top)} width={BAR} height={round(Math.max(height, 1))} fill={chartTheme.subdued} />
      <text
        x={words.x}
        y={round(top + Math.max(height, chartTheme.fontSize) / 2)}
        textAnchor={words.anchor}
        dominantBaseline="central"
        fontSize={chartTheme.fontSize}
        fill={chartTheme.subdued}
      >
        {`${cut(node.label, words.room - (node.text.length + 1) * chartTheme.fontSize * LETTER)} ${node.text}`}
      </text>
    </>
  );
}

/** As much of a label as there is room for. */
function cut(label: string, room: number): string {
  const most = Math.max(3, Math.floor(room / (chartTheme.fontSize * LETTER)));
  const letters = [...label];
  return letters.length <= most
    ? label
    : `${letters
        .slice(0, most - 1)
        .join("")
        .trimEnd()}…`;
}

function pathOf({ left, right, height }: Ribbon, from: number, until: number): string {
  const middle = round((from + until) / 2);
  const [a, b] = [round(left), round(right)];
  const [c, d] = [round(right + Math.max(height, LEAST)), round(left + Math.max(height, LEAST))];
  return `M${from} ${a}C${middle} ${a} ${middle} ${b} ${until} ${b}L${until} ${c}C${middle} ${c} ${middle} ${d} ${from} ${d}Z`;
}

const round = (value: number): number => Math.round(value * 100) / 100;
