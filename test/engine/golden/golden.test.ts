// The golden shop through everything: simulated Shopify, bulk files, ledger, derived tables, KPI query. What comes out
// must be the figures that were worked out by hand in shop.ts.
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Answer } from "../../../app/kpis/answer.ts";
import type { KpiId } from "../../../app/kpis/catalogue.ts";
import { queryKpis } from "../../../app/kpis/query.server.ts";
import type { Warehouse } from "../../../app/warehouse/warehouse.server.ts";
import { describeWarehouses } from "../../tools/setup/warehouses.ts";
import { gapsIn, openWorld, syncWhole, type World } from "../sync/world.ts";
import { goldenExpectations, type GoldenPeriod } from "../../tools/golden/expectations.ts";
import { goldenShop } from "../../tools/golden/shop.ts";
import { viewOf } from "../../tools/setup/view.ts";

const SUMS = [
  "gross_sales",
  "discounts",
  "sales_reversals",
  "net_sales",
  "total_sales",
  "orders",
  "units_sold",
] as const satisfies readonly KpiId[];
const CUSTOMERS = [
  "active_customers",
  "new_customers",
  "returning_customers",
] as const satisfies readonly KpiId[];
const TODAY = "2026-05-02";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const values = (row: Answer["total"] | undefined, ids: readonly KpiId[]) =>
  Object.fromEntries(ids.map((id) => [id, row?.cells[id].value]));
const pick = <K extends string>(from: Record<K, unknown>, ids: readonly K[]) =>
  Object.fromEntries(ids.map((id) => [id, from[id]]));

describeWarehouses("the golden shop, against hand arithmetic", (open) => {
  it.each(["EUR", "JPY", "KWD"] as const)("in %s", async (currency) => {
    const warehouse = await open();
    const shop = goldenShop({ currency, handle: `golden-${currency.toLowerCase()}-${warehouse.engine}` });
    await world.install(shop);
    await syncWhole(world.context(shop, warehouse));

    expect(await gapsIn(warehouse, shop)).toEqual([]);
    const { decimals, periods } = goldenExpectations(currency);
    for (const [name, expected] of Object.entries(periods)) {
      const answer = await queryKpis(await viewOf(warehouse, shop.domain), {
        kpis: [...SUMS, ...CUSTOMERS],
        segmentation: "order_count",
        period: { from: expected.from, to: expected.to },
        comparison: "none",
        membersAt: "start",
        today: TODAY,
      });
      const guests = answer.segments.find((row) => row.kind === "guest");

      expect(answer.decimals).toBe(decimals);
      expect({ name, ...values(answer.total, SUMS) }).toEqual({ name, ...pick(expected.total, SUMS) });
      expect({ name, ...values(guests, SUMS) }).toEqual({ name, ...pick(expected.guests, SUMS) });
      expect({ name, ...values(answer.total, CUSTOMERS) }).toEqual({ name, ...pick(expected, CUSTOMERS) });
      expect({ name, ...(await ratioParts(warehouse, shop.domain, expected)) }).toEqual({
        name,
        ...pick(expected, [
          "repeat_customers",
          "members_at_start",
          "buyers",
          "members_at_end",
          "value_to_date",
        ]),
        placed_sales: expected.total.placed_sales,
      });
    }
  });
});

/** What ratios are made of: so small a shop has too few customers for the ratios themselves to be shown. */
async function ratioParts(warehouse: Warehouse, shop: string, { from, to }: GoldenPeriod) {
  const [parts] = await warehouse.of(shop).query(
    `SELECT
       (SELECT count(*) FROM (SELECT customer_id FROM activity WHERE placed AND customer_id IS NOT NULL
          AND local_day >= CAST($1 AS DATE) AND local_day < CAST($2 AS DATE)
          GROUP BY customer_id HAVING count(*) >= 2) t) AS repeat_customers,
       (SELECT count(*) FROM customer_history WHERE orders > 0 AND from_day < CAST($1 AS DATE) AND to_day >= CAST($1 AS DATE)) AS members_at_start,
       (SELECT count(DISTINCT a.customer_id) FROM activity a JOIN customer_history h ON h.customer_id = a.customer_id
          AND h.orders > 0 AND h.from_day < CAST($1 AS DATE) AND h.to_day >= CAST($1 AS DATE)
          WHERE a.placed AND a.local_day >= CAST($1 AS DATE) AND a.local_day < CAST($2 AS DATE)) AS buyers,
       (SELECT count(*) FROM customer_history WHERE orders > 0 AND from_day < CAST($2 AS DATE) AND to_day >= CAST($2 AS DATE)) AS members_at_end,
       (SELECT CAST(coalesce(sum(net), 0) AS BIGINT) FROM customer_history WHERE orders > 0 AND from_day < CAST($2 AS DATE) AND to_day >= CAST($2 AS DATE)) AS value_to_date,
       (SELECT CAST(coalesce(sum(placed_net), 0) AS BIGINT) FROM activity
          WHERE placed AND local_day >= CAST($1 AS DATE) AND local_day < CAST($2 AS DATE)) AS placed_sales`,
    [from, to],
  );
  return parts;
}
