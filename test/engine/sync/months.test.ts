import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { db } from "../../../app/db.server.ts";
import { queryKpis } from "../../../app/kpis/query.server.ts";
import { checksStateOf } from "../../../app/reconcile/checks-state.ts";
import { PAGED_UP_TO, grantedScopes, type ShopContext } from "../../../app/sync/context.ts";
import { type Cause, type CauseId, explain, nothing } from "../../../app/reconcile/explain.ts";
import { compareMonths, monthsCutAt } from "../../../app/reconcile/months.ts";
import { askedScopes, optionalScopes } from "../../../app/sync/resources/resources.ts";
import type { Warehouse } from "../../../app/warehouse/warehouse.server.ts";
import { describeWarehouses } from "../../tools/setup/warehouses.ts";
import { Shop } from "../../shopify/shop.ts";
import { changeBehind } from "./behind.ts";
import { booksIn, booksOf, openWorld, syncWhole, type World } from "./world.ts";
import { viewOf } from "../../tools/setup/view.ts";

const WITH_REPORTS = [...askedScopes, ...optionalScopes];
let world: World;
let number = 0;
beforeAll(async () => {
  world = await openWorld(WITH_REPORTS);
});
afterAll(() => world.close());

/** March: 30.00 less 6.00, taxed and shipped. April: 7.00 on its first night. May: 8.00 of March back. */
function smallShop(): Shop {
  const shop = new Shop({
    handle: `months-${++number}`,
    timeZone: "Europe/Berlin",
    createdAt: "2026-01-01T00:00:00Z",
  });
  const mug = shop.placeOrder({
    at: "2026-03-10T10:00:00Z",
    lines: [{ title: "Mug", price: 1000, quantity: 3 }],
    discount: 600,
    taxRate: 0.2,
    shipping: 500,
  });
  shop.placeOrder({ at: "2026-03-31T22:30:00Z", lines: [{ title: "Tea", price: 700, quantity: 1 }] });
  const [line] = mug.lines;
  const lines = [{ lineItemId: line?.id ?? 0, quantity: 1 }];
  shop.refund(mug.id, { at: "2026-05-05T10:00:00Z", lines });
  return shop;
}

