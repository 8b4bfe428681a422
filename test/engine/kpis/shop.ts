// Random small shops as Shopify would tell them, written through the warehouse's own merge: every kind of movement,
// guests, test orders, gift cards alone, customers without orders, records younger than their orders.
import type { Warehouse } from "../../../app/warehouse/warehouse.server.ts";
import { addDays } from "../../../app/kpis/period.ts";
import { load, stages } from "../warehouse/files.ts";
import { reaching } from "../warehouse/reaching.ts";

export const SHOP = "random.myshopify.com";
export const FIRST_DAY = "2025-11-15";
export const DAYS = 150;

/** Mulberry32: the same numbers from the same seed on every machine. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export interface ShopSize {
  seed: number;
  customers: number;
  orders: number;
}

const gid = (type: string, id: number) => `gid://shopify/${type}/${id}`;
const money = (minor: number) => ({ shopMoney: { amount: (minor / 100).toFixed(2) } });

interface Movement {
  action: string;
  line: string;
  quantity: number | null;
  total: number;
  tax: number;
  discount: number;
  item?: string;
}

/** The rows of a bulk file. */
export function shopRows({ seed, customers, orders }: ShopSize): object[] {
  const random = randomFrom(seed);
  const upTo = (most: number) => Math.floor(random() * (most + 1));
  const chance = (share: number) => random() < share;
  const pick = <T>(values: readonly [T, ...T[]]): T => values[upTo(values.length - 1)] ?? values[0];
  const instant = (day: number, second = upTo(86_399)) =>
    `${addDays(FIRST_DAY, day)}T${new Date(second * 1000).toISOString().slice(11, 19)}Z`;

  const records = Array.from({ length: customers }, (_, index) => ({
    id: gid("Customer", index + 1),
    createdAt: instant(upTo(DAYS - 1)),
  }));
  const rows: object[] = records.map((record) => ({
    __typename: "Customer",
    ...record,
    updatedAt: record.createdAt,
    numberOfOrders: "0",
    tags: [],
  }));

  // Of their own, so that costs change nothing else of a seed's shop: some goods have none, and of few nothing is known.
  const goods = randomFrom(seed ^ 0x5eed);
  // Which variant a line is of: a fifth is of none.
  const variants = randomFrom(seed ^ 0x7a12);
  // And what else orders and customers are known by.
  const marks = randomFrom(seed ^ 0xca75);
  const mark = <T>(values: readonly [T, ...T[]]): T =>
    values[Math.floor(marks() * values.length)] ?? values[0];
  for (const row of rows)
    Object.assign(row, {
      defaultEmailAddress: mark([
        ...(["SUBSCRIBED", "NOT_SUBSCRIBED", "UNSUBSCRIBED", "PENDING", "INVALID"].map((marketingState) => ({
          marketingState,
        })) as [object, ...object[]]),
        null,
      ]),
    });
  let nextId = 1;
  for (let order = 1; order <= orders; order++) {
    const day = upTo(DAYS - 1);
    const second = upTo(86_000);
    const placedAt = instant(day, second);
    // A few buy often: squaring crowds the low ids.
    const customer = chance(0.12) ? undefined : records[Math.floor(random() ** 2 * records.length)];
    rows.push({
      __typename: "Order",
      id: gid("Order", order),
      name: `#${order}`,
      createdAt: placedAt,
      processedAt: placedAt,
      updatedAt: placedAt,
      test: chance(0.04),
      sourceName: pick(["web", "web", "pos", "shopify_draft_order", null, "other"]),
      shippingAddress: { countryCodeV2: pick(["DE", "DE", "AT", "CH", "FR", null]) },
      tags: mark([[], ["gift"], ["Gift", "gift wrap"]]),
      customerLocale: mark(["de", "de-AT", "FR", "en_GB", "nonsense", "", null]),
      purchasingEntity: mark([{ __typename: "Customer" }, { __typename: "PurchasingCompany" }, null]),
      customer: customer === undefined ? null : { ...customer, numberOfOrders: "1" },
      originalTotalPriceSet: money(0),
      currentTotalPriceSet: money(0),
    });
    const agreement = (reason: string, at: string, movements: Movement[]) => {
      const id = gid("SalesAgreement", nextId++);
      rows.push({
        __typename: "OrderAgreement",
        id,
        reason,
        happenedAt: at,
        __parentId: gid("Order", order),
      });
      for (const movement of movements) {
        rows.push({
          __typename: "ProductSale",
          id: gid("Sale", nextId++),
          actionType: movement.action,
          lineType: movement.line,
          lineItem: movement.item === undefined ? null : { id: movement.item },
          quantity: movement.quantity,
          totalAmount: money(movement.total),
          totalTaxAmount: money(movement.tax),
          totalDiscountAmountBeforeTaxes: money(movement.discount),
          __parentId: id,
        });
      }
    };
    const isUncosted = goods() < 0.1;
    const lines: string[] = [];
    const lineOf = (action: string): string => {
      if (action === "RETURN" && lines[0] !== undefined) return lines[0];
      const id = gid("LineItem", nextId++);
      lines.push(id);
      const cost = isUncosted || goods() < 0.15 ? null : { amount: (goods() * 40).toFixed(2) };
      rows.push({
        __typename: "LineItem",
        id,
        quantity: 1,
        currentQuantity: 1,
        isGiftCard: false,
        originalUnitPriceSet: money(1000),
        title: mark(["A vase", "A rug"]),
        vendor: mark(["Sand & Sons", "Nordlys", "", null]),
        sellingPlan: mark([null, null, { name: "Monthly" }]),
        product: mark([
          null,
          ...["Wall art", "WALL  ART ", "Rugs", ""].map((productType, index) => ({
            id: gid("Product", index + 1),
            productType,
          })),
        ]),
        variant: {
          id: variants() < 0.2 ? null : gid("ProductVariant", 1 + Math.floor(variants() * 14)),
          inventoryItem: { unitCost: cost },
        },
        __parentId: gid("Order", order),
      });
      return id;
    };
    const product = (action: string, sign: 1 | -1): Movement => {
      const quantity = 1 + upTo(2);
      const gross = quantity * (500 + upTo(6_000));
      const discount = chance(0.1) ? gross : chance(0.4) ? upTo(gross) : 0;
      const tax = Math.round((gross - discount) * 0.19);
      return {
        action,
        line: "PRODUCT",
        quantity: sign * quantity,
        total: sign * (gross - discount + tax),
        tax: sign * tax,
        discount: sign * discount,
        item: lineOf(action),
      };
    };
    const other = (line: string, total: number, action = "ORDER"): Movement => ({
      action,
      line,
      quantity: null,
      total,
      tax: Math.trunc(total / 10),
      discount: 0,
    });
    const placed = [product("ORDER", 1)];
    if (chance(0.3)) placed.push(product("ORDER", 1));
    if (chance(0.5)) placed.push(other("SHIPPING", 490));
    if (chance(0.1)) placed.push(other("TIP", 200));
    if (chance(0.1)) placed.push(other("GIFT_CARD", 5_000));
    if (chance(0.1)) placed.push(other("DUTY", 700));
    if (chance(0.1)) placed.push(other("ADDITIONAL_FEE", 300));
    if (chance(0.05)) placed.push(other("UNKNOWN", 120));
    // Gift cards alone, now and then with shipping; every other one becomes an order by what joins it within the checkout.
    const cards = order % 17 === 0;
    if (cards)
      placed.splice(
        0,
        placed.length,
        other("GIFT_CARD", 5_000),
        ...(order % 3 === 0 ? [other("SHIPPING", 490)] : []),
      );
    agreement("ORDER", placedAt, placed);
    if (cards ? order % 2 === 0 : chance(0.1))
      agreement("ORDER_EDIT", instant(day, second + 60), [product("UPDATE", 1)]);
    const later = () => instant(day + 1 + upTo(40));
    if (chance(0.1)) agreement("ORDER_EDIT", later(), [product("UPDATE", 1)]);
    if (chance(0.1))
      agreement("ORDER_EDIT", later(), [
        { action: "UPDATE", line: "PRODUCT", quantity: 0, total: -110, tax: -10, discount: 100 },
      ]);
    if (chance(0.2)) agreement("RETURN", later(), [product("RETURN", -1), other("SHIPPING", -490, "RETURN")]);
    if (chance(0.1)) agreement("REFUND", later(), [other("ADJUSTMENT", -300, "RETURN")]);
  }
  return rows;
}

/** A new shop in the warehouse; its history is complete unless said otherwise. */
export async function openShop(warehouse: Warehouse, size: ShopSize, shop = SHOP): Promise<void> {
  await warehouse.of(shop).setMeta({
    currency: "EUR",
    decimals: 2,
    time_zone: "Europe/Berlin",
    ...reaching("complete"),
  });
  await warehouse.of(shop).merge(load("2026-06-01T00:00:00Z", shopRows(size), { stages }));
}
