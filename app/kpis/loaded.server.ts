// What of a shop is loaded, and which figures can be told from it: the reason where one cannot.
import { schema, type SourceId } from "../warehouse/schema/schema.ts";
import { sourceCoverage } from "../warehouse/coverage.ts";
import { instantOf } from "../warehouse/values.ts";
import type { Reading, ShopMeta, ShopView } from "../warehouse/warehouse.server.ts";
import type { Reason, RowKind } from "./answer.ts";
import { declarations, kpiIds, kpis, type KpiId } from "./catalogue.ts";
import { sharedBy } from "./compile/outside.ts";
import { factOf } from "./facts/facts.ts";
import { declarationOf, inputsOf } from "./declared.ts";
import type { Segmentation } from "./segmentations.ts";
import { Temporal } from "temporal-polyfill";
import type { Slice } from "./compile/contributions.ts";
import { cached } from "./cache.server.ts";
import { Params } from "./compile/params.ts";
import type { RecordedDays } from "./needs.ts";
import { periodBefore } from "./comparing.ts";
import { addDays, type Period } from "./period.ts";

/** The sources of the figures of today. */
const SOURCES = ["orders", "customers"] as const;

const isFromShopify = (source: SourceId): boolean => schema.sources[source]?.kind === "mirrored";

/** What KPIs, segments and members are worked out from. */
export const factsOf = (view: ShopView): Reading => view.of(SOURCES);

/** What KPIs are worked out from: their facts, and who is in which segment. */
export const factsOfKpis = (view: ShopView, ids: readonly KpiId[]): Reading =>
  view.of([...new Set([...SOURCES, "recorded" as const, ...ids.flatMap((id) => kpis[id].needs.sources)])]);

/** What of a shop is loaded. */
export interface Loaded {
  meta: ShopMeta;
  /** Days of which what Shopify does not keep is known, by source, in order and apart from each other. */
  recorded: ReadonlyMap<string, readonly Period[]>;
}

export async function loadedOf(view: ShopView): Promise<Loaded> {
  const reading = view.of(["recorded"]);
  const recorded = await cached(reading, ["recorded"], async () => {
    const rows = await reading.query<{ source: string; from_day: string; to_day: string }>(
      "SELECT source, from_day, to_day FROM recorded_days ORDER BY source, from_day",
    );
    const found = new Map<string, Period[]>();
    for (const { source, from_day: from, to_day: to } of rows) {
      const days = found.get(source) ?? [];
      const last = days.at(-1);
      if (last !== undefined && from <= last.to) last.to = to > last.to ? to : last.to;
      else days.push({ from, to });
      found.set(source, days);
    }
    return found;
  });
  return { meta: view.meta, recorded };
}

/** Which KPIs a shop can have: what nobody ever recorded is not offered. */
export async function offeredKpis(view: ShopView): Promise<KpiId[]> {
  const { recorded } = await loadedOf(view);
  return kpiIds.filter((id) => kpis[id].recorded.every(({ source }) => recorded.has(source)));
}

/** The first day of which a KPI is known, where Shopify does not keep it; null while nothing is recorded of one of its sources. */
export function observedFrom({ recorded }: Loaded, id: KpiId): string | null {
  let latest: string | null = null;
  for (const { source, days } of kpis[id].recorded) {
    const from = recorded.get(source)?.[0]?.from;
    if (from === undefined) return null;
    const first = days === "each_and_before" ? addDays(from, 1) : from;
    if (latest === null || first > latest) latest = first;
  }
  return latest;
}

/** From which day on a source must be known. */
function firstDayOf({ from, to }: Period, days: RecordedDays): string {
  if (days === "last") return addDays(to, -1);
  return days === "each_and_before" ? addDays(from, -1) : from;
}

/** All orders that every customer placed before the day are known, be it by what stands for older ones. */
export const isWhole = (meta: ShopMeta, before: string): boolean =>
  SOURCES.every((source) => isWholeIn(meta, source, before));

function isWholeIn(meta: ShopMeta, source: SourceId, before: string): boolean {
  const { state } = sourceCoverage(meta, source);
  if (state === "customers_hidden") return before <= (namelessFrom(meta) ?? "");
  return state === "complete" || (state === "retention" && meta.opening_day !== null);
}

/** Whether orders placed before the day may not name their customers. */
export const isNameless = (meta: ShopMeta, before: string): boolean =>
  sourceCoverage(meta, "orders").state === "customers_hidden" && before > (namelessFrom(meta) ?? "");

/** The first day on which orders may not name their customers; null where that may be on any day, or on none. */
export function namelessFrom({ customers_known_to: known, time_zone }: ShopMeta): string | null {
  if (known === null) return null;
  const at = Temporal.Instant.from(instantOf(known).toISOString());
  return at.toZonedDateTimeISO(time_zone).toPlainDate().toString();
}

/** True for an instant or a first day of which only sums are kept. */
export const isBeforeOpening = ({ opening_day: opening }: ShopMeta, day: string): boolean =>
  opening !== null && day < opening;

/** When everything is over that a period and its groups are told from. */
export const endOf = ({ period, membersOn }: Pick<Slice, "period" | "membersOn">): string =>
  period.to > membersOn ? period.to : membersOn;

/** What a figure of a row is told from in each of its sources. */
export interface Asked {
  period: Period;
  /** The first day that is looked at. */
  from: string;
  /** When everything is over that it is told from. */
  end: string;
  /** All that ever happened, and not the days alone. */
  ever: boolean;
  /** Whose each row is. */
  whose: boolean;
}

