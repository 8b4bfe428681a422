// The amounts of which an order's Subtotal and Total are made. The file says neither whether prices hold the tax nor which
// discount is whose; what it says of its amounts decides, and where they contradict each other the Total is believed.
import type { Amounts } from "./amounts.ts";
import type { Entry, LineCells } from "./entries.ts";
import { isGiftCardName, isTipName } from "./names.ts";
import type { Column } from "./rows.ts";
import { share } from "../shop/money.ts";

export interface PlannedLine {
  name: string;
  sku: string;
  quantity: number;
  price: number;
  /** What all units cost; price × quantity, unless the price has more decimals than the currency. */
  amount: number;
  /** The amount was rounded to the minor unit. */
  rounded: boolean;
  discount: number;
  giftCard: boolean;
}

/** An order's amounts as the file gives them. */
interface Sums {
  entry: Entry;
  lines: PlannedLine[];
  listed: number;
  tip: number;
  tips: number;
  /** Without tips. */
  subtotal: number;
  shipping: number;
  taxes: number;
  duties: number;
  total: number;
  refunded: number;
}

export interface Plan extends Omit<Sums, "listed" | "subtotal" | "total"> {
  taxesIncluded: boolean;
  /** Off the whole order. */
  discount: number;
  /** Goods of the Subtotal that no line of the file lists. */
  unlisted: number;
  /** What the columns leave unexplained of the Total; booked as an additional fee. */
  unexplained: number;
  /** What the columns make more than the Total, even without shipping; no part of it. */
  excess: number;
  refundedTooMuch: boolean;
}

export function explain(entries: readonly Entry[], amounts: Amounts, decimals: number): Plan[] {
  const all = entries.map((entry) => sumsOf(entry, amounts, decimals));
  const exact = all.map(inclusion);
  const within = exact.filter((each) => each === true).length;
  const onTop = exact.filter((each) => each === false).length;
  // A shop lists its prices in one way; an order whose amounts leave it open follows the others.
  const usual = within === onTop ? null : within > onTop;
  return all.map((sums, at) => plan(sums, exact[at] ?? usual ?? nearest(sums)));
}

function sumsOf(entry: Entry, amounts: Amounts, decimals: number): Sums {
  const of = (column: Column) =>
    amounts.minor({ line: entry.line, column, text: entry.row[column] }, decimals);
  const planned = (cells: LineCells): PlannedLine => ({
    name: cells.name,
    sku: cells.sku,
    quantity: cells.quantity,
    ...amounts.line(cells.price, cells.quantity, decimals),
    discount: amounts.minor(cells.discount, decimals),
    giftCard: cells.bare && isGiftCardName(cells.name),
  });
  const isTip = (cells: LineCells) => cells.bare && isTipName(cells.name);
  const goods = entry.lines.filter((cells) => !isTip(cells));
  const tips = entry.lines.filter(isTip).map(planned);
  const once = goods.filter((cells) => !cells.repeats).map(planned);
  // Whether a row that comes twice is a copy of the first, the Subtotal tells.
  const copied = once.length < goods.length && add(once.map(worth)) === of("Subtotal");
  const lines = evened(copied ? once : goods.map(planned), of("Subtotal"));
  const sums = {
    entry,
    lines,
    listed: add(lines.map((line) => line.amount)),
    tip: add(tips.map((line) => line.amount)),
    tips: tips.length,
    subtotal: of("Subtotal"),
    shipping: of("Shipping"),
    taxes: of("Taxes"),
    duties: of("Duties"),
    total: of("Total"),
    refunded: of("Refunded Amount"),
  };
  if (entry.row["Refunded Amount"] === "" && entry.row["Financial Status"].toLowerCase() === "refunded")
    sums.refunded = sums.total;
  // Subtotals hold tips in some files and not in others.
  const without = { ...sums, subtotal: sums.subtotal - sums.tip };
  const tipsInside = sums.tip > 0 && sums.subtotal > sums.listed && without.subtotal >= 0;
  return tipsInside && Math.abs(gap(without)) < Math.abs(gap(sums)) ? without : sums;
}

