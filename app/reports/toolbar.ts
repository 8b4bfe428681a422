// The choices above a report: what can be chosen, what is chosen, and which values an address leaves out.
import { kpiIds, type KpiId, type SegmentationId } from "../kpis/catalogue.ts";
import { cutGroups, cutIds } from "../kpis/cuts/choices.ts";
import { kpiHelp, kpiLabel } from "../kpis/kpi-words.server.ts";
import { cutGroupLabel, cutLabel } from "../kpis/row-words.server.ts";
import { isOfToday, segmentationOf } from "../kpis/segmentations.ts";
import { type ComparisonId, comparisonIdOf, comparisonIds, periodBefore } from "../kpis/comparing.ts";
import {
  addDays,
  formatDay,
  formatPeriod,
  includedDays,
  type MembersAt,
  type Period,
  type Preset,
  presetPeriod,
  presets,
  presetUnits,
} from "../kpis/period.ts";
import { type Reader, say } from "../words/words.server.ts";
import type { Asked } from "./address.ts";
import { periodLabel } from "./period-label.ts";
import { periodText } from "./unit-name.ts";

export interface Choice {
  value: string;
  label: string;
  /** The heading under which it stands; choices of one stand together. */
  group?: string;
}

export interface Picker {
  /** Name of the parameter in the address. */
  name: string;
  label: string;
  selected: string;
  /** The value an address leaves out. */
  usual: string;
  choices: readonly Choice[];
}

/** `from` and `to`: the days that are compared, or that may be a beginning where none were chosen. */
export interface ComparePicker extends Picker {
  /** "Previous period", "Custom: Oct 1 – 31, 2026". */
  shown: string;
  from: string;
  to: string;
  /** The last day that is over. */
  latest: string;
}

export interface PeriodChoice extends Choice {
  /** What a business calls it, and its days, where these are not the usual calendar's. */
  note?: string;
}

export interface ToolbarView {
  period: Omit<Picker, "choices"> & {
    label: string;
    range: string;
    from: string;
    to: string;
    today: string;
    choices: readonly PeriodChoice[];
  };
  /** Null where nothing is compared with other days. */
  compare: ComparePicker | null;
  pickers: readonly Picker[];
}

/** Which KPIs a table shows. */
export interface KpiChoice {
  selected: readonly string[];
  usual: readonly string[];
  choices: readonly (Choice & { help: string })[];
}

/** @param offered what the shop can have; what the address asks for stays a choice */
export function kpiChoice(asked: Asked, offered: readonly KpiId[], place: Reader): KpiChoice {
  return {
    selected: asked.kpis,
    usual: asked.usual.kpis,
    choices: kpiIds
      .filter((id) => offered.includes(id) || asked.kpis.includes(id))
      .map((id) => ({ value: id, label: kpiLabel(place, id), help: kpiHelp(place, id) })),
  };
}

/** What there is to group by. */
export const cutOptions = (place: Reader): Choice[] =>
  cutIds.map((id) => ({
    value: id,
    label: cutLabel(place, id),
    group: cutGroupLabel(place, cutGroups[id]),
  }));

export function toolbarView(
  asked: Asked,
  { place, today, segmentations: chosen }: { place: Reader; today: string; segmentations: boolean },
): ToolbarView {
  const segmentation: Picker = {
    name: "segmentation",
    label: say(place, "toolbar.groupBy"),
    selected: asked.segmentation,
    usual: asked.usual.segmentation,
    choices: cutOptions(place),
  };
  return {
    period: {
      name: "period",
      label: say(place, asked.preset === "custom" ? "toolbar.custom" : `period.${asked.preset}`),
      range: periodText(place, asked.period),
      selected: asked.preset,
      usual: asked.usual.period,
      choices: periodChoices(asked.period, today, place),
      today,
      ...includedDays(asked.period),
    },
    compare: comparePicker(asked, today, place),
    pickers: [
      ...(chosen ? [segmentation] : []),
      {
        name: "as_of",
        label: say(place, "toolbar.membersAt"),
        selected: asked.membersAt,
        usual: asked.usual.as_of,
        choices: membershipChoices(asked.period, today, place),
      },
    ],
  };
}

function periodChoices({ calendar }: Period, today: string, place: Reader): PeriodChoice[] {
  const note = (preset: Preset) => {
    const unit = presetUnits.get(preset);
    if (calendar === undefined || (unit === undefined && preset !== "last_12_months")) return {};
    return { note: periodText(place, presetPeriod(preset, today, calendar), unit) };
  };
  return presets.map((preset) => ({ value: preset, label: periodLabel(place, preset), ...note(preset) }));
}

function comparePicker({ comparison, usual, period }: Asked, today: string, place: Reader): ComparePicker {
  const id = comparisonIdOf(comparison);
  const custom = typeof comparison !== "string" && comparison.id === "custom" ? comparison.days : null;
  const days = custom ?? periodBefore(period);
  const label = (of: ComparisonId) =>
    say(
      place,
      `comparison.${of === "previous_year" && period.calendar?.weeks ? "previous_year_business" : of}`,
    );
  return {
    name: "compare",
    label: say(place, "toolbar.compareWith"),
    selected: id,
    usual: usual.compare,
    choices: comparisonIds
      .filter((each) => each !== "custom")
      .map((each) => ({ value: each, label: label(each) })),
    shown:
      custom === null
        ? label(id)
        : say(place, "toolbar.comparedDays", { days: formatPeriod(days, place.locale) }),
    ...includedDays(days),
    latest: addDays(today, -1),
  };
}

function membershipChoices(period: Period, today: string, place: Reader): Choice[] {
  const { from, to } = includedDays(period);
  const day = (of: string) => ({ day: formatDay(of, place.locale, today) });
  return [
    { value: "start", label: say(place, "toolbar.onDay", day(from)) },
    { value: "end", label: say(place, "toolbar.atEndOf", day(to)) },
    { value: "today", label: say(place, "toolbar.today") },
  ] satisfies { value: MembersAt; label: string }[];
}

/** One sentence: when customers were put into their groups, and whether the period's sales helped. */
export function membershipSentence(
  segmentation: SegmentationId,
  membersAt: MembersAt,
  day: string,
  period: Period,
  place: Reader,
): string {
  const { locale } = place;
  if (isOfToday(segmentationOf(segmentation)))
    return say(place, "membership.ofToday", { day: formatDay(day, locale) });
  switch (membersAt) {
    case "start":
      return say(place, "membership.start", { day: formatDay(day, locale) });
    case "end":
      return say(place, "membership.end", { day: formatDay(includedDays(period).to, locale) });
    case "today":
      return say(place, "membership.today");
  }
}
