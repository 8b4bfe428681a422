// The rows behind a figure as a file: all of them, in the order of the page, with figures as plain numbers.
import { StartsAnew } from "../../errors.ts";
import { figureAsked } from "../../explain/explain.server.ts";
import { isListed, rowsStream, type FoundRow } from "../../explain/rows.server.ts";
import { includedDays } from "../../kpis/period.ts";
import type { RowColumn } from "../../kpis/compile/row-lists.ts";
import { sourceCoverage } from "../../warehouse/coverage.ts";
import { instantOf } from "../../warehouse/values.ts";
import { cutFor } from "../cut.server.ts";
import { readFigure, readRows } from "../explain-address.ts";
import type { ReportedShop } from "../shop.server.ts";
import { type Cell, csvResponse, money, readSeparators } from "./csv.ts";

const ROW_COLUMNS = [
  "order_id",
  "order_gid",
  "order_name",
  "customer_id",
  "customer_gid",
  "from",
  "to",
] as const;
const FIGURE_COLUMNS = [
  "kpi",
  "part",
  "segmentation",
  "segment",
  "currency",
  "period_from",
  "period_to",
  "members_on",
  "data_complete_to",
] as const;

/** Throws UnknownKpi, UnknownSegmentation, UnknownSegment, or BadInput naming the expected form. */
export async function rowsCsv(shop: ReportedShop, params: URLSearchParams): Promise<Response> {
  const { view, place, meta, today } = shop;
  const asked = readFigure(params, shop);
  const { kpi, segmentation, segment, part, period, membersAt } = asked;
  const wanted = readRows(params);
  const cut = await cutFor(view, segmentation, asked);
  const { ref, cell, answer } = await figureAsked(view, {
    ...{ kpi, segmentation: cut, segment, part, period, membersAt, today },
  });
  const { list, keys, batches } = rowsStream(view, ref, wanted);
  const days = includedDays(period);
  const fresh = sourceCoverage(meta, "orders").fresh_at;
  const figure: Cell[] = [
    ...[
      kpi,
      part,
      asked.sets === null ? segmentation : "sets",
      ref.row.id,
      meta.currency,
      days.from,
      days.to,
    ],
    ...[answer.membersOn, fresh === null ? null : instantOf(fresh).toISOString()],
  ];

  async function* rows(): AsyncGenerator<Cell[][]> {
    if (!isListed(cell.reason)) return;
    let settled = false;
    for await (const batch of batches()) {
      // A query sees the tables as they are when it begins: the first batch tells for all.
      if (!settled && (await view.settle()).currency !== meta.currency) throw new StartsAnew(shop.shop);
      settled = true;
      yield batch.map((row) => [
        ...(keys.length === 0 ? named(row) : row.key),
        ...list.columns.map((column, index) => valueCell(row.values[index] ?? 0, column, place.decimals)),
        ...figure,
      ]);
    }
  }
  return csvResponse(
    `rows_${kpi}_${segmentation}_${segment}_${days.from}_${days.to}.csv`,
    [...(keys.length === 0 ? ROW_COLUMNS : keys), ...list.columns.map(({ id }) => id), ...FIGURE_COLUMNS],
    rows(),
    readSeparators(params, place.locale),
  );
}

/** A spreadsheet keeps 15 digits of a number; a text it keeps whole. */
const gid = (type: "Order" | "Customer", id: number | null): Cell =>
  id === null ? null : `gid://shopify/${type}/${id}`;

const named = ({ order, orderName, customer, days }: FoundRow): Cell[] => [
  ...[order, gid("Order", order), orderName, customer, gid("Customer", customer)],
  ...[days?.first ?? null, days?.last ?? null],
];

const valueCell = (value: number, { unit }: RowColumn, decimals: number): Cell =>
  unit === "money" ? money(value, decimals) : value;
