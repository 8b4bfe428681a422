// What changed, in words: each finding as a sentence with its range, cause and price, and the doors that it has.
import { BadInput, NotFound } from "../errors.ts";
import type { FoundDay, KeptDays, KeptWeek } from "../findings/findings.server.ts";
import { declaredId, type KpiId, kpis } from "../kpis/catalogue.ts";
import { formatPercent, formatValue } from "../kpis/format.ts";
import { kpiInSentence, kpiLabel } from "../kpis/kpi-words.server.ts";
import { factsOf } from "../kpis/loaded.server.ts";
import { addDays, formatPeriod, includedDays, isDay, type Period, startOf } from "../kpis/period.ts";
import { writtenOf } from "../kpis/written.server.ts";
import { say } from "../words/words.server.ts";
import { defaults } from "./address.ts";
import {
  daysAnswer,
  daysLookedAnswer,
  type DaysView,
  daysView,
  type DayView,
  recentDay,
} from "./found-days.server.ts";
import type { ReportedShop } from "./shop.server.ts";
import { hasPage, whoText } from "./who-words.server.ts";
import { amountText, partLabel } from "./why-words.server.ts";
import { countText, type Place } from "./wording.server.ts";

type Finding = KeptWeek["findings"][number];

/** With fewer customers a side nothing is looked at (findings/candidates.ts). */
const NEEDED = 100;
export const WEEKS_A_PAGE = 10;

export interface FindingView {
  id: string;
  text: string;
  details: readonly string[];
  /** Parameters of the page of why. */
  why: Readonly<Record<string, string | null>>;
  /** The segment's page, and its parameters; null where it has none. */
  segment: { path: string; params: Readonly<Record<string, string | null>> } | null;
}

export interface WeekView {
  week: string;
  /** Of which days it is, or that there is nothing to tell. */
  sentence: string;
  findings: readonly FindingView[];
}

/** The newest week, and at most one day. */
export interface ChangedView extends WeekView {
  day: DayView | null;
}

/** For Home; undefined: no week has been looked at. */
export async function findingsCard(
  shop: ReportedShop,
  newest: KeptWeek | undefined,
  days: KeptDays | null,
): Promise<ChangedView> {
  const week =
    newest === undefined
      ? { week: "", sentence: say(shop.place, "found.notYet"), findings: [] }
      : await weekView(shop, newest);
  return { ...week, day: await recentDay(shop, days) };
}

export interface FindingsView {
  weeks: readonly WeekView[];
  /** With the newest weeks alone. */
  days: DaysView | null;
  page: number;
  newer: boolean;
  older: boolean;
}

/** @param weeks those of the page, and one more where there are older ones */
export async function findingsView(
  shop: ReportedShop,
  weeks: readonly KeptWeek[],
  days: KeptDays | null,
  page: number,
): Promise<FindingsView> {
  const views: WeekView[] = [];
  for (const week of weeks.slice(0, WEEKS_A_PAGE)) views.push(await weekView(shop, week));
  return {
    weeks: views,
    days: page === 1 ? await daysView(shop, days) : null,
    ...{ page, newer: page > 1, older: weeks.length > WEEKS_A_PAGE },
  };
}

/** The page that an address asks for; what is none is the first. */
export function pageIn(params: URLSearchParams): number {
  const page = Number(params.get("page") ?? 1);
  return Number.isInteger(page) && page >= 1 && page <= 100 ? page : 1;
}

async function weekView(shop: ReportedShop, kept: KeptWeek): Promise<WeekView> {
  const findings: FindingView[] = [];
  for (const finding of kept.findings) findings.push(await findingView(shop, kept, finding));
  return { week: kept.week, sentence: sentenceOf(shop.place, kept), findings };
}

function sentenceOf(place: Place, { week, days, looked, silence, buyers, findings }: KeptWeek): string {
  const to = addDays(week, 7);
  const told = { days: formatPeriod({ from: addDays(to, -days), to }, place.locale), n: looked ?? 0 };
  if (looked === null) {
    const why = silence ?? "not_whole";
    const sentence =
      why === "too_few"
        ? say(place, "found.too_few", { needed: countText(NEEDED, place.locale), n: buyers })
        : say(place, `found.${why}`);
    return say(place, "found.asked", { days: formatPeriod({ from: week, to }, place.locale), sentence });
  }
  if (findings.length === 0) return say(place, days === 7 ? "found.nothing" : "found.nothingLonger", told);
  return say(place, days === 7 ? "found.week" : "found.longer", told);
}

async function findingView(shop: ReportedShop, { week }: KeptWeek, finding: Finding): Promise<FindingView> {
  const { view, place } = shop;
  const { kpi, by, segment, from, to } = finding;
  const written = by === null ? new Map<string, string>() : await writtenOf(factsOf(view), by);
  const days = includedDays({ from, to });
  const asked = { ...days, period: null, compare: "previous_period", as_of: "start", page: null };
  const own = by !== null && (await hasPage(shop, finding)) ? `${by}.${segment}` : null;
  return {
    id: `${week} ${kpi} ${by ?? ""} ${segment}`,
    text: headline(place, finding, whoText(place, finding, written)),
    details: detailsOf(place, finding),
    // Of a segment, why it moved itself; where it has no page, beside the others of its segmentation.
    why: { ...asked, chart: kpi, segmentation: by ?? defaults.segmentation, within: own },
    segment:
      by === null || own === null
        ? null
        : {
            path: `/app/segments/${by}/${encodeURIComponent(segment)}`,
            params: { ...asked, segmentation: null, chart: kpi },
          },
  };
}

