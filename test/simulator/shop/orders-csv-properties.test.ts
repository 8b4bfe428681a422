// A shop written as an export and read again has the same books, order by order; and no file, however bad, does worse than
// being refused in a sentence.
import fc from "fast-check";
import { expect, it } from "vitest";
import { decimal, type Order } from "../../shopify/model.ts";
import { UnreadableCsv } from "../../shopify/orders-csv.ts";
import { Shop } from "../../shopify/shop.ts";
import { sumOf } from "../../shopify/shop/ledger.ts";
import { booksOf, exportText, NOW, orderRows, readExport, type Cells } from "./export-file.ts";

const line = fc.record({
  price: fc.nat(50_000),
  quantity: fc.integer({ min: 1, max: 5 }),
  off: fc.constantFrom(0, 0, 0.1, 0.5),
  giftCard: fc.constantFrom(false, false, false, true),
});
const placed = fc.record({
  lines: fc.array(line, { minLength: 1, maxLength: 4 }),
  off: fc.constantFrom(0, 0, 0.1, 0.333, 1),
  shipping: fc.constantFrom(0, 495, 1_250),
  tip: fc.constantFrom(0, 0, 250),
  duties: fc.constantFrom(0, 0, 123),
  taxRate: fc.constantFrom(0, 0.07, 0.08875, 0.19, 0.25),
  end: fc.constantFrom("kept", "kept", "cancelled", "refunded", "part"),
  part: fc.double({ min: 0.01, max: 0.99, noNaN: true }),
  hour: fc.nat(8_000),
});
type Placed = typeof placed extends fc.Arbitrary<infer T> ? T : never;

const START = Date.parse("2025-06-01T08:00:00Z");

function put(shop: Shop, { end, part, hour, ...input }: Placed): Order {
  const lines = input.lines.map(({ off, ...each }) => ({
    ...each,
    discount: each.giftCard ? 0 : Math.floor(each.price * each.quantity * off),
    title: each.giftCard ? "Gift card" : "Shirt",
  }));
  const open = lines.reduce((sum, l) => sum + (l.giftCard ? 0 : l.price * l.quantity - l.discount), 0);
  const at = new Date(START + hour * 3_600_000);
  const order = shop.placeOrder({ ...input, at, lines, discount: Math.floor(open * input.off) });
  if (end === "cancelled") shop.cancelOrder(order.id, { at });
  if (order.currentTotal === 0 || end === "kept") return order;
  const amount = Math.max(1, Math.floor(order.currentTotal * part));
  shop.refund(order.id, end === "refunded" ? { at, everything: true } : { at, amount, inProportion: true });
  return order;
}

/** As Shopify's own export writes the order. */
function written(shop: Shop, order: Order): Cells[] {
  const text = (minor: number) => {
    const [whole = "", fraction = ""] = decimal(minor, shop.decimals).split(".");
    return shop.decimals === 0 ? whole : `${whole}.${fraction.padEnd(shop.decimals, "0")}`;
  };
  const sales = order.agreements[0]?.sales ?? [];
  const of = (type: string) => sales.filter((sale) => sale.line === type);
  const listed = order.taxesIncluded
    ? sumOf
    : (some: readonly { total: number; tax: number }[]) =>
        sumOf(some) - some.reduce((sum, s) => sum + s.tax, 0);
  const at = order.createdAt.replace("T", " ").replace("Z", " +0000");
  return orderRows(
    {
      Name: order.name,
      Id: String(order.id),
      Currency: shop.currency,
      Subtotal: text(listed([...of("PRODUCT"), ...of("GIFT_CARD")])),
      Shipping: text(order.shippingCharge),
      Taxes: text(sales.reduce((sum, sale) => sum + sale.tax, 0)),
      Duties: text(sumOf(of("DUTY"))),
      Total: text(order.originalTotal),
      "Created at": at,
      "Cancelled at": order.cancelledAt === null ? "" : at,
      "Refunded Amount": text(order.refunds.reduce((sum, refund) => sum + refund.total, 0)),
    },
    order.lines.map((each) => {
      const bare = each.isGiftCard || each.isTip ? "false" : "true";
      return {
        "Lineitem name": each.title,
        "Lineitem quantity": String(each.quantity),
        "Lineitem price": text(each.unitPrice),
        "Lineitem requires shipping": bare,
        "Lineitem taxable": bare,
      };
    }),
  );
}

