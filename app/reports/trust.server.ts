// The Data page: what the copy holds, how far it agrees with Shopify order by order, and what Shopify left out.
import type { SyncState, WebhookUpkeep } from "../sync/sync.server.ts";
import type { Row, Warehouse } from "../warehouse/warehouse.server.ts";
import { formatValue } from "../kpis/format.ts";
import { keep } from "../kpis/kept.server.ts";
import { formatDay } from "../kpis/period.ts";
import { failureOf } from "./behind.ts";
import { notificationsView, type NotificationsView } from "./notifications.server.ts";
import type { ReportedShop } from "./shop.server.ts";
import { phaseText, utc } from "./sync-status.server.ts";
import { countText, momentText, quantity, shareText } from "./wording.server.ts";

const LISTED = 50;

/** SaleLineType without UNKNOWN, as of Admin API 2026-10. */
const KNOWN_LINES =
  "'PRODUCT', 'SHIPPING', 'TIP', 'GIFT_CARD', 'DUTY', 'FEE', 'ADJUSTMENT', 'ADDITIONAL_FEE'";

const JOBS: Readonly<Record<string, string>> = {
  first_sync: "First sync",
  sweep: "Sweep for missed changes",
  follow_webhooks: "Reading what changed",
  retention: "Removing orders older than are kept",
  privacy: "Working off a privacy request",
  check: "Check of the whole copy",
};

const TABLES: Readonly<Record<string, string>> = {
  orders: "Orders",
  order_lines: "Order lines",
  sales: "Sales movements (the ledger)",
  customers: "Customers",
  activity: "Order days (derived)",
  customer_history: "Customer states (derived)",
};

export interface Fact {
  label: string;
  value: string;
  help: string | null;
}

export interface ProofView {
  agrees: boolean;
  sentence: string;
  orders: readonly {
    id: number;
    name: string;
    day: string;
    placedGap: string;
    ours: string;
    shopify: string;
    gap: string;
  }[];
  more: string | null;
}

export interface TrustView {
  copy: readonly Fact[];
  tables: readonly Fact[];
  proof: ProofView;
  coverage: readonly Fact[];
}

export interface UpkeepView {
  facts: readonly Fact[];
  failedJobs: readonly { id: string; job: string; error: string; at: string; next: string }[];
  notifications: NotificationsView;
}

interface Totals extends Row {
  orders: number;
  gaps: number;
  gap_sum: number;
  derived: number;
  guests: number;
  test_orders: number;
  without_country: number;
}

/** Whole tables are counted for it: done again only when the data have changed. */
const scans = ({ warehouse, shop, meta }: ReportedShop) =>
  keep(warehouse, JSON.stringify(["trust", shop, meta.data_version]), () => scanned(warehouse, shop));

async function scanned(warehouse: Warehouse, shop: string) {
  const [counts, [totals], gaps, [unknown], [histories]] = await Promise.all([
    warehouse.counts(shop),
    warehouse.query<Totals>(
      shop,
      `SELECT count(*) AS orders,
              coalesce(sum(CASE WHEN placed_gap <> 0 OR total_gap <> 0 THEN 1 ELSE 0 END), 0) AS gaps,
              coalesce(sum(abs(total_gap)), 0) AS gap_sum,
              coalesce(sum(CASE WHEN derived THEN 1 ELSE 0 END), 0) AS derived,
              coalesce(sum(CASE WHEN customer_id IS NULL AND NOT test THEN 1 ELSE 0 END), 0) AS guests,
              coalesce(sum(CASE WHEN test THEN 1 ELSE 0 END), 0) AS test_orders,
              coalesce(sum(CASE WHEN country IS NULL THEN 1 ELSE 0 END), 0) AS without_country
       FROM orders`,
    ),
    warehouse.query<{
      order_id: number;
      name: string;
      local_day: string;
      placed_gap: number;
      current_total: number;
      total_gap: number;
    }>(
      shop,
      `SELECT order_id, name, local_day, placed_gap, current_total, total_gap
       FROM orders
       WHERE placed_gap <> 0 OR total_gap <> 0
       ORDER BY greatest(abs(placed_gap), abs(total_gap)) DESC, order_id
       LIMIT ${LISTED}`,
    ),
    warehouse.query<{ movements: number; total: number; foreign_orders: number }>(
      shop,
      `SELECT count(*) AS movements, coalesce(sum(total), 0) AS total,
         (SELECT count(*) FROM removed WHERE kind = 'other_currency') AS foreign_orders
       FROM sales WHERE line_type NOT IN (${KNOWN_LINES})`,
    ),
    warehouse.query<{ customers: number; known: number }>(
      shop,
      `SELECT count(*) AS customers, coalesce(sum(CASE WHEN history_complete THEN 1 ELSE 0 END), 0) AS known
       FROM customers`,
    ),
  ]);
  if (!totals || !unknown || !histories) throw new Error(`${shop}: an aggregate gave no row`);
  return { counts, totals, gaps, unknown, histories };
}

