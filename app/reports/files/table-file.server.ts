// A table of segments as its page shows it: the same rows in the same order, the same columns, figures rounded as they are
// there, as plain numbers; beside each what stands under or beside it.
import type { Answer, KpiCell } from "../../kpis/answer.ts";
import { type KpiId, kpis } from "../../kpis/catalogue.ts";
import { plainValue } from "../../kpis/format.ts";
import { say } from "../../words/words.server.ts";
import type { Asked } from "../address.ts";
import { type SegmentRow, segmentTable } from "../segment-table.server.ts";
import type { ReportedShop } from "../shop.server.ts";
import type { CellView, Place } from "../wording.server.ts";
import { type Cell, numeral } from "./csv.ts";

export interface TableFile {
  header: readonly string[];
  rows: Cell[][];
}

interface Shown {
  cell: KpiCell | undefined;
  view: CellView | undefined;
}

const ARROWS = { up: "▲ ", down: "▼ ", flat: "" } as const;

const judged = ({ view }: Shown) =>
  view?.change == null || view.change.weight === "unjudged" ? null : view.change;

function changeText(shown: Shown): string | null {
  const change = judged(shown);
  return change && (change.isNew ? change.text : `${ARROWS[change.direction]}${change.text}`);
}

/** What a page says by weight alone. */
function verdictText(shown: Shown, place: Place): string | null {
  const change = judged(shown);
  return change && say(place, change.weight === "more_than_noise" ? "figure.moreThanNoise" : "figure.noise");
}

function noteText({ view }: Shown): string | null {
  if (view === undefined) return null;
  const parts = view.shortRange === null && view.settled === null ? view.parts : null;
  const notes = [view.settled, parts, view.known, view.beside, view.reason].filter((note) => note !== null);
  return notes.length === 0 ? null : notes.join("; ");
}

const valueOf = ({ cell }: Shown, kpi: KpiId, place: Place): Cell =>
  cell?.value == null ? null : numeral(plainValue(cell.value, kpis[kpi].unit, place));

/** What can stand beside a figure; a column of it is there where any row has it. */
function besides(label: string, ranges: boolean, place: Place) {
  const column = (id: "change" | "verdict" | "range" | "note", of: (shown: Shown) => string | null) => ({
    head: say(place, `tableFile.${id}`, { kpi: label }),
    of,
  });
  return [
    column("change", changeText),
    column("verdict", (shown) => verdictText(shown, place)),
    ...(ranges ? [column("range", ({ view }) => view?.shortRange ?? null)] : []),
    column("note", noteText),
  ];
}

/** @param ranges whether the page shows them */
export function tableFile(answer: Answer, asked: Asked, shop: ReportedShop, ranges: boolean): TableFile {
  const { place } = shop;
  const table = segmentTable(answer, asked, shop);
  const answers = new Map([answer.total, ...answer.segments].map((row) => [row.id, row]));
  const rows: readonly SegmentRow[] = [table.total, ...table.rows, ...(table.folded?.rows ?? [])];
  const labels = table.columns.map(({ label }) => label).slice(table.counted ? 2 : 1);
  const columns = asked.kpis.flatMap((kpi, nth) => {
    const label = labels[nth] ?? kpi;
    const shown = rows.map((row): Shown => ({ cell: answers.get(row.id)?.cells[kpi], view: row.cells[nth] }));
    const { unit } = kpis[kpi];
    const head =
      unit === "money" ? say(place, "tableFile.money", { kpi: label, currency: place.currency }) : label;
    return [
      { head, cells: shown.map((each) => valueOf(each, kpi, place)) },
      ...besides(label, ranges, place)
        .map(({ head: beside, of }) => ({ head: beside, cells: shown.map(of) }))
        .filter(({ cells }) => cells.some((cell) => cell !== null)),
    ];
  });
  return {
    header: [
      ...table.columns.slice(0, table.counted ? 2 : 1).map(({ label }) => label),
      ...columns.map(({ head }) => head),
    ],
    rows: rows.map((row, index) => [
      row.label,
      ...(table.counted ? [answers.get(row.id)?.members ?? null] : []),
      ...columns.map(({ cells }) => cells[index] ?? null),
    ]),
  };
}
