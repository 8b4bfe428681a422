// What of a shop is loaded, and which figures can be told from it: the reason where one cannot.
import { schema, type SourceId } from "../warehouse/schema/schema.ts";
import { instantOf } from "../warehouse/values.ts";
import type { Reading, ShopMeta, ShopView } from "../warehouse/warehouse.server.ts";
import type { Reason, RowKind } from "./answer.ts";
import { kpiIds, kpis, type KpiId } from "./catalogue.ts";
import { sharedBy } from "./compile/outside.ts";
import type { Segmentation } from "./segmentations.ts";
import { Temporal } from "temporal-polyfill";
import type { Slice } from "./compile/contributions.ts";
import { cached } from "./cache.server.ts";
import { Params } from "./compile/params.ts";
import type { RecordedDays } from "./needs.ts";
import { addDays, type Period, periodBefore } from "./period.ts";

/** The sources of the figures of today. */
const SOURCES = ["orders", "customers"] as const;

const isFromShopify = (source: SourceId) => schema.sources[source]?.kind === "mirrored";

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

/** The first day of which a KPI is known, where Shopify does not keep it. */
export function observedFrom({ recorded }: Loaded, id: KpiId): string | null {
  const first = kpis[id].recorded.map(({ source, days }) => {
    const from = recorded.get(source)?.[0]?.from ?? null;
    return from !== null && days === "each_and_before" ? addDays(from, 1) : from;
  });
  return first.reduce(
    (latest, day) => (latest === null || (day !== null && day > latest) ? day : latest),
    null,
  );
}

/** From which day on a source must be known. */
function firstDayOf({ from, to }: Period, days: RecordedDays): string {
  if (days === "last") return addDays(to, -1);
  return days === "each_and_before" ? addDays(from, -1) : from;
}

/** Why what Shopify does not keep is not known of a period, or not in a row. */
function unrecorded(
  { recorded }: Loaded,
  id: KpiId,
  period: Period,
  row: RowKind,
  segmentation: Segmentation | null,
): Reason | null {
  const { outside, recorded: sources } = kpis[id];
  for (const { source, days } of sources) {
    const known = recorded.get(source);
    if (known === undefined) return "not_recorded";
    const asked = { from: firstDayOf(period, days), to: period.to };
    if (!known.some(({ from, to }) => from <= asked.from && asked.to <= to)) return "not_recorded_then";
  }
  const isCut = row === "segment" && outside.every((of) => sharedBy(of, segmentation) !== null);
  return outside.length > 0 && row !== "total" && !isCut ? "not_by_segment" : null;
}

/** All orders that every customer placed before the day are known, be it by what stands for older ones. */
export function isWhole(meta: ShopMeta, before: string): boolean {
  const { history, opening_day: opening } = meta;
  if (history === "customers_hidden") return before <= (namelessFrom(meta) ?? "");
  return history === "complete" || (history === "retention" && opening !== null);
}

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

/** Why a figure of a period cannot be told from what is loaded. Segments are judged by orders ever, so they need all of them. */
export function blockedBy(
  loaded: Loaded,
  id: KpiId,
  slice: Slice,
  row: RowKind,
  segmentation: Segmentation | null = null,
): Reason | null {
  return unloaded(loaded.meta, id, slice, row) ?? unrecorded(loaded, id, slice.period, row, segmentation);
}

/** Rows that orders are in whoever placed them. */
const isOfAllOrders = (row: RowKind) => row === "total" || row === "orders";

function unloaded(meta: ShopMeta, id: KpiId, slice: Slice, row: RowKind): Reason | null {
  const { period } = slice;
  const { needs } = kpis[id];
  if (!needs.sources.some((source) => isFromShopify(source))) return null;
  const { from } = kpis[id].looksBack ? periodBefore(period) : period;
  if (isWhole(meta, endOf(slice))) return isBeforeOpening(meta, from) ? "history_not_kept" : null;
  if (meta.history === "customers_hidden") {
    // New orders do not name their customers, so that only sums over all orders are whole.
    const { scopes } = needs;
    if (!isOfAllOrders(row) || scopes.includes("read_customers")) return "customers_hidden";
    if (meta.loaded_from === null) return null;
  }
  if (meta.history === "empty" || needs.history === "complete") return missingHistory(meta);
  if (!isOfAllOrders(row) && row !== "guest") return missingHistory(meta);
  return meta.loaded_from === null || period.from < meta.loaded_from ? missingHistory(meta) : null;
}

/** Why what needs all orders and their customers is not there. */
export const missingHistory = ({ history }: ShopMeta): Reason =>
  history === "retention"
    ? "history_not_kept"
    : history === "customers_hidden"
      ? "customers_hidden"
      : "history_incomplete";

/** Whether any order is here, be it one that no figure counts. */
export async function hasOrders(view: ShopView): Promise<boolean> {
  const facts = factsOf(view);
  return cached(facts, ["has_orders"], async () => {
    return (await facts.query("SELECT order_id FROM orders LIMIT 1")).length > 0;
  });
}

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
