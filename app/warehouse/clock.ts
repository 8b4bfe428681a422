// The one clock by which days are booked: a zone's changes of offset as Node knows them, written into the SQL of either
// engine. The engines bring zone data of their own, of other years: AT TIME ZONE would book by three clocks.
import { Temporal } from "temporal-polyfill";
import { Bounded } from "../bounded.ts";
import { instantOf, timestampOf } from "./values.ts";
import type { Row } from "./contract.ts";

/** Which data Node has, such as "2026c"; later ones sort after earlier ones. */
export const ZONE_DATA: string = process.versions["tz"] ?? "";

/** In force from an instant (seconds since 1970) until the next one's. */
interface Offset {
  from: number;
  seconds: number;
}

/** Years that a literal can name on both engines; no instant of Shopify's lies beyond. */
const [FIRST_YEAR, LAST_YEAR] = [1, 9999];

const known = new Bounded<string, readonly Offset[]>(2_000);

function offsetsIn(year: number, timeZone: string): readonly Offset[] {
  const key = `${year} ${timeZone}`;
  const found = known.get(key);
  if (found !== undefined) return found;
  const start = (of: number) =>
    Temporal.PlainDate.from({ year: of, month: 1, day: 1 }).toZonedDateTime("UTC");
  const end = start(year + 1).epochMilliseconds;
  const offsets: Offset[] = [];
  let at: Temporal.ZonedDateTime | null = start(year).withTimeZone(timeZone);
  for (; at !== null && at.epochMilliseconds < end; at = at.getTimeZoneTransition("next"))
    offsets.push({ from: at.epochMilliseconds / 1000, seconds: Math.round(at.offsetNanoseconds / 1e9) });
  return known.set(key, offsets);
}

/** The first civil day (YYYY-MM-DD) that begins no earlier than an instant, a UTC timestamp of SQL. */
export function firstDayFrom(instant: string, timeZone: string): string {
  const at = Temporal.Instant.from(instantOf(instant).toISOString()).toZonedDateTimeISO(timeZone);
  const begins = at.startOfDay().equals(at);
  return at
    .toPlainDate()
    .add({ days: begins ? 0 : 1 })
    .toString();
}

export class Clock {
  private readonly offsets: readonly Offset[];

  /** Right for instants of the years that are given; others have the offset of the nearest of them. */
  constructor(timeZone: string, years: Iterable<number>) {
    const all = [...new Set(years)]
      .filter((year) => year >= FIRST_YEAR && year <= LAST_YEAR)
      .sort((a, b) => a - b)
      .flatMap((year) => offsetsIn(year, timeZone));
    this.offsets = all.filter(({ seconds }, index) => seconds !== all[index - 1]?.seconds);
  }

  /** SQL: the shop's wall clock, a TIMESTAMP, at a UTC TIMESTAMP; `instant` is a column's name. */
  localAt(instant: string): string {
    return `(${instant} + ${this.shift(instant, 0, this.offsets.length)})`;
  }

  /** SQL: the shop's civil day. */
  localDay(instant: string): string {
    return `CAST(${this.localAt(instant)} AS DATE)`;
  }

  /** A tree of comparisons: a century of clock changes costs eight for a row. */
  private shift(instant: string, from: number, to: number): string {
    if (to - from <= 1) return `INTERVAL '${this.offsets[from]?.seconds ?? 0} seconds'`;
    const middle = Math.floor((from + to) / 2);
    const cut = timestampOf(new Date((this.offsets[middle]?.from ?? 0) * 1000)).slice(0, 19);
    return `CASE WHEN ${instant} < TIMESTAMP '${cut}' THEN ${this.shift(instant, from, middle)}
      ELSE ${this.shift(instant, middle, to)} END`;
  }
}

/** The clock for every instant in these columns, by table. */
export async function clockOver(
  read: (sql: string) => Promise<Row[]>,
  timeZone: string,
  columns: Readonly<Record<string, readonly string[]>>,
): Promise<Clock> {
  const each = Object.entries(columns).flatMap(([table, names]) =>
    names.map(
      (name) => `SELECT DISTINCT date_part('year', ${name}) AS year FROM ${table} WHERE ${name} IS NOT NULL`,
    ),
  );
  const rows = await read(`SELECT CAST(year AS INTEGER) AS year FROM (${each.join(" UNION ")}) years`);
  return new Clock(
    timeZone,
    rows.map(({ year }) => Number(year)),
  );
}
