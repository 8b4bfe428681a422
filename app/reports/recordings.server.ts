// What is recorded because Shopify keeps no past of it: of each source since when, which days are missing, and what is not in
// it and why; of one that is not recorded, what would be.
import { cached } from "../kpis/cache.server.ts";
import { addDays, daysBetween, formatDay, formatPeriod, type Period } from "../kpis/period.ts";
import type { recordedSources } from "../sync/sync.server.ts";
import type { ObservedSource } from "../warehouse/schema/observed.ts";
import type { Reading } from "../warehouse/warehouse.server.ts";
import type { ReportedShop } from "./shop.server.ts";
import { say } from "../words/words.server.ts";

type Sources = Awaited<ReturnType<typeof recordedSources>>;

export interface RecordingView {
  source: ObservedSource;
  label: string;
  /** What a row of it tells. */
  about: string;
  /** Since when, and how complete. */
  known: string;
  /** What is not in it, and why. */
  missing: readonly string[];
  /** What the merchant may grant for it. */
  permission: { scope: string; text: string; button: string } | null;
}

/** What the merchant is asked for where a scope is missing. */
const PERMISSIONS: ReadonlyMap<string, "inventory"> = new Map([["read_inventory", "inventory"]]);

/** Gaps that are named one by one. */
const NAMED = 5;

interface Recorded {
  days: readonly Period[];
  leftOut: number;
  present: number;
}

export async function recordingsView(shop: ReportedShop, sources: Sources): Promise<RecordingView[]> {
  const reading = shop.view.of(["recorded", ...sources.map(({ source }) => source)]);
  const { bySource, costs } = await cached(reading, ["recordings"], () => found(reading, sources));
  const { place } = shop;
  return sources.map(({ source, missing }) => {
    const recorded = bySource.get(source);
    const asked = missing === null ? null : (PERMISSIONS.get(missing) ?? null);
    return {
      source,
      label: say(place, `recordings.${source}`),
      about: say(place, `recordings.${source}About`),
      known: knownText(recorded, missing !== null, shop),
      missing:
        recorded === undefined
          ? []
          : [
              ...gapsText(recorded, shop),
              ...leftOutText(source, recorded, shop),
              ...(source === "unit_costs" ? costsText(costs, shop) : []),
            ],
      permission:
        missing === null || asked === null
          ? null
          : {
              scope: missing,
              text: say(place, `recordings.${asked}`),
              button: say(place, `recordings.${asked}Button`),
            },
    };
  });
}

async function found(reading: Reading, sources: Sources) {
  const counts = sources.map(
    ({ source }) =>
      `SELECT '${source}' AS source, count(*) AS n FROM ${source} WHERE to_day = DATE '9999-12-31'`,
  );
  const [rows, present, costs] = await Promise.all([
    reading.query<{ source: string; from_day: string; to_day: string; left_out: number | null }>(
      `SELECT source, from_day, to_day, left_out FROM recorded_days WHERE import_id IS NULL AND read_at IS NOT NULL
       ORDER BY source, from_day`,
    ),
    reading.query<{ source: string; n: number }>(counts.join(" UNION ALL ")),
    reading.query<{ currency: string | null; n: number }>(
      `SELECT currency, count(*) AS n FROM unit_costs WHERE to_day = DATE '9999-12-31' AND cost IS NULL
       GROUP BY currency ORDER BY currency`,
    ),
  ]);
  const bySource = new Map<string, Recorded>();
  for (const { source, from_day: from, to_day: to, left_out: leftOut } of rows)
    bySource.set(source, {
      days: [...(bySource.get(source)?.days ?? []), { from, to }],
      leftOut: leftOut ?? 0,
      present: present.find((each) => each.source === source)?.n ?? 0,
    });
  return { bySource, costs };
}

function knownText(recorded: Recorded | undefined, isClosed: boolean, shop: ReportedShop): string {
  const { place } = shop;
  const [first] = recorded?.days ?? [];
  if (recorded === undefined || first === undefined)
    return say(place, isClosed ? "recordings.notRecorded" : "recordings.notYet");
  const since = { day: formatDay(first.from, place.locale) };
  if (isClosed) return say(place, "recordings.ended", since);
  const n = gapsOf(recorded.days, shop.today).reduce((sum, { from, to }) => sum + daysBetween(from, to), 0);
  return n === 0
    ? say(place, "recordings.everyDay", since)
    : say(place, "recordings.someMissing", { ...since, n });
}

/** Days of which it is not known how they ended. Today is not over, and the coming night tells of yesterday. */
function gapsOf(days: readonly Period[], today: string): Period[] {
  const last = days.at(-1);
  const between = days.slice(1).map(({ from }, index) => ({ from: days[index]?.to ?? from, to: from }));
  const open = last !== undefined && last.to < addDays(today, -1) ? [{ from: last.to, to: today }] : [];
  return [...between, ...open].filter(({ from, to }) => from < to);
}

function gapsText({ days }: Recorded, { today, place }: ReportedShop): string[] {
  const gaps = gapsOf(days, today);
  if (gaps.length === 0) return [];
  const named = gaps.slice(-NAMED).map((gap) => formatPeriod(gap, place.locale));
  const more = gaps.length - named.length;
  if (more > 0) named.push(say(place, "recordings.earlierGaps", { n: more }));
  const listed = new Intl.ListFormat(place.locale, { type: "conjunction" }).format(named);
  return [say(place, "recordings.gaps", { gaps: listed })];
}

const leftOutText = (source: ObservedSource, { leftOut }: Recorded, { place }: ReportedShop): string[] =>
  leftOut === 0 ? [] : [say(place, `recordings.${source}LeftOut`, { n: leftOut })];

function costsText(
  costs: readonly { currency: string | null; n: number }[],
  { place }: ReportedShop,
): string[] {
  const own = place.currency;
  return costs.map(({ currency, n }) => {
    if (currency === null) return say(place, "recordings.withoutCost", { n });
    return currency === own
      ? say(place, "recordings.unreadableCost", { n })
      : say(place, "recordings.foreignCost", { n, currency, own });
  });
}
