// Shares that grow by days, each with its band: lines told apart by their dashes as well as by their colour. A table beside it has
// the same in numbers.
import type { CurveView } from "../../reports/cohorts.server.ts";
import { useWords } from "../bits/language.ts";

const [WIDTH, HEIGHT, LEFT, BOTTOM] = [640, 220, 40, 24];
const TICKS = [0, 90, 180, 270, 365] as const;
const STEPS = 4;

export function Curves({ caption, lines }: { caption: string; lines: readonly CurveView[] }) {
  const { say } = useWords();
  const points = lines.flatMap((line) => line.points);
  const days = Math.max(1, ...points.map(({ day }) => day));
  const most = Math.max(0.01, ...points.map(({ share, high }) => high ?? share));
  const top = Math.ceil(most * 20) / 20;
  const x = (day: number) => LEFT + (day / days) * (WIDTH - LEFT - 8);
  const y = (share: number) => 8 + (1 - Math.min(1, share / top)) * (HEIGHT - BOTTOM - 8);
  const path = (of: readonly (readonly [number, number])[]) =>
    of
      .map(([day, share], index) => `${index === 0 ? "M" : "L"}${x(day).toFixed(1)} ${y(share).toFixed(1)}`)
      .join("");
  return (
    <figure className="curves">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={caption}>
        {Array.from({ length: STEPS + 1 }, (_, step) => (top * step) / STEPS).map((share) => (
          <g key={share}>
            <line className="curves-grid" x1={LEFT} x2={WIDTH - 8} y1={y(share)} y2={y(share)} />
            <text className="curves-text" x={LEFT - 6} y={y(share) + 4} textAnchor="end">
              {`${Math.round(share * 1000) / 10}%`}
            </text>
          </g>
        ))}
        {TICKS.filter((day) => day <= days).map((day) => (
          <text key={day} className="curves-text" x={x(day)} y={HEIGHT - 6} textAnchor="middle">
            {day}
          </text>
        ))}
        {lines.map(({ label, points: own }, index) => {
          const banded = own.flatMap(({ day, low, high }) =>
            low === null || high === null ? [] : [{ day, low, high }],
          );
          const band = [
            ...banded.map(({ day, high }) => [day, high] as const),
            ...banded.toReversed().map(({ day, low }) => [day, low] as const),
          ];
          return (
            <g key={label} className={index === 0 ? "curves-own" : "curves-beside"}>
              {banded.length < 2 ? null : <path className="curves-band" d={`${path(band)}Z`} />}
              <path className="curves-line" d={path(own.map(({ day, share }) => [day, share] as const))} />
            </g>
          );
        })}
      </svg>
      <figcaption>
        <ul className="curves-legend">
          {lines.map(({ label }, index) => (
            <li key={label}>
              <svg
                viewBox="0 0 28 8"
                aria-hidden="true"
                className={index === 0 ? "curves-own" : "curves-beside"}
              >
                <path className="curves-line" d="M0 4L28 4" />
              </svg>
              {label}
            </li>
          ))}
          <li>{say("cohortsPage.axis")}</li>
        </ul>
      </figcaption>
    </figure>
  );
}
