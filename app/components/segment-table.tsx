// Segments against KPIs.
import type { SegmentRow, SegmentTableView } from "../reports/home.server.ts";
import { DataTable, type Row } from "./data-table.tsx";
import { Figure } from "./figures.tsx";
import { Link, useAddress } from "./router.ts";

export function SegmentTable({ table, ranges }: { table: SegmentTableView; ranges: boolean }) {
  const address = useAddress();
  const href = ({ id }: SegmentRow) =>
    address.href(
      { segmentation: null, sort: null, page: null },
      `/app/segments/${encodeURIComponent(table.segmentation)}/${encodeURIComponent(id)}`,
    );
  const line = (row: SegmentRow): Row => ({
    id: row.id,
    total: row.kind === "total",
    head:
      row.kind === "segment" || row.kind === "not_bought" ? (
        <Link to={href(row)} className="row-link">
          {row.label}
        </Link>
      ) : (
        row.label
      ),
    cells: [
      <span key="members" className="figure-value">
        {row.members}
      </span>,
      ...row.cells.map((cell, index) => <Figure key={index} cell={cell} ranges={ranges} />),
    ],
  });
  return (
    <DataTable
      caption={table.caption}
      heads={table.columns.map((column, index) => ({
        ...column,
        numeric: index > 0,
        sort: { now: column.sorted, first: index === 0 ? "ascending" : "descending", off: "usual" },
      }))}
      rows={[table.total, ...table.rows].map(line)}
      folded={table.folded && { text: table.folded.text, rows: table.folded.rows.map(line) }}
    />
  );
}
