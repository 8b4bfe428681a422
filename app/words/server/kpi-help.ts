// What KPIs, and the parts they are made of, are.
export const kpiHelp = {
  gross_sales:
    "What was sold at full price: before discounts, tax and shipping. Gift cards sold are not sales.",
  discounts: "Discounts given on what was sold, order-level ones shared out over the lines, before tax.",
  sales_reversals:
    "Returns, refunds and adjustments on the day they were booked, whenever the order was, as a positive number.",
  shipping: "What customers paid for shipping, without tax.",
  taxes: "Taxes on everything sold, shipped or charged.",
  duties: "Import duties charged at checkout.",
  fees: "Additional fees and return fees.",
  tips: "Tips that customers gave. They are no sales.",
  units_as_placed: "Pieces in the period's orders as they were placed, without later changes.",
  discounted_orders: "Orders placed in the period with a discount on their products, later ones left out.",
  orders: "Orders placed in the period. Cancelled orders stay; test and deleted orders are out.",
  units_sold: "Pieces sold in the period, those of exchanges and edits included, before returns.",
  sales_as_placed:
    "Gross sales less discounts of the period's orders as they were placed, without later changes.",
  units_so_far: "Pieces of the period's orders, with those that were added up to now.",
  units_returned: "Pieces of the period's orders that came back up to now.",
  sales_so_far: "What the period's orders have brought in, with every change and return up to now.",
  sales_after_discounts: "Gross sales less discounts, before anything is given back.",
  net_sales: "Sales after discounts and returns, before tax and shipping.",
  total_sales: "Net sales with shipping, taxes, duties and fees; without tips and gift cards.",
  active_customers: "Different customers with an order in the period.",
  new_customers: "Customers whose first order ever is in the period.",
  new_customer_records:
    "Customer records made in the period, whether or not the customer ordered. Records that were deleted or erased since are not among them.",
  repeat_customers: "Different customers with 2 or more orders inside the period.",
  members: "Customers of the segment at the chosen instant, whether they ordered in the period or not.",
  buying_members: "Members of the segment at the chosen instant with an order in the period.",
  members_with_order: "Members of the segment who had ordered by the chosen instant.",
  subscribed_members:
    "Members of the segment at the chosen instant who were subscribed to e-mail at the end of the period's last day.",
  consents_given:
    "Days on which a customer became subscribed to e-mail who had not been at the end of the day before. Of records that were deleted or erased since there are none.",
  new_subscribers:
    "Different customers who gave consent to e-mail in the period: subscribed at the end of a day, and not at the end of the day before. A record that is made with consent counts; who gives it, withdraws it and gives it again counts once. Consents are recorded day by day: who was subscribed when that began has given it earlier.",
  subscribed_share:
    "Share of the segment's customers at the chosen instant that were subscribed to e-mail at the end of the period's last day. Customers without an e-mail address count as not subscribed. Known since consents are recorded.",
  value_to_date: "What members have brought in since their first order.",
  returning_customers:
    "Customers who ordered and had ordered before the period. First and second order in one period count once, as new.",
  later_orders: "Orders of customers who had ordered on an earlier day.",
  second_orders: "Second orders of customers, whenever the first was.",
  second_order_rate_30d:
    "Share of the period's new customers who order again within 30 days of the first order. Those whose 30 days are not over count as far as they are followed; without anybody who was followed so long there is no figure.",
  second_order_rate_90d:
    "Share of the period's new customers who order again within 90 days of the first order. Those whose 90 days are not over count as far as they are followed; without anybody who was followed so long there is no figure.",
  second_order_rate_180d:
    "Share of the period's new customers who order again within 180 days of the first order. Those whose 180 days are not over count as far as they are followed; without anybody who was followed so long there is no figure.",
  second_order_rate_365d:
    "Share of the period's new customers who order again within 365 days of the first order. Those whose 365 days are not over count as far as they are followed; without anybody who was followed so long there is no figure.",
  aov: "What an order brings in as placed: after discounts, before tax, shipping and later changes. Shopify's definition.",
  aov_median:
    "What a usual order brings in: half of the period's orders lie below it, whatever a few large ones do. As placed: after discounts, before tax, shipping and later changes.",
  net_aov:
    "What an order of the period has brought in so far, after discounts, later changes and returns. Returns still to come will lower it, so recent periods look better than they are.",
  return_rate_units:
    "Part of the pieces of the period's orders that have come back so far. Returns still to come will raise it, so recent periods look better than they are.",
  units_per_order: "Pieces in an order as it was placed.",
  discounted_order_share: "Part of the period's orders that were placed with a discount on their products.",
  returning_customer_rate:
    "Share of the customers who ordered that had ordered before the period. Shopify's definition.",
  repeat_purchase_rate:
    "Share of the customers who ordered that ordered 2 or more times inside the period. It grows with the period's length.",
  orders_per_customer: "Orders per customer who ordered in the period. Guest orders are left out.",
  days_between_orders:
    "The median number of days from a customer's order in the period back to the one before; orders of one day count as one. Who has not come back yet is in none of these gaps, so they look shorter than customers' rhythm is.",
  sales_per_customer: "Net sales per customer who ordered in the period. Guest orders are left out.",
  customer_value_to_date:
    "What a member has brought in from the first order to the end of the period, after discounts and returns.",
  discount_rate: "Part of gross sales given away as discounts.",
  reversal_rate:
    "Returns, refunds and adjustments booked in the period against gross sales of the same period; goods may have been sold before it.",
  buyer_rate: "Share of the segment's customers at the chosen instant that ordered in the period.",
  sales_share:
    "The segment's part of the shop's net sales. It has no value unless the shop's net sales are above 0.",
  member_orders: "Orders of members of the segment at the chosen instant.",
  member_sales: "Net sales of members of the segment at the chosen instant.",
  bought_before:
    "Different customers with an order in the whole month, quarter or year before a whole one, else in as many days just before.",
  retained: "Customers with an order in the period before who ordered again in this one.",
  overdue_customers:
    "Members of the segment who, at the chosen instant, had been silent for longer than nine in ten of the shop's gaps between two purchase days; 180 days where fewer than 30 gaps are known.",
  loyal_customers: "Members of the segment with orders on 2 or more days who are not overdue.",
  leads_followed:
    "Customer records made in the period at least 30 days ago, without an order up to and on that day.",
  leads_who_bought: "Of those leads, how many placed their first order within 30 days.",
  new_followed_90d: "New customers of the period whose first 90 days are over.",
  sales_within_90d: "What those customers brought in within 90 days, the day of the first order included.",
  new_followed_365d: "New customers of the period whose first 365 days are over.",
  sales_within_365d: "What those customers brought in within 365 days, the day of the first order included.",
  retention_rate: "Share of the customers who ordered in the period before that ordered again in this one.",
  churn_risk_share:
    "Share of the segment's customers who had been silent, at the chosen instant, for longer than nine in ten of the shop's gaps between orders. Nobody has said that they left: without a contract that is not observed.",
  loyal_share:
    "Share of the segment's customers with orders on 2 or more days who were not overdue at the chosen instant.",
  orders_per_member:
    "Orders per customer of the segment at the chosen instant, whether they ordered or not: it falls when customers leave.",
  sales_per_member:
    "Net sales per customer of the segment at the chosen instant, whether they ordered or not.",
  lead_conversion:
    "Share of the customer records made in the period without an order that ordered within 30 days, of those whose 30 days are over. Whoever ordered on the day of the record is not among them.",
  value_within_90d:
    "Net sales that a new customer of the period brings within 90 days of the first order, of those whose 90 days are over: everybody is followed equally long.",
  value_within_365d:
    "Net sales that a new customer of the period brings within 365 days of the first order, of those whose 365 days are over: everybody is followed equally long.",
  costed_sales:
    "Net sales of the products whose cost per item Shopify has told. Amounts given back for an order as a whole count where all its costs are known.",
  cost_of_goods:
    "What the products sold cost, less those returned, by the first cost per item that Shopify told of each line.",
  gross_margin:
    "Net sales of products whose cost is known, less what they cost. Shipping, fees and advertising are not taken off.",
  gross_margin_rate:
    "Part of net sales that is left when the goods are paid, over products whose cost is known.",
  ad_spend: "What was spent on advertising in the period, as it was entered.",
  cac_blended:
    "All ad spend of the period divided by all its new customers, wherever they came from: blended, as not every one of them came by an advertisement.",
  units_in_stock:
    "Units on hand at the end of the period's last day, at all locations, as Shopify counts them. Where more is sold than there is, there is none.",
  costed_units_in_stock: "Of the units in stock, those whose cost per item was known on that day.",
  stock_value:
    "What the units on hand at the end of the period's last day cost to buy, by the cost per item of that day; of units whose cost is known. It is the shop's: no customer has any of it.",
  units_bought:
    "Units of product lines as orders and changes to orders added them, by day. What an order lost again on the same day is not counted; what it lost later, and what came back, is.",
  units_of_known_stock:
    "Of the units bought, those of whose variant it is known whether anything was available at the end of the period's last day. Of a variant that is deleted, of one with no stock at any location, and of a line without a variant, it is not.",
  units_out_of_stock:
    "Of the units bought, those of whose variant nothing was available at the end of the period's last day, at all locations together. A variant whose stock Shopify does not count is never out of stock.",
  stockout_exposure:
    "Of the units bought in the period, the part whose variant was out of stock at its end: how far what these customers buy is missing now. Of units whose variant's stock is known; a variant counts as often as units of it were bought.",
} as const;