function headline(place: Place, { kpi, then, now, change }: Finding, who: string): string {
  const { unit } = kpis[kpi];
  const told = {
    who,
    kpi: kpiInSentence(place, kpi),
    amount: amountText(place, kpi, Math.abs(change), "never"),
    then: formatValue(then, unit, place),
    now: formatValue(now, unit, place),
  };
  const isShare = unit !== "rate" && then > 0 && now >= 0;
  if (!isShare) return say(place, change > 0 ? "found.rose" : "found.fell", told);
  const percent = formatPercent(Math.abs(change) / then, place, "never");
  return say(place, change > 0 ? "found.roseBy" : "found.fellBy", { ...told, percent });
}

function detailsOf(place: Place, { kpi, low, high, money, apart, cause }: Finding): string[] {
  const details: string[] = [];
  if (low !== null && high !== null)
    details.push(
      say(place, "found.range", { low: amountText(place, kpi, low), high: amountText(place, kpi, high) }),
    );
  if (cause !== null) details.push(causeText(place, kpi, cause));
  if (money === null) details.push(say(place, "found.noPrice"));
  else if (apart || kpi !== "net_sales") {
    const amount = formatValue(Math.round(Math.abs(money)), "money", place);
    const more = apart
      ? say(place, money > 0 ? "found.apartMore" : "found.apartLess", { amount })
      : say(place, money > 0 ? "found.worthMore" : "found.worthLess", { amount });
    details.push(more);
  }
  return details;
}

function causeText(place: Place, kpi: KpiId, { part, amount }: NonNullable<Finding["cause"]>): string {
  const told = amountText(place, kpi, amount);
  return "because" in part
    ? say(place, "found.because", { what: kpiInSentence(place, declaredId(part.because)), amount: told })
    : say(place, "found.cause", { part: partLabel(place, kpi, part, false), amount: told });
}

/** The Monday of the week that an address asks for; null: of the newest. Throws BadInput. */
export function weekIn(params: URLSearchParams): string | null {
  const given = params.get("week");
  if (!given) return null;
  if (!isDay(given))
    throw new BadInput(
      `"week" must be a day such as 2026-03-31 (YYYY-MM-DD), not "${given.slice(0, 40).toWellFormed()}".`,
    );
  return startOf("week", given);
}

/** The days of a week, by its Monday. */
export const weekOf = (week: string): Period => ({ from: week, to: addDays(week, 7) });

/**
 * The JSON of GET /api/findings; money in minor units. Throws NotFound.
 * @param days those of the week, or where none was asked for of the last look
 */
export async function findingsAnswer(
  shop: ReportedShop,
  week: string | null,
  kept: KeptWeek | undefined,
  { days, looked }: { days: readonly FoundDay[]; looked: KeptDays | null },
) {
  const { place } = shop;
  if (kept === undefined)
    throw new NotFound(
      week === null ? "No week has been looked at yet." : `The week of ${week} has not been looked at.`,
    );
  const view = await weekView(shop, kept);
  return {
    shop: shop.shop,
    currency: place.currency,
    decimals: place.decimals,
    week: includedDays(weekOf(kept.week)),
    looked: kept.looked,
    /** Why nothing was looked at. */
    reason: kept.silence,
    sentence: view.sentence,
    at: kept.at.toISOString(),
    days: await daysAnswer(shop, days),
    daysLooked: daysLookedAnswer(shop, looked),
    findings: kept.findings.map((finding, index) => {
      const { kpi, by, segment, from, to, withFrom, withTo, ...figures } = finding;
      const { then, now, change, low, high, level, certainty, money, apart, cause } = figures;
      return {
        kpi,
        label: kpiLabel(place, kpi),
        unit: kpis[kpi].unit,
        segmentation: by,
        segment,
        days: includedDays({ from, to }),
        with: includedDays({ from: withFrom, to: withTo }),
        ...{ then, now, change },
        interval: low === null || high === null ? null : { low, high, level },
        ...{ certainty, netSales: money, besideTheWholeShop: apart },
        cause: cause && {
          ...partAnswer(cause.part),
          ...{ amount: cause.amount, interval: { low: cause.low, high: cause.high } },
        },
        text: [view.findings[index]?.text ?? "", ...(view.findings[index]?.details ?? [])].join(" "),
      };
    }),
  };
}

function partAnswer(part: NonNullable<Finding["cause"]>["part"]) {
  if ("because" in part) return { part: part.because };
  return "other" in part ? { part: part.other } : { part: part.step, per: part.of };
}
