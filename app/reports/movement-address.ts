// What is asked of movement, as an address says it: a grouping of customers, the two days of a period, whose cut points hold, and
// a flow between two of its groups.
import { BadInput, UnknownKpi } from "../errors.ts";
import { isKpiId, isSegmentationId, type KpiId } from "../kpis/catalogue.ts";
import {
  daysOf,
  type FlowOf,
  type MovementQuestion,
  type Thresholds,
  THRESHOLDS,
} from "../movement/movement.server.ts";
import { readQuery } from "./address.ts";
import type { ReportedShop } from "./shop.server.ts";

/** What an address leaves out. */
export const USUAL_THRESHOLDS: Thresholds = "first";

const SHORT = 40;
const shown = (text: string) => text.slice(0, SHORT).toWellFormed();

const isThresholds = (text: string): text is Thresholds => (THRESHOLDS as readonly string[]).includes(text);

/** Null where it is neither. */
export function thresholdsIn(params: URLSearchParams): Thresholds | null {
  const given = params.get("thresholds") || USUAL_THRESHOLDS;
  return isThresholds(given) ? given : null;
}

/** Throws BadInput with the expected form, or UnknownSegmentation. */
export function readMovement(params: URLSearchParams, shop: ReportedShop): MovementQuestion {
  const { segmentation, period } = readQuery(params, shop);
  if (!isSegmentationId(segmentation))
    throw new BadInput(
      `"segmentation" must group customers, which ${segmentation} does not, to tell who moved.`,
    );
  const thresholds = thresholdsIn(params);
  if (thresholds === null)
    throw new BadInput(
      `"thresholds" must be one of ${THRESHOLDS.join(", ")}, not "${shown(params.get("thresholds") ?? "")}".`,
    );
  return { segmentation, ...daysOf(period, shop.today), thresholds };
}

/** The KPI to tell month by month; null: none. Throws UnknownKpi. */
export function readMonthlyKpi(params: URLSearchParams): KpiId | null {
  const given = params.get("kpi") || null;
  if (given === null) return null;
  if (!isKpiId(given)) throw new UnknownKpi(shown(given));
  return given;
}

/** Groups on the first day and on the second; null where the address names neither. */
export function flowNamed(params: URLSearchParams): FlowOf | null {
  const [was, becomes] = [params.get("was") || null, params.get("becomes") || null];
  return was === null && becomes === null ? null : { was, becomes };
}

/** Throws BadInput. */
export function readFlow(params: URLSearchParams): FlowOf {
  const flow = flowNamed(params);
  if (flow === null)
    throw new BadInput(
      '"was" or "becomes" must name a group of the segmentation: where customers were on the first day, or are on the second.',
    );
  return flow;
}
