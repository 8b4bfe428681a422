// Every day of a shop by the clock of today: after its zone has changed, or what is known of that zone. Only rows whose
// day is another one are written.
import { clockOver, ZONE_DATA } from "./clock.ts";
import { deriveEverything } from "./merge/derive.ts";
import type { Session } from "./driver.ts";
import { openFrom } from "./opening/opening.ts";
import { keyedIn, type Schema } from "./schema/schema.ts";

/** Books by the zone that shop_meta names; whether any day has changed, so that derived tables are to be made again. */
export async function bookDays(session: Session, schema: Schema, zoneData = ZONE_DATA): Promise<boolean> {
  const [meta] = await session.rows<Record<"time_zone" | "opening_at" | "opening_day", string | null>>(
    "SELECT time_zone, opening_at, opening_day FROM shop_meta",
  );
  const timeZone = meta?.time_zone ?? "UTC";
  if (meta?.opening_at) await openFrom(session, meta.opening_at, timeZone);
  const [opening] = await session.rows<{ moved: boolean }>(
    "SELECT opening_day IS DISTINCT FROM CAST($1 AS DATE) AS moved FROM shop_meta",
    [meta?.opening_day ?? null],
  );
  const keyed = keyedIn(schema);
  const clock = await clockOver((sql) => session.rows(sql), timeZone, {
    ...Object.fromEntries(keyed.map(({ table, days }) => [table, Object.values(days)])),
    orders: ["placed_at"],
    sales: ["booked_at"],
    customers: ["created_at"],
  });
  const changed = [
    await session.run(
      `UPDATE orders SET local_at = ${clock.localAt("placed_at")}, local_day = ${clock.localDay("placed_at")}
       WHERE local_at <> ${clock.localAt("placed_at")}`,
    ),
    await session.run(
      `UPDATE sales SET local_day = ${clock.localDay("booked_at")} WHERE local_day <> ${clock.localDay("booked_at")}`,
    ),
    await session.run(
      `UPDATE customers SET created_day = ${clock.localDay("created_at")}
       WHERE created_day IS DISTINCT FROM ${clock.localDay("created_at")}`,
    ),
  ];
  // Nothing is derived from these.
  for (const { table, days } of keyed)
    for (const [day, instant] of Object.entries(days))
      await session.run(
        `UPDATE ${table} SET ${day} = ${clock.localDay(instant)} WHERE ${day} IS DISTINCT FROM ${clock.localDay(instant)}`,
      );
  await session.run("UPDATE shop_meta SET zone_data = $1", [zoneData]);
  return opening?.moved === true || changed.some((rows) => rows > 0);
}

export async function rebook(session: Session, schema: Schema, zoneData?: string): Promise<void> {
  if (await bookDays(session, schema, zoneData)) await deriveEverything(session);
}
