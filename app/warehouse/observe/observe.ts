// One reading of what Shopify keeps no past of, into rows of what held from one local day to another. A day's last state is
// that day's; what is stored from a later reading stays, so that readings may come twice, late and in any order.
import { Temporal } from "temporal-polyfill";
import type { ShopMeta } from "../contract.ts";
import type { Session } from "../driver.ts";
import { bodyOf, type ObservedSource, observedTable, seenIn } from "../schema/observed.ts";
import { instantOf, timestampOf } from "../values.ts";
import { clockOver } from "../clock.ts";
import { idTable } from "../merge/removals.ts";
import { withholdSeen } from "../merge/withheld.ts";
import type { Extent, Observation, Observed } from "./observation.ts";
import { lastWhole, noteRecorded } from "./recorded-days.ts";

/** In to_day of what holds. */
export const OPEN = "DATE '9999-12-31'";

/** Shopify's ids stay far below what a number holds exactly. */
const isId = (column: string) => `${column} BETWEEN 1 AND ${Number.MAX_SAFE_INTEGER}`;

/** SQL of a source's table, by the names of its columns. */
class Sql {
  readonly source: ObservedSource;
  readonly table: string;
  readonly key: readonly string[];
  readonly state: readonly string[];
  readonly subject: string;

  /** @param table which holds all of the source's intervals that may still change */
  constructor(source: ObservedSource, table: string) {
    const { key, state } = observedTable(source).observed;
    this.source = source;
    this.table = table;
    this.key = key;
    this.state = state;
    this.subject = key[0];
  }

  columns(of: string, names: readonly string[] = [...this.key, ...this.state]): string {
    return names.map((name) => `${of}.${name}`).join(", ");
  }

  same(a: string, b: string): string {
    return this.key.map((name) => `${a}.${name} = ${b}.${name}`).join(" AND ");
  }

  alike(a: string, b: string): string {
    const each = this.state.map((name) => `${a}.${name} IS NOT DISTINCT FROM ${b}.${name}`);
    return each.length === 0 ? "TRUE" : `(${each.join(" AND ")})`;
  }
}

/**
 * The source's seen table is filled. Everything of the observation but the data version; null when it changes nothing, an
 * earlier reading of everything than the last one included.
 */
export async function observeStaged(
  session: Session,
  observation: Observation,
  { time_zone: timeZone, currency }: Pick<ShopMeta, "time_zone" | "currency">,
): Promise<(Observed & { changed: boolean; isWhole: boolean }) | null> {
  const { source, extent } = observation;
  const intervals = session.intervals(source);
  const sql = new Sql(source, intervals.unpacked);
  const readAt = timestampOf(observation.readAt);
  const whole = await lastWhole(session, source);
  const isWhole = extent !== "rows" && "all" in extent;
  if (isWhole && whole !== null && readAt < whole) return null;
  // No change is booked before the last reading of everything; by another clock that may have been on an earlier day.
  await intervals.unpack(whole === null ? null : dayOf(instantOf(whole), timeZone).toString());
  const unreadable = await screenSeen(session, observation, currency);
  await chooseSeen(session, sql);
  if (extent !== "rows") await idTable(session, "subjects", "all" in extent ? extent.but : extent.subjects);
  await findChanges(session, sql, extent);
  await dateChanges(session, sql, { readAt, whole, isWhole, timeZone });
  const written = await write(session, sql, readAt);
  if (isWhole) {
    // The reading of everything stands for them from now on.
    await session.run(
      `DELETE FROM ${sql.table} WHERE from_day = to_day AND read_at <= CAST($1 AS TIMESTAMP)`,
      [readAt],
    );
    const day = dayOf(new Date(observation.readAt), timeZone);
    await noteRecorded(session, source, day, readAt, unreadable + extent.but.length);
    await intervals.pack(day.toString(), readAt);
  } else await confirm(session, sql, readAt);
  return { ...written, unreadable, isWhole };
}

const dayOf = (at: Date, timeZone: string) =>
  Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(timeZone).toPlainDate();

/** Takes out what cannot be used or may not be held, and amounts in other currencies; answers how many rows were unreadable. */
async function screenSeen(session: Session, observation: Observation, currency: string): Promise<number> {
  const { source } = observation;
  const seen = seenIn(source);
  const { columns, observed, money = [] } = observedTable(source);
  const usable = observed.key
    .map((name) => (columns[name]?.startsWith("BIGINT") ? isId(name) : `${name} IS NOT NULL`))
    .join(" AND ");
  const unreadable = await session.run(`DELETE FROM ${seen} WHERE (${usable}) IS NOT TRUE`);
  if (observed.currency !== undefined)
    for (const amount of money)
      await session.run(`UPDATE ${seen} SET ${amount} = NULL WHERE ${observed.currency} <> $1`, [currency]);
  await withholdSeen(session, observation);
  return unreadable;
}

