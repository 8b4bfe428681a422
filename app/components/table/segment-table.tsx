// Segments against KPIs.
import type { SegmentRow, SegmentTableView } from "../../reports/segment-table.server.ts";
import { DataTable, type Row } from "./data-table.tsx";
import { changeRoom, Figure } from "./figures.tsx";
import { Link, useAddress } from "../router.ts";

export function SegmentTable({
  table,
  ranges,
  sortable = true,
  rowsId,
  within = null,
}: {
  table: SegmentTableView;
  ranges: boolean;
  /** False beside another table, whose order the address holds. */
  sortable?: boolean;
  rowsId?: string;
  /** The segment within which its rows are. */
  within?: string | null;
}) {
  const address = useAddress();
  const href = ({ id }: SegmentRow) =>
    address.href(
      { segmentation: null, sort: null, page: null },
      `/app/segments/${encodeURIComponent(table.segmentation)}/${encodeURIComponent(id)}`,
    );
  const shown = table.columns.slice(table.counted ? 2 : 1);
  const explain = (row: SegmentRow, column: number) => ({
    kpi: shown[column]?.label ?? "",
    row: row.label,
    to: address.href(
      {
        ...{ chart: shown[column]?.id ?? null, segmentation: table.segmentation, within, by: null },
        segment: row === table.total ? null : row.id,
        ...{ sort: null, page: null },
      },
      "/app/explain",
    ),
  });
  const all = [table.total, ...table.rows, ...(table.folded?.rows ?? [])];
  const rooms = table.total.cells.map((_, column) =>
    changeRoom(all.flatMap(({ cells }) => cells.slice(column, column + 1))),
  );
  const line = (row: SegmentRow): Row => ({
    id: row.id,
    total: row.kind === "total" || row.kind === "within",
    head:
      row.kind === "segment" || row.kind === "not_bought" ? (
        <Link to={href(row)} className="row-link">
          {row.label}
        </Link>
      ) : (
        row.label
      ),
    cells: [
      ...(table.counted
        ? [
            <span key="members" className="figure-value">
              {row.members}
            </span>,
          ]
        : []),
      ...row.cells.map((cell, index) => (
        <Figure
          key={index}
          cell={cell}
          ranges={ranges}
          room={rooms[index] ?? 0}
          explain={explain(row, index)}
        />
      )),
    ],
  });
  return (
    <DataTable
      caption={table.caption}
      rowsId={rowsId}
      heads={table.columns.map((column, index) => ({
        ...column,
        numeric: index > 0,
        ...(sortable && {
          sort: { now: column.sorted, first: index === 0 ? "ascending" : "descending", off: "usual" },
        }),
      }))}
      rows={[table.total, ...table.rows].map(line)}
      folded={table.folded && { text: table.folded.text, rows: table.folded.rows.map(line) }}
    />
  );
}
