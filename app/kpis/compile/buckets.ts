// Rows by the days, weeks, months, quarters or years of a trend. The usual calendar's an engine truncates days to by itself; those
// of a business are told from the days on which they begin.
import { periodBefore } from "../comparing.ts";
import { bucketsOf, type Grain, type Period, startOf } from "../period.ts";
import type { Params } from "./params.ts";

const isTruncated = ({ calendar }: Period, grain: Grain): boolean =>
  calendar === undefined || grain === "day";

/** The day by which a bucket's rows are known. */
export const bucketKey = (bucket: Period, grain: Grain): string =>
  grain === "day" || !isTruncated(bucket, grain) ? bucket.from : startOf(grain, bucket.from);

const truncated = (grain: Grain, day: string): string =>
  grain === "day" ? day : `CAST(date_trunc('${grain}', CAST(${day} AS TIMESTAMP)) AS DATE)`;

/** SQL of the key of the bucket of the period that holds a day. */
export const bucketOf = (period: Period, grain: Grain, day: string, params: Params): string =>
  isTruncated(period, grain)
    ? truncated(grain, day)
    : keyOf(
        bucketsOf(period, grain).map(({ from }) => ({ from, key: from })),
        day,
        params,
      );

const STEP: Readonly<Record<Grain, string>> = {
  day: "1 day",
  week: "7 days",
  month: "1 month",
  quarter: "3 months",
  year: "1 year",
};

/** SQL of the key of the bucket before which a day's own bucket is; of whole buckets that follow each other. */
export function bucketAfter(whole: readonly Period[], grain: Grain, day: string, params: Params): string {
  const [first] = whole;
  if (first === undefined) throw new Error("no bucket is whole");
  if (isTruncated(first, grain)) return `CAST(${truncated(grain, day)} + INTERVAL '${STEP[grain]}' AS DATE)`;
  const begins = [periodBefore(first), ...whole];
  return keyOf(
    whole.map(({ from: key }, index) => ({ from: begins[index]?.from ?? key, key })),
    day,
    params,
  );
}

interface Begin {
  from: string;
  key: string;
}

/** The last that begins on the day or before it, found by halves: there may be hundreds. */
function keyOf(begins: readonly Begin[], day: string, params: Params): string {
  const middle = begins.length >> 1;
  const [first, half] = [begins[0], begins[middle]];
  if (first === undefined || half === undefined) throw new Error("a trend has a bucket");
  if (middle === 0) return params.day(first.key);
  const [before, after] = [begins.slice(0, middle), begins.slice(middle)];
  return `CASE WHEN ${day} < ${params.day(half.from)} THEN ${keyOf(before, day, params)} ELSE ${keyOf(after, day, params)} END`;
}

/** A CTE of each bucket's key and of the day at whose start it is over. */
export function endsOf(period: Period, grain: Grain, params: Params): string {
  const rows = bucketsOf(period, grain).map(
    (bucket) => `(${params.day(bucketKey(bucket, grain))}, ${params.day(bucket.to)})`,
  );
  return `ends (bucket, over_on) AS (VALUES ${rows.join(", ")})`;
}
