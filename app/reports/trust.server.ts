// What the orders here say when all of them are counted: how many differ from Shopify, which, and how much there is of what.
import { sourceCoverage } from "../warehouse/coverage.ts";
import { keptTables, namesInOrder } from "../warehouse/schema/schema.ts";
import type { Reading, Row } from "../warehouse/warehouse.server.ts";
import { formatValue } from "../kpis/format.ts";
import { cached } from "../kpis/cache.server.ts";
import { formatDay } from "../kpis/period.ts";
import type { Held } from "./agreement.server.ts";
import { excludedWords } from "./exclusion.server.ts";
import { historyText, uncounted } from "./uncounted.server.ts";
import type { ReportedShop } from "./shop.server.ts";
import type { Unread } from "../sync/sync.server.ts";
import { instantOf } from "../warehouse/values.ts";
import type { Detail } from "./views.ts";
import { tableWords } from "./table-words.ts";
import { say } from "../words/words.server.ts";
import { countText, momentText, type Place } from "./wording.server.ts";

const LISTED = 50;

/** SaleLineType without UNKNOWN, as of Admin API 2026-10. */
const KNOWN_LINES =
  "'PRODUCT', 'SHIPPING', 'TIP', 'GIFT_CARD', 'DUTY', 'FEE', 'ADJUSTMENT', 'ADDITIONAL_FEE'";

export interface DifferingOrders {
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
  held: Held;
  /** That figures leave orders out by the merchant's choice, and what is held against Shopify does not. */
  leftOut: string | null;
  differing: DifferingOrders | null;
  /** Only what there is of it. */
  uncounted: readonly Detail[];
  technical: readonly Detail[];
}

export interface Totals extends Row {
  orders: number;
  gaps: number;
  gap_sum: number;
  derived: number;
  guests: number;
  test_orders: number;
  excluded: number;
  without_country: number;
}

type Scanned = Awaited<ReturnType<typeof scanned>>;

/** Whole tables are counted for it: done again only when the data have changed. */
async function scans({ view }: ReportedShop) {
  const facts = view.of("all");
  return cached(facts, ["trust"], () => scanned(facts));
}

async function scanned(facts: Reading) {
  const [counts, [totals], gaps, [unknown], [histories], apart] = await Promise.all([
    facts.view.copy.counts(),
    facts.query<Totals>(
      `SELECT count(*) AS orders,
              coalesce(sum(CASE WHEN placed_gap <> 0 OR total_gap <> 0 THEN 1 ELSE 0 END), 0) AS gaps,
              coalesce(sum(abs(total_gap)), 0) AS gap_sum,
              coalesce(sum(CASE WHEN derived THEN 1 ELSE 0 END), 0) AS derived,
              coalesce(sum(CASE WHEN customer_id IS NULL AND NOT test THEN 1 ELSE 0 END), 0) AS guests,
              coalesce(sum(CASE WHEN test THEN 1 ELSE 0 END), 0) AS test_orders,
              coalesce(sum(CASE WHEN excluded AND NOT test THEN 1 ELSE 0 END), 0) AS excluded,
              coalesce(sum(CASE WHEN country IS NULL THEN 1 ELSE 0 END), 0) AS without_country
       FROM orders`,
    ),
    facts.query<{
      order_id: number;
      name: string;
      local_day: string;
      placed_gap: number;
      current_total: number;
      total_gap: number;
    }>(
      `SELECT order_id, name, local_day, placed_gap, current_total, total_gap
       FROM orders
       WHERE placed_gap <> 0 OR total_gap <> 0
       ORDER BY greatest(abs(placed_gap), abs(total_gap)) DESC, order_id
       LIMIT ${LISTED}`,
    ),
    facts.query<{ movements: number; total: number; foreign_orders: number }>(
      `SELECT count(*) AS movements, coalesce(sum(total), 0) AS total,
         (SELECT count(*) FROM removed WHERE kind = 'other_currency') AS foreign_orders
       FROM sales WHERE line_type NOT IN (${KNOWN_LINES})`,
    ),
    facts.query<{ customers: number; known: number }>(
      `SELECT count(*) AS customers, coalesce(sum(CASE WHEN history_complete THEN 1 ELSE 0 END), 0) AS known
       FROM customers`,
    ),
    facts.query<{ line_type: string; orders: number }>(
      `SELECT line_type, count(DISTINCT order_id) AS orders FROM sales
       WHERE line_type IN ('GIFT_CARD', 'TIP') GROUP BY line_type`,
    ),
  ]);
  if (!totals || !unknown || !histories) throw new Error(`${facts.view.copy.shop}: an aggregate gave no row`);
  const ordersWith = (type: string) => apart.find(({ line_type }) => line_type === type)?.orders ?? 0;
  return {
    counts,
    totals,
    gaps,
    unknown,
    histories,
    giftCards: ordersWith("GIFT_CARD"),
    tips: ordersWith("TIP"),
  };
}