/** Shopify adds up first and rounds then; lines that were rounded one by one bear what the Subtotal has otherwise. */
function evened(lines: PlannedLine[], subtotal: number): PlannedLine[] {
  const rounded = lines.filter((line) => line.rounded);
  let off = subtotal - add(lines.map(worth));
  if (Math.abs(off) > rounded.length) return lines;
  return lines.map((line) => {
    const by = line.rounded && line.amount > 0 ? Math.sign(off) : 0;
    off -= by;
    return { ...line, amount: line.amount + by };
  });
}

/** What the Total has beyond the columns, taxes left aside. */
const rest = (sums: Sums): number => sums.total - sums.subtotal - sums.shipping - sums.duties - sums.tip;

const gap = (sums: Sums): number => (nearest(sums) ? rest(sums) : rest(sums) - sums.taxes);

const nearest = (sums: Sums): boolean =>
  sums.taxes > 0 && Math.abs(rest(sums)) < Math.abs(rest(sums) - sums.taxes);

/** Whether the prices hold the tax, where the amounts say so to the minor unit. */
function inclusion(sums: Sums): boolean | null {
  if (sums.taxes === 0) return null;
  return rest(sums) === 0 ? true : rest(sums) === sums.taxes ? false : null;
}

function plan(sums: Sums, included: boolean): Plan {
  const { listed, subtotal, lines } = sums;
  const unlisted = Math.max(0, subtotal - listed);
  const off = Math.max(0, listed - subtotal);
  const own = add(lines.map((line) => line.discount));
  // Discounts of the lines are in the subtotal's, or were taken off the prices already.
  const separate = own <= off && lines.every((line) => line.discount <= line.amount);
  const goods = separate ? lines : lines.map((line) => ({ ...line, discount: 0 }));
  const taxesIncluded = sums.taxes > 0 && included;
  let unexplained = rest(sums) - (taxesIncluded ? 0 : sums.taxes);
  /** Lowers an amount by what the columns have too much. */
  const less = (amount: number): number => {
    const by = Math.min(amount, Math.max(0, -unexplained));
    unexplained += by;
    return amount - by;
  };
  // A discount on shipping lowers the Total only.
  const shipping = less(sums.shipping);
  const excess = Math.max(0, -unexplained);
  const sold = less(listed + unlisted - off);
  const duties = less(sums.duties);
  const tip = less(sums.tip);
  let taxes = taxesIncluded ? sums.taxes : less(sums.taxes);
  const discount = listed + unlisted - sold - (separate ? own : 0);
  const spread = spreadOut(goods, discount, unlisted);
  const taxable = spread.open + shipping;
  if (taxesIncluded ? taxes >= taxable : taxable <= 0) {
    // Tax on nothing: what the Total has of it stays in the Total.
    if (!taxesIncluded) unexplained += taxes;
    taxes = 0;
  }
  return {
    ...sums,
    lines: spread.lines,
    taxesIncluded,
    discount: spread.discount,
    unlisted,
    shipping,
    taxes,
    tip,
    duties,
    unexplained,
    excess,
    refunded: Math.min(sums.refunded, sums.total),
    refundedTooMuch: sums.refunded > sums.total,
  };
}

/** Discounts of the order do not reach gift cards; what the other goods cannot bear was taken off the cards' price. */
function spreadOut(
  lines: readonly PlannedLine[],
  discount: number,
  unlisted: number,
): { lines: PlannedLine[]; discount: number; open: number } {
  const open = lines.map((line) => (line.giftCard ? 0 : worth(line)));
  const bearable = add(open) + unlisted;
  const beyond = discount - Math.min(discount, bearable);
  const cards = lines.map((line) => (line.giftCard ? worth(line) : 0));
  const more = share(beyond, cards);
  return {
    lines: lines.map((line, at) => ({ ...line, discount: line.discount + (more[at] ?? 0) })),
    discount: discount - beyond,
    open: bearable - (discount - beyond),
  };
}

const worth = (line: PlannedLine): number => line.amount - line.discount;

const add = (amounts: readonly number[]): number => amounts.reduce((a, b) => a + b, 0);
