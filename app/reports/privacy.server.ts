// The Privacy page in words: what Shopify asked for and what became of it, how long orders are kept, what is held at all.
import { formatDay } from "../kpis/period.ts";
import type { AccessKind, DataAccess, PrivacyRequest } from "../../prisma/generated/client.ts";
import type { Held, RetentionView } from "./retention.server.ts";
import type { Detail } from "./views.ts";
import { civilDay, momentText, type Place, quantity } from "./wording.server.ts";

export interface RequestView {
  id: string;
  kind: string;
  /** Null once the customer is erased. */
  customerId: string | null;
  received: string;
  state: string;
  tone: "success" | "attention" | "info";
  /** The last day on which it is listed. */
  until: string;
  /** Address of the file, of a data request. */
  file: string | null;
}

export interface PrivacyView {
  requests: readonly RequestView[];
  retention: RetentionView;
  /** The newest files taken away, a sentence each. */
  taken: readonly { id: string; text: string }[];
  details: readonly Detail[];
}

export function privacyView(
  requests: readonly (PrivacyRequest & { expiresAt: Date })[],
  retention: RetentionView,
  held: Held,
  taken: readonly DataAccess[],
  { locale, timeZone, now }: Pick<Place, "locale" | "timeZone"> & { now: Date },
): PrivacyView {
  const day = (at: Date) => formatDay(civilDay(at, timeZone), locale);
  return {
    requests: requests.map((request) => requestView(request, day)),
    retention,
    taken: taken.map((access) => ({
      id: access.id,
      text: `${FILES[access.kind]}, ${momentText(access.at, now, { locale, timeZone })}, by ${
        access.userId === null ? "an app's program" : `staff account ${access.userId}`
      }`,
    })),
    details: [
      detail(
        "Held now",
        [
          quantity(held.orders, "order", "orders", locale),
          quantity(held.customers, "customer", "customers", locale),
          ...(held.withSums > 0
            ? [`sums of ${quantity(held.withSums, "customer", "customers", locale)}`]
            : []),
        ].join(", "),
      ),
      ...DETAILS,
    ],
  };
}

const FILES: Readonly<Record<AccessKind, string>> = {
  segments_file: "Figures by segment",
  members_file: "Customers of a segment",
  customer_file: "A customer's data",
};

function requestView(request: PrivacyRequest & { expiresAt: Date }, day: (at: Date) => string): RequestView {
  const base = {
    id: request.id,
    customerId: request.customerId === null ? null : String(request.customerId),
    received: day(request.receivedAt),
    until: day(request.expiresAt),
  };
  if (request.topic === "customers_data_request")
    return {
      ...base,
      kind: "Customer's data",
      state: request.downloadedAt === null ? "Ready to download" : `Downloaded ${day(request.downloadedAt)}`,
      tone: request.downloadedAt === null ? "attention" : "success",
      file: `/app/export/customer.json?request=${request.id}`,
    };
  return {
    ...base,
    kind: request.topic === "customers_redact" ? "Erase a customer" : "Erase the shop",
    state: doneText(request, day),
    tone: request.doneAt === null ? "info" : "success",
    file: null,
  };
}

function doneText({ topic, doneAt }: PrivacyRequest, day: (at: Date) => string): string {
  if (doneAt === null) return "Being erased";
  return topic === "customers_redact"
    ? `Erased ${day(doneAt)}`
    : "Not erased, as the shop uses the app again";
}

const detail = (label: string, value: string, help: string | null = null): Detail => ({ label, value, help });

const DETAILS: readonly Detail[] = [
  detail(
    "About a customer",
    "Shopify's id, dates, tags, consent, country, number of orders",
    "No name, e-mail address, phone number or street is ever stored.",
  ),
  detail("About an order", "Number, dates, status, channel, country, lines, amounts, who ordered (as an id)"),
  detail(
    "Orders older than you keep",
    "Each customer's number of orders, net sales, first and last day",
    "Or nothing, as you choose. Refunds that come later are kept with their day and whose they are.",
  ),
  detail(
    "Notifications from Shopify",
    "30 days",
    "Kept as a kind of change and an id, to recognise what is delivered twice.",
  ),
  detail(
    "Exports",
    "Not kept",
    "Files are made while you download them. Who downloaded what is kept for a year: Shopify's number of the staff account, and no customer.",
  ),
  detail("Privacy requests", "30 days", "The time you have to answer a customer."),
  detail(
    "An erased customer",
    "Erased when Shopify asks, known only as a code",
    "The code can't be turned back into the customer; by it their orders stay without a customer when they are read again. The database server's log and backups hold deleted data until they are overwritten.",
  ),
  detail(
    "After you uninstall",
    "Erased, usually after 2 days",
    "Shopify asks for it 48 hours after you uninstall; if it should not, it is done after 30 days. Install the app again before then and everything stays.",
  ),
];
