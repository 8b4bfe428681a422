// Shopify's segment language, as far as it is simulated: some facts of a customer, joined by AND.
import type { Customer } from "../model.ts";

type Rule = (customer: Customer) => boolean;

const COMPARE = new Map<string, (a: number, b: number) => boolean>([
  ["=", (a, b) => a === b],
  ["!=", (a, b) => a !== b],
  ["<", (a, b) => a < b],
  ["<=", (a, b) => a <= b],
  [">", (a, b) => a > b],
  [">=", (a, b) => a >= b],
]);

const CLAUSES: readonly { is: RegExp; rule: (...found: string[]) => Rule }[] = [
  {
    is: /^(number_of_orders|amount_spent) (=|!=|<=|>=|<|>) (\d+)$/,
    rule:
      (fact = "", sign = "", number = "") =>
      (customer) =>
        COMPARE.get(sign)?.(
          fact === "amount_spent" ? customer.amountSpent : customer.numberOfOrders,
          Number(number),
        ) ?? false,
  },
  {
    is: /^customer_tags (CONTAINS|NOT CONTAINS) '([^']*)'$/,
    rule:
      (how, tag = "") =>
      ({ tags }) =>
        tags.includes(tag) === (how === "CONTAINS"),
  },
  {
    is: /^email_subscription_status = '(\w+)'$/,
    rule: (state) => (customer) => customer.emailMarketing === state,
  },
];

/** @throws RangeError for what is not simulated */
export function ruleOf(query: string): Rule {
  const rules = query.split(" AND ").map((clause) => {
    for (const { is, rule } of CLAUSES) {
      const found = is.exec(clause.trim());
      if (found !== null) return rule(...found.slice(1));
    }
    throw new RangeError(`not simulated: segment query "${clause}"`);
  });
  return (customer) => rules.every((rule) => rule(customer));
}
