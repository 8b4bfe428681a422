// The shape of an answer: what a figure carries besides its value. Types only; safe in a browser.
import type { KpiId, SegmentationId } from "./catalogue.ts";
import type { Comparison, MembersAt, Period } from "./period.ts";

export interface Question {
  kpis: readonly KpiId[];
  segmentation: SegmentationId;
  period: Period;
  comparison: Comparison;
  membersAt: MembersAt;
  /** Shop-local civil day. */
  today: string;
}

/** Why something is blank; the words are in format.ts. */
export type Reason =
  "too_few" | "no_value" | "history_incomplete" | "history_not_kept" | "customers_hidden" | "not_applicable";

export interface Change {
  /** value - previous, in the KPI's unit; money in minor units. */
  absolute: number | null;
  /** absolute ÷ |previous|; null when previous is 0. */
  relative: number | null;
  /** 95 % interval of `absolute`, in the KPI's unit. */
  low: number | null;
  high: number | null;
  /** From the change's own interval; "unknown" when there is nothing to compare. */
  verdict: "noise" | "more_than_noise" | "too_few" | "unknown";
  reason: Reason | null;
}

export interface KpiCell {
  /** Money in minor units (rounded for averages), rates as shares of 1. */
  value: number | null;
  /** Customers (and guest orders) behind the value: those in its denominator, or those that moved its sum. */
  n: number;
  /** 95 % interval. */
  low: number | null;
  high: number | null;
  /** Why the value is null, or, where a count or a money total is shown all the same, why its interval is. */
  reason: Reason | null;
  previous: number | null;
  /** Null when no comparison was asked for. */
  change: Change | null;
  /** Events behind the value: the counted things, or the customers that moved the sum. */
  events: number | null;
}

export interface SegmentAnswer {
  id: string;
  label: string;
  kind: "total" | "segment" | "no_order" | "guest";
  /** Customers in it at the instant; null for guests, and while it cannot be judged. */
  members: number | null;
  /** One for each KPI asked for, in that order. */
  cells: Record<KpiId, KpiCell>;
}

export interface Answer {
  asOf: {
    dataVersion: number;
    freshAt: string | null;
    history: "empty" | "loading" | "sixty_days" | "retention" | "customers_hidden" | "complete";
    loadedFrom: string | null;
  };
  currency: string;
  decimals: number;
  timeZone: string;
  period: Period;
  comparedWith: Period | null;
  /** The civil day at whose start members were taken. */
  membersOn: string;
  total: SegmentAnswer;
  /** In declared order, then "none" (No order yet / new) and "guest" (No customer). */
  segments: SegmentAnswer[];
}

export interface TrendPoint {
  from: string;
  to: string;
  /** A whole calendar day, week or month that is over and wholly loaded. */
  complete: boolean;
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
  label: string;
  description: string;
  /** Null while history is incomplete. */
  members: number | null;
}
