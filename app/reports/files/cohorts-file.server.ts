// A grid of cohorts as a file: a line for each cell, those of the averages without a cohort, figures as plain numbers.
import { type CohortsOf, queryCohorts } from "../../cohorts/cohorts.server.ts";
import type { CohortFigure } from "../../cohorts/grid.ts";
import type { Unit } from "../../kpis/kpi.ts";
import { includedDays, type Period } from "../../kpis/period.ts";
import { readCohorts } from "../cohorts-address.ts";
import type { ReportedShop } from "../shop.server.ts";
import { type Cell, csvResponse, money, readSeparators } from "./csv.ts";

const COLUMNS = [
  ...["kpi", "basis", "cohorts_by", "segment", "cohort_from", "cohort_to", "whole", "customers", "age"],
  ...["from", "to", "closed", "closes_on", "value", "numerator", "denominator", "low", "high", "rough"],
  ...["value_unit", "currency"],
] as const;

/** Throws UnknownKpi, UnknownSegmentation, UnknownSegment, or BadInput naming the expected form. */
export async function cohortsCsv(shop: ReportedShop, params: URLSearchParams): Promise<Response> {
  const { view, place } = shop;
  const question = readCohorts(params, shop);
  const { metric, basis, own, beside } = await queryCohorts(view, question);
  const unit: Unit = metric?.unit ?? "count";
  const number = (value: number | null): Cell => (unit === "money" ? money(value, place.decimals) : value);
  const days = (of: Period | null): Cell[] => {
    if (of === null) return [null, null];
    const { from, to } = includedDays(of);
    return [from, to];
  };
  const yes = (is: boolean): Cell => (is ? 1 : 0);
  const figure = ({ value, top, bottom, range }: CohortFigure): Cell[] => [
    ...[number(value), top, bottom, number(range?.low ?? null), number(range?.high ?? null)],
    ...[
      range === null ? null : yes(range.sureness === "rough"),
      metric === null ? null : unit,
      place.currency,
    ],
  ];
  const lines = ({ segment, cohorts, averages }: CohortsOf): Cell[][] => {
    const of: Cell[] = [
      ...[question.kpi, basis, question.unit],
      segment === null ? null : `${segment.segmentation}.${segment.segment}`,
    ];
    return [
      ...averages.map((each) => [
        ...[...of, null, null, null, each.customers, each.age, null, null, 1, null],
        ...figure(each),
      ]),
      ...cohorts.flatMap(({ period, whole, customers, cells }) =>
        cells.length === 0
          ? [[...of, ...days(period), yes(whole), ...Array.from({ length: COLUMNS.length - 7 }, () => null)]]
          : cells.map((cell) => [
              ...[...of, ...days(period), yes(whole), customers, cell.age],
              ...[...days(cell.period), yes(cell.closed), cell.closesOn],
              ...figure(cell),
            ]),
      ),
    ];
  };
  const all = [own, beside].flatMap((group) => (group === null ? [] : lines(group)));
  async function* batches() {
    yield await Promise.resolve(all);
  }
  return csvResponse(
    `cohorts_${question.kpi}_${question.unit}.csv`,
    COLUMNS,
    batches(),
    readSeparators(params, place.locale),
  );
}
