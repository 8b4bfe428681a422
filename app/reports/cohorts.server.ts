// The page of cohorts: what the average says in one sentence, the grid, second orders by days, and two segments at equal age; below
// it what else is known of coming back.
import {
  type Cohorts,
  type CohortsOf,
  type CohortsQuestion,
  queryCohorts,
} from "../cohorts/cohorts.server.ts";
import type { Cohort, CohortCell } from "../cohorts/grid.ts";
import { isMetric, type Metric, metricOf } from "../cohorts/metric.ts";
import { MILESTONES } from "../cohorts/second-orders.ts";
import type { CohortUnit } from "../cohorts/statement.ts";
import { declaredId } from "../kpis/catalogue.ts";
import { LEVEL } from "../kpis/estimates/distributions.ts";
import { formatValue } from "../kpis/format.ts";
import { kpiInSentence } from "../kpis/kpi-words.server.ts";
import { offeredKpis } from "../kpis/loaded.server.ts";
import { addDays, formatDay, formatPeriod, includedDays } from "../kpis/period.ts";
import { rowLabel } from "../kpis/row-words.server.ts";
import { segmentationOf } from "../kpis/segmentations.ts";
import { say } from "../words/words.server.ts";
import { readCohortsOrUsual, units, USUAL_KPI, USUAL_UNIT } from "./cohorts-address.ts";
import { ageText, cohortText, metricLabel, missingText, rangeOf } from "./cohorts-words.server.ts";
import { type KpiLinesView, kpiLines } from "./kpi-lines.server.ts";
import type { ReportedShop } from "./shop.server.ts";
import type { Picker } from "./toolbar.ts";
import { withinPicker } from "./within.server.ts";
import type { Place } from "./wording.server.ts";

export interface GridCell {
  text: string;
  range: string | null;
  /** How much it is of what cells are, 0 to 6; null: no value, or not over. */
  heat: number | null;
  /** Until when it runs, and the same for those who do not see that it is hatched; null: it is over. */
  open: string | null;
  openSpoken: string | null;
  /** What the address of the figure's explanation says; null where it cannot be said. */
  door: Readonly<Record<string, string>> | null;
}

export interface GridRow {
  id: string;
  label: string;
  customers: string;
  /** Why it has no cells. */
  note: string | null;
  average: boolean;
  cells: readonly GridCell[];
}

export interface CurveView {
  label: string;
  points: readonly { day: number; share: number; low: number | null; high: number | null }[];
  told: readonly string[];
}

export interface CohortsView extends KpiLinesView {
  pickers: readonly Picker[];
  sentences: readonly string[];
  /** Why there are no cohorts. */
  none: string | null;
  notes: readonly string[];
  grid: {
    caption: string;
    first: string;
    customers: string;
    ages: readonly string[];
    rows: readonly GridRow[];
  } | null;
  curve: {
    caption: string;
    heads: readonly string[];
    lines: readonly CurveView[];
    compared: string | null;
  } | null;
  byCohort: {
    caption: string;
    rows: readonly { id: string; label: string; customers: string; told: readonly string[] }[];
  } | null;
  file: string;
}

/** Throws UnknownSegment. */
export async function cohortsView(shop: ReportedShop, params: URLSearchParams): Promise<CohortsView> {
  const { view, place, today } = shop;
  const { question, problems } = readCohortsOrUsual(params, shop);
  const [lines, found, offered] = await Promise.all([
    kpiLines(shop, params, ["retention"]),
    queryCohorts(view, question),
    offeredKpis(view),
  ]);
  const { metric, own, beside, reason } = found;
  const isTold = metric !== null && own !== null;
  return {
    ...lines,
    notices: [...new Set([...lines.notices, ...problems])],
    pickers: pickersOf(question, found, offered.map(metricOf).filter(isMetric), place),
    sentences: isTold ? sentencesOf(found, { metric, own }, place, today) : [],
    none: reason === null ? null : missingText(place, question.kpi, reason),
    notes: notesOf(question, found, place),
    grid: isTold ? gridView(question, found, { metric, own }, shop) : null,
    curve:
      isTold && own.second.customers > 0
        ? {
            caption: say(place, "cohorts.curve"),
            heads: MILESTONES.map((day) => say(place, "cohorts.curveDays", { n: String(day) })),
            lines: [own, ...(beside === null ? [] : [beside])].map((of) => curveView(of, place)),
            compared: comparedText(found, place),
          }
        : null,
    byCohort: isTold ? byCohort(found, own, place, today) : null,
    file: fileOf(question, place),
  };
}

