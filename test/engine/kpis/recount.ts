// Every figure counted again, slowly and in plain TypeScript, from the rows of sales, orders and customers alone: no
// derived table, no SQL, no sums of squares, but one customer after the other. What the compiled SQL must agree with.
import { JUDGED_TOGETHER, type KpiId, type SegmentationId } from "../../../app/kpis/catalogue.ts";
import type { Question } from "../../../app/kpis/answer.ts";
import { type Clock, type Comparing, comparingOf } from "../../../app/kpis/comparing.ts";
import { addDays, daysBetween, membershipDay, type Part } from "../../../app/kpis/period.ts";
import { type Buyer, type Cut, inside } from "./recount-buyers.ts";
import { segmentsAt } from "./recount-segments.ts";
import { medians } from "./recount-medians.ts";
import { retentionByDay, retentionPerMember } from "./recount-retention.ts";
import { type Consents, consentKnownIn } from "./recount-consents.ts";
import { settledBy } from "./recount-settled.ts";
import { type Spending, spentIn } from "./recount-spend.ts";
import { isStockKnown, type Stock, worthOf } from "./recount-stock.ts";
import type { Figure } from "./recount-figure.ts";
import { bounded, changeOf, type Judged, judgeTogether, type Recounted } from "./recount-changes.ts";
import {
  contributions,
  type Counted,
  figure,
  followedIn,
  isUncosted,
  knownApart,
  money,
  moneyAverages,
} from "./recount-figures.ts";

export interface RecountedAnswer {
  rows: Map<string, { members: number; cells: Map<KpiId, Recounted> }>;
}

/** Without members at the start there are no figures per member. */
const perMember: readonly KpiId[] = [
  ...(["buyer_rate", "customer_value_to_date", "subscribed_share"] as const),
  ...retentionPerMember,
];

/** What members had come to, what was spent and how long something took is known by whole days. */
const knowsNoHours: readonly string[] = [
  ...["customer_value_to_date", "new_customer_records", "ad_spend", "cac_blended", ...retentionByDay],
  ...["new_subscribers", "subscribed_share", "stock_value", "stockout_exposure"],
  ...medians,
  ...[30, 90, 180, 365].map((days) => `second_order_rate_${days}d`),
];

const secondsOf = (time: string) => {
  const [hours = 0, minutes = 0, seconds = 0] = time.split(":").map(Number);
  return (hours * 60 + minutes) * 60 + seconds;
};

/** A reading of a zone's clock in UTC, found by trying the offsets there are. */
function instantAt(day: string, time: string, zone: string): string {
  const clock = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "medium" });
  for (let minutes = -14 * 60; minutes <= 14 * 60; minutes += 15) {
    const at = new Date(Date.parse(`${day}T${time}Z`) + minutes * 60_000);
    if (clock.format(at) === `${day} ${time}`) return at.toISOString().slice(0, 19).replace("T", " ");
  }
  throw new Error(`no clock in ${zone} shows ${day} ${time}`);
}

/** A question by a segmentation of all customers. */
export type BySegments = Question & { segmentation: SegmentationId };

