// The JSON of GET /api/cohorts. Money is in minor units of `currency`; rates are shares of 1, days inclusive.
import { type CohortsOf, queryCohorts } from "../cohorts/cohorts.server.ts";
import type { CohortFigure } from "../cohorts/grid.ts";
import type { Curve } from "../cohorts/second-orders.ts";
import type { Range } from "../kpis/answer.ts";
import { includedDays } from "../kpis/period.ts";
import { rowLabel } from "../kpis/row-words.server.ts";
import { readCohorts } from "./cohorts-address.ts";
import { metricLabel, missingText } from "./cohorts-words.server.ts";
import type { ReportedShop } from "./shop.server.ts";

const interval = (range: Range | null) =>
  range && { low: range.low, high: range.high, rough: range.sureness === "rough" };

const figure = ({ value, top, bottom, range }: CohortFigure) => ({
  ...{ value, numerator: top, denominator: bottom },
  interval: interval(range),
});

const curve = ({ customers, points }: Curve) => ({
  customers,
  points: points.map(({ day, share, range }) => ({ day, share, interval: interval(range) })),
});

/** Throws UnknownKpi, UnknownSegmentation, UnknownSegment, or BadInput naming the expected form. */
export async function cohortsAnswer(shop: ReportedShop, params: URLSearchParams) {
  const { place, view } = shop;
  const question = readCohorts(params, shop);
  const found = await queryCohorts(view, question);
  const { metric, basis, reason } = found;
  const group = ({ segment, name, cohorts, averages, known, second, secondByCohort }: CohortsOf) => ({
    segment: segment && `${segment.segmentation}.${segment.segment}`,
    label: rowLabel(place, name),
    /** Over all cohorts that have closed the age, by customers. */
    averages: averages.map(({ age, customers, cohorts: n, ...each }) => ({
      ...{ age, customers, cohorts: n },
      ...figure(each),
    })),
    coverage: known,
    cohorts: cohorts.map(({ period, customers, whole, cells }) => ({
      ...includedDays(period),
      ...{ customers, whole },
      cells: cells.map(({ age, period: days, closed, closesOn, ...each }) => ({
        ...{ age, ...includedDays(days), closed, closesOn },
        ...figure(each),
      })),
      orderedAgain: secondByCohort.has(period.from) ? curve(secondByCohort.get(period.from) ?? NOBODY) : null,
    })),
    /** Kaplan and Meier's curve, by days from the first order. */
    orderedAgain: curve(second),
  });
  return {
    shop: shop.shop,
    currency: place.currency,
    decimals: place.decimals,
    kpi: question.kpi,
    label: metric && metricLabel(place, metric),
    kind: metric && metric.kind,
    basis,
    bases: metric?.bases ?? [],
    valueUnit: metric && metric.unit,
    unit: found.unit,
    reason: reason === null ? null : { code: reason, text: missingText(place, question.kpi, reason) },
    /** First orders are known from this day on; null: from the first. */
    wholeFrom: found.wholeFrom,
    all: found.own && group(found.own),
    beside: found.beside && group(found.beside),
    /** Log-rank test of the two groups' second orders, cohort by cohort. */
    compared: found.compared,
    overlap: found.overlap,
  };
}

const NOBODY: Curve = { customers: 0, points: [] };
