// Every KPI of one segment, each with its range, its change, and how it was counted.
import type { Explanation } from "../../kpis/catalogue.ts";
import type { KpiRow } from "../../reports/segment.server.ts";
import { useWords } from "../bits/language.ts";
import { TABLE_ROWS } from "../bits/skip-link.tsx";
import { DataTable } from "./data-table.tsx";
import { Change, ExplainLink, type Explaining, useExplained } from "./figures.tsx";

export function KpiList({
  rows,
  compared,
  of,
}: {
  rows: readonly KpiRow[];
  compared: boolean;
  /** The segment whose they are. */
  of: { segmentation: string; id: string; label: string };
}) {
  const explained = useExplained();
  const segment = { segmentation: of.segmentation, segment: of.id };
  const { say, sayParts } = useWords();
  const against = rows.some((row) => row.against !== null);
  return (
    <DataTable
      caption={say("segmentPage.kpisCaption")}
      className="kpi-list"
      rowsId={TABLE_ROWS}
      stacked
      heads={[
        { id: "kpi", label: say("segmentPage.kpi") },
        { id: "value", label: say("segmentPage.value"), numeric: true },
        ...(compared ? [{ id: "change", label: say("segmentPage.change") }] : []),
        ...(against ? [{ id: "against", label: say("segmentPage.everyoneElse") }] : []),
      ]}
      rows={rows.map((row) => ({
        id: row.kpi,
        head: row.label,
        cells: [
          <Value key="value" row={row} explain={explained(row, of.label, segment)} />,
          ...(compared ? [<Moved key="change" row={row} />] : []),
          ...(against ? [<Against key="against" row={row} />] : []),
        ],
        more: (
          <details className="counted">
            <summary>
              {sayParts("segmentPage.counted", {
                kpi: row.label,
                hidden: (words) => (
                  <span key="of" className="visually-hidden">
                    {words}
                  </span>
                ),
              })}
            </summary>
            <p>{row.description}</p>
            <Formula explanation={row.explanation} />
            {row.basis === null ? null : <p>{row.basis}.</p>}
          </details>
        ),
      }))}
    />
  );
}

/** A change with its verdict, or why it has none. */
export function Moved({ row: { cell } }: { row: Pick<KpiRow, "cell"> }) {
  return (
    <span className="figure">
      {cell.change ? <Change change={cell.change} verdict="shown" /> : cell.unjudged === null ? "–" : null}
      {cell.unjudged === null || cell.change?.verdict === cell.unjudged ? null : (
        <span className="figure-note">{cell.unjudged}</span>
      )}
    </span>
  );
}

function Against({ row: { against } }: { row: KpiRow }) {
  const { say } = useWords();
  if (against === null) return "–";
  const { value, difference, unjudged } = against;
  return (
    <span className="figure">
      <span className="unstacked-only">{value}</span>
      <span className="stacked-only">
        {say("common.labelled", { label: say("segmentPage.everyone"), value })}
      </span>
      {difference === null ? null : <Change change={difference} verdict="shown" />}
      {unjudged === null || difference?.verdict === unjudged ? null : (
        <span className="figure-note">{unjudged}</span>
      )}
    </span>
  );
}

/** A value with all that belongs to it. */
export function Value({ row: { cell }, explain }: { row: Pick<KpiRow, "cell">; explain: Explaining }) {
  return (
    <span className="figure">
      {cell.faint && cell.known !== null ? <span className="figure-note">{cell.known}</span> : null}
      <span className={cell.faint ? "figure-value figure-faint" : "figure-value"}>
        <ExplainLink explain={explain} value={cell.value} />
      </span>
      {cell.faint || cell.known === null ? null : <span className="figure-note">{cell.known}</span>}
      {cell.parts === null || cell.range !== null ? null : <span className="figure-note">{cell.parts}</span>}
      {cell.range === null ? null : <span className="figure-note">{cell.range}</span>}
      {cell.settled === null ? null : <span className="figure-note">{cell.settled}</span>}
      {cell.reason === null ? null : <span className="figure-note">{cell.reason}</span>}
      {cell.large === null ? null : <span className="figure-note">{cell.large}</span>}
    </span>
  );
}

/** How a figure is worked out, down to what is counted and summed. */
export function Formula({ explanation }: { explanation: Explanation }) {
  return (
    <div className="formula">
      <span>
        {explanation.label} = {explanation.formula}
      </span>
      {explanation.inputs.length === 0 ? null : (
        <ul>
          {explanation.inputs.map((input) => (
            <li key={input.id}>
              <Formula explanation={input} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
