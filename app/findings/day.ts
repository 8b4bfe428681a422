// What a day that stands out is: one KPI of the whole shop or of a segment, as ids and numbers, beside what is usual of such a day.
import { z } from "zod";
import { by, kpi } from "./finding.ts";

export const foundDaySchema = z.object({
  day: z.string(),
  kpi,
  by,
  segment: z.string(),
  value: z.number(),
  usual: z.number(),
  /** Nineteen of twenty such days lie between. */
  low: z.number(),
  high: z.number(),
  /** 1 less the rate of false discoveries at which it would just stand out. */
  certainty: z.number(),
  /** What it means in net sales, in minor units; null where it has no honest price. */
  money: z.number().nullable(),
  /** So many other series stood out on the day. */
  others: z.number(),
});
export type FoundDay = z.infer<typeof foundDaySchema>;

/** Why no day was looked at. */
export const daySilences = ["not_whole", "too_short", "too_little"] as const;
export type DaySilence = (typeof daySilences)[number];

/** What was found of a shop's last whole days. */
export interface FoundDays {
  /** [from, to) of the shop's calendar. */
  from: string;
  to: string;
  /** Whole weeks that are known, up to as many as are needed. */
  weeks: number;
  /** So many series, and so many days of them, were judged together; null: see the silence. */
  series: number | null;
  looked: number | null;
  silence: DaySilence | null;
  days: readonly FoundDay[];
}