export async function trustView(shop: ReportedShop): Promise<TrustView> {
  const { meta, place, now } = shop;
  const { counts, totals, gaps, unknown, histories } = await scans(shop);
  const count = (value: number) => countText(value, place.locale);
  const share = (part: number, whole: number) => `${count(part)} (${shareText(part, whole, place.locale)})`;
  const fact = (label: string, value: string, help: string | null = null): Fact => ({ label, value, help });
  return {
    copy: [
      fact(
        "Complete to",
        meta.fresh_at ? momentText(utc(meta.fresh_at), now, place, { seconds: true }) : "–",
        `Every change in Shopify up to then is in the figures. Times are in the shop's time zone, ${place.timeZone}.`,
      ),
      fact("History", historyText(shop), null),
    ],
    tables: Object.entries(counts)
      .filter(([table]) => table in TABLES)
      .map(([table, rows]) => fact(TABLES[table] ?? table, count(rows))),
    proof: {
      agrees: totals.gaps === 0,
      sentence: proofSentence(totals, shop),
      orders: gaps.map((order) => ({
        id: order.order_id,
        name: order.name,
        day: formatDay(order.local_day, place.locale),
        placedGap: formatValue(order.placed_gap, "money", place),
        ours: formatValue(order.current_total + order.total_gap, "money", place),
        shopify: formatValue(order.current_total, "money", place),
        gap: formatValue(order.total_gap, "money", place),
      })),
      more: totals.gaps > LISTED ? `The ${LISTED} largest of ${count(totals.gaps)} are listed.` : null,
    },
    coverage: [
      fact(
        "Orders without a customer",
        share(totals.guests, totals.orders),
        "They form a row of their own and are in no figure per customer.",
      ),
      ...(unknown.foreign_orders === 0
        ? []
        : [
            fact(
              "Orders in another currency, left out",
              count(unknown.foreign_orders),
              `Shopify tells their amounts in a currency that the shop no longer has; added to ${place.currency} they would be wrong.`,
            ),
          ]),
      fact("Orders without a country", share(totals.without_country, totals.orders), null),
      fact(
        "Orders built from lines and refunds",
        share(totals.derived, totals.orders),
        "Shopify gave no dated movements for them, so their refunds are booked as exactly as lines allow.",
      ),
      fact("Test orders left out", count(totals.test_orders), null),
      fact(
        "Movements of an unknown kind",
        unknown.movements === 0
          ? "0"
          : `${count(unknown.movements)} (${formatValue(unknown.total, "money", place)})`,
        "They count in total sales only.",
      ),
      fact(
        "Customers whose whole history is here",
        share(histories.known, histories.customers),
        "As many orders here as Shopify counts for the customer's lifetime.",
      ),
    ],
  };
}

function historyText({ meta, place }: ReportedShop): string {
  const since = meta.loaded_from ? formatDay(meta.loaded_from, place.locale) : null;
  switch (meta.history) {
    case "complete":
      return "All orders ever";
    case "customers_hidden":
      return since
        ? `Orders since ${since}, new ones without customers`
        : "All orders ever, new ones without customers";
    case "sixty_days":
      return since ? `Orders since ${since}` : "Orders of the last 60 days";
    case "retention":
      return `Orders since ${since ?? "the first day that is kept"}, by your retention setting`;
    default:
      return since ? `Loading; whole days since ${since}` : "Loading";
  }
}

function proofSentence(totals: Totals, { place }: ReportedShop): string {
  const orders = quantity(totals.orders, "order", "orders", place.locale);
  if (totals.orders === 0) return "There are no orders to check yet.";
  if (totals.gaps === 0)
    return `Agrees with Shopify: for all ${orders}, the movements here add up to Shopify's totals, as placed and as they stand now.`;
  const gaps = quantity(totals.gaps, "order differs", "orders differ", place.locale);
  return `${gaps} from Shopify's totals, by ${formatValue(totals.gap_sum, "money", place)} in all as they stand now. The other ${countText(totals.orders - totals.gaps, place.locale)} agree.`;
}

/** How the copy is kept true: sweeps, webhooks, jobs. Known before any data has arrived. */
export function upkeepView(
  state: SyncState,
  webhooks: WebhookUpkeep,
  { locale, timeZone, now }: { locale: string; timeZone: string; now: Date },
): UpkeepView {
  const moment = (at: string | null) =>
    at === null ? "Not yet" : momentText(utc(at), now, { locale, timeZone });
  const notifications = notificationsView(webhooks, { locale, timeZone, now });
  return {
    facts: [
      { label: "First sync", value: firstSync(state, moment), help: null },
      {
        label: "Last sweep",
        value:
          state.lastSweepAt === null
            ? "Not yet"
            : `${moment(state.lastSweepAt)}, found ${quantity(state.lastSweepFound ?? 0, "change", "changes", locale)}`,
        help: "Every 15 minutes the app asks Shopify for all orders and customers that changed, in case a notification was lost.",
      },
      { label: "Last notification from Shopify", value: moment(state.lastWebhookAt), help: null },
      {
        label: "Notifications waiting",
        value:
          state.webhooksWaitingSince === null
            ? countText(state.webhooksWaiting, locale)
            : `${countText(state.webhooksWaiting, locale)}, the oldest since ${moment(state.webhooksWaitingSince)}`,
        help: "Changed orders and customers that are read again within seconds.",
      },
      ...notifications.facts,
    ],
    notifications,
    // What passes by itself is said where it is said how far the data reach.
    failedJobs: state.failedJobs
      .filter(({ error, gaveUp }) => gaveUp || failureOf(error) === "other")
      .map(({ id, job, error, at, gaveUp }) => ({
        id,
        job: JOBS[job] ?? job,
        error,
        at: moment(at),
        next: gaveUp
          ? "The app stopped trying. Retry starts it again."
          : "The app tries again by itself. Retry does it now.",
      })),
  };
}

function firstSync(state: SyncState, moment: (at: string | null) => string): string {
  if (state.phase === "failed") return `Stopped: ${state.error ?? "Shopify didn't answer"}`;
  return state.finishedAt ? `Finished ${moment(state.finishedAt)}` : phaseText(state.phase);
}