function pickersOf(
  { unit, beside }: CohortsQuestion,
  { metric, basis }: Cohorts,
  metrics: readonly Metric[],
  place: Place,
): Picker[] {
  const courses = new Set<string>();
  const choices = metrics
    .map((each) => ({ value: each.id, label: metricLabel(place, each) }))
    // KPIs of one course are one curve.
    .filter(
      ({ label, value }) => value === metric?.id || (!courses.has(label) && courses.add(label).size > 0),
    )
    .filter(
      ({ label, value }, _, all) =>
        value === metric?.id || !all.some((each) => each.label === label && each.value === metric?.id),
    );
  const segments = withinPicker(beside, place);
  return [
    {
      ...{
        name: "kpi",
        label: say(place, "cohorts.kpi"),
        selected: metric?.id ?? USUAL_KPI,
        usual: USUAL_KPI,
      },
      choices,
    },
    {
      ...{ name: "unit", label: say(place, "cohorts.unit"), selected: unit, usual: USUAL_UNIT },
      choices: units.map((value) => ({ value, label: say(place, `cohorts.${value}`) })),
    },
    ...(metric === null || metric.bases.length < 2
      ? []
      : [
          {
            ...{
              name: "basis",
              label: say(place, "cohorts.basis"),
              selected: basis ?? "",
              usual: metric.bases[0] ?? "",
            },
            choices: metric.bases.map((value) => ({ value, label: say(place, `cohorts.${value}`) })),
          },
        ]),
    {
      ...{ ...segments, name: "beside", label: say(place, "cohorts.beside") },
      choices: [{ value: "", label: say(place, "cohorts.nobody") }, ...segments.choices.slice(1)],
    },
  ];
}

/** How long after the first order a sentence tells of. */
const TOLD_DAYS = 90;
const TOLD_AGES: Readonly<Record<CohortUnit, number>> = { week: 12, month: 3, quarter: 1 };

function sentencesOf(
  { basis, unit }: Cohorts,
  { metric, own }: { metric: Metric; own: CohortsOf },
  place: Place,
  today: string,
): string[] {
  const whole = own.cohorts.filter(({ whole: is }) => is);
  const [first] = whole;
  const point =
    own.second.points.find(({ day }) => day === TOLD_DAYS) ??
    own.second.points.findLast(({ day }) => day < TOLD_DAYS);
  const average = own.averages[Math.min(TOLD_AGES[unit], own.averages.length - 1)];
  const second: string[] = [];
  if (first !== undefined && point !== undefined && own.second.customers > 0) {
    const range = rangeOf(place, point.range, "rate");
    const told = {
      n: own.second.customers,
      days: formatPeriod({ from: first.period.from, to: addDays(today, 1) }, place.locale),
      value: formatValue(point.share, "rate", place),
      within: String(point.day),
    };
    second.push(
      range === null
        ? say(place, "cohorts.second", told)
        : say(place, "cohorts.secondRanged", { ...told, range }),
    );
  }
  if (average === undefined || average.value === null) return second;
  const range = rangeOf(place, average.range, metric.unit);
  const told = {
    what: metricLabel(place, metric),
    value: formatValue(average.value, metric.unit, place),
    when: say(place, basis === "so_far" ? "cohorts.byAge" : "cohorts.inAge", {
      age: ageText(place, unit, average.age),
    }),
    n: average.customers,
  };
  return [
    ...second,
    range === null
      ? say(place, "cohorts.average", told)
      : say(place, "cohorts.averageRanged", { ...told, range }),
  ];
}

