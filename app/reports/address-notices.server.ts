// What a page says of its address where it replaced something.
import { cutLabel } from "../kpis/row-words.server.ts";
import { say } from "../words/words.server.ts";
import type { Replaced } from "./address.ts";
import { periodLabel } from "./period-label.ts";

export function noticeText(place: { locale: string }, replaced: Replaced): string {
  const { of } = replaced;
  switch (of) {
    case "period":
      return say(place, `addressNotices.${of}`, {
        given: replaced.given,
        label: periodLabel(place, replaced.instead),
      });
    case "segmentation":
      return say(place, `addressNotices.${of}`, {
        given: replaced.given,
        label: cutLabel(place, replaced.instead),
      });
    case "comparison":
      return say(place, `addressNotices.${of}`, {
        problem: replaced.problem,
        label: say(place, `comparison.${replaced.instead}`),
      });
    case "membersAt":
      return say(place, `addressNotices.${of}`, {
        given: replaced.given,
        label: say(place, `membersAt.${replaced.instead}`),
      });
    case "days":
      return say(place, "addressNotices.days", {
        problem: replaced.problem,
        label: periodLabel(place, replaced.instead),
      });
    default:
      return say(place, `addressNotices.${of}`, { given: replaced.given });
  }
}
