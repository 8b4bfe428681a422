// Reads Shopify's order-export CSV (several rows per order, only the first carries the order's own columns) and makes it
// a shop. E-mail addresses serve to tell customers apart and are forgotten at once: only a hash is compared.
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { basename } from "node:path";
import { CsvError, parse } from "csv-parse";
import { z } from "zod";
import { decimalsOf, minorOf } from "./shop/money.ts";
import { Shop } from "./shop.ts";
import type { OrderInput } from "./shop.ts";
import type { Order } from "./model.ts";

/** What is wrong in a file, and where: the message names file, line and column. */
export class UnreadableCsv extends Error {
  readonly code = "UNREADABLE_CSV";

  constructor(path: string, line: number, detail: string) {
    super(`${basename(path)}, line ${line}: ${detail}`);
    this.name = "UnreadableCsv";
  }
}

export interface CsvShop {
  shop: Shop;
  /** Sentences that say which KPIs the file limits, and how. */
  limits: string[];
}

interface CsvOptions {
  now: Date | string;
  handle?: string;
  /** The file's times carry offsets and no zone. */
  timeZone?: string;
  clock?: () => Date;
}

const amount = z.string().regex(/^(-?\d+(\.\d+)?)?$/, "expected an amount such as 19.90");
const instant = z
  .string()
  .regex(
    /^(\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2} [+-]\d{4})?$/,
    "expected a time such as 2026-03-01 10:00:00 +0100",
  )
  .transform((text) => text.replace(" ", "T").replace(/ ([+-]\d{2})(\d{2})$/, "$1:$2"));
const text = z.string().trim().default("");

const Row = z.object({
  Name: text.pipe(z.string().min(1, "every row names its order")),
  Email: text,
  Phone: text,
  "Created at": instant,
  "Cancelled at": instant.default(""),
  "Fulfilled at": instant.default(""),
  "Financial Status": text,
  "Accepts Marketing": text,
  Currency: text.pipe(z.string().regex(/^([A-Z]{3})?$/, "expected a currency code such as EUR")),
  Subtotal: amount,
  Shipping: amount,
  Taxes: amount,
  Total: amount,
  Duties: amount.default(""),
  "Refunded Amount": amount.default(""),
  "Discount Code": text,
  "Shipping Country": text,
  "Billing Country": text,
  Source: text,
  Tags: text,
  Id: text,
  "Lineitem quantity": z.string().regex(/^\d*$/, "expected a whole number"),
  "Lineitem name": text,
  "Lineitem sku": text,
  "Lineitem price": amount,
  "Lineitem discount": amount.default(""),
});
type Row = z.infer<typeof Row>;
type MoneyColumn = "Subtotal" | "Shipping" | "Taxes" | "Total" | "Duties" | "Refunded Amount" | LineMoney;
type LineMoney = "Lineitem price" | "Lineitem discount";

interface Line {
  name: string;
  sku: string;
  quantity: number;
  price: number;
  discount: number;
}

interface Entry {
  row: Row;
  line: number;
  customer: string | null;
  lines: Line[];
}

const REQUIRED = Object.entries(Row.shape).flatMap(([name, type]) =>
  type.safeParse(undefined).success ? [] : [name],
);
const UNPAID = ["pending", "authorized", "expired", "voided", "unpaid"];

/** Throws UnreadableCsv. Money must be in one currency. */
export async function shopFromOrdersCsv(path: string, options: CsvOptions): Promise<CsvShop> {
  const entries = await read(path);
  const first = entries[0];
  if (!first) throw new UnreadableCsv(path, 1, "the file holds no order");
  const currency = first.row.Currency;
  const other = entries.find(({ row }) => row.Currency !== currency);
  if (other)
    throw new UnreadableCsv(
      path,
      other.line,
      `column "Currency": order ${other.row.Name} is in ${other.row.Currency || "no currency"}, the first one in ${currency || "none"}; export one currency at a time`,
    );
  entries.sort((a, b) => Date.parse(a.row["Created at"]) - Date.parse(b.row["Created at"]));
  const money = (entry: Entry, column: MoneyColumn): number =>
    minorIn(path, entry.line, column, entry.row[column], currency);
  const plans = entries.map((entry) => explain(entry, (column) => money(entry, column)));
  const including = plans.filter((plan) => plan.taxesIncluded).length;
  const shop = new Shop({
    handle: options.handle ?? "imported",
    currency,
    timeZone: options.timeZone ?? "Europe/Berlin",
    createdAt: entries[0]?.row["Created at"] ?? options.now,
    taxesIncluded: including * 2 > plans.length,
    ...(options.clock ? { clock: options.clock } : {}),
  });
  const book = new Map<string, number>();
  const variants = new Map<string, number>();
  for (const plan of plans) {
    try {
      place(shop, plan, book, variants);
    } catch (error) {
      // The shop refuses what cannot be, such as a discount above its line.
      if (error instanceof RangeError)
        throw new UnreadableCsv(path, plan.line, `${plan.row.Name}: ${error.message}`);
      throw error;
    }
  }
  return { shop, limits: limits(plans) };
}

