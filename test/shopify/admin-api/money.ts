// Money as the Admin API shows it: decimals as text, in the shop's currency and in the one the customer paid in.
import { decimal } from "../model.ts";
import type { Fields, Served } from "./context.ts";

/** Minor units of `currency`; `presentment` is the currency code the customer saw. */
export interface Money {
  minor: number;
  currency: string;
  decimals: number;
  presentment: string;
}

interface Amount {
  minor: number;
  currency: string;
  decimals: number;
}

const bag: Fields<Money> = {
  shopMoney: (money) => money,
  presentmentMoney: (money): Amount => (money.presentment === money.currency ? money : presented(money)),
};

const amount: Fields<Amount> = {
  amount: ({ minor, decimals }) => decimal(minor, decimals),
  currencyCode: ({ currency }) => currency,
};

export const moneyTypes: Served = { MoneyBag: bag, MoneyV2: amount };

// What one US dollar is worth: made up, fixed, and never 1, so that shop and presentment money cannot be confused.
const RATES: Readonly<Record<string, number>> = {
  USD: 1,
  EUR: 0.92,
  GBP: 0.79,
  CHF: 0.88,
  CAD: 1.36,
  AUD: 1.52,
  JPY: 151,
  KWD: 0.31,
};

function presented({ minor, currency, decimals, presentment }: Money): Amount {
  const to = decimalsOf(presentment);
  const rate = (RATES[presentment] ?? 1.7) / (RATES[currency] ?? 1.9);
  return {
    minor: Math.round((minor / 10 ** decimals) * rate * 10 ** to),
    currency: presentment,
    decimals: to,
  };
}

const decimalsOf = (currency: string): number =>
  new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
