// How a figure came about, in words: its formula with its own numbers, how sure it is, what is left out, and what Shopify calls it.
import { sourceCoverage } from "../warehouse/coverage.ts";
import { instantOf } from "../warehouse/values.ts";
import { counterpartOf } from "../explain/counterparts.ts";
import type { Explained, Numbers } from "../explain/explain.server.ts";
import { declarations, declaredId, isKpiId, type KpiId, kpis } from "../kpis/catalogue.ts";
import { declarationOf } from "../kpis/declared.ts";
import { rangeText } from "../kpis/figure-words.server.ts";
import { formatValue } from "../kpis/format.ts";
import { formulaOf } from "../kpis/formula.server.ts";
import { kpiInSentence, kpiLabel } from "../kpis/kpi-words.server.ts";
import { formatDay } from "../kpis/period.ts";
import { say } from "../words/words.server.ts";
import type { ReportedShop } from "./shop.server.ts";
import { excludedWords } from "./exclusion.server.ts";
import { historyText } from "./uncounted.server.ts";
import { momentText, type Place } from "./wording.server.ts";

/** One line of a sum: what it is, its number, and what that is put together from. */
export interface SumLine {
  id: string;
  label: string;
  /** Of the shop, whatever segment the figure is of. */
  ofShop: boolean;
  /** It is explained by itself, too. */
  isKpi: boolean;
  value: number | null;
  text: string | null;
  formula: string;
  inputs: readonly { sign: "+" | "−" | "÷" | null; line: SumLine }[];
}

/** The formula of a figure with its own numbers, down to what is counted or summed. */
export function sumLine(kpi: KpiId, value: number | null, numbers: Numbers, place: Place): SumLine {
  const line = (name: string, own: number | null, ofShop: boolean): SumLine => {
    const { computation, unit } = declarationOf(declarations, name);
    const label = kpiLabel(place, declaredId(name));
    const number = (of: string, shop = false) => (shop ? numbers.shop : numbers.own).get(of) ?? null;
    const part = (sign: SumLine["inputs"][number]["sign"], of: string, shop = ofShop) => ({
      sign,
      line: line(of, number(of, shop), shop),
    });
    const isOfShop = computation.kind === "ratio" && computation.over === "shop";
    return {
      ...{ id: name, ofShop, isKpi: name !== kpi && isKpiId(name), value: own },
      label: ofShop ? say(place, "explain.ofShop", { what: label }) : label,
      text: own === null ? null : formatValue(own, unit, place),
      formula: formulaOf(place, name),
      inputs:
        computation.kind === "ratio"
          ? [part(null, computation.numerator), part("÷", computation.denominator, isOfShop)]
          : computation.kind === "derived"
            ? [
                ...computation.plus.map((of, index) => part(index === 0 ? null : "+", of)),
                ...computation.minus.map((of) => part("−", of)),
              ]
            : [],
    };
  };
  return line(kpi, value, false);
}

/** "Net sales €12,300.00 = Gross sales €14,000.00 − Discounts €900.00"; of what is counted, its formula in words. */
export function equationText({ label, text, formula, inputs }: SumLine): string {
  const whole = text === null ? label : `${label} ${text}`;
  if (inputs.length === 0) return `${whole} = ${formula}`;
  const parts = inputs.map(({ sign, line }) =>
    [sign, line.label, line.text].filter((each) => each !== null).join(" "),
  );
  return `${whole} = ${parts.join(" ")}`;
}

/** How the range came about, or why there is none. */
export function rangeSentence({ cell }: Explained, kpi: KpiId, place: Place): string {
  const { uncertainty, unit } = kpis[kpi];
  if (cell.settled !== null) return say(place, `settled.${cell.settled}`);
  if (cell.kind === "fact") return say(place, "explain.isFact");
  const range = rangeText(cell, unit, place, "sentence");
  if (range === null)
    return say(place, "explain.noRange", { called: say(place, `methodCalled.${uncertainty}`) });
  return say(place, "explain.range", {
    range,
    method: say(place, `methodRange.${uncertainty}`),
    sources: say(place, `methodSources.${uncertainty}`),
  });
}

export interface LeftOutView {
  code: string;
  count: number | null;
  text: string;
}

export function leftOutViews(
  { cell, leftOut }: Explained,
  kpi: KpiId,
  { place, meta }: Pick<ReportedShop, "place" | "meta">,
): LeftOutView[] {
  const { coverage } = kpis[kpi];
  const open = cell.open ?? 0;
  return [
    ...leftOut.map(({ why, orders, net }) => ({
      code: why,
      count: orders,
      text:
        why === "excluded"
          ? say(place, "leftOut.excluded", {
              n: orders,
              net: formatValue(net, "money", place),
              what: excludedWords(place, meta) ?? "",
            })
          : say(place, `leftOut.${why}`, { n: orders }),
    })),
    ...(open === 0 ? [] : [{ code: "open", count: open, text: say(place, "leftOut.open", { n: open }) }]),
    ...(coverage === null || cell.coverage === null || cell.coverage >= 1
      ? []
      : [
          {
            code: "unknown",
            count: null,
            text: say(place, "leftOut.unknown", {
              share: formatValue(1 - cell.coverage, "rate", place),
              what: kpiInSentence(place, coverage.of),
            }),
          },
        ]),
  ];
}

/** From what a figure is counted: up to when, from when on. */
export function knownSentences({ answer, cell }: Explained, shop: ReportedShop): string[] {
  const { place, meta, now } = shop;
  const { freshAt } = answer.asOf;
  return [
    freshAt === null
      ? say(place, "explain.nothingKnown")
      : say(place, "explain.known", { moment: momentText(instantOf(freshAt), now, place) }),
    ...(sourceCoverage(meta, "orders").state === "complete"
      ? []
      : [say(place, "explain.orders", { history: historyText(shop) })]),
    ...(cell.observedFrom === null
      ? []
      : [say(place, "explain.observed", { day: formatDay(cell.observedFrom, place.locale) })]),
  ];
}

export interface CounterpartView {
  code: "compared" | "defined" | "none";
  metric: string | null;
  text: string;
}

export function counterpartView(
  { row }: Pick<Explained, "row">,
  kpi: KpiId,
  { place, meta }: Pick<ReportedShop, "place" | "meta">,
): CounterpartView {
  const found = counterpartOf(kpi);
  if (found === null) return { code: "none", metric: null, text: say(place, "counterpart.none") };
  const { how, metric } = found;
  const what = excludedWords(place, meta);
  const text = [
    say(place, `counterpart.${how}`, { metric: say(place, `counterpartMetric.${metric}`) }),
    ...(what === null ? [] : [say(place, "counterpart.excluding", { what })]),
  ].join(" ");
  return {
    ...{ code: how, metric },
    text: row.kind === "total" ? text : `${text} ${say(place, "counterpart.notByRows")}`,
  };
}
