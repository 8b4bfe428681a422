// The page of why a figure moved: one sentence, the parts as a waterfall, the groups, the customers, and what stands out.
import { declarations, declaredId, type KpiId, kpis } from "../kpis/catalogue.ts";
import { isOrderCutId } from "../kpis/cuts/choices.ts";
import { cutOf } from "../kpis/cuts/cut.ts";
import { LEVEL } from "../kpis/estimates/distributions.ts";
import { reasonText } from "../kpis/figure-words.server.ts";
import { formatDay } from "../kpis/period.ts";
import { formatPercent, formatValue } from "../kpis/format.ts";
import { declarationOf, inputsOf } from "../kpis/declared.ts";
import { joinedLabels, kpiInSentence, kpiLabel } from "../kpis/kpi-words.server.ts";
import { offeredKpis } from "../kpis/loaded.server.ts";
import { queryKpis } from "../kpis/query.server.ts";
import { cutLabel, rowLabel } from "../kpis/row-words.server.ts";
import { say } from "../words/words.server.ts";
import { daysLeftOut, ordersLeftOut } from "../why/left-out.server.ts";
import { roundedTo } from "../why/rounded.ts";
import {
  slicesOf,
  type Split,
  type Why,
  whyMoved,
  type WhyPart,
  type WhyQuestion,
  type WhyRow,
} from "../why/why.server.ts";
import { type Asked, readAddress, whyAddress } from "./address.ts";
import { noticeText } from "./address-notices.server.ts";
import { cutFor } from "./cut.server.ts";
import type { ReportedShop } from "./shop.server.ts";
import { groupedBy } from "./kpi-lines.server.ts";
import { startOf } from "./start.server.ts";
import { type Picker, type ToolbarView, toolbarView } from "./toolbar.ts";
import { amountText, barId, effectRange, isReal, partLabel, STEP } from "./why-words.server.ts";
import { withinOf } from "./within.server.ts";
import { comparisonSentence, countText, type Place } from "./wording.server.ts";

export interface BarView {
  id: string;
  label: string;
  /** The figure of a whole bar, the difference of a part. */
  text: string;
  range: string | null;
  /** "whole": both ends; otherwise whether the part is real, open, or not told. */
  kind: "whole" | "real" | "open" | "unknown";
  from: number;
  to: number;
}

export interface WhyRowView {
  id: string;
  label: string;
  then: string;
  now: string;
  /** Whether a row's change could be chance is told where it is judged with all others, on Home. */
  adds: string;
  /** Whether rows can be listed that are behind it. */
  hasRows: boolean;
  /** Of a rate: by its own figure, and by its size. */
  own: string | null;
  size: string | null;
  /** Of a sum: the part that makes up most of it. */
  mostly: string | null;
}

export interface WhyView {
  title: string;
  /** The segment whose figure it is; null: all customers'. */
  of: string | null;
  notices: readonly string[];
  toolbar: ToolbarView;
  picker: Picker;
  kpi: string;
  comparison: string | null;
  /** Why there are no parts. */
  missing: string | null;
  sentences: readonly string[];
  bars: readonly BarView[];
  /** The sum whose rows are behind the figure: itself, or what it divides. */
  whole: string;
  caption: string;
  note: string;
  rows: { title: string; isRate: boolean; rows: readonly WhyRowView[]; note: string | null } | null;
  presence: readonly { who: string; customers: string; adds: string }[];
  leftOut: readonly { text: string; order: string | null }[];
  /** Where the ways of grouping come from that tell most. */
  telling: string;
}

/** Throws UnknownSegmentation. `chart` of the address is the KPI. */
export async function whyView(shop: ReportedShop, params: URLSearchParams): Promise<WhyView> {
  const { view, place, today } = shop;
  const { defaults } = await startOf(shop);
  const { within, notices } = withinOf(params, place);
  const read = readAddress(params, shop, () => [], defaults);
  const asked: Asked = { ...read, segmentation: groupedBy(read, within) };
  const { chart: kpi } = asked;
  const question: WhyQuestion = {
    ...{ kpi, segmentation: await cutFor(view, asked.segmentation, { within }), period: asked.period },
    ...{ comparison: asked.comparison, membersAt: asked.membersAt, today },
  };
  const [why, answer, offered] = await Promise.all([
    whyMoved(view, question),
    queryKpis(view, { ...question, kpis: [kpi] }),
    offeredKpis(view),
  ]);
  const label = kpiLabel(place, kpi);
  const { split } = why;
  const shown = split === null ? null : barsOf(why, split, asked, place);
  return {
    title: say(place, "why.title", { kpi: kpiInSentence(place, kpi) }),
    of: within === null ? null : rowLabel(place, answer.total.name),
    notices: [...asked.replaced.map((each) => noticeText(place, each)), ...notices],
    toolbar: toolbarView(asked, { place, today, segmentations: true }),
    picker: {
      name: "chart",
      label: say(place, "whyPage.kpi"),
      selected: kpi,
      usual: asked.usual.chart,
      choices: [...new Set([...offered, kpi])].map((value) => ({ value, label: kpiLabel(place, value) })),
    },
    kpi: label,
    comparison: comparisonSentence(answer, asked.comparison, place),
    missing: missingText(why, place),
    sentences: split === null ? coursesSentence(why, place) : sentencesOf(why, split, asked, place),
    bars: shown ?? [],
    whole: split?.sides[0]?.name ?? kpi,
    caption: say(place, "why.caption", { kpi: label }),
    note: say(place, shown?.some(({ range }) => range !== null) ? "why.ranges" : "why.noRanges"),
    rows: split === null || why.reason !== null ? null : rowsOf(why, split, asked, place),
    presence: (split?.presence ?? []).map(({ who, customers, difference }) => ({
      who: say(place, `why.${who}`),
      customers: who === "neither" ? "–" : countText(customers, place.locale),
      adds: amountText(place, kpi, difference),
    })),
    leftOut: split === null ? [] : await leftOutOf(shop, question, split),
    telling: whyAddress("/api/telling-cuts", asked, place, within),
  };
}

