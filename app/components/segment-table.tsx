// Segments against KPIs: our own table, because Polaris' has no sticky first column that survives scrolling. It scrolls
// in its own box, which the keyboard can reach.
import { useState } from "react";
import type { SegmentRow, SegmentTableView } from "../reports/home.server.ts";
import { Figure } from "./figures.tsx";
import { SortableHeader } from "./sortable-header.tsx";
import { Link, useAddress } from "./router.ts";

export function SegmentTable({ table }: { table: SegmentTableView }) {
  const { folded } = table;
  const [open, setOpen] = useState(false);
  return (
    <div className="table-box" role="region" aria-label={table.caption} tabIndex={0}>
      <table className="kpi-table">
        <caption className="visually-hidden">{table.caption}</caption>
        <thead>
          <tr>
            {table.columns.map((column, index) => (
              <SortableHeader
                key={column.id}
                column={column}
                numeric={index > 0}
                first={index === 0 ? "ascending" : "descending"}
              />
            ))}
          </tr>
        </thead>
        <tbody>
          <Row row={table.total} segmentation={table.segmentation} />
          {table.rows.map((row) => (
            <Row key={row.id} row={row} segmentation={table.segmentation} />
          ))}
          {folded === null ? null : (
            <tr>
              <th scope="row" colSpan={table.columns.length}>
                <button type="button" className="fold" aria-expanded={open} onClick={() => setOpen(!open)}>
                  {folded.text} · {open ? "Hide" : "Show"}
                </button>
              </th>
            </tr>
          )}
          {open
            ? folded?.rows.map((row) => <Row key={row.id} row={row} segmentation={table.segmentation} />)
            : null}
        </tbody>
      </table>
    </div>
  );
}

function Row({ row, segmentation }: { row: SegmentRow; segmentation: string }) {
  const address = useAddress();
  const path = `/app/segments/${encodeURIComponent(segmentation)}/${encodeURIComponent(row.id)}`;
  const away = { segmentation: null, kpis: null, sort: null, page: null };
  return (
    <tr className={row.kind === "total" ? "total-row" : undefined}>
      <th scope="row">
        {row.kind === "segment" || row.kind === "not_bought" ? (
          <Link to={address.href(away, path)}>{row.label}</Link>
        ) : (
          row.label
        )}
      </th>
      <td className="numeric">
        <span className="figure-value">{row.members}</span>
      </td>
      {row.cells.map((cell, index) => (
        <td key={index} className="numeric">
          <Figure cell={cell} />
        </td>
      ))}
    </tr>
  );
}
