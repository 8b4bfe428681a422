// The shape of an answer: what a figure carries besides its value. Types only; safe in a browser.
import type { Coverage } from "../warehouse/warehouse.server.ts";
import type { KpiId } from "./catalogue.ts";
import type { By } from "./cuts/cut.ts";
import type { OrderCutId } from "./cuts/orders.ts";
import type { Comparison } from "./comparing.ts";
import type { MembersAt, Part, Period } from "./period.ts";
import type { ListedName } from "./segmentations.ts";

export interface Question {
  kpis: readonly KpiId[];
  segmentation: By;
  period: Period;
  comparison: Comparison;
  membersAt: MembersAt;
  /** Shop-local civil day. */
  today: string;
}

/** Why something is blank; the words are in figure-words.server.ts. */
export type Reason =
  | "too_few"
  | "too_uneven"
  | "no_value"
  | "too_large"
  | "not_positive"
  | "history_incomplete"
  | "history_not_kept"
  | "customers_hidden"
  | "not_applicable"
  | "not_recorded"
  | "not_recorded_then"
  | "not_by_segment"
  | "not_by_order"
  | "not_by_recency"
  | "may_change"
  | "shared_customers"
  | "known_otherwise"
  | "not_mature"
  | "not_over"
  | "no_previous"
  | "by_definition"
  | "not_grouped"
  | "no_groups";

/** By what in its definition a row has no other value; the words are in figure-words.server.ts. */
export type Settling = "begun" | "beginning" | "first_period" | "once" | "silence";

/** A range that covers as often as it says ("sure"); where it only nearly does it is "rough". */
export interface Range {
  low: number;
  high: number;
  sureness: "sure" | "rough";
}

export interface Change {
  /** value - previous, in the KPI's unit; money in minor units. With `perDay`, previous as long as the period. */
  absolute: number | null;
  /** absolute ÷ previous; null unless previous is above 0. */
  relative: number | null;
  /** Range of `absolute`, in the KPI's unit. */
  low: number | null;
  high: number | null;
  sureness: Range["sureness"] | null;
  /**
   * In what part of all cases the range holds, where it is sure: .95 of a change judged alone, more where many are judged
   * together.
   */
  level: number | null;
  /** Whether it is beyond chance among all changes of its family; "too_few" where it is not judged, "unknown" when there is nothing to compare. */
  verdict: "noise" | "more_than_noise" | "too_few" | "unknown";
  /** Why there is no verdict. */
  reason: Reason | null;
  /** A sum over periods of unequal length, compared by the day. */
  perDay: boolean;
}

export interface KpiCell {
  /** Money in minor units (rounded for averages), rates as shares of 1. */
  value: number | null;
  /** A sum or count, and what a definition settles, is a "fact" and has no range; a rate or average an "estimate". */
  kind: "fact" | "estimate";
  /** Why it could be no other value; null where it could. */
  settled: Settling | null;
  /** What a rate or average divides: "2 of 5". */
  parts: { numerator: number; denominator: number } | null;
  /** Customers (and guest orders) behind the value: those in its denominator, or those that moved its sum. */
  n: number;
  /** Events behind the value: the counted things, or the customers that moved the sum. */
  events: number | null;
  /** Range of an estimate. */
  low: number | null;
  high: number | null;
  sureness: Range["sureness"] | null;
  /** The part of one customer in the sum, where it is large: above 0.2. Above 1 where others have given back more than they bought. */
  largest: number | null;
  /** Which part of what it is about is known, 0 to 1; null where all of it is. */
  coverage: number | null;
  /** The first day of which a figure that Shopify does not keep is known; null where Shopify keeps it. */
  observedFrom: string | null;
  /** Of what takes its time: how many cannot be followed long enough yet. Null where nothing takes time. */
  open: number | null;
  /** Why the value is null. */
  reason: Reason | null;
  /** Of the compared period. */
  previous: number | null;
  /** Null when no comparison was asked for. Of a period that is not over, of its days up to yesterday. */
  change: Change | null;
}

/**
 * "within": all of the segment within which is asked; "orders": a group of orders; "others": everyone who is not in a set;
 * "set": in a set that overlaps with others.
 */
export type RowKind =
  | "total"
  | "within"
  | "segment"
  | "set"
  | "others"
  | "orders"
  | "ungrouped"
  | "first_time"
  | "not_bought"
  | "guest";

/** What a row is called, in no language yet: answers are kept for readers of all of them. `own`: somebody's own words. */
export type RowName =
  ListedName | { fixed: "total" | "others" } | { by: OrderCutId; segment: string } | { own: string };

export interface SegmentAnswer {
  id: string;
  name: RowName;
  kind: RowKind;
  /** Customers in it at the instant; null for guests and first-time buyers, and while it cannot be judged. */
  members: number | null;
  /** One for each KPI asked for, in that order. */
  cells: Record<KpiId, KpiCell>;
  /** Of a set: everyone who is not in it. */
  others?: SegmentAnswer;
}

/** Changes that are judged together: those of some KPIs in all rows of a question, whatever else is asked. */
export interface Family {
  kpis: readonly KpiId[];
  /** How many of them can be judged, and how many are unlikely to be chance. */
  judged: number;
  found: number;
  /** Of the ranges beside the verdicts; null where nothing is judged. */
  level: number | null;
}

export interface Answer {
  asOf: {
    dataVersion: number;
    freshAt: string | null;
    history: Coverage["state"];
    loadedFrom: string | null;
  };
  currency: string;
  decimals: number;
  timeZone: string;
  period: Period;
  comparedWith: Part | null;
  /** What of a period that is not over is compared: up to what is known of today. Null where all of it is, or nothing. */
  comparedPart: Part | null;
  /** KPIs that know no hours, such as what members have come to, and the whole days that are compared of them instead. */
  comparedByDay: { kpis: readonly KpiId[]; part: Period; with: Period } | null;
  /** The day of the first order, where a comparison was asked for and all orders are loaded. */
  firstOrderDay: string | null;
  /** The civil day at whose start members were taken. */
  membersOn: string;
  /** The families of the KPIs asked for; none without a comparison. */
  families: readonly Family[];
  total: SegmentAnswer;
  /**
   * Segments in declared order, then those without an order by the instant (first-time buyers, not bought yet) and guest
   * orders: together they are the total. Groups of orders are, too; sets overlap.
   */
  segments: SegmentAnswer[];
}

export interface TrendPoint extends Period {
  /** A whole day, week, month, quarter or year of its calendar that is over and wholly loaded. */
  complete: boolean;
  /** Of its last day, only what happened before this time of the clock. */
  until?: string;
  values: Record<KpiId, number | null>;
}

export interface Member {
  customer_id: number;
  orders: number;
  net: number;
  first_day: string | null;
  last_day: string | null;
}

export interface SegmentSummary {
  id: string;
  name: ListedName;
  /** Null while history is incomplete. */
  members: number | null;
}