function missingText({ reason, kpi, split }: Why, place: Place): string | null {
  if (reason === null) return null;
  if (reason === "no_comparison") return say(place, "why.no_comparison");
  if (reason === "no_split") return say(place, "why.no_split", { kpi: kpiLabel(place, kpi) });
  const because = reasonText(place, reason, { kpi });
  return split === null
    ? say(place, "figure.reasonSentence", { reason: because })
    : say(place, "why.notByRows", { reason: because });
}

/** A p-value below it is called unlikely to be chance, as a range at 95 % that leaves out 0 is. */
const UNLIKELY = 1 - LEVEL;

const coursesSentence = ({ courses }: Why, place: Place): string[] =>
  courses === null ? [] : [say(place, courses.pValue < UNLIKELY ? "why.coursesDiffer" : "why.coursesAlike")];

/** Parts as they are shown: rounded, so that they add up. */
function shownParts(kpi: KpiId, whole: number, parts: readonly WhyPart[]): WhyPart[] {
  const rounded = roundedTo(
    whole,
    parts.map(({ amount }) => amount),
    STEP[kpis[kpi].unit],
  );
  return parts
    .map((part, index) => ({ ...part, amount: rounded[index] ?? 0 }))
    .filter(({ amount }) => amount !== 0);
}

const isOfOrders = ({ segmentation }: Asked) => isOrderCutId(segmentation);

function barsOf({ kpi }: Why, split: Split, asked: Asked, place: Place): BarView[] {
  const { unit } = kpis[kpi];
  const [then, now] = [split.then ?? 0, split.now ?? 0];
  let at = then;
  const whole = (id: string, label: string, value: number): BarView => ({
    ...{ id, label, text: formatValue(value, unit, place), range: null, kind: "whole" },
    ...{ from: 0, to: value },
  });
  const parts = shownParts(kpi, split.difference, split.parts).map((part): BarView => {
    const from = at;
    at += part.amount;
    return {
      id: barId(part.part),
      label: partLabel(place, kpi, part.part, isOfOrders(asked)),
      ...addsOf(kpi, part, place),
      ...{ from, to: at },
    };
  });
  return [whole("then", say(place, "why.then"), then), ...parts, whole("now", say(place, "why.now"), now)];
}

function addsOf(
  kpi: KpiId,
  effect: Pick<WhyPart, "amount" | "low" | "high">,
  place: Place,
): Pick<BarView, "text" | "range" | "kind"> {
  const real = isReal(effect);
  return {
    text: amountText(place, kpi, effect.amount),
    range: effectRange(place, kpi, effect),
    kind: real === null ? "unknown" : real ? "real" : "open",
  };
}

/** What rose or fell, what pushed it up and what down, and whether groups moved the other way. */
function sentencesOf({ kpi }: Why, split: Split, asked: Asked, place: Place): string[] {
  const { unit } = kpis[kpi];
  const label = kpiLabel(place, kpi);
  const { then, now, difference } = split;
  const told = {
    kpi: label,
    amount: amountText(place, kpi, Math.abs(difference), "never"),
    then: formatValue(then, unit, place),
    now: formatValue(now, unit, place),
  };
  const isShare = unit !== "rate" && then !== null && then > 0 && (now ?? 0) >= 0;
  const percent = isShare ? formatPercent(Math.abs(difference) / then, place, "never") : null;
  const parts = shownParts(kpi, difference, split.parts);
  const list = (of: readonly WhyPart[]) =>
    joinedLabels(
      place,
      [...of]
        .sort((a, b) => Math.abs(b.amount) - Math.abs(a.amount))
        .slice(0, 3)
        .map((part) =>
          say(place, "why.part", {
            part: partLabel(place, kpi, part.part, isOfOrders(asked)),
            amount: amountText(place, kpi, part.amount),
          }),
        ),
    );
  const [up, down] = [parts.filter(({ amount }) => amount > 0), parts.filter(({ amount }) => amount < 0)];
  const isSame = roundedTo(difference, [difference], STEP[unit])[0] === 0;
  const first = isSame
    ? say(place, "why.same", { kpi: label, now: told.now })
    : percent === null
      ? say(place, difference > 0 ? "why.rose" : "why.fell", told)
      : say(place, difference > 0 ? "why.roseBy" : "why.fellBy", { ...told, percent });
  return [
    first,
    ...(up.length === 0 ? [] : [say(place, "why.up", { parts: list(up) })]),
    ...(down.length === 0 ? [] : [say(place, "why.down", { parts: list(down) })]),
    ...quotientSentence(kpi, split, place),
    ...(split.apart ? [say(place, difference > 0 ? "why.apartRose" : "why.apartFell", { kpi: label })] : []),
  ];
}

