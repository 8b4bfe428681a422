// What facts count, sum and hold, and how a formula in words is put together of it.
export const counted = {
  activity: "orders placed in the period",
  records: "customer records made in the period",
  spend: "entries of ad spend",
  consents: "consents to e-mail given in the period",
  goods: "goods bought in the period",
} as const;

/** At least so often, by a customer. */
export const countedOnce = {
  activity: "an order placed in the period",
  records: "a record made in the period",
  spend: "an entry of ad spend",
  consents: "consent to e-mail given in the period",
  goods: "goods bought in the period",
} as const;

export const countedOften = {
  activity: "{n, number} or more orders placed in the period",
  records: "{n, number} or more customer records made in the period",
  spend: "{n, number} or more entries of ad spend",
  consents: "consent to e-mail given {n, number} or more times in the period",
  goods: "goods bought {n, number} or more times in the period",
} as const;

/** The same in the period before the one that is asked for. */
export const countedOnceBefore = {
  activity: "an order placed in the period before",
  records: "a record made in the period before",
  spend: "an entry of ad spend of the period before",
  consents: "consent to e-mail given in the period before",
  goods: "goods bought in the period before",
} as const;

export const countedOftenBefore = {
  activity: "{n, number} or more orders placed in the period before",
  records: "{n, number} or more customer records made in the period before",
  spend: "{n, number} or more entries of ad spend of the period before",
  consents: "consent to e-mail given {n, number} or more times in the period before",
  goods: "goods bought {n, number} or more times in the period before",
} as const;

/** What is added up. */
export const measure = {
  "activity.gross": "price × quantity of product lines sold, before discounts, tax and shipping",
  "activity.discounts": "discounts on product lines sold, order-level ones shared out, before tax",
  "activity.reversals": "product lines returned and adjustments, net of their own discount and tax",
  "activity.units": "quantity of product lines sold, exchanges and edits included",
  "activity.shipping": "shipping charged, before tax, net of what was given back",
  "activity.tax": "taxes, net of what was given back",
  "activity.duties": "duties, net of what was given back",
  "activity.fees": "additional and return fees, and movements of a kind Shopify does not name",
  "activity.tips": "tips, net of what was given back",
  "activity.placed_units": "quantity of product lines of the order as placed",
  "activity.costed": "net sales of product lines whose cost per item is known",
  "activity.cost":
    "cost per item × quantity of product lines sold, less that of lines returned, where it is known",
  "activity.units_so_far": "quantity of product lines of the order with all that was added so far",
  "activity.units_returned": "quantity of product lines of the order that came back so far",
  "activity.net_so_far": "net sales of the order with all that was changed and given back so far",
  "activity.gap": "days since the customer's order before",
  "activity.placed_net": "price × quantity − discounts of the order as placed",
  "spend.amount": "what was spent on advertising",
  "goods.units": "quantity of product lines bought, less what the order lost again on the same day",
} as const;

/** Which of the things counted: they follow what is counted. */
export const condition = {
  "activity.first": "that were a customer's first ever",
  "activity.discounted": "with a discount",
  "activity.later": "on a later day than the customer's order before",
  "activity.second": "that were a customer's second ever",
} as const;

export const level = {
  "history.net": "net sales from the first order",
  "stock.units": "units on hand at all locations",
  "costed_stock.units": "units on hand whose cost per item was known on that day",
  "costed_stock.value": "units on hand × the cost per item of that day",
  "availability.known": "1 where it is known what is available of the variant at the end of the period",
  "availability.out_of_stock":
    "1 where nothing is available of the variant at the end of the period, 0 where something is",
} as const;

/** What holds of a customer. */
export const standing = {
  overdue: "silent for longer than 90 % of the shop's gaps between orders",
  loyal: "on 2 or more days, and not silent for longer than 90 % of the shop's gaps between orders",
} as const;

/** What holds of a customer at the end of the period. */
export const held = {
  email_consent: "subscribed to e-mail at the end of the period",
} as const;

export const who = {
  everyone: "customers",
  members: "members",
  members_with_order: "members who had ordered",
} as const;

export const formula = {
  sum: "Sum of: {what}",
  weighted: "Sum of: {what} × {times}",
  count: "Count of {what}",
  median: "Median over {of} of: {what}",
  quantile: "{percent, number} % quantile over {of} of: {what}",
  such: "{what} {condition}",
  narrowed: "{what}, {condition}",
  with: "{who} with {did}",
  among: "{what} of {who}",
  followed: "{from} followed for {days, plural, one {# day} other {# days}}",
  followedWithout: "{from} followed for {days, plural, one {# day} other {# days}}, without {unless} by then",
  thenOfFollowed:
    "{then} within {days, plural, one {# day} other {# days}}, of {from} followed for {days, plural, one {# day} other {# days}}",
  thenOfFollowedWithout:
    "{then} within {days, plural, one {# day} other {# days}}, of {from} followed for {days, plural, one {# day} other {# days}}, without {unless} by then",
  holding: "Sum of {what} at the end of the period",
  level: "Sum of {what} to the end of the period, over {who}",
  duration: "{from} → {to} within {days, plural, one {# day} other {# days}} (Kaplan–Meier)",
  ratio: "{numerator} ÷ {denominator}",
  ofShop: "{numerator} of the segment ÷ {denominator} of the shop",
} as const;
