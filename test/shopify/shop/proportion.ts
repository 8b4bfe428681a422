// An amount given back of which nobody knows what for: goods, shipping and their taxes, duties and fees give in
// proportion, so that each keeps its share of the order. Tips and sold gift cards give what the others cannot.
import type { Order, SaleLine } from "../model.ts";
import { adjustmentRow, APART, lineTypeOf, remaining, returnRow, sumOf } from "./ledger.ts";
import type { Row } from "./ledger.ts";
import { NOTHING, share } from "./money.ts";

interface Part {
  line: SaleLine;
  id: number | null;
  /** What is left of it, before and as tax; neither is negative. */
  net: number;
  tax: number;
}

export function inProportion(order: Order, amount: number): Row[] {
  const lines = order.lines.map((line) => partOf(order, lineTypeOf(line), line.id));
  const earlier = partOf(order, "ADJUSTMENT", null);
  const goods = lines
    .filter(({ line }) => line === "PRODUCT")
    .reduce((sum, { net, tax }) => ({ ...sum, net: sum.net + net, tax: sum.tax + tax }), earlier);
  const first = [goods, ...APART.map((line) => partOf(order, line, null))].map(positive);
  const given = sharedOut(
    first,
    Math.min(
      amount,
      first.reduce((sum, { net, tax }) => sum + net + tax, 0),
    ),
  );
  const last = lines.filter(({ line }) => line !== "PRODUCT").map(positive);
  return [...given, ...sharedOut(last, amount + sumOf(given))];
}

function partOf(order: Order, line: SaleLine, id: number | null): Part {
  const { gross, discount, tax } = remaining(order, line, id);
  return { line, id, net: gross - discount, tax };
}

const positive = (part: Part): Part =>
  part.net >= 0 && part.tax >= 0 ? part : { ...part, net: Math.max(0, part.net + part.tax), tax: 0 };

function sharedOut(parts: readonly Part[], amount: number): Row[] {
  if (amount === 0) return [];
  const shares = share(
    amount,
    parts.flatMap(({ net, tax }) => [net, tax]),
  );
  return parts.flatMap(({ line, id }, at) => {
    const [net = 0, tax = 0] = shares.slice(2 * at);
    if (net === 0 && tax === 0) return [];
    // No line is named and no unit comes back.
    if (line === "ADJUSTMENT") return adjustmentRow(0 - net - tax, 0 - tax);
    return returnRow(line, id, 0, { ...NOTHING, gross: net, tax });
  });
}