function quotientSentence(kpi: KpiId, { quotient }: Split, place: Place): string[] {
  if (quotient === null) return [];
  const [what = "", by = ""] = inputsOf(declarationOf(declarations, kpi).computation);
  return [
    say(place, "why.divided", {
      what: kpiInSentence(place, declaredId(what)),
      by: kpiInSentence(place, declaredId(by || what)),
      divided: amountText(place, kpi, quotient.divided.amount),
      divisor: amountText(place, kpi, quotient.divisor.amount),
    }),
  ];
}

function rowsOf({ kpi, overlap }: Why, split: Split, asked: Asked, place: Place): WhyView["rows"] {
  const isRate = split.quotient !== null;
  const cut = cutLabel(place, asked.segmentation);
  const told = { kpi: kpiLabel(place, kpi), cut };
  const by = (row: WhyRow, other: "rate" | "mix" | "apart") =>
    row.parts.find(({ part }) => "other" in part && part.other === other)?.amount ?? 0;
  const rows = split.rows
    .filter(({ then, now, difference }) => difference.amount !== 0 || (then ?? 0) !== 0 || (now ?? 0) !== 0)
    .sort((a, b) => Math.abs(b.difference.amount) - Math.abs(a.difference.amount));
  const { unit } = kpis[kpi];
  return {
    title: say(place, overlap ? "why.rowsBySets" : "why.rowsBy", told),
    isRate,
    note: null,
    rows: rows.map((row) => {
      const [largest] = [...row.parts].sort((a, b) => Math.abs(b.amount) - Math.abs(a.amount));
      return {
        id: row.id,
        label: row.name === null ? say(place, "why.rest") : rowLabel(place, row.name),
        then: formatValue(row.then, unit, place),
        now: formatValue(row.now, unit, place),
        adds: amountText(place, kpi, row.difference.amount),
        hasRows: row.sides.length > 0,
        own: isRate ? amountText(place, kpi, by(row, "rate")) : null,
        size: isRate ? amountText(place, kpi, by(row, "mix") + by(row, "apart")) : null,
        mostly:
          isRate || largest === undefined
            ? null
            : say(place, "why.part", {
                part: partLabel(place, kpi, largest.part, isOfOrders(asked)),
                amount: amountText(place, kpi, largest.amount),
              }),
      };
    }),
  };
}

/** A day or an order is told where the change without it is another by a tenth. */
const TELLING = 0.1;

async function leftOutOf(
  { view, place, today }: ReportedShop,
  question: WhyQuestion,
  split: Split,
): Promise<WhyView["leftOut"]> {
  const { kpi } = question;
  const slices = slicesOf(view, question);
  if (slices === null || cutOf(question.segmentation).within !== undefined) return [];
  const [days, orders] = await Promise.all([
    daysLeftOut(view, kpi, slices, today),
    ordersLeftOut(view, kpi, slices, split.wholes),
  ]);
  const change = (then: number | null, now: number | null): string => {
    const difference = (now ?? 0) - (then ?? 0);
    const isShare = kpis[kpi].unit !== "rate" && then !== null && then > 0 && (now ?? 0) >= 0;
    return isShare ? formatPercent(difference / then, place) : amountText(place, kpi, difference);
  };
  const isTelling = ({ then, now }: { then: number | null; now: number | null }) =>
    then !== null &&
    now !== null &&
    Math.abs(now - then - split.difference) >= TELLING * Math.abs(split.difference);
  const told = { kpi: kpiInSentence(place, kpi), change: change(split.then, split.now) };
  return [
    ...days.filter(isTelling).map((left) => ({
      text: say(place, "why.withoutDay", {
        ...told,
        day: formatDay(left.day, place.locale, today),
        with: formatDay(left.with, place.locale, today),
        without: change(left.then, left.now),
      }),
      order: null,
    })),
    ...orders.filter(isTelling).map((left) => ({
      text: say(place, "why.withoutOrder", {
        ...told,
        without: change(left.then, left.now),
      }),
      order: String(left.order),
    })),
  ];
}
