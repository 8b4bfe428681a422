// What a segment's page says by itself.
export const segmentPage = {
  subtitle: "{segmentation}, {period}",
  export: "Export customers",
  who: "Who is in it",
  chosenKpi: "KPI drawn",
  kpis: "KPIs",
  kpisCaption: "KPIs of this segment",
  kpi: "KPI",
  value: "Value",
  change: "Change",
  everyone: "Everyone else",
  everyoneElse: "Everyone else, and the difference",
  counted: "How this was counted<hidden>: {kpi}</hidden>",
  within: "Within {segment}",
  withinHelp:
    "See these customers by another segmentation, by their tags, or their orders by channel, country, discount or place.",
  customers: "Customers",
  customersHelp:
    "Net sales and orders up to the day of the group. Names stay in Shopify: each number opens the customer there.",
  customersCaption: "Customers in {segment}",
  customer: "Customer",
  customerId: "Customer {id}",
  customerPages: "Pages of customers",
} as const;