/** How much tax a discount saved stands in no file, so that of prices with tax only what is left of them compares. */
function compared(order: Order): Record<string, number> {
  const { gross = 0, discounts = 0, ...others } = booksOf(order);
  return { ...others, sold: gross - discounts, ...(order.taxesIncluded ? {} : { gross, discounts }) };
}

it("an export read again has every order's gross, discounts, taxes, shipping and refunds", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(placed, { minLength: 1, maxLength: 8 }),
      fc.boolean(),
      fc.constantFrom("EUR", "JPY", "KWD"),
      async (orders, taxesIncluded, currency) => {
        const shop = new Shop({ handle: "written", currency, taxesIncluded, createdAt: NOW });
        for (const each of orders) put(shop, each);
        const rows = [...shop.orders.values()].flatMap((order) => written(shop, order));
        const read = (await readExport(exportText(rows))).shop;
        expect(read.orders.size).toBe(shop.orders.size);
        for (const order of shop.orders.values()) {
          const again = read.orders.get(order.id);
          if (!again) throw new Error(`${order.name} is lost.`);
          expect([again.originalTotal, again.currentTotal]).toEqual([
            order.originalTotal,
            order.currentTotal,
          ]);
          expect(sumOf(again.agreements.flatMap((agreement) => agreement.sales))).toBe(again.currentTotal);
          const [was, is] = [compared(order), compared({ ...again, taxesIncluded: order.taxesIncluded })];
          // Prices that hold the tax: where it is shared out over lines anew, a minor unit a line may move.
          const near = order.taxesIncluded || order.agreements.length > 1 ? order.lines.length + 1 : 0;
          for (const [name, amount] of Object.entries(was))
            expect(Math.abs((is[name] ?? NaN) - amount), `${name} of ${order.name}`).toBeLessThanOrEqual(
              near,
            );
        }
      },
    ),
    { numRuns: 30 },
  );
});

it("whatever stands in the cells, a file is read or refused, and what is read adds up", async () => {
  const cell = fc.oneof(
    fc.constantFrom(
      "",
      "0",
      "-1",
      "1.234",
      "1,234",
      "20,00",
      "20.00",
      "1e9",
      "99999999999999",
      "true",
      "#1",
      "__proto__",
    ),
    fc.constantFrom(
      "2026-01-01",
      "2026-01-01 10:00:00 +0100",
      "01/02/2026",
      "EUR",
      "USD",
      "Gift card",
      "Tip",
      '"',
      "\n",
    ),
    fc.string({ unit: "binary", maxLength: 12 }),
  );
  const columns = fc.constantFrom(
    ...[
      "Name",
      "Currency",
      "Subtotal",
      "Shipping",
      "Taxes",
      "Total",
      "Created at",
      "Cancelled at",
      "Refunded Amount",
    ],
    ...[
      "Lineitem quantity",
      "Lineitem name",
      "Lineitem price",
      "Lineitem discount",
      "Id",
      "Duties",
      "Source",
      "Tags",
    ],
    ...[
      "Shipping Country",
      "Lineitem requires shipping",
      "Lineitem taxable",
      "Financial Status",
      "Phone",
      "Email",
    ],
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(fc.tuple(columns, cell), { maxLength: 3 }), { minLength: 1, maxLength: 5 }),
      fc.constantFrom(",", ";", "\t"),
      async (changes, delimiter) => {
        const rows = changes.flatMap((change) =>
          orderRows(Object.fromEntries(change), [Object.fromEntries(change), {}]),
        );
        try {
          const { shop, notes } = await readExport(exportText(rows, { delimiter }));
          expect(notes.length).toBeGreaterThan(0);
          for (const order of shop.orders.values()) {
            expect(sumOf(order.agreements.flatMap((agreement) => agreement.sales))).toBe(order.currentTotal);
            for (const sale of order.agreements[0]?.sales ?? [])
              expect(Math.min(sale.total, sale.tax, sale.discountBeforeTax)).toBeGreaterThanOrEqual(0);
          }
        } catch (error) {
          if (!(error instanceof UnreadableCsv)) throw error;
          expect(error.message).toMatch(/^export\.csv, line \d+: /);
        }
      },
    ),
    { numRuns: 100 },
  );
});