/** Why a figure of a period cannot be told from what is loaded of its sources: the first reason that one of them gives. */
export function blockedBy(
  loaded: Loaded,
  id: KpiId,
  slice: Slice,
  row: RowKind,
  segmentation: Segmentation | null = null,
): Reason | null {
  const { needs, looksBack, outside } = kpis[id];
  const ofAll = row === "total" || row === "orders";
  const asked: Asked = {
    period: slice.period,
    from: (looksBack ? periodBefore(slice.period) : slice.period).from,
    end: endOf(slice),
    ever: needs.history === "complete" || !(ofAll || row === "guest"),
    // Rows that orders are in whoever placed them need no names.
    whose: !ofAll || needs.scopes.includes("read_customers"),
  };
  for (const { source, days } of sourcesOf(id, asked.ever)) {
    const reason = uncovered(loaded, source, asked, days);
    if (reason !== null) return reason;
  }
  const isCut = row === "segment" && outside.every((of) => sharedBy(of, segmentation) !== null);
  return outside.length > 0 && row !== "total" && !isCut ? "not_by_segment" : null;
}

/**
 * What Shopify keeps first. Who is in which segment, and what came before, is judged by orders ever: where something of Shopify's
 * is told of all that ever happened, all orders are needed.
 */
function sourcesOf(id: KpiId, ever: boolean): readonly { source: SourceId; days: RecordedDays }[] {
  const mirrored = kpis[id].needs.sources.filter(isFromShopify);
  const all = ever && mirrored.length > 0 ? [...mirrored, ...SOURCES] : mirrored;
  return [...[...new Set(all)].map((source) => ({ source, days: "each" as const })), ...kpis[id].recorded];
}

/**
 * Why a source does not tell what is asked of it; null where it does.
 * @param days which days of what Shopify does not keep must be known
 */
export function uncovered(
  { meta, recorded }: Loaded,
  source: SourceId,
  asked: Asked,
  days: RecordedDays = "each",
): Reason | null {
  const { period, from, end, ever, whose } = asked;
  if (!isFromShopify(source)) {
    const known = recorded.get(source);
    if (known === undefined) return "not_recorded";
    const first = firstDayOf(period, days);
    return known.some((each) => each.from <= first && period.to <= each.to) ? null : "not_recorded_then";
  }
  if (isWholeIn(meta, source, end)) return isBeforeOpening(meta, from) ? "history_not_kept" : null;
  const { state, from_day: first } = sourceCoverage(meta, source);
  if (state === "customers_hidden") {
    // New rows do not name their customers, so that only sums over all of them are whole.
    if (whose) return "customers_hidden";
    if (first === null) return null;
  }
  return ever || first === null || period.from < first ? missingIn(meta, source) : null;
}

/** Why what a source does not hold is not there. */
function missingIn(meta: ShopMeta, source: SourceId): Reason {
  const { state } = sourceCoverage(meta, source);
  if (state === "customers_hidden") return "customers_hidden";
  return state === "retention" ? "history_not_kept" : "history_incomplete";
}

/** Why what needs all orders and their customers is not there. */
export const missingHistory = (meta: ShopMeta): Reason => missingIn(meta, "orders");

/** Where what a KPI counts or sums happened, as far as Shopify keeps it. */
export function happenedIn(id: string): readonly SourceId[] {
  const { computation } = declarationOf(declarations, id);
  const { kind } = computation;
  const inputs =
    kind === "customers"
      ? computation.did.map(({ of }) => of)
      : kind === "level"
        ? [computation.flow]
        : inputsOf(computation);
  const own = kind === "sum" || kind === "count" ? [factOf(computation.fact).source] : [];
  return [...new Set([...own.filter(isFromShopify), ...inputs.flatMap(happenedIn)])];
}

/** Whether all that happened on the days is loaded of what Shopify keeps. */
export const areLoaded = (meta: ShopMeta, ids: readonly KpiId[], { from, to }: Period): boolean =>
  ids.flatMap(happenedIn).every((source) => {
    if (isWholeIn(meta, source, to) && !isBeforeOpening(meta, from)) return true;
    const { state, from_day: first } = sourceCoverage(meta, source);
    return first === null ? state === "customers_hidden" : from >= first;
  });

/** Whether any order is here, be it one that no figure counts. */
export async function hasOrders(view: ShopView): Promise<boolean> {
  const facts = factsOf(view);
  return cached(facts, ["has_orders"], async () => {
    return (await facts.query("SELECT order_id FROM orders LIMIT 1")).length > 0;
  });
}

/** Whether all orders are known from the first on. */
export const knowsFirstOrder = (meta: ShopMeta): boolean =>
  sourceCoverage(meta, "orders").state === "complete" ||
  (meta.customers_known_to !== null && meta.opening_day === null);

/** The day of the first order; null while there is none. */
export async function firstOrderDay(view: ShopView): Promise<string | null> {
  const facts = factsOf(view);
  return cached(facts, ["first_day"], async () => {
    const sql = "SELECT MIN(local_day) AS first_day FROM activity WHERE placed";
    return (await facts.query<{ first_day: string | null }>(sql))[0]?.first_day ?? null;
  });
}

/** Different customers with an order in the days, as far as they are loaded. */
export async function buyersIn(view: ShopView, { from, to }: Period): Promise<number> {
  const facts = factsOf(view);
  return cached(facts, ["buyers", from, to], async () => {
    const params = new Params();
    const sql = `SELECT COUNT(DISTINCT customer_id) AS buyers FROM activity
WHERE placed AND local_day >= ${params.day(from)} AND local_day < ${params.day(to)}`;
    return (await facts.query<{ buyers: number }>(sql, params.values))[0]?.buyers ?? 0;
  });
}
