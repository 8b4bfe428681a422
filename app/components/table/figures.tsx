// How one KPI's figure is written: value, change with arrow and words, range, and the reason where there is none.
// Direction is an arrow and a sign; weight says whether it is unlikely to be chance; colour only repeats a change for the better.
import type { ReactNode } from "react";
import { useWords } from "../bits/language.ts";
import { Link, useAddress } from "../router.ts";
import type { CellView, ChangeView } from "../../reports/wording.server.ts";

const arrows = { up: "▲", down: "▼", flat: null } as const;

export function VisuallyHidden({ children }: { children: ReactNode }) {
  return <span className="visually-hidden">{children}</span>;
}

export function Change({ change, verdict = "hidden" }: { change: ChangeView; verdict?: "hidden" | "shown" }) {
  return (
    <span className={`change change-${change.weight}${change.better ? " change-better" : ""}`}>
      <span aria-hidden="true" className="change-amount">
        {change.isNew || change.direction === "flat" ? null : (
          <span className="change-arrow">{arrows[change.direction]}</span>
        )}
        {change.text}
      </span>
      {verdict === "shown" && change.verdict !== null ? (
        <span aria-hidden="true" className="change-verdict">
          {change.verdict}
        </span>
      ) : null}
      <VisuallyHidden>{change.spoken}.</VisuallyHidden>
    </span>
  );
}

/** Which figure it is, and where it is explained. */
export interface Explaining {
  kpi: string;
  row: string;
  to: string;
}

/** Where a KPI of all customers, or of one segment, is explained. */
export function useExplained() {
  const address = useAddress();
  return (
    { kpi, label }: { kpi: string; label: string },
    row: string,
    segment: { segmentation: string; segment: string } | null,
  ): Explaining => ({
    kpi: label,
    row,
    to: address.href(
      {
        chart: kpi,
        ...(segment === null ? {} : { segmentation: segment.segmentation }),
        ...{ segment: segment?.segment ?? null, within: null, by: null, sort: null, page: null },
      },
      "/app/explain",
    ),
  });
}

/** A figure that leads to how it came about, and looks as it did. */
export function ExplainLink({ explain: { kpi, row, to }, value }: { explain: Explaining; value: string }) {
  const { say } = useWords();
  return (
    <Link to={to} className="figure-link" aria-label={say("explainPage.cell", { kpi, row, value })}>
      {value}
    </Link>
  );
}

function Note({ short, full }: { short: string | null; full: string | null }) {
  if (short === null || full === null) return null;
  return (
    <span className="figure-note">
      <span aria-hidden="true">{short}</span>
      <VisuallyHidden>{full}.</VisuallyHidden>
    </span>
  );
}

/** The change that a table's cell shows; null where none is judged. */
const shownChange = ({ change }: CellView) => (change && change.weight !== "unjudged" ? change : null);

/** So much room the changes of a column take, in the width of a digit; 0 where there is none. */
export function changeRoom(cells: readonly CellView[]): number {
  const lengths = cells.map((cell) => shownChange(cell)?.text.length ?? -1);
  return Math.max(-1, ...lengths) + 1;
}

/**
 * The content of a table's cell: the value, its change where that is judged, its range where that is asked for. Values of a
 * column stand under each other when each leaves its changes the same room.
 */
export function Figure({
  cell,
  ranges = false,
  room = changeRoom([cell]),
  explain,
}: {
  cell: CellView;
  /** Without it, the figure leads nowhere. */
  explain?: Explaining;
  ranges?: boolean;
  room?: number;
}) {
  const change = shownChange(cell);
  return (
    <span className="figure">
      {cell.faint && cell.known !== null ? <span className="figure-note">{cell.known}</span> : null}
      <span className="figure-line">
        <span className={cell.faint ? "figure-value figure-faint" : "figure-value"}>
          {explain === undefined ? cell.value : <ExplainLink explain={explain} value={cell.value} />}
        </span>
        {room === 0 ? null : (
          <span className="figure-change" style={{ inlineSize: `${room}ch` }}>
            {change === null ? null : <Change change={change} />}
          </span>
        )}
      </span>
      <Note short={cell.shortSettled} full={cell.settled} />
      {cell.parts === null || cell.shortRange !== null || cell.settled !== null ? null : (
        <span className="figure-note">{cell.parts}</span>
      )}
      {cell.faint || cell.known === null ? null : <span className="figure-note">{cell.known}</span>}
      {ranges ? <Note short={cell.shortRange} full={cell.range} /> : null}
      {cell.beside === null ? null : <span className="figure-note">{cell.beside}</span>}
      <Note short={cell.shortReason} full={cell.reason} />
    </span>
  );
}
