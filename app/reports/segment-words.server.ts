// A group of ranked customers in the day's own numbers: how many days of silence, orders and money its scores stood for.
import type { Thresholds } from "../kpis/compile/members.ts";
import { formatValue } from "../kpis/format.ts";
import { formatDay } from "../kpis/period.ts";
import type { Segment } from "../kpis/segmentations.ts";
import { type Place, quantity } from "./wording.server.ts";

type Ranks = NonNullable<Segment["ranks"]>;

/** "Last order at most 23 days before Oct 30, 2026, and 7 or more points for orders and net sales together." */
export function rankedSentence(ranks: Ranks, at: Thresholds, on: string, place: Place): string {
  const { r, fm } = ranks;
  const within = (score: number) => at.days[score - 2] ?? null;
  const most = r[0] === 1 ? null : within(r[0]);
  if (r[0] > 1 && most === null) return "Nobody bought recently enough for this group.";
  const beyond = r[1] === 5 ? null : within(r[1] + 1);
  const least = beyond === null ? null : beyond + 1;
  const days = (count: number) => quantity(count, "day", "days", place.locale);
  const day = formatDay(on, place.locale);
  const silent =
    most === null
      ? least === null
        ? `Last order at any time before ${day}`
        : `Last order ${days(least)} or more before ${day}`
      : least === null
        ? `Last order at most ${days(most)} before ${day}`
        : least > most
          ? null
          : least === most
            ? `Last order ${days(most)} before ${day}`
            : `Last order ${least} to ${days(most)} before ${day}`;
  if (silent === null) return "Nobody's last order lies between this group's neighbours.";
  const points =
    fm[1] === 10 ? `${fm[0]} or more` : fm[0] === 2 ? `${fm[1]} or fewer` : `${fm[0]} to ${fm[1]}`;
  return `${silent}, and ${points} points for orders and net sales together.`;
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
  const rhythm = `The shop's rhythm that day: up to ${days(at.g50)} without an order are usual, more than ${days(at.g90)} are long.`;
  return `Points that day: for orders 1${orders === "" ? "" : `, ${orders}`}; for net sales 1${net === "" ? "" : `, ${net}`}. ${rhythm}`;
}