describeWarehouses(
  "month by month against Shopify's sales report",
  (open) => {
    let warehouse: Warehouse;
    beforeAll(async () => {
      warehouse = await open();
    });
    let shop: Shop;
    let context: ShopContext;
    beforeEach(async () => {
      shop = smallShop();
      await world.install(shop);
      context = world.context(shop, warehouse, { pagedUpTo: PAGED_UP_TO });
    });
    const compared = async () => {
      await compareMonths(context, grantedScopes(WITH_REPORTS.join(",")));
      return checksStateOf(db, shop.domain);
    };
    const verdicts = ({ months }: Awaited<ReturnType<typeof compared>>) =>
      Object.fromEntries(months.slice(0, 3).map(({ month, verdict }) => [month, verdict]));
    const agree = { "2026-03": "agrees", "2026-04": "agrees", "2026-05": "agrees" };

    it("agrees to the coin, by hand, and says what the KPIs say", async () => {
      await syncWhole(context);
      const state = await compared();
      expect(verdicts(state)).toEqual(agree);
      expect(state.asked).toMatchObject({ source: "sales_report", reason: null });
      expect(state.months.slice(0, 3).map(({ ours }) => ours)).toEqual([
        { orders: 1, gross: 3000, discounts: 600, reversals: 0, net: 2400, taxes: 580, total: 3480 },
        { orders: 1, gross: 700, discounts: 0, reversals: 0, net: 700, taxes: 0, total: 700 },
        { orders: 0, gross: 0, discounts: 0, reversals: 800, net: -800, taxes: -160, total: -960 },
      ]);
      const kpis = [
        "orders",
        "gross_sales",
        "discounts",
        "sales_reversals",
        "net_sales",
        "total_sales",
      ] as const;
      for (const { month, ours } of state.months.slice(0, 3)) {
        const answer = await queryKpis(await viewOf(warehouse, shop.domain), {
          kpis,
          segmentation: "rfm",
          period: { from: `${month}-01`, to: `${month.slice(0, 6)}${Number(month.slice(6)) + 1}-01` },
          comparison: "none",
          membersAt: "start",
          today: "2026-11-20",
        });
        const { orders, gross, discounts, reversals, net, total } = ours;
        expect(kpis.map((kpi) => answer.total.cells[kpi].value)).toEqual([
          orders,
          gross,
          discounts,
          reversals,
          net,
          total,
        ]);
      }
    });

    it("compares no month any more that is not wholly here, once older orders have left", async () => {
      await syncWhole(context);
      await compared();
      await monthsCutAt(db, shop.domain, "2026-04-10");
      const { months } = await checksStateOf(db, shop.domain);
      expect(months.slice(0, 3).map(({ month, verdict, ours }) => [month, verdict, ours.orders])).toEqual([
        ["2026-03", "not_comparable", 0],
        ["2026-04", "not_comparable", 1],
        ["2026-05", "agrees", 0],
      ]);
      expect(months[0]?.ours).toMatchObject({ gross: 0, total: 0 });
      expect(months[0]?.shopify).toMatchObject({ orders: 1, gross: 3000 });
    });

    it("asks for the months since orders are made, whenever they say that they were placed", async () => {
      const far = fc.sample(
        fc.date({ min: new Date("0001-01-03"), max: new Date("9999-12-28"), noInvalidDate: true }),
        { numRuns: 5, seed: 4 },
      );
      for (const placed of [...far, new Date("0001-06-01"), new Date("1969-12-31T23:59:59Z")])
        shop.placeOrder({
          at: "2026-04-10T10:00:00Z",
          processedAt: placed,
          lines: [{ title: "Old", price: 100, quantity: 1 }],
        });
      await syncWhole(context);
      expect(await booksIn(warehouse, shop)).toEqual(booksOf(shop));
      const { months } = await compared();
      expect(months[0]?.month).toBe("2026-03");
      expect(months.length).toBeLessThan(20);
    });

    it("asks for no month before there was a Shopify, whatever an order says", async () => {
      const [first] = shop.orders.values();
      Object.assign(first ?? {}, { createdAt: "0004-02-29T00:00:00Z" });
      world.shopify.setReports(shop.domain, { approved: false });
      await syncWhole(context);
      const { months } = await compared();
      expect(months[0]?.month).toBe("2006-01");
    });

    it("agrees on orders of gift cards only, which a report leaves out and a count does not", async () => {
      const card = { title: "Gift card", price: 5000, quantity: 1, giftCard: true };
      const cup = { title: "Cup", price: 900, quantity: 1 };
      shop.placeOrder({ at: "2026-04-10T10:00:00Z", lines: [card], tip: 200, shipping: 300 });
      shop.placeOrder({ at: "2026-04-11T10:00:00Z", lines: [card, cup] });
      const joined = shop.placeOrder({ at: "2026-04-12T10:00:00Z", lines: [card] });
      shop.editOrder(joined.id, { at: "2026-04-12T10:01:30Z", add: [cup] });
      const later = shop.placeOrder({ at: "2026-04-13T10:00:00Z", lines: [card] });
      shop.editOrder(later.id, { at: "2026-04-13T10:01:31Z", add: [cup] });
      await syncWhole(context);
      const state = await compared();
      expect(verdicts(state)).toEqual(agree);
      const april = state.months.find(({ month }) => month === "2026-04");
      expect(april?.ours).toMatchObject({ orders: 3, gross: 700 + 3 * 900 });

      await compareMonths(context, grantedScopes(askedScopes.join(",")));
      const counted = await checksStateOf(db, shop.domain);
      expect(verdicts(counted)).toEqual(agree);
      expect(counted.months.find(({ month }) => month === "2026-04")?.ours).toEqual({ orders: 5 });
    });

    it("names test orders that Shopify counts, with their amount and the orders", async () => {
      const tested = shop.placeOrder({
        at: "2026-04-10T10:00:00Z",
        lines: [{ title: "Bogus", price: 1234, quantity: 1 }],
        test: true,
      });
      await syncWhole(context);
      expect(verdicts(await compared())).toEqual(agree);
      world.shopify.setReports(shop.domain, { testOrders: true });
      const state = await compared();
      expect(verdicts(state)).toEqual({ ...agree, "2026-04": "explained" });
      const april = state.months.find(({ month }) => month === "2026-04");
      expect(april?.parts).toEqual([
        {
          id: "test_orders",
          counted: true,
          amounts: { ...nothing(), orders: 1, gross: 1234, net: 1234, total: 1234 },
          orders: [{ id: tested.id, name: tested.name }],
        },
      ]);
    });

    it("names days of another time zone, in both months at the border", async () => {
      await syncWhole(context);
      // Shopify's reports follow a change of the shop's clock before the app has heard of it.
      await compared();
      const { request } = context.admin;
      context = {
        ...context,
        admin: {
          shop: shop.domain,
          request: (document, variables, answer) => {
            Object.assign(shop, { timeZone: document.includes("shopifyqlQuery") ? "UTC" : "Europe/Berlin" });
            return request(document, variables, answer);
          },
        },
      };
      const state = await compared();
      expect(verdicts(state)).toEqual({ ...agree, "2026-03": "explained", "2026-04": "explained" });
      expect(state.months[0]?.parts).toMatchObject([
        { id: "time_zone", counted: true, amounts: { orders: 1, gross: 700, net: 700, total: 700 } },
      ]);
      expect(state.months[1]?.parts).toMatchObject([
        { id: "time_zone", amounts: { orders: -1, gross: -700 } },
      ]);
    });

    it("says of what nothing explains that it is not explained, and what may play a part", async () => {
      shop.placeOrder({
        at: "2026-04-10T10:00:00Z",
        lines: [{ title: "Gift card", price: 5000, quantity: 1, giftCard: true }],
      });
      await syncWhole(context);
      await changeBehind(warehouse, shop.domain, ["UPDATE sales SET total = total + 1 WHERE total = 700"]);
      const state = await compared();
      expect(verdicts(state)).toEqual({ ...agree, "2026-04": "differs" });
      const april = state.months.find(({ month }) => month === "2026-04");
      expect(april?.parts).toMatchObject([
        { id: "gift_card_orders", counted: false, amounts: { orders: 1, gross: 0 } },
        { id: "gift_cards", counted: false, amounts: { gross: 5000 } },
        { id: "time_zone", counted: false, amounts: { gross: -701 } },
      ]);
    });

    it("counts orders where the report gives what is no amount", async () => {
      await syncWhole(context);
      const { request } = context.admin;
      context = {
        ...context,
        admin: {
          shop: shop.domain,
          request: async (document, variables, answer) => {
            const given = await request(document, variables, z.json());
            const text = JSON.stringify(given).replace(/"gross_sales":"[^"]*"/, '"gross_sales":"7..5"');
            return answer.parse(JSON.parse(text));
          },
        },
      };
      const { asked, months } = await compared();
      expect(asked).toMatchObject({ source: "order_counts", reason: "refused" });
      expect(months[0]).toMatchObject({ shopify: { orders: 1 }, verdict: "agrees" });
    });

    it("counts orders where the report is not open, and says why", async () => {
      await syncWhole(context);
      world.shopify.setReports(shop.domain, { approved: false });
      const refused = await compared();
      expect(refused.asked).toMatchObject({ source: "order_counts", reason: "not_approved" });
      expect(
        refused.months.slice(0, 3).map(({ shopify, ours, verdict }) => [shopify, ours, verdict]),
      ).toEqual([
        [{ orders: 1 }, { orders: 1 }, "agrees"],
        [{ orders: 1 }, { orders: 1 }, "agrees"],
        [{ orders: 0 }, { orders: 0 }, "agrees"],
      ]);
      await compareMonths(context, grantedScopes(askedScopes.join(",")));
      expect((await checksStateOf(db, shop.domain)).asked).toMatchObject({ reason: "not_granted" });
    });
  },
  { until: "suite" },
);

