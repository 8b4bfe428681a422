// Every KPI of one segment, each with its range, its change, and how it was counted.
import type { Explanation } from "../kpis/catalogue.ts";
import type { KpiRow } from "../reports/segment.server.ts";
import { Change } from "./figures.tsx";

export function KpiList({ rows, compared }: { rows: readonly KpiRow[]; compared: boolean }) {
  return (
    <div className="table-box" role="region" aria-label="KPIs of this segment" tabIndex={0}>
      <table className="kpi-table kpi-list">
        <thead>
          <tr>
            <th scope="col">KPI</th>
            <th scope="col" className="numeric">
              Value
            </th>
            {compared ? <th scope="col">Change</th> : null}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.kpi}>
              <th scope="row">
                {row.label}
                <details className="counted">
                  <summary>
                    How this was counted<span className="visually-hidden">: {row.label}</span>
                  </summary>
                  <p>{row.description}</p>
                  <Formula explanation={row.explanation} />
                  <p>{row.basis}.</p>
                </details>
              </th>
              <td className="numeric">
                <span className="figure">
                  <span className="figure-value">{row.cell.value}</span>
                  {row.cell.range === null ? null : <span className="figure-note">{row.cell.range}</span>}
                  {row.cell.reason === null ? null : <span className="figure-note">{row.cell.reason}</span>}
                </span>
              </td>
              {compared ? (
                <td>{row.cell.change ? <Change change={row.cell.change} verdict="shown" /> : "–"}</td>
              ) : null}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
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
