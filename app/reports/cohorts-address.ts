// Which cohorts an address asks for. A page replaces what it cannot read and says so; the API and files refuse it.
import { z } from "zod";
import type { CohortsQuestion } from "../cohorts/cohorts.server.ts";
import { MOST_COHORTS } from "../cohorts/cohorts.server.ts";
import { bases, type Basis } from "../cohorts/metric.ts";
import type { CohortUnit } from "../cohorts/statement.ts";
import { BadInput, UnknownKpi, UnknownSegment, UnknownSegmentation } from "../errors.ts";
import { isKpiId, isSegmentationId, type KpiId } from "../kpis/catalogue.ts";
import type { SegmentRef } from "../kpis/cuts/cut.ts";
import { segmentNamed } from "./within.server.ts";
import type { Days } from "./address-comparison.ts";

export const units = ["week", "month", "quarter"] as const satisfies readonly CohortUnit[];
/** What an address leaves out. */
export const USUAL_UNIT: CohortUnit = "month";
export const USUAL_KPI: KpiId = "active_customers";
/** Half a year of weeks, two years of months, three of quarters. */
const usualCohorts: Readonly<Record<CohortUnit, number>> = { week: 26, month: 24, quarter: 12 };

/** Throws BadInput with the expected form, UnknownKpi, UnknownSegmentation or UnknownSegment. */
export function readCohorts(params: URLSearchParams, { today, business = null }: Days): CohortsQuestion {
  const kpi = params.get("kpi") || USUAL_KPI;
  if (!isKpiId(kpi)) throw new UnknownKpi(shorten(kpi));
  const unit = choose(params, "unit", units) ?? USUAL_UNIT;
  const count = z.coerce
    .number()
    .int()
    .min(1)
    .max(MOST_COHORTS)
    .safeParse(params.get("cohorts") || usualCohorts[unit]);
  if (!count.success)
    throw new BadInput(
      `"cohorts" must be a whole number from 1 to ${MOST_COHORTS}, not "${shorten(params.get("cohorts") ?? "")}".`,
    );
  return {
    ...{ kpi, unit, basis: choose<Basis>(params, "basis", bases), cohorts: count.data },
    ...{ within: readSegment(params, "within"), beside: readSegment(params, "beside") },
    ...{ calendar: business, today },
  };
}

function choose<T extends string>(params: URLSearchParams, name: string, ids: readonly T[]): T | null {
  const given = params.get(name) || null;
  if (given === null) return null;
  const found = ids.find((id) => id === given);
  if (found !== undefined) return found;
  throw new BadInput(`"${name}" must be one of ${ids.join(", ")}, not "${shorten(given)}".`);
}

function readSegment(params: URLSearchParams, name: "within" | "beside"): SegmentRef | null {
  const given = params.get(name) || null;
  if (given === null) return null;
  const found = segmentNamed(given);
  if (found !== null) return found;
  const [segmentation = "", ...segment] = given.split(".");
  if (segment.length === 0)
    throw new BadInput(
      `"${name}" must be a segmentation and a segment such as rfm.champions, not "${shorten(given)}".`,
    );
  if (!isSegmentationId(segmentation)) throw new UnknownSegmentation(shorten(segmentation));
  throw new UnknownSegment(segmentation, shorten(segment.join(".")));
}

/** The same, the usual in place of what cannot be read. */
export function readCohortsOrUsual(
  params: URLSearchParams,
  days: Days,
): { question: CohortsQuestion; problems: string[] } {
  const known = new URLSearchParams(params);
  const problems: string[] = [];
  for (const name of ["kpi", "unit", "basis", "cohorts", "within", "beside"]) {
    const alone = new URLSearchParams({ [name]: known.get(name) ?? "" });
    try {
      readCohorts(alone, days);
    } catch (error) {
      known.delete(name);
      problems.push(error instanceof Error ? error.message : "");
    }
  }
  return { question: readCohorts(known, days), problems };
}

const shorten = (text: string): string => (text.length > 40 ? `${text.slice(0, 40)}…` : text).toWellFormed();