describe("what explains a difference", () => {
  const cause = (id: CauseId, amounts: Partial<Cause["amounts"]>): Cause => ({
    id,
    amounts: { ...nothing(), ...amounts },
    orders: [],
  });
  const ours = { ...nothing(), orders: 10, gross: 1000, net: 1000, total: 1000 };
  const gift = cause("gift_cards", { gross: 50, net: 50, total: 50 });
  const tests = cause("test_orders", { orders: 2, gross: 30, net: 30, total: 30 });
  const more = (amount: number, orders = 0) => ({
    ...ours,
    orders: 10 + orders,
    gross: 1000 + amount,
    net: 1000 + amount,
    total: 1000 + amount,
  });
  const ids = (shopify: typeof ours) => {
    const { verdict, parts } = explain(shopify, ours, [gift, tests]);
    return [verdict, ...parts.filter(({ counted }) => counted).map(({ id }) => id)];
  };

  it("is a cause, or several together, that give it in every figure", () => {
    expect(ids(ours)).toEqual(["agrees"]);
    expect(ids(more(50))).toEqual(["explained", "gift_cards"]);
    expect(ids(more(80, 2))).toEqual(["explained", "gift_cards", "test_orders"]);
  });

  it("is never an amount that fits one figure and not another, or fits nearly", () => {
    expect(ids({ ...ours, gross: 1050 })).toEqual(["differs"]);
    expect(ids(more(51))).toEqual(["differs"]);
    expect(ids(more(30))).toEqual(["differs"]);
  });

  it("is never orders of which nobody can say what Shopify makes of them", () => {
    const derived = cause("derived", { gross: 50, net: 50, total: 50 });
    expect(explain(more(50), ours, [derived])).toMatchObject({
      verdict: "differs",
      parts: [{ id: "derived", counted: false }],
    });
  });
});