/** @param unread what the copy goes without */
export async function trustView(shop: ReportedShop, unread: readonly Unread[]): Promise<TrustView> {
  const { meta, place, now } = shop;
  const all = await scans(shop);
  const { counts, totals, gaps, histories } = all;
  const { schema } = shop.view.copy;
  const what = excludedWords(place, meta);
  // What Shopify does not keep, and nobody brought, is not spoken of.
  const brought = new Set(keptTables(schema));
  const { fresh_at: fresh } = sourceCoverage(meta, "orders");
  const told = namesInOrder(schema).filter((table) => !brought.has(table) || (counts[table] ?? 0) > 0);
  return {
    held: { orders: totals.orders, customers: histories.customers, gaps: totals.gaps },
    leftOut: what === null ? null : say(place, "months.excluding", { n: totals.excluded, what }),
    differing: totals.gaps === 0 ? null : differingOrders(totals, gaps, shop),
    uncounted: uncounted(all, shop),
    technical: [
      {
        label: say(place, "trust.completeTo"),
        value: fresh === null ? "–" : momentText(instantOf(fresh), now, place, { seconds: true }),
        help: say(place, "trust.completeToHelp", { timeZone: place.timeZone }),
      },
      { label: say(place, "trust.ordersHere"), value: historyText(shop), help: null },
      ...told.flatMap((table) => {
        const words = tableWords.get(table) ?? null;
        if (words === null) return [];
        const label = say(place, words.label);
        const without = unread.find((each) => each.tables.includes(table));
        if (without !== undefined)
          return [{ label, value: say(place, "trust.notRead"), help: unreadText(without, place) }];
        const help = words.help === undefined ? null : say(place, words.help);
        return [{ label, value: countText(counts[table] ?? 0, place.locale), help }];
      }),
    ],
  };
}

const unreadText = ({ scope }: Unread, place: Place): string =>
  scope === null ? say(place, "trust.unread") : say(place, "trust.unreadScope", { scope });

function differingOrders(
  { orders, gaps, gap_sum }: Totals,
  largest: Scanned["gaps"],
  { place }: ReportedShop,
) {
  const { locale } = place;
  const others = orders - gaps;
  const differ = { gaps, sum: formatValue(gap_sum, "money", place) };
  return {
    sentence:
      others === 0
        ? say(place, "trust.allDiffer", differ)
        : say(place, "trust.someDiffer", { ...differ, others }),
    orders: largest.map((order) => ({
      id: order.order_id,
      name: order.name,
      day: formatDay(order.local_day, locale),
      placedGap: formatValue(order.placed_gap, "money", place),
      ours: formatValue(order.current_total + order.total_gap, "money", place),
      shopify: formatValue(order.current_total, "money", place),
      gap: formatValue(order.total_gap, "money", place),
    })),
    more:
      gaps > LISTED
        ? say(place, "trust.largestListed", { listed: `${LISTED}`, all: countText(gaps, locale) })
        : null,
  };
}