function notesOf(
  { within, beside, unit }: CohortsQuestion,
  { metric, own, wholeFrom }: Cohorts,
  place: Place,
): string[] {
  if (own === null) return [];
  const chosen = [within, beside].filter((segment) => segment !== null);
  const isMade = chosen.some(({ segmentation }) => segmentationOf(segmentation).family === "behaviour");
  const { known } = own;
  return [
    ...(chosen.length === 0 ? [] : [say(place, isMade ? "cohorts.circular" : "cohorts.asOfNow")]),
    ...(wholeFrom === null
      ? []
      : [
          say(place, "cohorts.truncated", {
            day: formatDay(wholeFrom, place.locale),
            unit: say(place, `cohorts.${unit}`).toLocaleLowerCase(place.locale),
          }),
        ]),
    ...(known === null || metric?.coverage == null || known >= 1
      ? []
      : [
          say(place, "figure.known", {
            share: formatValue(known, "rate", place),
            what: kpiInSentence(place, declaredId(metric.coverage.of)),
          }),
        ]),
    say(place, "cohorts.rangesNote"),
  ];
}

const STEPS = 6;
/** Segments by first order's unit that stand by themselves. */
const DOORS: Readonly<Partial<Record<CohortUnit, { by: string; most: number }>>> = {
  month: { by: "first_order_month", most: 24 },
  quarter: { by: "first_order_quarter", most: 16 },
};

function gridView(
  question: CohortsQuestion,
  { basis, unit, beside }: Cohorts,
  { metric, own }: { metric: Metric; own: CohortsOf },
  { place, today }: ReportedShop,
): NonNullable<CohortsView["grid"]> {
  const values = [own, ...(beside === null ? [] : [beside])].flatMap(({ cohorts }) =>
    // Everybody orders in the unit of the first order: it would make all other cells pale.
    cohorts.flatMap(({ cells }) =>
      cells.flatMap(({ age, closed, value }) => (closed && age > 0 && value !== null ? [value] : [])),
    ),
  );
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const heatOf = (value: number) =>
    high <= low ? 0 : Math.max(0, Math.min(STEPS, Math.round(((value - low) / (high - low)) * STEPS)));
  const door = (cohort: Cohort, cell: CohortCell, nth: number): GridCell["door"] => {
    const through = DOORS[unit];
    const isSayable = question.calendar === null && question.within === null;
    if (through === undefined || !isSayable || nth >= through.most || metric.top === "second_orders")
      return null;
    const { from } = basis === "so_far" ? cohort.period : cell.period;
    const to = cell.period.to <= today ? cell.period.to : addDays(today, 1);
    return {
      ...{ chart: metric.id, segmentation: through.by, segment: segmentIdOf(cohort.period.from, unit) },
      ...{ ...includedDays({ from, to }), as_of: "today", compare: "none" },
    };
  };
  const cellView = (cohort: Cohort, cell: CohortCell, nth: number): GridCell => {
    const day = formatDay(addDays(cell.closesOn, -1), place.locale, today);
    return {
      text: cell.closed ? formatValue(cell.value, metric.unit, place) : say(place, "cohorts.closes", { day }),
      range: cell.closed ? rangeOf(place, cell.range, metric.unit) : null,
      heat: cell.closed && cell.value !== null ? heatOf(cell.value) : null,
      open: cell.closed ? null : day,
      openSpoken: cell.closed ? null : say(place, "cohorts.closesSpoken", { day }),
      door: cell.value === null || cohort.customers === 0 ? null : door(cohort, cell, nth),
    };
  };
  const averageRow = (of: CohortsOf, id: string): GridRow => ({
    ...{ id, average: true, note: null },
    label:
      of.segment === null
        ? say(place, "cohorts.averageRow")
        : say(place, "cohorts.averageRowOf", { segment: rowLabel(place, of.name) }),
    customers: countOf(of.averages[0]?.customers ?? 0, place),
    cells: of.averages.map(({ value, range }) => ({
      ...{ text: formatValue(value, metric.unit, place), range: rangeOf(place, range, metric.unit) },
      ...{ heat: value === null ? null : heatOf(value), open: null, openSpoken: null, door: null },
    })),
  });
  const newest = own.cohorts.toReversed();
  return {
    caption: say(place, "cohorts.caption", {
      what: metricLabel(place, metric),
      unit: say(place, `cohorts.${unit}`).toLocaleLowerCase(place.locale),
    }),
    first: say(place, "cohorts.cohort"),
    customers: say(place, "cohortsPage.customers"),
    ages: (own.cohorts.find(({ whole }) => whole)?.cells ?? []).map(({ age }) => ageText(place, unit, age)),
    rows: [
      averageRow(own, "average"),
      ...(beside === null ? [] : [averageRow(beside, "beside")]),
      ...newest.map((cohort, nth): GridRow => ({
        id: cohort.period.from,
        label: cohortText(place, unit, cohort.period),
        customers: cohort.whole ? countOf(cohort.customers, place) : "–",
        note: cohort.whole ? null : say(place, "cohorts.notWhole"),
        average: false,
        cells: cohort.cells.map((cell) => cellView(cohort, cell, nth)),
      })),
    ],
  };
}

