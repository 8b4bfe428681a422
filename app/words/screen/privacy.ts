// What the Privacy page says by itself.
export const privacyPage = {
  title: "Privacy",
  held: "What the app holds, and how long",
  taken: "Who downloaded files",
  nobodyTook: "Nobody in the last year.",
  requests: "Requests from your customers",
  requestsHelp:
    "When a customer asks you for their data, Shopify passes the request on to every app. Download the file and give it to the customer: Shopify expects you to answer within 30 days, and the app writes to nobody. The app carries out requests to erase a customer by itself.",
  noRequest: "No request in the last 30 days.",
  ofCustomer: "<link>Customer {id}</link>, asked {received}, listed until {until}",
  ofNobody: "Asked {received}, listed until {until}",
  download: "Download",
  retention: "How long orders are kept",
  keep: "Keep",
  keepHelp: "Older orders are removed from the app, not from Shopify. A longer time reads them again.",
  forget: "Also forget each customer's sums",
  forgetHelp:
    "Sums are the number of orders, net sales, and the first and last day. Without them, segments, net sales, and new and returning customers can't be shown.",
} as const;
