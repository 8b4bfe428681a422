// What is said of who moved between two days, or of why that cannot be told.
import { reasonText } from "../kpis/figure-words.server.ts";
import { formatDay } from "../kpis/period.ts";
import { rowLabel } from "../kpis/row-words.server.ts";
import { NO_ORDER } from "../kpis/segmentations.ts";
import type { Movement, MovementQuestion, NoMovement } from "../movement/movement.server.ts";
import { say } from "../words/words.server.ts";
import type { Place } from "./wording.server.ts";

/** A p-value below it is called unlikely to be chance. */
const UNLIKELY = 0.05;
const LEAST_P = 0.001;

export const dayText = (day: string, { locale }: Place): string => formatDay(day, locale);

export function noMovementText(
  reason: NoMovement,
  { from }: Pick<MovementQuestion, "from">,
  place: Place,
): string {
  if (reason === "of_today") return say(place, "movement.ofToday");
  if (reason === "nobody_then") return say(place, "movement.nobodyYet", { from: dayText(from, place) });
  return say(place, "figure.reasonSentence", { reason: reasonText(place, reason) });
}

/** What a group is called, on the first day that nothing was bought among them. */
export function groupLabels({ segments }: Movement, place: Place): (id: string) => string {
  const labels = new Map(segments.map(({ id, name }) => [id, rowLabel(place, name)]));
  labels.set(NO_ORDER.id, say(place, "movement.notBought"));
  return (id) => labels.get(id) ?? id;
}

/** How many moved, which flow is the largest, who came anew, and whether the groups' sizes shifted. */
export function movementSentences(
  found: Movement,
  { from, to }: Pick<MovementQuestion, "from" | "to">,
  place: Place,
): string[] {
  const { both, moved, firstBought, flows, isSettled } = found;
  const label = groupLabels(found, place);
  const days = { from: dayText(from, place), to: dayText(to, place) };
  const largest = flows.find(({ was, becomes }) => was !== NO_ORDER.id && was !== becomes);
  const first = isSettled
    ? [say(place, "movement.settled")]
    : both === 0
      ? [say(place, "movement.nobodyThen", days)]
      : [say(place, moved === 0 ? "movement.nobodyMoved" : "movement.moved", { ...days, both, moved })];
  return [
    ...first,
    ...(largest === undefined
      ? []
      : [
          say(place, "movement.largest", {
            n: largest.customers,
            was: label(largest.was),
            becomes: label(largest.becomes),
          }),
        ]),
    ...(firstBought === 0 ? [] : [say(place, "movement.anew", { n: firstBought })]),
    ...shiftSentence(found, place),
  ];
}

function shiftSentence({ shift }: Movement, place: Place): string[] {
  if (shift === "nobody_moved") return [];
  if (shift === "too_few_moved") return [say(place, "movement.tooFewMoved")];
  const { pValue, stuartMaxwell, degrees } = shift;
  const number = (value: number, digits: number) =>
    new Intl.NumberFormat(place.locale, { maximumFractionDigits: digits, numberingSystem: "latn" }).format(
      value,
    );
  const p =
    pValue < LEAST_P
      ? say(place, "movement.below", { value: number(LEAST_P, 3) })
      : say(place, "movement.p", { value: number(pValue, 3) });
  return [
    say(place, pValue < UNLIKELY ? "movement.shifted" : "movement.notShifted", {
      ...{ p, degrees, chiSquare: number(stuartMaxwell, 2) },
    }),
  ];
}

/** Whose cut points hold, where there are any, and who is not in it. */
export function movementNotes(
  { isScored }: Movement,
  { from, thresholds }: Pick<MovementQuestion, "from" | "thresholds">,
  place: Place,
): string[] {
  const own =
    thresholds === "each"
      ? say(place, "movement.own")
      : say(place, "movement.frozen", { from: dayText(from, place) });
  return [...(isScored ? [own] : []), say(place, "movement.erased")];
}
