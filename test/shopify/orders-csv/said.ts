// What is said of a file to the person who has brought it: how it was understood, and which figures it cannot give.
import type { Amounts } from "./amounts.ts";
import type { Entries } from "./entries.ts";
import type { Plan } from "./explain.ts";
import { countryOf, isGiftCardName } from "./names.ts";
import { isTest, writtenCountry, type Dated } from "./place.ts";
import type { Header } from "./rows.ts";
import { shown } from "./unreadable.ts";

export interface Understood {
  header: Header;
  encoding: string;
  timeZone: { name: string; reason: string };
  entries: Entries;
  amounts: Amounts;
  currency: string;
  decimals: number;
  leftOut: readonly { currency: string; orders: number; total: number; decimals: number }[];
  orders: readonly Dated[];
}

const LISTED = 3;

const money = (minor: number, { currency, decimals }: { currency: string; decimals: number }): string =>
  `${(minor / 10 ** decimals).toLocaleString("en", { minimumFractionDigits: decimals })} ${currency}`;

const count = (number: number, one: string, many = `${one}s`): string =>
  `${number.toLocaleString("en")} ${number === 1 ? one : many}`;

const some = (texts: readonly string[]): string =>
  texts.slice(0, LISTED).join(", ") + (texts.length > LISTED ? ` and ${texts.length - LISTED} more` : "");

/** How the file was understood, where that was a choice. */
export function notes(file: Understood): string[] {
  const { header, entries, amounts, currency } = file;
  const plans = file.orders.map(({ plan }) => plan);
  const sums = (of: (plan: Plan) => number) =>
    money(
      plans.reduce((sum, plan) => sum + of(plan), 0),
      file,
    );
  const orders = (holds: (plan: Plan) => boolean) => plans.filter(holds).length;
  const lines = plans.flatMap((plan) => plan.lines);
  const cards = lines.filter((line) => line.giftCard);
  const cardNames = lines.filter((line) => !line.giftCard && isGiftCardName(line.name));
  const tips = plans.reduce((sum, plan) => sum + plan.tips, 0);
  const flagged = header.has("Lineitem requires shipping") && header.has("Lineitem taxable");
  const unlisted = orders((plan) => plan.unlisted > 0);
  const empty = orders((plan) => plan.lines.length === 0 && plan.unlisted === 0 && plan.tip === 0);
  const contradictory = orders((plan) => plan.excess > 0);
  const tooMuch = orders((plan) => plan.refundedTooMuch);
  const tests = orders(isTest);
  const unknown = plans.filter(
    (plan) => writtenCountry(plan) !== "" && countryOf(writtenCountry(plan)) === null,
  );
  return [
    `Time zone ${file.timeZone.name}: ${file.timeZone.reason}.`,
    ...(file.encoding === "windows-1252" ? ["The text is not Unicode; it is read as Windows-1252."] : []),
    ...file.leftOut.map(
      (other) =>
        `${count(other.orders, "order")} of ${money(other.total, other)} left out: a shop counts in one currency, and this one in ${currency} (${count(plans.length, "order")}).`,
    ),
    ...(entries.repeated > 0
      ? [`${count(entries.repeated, "order")} in the file a second time, counted once.`]
      : []),
    ...(entries.sharedNames.length > 0
      ? [
          `${count(entries.sharedNames.length, "name")} (${some(entries.sharedNames.map(shown))}) of more than one order each; their ids, or else their times, tell them apart.`,
        ]
      : []),
    ...(flagged
      ? []
      : ["The file does not say which lines are shipped and taxed: gift cards and tips count as sales."]),
    ...(cards.length > 0
      ? [
          `${count(cards.length, "line")} of gift cards (${money(
            cards.reduce((sum, line) => sum + line.amount - line.discount, 0),
            file,
          )}): neither shipped nor taxed, and named so. Selling one is no sale yet.`,
        ]
      : []),
    ...(flagged && cardNames.length > 0
      ? [
          `${count(cardNames.length, "line")} named like a gift card (${some([...new Set(cardNames.map((line) => shown(line.name)))])}) but shipped or taxed: counted as sales.`,
        ]
      : []),
    ...(tips > 0
      ? [`${count(tips, "line")} of tips (${sums((plan) => plan.tip)}), which are no sales.`]
      : []),
    ...(unlisted > 0
      ? [
          `In ${count(unlisted, "order")} the Subtotal is more than the listed lines, by ${sums((plan) => plan.unlisted)} in all. The Subtotal is believed: the difference counts in sales, without units or a product.`,
        ]
      : []),
    ...(empty > 0 ? [`${count(empty, "order")} without any line: an order of nothing, without units.`] : []),
    ...(amounts.rounded > 0
      ? [`${count(amounts.rounded, "amount")} with more decimals than ${currency} has, rounded.`]
      : []),
    ...(contradictory > 0
      ? [
          `In ${count(contradictory, "order")} the columns add up to more than the Total, by ${sums((plan) => plan.excess)} in all. The Total is believed: the difference counts as a discount.`,
        ]
      : []),
    ...(tooMuch > 0
      ? [`In ${count(tooMuch, "order")} more was refunded than the Total; refunds count up to the Total.`]
      : []),
    ...(tests > 0 ? [`${count(tests, "test order")} (bogus gateway), in no figure.`] : []),
    ...(unknown.length > 0
      ? [
          `${count(unknown.length, "order")} without a country: ${some([...new Set(unknown.map((plan) => shown(writtenCountry(plan))))])} is none that Shopify knows.`,
        ]
      : []),
  ];
}

/** Which figures an order export limits, and how. */
export function limits(file: Understood): string[] {
  const { orders } = file;
  const kept = orders.filter(({ cancelledAt, plan }) => plan.refunded > 0 && cancelledAt === null);
  const partly = kept.filter(({ plan }) => plan.refunded < totalOf(plan)).length;
  const guests = orders.filter(({ person }) => person === null).length;
  const more = orders.filter(({ plan }) => plan.unexplained > 0);
  const rest = more.reduce((sum, { plan }) => sum + plan.unexplained, 0);
  return [
    ...(kept.length > 0
      ? [
          `When refunds were made: those of ${count(kept.length, "order")} are booked on the order's day. Over all time sales reversals, net sales and what follows from them are right; by day, month or period they are not.`,
        ]
      : []),
    ...(partly > 0
      ? [
          `For what a part of an order was refunded: in ${count(partly, "order")} goods, shipping, taxes, duties and fees each bear their share of it. No units come back.`,
        ]
      : []),
    "Edits, returns and exchanges: units sold, discounts and average order value are those of the orders as exported.",
    "People who never ordered.",
    ...(guests > 0
      ? [`Who placed ${count(guests, "order")} without e-mail and phone: a guest, in no figure per customer.`]
      : []),
    ...(more.length > 0
      ? [
          `What ${money(rest, file)} in ${count(more.length, "order")} is for: the Total is more than the columns explain. It counts in total sales only.`,
        ]
      : []),
  ];
}

const totalOf = (plan: Plan): number =>
  plan.lines.reduce((sum, line) => sum + line.amount - line.discount, 0) +
  plan.unlisted -
  plan.discount +
  plan.shipping +
  plan.duties +
  plan.tip +
  plan.unexplained +
  (plan.taxesIncluded ? 0 : plan.taxes);
