// What a finding is: a change of one KPI, of the whole shop or of one of its groups, as ids and numbers; words are made of it
// where it is read.
import { z } from "zod";
import { isKpiId, isSegmentationId, type KpiId, type SegmentationId } from "../kpis/catalogue.ts";
import { FIRST_TIME, GUEST, TOTAL } from "../kpis/segmentations.ts";

/** Who it is about: a segment; or, by nothing, the whole shop, first-time buyers or guests. */
export interface Place {
  by: SegmentationId | null;
  segment: string;
}

export const WHOLE: Place = { by: null, segment: TOTAL.id };
export const BESIDE: readonly Place[] = [FIRST_TIME, GUEST].map(({ id }) => ({ by: null, segment: id }));

export const isWhole = ({ by, segment }: Place): boolean => by === null && segment === TOTAL.id;

/** No segmentation's id holds a space. */
export const keyOf = (kpi: KpiId, { by, segment }: Place): string => `${kpi} ${by ?? ""} ${segment}`;
export const placeKey = ({ by, segment }: Place): string => `${by ?? ""} ${segment}`;

export const kpi = z.custom<KpiId>((id) => typeof id === "string" && isKpiId(id));
export const by = z.custom<SegmentationId>((id) => typeof id === "string" && isSegmentationId(id)).nullable();

export const findingSchema = z.object({
  kpi,
  by,
  segment: z.string(),
  /** [from, to) of the shop's calendar, and the days compared. */
  from: z.string(),
  to: z.string(),
  withFrom: z.string(),
  withTo: z.string(),
  then: z.number(),
  now: z.number(),
  change: z.number(),
  /** Beside all that was looked at; null where a range cannot be told. */
  low: z.number().nullable(),
  high: z.number().nullable(),
  level: z.number(),
  /** 1 less the rate of false discoveries at which it would just be one. */
  certainty: z.number(),
  /** What it means in net sales of those days, in minor units; null where it has no honest price. */
  money: z.number().nullable(),
  /** The whole shop moved too, and this otherwise. */
  apart: z.boolean(),
  /** The largest of the parts that it is made of, as far as that is unlikely to be chance. */
  cause: z
    .object({
      part: z.union([
        z.object({ step: z.string(), of: z.string().nullable() }),
        /** Of a rate: what is divided, or by what. */
        z.object({ because: z.string() }),
        z.object({ other: z.enum(["days", "entered", "left", "rate", "mix", "apart"]) }),
      ]),
      amount: z.number(),
      low: z.number(),
      high: z.number(),
    })
    .nullable(),
});
export type Finding = z.infer<typeof findingSchema>;

/** Why nothing was looked at. */
export const silences = ["too_few", "not_whole", "no_previous"] as const;
export type Silence = (typeof silences)[number];

/** What was found of the days that ended with a week. */
export interface Found {
  /** Its Monday. */
  week: string;
  /** So many days were compared with as many before. */
  days: number;
  /** So many changes were judged together; null: see the silence. */
  looked: number | null;
  silence: Silence | null;
  /** Customers who bought, in whichever of the two periods there were fewer. */
  buyers: number;
  findings: readonly Finding[];
}
