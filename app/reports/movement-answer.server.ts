// The JSON of GET /api/movement and GET /api/segment-history. Money is in integer minor units of `currency`, shares are of 1; a
// day stands for its start.
import { kpis } from "../kpis/catalogue.ts";
import { formatValue } from "../kpis/format.ts";
import { kpiLabel } from "../kpis/kpi-words.server.ts";
import { rowLabel } from "../kpis/row-words.server.ts";
import { kpiByMonth, sizes } from "../movement/history.server.ts";
import { movement } from "../movement/movement.server.ts";
import { say } from "../words/words.server.ts";
import { readMonthlyKpi, readMovement } from "./movement-address.ts";
import { dayText, movementNotes, movementSentences, noMovementText } from "./movement-words.server.ts";
import type { ReportedShop } from "./shop.server.ts";

/** Throws UnknownSegmentation, or BadInput naming the expected form. */
export async function movementAnswer(shop: ReportedShop, params: URLSearchParams) {
  const { view, place } = shop;
  const question = readMovement(params, shop);
  const found = await movement(view, question);
  const { reason, shift } = found;
  const told = reason === null;
  return {
    shop: shop.shop,
    currency: place.currency,
    decimals: place.decimals,
    segmentation: question.segmentation,
    from: question.from,
    to: question.to,
    /** Null where the segmentation has no cut points. */
    thresholds: found.isScored ? question.thresholds : null,
    reason: reason && { code: reason, text: noMovementText(reason, question, place) },
    sentences: told
      ? [...movementSentences(found, question, place), ...movementNotes(found, question, place)]
      : [],
    customers: told ? { both: found.both, moved: found.moved, firstBought: found.firstBought } : null,
    shift:
      !told || typeof shift === "string"
        ? { reason: told ? shift : null, stuartMaxwell: null, bhapkar: null, degrees: null, pValue: null }
        : { reason: null, ...shift, bhapkar: Number.isFinite(shift.bhapkar) ? shift.bhapkar : null },
    segments: found.segments.map(
      ({ id, name, then, now, stayed, left, entered, firstBought, leftShare }) => ({
        ...{ id, label: rowLabel(place, name), then, now, stayed, left, entered, firstBought },
        leftShare: leftShare && {
          value: leftShare.value,
          interval: { low: leftShare.low, high: leftShare.high, range: leftShare.sureness },
        },
      }),
    ),
    /** Of who had an order by the second day; `was` is "none" of who had none by the first. */
    flows: found.flows,
  };
}

export type HistoryAnswer = Awaited<ReturnType<typeof historyAnswer>>;

/** Throws UnknownKpi, UnknownSegmentation, or BadInput naming the expected form. */
export async function historyAnswer(shop: ReportedShop, params: URLSearchParams) {
  const { view, place, today, business } = shop;
  const kpi = readMonthlyKpi(params);
  const question = readMovement(params, shop);
  const asked = { ...question, today, calendar: business };
  const found = await sizes(view, asked);
  const months = kpi === null || found.reason !== null ? null : await kpiByMonth(view, kpi, asked);
  return {
    shop: shop.shop,
    segmentation: question.segmentation,
    reason: found.reason && { code: found.reason, text: noMovementText(found.reason, question, place) },
    segments: found.segments.map(({ id, name }) => ({ id, label: rowLabel(place, name) })),
    /** Oldest first. `members`: by segment; null while nobody could be grouped. */
    days: found.days.map(({ day, members }) => ({
      day,
      label: dayText(day, place),
      members: members && Object.fromEntries(found.segments.map(({ id }) => [id, members.get(id) ?? 0])),
    })),
    kpi:
      kpi === null || months === null
        ? null
        : {
            kpi,
            label: say(place, "movement.monthly", { kpi: kpiLabel(place, kpi) }),
            unit: kpis[kpi].unit,
            months: months.map(({ from, values }) => ({
              from,
              label: dayText(from, place),
              values: found.segments.map(({ id }) => ({
                id,
                value: values.get(id) ?? null,
                text: formatValue(values.get(id) ?? null, kpis[kpi].unit, place),
              })),
            })),
          },
  };
}
