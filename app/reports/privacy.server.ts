// The Privacy page in words: what Shopify asked for and what became of it, how long orders are kept, what is held at all.
import { formatDay } from "../kpis/period.ts";
import type { PrivacyRequest } from "../../prisma/generated/client.ts";
import type { ShopMeta } from "../warehouse/warehouse.server.ts";
import type { Fact } from "./trust.server.ts";
import { civilDay, type Place } from "./wording.server.ts";

/** Months of orders a merchant can choose to keep; null keeps all. A year more than two lets years be compared. */
export const RETENTIONS = [null, 13, 25, 36, 60, 84, 120] as const;

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

export interface RetentionView {
  /** "all" or a number of months. */
  chosen: string;
  options: readonly { value: string; label: string }[];
  sentence: string;
}

export interface PrivacyView {
  requests: readonly RequestView[];
  retention: RetentionView;
  facts: readonly Fact[];
}

export function privacyView(
  {
    requests,
    keepMonths,
    meta,
  }: {
    requests: readonly (PrivacyRequest & { expiresAt: Date })[];
    keepMonths: number | null;
    meta: ShopMeta | null;
  },
  place: Pick<Place, "locale" | "timeZone">,
): PrivacyView {
  const day = (at: Date) => formatDay(civilDay(at, place.timeZone), place.locale);
  return {
    requests: requests.map((request) => requestView(request, day)),
    retention: {
      chosen: keepMonths === null ? "all" : String(keepMonths),
      options: [...new Set([...RETENTIONS, keepMonths])].map((months) => ({
        value: months === null ? "all" : String(months),
        label: retentionLabel(months),
      })),
      sentence: keptSentence(keepMonths, meta, place),
    },
    facts: FACTS,
  };
}

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

export function retentionLabel(months: number | null): string {
  if (months === null) return "All orders";
  return months % 12 === 0 && months > 12 ? `The last ${months / 12} years` : `The last ${months} months`;
}

function keptSentence(
  keepMonths: number | null,
  meta: ShopMeta | null,
  { locale }: Pick<Place, "locale">,
): string {
  if (keepMonths === null) return "All orders are kept for as long as the app is installed.";
  if (meta?.history === "retention" && meta.loaded_from !== null)
    return `Orders since ${formatDay(meta.loaded_from, locale)} are kept. Each night a day moves out.`;
  return meta?.history === "loading"
    ? "Orders are being read; older ones than you keep are left out."
    : `Orders of ${retentionLabel(keepMonths).replace(/^The/, "the")} are kept. Older ones that are still here are removed within minutes.`;
}

const fact = (label: string, value: string, help: string | null = null): Fact => ({ label, value, help });

const FACTS: readonly Fact[] = [
  fact(
    "Of a customer",
    "Shopify's id, dates, tags, consent, country, number of orders",
    "No name, e-mail address, phone number or street is ever stored.",
  ),
  fact("Of an order", "Number, dates, status, channel, country, lines, amounts, who ordered (as an id)"),
  fact(
    "Notifications from Shopify",
    "30 days",
    "Kept as a kind of change and an id, to recognise what is delivered twice.",
  ),
  fact("Exports", "Not kept", "Files are made while you download them."),
  fact("Privacy requests", "30 days", "The time you have to answer a customer."),
  fact(
    "An erased customer",
    "Gone at once, known only as a code",
    "The code can't be turned back into the customer; by it their orders stay without a customer when they are read again. The database server's log and backups hold deleted data until they are overwritten.",
  ),
  fact(
    "After you uninstall",
    "Erased when Shopify asks, 48 hours later",
    "Unless you install the app again before then.",
  ),
];
