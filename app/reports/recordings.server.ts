// What is recorded because Shopify keeps no past of it: of each source since when, which days are missing, and what is not in
// it and why; of one that is not recorded, what would be.
import { cached } from "../kpis/cache.server.ts";
import { addDays, daysBetween, formatDay, formatPeriod, type Period } from "../kpis/period.ts";
import type { recordedSources } from "../sync/sync.server.ts";
import type { ObservedSource } from "../warehouse/schema/observed.ts";
import type { Reading } from "../warehouse/warehouse.server.ts";
import type { ReportedShop } from "./shop.server.ts";
import { quantity } from "./wording.server.ts";

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

interface Words {
  label: string;
  about: string;
  /** One row of the present, and many. */
  of: readonly [string, string];
  /** Of so many that could not be read. */
  leftOut: readonly [string, string];
}

const WORDS: Readonly<Record<ObservedSource, Words>> = {
  consents: {
    label: "Consents",
    about: "Who may be sent e-mails, text messages and WhatsApp messages. No address and no number is kept.",
    of: ["consent", "consents"],
    leftOut: ["consent", "consents"],
  },
  unit_costs: {
    label: "Unit costs",
    about: "What a piece of each product costs you, as entered in Shopify.",
    of: ["product variant", "product variants"],
    leftOut: ["unit cost", "unit costs"],
  },
  stock_levels: {
    label: "Stock levels",
    about: "What is available, on hand, committed and incoming of each product at each location.",
    of: ["stock level", "stock levels"],
    leftOut: ["stock level", "stock levels"],
  },
  shopify_segments: {
    label: "Your segments in Shopify",
    about: "Their names and rules.",
    of: ["segment", "segments"],
    leftOut: ["segment", "segments"],
  },
  segment_members: {
    label: "Members of your segments in Shopify",
    about: "Who is in which segment.",
    of: ["membership", "memberships"],
    leftOut: ["segment’s members", "segments’ members"],
  },
};

const PERMISSIONS: Readonly<Record<string, { text: string; button: string }>> = {
  read_inventory: {
    text: "With your permission to read inventory (read_inventory), the app records from then on what is in stock. Days before can’t be made up for, as Shopify doesn’t keep them.",
    button: "Give access to inventory",
  },
};

/** Gaps that are named one by one. */
const NAMED = 5;

interface Recorded {
  days: readonly Period[];
  leftOut: number;
  present: number;
}

export async function recordingsView(shop: ReportedShop, sources: Sources): Promise<RecordingView[]> {
  const reading = shop.view.of(["recorded", ...sources.map(({ source }) => source)]);
  const { bySource, costs } = await cached(reading, ["recordings"], () => asked(reading, sources));
  return sources.map(({ source, missing }) => {
    const { label, about } = WORDS[source];
    const recorded = bySource.get(source);
    const allowed = missing === null ? null : (PERMISSIONS[missing] ?? null);
    return {
      source,
      label,
      about,
      known: knownText(recorded, missing !== null, shop),
      missing:
        recorded === undefined
          ? []
          : [
              ...gapsText(recorded, shop),
              ...leftOutText(source, recorded, shop),
              ...(source === "unit_costs" ? costsText(costs, shop) : []),
            ],
      permission: missing === null || allowed === null ? null : { scope: missing, ...allowed },
    };
  });
}

async function asked(reading: Reading, sources: Sources) {
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
  const { locale } = shop.place;
  const [first] = recorded?.days ?? [];
  if (recorded === undefined || first === undefined) return isClosed ? "Not recorded" : "Not recorded yet";
  const since = `Since ${formatDay(first.from, locale)}`;
  if (isClosed) return `${since}, not recorded any more`;
  const missing = gapsOf(recorded.days, shop.today).reduce(
    (sum, { from, to }) => sum + daysBetween(from, to),
    0,
  );
  return missing === 0
    ? `${since}, every day`
    : `${since}, ${quantity(missing, "day", "days", locale)} missing`;
}

/** Days of which it is not known how they ended. Today is not over, and the coming night tells of yesterday. */
function gapsOf(days: readonly Period[], today: string): Period[] {
  const last = days.at(-1);
  const between = days.slice(1).map(({ from }, index) => ({ from: days[index]?.to ?? from, to: from }));
  const open = last !== undefined && last.to < addDays(today, -1) ? [{ from: last.to, to: today }] : [];
  return [...between, ...open].filter(({ from, to }) => from < to);
}

function gapsText({ days }: Recorded, { today, place: { locale } }: ReportedShop): string[] {
  const gaps = gapsOf(days, today);
  if (gaps.length === 0) return [];
  const named = gaps.slice(-NAMED).map((gap) => formatPeriod(gap, locale));
  const more = gaps.length - named.length;
  if (more > 0) named.push(quantity(more, "earlier gap", "earlier gaps", locale));
  const listed = new Intl.ListFormat(locale, { type: "conjunction" }).format(named);
  return [
    `Not known: ${listed}. No reading in the night after told how these days ended, and Shopify doesn’t keep it.`,
  ];
}

function leftOutText(
  source: ObservedSource,
  { leftOut }: Recorded,
  { place: { locale } }: ReportedShop,
): string[] {
  const [one, many] = WORDS[source].leftOut;
  return leftOut === 0 ? [] : [`${quantity(leftOut, one, many, locale)} could not be read last night.`];
}

function costsText(
  costs: readonly { currency: string | null; n: number }[],
  { place: { locale, currency: own } }: ReportedShop,
): string[] {
  const [one, many] = WORDS.unit_costs.of;
  return costs.map(({ currency, n }) => {
    const variants = quantity(n, one, many, locale);
    if (currency === null) return `${variants} without a cost in Shopify.`;
    return currency === own
      ? `${variants} with a cost that can’t be read.`
      : `${variants} with a cost in ${currency}: it isn’t used, as your shop’s currency is ${own}.`;
  });
}
