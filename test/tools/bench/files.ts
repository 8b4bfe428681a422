// A bulk operation's file of any size, in the form Shopify writes it: orders first, their children in between and not
// next to them. Believable enough to weigh: skewed customers, guests, taxes, discounts, refunds, edits.
import { createWriteStream } from "node:fs";
import { once } from "node:events";

/** A small generator with a seed (mulberry32), so that every run reads the same bytes. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const START = Date.UTC(2022, 0, 1);
const YEARS = 4 * 365.25 * 86_400_000;
const CHANNELS = ["online_store", "pos", "instagram", "shop_app"];
const LOCALES = ["de", "de-AT", "fr", "en", "de-CH"];
const COUNTRIES = ["DE", "AT", "CH", "FR", "NL", "US"];

const instant = (time: number) =>
  new Date(Math.floor(time / 1000) * 1000).toISOString().replace(".000Z", "Z");
const money = (cents: number) =>
  `{"shopMoney":{"amount":"${(cents / 100).toFixed(cents % 10 === 0 ? 1 : 2)}"}}`;

/** Writes `orders` orders with lines, agreements and sales; answers the number of rows. */
export async function writeBulkOrders(file: string, orders: number): Promise<number> {
  const random = seeded(7);
  const output = createWriteStream(file);
  const customers = Math.max(1, Math.round(orders / 4));
  let rows = 0;
  let block = "";
  for (let n = 0; n < orders; n += 1) {
    const lines = orderLines(n, orders, customers, random);
    rows += lines.length;
    block += `${lines.join("\n")}\n`;
    if (block.length > 4_000_000) {
      if (!output.write(block)) await once(output, "drain");
      block = "";
    }
  }
  output.end(block);
  await once(output, "finish");
  return rows;
}

function orderLines(n: number, orders: number, customers: number, random: () => number): string[] {
  const id = 5_000_000_000_000 + n * 32_768;
  const placed = START + (n / orders) * YEARS + random() * 60_000;
  // Cubing the draw gives few customers many orders and most of them one.
  const customer = 7_000_000_000_000 + Math.floor(random() ** 1.8 * customers) * 32_768;
  const guest = random() < 0.02;
  const subscribed = n % 25 === 0;
  const items = 1 + Math.floor(random() ** 2 * 4);
  const children: string[] = [];
  const sales: string[] = [];
  const agreement = id + 1;
  let total = 0;
  const sale = (
    kind: string,
    parent: number,
    action: string,
    line: string,
    item: number | null,
    quantity: number | null,
    amount: number,
    tax: number,
    discount: number,
  ) => {
    total += amount;
    sales.push(
      `{"__typename":"${kind}","id":"gid:\\/\\/shopify\\/${kind}\\/${id + 100 + sales.length}","actionType":"${action}","lineType":"${line}","quantity":${quantity},"totalAmount":${money(amount)},"totalTaxAmount":${money(tax)},"totalDiscountAmountBeforeTaxes":${money(discount)}${item === null ? "" : `,"lineItem":{"id":"gid:\\/\\/shopify\\/LineItem\\/${item}"}`},"__parentId":"gid:\\/\\/shopify\\/SalesAgreement\\/${parent}"}`,
    );
  };
  const discounted = random() < 0.25;
  const refunded = random() < 0.06;
  let refund = 0;
  for (let index = 0; index < items; index += 1) {
    const item = id + 10 + index;
    const product = 8_000_000_000_000 + Math.floor(random() * 300);
    const price = 990 + Math.floor(random() * 60) * 100;
    const quantity = random() < 0.15 ? 2 : 1;
    const discount = discounted ? Math.round(price * quantity * 0.1) : 0;
    const net = price * quantity - discount;
    const tax = Math.round(net * 0.19);
    const back = refunded && index === 0;
    if (back) refund = net + tax;
    children.push(
      `{"__typename":"LineItem","id":"gid:\\/\\/shopify\\/LineItem\\/${item}","sku":"SKU-${product % 1000}-${index}","title":"Thing ${product % 1000}","vendor":"Vendor ${product % 12}","sellingPlan":${subscribed ? '{"name":"Monthly"}' : "null"},"quantity":${quantity},"currentQuantity":${back ? 0 : quantity},"isGiftCard":false,"originalUnitPriceSet":${money(price)},"product":{"id":"gid:\\/\\/shopify\\/Product\\/${product}","productType":"Type ${product % 20}"},"variant":{"id":"gid:\\/\\/shopify\\/ProductVariant\\/${product + 1000}","inventoryItem":{"unitCost":{"amount":"${((price * 0.4) / 100).toFixed(2)}"}}},"__parentId":"gid:\\/\\/shopify\\/Order\\/${id}"}`,
    );
    sale("ProductSale", agreement, "ORDER", "PRODUCT", item, quantity, net + tax, tax, discount);
    if (back)
      sale("ProductSale", agreement + 1, "RETURN", "PRODUCT", item, -quantity, -(net + tax), -tax, -discount);
  }
  sale("ShippingLineSale", agreement, "ORDER", "SHIPPING", null, 1, 595, 95, 0);
  const agreements: [id: number, kind: string, reason: string, at: number][] = [
    [agreement, "OrderAgreement", "ORDER", placed],
  ];
  if (refunded)
    agreements.push([agreement + 1, "RefundAgreement", "REFUND", placed + (3 + random() * 30) * 86_400_000]);
  const [channel, country] = [
    CHANNELS[Math.floor(random() ** 2 * 4)],
    COUNTRIES[Math.floor(random() ** 2 * 6)],
  ];
  const record = guest
    ? "null"
    : `{"id":"gid:\\/\\/shopify\\/Customer\\/${customer}","createdAt":"2021-12-01T00:00:00Z","numberOfOrders":"1"}`;
  const order = `{"__typename":"Order","id":"gid:\\/\\/shopify\\/Order\\/${id}","name":"#${1001 + n}","createdAt":"${instant(placed)}","processedAt":"${instant(placed)}","updatedAt":"${instant(placed + 86_400_000)}","cancelledAt":null,"test":false,"sourceName":"web","attribution":{"handle":"${channel}"},"displayFinancialStatus":"PAID","displayFulfillmentStatus":"FULFILLED","tags":${n % 20 === 0 ? '["gift","call back"]' : "[]"},"customerLocale":"${LOCALES[n % 7] ?? "de"}","customer":${record},"purchasingEntity":${guest ? "null" : `{"__typename":"${customer % 33 === 0 ? "PurchasingCompany" : "Customer"}"}`},"shippingAddress":{"countryCodeV2":"${country}"},"billingAddress":{"countryCodeV2":"${country}"},"originalTotalPriceSet":${money(total + refund)},"currentTotalPriceSet":${money(total)}}`;
  return [
    order,
    ...children,
    ...agreements.map(
      ([gid, kind, reason, at]) =>
        `{"__typename":"${kind}","id":"gid:\\/\\/shopify\\/SalesAgreement\\/${gid}","happenedAt":"${instant(at)}","reason":"${reason}","__parentId":"gid:\\/\\/shopify\\/Order\\/${id}"}`,
    ),
    ...sales,
  ];
}