async function read(path: string): Promise<Entry[]> {
  const parser = createReadStream(path).pipe(
    parse({ bom: true, columns: true, info: true, skip_empty_lines: true }),
  );
  const entries: Entry[] = [];
  const seen = new Set<string>();
  try {
    for await (const { record, info } of parser as AsyncIterable<{
      record: unknown;
      info: { lines: number };
    }>) {
      const row = rowOf(path, info.lines, record);
      let entry = entries.at(-1);
      if (entry?.row.Name !== row.Name) {
        if (seen.has(row.Name))
          throw new UnreadableCsv(path, info.lines, `column "Name": ${row.Name} comes twice`);
        if (row["Created at"] === "" || row.Total === "")
          throw new UnreadableCsv(
            path,
            info.lines,
            `column "${row.Total === "" ? "Total" : "Created at"}": is empty`,
          );
        seen.add(row.Name);
        const who = row.Email.toLowerCase() || row.Phone;
        entry = { row, line: info.lines, customer: who ? digest(who) : null, lines: [] };
        entries.push(entry);
      }
      // A further payment of an order has a row without a line.
      if (row["Lineitem quantity"] === "") continue;
      const currency = entry.row.Currency;
      entry.lines.push({
        name: row["Lineitem name"],
        sku: row["Lineitem sku"],
        quantity: Number(row["Lineitem quantity"]),
        price: minorIn(path, info.lines, "Lineitem price", row["Lineitem price"], currency),
        discount: minorIn(path, info.lines, "Lineitem discount", row["Lineitem discount"], currency),
      });
    }
  } catch (error) {
    if (error instanceof CsvError) throw new UnreadableCsv(path, Number(error.lines ?? 1), error.message);
    throw error;
  }
  return entries.map((entry) => ({ ...entry, row: { ...entry.row, Email: "", Phone: "" } }));
}

function rowOf(path: string, line: number, record: unknown): Row {
  const parsed = Row.safeParse(record);
  if (parsed.success) return parsed.data;
  const present = typeof record === "object" && record !== null ? record : {};
  const missing = REQUIRED.filter((name) => !(name in present));
  if (missing.length)
    throw new UnreadableCsv(
      path,
      1,
      `not an order export: column ${missing.map((name) => `"${name}"`).join(", ")} is missing`,
    );
  const issue = parsed.error.issues[0];
  throw new UnreadableCsv(
    path,
    line,
    `column "${String(issue?.path[0])}": ${issue?.message ?? "unreadable"}`,
  );
}

function minorIn(path: string, line: number, column: string, value: string, currency: string): number {
  const minor = value === "" ? 0 : minorOf(value, decimalsOf(currency));
  if (minor === null)
    throw new UnreadableCsv(
      path,
      line,
      `column "${column}": ${value} is no whole number of ${currency}'s minor units`,
    );
  return minor;
}

const digest = (text: string): string => createHash("sha256").update(text).digest("base64url").slice(0, 22);

interface Plan extends Entry {
  taxesIncluded: boolean;
  discount: number;
  shipping: number;
  taxes: number;
  tip: number;
  duties: number;
  /** What the file's columns leave unexplained of its total; booked as an additional fee. */
  unexplained: number;
  refunded: number;
  goods: Line[];
}

/** Finds the amounts of which the order's Subtotal and Total are made. */
function explain(entry: Entry, money: (column: MoneyColumn) => number): Plan {
  const tips = entry.lines.filter((line) => line.name === "Tip");
  const sold = entry.lines.filter((line) => line.quantity > 0 && !tips.includes(line));
  const tip = tips.reduce((sum, line) => sum + line.price * line.quantity, 0);
  const listed = sold.reduce((sum, line) => sum + line.price * line.quantity, 0);
  const subtotal = money("Subtotal");
  const off = Math.max(0, listed - subtotal);
  const own = sold.reduce((sum, line) => sum + line.discount, 0);
  // Discounts of the lines are in the subtotal's, or were taken off the prices already.
  const goods = own <= off ? sold : sold.map((line) => ({ ...line, discount: 0 }));
  const discount = own <= off ? off - own : off;
  const duties = money("Duties");
  const taxes = money("Taxes");
  let shipping = money("Shipping");
  const rest = money("Total") - (listed - off) - shipping - duties - tip;
  const taxesIncluded = taxes > 0 && Math.abs(rest) < Math.abs(rest - taxes);
  let unexplained = taxesIncluded ? rest : rest - taxes;
  // A discount on shipping lowers the total only.
  const offShipping = Math.min(shipping, Math.max(0, -unexplained));
  shipping -= offShipping;
  unexplained += offShipping;
  const alsoOff = Math.max(0, -unexplained);
  const taxable = listed - off + shipping > 0;
  if (!taxable && !taxesIncluded) unexplained += taxes;
  return {
    ...entry,
    goods,
    taxesIncluded,
    discount: Math.min(discount + alsoOff, listed - (own <= off ? own : 0)),
    shipping,
    taxes: taxable ? taxes : 0,
    tip,
    duties,
    unexplained: Math.max(0, unexplained),
    refunded: money("Refunded Amount"),
  };
}

