// What is said of cohorts: what a KPI is of them, what a unit is called, and why there is nothing.
import type { Cohorts } from "../cohorts/cohorts.server.ts";
import { type Metric, type Unfit, unfits } from "../cohorts/metric.ts";
import type { CohortUnit } from "../cohorts/statement.ts";
import type { Range } from "../kpis/answer.ts";
import { declarations, type KpiId } from "../kpis/catalogue.ts";
import { declarationOf } from "../kpis/declared.ts";
import { reasonText } from "../kpis/figure-words.server.ts";
import { formatValue } from "../kpis/format.ts";
import type { Unit } from "../kpis/kpi.ts";
import { kpiLabel } from "../kpis/kpi-words.server.ts";
import { formatPeriod, type Period } from "../kpis/period.ts";
import { type Reader, say } from "../words/words.server.ts";
import { unitName } from "./unit-name.ts";
import type { Place } from "./wording.server.ts";

/** What a KPI is called where it is one of a cohort. */
export function metricLabel(place: Reader, { id, kind }: Pick<Metric, "id" | "kind">): string {
  if (declarationOf(declarations, id).computation.kind === "duration") return say(place, "cohorts.again");
  const kpi = kpiLabel(place, id);
  if (kind === "ratio") return kpi;
  return say(place, kind === "mean" ? "cohorts.perCustomer" : "cohorts.shareOf", { kpi });
}

const isUnfit = (reason: string): reason is Unfit => unfits.some((each) => each === reason);

export function missingText(place: Reader, kpi: KpiId, reason: NonNullable<Cohorts["reason"]>): string {
  if (reason === "no_first_order") return say(place, "cohorts.no_first_order");
  if (isUnfit(reason)) return say(place, `cohorts.${reason}`, { kpi: kpiLabel(place, kpi) });
  return say(place, "figure.reasonSentence", { reason: reasonText(place, reason, { kpi }) });
}

export const ageText = (place: Reader, unit: CohortUnit, age: number): string =>
  say(place, `cohorts.age${unit}`, { n: String(age) });

/** "Oct 1 – 31, 2026", or what a business calls it. */
export const cohortText = (place: Reader, unit: CohortUnit, period: Period): string =>
  unitName(place, unit, period) ?? formatPeriod(period, place.locale);

export function rangeOf(place: Place, range: Range | null, unit: Unit): string | null {
  if (range === null) return null;
  const bound = (value: number) => formatValue(value, unit, place);
  return say(place, range.sureness === "rough" ? "cohorts.roughly" : "cohorts.between", {
    low: bound(range.low),
    high: bound(range.high),
  });
}
