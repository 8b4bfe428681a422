// The JSON of GET /api/why and GET /api/telling-cuts. Money is in minor units of `currency`, not rounded, so that parts add up;
// rates are shares of 1, days inclusive.
import { kpis } from "../kpis/catalogue.ts";
import { reasonText } from "../kpis/figure-words.server.ts";
import { includedDays, type Part } from "../kpis/period.ts";
import { cutLabel, rowLabel } from "../kpis/row-words.server.ts";
import { tellingCuts } from "../why/cuts.server.ts";
import type { Effect } from "../why/effect.ts";
import { whyMoved, type WhyPart, type WhyQuestion } from "../why/why.server.ts";
import { say } from "../words/words.server.ts";
import { readWhy } from "./address.ts";
import { cutFor } from "./cut.server.ts";
import type { ReportedShop } from "./shop.server.ts";
import { amountText, partLabel } from "./why-words.server.ts";

async function questionOf(shop: ReportedShop, params: URLSearchParams) {
  const { view, today } = shop;
  const asked = readWhy(params, shop);
  const cut = await cutFor(view, asked.segmentation, asked);
  const { kpi, period, comparison, membersAt } = asked;
  return {
    question: { kpi, segmentation: cut, period, comparison, membersAt, today } satisfies WhyQuestion,
    cut,
  };
}

const effectOf = ({ amount, low, high }: Effect) => ({
  amount,
  /** Roughly: at 95 % for all parts side by side. */
  interval: low === null || high === null ? null : { low, high },
});

const daysOf = (part: Part) => ({
  ...includedDays(part),
  ...(part.until === undefined ? {} : { until: part.until }),
});

/** Throws UnknownKpi, UnknownSegmentation, UnknownSegment, or BadInput naming the expected form. */
export async function whyAnswer(shop: ReportedShop, params: URLSearchParams) {
  const { place, view } = shop;
  const { question, cut } = await questionOf(shop, params);
  const { kpi, compared, split, reason, overlap, courses } = await whyMoved(view, question);
  const partOf = (part: WhyPart) => ({
    ...("other" in part.part ? { part: part.part.other } : { part: part.part.step, per: part.part.of }),
    label: partLabel(place, kpi, part.part, cut.of === "orders"),
    ...effectOf(part),
  });
  return {
    shop: shop.shop,
    currency: place.currency,
    decimals: place.decimals,
    kpi,
    unit: kpis[kpi].unit,
    compared: compared && { part: daysOf(compared.part), with: daysOf(compared.with) },
    reason:
      reason === null
        ? null
        : {
            code: reason,
            text:
              reason === "no_comparison"
                ? say(place, "why.no_comparison")
                : reason === "no_split"
                  ? say(place, "why.no_split", { kpi })
                  : reasonText(place, reason, { kpi }),
          },
    /** Log-rank test of the two periods' customers, where the figure is how soon something happens. */
    courses,
    then: split?.then ?? null,
    now: split?.now ?? null,
    difference: split?.difference ?? null,
    parts: split?.parts.map(partOf) ?? [],
    quotient: split?.quotient
      ? { divided: effectOf(split.quotient.divided), divisor: effectOf(split.quotient.divisor) }
      : null,
    rowsMoveApart: split?.apart ?? false,
    rowsOverlap: overlap,
    rows:
      split === null || reason !== null
        ? []
        : split.rows.map((row) => ({
            id: row.id,
            label: row.name === null ? say(place, "why.rest") : rowLabel(place, row.name),
            kind: row.kind,
            then: row.then,
            now: row.now,
            difference: effectOf(row.difference),
            beyondItsPart: effectOf(row.excess),
            parts: row.parts.map(partOf),
          })),
    customers: split?.presence ?? null,
  };
}

export interface TellingView {
  cuts: readonly {
    by: string;
    label: string;
    row: { id: string; label: string };
    beyondItsPart: ReturnType<typeof effectOf>;
    text: string;
  }[];
}

/** Which ways of grouping tell most of the change, best first. Throws as whyAnswer does. */
export async function tellingAnswer(shop: ReportedShop, params: URLSearchParams): Promise<TellingView> {
  const { view, place } = shop;
  const { question } = await questionOf(shop, params);
  const { split } = await whyMoved(view, question);
  const cuts = split === null ? [] : await tellingCuts(view, question);
  return {
    cuts: cuts.map(({ by, row }) => ({
      by,
      label: cutLabel(place, by),
      row: { id: row.id, label: rowLabel(place, row.name) },
      beyondItsPart: effectOf(row.excess),
      text: say(place, row.excess.amount > 0 ? "why.tellingMore" : "why.tellingLess", {
        row: rowLabel(place, row.name),
        amount: amountText(place, question.kpi, Math.abs(row.excess.amount), "never"),
      }),
    })),
  };
}
