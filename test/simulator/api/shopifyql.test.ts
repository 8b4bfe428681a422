import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ALL_SCOPES, startWorld, type World } from "./world.ts";

let world: World;
beforeAll(async () => {
  world = await startWorld({
    scopes: [...ALL_SCOPES, "read_reports"],
    shop: { taxesIncluded: false, timeZone: "Europe/Berlin" },
  });
  const { shop } = world;
  const mug = shop.placeOrder({
    at: "2026-03-31T21:30:00Z",
    lines: [{ title: "Mug", price: 1000, quantity: 3 }],
    discount: 600,
    taxRate: 0.2,
    shipping: 500,
    tip: 100,
  });
  // Half past midnight in Berlin: April.
  shop.placeOrder({ at: "2026-03-31T22:30:00Z", lines: [{ title: "Tea", price: 700, quantity: 1 }] });
  shop.placeOrder({
    at: "2026-04-02T10:00:00Z",
    lines: [{ title: "Tea", price: 700, quantity: 1 }],
    test: true,
  });
  shop.placeOrder({
    at: "2026-04-03T10:00:00Z",
    lines: [{ title: "Gift card", price: 5000, quantity: 1, giftCard: true }],
  });
  const [line] = mug.lines;
  shop.refund(mug.id, {
    at: "2026-05-05T10:00:00Z",
    lines: [{ lineItemId: line?.id ?? 0, quantity: 1 }],
  });
});
afterAll(() => world.stop());

const ask = (query: string) =>
  world.graphql(
    "query Q($query: String!) { shopifyqlQuery(query: $query) { parseErrors tableData { columns { name dataType } rows } } }",
    { query },
  );
const ALL =
  "orders, gross_sales, discounts, sales_reversals, net_sales, shipping_charges, taxes, total_sales";

describe("ShopifyQL's sales", () => {
  it("by month, in the shop's time zone, by hand", async () => {
    const { data } = await ask(
      `FROM sales SHOW ${ALL} GROUP BY month SINCE 2026-01-01 UNTIL today ORDER BY month`,
    );
    const answer = data?.["shopifyqlQuery"] as {
      parseErrors: string[];
      tableData: { columns: object[]; rows: object[] };
    };
    expect(answer.parseErrors).toEqual([]);
    expect(answer.tableData.columns.slice(0, 3)).toEqual([
      { name: "month", dataType: "MONTH_TIMESTAMP" },
      { name: "orders", dataType: "INTEGER" },
      { name: "gross_sales", dataType: "MONEY" },
    ]);
    expect(answer.tableData.rows).toEqual([
      // 3 × 10 less 6, 20 % tax on 24 and on 5 of shipping; the tip is no sale.
      {
        month: "2026-03-01",
        orders: "1",
        gross_sales: "30.0",
        discounts: "-6.0",
        sales_reversals: "0.0",
        net_sales: "24.0",
        shipping_charges: "5.0",
        taxes: "5.8",
        total_sales: "34.8",
      },
      // The tea of half past midnight; a gift card alone is no order.
      {
        month: "2026-04-01",
        orders: "1",
        gross_sales: "7.0",
        discounts: "0.0",
        sales_reversals: "0.0",
        net_sales: "7.0",
        shipping_charges: "0.0",
        taxes: "0.0",
        total_sales: "7.0",
      },
      {
        month: "2026-05-01",
        orders: "0",
        gross_sales: "0.0",
        discounts: "0.0",
        sales_reversals: "-8.0",
        net_sales: "-8.0",
        shipping_charges: "0.0",
        taxes: "-1.6",
        total_sales: "-9.6",
      },
    ]);
  });

  it("answers a wrong query with parse errors and no table", async () => {
    for (const query of [
      "FROM weather SHOW orders GROUP BY month",
      "FROM sales SHOW returns GROUP BY month",
      "SHOW orders GROUP BY month",
    ]) {
      const { data, errors } = await ask(query);
      expect(errors).toBeUndefined();
      expect(data?.["shopifyqlQuery"]).toMatchObject({ tableData: null, parseErrors: [expect.any(String)] });
    }
  });

  it("says what is not simulated instead of answering something else", async () => {
    const { errors } = await ask("FROM sales SHOW orders WHERE sales_channel = 'web' GROUP BY month");
    expect(JSON.stringify(errors)).toContain("not simulated: ShopifyQL's WHERE");
  });

  it("is refused without the scope, and to an app that is not approved for names and addresses", async () => {
    const query = "FROM sales SHOW orders GROUP BY month";
    world.shopify.setReports(world.shop.domain, { approved: false });
    expect((await ask(query)).errors).toMatchObject([{ extensions: { code: "ACCESS_DENIED" } }]);
    world.shopify.setReports(world.shop.domain, { approved: true });
    world.shopify.setScopes(world.shop.domain, ALL_SCOPES);
    const { errors } = await ask(query);
    expect(errors).toMatchObject([{ extensions: { code: "ACCESS_DENIED" } }]);
    expect(JSON.stringify(errors)).toContain("read_reports");
  });
});
