// The choices above a report: what can be chosen, what is chosen, and which values an address leaves out.
import { kpiIds, type KpiId, kpis, type SegmentationId } from "../kpis/catalogue.ts";
import { cutChoices } from "../kpis/cuts/choices.ts";
import { isOfToday, segmentationOf } from "../kpis/segmentations.ts";
import {
  comparisons,
  formatDay,
  formatPeriod,
  includedDays,
  type MembersAt,
  type Period,
  presets,
} from "../kpis/period.ts";
import type { Asked } from "./address.ts";

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

export interface ToolbarView {
  period: Picker & { label: string; range: string; from: string; to: string; today: string };
  pickers: readonly Picker[];
}

/** Which KPIs a table shows. */
export interface KpiChoice {
  selected: readonly string[];
  usual: readonly string[];
  choices: readonly (Choice & { help: string })[];
}

/** @param offered what the shop can have; what the address asks for stays a choice */
export function kpiChoice(asked: Asked, offered: readonly KpiId[]): KpiChoice {
  return {
    selected: asked.kpis,
    usual: asked.usual.kpis,
    choices: kpiIds
      .filter((id) => offered.includes(id) || asked.kpis.includes(id))
      .map((id) => ({ value: id, label: kpis[id].label, help: kpis[id].description })),
  };
}

/** What there is to group by. */
export const cutOptions = (): Choice[] =>
  Object.entries(cutChoices).map(([value, { label, group }]) => ({ value, label, group }));

const choices = (labels: Readonly<Record<string, string>>): Choice[] =>
  Object.entries(labels).map(([value, label]) => ({ value, label }));

export function toolbarView(
  asked: Asked,
  { locale, today, segmentations: chosen }: { locale: string; today: string; segmentations: boolean },
): ToolbarView {
  const segmentation: Picker = {
    name: "segmentation",
    label: "Group by",
    selected: asked.segmentation,
    usual: asked.usual.segmentation,
    choices: cutOptions(),
  };
  return {
    period: {
      name: "period",
      // The days beside it say what a choice's remark in brackets does.
      label: asked.preset === "custom" ? "Custom" : presets[asked.preset].replace(/ \(.*\)$/, ""),
      range: formatPeriod(asked.period, locale),
      selected: asked.preset,
      usual: asked.usual.period,
      choices: choices(presets),
      today,
      ...includedDays(asked.period),
    },
    pickers: [
      ...(chosen ? [segmentation] : []),
      {
        name: "compare",
        label: "Compare with",
        selected: asked.comparison,
        usual: asked.usual.compare,
        choices: choices(comparisons),
      },
      {
        name: "as_of",
        label: "Group customers by where they were",
        selected: asked.membersAt,
        usual: asked.usual.as_of,
        choices: membershipChoices(asked.period, today, locale),
      },
    ],
  };
}

function membershipChoices(period: Period, today: string, locale: string): Choice[] {
  const { from, to } = includedDays(period);
  const texts: Readonly<Record<MembersAt, string>> = {
    start: `on ${formatDay(from, locale, today)}`,
    end: `at the end of ${formatDay(to, locale, today)}`,
    today: "today",
  };
  return choices(texts);
}

/** One sentence: when customers were put into their groups, and whether the period's sales helped. */
export function membershipSentence(
  segmentation: SegmentationId,
  membersAt: MembersAt,
  day: string,
  period: Period,
  locale: string,
): string {
  if (isOfToday(segmentationOf(segmentation)))
    return `Groups are by what is known today, of who had ordered before ${formatDay(day, locale)}: what was so then is not kept, and these sales may have helped to put customers there.`;
  switch (membersAt) {
    case "start":
      return `Groups are fixed as of ${formatDay(day, locale)}, before these sales, so that they can't move anybody between rows.`;
    case "end":
      return `Groups are those at the end of ${formatDay(includedDays(period).to, locale)}: these sales helped to put customers there.`;
    case "today":
      return "Groups are those of today: these sales, and those since, helped to put customers there.";
  }
}