export function recount(
  buyers: readonly Buyer[],
  question: BySegments,
  {
    spending = null,
    consents = null,
    stock = null,
  }: { spending?: Spending | null; consents?: Consents | null; stock?: Stock | null } = {},
  clock: (Clock & { zone: string }) | null = null,
): RecountedAnswer {
  const { period, comparison, today, membersAt, segmentation } = question;
  const membersOn = membershipDay(period, membersAt, today);
  const counted = (of: Cut, on: string): Counted => ({
    people: contributions(buyers, { segmentation, consents, stock }, of, on, lastDay),
    consents: consentKnownIn(consents, of),
    isStockKnown: isStockKnown(stock, of),
    worth: (row) => worthOf(stock, row, of),
    spent: (row) => spentIn(spending, row, segmentation, of),
    followed: followedIn(buyers, of, segmentsAt(buyers, segmentation, on, of.to, of.upTo), lastDay),
  });
  // The last day that is over.
  const lastDay = addDays(clock?.day ?? today, -1);
  const now = counted(period, membersOn);
  const firstDay = buyers
    .flatMap((buyer) => buyer.orders.filter((order) => order.counts).map((order) => order.local_day))
    .sort()[0];
  /** Days that are compared, as they were counted; null where there are none. */
  const compare = (comparing: Comparing | null) => {
    if (comparing === null) return null;
    const { part, with: before } = comparing;
    const cut = ({ from, to, until }: Part): Cut => ({
      from,
      to,
      ...(until === undefined || clock === null
        ? {}
        : { upTo: instantAt(addDays(to, -1), until, clock.zone) }),
    });
    const length = ({ from, to, until }: Part) =>
      daysBetween(from, to) - (until === undefined ? 0 : 1 - secondsOf(until) / 86_400);
    return {
      part: counted(cut(part), membersOn),
      then: counted(cut(before), membershipDay(before, membersAt, today)),
      longer: length(part) / length(before),
      isComparable: firstDay === undefined || before.from >= firstDay,
    };
  };
  const comparing = comparingOf(period, comparison, today, clock);
  const exact = compare(comparing);
  const byDay = comparing?.part.until === undefined ? exact : compare(comparingOf(period, comparison, today));
  const then = exact?.then ?? null;
  const ids = new Set([
    "total",
    "none",
    "first_time",
    "guest",
    ...now.people.map((person) => person.segment),
    ...(then?.people ?? []).map((person) => person.segment),
  ]);
  // That there were too few for groups in the compared days makes no row where there are groups now.
  if (!now.people.some((person) => person.segment === "ungrouped")) ids.delete("ungrouped");
  // A channel may have cost something and won nobody.
  if (segmentation === "channel")
    for (const { day, channel } of spending?.entries ?? [])
      for (const of of [period, comparing?.with])
        if (of !== undefined && inside(day, of)) ids.add(channel ?? "unknown");
  const isGroupedThen = !(then?.people ?? []).some((person) => person.segment === "ungrouped");
  const rows: RecountedAnswer["rows"] = new Map();
  const together: readonly KpiId[] = JUDGED_TOGETHER;
  const families = new Map<string, { change: NonNullable<Recounted["change"]>; judged: Judged }[]>();
  for (const id of ids) {
    const holds = (segment: string) => id === "total" || segment === id;
    const isSegment = !["total", "none", "first_time", "guest", "ungrouped"].includes(id);
    const hadGroups = isGroupedThen ? id !== "ungrouped" : !isSegment;
    const cells = new Map(
      question.kpis.map((kpi): [KpiId, Recounted] => {
        const round = (value: number) =>
          moneyAverages.includes(kpi) || money.includes(kpi) ? Math.round(value) : value;
        const meaningless = perMember.includes(kpi) && ["none", "first_time"].includes(id);
        const valueOf = (of: Figure, from: Counted) =>
          of.value === null || meaningless || isUncosted(kpi, from, holds) ? null : round(of.value);
        const a = figure(kpi, now, id);
        const value = valueOf(a, now);
        const whole = kpi === "sales_share" && id === "total";
        const isSettled = value !== null && settledBy(kpi, segmentation, id, { period, membersOn, firstDay });
        const range =
          value === null || whole || isSettled || a.range === null ? null : bounded(kpi, value, a.range);
        const cell: Recounted = {
          value,
          n: a.n,
          events: a.events,
          low: range?.low ?? null,
          high: range?.high ?? null,
          sureness: range === null ? null : (a.range?.sureness ?? null),
          previous: null,
          change: null,
        };
        const over = knowsNoHours.includes(kpi) ? byDay : exact;
        if (over === null || !over.isComparable || !hadGroups || whole) return [kpi, cell];
        const [c, b] = [figure(kpi, over.part, id), figure(kpi, over.then, id)];
        const compared = valueOf(c, over.part);
        cell.previous = valueOf(b, over.then);
        if (compared === null || cell.previous === null || isSettled) return [kpi, cell];
        const { change, judged } = changeOf(kpi, c, b, compared, cell.previous, over.longer);
        cell.change = change;
        if (kpi === "gross_margin" && knownApart(over.part, over.then, holds))
          cell.change = { ...change, low: null, high: null, verdict: "unknown" };
        else if (judged !== null) {
          const family = together.includes(kpi) ? "together" : kpi;
          families.set(family, [...(families.get(family) ?? []), { change, judged }]);
        }
        return [kpi, cell];
      }),
    );
    rows.set(id, {
      members: now.people.filter((person) => holds(person.segment) && person.member).length,
      cells,
    });
  }
  for (const family of families.values()) judgeTogether(family);
  return { rows };
}
