// Every KPI of one segment, each with its range, its change, and how it was counted.
import type { Explanation } from "../../kpis/catalogue.ts";
import type { KpiRow } from "../../reports/segment.server.ts";
import { useWords } from "../bits/language.ts";
import { TABLE_ROWS } from "../bits/skip-link.tsx";
import { DataTable } from "./data-table.tsx";
import { useAddress } from "../router.ts";
import { Change, ExplainLink, type Explaining } from "./figures.tsx";

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
  const address = useAddress();
  const explain = (row: KpiRow) => ({
    kpi: row.label,
    row: of.label,
    to: address.href(
      {
        ...{ chart: row.kpi, segmentation: of.segmentation, segment: of.id, by: null },
        ...{ sort: null, page: null },
      },
      "/app/explain",
    ),
  });
  const { say, sayParts } = useWords();
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
      ]}
      rows={rows.map((row) => ({
        id: row.kpi,
        head: row.label,
        cells: [
          <Value key="value" row={row} explain={explain(row)} />,
          ...(compared ? [<Moved key="change" row={row} />] : []),
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

function Moved({ row: { cell } }: { row: KpiRow }) {
  return (
    <span className="figure">
      {cell.change ? <Change change={cell.change} verdict="shown" /> : cell.unjudged === null ? "–" : null}
      {cell.unjudged === null || cell.change?.verdict === cell.unjudged ? null : (
        <span className="figure-note">{cell.unjudged}</span>
      )}
    </span>
  );
}

function Value({ row: { cell }, explain }: { row: KpiRow; explain: Explaining }) {
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

function Formula({ explanation }: { explanation: Explanation }) {
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
