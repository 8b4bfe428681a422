// What a checkout adds up to: the lines with their shares of discount and tax, and the charges that belong to no line.
import type { LineInput, OrderInput } from "./input.ts";
import { chargeRow, charged, ruleOf } from "./ledger.ts";
import type { Row } from "./ledger.ts";
import { NOTHING, share, taxOf, worthOf } from "./money.ts";
import type { LineItem, Order } from "../model.ts";

const add = (amounts: readonly number[]): number => amounts.reduce((a, b) => a + b, 0);

/** Rows and new lines of a checkout; sets the original total. */
export function checkout(
  order: Order,
  input: OrderInput,
  newLine: (input: LineInput) => LineItem,
): { rows: Row[]; added: LineItem[] } {
  const lines = input.lines.map((line) => newLine(line));
  const own = input.lines.map((line) => line.discount ?? 0);
  const rests = input.lines.map((line) => line.rest ?? 0);
  const listed = lines.map((line, i) => line.unitPrice * (input.lines[i]?.quantity ?? 0) + (rests[i] ?? 0));
  const open = lines.map((line, i) => (line.isGiftCard ? 0 : (listed[i] ?? 0) - (own[i] ?? 0)));
  const shared = share(input.discount ?? 0, open);
  const shipping = input.shipping ?? 0;
  // A known amount of tax is shared out over what it was charged on.
  const bases = [...open.map((amount, i) => amount - (shared[i] ?? 0)), shipping];
  const taxes =
    input.taxes === undefined
      ? bases.map((base) => taxOf(base, ruleOf(order)))
      : shareTax(input.taxes, bases);
  const rows = lines.map((line, i) =>
    charged(order, line, input.lines[i]?.quantity ?? 0, (own[i] ?? 0) + (shared[i] ?? 0), {
      tax: taxes[i],
      rest: rests[i] ?? 0,
    }),
  );
  if (input.tip) {
    const tip: LineItem = {
      ...newLine({ title: "Tip", price: input.tip, quantity: 1 }),
      isTip: true,
    };
    lines.push(tip);
    rows.push(charged(order, tip, 1, 0));
  }
  if (shipping > 0)
    rows.push(chargeRow("SHIPPING", null, 1, worthOf(shipping, 0, ruleOf(order), taxes[own.length])));
  if (input.duties) rows.push(chargeRow("DUTY", null, 1, { ...NOTHING, gross: input.duties }));
  if (input.additionalFee)
    rows.push(chargeRow("ADDITIONAL_FEE", null, 1, { ...NOTHING, gross: input.additionalFee }));
  // As a checkout adds it up: prices, less discounts, plus tax where prices are without it.
  const goods = add(listed) - add(own) - (input.discount ?? 0);
  const charges = shipping + (input.tip ?? 0) + (input.duties ?? 0) + (input.additionalFee ?? 0);
  order.originalTotal = goods + charges + (order.taxesIncluded ? 0 : add(taxes));
  return { rows, added: lines };
}

const shareTax = (taxes: number, bases: readonly number[]): number[] =>
  bases.some((base) => base > 0) ? share(taxes, bases) : bases.map(() => 0);
