// When a shop sells: growth over the years, months, weekdays, Black Friday, Christmas and the hours of the shop's day.
import { Temporal } from "temporal-polyfill";
import { runningSums, searchSums } from "./random.ts";
import type { Random } from "./random.ts";

const MONTHS = [0.86, 0.82, 0.92, 0.95, 1.0, 0.93, 0.88, 0.87, 0.97, 1.03, 1.18, 1.36];
const WEEKDAYS = [1.04, 1.0, 0.98, 0.99, 0.96, 0.92, 1.11];
const HOURS = [
  0.9, 0.5, 0.3, 0.2, 0.2, 0.3, 0.9, 1.8, 2.8, 3.8, 4.6, 5.0, 5.2, 4.8, 4.6, 4.7, 5.0, 5.4, 5.9, 6.8, 7.4,
  6.6, 4.6, 2.3,
];
const HOUR_SUMS = runningSums(HOURS);
const GROWTH_PER_YEAR = 1.32;
const DAY = 86_400_000;

export class Calendar {
  /** UTC milliseconds at which each local day starts, and the end of the last. */
  readonly #starts: number[] = [];
  /** Running sums over days: how busy, without and with growth. */
  readonly #season: Float64Array;
  readonly #arrivals: Float64Array;
  readonly #sale: boolean[] = [];
  readonly #end: number;

  /** The `years` up to the instant `now` (UTC milliseconds) in a time zone. */
  constructor(now: number, years: number, timeZone: string) {
    const last = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(timeZone).toPlainDate();
    const first = last.subtract({ days: Math.round(years * 365.25) });
    const weights: number[] = [];
    const growth: number[] = [];
    for (let day = first; Temporal.PlainDate.compare(day, last) <= 0; day = day.add({ days: 1 })) {
      const start = day.toZonedDateTime(timeZone).epochMilliseconds;
      const sale = blackFridayWeekend(day);
      // The last day has only begun.
      const elapsed = day.equals(last) ? (now - start) / DAY : 1;
      this.#starts.push(start);
      this.#sale.push(sale);
      weights.push(
        elapsed *
          (MONTHS[day.month - 1] ?? 1) *
          (WEEKDAYS[day.dayOfWeek - 1] ?? 1) *
          (sale ? 3.6 : 1) *
          (day.month === 12 && day.day > 22 ? 0.55 : 1),
      );
      growth.push(Math.pow(GROWTH_PER_YEAR, weights.length / 365.25));
    }
    this.#end = now;
    this.#season = runningSums(weights);
    this.#arrivals = runningSums(weights.map((weight, i) => weight * (growth[i] ?? 1)));
  }

  get start(): number {
    return this.#starts[0] ?? this.#end;
  }

  /** A day's index, drawn as new customers come. */
  arrival(random: Random): number {
    return random.byWeight(this.#arrivals);
  }

  /** The day that lies `days` ordinary days of business after another; null: after now. */
  after(day: number, days: number): number | null {
    const target = (this.#season[day] ?? 0) + days;
    return target >= (this.#season.at(-1) ?? 0) ? null : searchSums(this.#season, target);
  }

  /** An instant on a day, UTC milliseconds, by the hours at which people order. */
  instant(day: number, random: Random): number {
    const start = this.#starts[day] ?? this.start;
    const end = this.#starts[day + 1] ?? this.#end;
    const share = (random.byWeight(HOUR_SUMS) + random.unit()) / 24;
    // The last day is cut off at now: what would come later is spread over it.
    const length = day + 1 < this.#starts.length ? end - start : DAY;
    const offset = share * length;
    return (
      Math.floor((start + (offset < end - start ? offset : random.unit() * (end - start))) / 1000) * 1000
    );
  }

  dayOf(instant: number): number {
    return Math.max(0, searchSums(this.#starts, instant) - 1);
  }

  isSale(instant: number): boolean {
    return this.#sale[this.dayOf(instant)] ?? false;
  }
}

/** Thanksgiving is November's fourth Thursday; the sale runs from the Friday after it to the Monday. */
function blackFridayWeekend(day: Temporal.PlainDate): boolean {
  const firstOfNovember = Temporal.PlainDate.from({ year: day.year, month: 11, day: 1 });
  const thanksgiving = 1 + ((4 - firstOfNovember.dayOfWeek + 7) % 7) + 21;
  const friday = firstOfNovember.add({ days: thanksgiving });
  const distance = friday.until(day, { largestUnit: "days" }).days;
  return distance >= 0 && distance <= 3;
}