const countOf = (n: number, place: Place): string => formatValue(n, "count", place);

/** "2026-04", "2026-q2". */
const segmentIdOf = (day: string, unit: CohortUnit): string =>
  unit === "quarter" ? `${day.slice(0, 4)}-q${Math.ceil(Number(day.slice(5, 7)) / 3)}` : day.slice(0, 7);

const toldOf = (points: CohortsOf["second"]["points"], place: Place): string[] =>
  MILESTONES.map((day) => {
    const point = points.find((each) => each.day === day);
    if (point === undefined) return "–";
    const range = rangeOf(place, point.range, "rate");
    const value = formatValue(point.share, "rate", place);
    return range === null ? value : say(place, "cohortsPage.valueRange", { value, range });
  });

const curveView = ({ name, second: { points } }: CohortsOf, place: Place): CurveView => ({
  label: rowLabel(place, name),
  points: points.map(({ day, share, range }) => ({
    day,
    share,
    low: range?.low ?? null,
    high: range?.high ?? null,
  })),
  told: toldOf(points, place),
});

const UNLIKELY = 1 - LEVEL;
const LEAST_P = 0.001;

function comparedText({ own, beside, compared, overlap }: Cohorts, place: Place): string | null {
  if (own === null || beside === null) return null;
  if (overlap) return say(place, "cohorts.overlap");
  if (compared === null) return say(place, "cohorts.tooFew");
  const number = (value: number) => value.toLocaleString(place.locale, { maximumFractionDigits: 3 });
  const p =
    compared.pValue < LEAST_P
      ? say(place, "cohorts.pBelow", { p: number(LEAST_P) })
      : number(compared.pValue);
  const told = { one: rowLabel(place, own.name), other: rowLabel(place, beside.name), p };
  return say(place, compared.pValue < UNLIKELY ? "cohorts.differ" : "cohorts.alike", told);
}

function byCohort({ unit }: Cohorts, own: CohortsOf, place: Place, today: string): CohortsView["byCohort"] {
  const rows = own.cohorts.toReversed().flatMap(({ period, customers }) => {
    const found = own.secondByCohort.get(period.from);
    return found === undefined || period.from > today
      ? []
      : [
          {
            id: period.from,
            label: cohortText(place, unit, period),
            customers: countOf(customers, place),
            told: toldOf(found.points, place),
          },
        ];
  });
  const caption = say(place, "cohorts.byCohort", {
    unit: say(place, `cohorts.${unit}`).toLocaleLowerCase(place.locale),
  });
  return rows.length === 0 ? null : { caption, rows };
}

function fileOf({ kpi, unit, basis, within, beside, cohorts }: CohortsQuestion, { locale }: Place): string {
  const query = new URLSearchParams({
    ...{ kpi, unit, cohorts: String(cohorts), locale },
    ...(basis === null ? {} : { basis }),
    ...(within === null ? {} : { within: `${within.segmentation}.${within.segment}` }),
    ...(beside === null ? {} : { beside: `${beside.segmentation}.${beside.segment}` }),
  });
  return `/app/export/cohorts.csv?${query.toString()}`;
}
