// A group of ranked customers in the day's own numbers: how many days of silence, orders and money its scores stood for.
import type { Thresholds } from "../kpis/compile/members.ts";
import { formatValue } from "../kpis/format.ts";
import { formatDay } from "../kpis/period.ts";
import type { Segment, Silence } from "../kpis/segmentations/segmentation.ts";
import { say } from "../words/words.server.ts";
import type { Place } from "./wording.server.ts";

type Ranks = NonNullable<Segment["ranks"]>;

/** What a segment means in the day's own numbers; null of one that has none of its own. */
export function segmentSentence(segment: Segment, at: Thresholds, on: string, place: Place): string | null {
  if (segment.ranks !== undefined) return rankedSentence(segment.ranks, at, on, place);
  if (segment.silence !== undefined) return silenceSentence(segment.silence, at, on, place);
  return segment.tier === undefined ? null : tierSentence(segment.tier, at, place);
}

/** "31 to 180 days before Oct 30, 2026"; null where no day is left. */
function agoText(least: number | null, most: number | null, on: string, place: Place): string | null {
  const day = formatDay(on, place.locale);
  if (most === null)
    return least === null ? say(place, "ago.anyTime", { day }) : say(place, "ago.least", { n: least, day });
  if (least === null) return say(place, "ago.most", { n: most, day });
  if (least > most) return null;
  return least === most
    ? say(place, "ago.exactly", { n: most, day })
    : say(place, "ago.between", { least, n: most, day });
}

/** "2 or more orders, the last 31 to 180 days before Oct 30, 2026." */
export function silenceSentence(silence: Silence, at: Thresholds, on: string, place: Place): string {
  const days = { g50: at.g50, g90: at.g90, "2 * g90": 2 * at.g90 } as const;
  const { orders, beyond, upTo } = silence;
  const ago = agoText(
    beyond === null ? null : days[beyond] + 1,
    upTo === null ? null : days[upTo],
    on,
    place,
  );
  return ago === null ? say(place, "definition.nobodyBetween") : say(place, `definition.${orders}`, { ago });
}

/** "Net sales so far of €40.00 or more, and less than €90.00." */
export function tierSentence(tier: number, at: Thresholds, place: Place): string {
  const money = (amount: number) => formatValue(amount, "money", place);
  const from = tier === 1 ? null : (at.net[tier - 2] ?? null);
  const below = at.net[tier - 1] ?? null;
  if (tier > 1 && from === null) return say(place, "definition.nobodyStandsOut");
  if (from === null)
    return below === null
      ? say(place, "definition.anyNet")
      : say(place, "definition.netBelow", { below: money(below) });
  if (below === null) return say(place, "definition.netFrom", { from: money(from) });
  return from >= below
    ? say(place, "definition.nobodysNetBetween")
    : say(place, "definition.netBetween", { from: money(from), below: money(below) });
}

/** "Last order at most 23 days before Oct 30, 2026, and 7 or more points for orders and net sales together." */
export function rankedSentence(ranks: Ranks, at: Thresholds, on: string, place: Place): string {
  const { r, fm } = ranks;
  const within = (score: number) => at.days[score - 2] ?? null;
  const most = r[0] === 1 ? null : within(r[0]);
  if (r[0] > 1 && most === null) return say(place, "definition.nobodyRecent");
  const beyond = r[1] === 5 ? null : within(r[1] + 1);
  const ago = agoText(beyond === null ? null : beyond + 1, most, on, place);
  if (ago === null) return say(place, "definition.nobodyBetween");
  if (fm[1] === 10) return say(place, "definition.pointsOrMore", { ago, n: fm[0] });
  if (fm[0] === 2) return say(place, "definition.pointsOrFewer", { ago, n: fm[1] });
  return say(place, "definition.pointsBetween", { ago, least: fm[0], n: fm[1] });
}

/** "Points that day: for orders 1, 3 from 2 orders, 5 from 4 orders; for net sales 1, 2 from €40.00, …" */
export function pointsSentence(at: Thresholds, place: Place): string {
  const steps = (
    from: readonly (number | null)[],
    text: (step: { score: number; least: number }) => string,
  ) => {
    const scores = new Map<number, number>();
    from.forEach((least, index) => {
      if (least !== null) scores.set(least, index + 2);
    });
    const told = [...scores].sort(([a], [b]) => a - b);
    return ["1", ...told.map(([least, score]) => text({ score, least }))].join(", ");
  };
  return [
    say(place, "points.thatDay", {
      orders: steps(at.orders, ({ score, least }) => say(place, "points.fromOrders", { score, n: least })),
      net: steps(at.net, ({ score, least }) =>
        say(place, "points.fromNet", { score, amount: formatValue(least, "money", place) }),
      ),
    }),
    say(place, "points.recency", { usual: at.g50, long: at.g90 }),
  ].join(" ");
}

/** "The shop's rhythm that day: up to 30 days without an order are usual, more than 180 days are long." */
export const rhythmSentence = (at: Thresholds, place: Place): string =>
  say(place, "points.rhythm", { usual: at.g50, long: at.g90 });