/** Table now_seen: each key once, by its latest state. */
async function chooseSeen(session: Session, { source, key, state }: Sql): Promise<void> {
  const order = ["told_at", "present", ...state].map((name) => `${name} DESC NULLS LAST`);
  await session.run(
    `CREATE TEMP TABLE now_seen AS SELECT * FROM (
       SELECT s.*, row_number() OVER (PARTITION BY ${key.join(", ")} ORDER BY ${order.join(", ")}) AS nth
       FROM ${seenIn(source)} s) each WHERE nth = 1`,
  );
  await session.filled("now_seen");
}

/** Table changes: the keys that were seen otherwise than they are stored, and those that are gone; `since` and `known_at` of what is stored. */
async function findChanges(session: Session, sql: Sql, extent: Extent): Promise<void> {
  const all = [...sql.key, ...sql.state];
  await session.run(
    `CREATE TEMP TABLE changes (${bodyOf(sql.source, all)}, told_at TIMESTAMP, present BOOLEAN,
       is_open BOOLEAN, since DATE, known_at TIMESTAMP)`,
  );
  const into = `INSERT INTO changes (${all.join(", ")}, told_at, present, is_open, since, known_at)`;
  const isSubject = (of: string) => `${of}.${sql.subject} IN (SELECT id FROM subjects)`;
  const but =
    extent !== "rows" && "all" in extent && extent.but.length > 0 ? `AND NOT ${isSubject("n")}` : "";
  // That a key is not there is worth noting where no reading of its subject would say so.
  const absent = extent === "rows" ? "TRUE" : "o.from_day IS NOT NULL";
  await session.run(
    `${into} SELECT ${sql.columns("n")}, n.told_at, n.present, o.from_day IS NOT NULL, o.from_day, o.read_at
     FROM now_seen n LEFT JOIN ${sql.table} o ON ${sql.same("n", "o")} AND o.to_day = ${OPEN}
     WHERE CASE WHEN n.present THEN o.from_day IS NULL OR NOT ${sql.alike("n", "o")} ELSE ${absent} END ${but}`,
  );
  if (extent !== "rows") {
    const within =
      "all" in extent ? (extent.but.length > 0 ? `NOT ${isSubject("o")}` : "TRUE") : isSubject("o");
    await session.run(
      `${into} SELECT ${sql.columns("o")}, CAST(NULL AS TIMESTAMP), FALSE, TRUE, o.from_day, o.read_at
       FROM ${sql.table} o WHERE o.to_day = ${OPEN} AND ${within}
         AND NOT EXISTS (SELECT 1 FROM now_seen n WHERE ${sql.same("n", "o")})`,
    );
  }
  await session.filled("changes");
}

/**
 * Table becomes: the changes that are news, each with its day. Where Shopify does not tell when it was, it was when a webhook
 * had it read, or in the middle of the time between what was known and a reading of everything. Such readings are made at
 * night, when shops are quiet: what was otherwise on the evening before was it before midnight.
 */
async function dateChanges(
  session: Session,
  sql: Sql,
  {
    readAt,
    whole,
    isWhole,
    timeZone,
  }: { readAt: string; whole: string | null; isWhole: boolean; timeZone: string },
): Promise<void> {
  const read = "CAST($1 AS TIMESTAMP)";
  const last = "CAST($2 AS TIMESTAMP)";
  const eve = "CAST($3 AS TIMESTAMP)";
  const middle = `known + (${read} - known) / 2`;
  const found = isWhole ? `CASE WHEN known <= ${eve} THEN least(${middle}, ${eve}) ELSE ${middle} END` : read;
  await session.run(
    `CREATE TEMP TABLE dated AS
     SELECT c.*, CASE WHEN known IS NULL THEN ${read}
         WHEN told_at > known THEN least(told_at, ${read})
         ELSE ${found} END AS changed_at
     FROM (
       SELECT ${sql.columns("c")}, c.told_at, c.present, coalesce(c.since, e.ended_on) AS since,
         coalesce(greatest(coalesce(c.known_at, e.known_at), ${last}), c.known_at, e.known_at, ${last}) AS known
       FROM changes c LEFT JOIN (
         SELECT ${sql.columns("t", sql.key)}, max(t.to_day) AS ended_on, max(t.read_at) AS known_at
         FROM ${sql.table} t JOIN changes c ON ${sql.same("t", "c")} AND NOT c.is_open
         WHERE t.to_day <> ${OPEN} GROUP BY ${sql.columns("t", sql.key)}) e ON ${sql.same("e", "c")}) c
     WHERE known IS NULL OR known <= ${read}`,
    [readAt, whole, ...(isWhole ? [lastOfDayBefore(readAt, timeZone)] : [])],
  );
  const clock = await clockOver((text) => session.rows(text), timeZone, { dated: ["changed_at"] });
  await session.run(
    `CREATE TEMP TABLE becomes AS SELECT ${sql.columns("d")}, d.present,
       greatest(${clock.localDay("d.changed_at")}, coalesce(d.since, ${clock.localDay("d.changed_at")})) AS day
     FROM dated d`,
  );
  await session.filled("becomes");
}

