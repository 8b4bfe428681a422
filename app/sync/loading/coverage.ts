// How far the copy reaches back in each source, and up to when it agrees: what a first sync that has ended, every sweep and a
// change of the merchant's choice say of it.
import type { Shop } from "../../../prisma/generated/client.ts";
import { sourceCoverage } from "../../warehouse/coverage.ts";
import { instantOf } from "../../warehouse/values.ts";
import type { Coverage, SetMeta, ShopMeta } from "../../warehouse/warehouse.server.ts";
import { grantedScopes, type SyncContext } from "../context.ts";
import { customers } from "../resources/customers.ts";
import { orders } from "../resources/orders.ts";
import { resources } from "../resources/resources.ts";
import { trimmed } from "../shop/copy-row.ts";
import { type Kept, keptDay } from "./left-out.ts";

type Known = Pick<SyncContext, "db" | "shop" | "now" | "copy">;

/** There are orders in Shopify that the choice leaves out: the copy is no longer all there is. */
export async function noteTrimmed(context: Known): Promise<void> {
  const { db, shop, copy } = context;
  if ((await trimmed(db, shop)).count === 0) return;
  const meta = await copy.meta();
  if (meta !== null && ofOrders(meta).state === "complete")
    await copy.setMeta(await settledCoverage(context));
}

export const ofOrders = (meta: ShopMeta): Coverage => sourceCoverage(meta, orders.name);

/** Sums can be made only of all orders, or of what has come since others were. */
export const isSummable = (meta: ShopMeta | null): boolean =>
  meta !== null && (ofOrders(meta).state === "complete" || meta.opening_day !== null);

export type Settled = Partial<Pick<SetMeta, "customers_known_to">> & Pick<SetMeta, "coverage">;

/** How far the ledger's sources reach in a copy whose first sync has ended; hidden customers leave out most. */
export async function settledCoverage(context: Known): Promise<Settled> {
  const { db, shop, copy } = context;
  const row = await db.shop.findUniqueOrThrow({ where: { domain: shop } });
  const meta = await copy.meta();
  const shown = shownCoverage(row, meta, keptDay(row, context.now()));
  if (grantedScopes(row.scopes).has("read_customers")) return { coverage: shown, customers_known_to: null };
  const hidden = { state: "customers_hidden" } as const;
  const wasHidden = meta !== null && ofOrders(meta).state === "customers_hidden";
  return {
    coverage: Object.fromEntries(Object.keys(shown).map((source) => [source, hidden])),
    ...(wasHidden ? {} : { customers_known_to: customersKnownTo(row, meta) }),
  };
}

/**
 * After a sweep of the resources that are `read`, as of its beginning. What is not the ledger's reaches as far as it is kept,
 * and is unknown where Shopify does not show it.
 */
export async function sweptCoverage(
  context: Known,
  row: Shop,
  read: ReadonlySet<string>,
  begun: Date,
): Promise<Settled> {
  const settled: Settled = row.firstSyncFinishedAt ? await settledCoverage(context) : { coverage: {} };
  const coverage = new Map(Object.entries(settled.coverage));
  for (const { name, merge } of resources) {
    const of = merge === "ledger" ? coverage.get(name) : keyedCoverage(row, merge.keptBy !== null, begun);
    if (read.has(name)) coverage.set(name, { ...of, fresh_at: begun.toISOString() });
    else if (merge !== "ledger") coverage.set(name, null);
  }
  return { ...settled, coverage: Object.fromEntries(coverage) };
}

/** A choice that the copy is not in line with yet may only take away. */
function keyedCoverage(row: Shop, isKeptByDay: boolean, now: Date): Omit<Coverage, "fresh_at"> {
  const choices = isKeptByDay ? [row.keepMonths, row.keptMonths] : [];
  const days = choices.flatMap((keepMonths) => keptDay({ ...row, keepMonths }, now)?.day ?? []);
  const last = days.sort().at(-1);
  return last === undefined ? { state: "complete", from_day: null } : { state: "retention", from_day: last };
}

/** An order placed before customers were hidden may have been read after; what the last sweep found had been read before. */
function customersKnownTo({ lostScopesAt }: Shop, meta: ShopMeta | null): string | null {
  if (meta === null || !isSummable(meta) || lostScopesAt === null) return null;
  const { fresh_at: freshAt } = ofOrders(meta);
  if (freshAt === null) return null;
  const fresh = instantOf(freshAt);
  return (fresh < lostScopesAt ? fresh : lostScopesAt).toISOString();
}

type Reached = Pick<Coverage, "state"> & Partial<Pick<Coverage, "from_day">>;

const COMPLETE = { state: "complete", from_day: null } as const satisfies Reached;

/** Customers are all read at once. Where sums do not stand for their orders, they go with the last of these. */
function shownCoverage(row: Shop, meta: ShopMeta | null, kept: Kept | null): Record<string, Reached> {
  const reached = (of: Reached, ofCustomers: Reached) => ({
    [orders.name]: of,
    [customers.name]: ofCustomers,
  });
  const before = meta && ofOrders(meta).from_day;
  if (row.historyLimited) {
    const cut = kept !== null && row.historyTrimmed && (before === null || before < kept.day);
    return reached(
      { state: "sixty_days", ...(cut ? { from_day: kept.day } : {}) },
      kept !== null && row.historyTrimmed ? { state: "retention", from_day: kept.day } : COMPLETE,
    );
  }
  // By what the tables hold, not by a choice that they have not been brought in line with.
  if (meta?.opening_day) return reached({ state: "retention", from_day: meta.opening_day }, COMPLETE);
  if (!row.historyTrimmed) return reached(COMPLETE, COMPLETE);
  const trimmedTo: Reached = { state: "retention", from_day: kept?.day ?? before };
  return reached(trimmedTo, trimmedTo);
}

/** Whether it says something that the copy does not. */
export const isNews = ({ coverage, customers_known_to: known }: Settled, meta: ShopMeta): boolean =>
  (known !== undefined && known !== meta.customers_known_to) ||
  Object.entries(coverage).some(([source, change]) => {
    const said = new Map<string, unknown>(Object.entries(sourceCoverage(meta, source)));
    return Object.entries(change ?? {}).some(([name, value]) => said.get(name) !== value);
  });
