// A group of ranked customers in the day's own numbers: how many days of silence, orders and money its scores stood for.
import type { Thresholds } from "../kpis/compile/members.ts";
import { formatValue } from "../kpis/format.ts";
import { formatDay } from "../kpis/period.ts";
import type { Segment, Silence } from "../kpis/segmentations/segmentation.ts";
import { type Place, quantity } from "./wording.server.ts";

type Ranks = NonNullable<Segment["ranks"]>;

/** What a segment means in the day's own numbers; null of one that has none of its own. */
export function segmentSentence(segment: Segment, at: Thresholds, on: string, place: Place): string | null {
  if (segment.ranks !== undefined) return rankedSentence(segment.ranks, at, on, place);
  if (segment.silence !== undefined) return silenceSentence(segment.silence, at, on, place);
  return segment.tier === undefined ? null : tierSentence(segment.tier, at, place);
}

/** "31 to 180 days before Oct 30, 2026"; null where no day is left. */
function agoText(least: number | null, most: number | null, on: string, { locale }: Place): string | null {
  const days = (count: number) => quantity(count, "day", "days", locale);
  const day = formatDay(on, locale);
  if (most === null)
    return least === null ? `at any time before ${day}` : `${days(least)} or more before ${day}`;
  if (least === null) return `at most ${days(most)} before ${day}`;
  if (least > most) return null;
  return least === most ? `${days(most)} before ${day}` : `${least} to ${days(most)} before ${day}`;
}

const NOBODY_BETWEEN = "Nobody's last order lies between this group's neighbours.";

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
  if (ago === null) return NOBODY_BETWEEN;
  switch (orders) {
    case "one":
      return `1 order, ${ago}.`;
    case "more":
      return `2 or more orders, the last ${ago}.`;
    case "any":
      return `Last order ${ago}.`;
  }
}

/** "Net sales so far of €40.00 or more, and less than €90.00." */
export function tierSentence(tier: number, at: Thresholds, place: Place): string {
  const money = (amount: number) => formatValue(amount, "money", place);
  const from = tier === 1 ? null : (at.net[tier - 2] ?? null);
  const below = at.net[tier - 1] ?? null;
  if (tier > 1 && from === null) return "Nobody's net sales stand out that far.";
  if (from === null)
    return below === null ? "Any net sales so far." : `Net sales so far of less than ${money(below)}.`;
  if (below === null) return `Net sales so far of ${money(from)} or more.`;
  return from >= below
    ? "Nobody's net sales lie between this tier's neighbours."
    : `Net sales so far of ${money(from)} or more, and less than ${money(below)}.`;
}

/** "Last order at most 23 days before Oct 30, 2026, and 7 or more points for orders and net sales together." */
export function rankedSentence(ranks: Ranks, at: Thresholds, on: string, place: Place): string {
  const { r, fm } = ranks;
  const within = (score: number) => at.days[score - 2] ?? null;
  const most = r[0] === 1 ? null : within(r[0]);
  if (r[0] > 1 && most === null) return "Nobody bought recently enough for this group.";
  const beyond = r[1] === 5 ? null : within(r[1] + 1);
  const ago = agoText(beyond === null ? null : beyond + 1, most, on, place);
  if (ago === null) return NOBODY_BETWEEN;
  const points =
    fm[1] === 10 ? `${fm[0]} or more` : fm[0] === 2 ? `${fm[1]} or fewer` : `${fm[0]} to ${fm[1]}`;
  return `Last order ${ago}, and ${points} points for orders and net sales together.`;
}

/** "Points that day: for orders 1, from 2 orders 3, from 4 orders 5; for net sales 1, from €40.00 2, …" */
export function pointsSentence(at: Thresholds, place: Place): string {
  const steps = (from: readonly (number | null)[], text: (least: number) => string) => {
    const scores = new Map<number, number>();
    from.forEach((least, index) => {
      if (least !== null) scores.set(least, index + 2);
    });
    return [...scores]
      .sort(([a], [b]) => a - b)
      .map(([least, score]) => `${score} from ${text(least)}`)
      .join(", ");
  };
  const orders = steps(at.orders, (least) => quantity(least, "order", "orders", place.locale));
  const net = steps(at.net, (least) => formatValue(least, "money", place));
  const days = (count: number) => quantity(count, "day", "days", place.locale);
  return [
    `Points that day: for orders 1${orders === "" ? "" : `, ${orders}`}; for net sales 1${net === "" ? "" : `, ${net}`}.`,
    `For recency customers are ranked, but the last order ${days(at.g50)} ago or less never scores below 4, and more than ${days(at.g90)} ago never above 3: this is the shop's own rhythm.`,
  ].join(" ");
}

/** "The shop's rhythm that day: up to 30 days without an order are usual, more than 180 days are long." */
export function rhythmSentence(at: Thresholds, { locale }: Place): string {
  const days = (count: number) => quantity(count, "day", "days", locale);
  return `The shop's rhythm that day: up to ${days(at.g50)} without an order are usual, more than ${days(at.g90)} are long.`;
}