function place(shop: Shop, plan: Plan, book: Map<string, number>, variants: Map<string, number>): void {
  const { row } = plan;
  const at = row["Created at"];
  const country = (row["Shipping Country"] || row["Billing Country"] || null)?.slice(0, 2) ?? null;
  const customerId = plan.customer === null ? null : customerFor(shop, plan.customer, country, row, book);
  const base =
    plan.goods.reduce((sum, line) => sum + line.price * line.quantity - line.discount, 0) - plan.discount;
  const taxed = base + plan.shipping - (plan.taxesIncluded ? plan.taxes : 0);
  const id = Number(row.Id);
  const input: OrderInput = {
    at,
    name: row.Name,
    ...(row.Id !== "" && Number.isSafeInteger(id) && id > 0 && !shop.orders.has(id) ? { id } : {}),
    customerId,
    lines: plan.goods.length
      ? plan.goods.map((line) => ({
          variantId: variantFor(shop, line, variants),
          price: line.price,
          quantity: line.quantity,
          discount: line.discount,
          // The file does not mark them; Shopify neither taxes nor discounts them.
          giftCard: /gift ?card/i.test(line.name) && plan.discount === 0,
        }))
      : [{ title: "Order", price: 0, quantity: 1 }],
    discount: plan.discount,
    discountCodes: row["Discount Code"] ? [row["Discount Code"]] : [],
    taxes: plan.taxes,
    taxRate: taxed > 0 ? Math.round((plan.taxes / taxed) * 1000) / 1000 : 0,
    taxesIncluded: plan.taxesIncluded,
    shipping: plan.shipping,
    tip: plan.tip,
    duties: plan.duties,
    additionalFee: plan.unexplained,
    paid: !UNPAID.includes(row["Financial Status"].toLowerCase()),
    sourceName: row.Source || "web",
    shippingCountry: country,
    billingCountry: row["Billing Country"].slice(0, 2) || country,
    tags: row.Tags.split(",").flatMap((tag) => tag.trim() || []),
  };
  const order = shop.placeOrder(input);
  if (row["Cancelled at"]) shop.cancelOrder(order.id, { at: row["Cancelled at"] });
  else {
    refund(shop, order, plan.refunded, at);
    if (row["Fulfilled at"]) shop.fulfillOrder(order.id, row["Fulfilled at"]);
  }
}

function refund(shop: Shop, order: Order, refunded: number, at: string): void {
  const amount = Math.min(refunded, order.currentTotal);
  if (amount <= 0) return;
  if (amount < order.currentTotal) shop.refund(order.id, { at, amount });
  else
    shop.refund(order.id, {
      at,
      lines: order.lines.map((line) => ({ lineItemId: line.id, quantity: line.currentQuantity })),
      shipping: order.shippingCharge > 0,
      amount,
    });
}

function customerFor(
  shop: Shop,
  key: string,
  country: string | null,
  row: Row,
  book: Map<string, number>,
): number {
  const known = book.get(key);
  if (known !== undefined) return known;
  const emailMarketing = row["Accepts Marketing"] === "yes" ? "SUBSCRIBED" : "NOT_SUBSCRIBED";
  const { id } = shop.createCustomer({ at: row["Created at"], country, emailMarketing });
  book.set(key, id);
  return id;
}

function variantFor(shop: Shop, line: Line, variants: Map<string, number>): number {
  const key = line.sku || line.name;
  const known = variants.get(key);
  if (known !== undefined) return known;
  const { id } = shop.addVariant({ title: line.name || "Item", sku: line.sku, price: line.price });
  variants.set(key, id);
  return id;
}

function limits(plans: readonly Plan[]): string[] {
  const orders = (count: number): string => (count === 1 ? "1 order" : `${count} orders`);
  const refunded = plans.filter((plan) => plan.refunded > 0 && !plan.row["Cancelled at"]).length;
  const guests = plans.filter((plan) => plan.customer === null).length;
  const unexplained = plans.filter((plan) => plan.unexplained > 0).length;
  return [
    ...(refunded
      ? [
          `The file gives no dates for refunds; those of ${orders(refunded)} are booked on the order's day. Over all time sales_reversals, net_sales, total_sales, reversal_rate, sales_per_customer, sales_share and customer_value_to_date are right; by day, month or period they are not.`,
          "A refund of a part of an order names no lines: it lowers net_sales and reverses no units.",
        ]
      : []),
    "Edits, returns and exchanges are not in the file: units_sold, discounts and aov are those of the orders as exported.",
    "People who never ordered and test orders are not in the file.",
    ...(guests
      ? [`${orders(guests)} without e-mail and phone count as guests and are in no customer KPI.`]
      : []),
    ...(unexplained
      ? [
          `In ${orders(unexplained)} the total is more than the columns explain; the rest is in total_sales only.`,
        ]
      : []),
  ];
}
