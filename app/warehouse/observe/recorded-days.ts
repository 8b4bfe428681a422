// The days of which an observed source is known: all of it was read on the day, and again on the next, which finds what no
// webhook told. Where a day has no reading, neither it nor the day before it is one of these.
import type { Temporal } from "temporal-polyfill";
import type { Session } from "../driver.ts";
import type { ObservedSource } from "../schema/observed.ts";
import { insertInto } from "../schema/schema.ts";

/** The instant of the last reading of everything, as SQL's UTC timestamp with milliseconds; null: there was none. */
export async function lastWhole(
  session: Pick<Session, "rows">,
  source: ObservedSource,
): Promise<string | null> {
  const [row] = await session.rows<{ at: string | null }>(
    "SELECT max(read_at) AS at FROM recorded_days WHERE source = $1 AND import_id IS NULL",
    [source],
  );
  return row?.at ?? null;
}

/** @param leftOut how much of it could not be read */
export async function noteRecorded(
  session: Session,
  source: ObservedSource,
  day: Temporal.PlainDate,
  readAt: string,
  leftOut: number,
): Promise<void> {
  const kept = await session.run(
    `UPDATE recorded_days SET to_day = greatest(to_day, CAST($2 AS DATE)), read_at = CAST($3 AS TIMESTAMP),
       left_out = CAST($4 AS BIGINT)
     WHERE source = $1 AND import_id IS NULL AND to_day >= CAST($5 AS DATE)`,
    [source, day.toString(), readAt, leftOut, day.subtract({ days: 1 }).toString()],
  );
  if (kept > 0) return;
  await session.run(
    insertInto(
      "recorded_days",
      {
        source: "CAST($1 AS VARCHAR)",
        import_id: "CAST(NULL AS BIGINT)",
        from_day: "CAST($2 AS DATE)",
        to_day: "CAST($2 AS DATE)",
        read_at: "CAST($3 AS TIMESTAMP)",
        left_out: "CAST($4 AS BIGINT)",
      },
      "FROM shop_meta",
    ),
    [source, day.toString(), readAt, leftOut],
  );
}