/** The last millisecond of the local day before an instant's; both as SQL's UTC timestamps. */
function lastOfDayBefore(at: string, timeZone: string): string {
  const { epochMilliseconds } = Temporal.Instant.fromEpochMilliseconds(instantOf(at).getTime())
    .toZonedDateTimeISO(timeZone)
    .startOfDay();
  return timestampOf(new Date(epochMilliseconds - 1));
}

async function write(
  session: Session,
  sql: Sql,
  readAt: string,
): Promise<{ begun: number; ended: number; changed: boolean }> {
  const { table } = sql;
  const read = "CAST($1 AS TIMESTAMP)";
  const theirs = (of = table) => sql.same(of, "b");
  // What began on that very day did not see its end.
  const undone = await session.run(
    `DELETE FROM ${table} USING becomes b WHERE ${theirs()} AND ${table}.from_day >= b.day`,
  );
  const ended = await session.run(
    `UPDATE ${table} SET to_day = b.day FROM becomes b WHERE ${theirs()} AND ${table}.to_day > b.day`,
  );
  // What is again as it was before that day has never been otherwise.
  await session.run(
    `CREATE TEMP TABLE reopened AS SELECT ${sql.columns("b", sql.key)} FROM becomes b JOIN ${table} t ON ${theirs("t")}
     WHERE b.present AND t.to_day = b.day AND ${sql.alike("t", "b")}`,
  );
  await session.filled("reopened");
  const again = await session.run(
    `UPDATE ${table} SET to_day = ${OPEN}, read_at = ${read} FROM becomes b
     WHERE ${theirs()} AND b.present AND ${table}.to_day = b.day AND ${sql.alike(table, "b")}`,
    [readAt],
  );
  const names = [...sql.key, ...sql.state].join(", ");
  const insert = (to: string, where: string) =>
    session.run(
      `INSERT INTO ${table} (${names}, from_day, to_day, read_at)
       SELECT ${sql.columns("b")}, b.day, ${to}, ${read} FROM becomes b WHERE ${where}`,
      [readAt],
    );
  // Which reading found it gone: an earlier one that still saw it is not believed afterwards.
  await session.run(
    `UPDATE ${table} SET read_at = ${read} FROM becomes b WHERE ${theirs()} AND NOT b.present AND ${table}.to_day = b.day`,
    [readAt],
  );
  await insert(
    "b.day",
    `NOT b.present AND NOT EXISTS (SELECT 1 FROM ${table} t WHERE ${theirs("t")} AND t.to_day = b.day)`,
  );
  // The table itself is not asked while it grows: PostgreSQL would look through all that the statement has written so far.
  const begun = await insert(
    OPEN,
    `b.present AND NOT EXISTS (SELECT 1 FROM reopened r WHERE ${sql.same("r", "b")})`,
  );
  return { begun, ended, changed: undone + ended + again + begun > 0 };
}

/** A reading of some says of each that it still holds; one of everything is noted once. */
async function confirm(session: Session, sql: Sql, readAt: string): Promise<void> {
  const { table } = sql;
  await session.run(
    `UPDATE ${table} SET read_at = CAST($1 AS TIMESTAMP) FROM now_seen n
     WHERE ${sql.same(table, "n")} AND n.present AND ${table}.to_day = ${OPEN} AND ${table}.read_at < CAST($1 AS TIMESTAMP)
       AND ${sql.alike(table, "n")}`,
    [readAt],
  );
}
