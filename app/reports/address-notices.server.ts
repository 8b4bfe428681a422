// What a page says of its address where it replaced something.
import { cutChoices } from "../kpis/cuts/choices.ts";
import { comparisons, membersAtLabels, presets } from "../kpis/period.ts";
import { say } from "../words/words.server.ts";
import type { Replaced } from "./address.ts";

export function noticeText(place: { locale: string }, replaced: Replaced): string {
  const { of } = replaced;
  switch (of) {
    case "period":
      return say(place, `addressNotices.${of}`, {
        given: replaced.given,
        label: presets[replaced.instead],
      });
    case "segmentation":
      return say(place, `addressNotices.${of}`, {
        given: replaced.given,
        label: cutChoices[replaced.instead].label,
      });
    case "comparison":
      return say(place, `addressNotices.${of}`, {
        given: replaced.given,
        label: comparisons[replaced.instead],
      });
    case "membersAt":
      return say(place, `addressNotices.${of}`, {
        given: replaced.given,
        label: membersAtLabels[replaced.instead],
      });
    case "days":
      return say(place, "addressNotices.days", {
        problem: replaced.problem,
        label: presets[replaced.instead],
      });
    default:
      return say(place, `addressNotices.${of}`, { given: replaced.given });
  }
}
