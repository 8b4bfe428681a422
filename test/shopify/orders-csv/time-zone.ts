// The shop's time zone. An export gives offsets and no name, and many zones share an offset; what tells them apart is
// when the offset changes. Zones whose clocks agree with every time of the file put every order on the same day.
import { Temporal } from "temporal-polyfill";
import type { Time } from "./times.ts";

/** Of zones that agree alike the first one is named: where most of Shopify's shops of that offset are. */
const PREFERRED = [
  "America/New_York",
  "America/Los_Angeles",
  "America/Chicago",
  "America/Denver",
  "America/Phoenix",
  "Europe/London",
  "Europe/Berlin",
  "Europe/Athens",
  "Europe/Istanbul",
  "Australia/Sydney",
  "Australia/Brisbane",
  "Australia/Adelaide",
  "Australia/Darwin",
  "Australia/Perth",
  "Pacific/Auckland",
  "Asia/Tokyo",
  "Asia/Shanghai",
  "Asia/Kolkata",
  "Asia/Dubai",
  "Asia/Bangkok",
  "Asia/Karachi",
  "Asia/Dhaka",
  "America/Halifax",
  "America/St_Johns",
  "America/Sao_Paulo",
  "America/Bogota",
  "America/Mexico_City",
  "America/Puerto_Rico",
  "America/Santiago",
  "America/Anchorage",
  "Pacific/Honolulu",
  "Africa/Johannesburg",
  "Africa/Lagos",
  "Africa/Nairobi",
  "UTC",
];
/** Enough to see every change of an offset in many years; a file whose offsets are mixed up has more. */
const MOST_RUNS = 400;
const MONTH_MS = 30 * 86_400_000;

interface Run {
  first: number;
  last: number;
  offset: number;
  times: number;
}

/** Null: the file has no offset at all. */
export function timeZoneOf(times: readonly Time[]): { timeZone: string; reason: string } | null {
  const runs = runsOf(times);
  if (runs.length === 0) return null;
  const offsets = [...new Set(runs.map(({ offset }) => offset))].sort((a, b) => a - b).map(written);
  const carried = `the file's times carry ${offsets.length > 3 ? `${offsets.length} offsets from ${offsets[0]} to ${offsets.at(-1)}` : listed(offsets)}`;
  const sample = thinned(runs);
  const most = sample.reduce((sum, run) => sum + run.times, 0);
  let best = { timeZone: "UTC", agreeing: 0 };
  for (const timeZone of new Set([...PREFERRED, ...Intl.supportedValuesOf("timeZone")])) {
    const agreeing = agreement(timeZone, sample, best.agreeing);
    if (agreeing > best.agreeing) best = { timeZone, agreeing };
    if (best.agreeing === most) break;
  }
  const reason =
    best.agreeing === most
      ? carried
      : best.agreeing === 0
        ? `${carried}, which no time zone has at these times`
        : `${carried}; no zone has all of them, and this one has the most`;
  return { timeZone: best.timeZone, reason };
}

/** Consecutive times with one offset, cut into months: between two winters lies a summer. */
function runsOf(times: readonly Time[]): Run[] {
  const runs: Run[] = [];
  const known = times.flatMap(({ epoch, offset }) => (offset === null ? [] : [{ epoch, offset }]));
  for (const { epoch, offset } of known.sort((a, b) => a.epoch - b.epoch)) {
    const run = runs.at(-1);
    if (run?.offset === offset && epoch - run.first < MONTH_MS) {
      run.last = epoch;
      run.times++;
    } else runs.push({ first: epoch, last: epoch, offset, times: 1 });
  }
  return runs;
}

const thinned = (runs: readonly Run[]): Run[] =>
  runs.filter(
    (_, at) =>
      Math.floor((at * MOST_RUNS) / runs.length) !== Math.floor(((at - 1) * MOST_RUNS) / runs.length),
  );

/** How many of the times the zone's clock would have shown so; gives up once `atLeast` cannot be passed any more. */
function agreement(timeZone: string, runs: readonly Run[], atLeast: number): number {
  let possible = runs.reduce((sum, { times }) => sum + times, 0);
  let agreeing = 0;
  for (const run of runs) {
    if (possible <= atLeast) return 0;
    const [first, last] = [offsetAt(timeZone, run.first), offsetAt(timeZone, run.last)];
    const share = (Number(first === run.offset) + Number(last === run.offset)) / 2;
    agreeing += run.times * share;
    possible -= run.times * (1 - share);
  }
  return agreeing;
}

const offsetAt = (timeZone: string, epoch: number): number =>
  Temporal.Instant.fromEpochMilliseconds(epoch).toZonedDateTimeISO(timeZone).offsetNanoseconds / 60e9;

function written(minutes: number): string {
  const size = Math.abs(minutes);
  const digits = `${Math.floor(size / 60)}`.padStart(2, "0") + `${size % 60}`.padStart(2, "0");
  return `${minutes < 0 ? "-" : "+"}${digits}`;
}

const listed = (texts: readonly string[]): string =>
  texts.length < 2 ? (texts[0] ?? "") : `${texts.slice(0, -1).join(", ")} and ${texts.at(-1)}`;
