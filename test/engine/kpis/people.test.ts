// Facts are joined to customers one to one: whatever is asked, every customer and every stranger is in the statement once.
import { expect, it } from "vitest";
import { kpiIds, segmentationIds } from "../../../app/kpis/catalogue.ts";
import { compileCells } from "../../../app/kpis/compile/cells.ts";
import { segmentationOf } from "../../../app/kpis/segmentations.ts";
import { describeWarehouses } from "../../tools/setup/warehouses.ts";
import { changeBehind, recordBehind } from "../sync/behind.ts";
import { recordConsents } from "./recount-consents.ts";
import { openShop, SHOP } from "./shop.ts";

const NOW = { from: "2026-02-01", to: "2026-03-01" };
const THEN = { from: "2026-01-01", to: "2026-02-01" };

describeWarehouses("the people of a statement", (open) => {
  it.each([1, 2, 3])("are the customers and the strangers who moved (shop %i)", async (seed) => {
    const warehouse = await open({ intervalsInRow: 5 });
    await openShop(warehouse, { seed, customers: 40 * seed, orders: 150 * seed });
    const days = [{ from: "2025-11-15", to: "2026-06-01" }];
    await recordConsents(warehouse, SHOP, { seed, customers: 40 * seed, days });
    // Two records that have become a third customer's, each subscribed at the same time as the other.
    const gone = [900_001, 900_002];
    await changeBehind(
      warehouse,
      SHOP,
      gone.map((id) => `INSERT INTO heirs (customer_id, heir_id) VALUES (${id}, 1)`),
    );
    await recordBehind(
      warehouse,
      SHOP,
      "consents",
      "customer_id, channel, from_day, to_day, state, read_at",
      gone.map(
        (id) =>
          `(${id}, 'email', DATE '2026-01-10', DATE '2026-05-01', 'SUBSCRIBED', TIMESTAMP '2026-06-01 00:00:00')`,
      ),
    );
    const count = async (sql: string) =>
      (await warehouse.of(SHOP).query<{ n: number }>(`SELECT count(*) AS n FROM (${sql}) t`))[0]?.n ?? 0;
    const customers = await count("SELECT customer_id FROM customers");
    const guests = (from: string, to: string) =>
      count(
        `SELECT DISTINCT order_id FROM activity WHERE customer_id IS NULL AND local_day >= DATE '${from}' AND local_day < DATE '${to}'`,
      );
    const [inOne, inBoth] = [await guests(NOW.from, NOW.to), await guests(THEN.from, NOW.to)];
    expect(inBoth).toBeGreaterThan(inOne);
    const instants = [NOW.from, NOW.to, "2026-04-01"];
    for (const [nth, id] of segmentationIds.entries())
      for (const [instant, membersOn] of instants.entries())
        for (const kpis of [kpiIds, ["orders"], ["new_customer_records", "aov"]])
          for (const then of [null, { period: THEN, membersOn: THEN.from }]) {
            // All facts at once are asked for at one instant of the segmentation's, which is another in the next shop.
            if (kpis === kpiIds && instant !== (nth + seed) % instants.length) continue;
            const grouping = { kind: "segments", segmentation: segmentationOf(id) } as const;
            const { sql, params } = compileCells(kpis, grouping, { period: NOW, membersOn }, then);
            const rows = await warehouse.of(SHOP).query<{ customers: number }>(sql, params);
            const people = rows.reduce((sum, row) => sum + row.customers, 0);
            expect([id, membersOn, people]).toEqual([
              id,
              membersOn,
              customers + (then === null ? inOne : inBoth),
            ]);
          }
  });
});
