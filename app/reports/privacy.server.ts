// The Privacy page in words: what Shopify asked for and what became of it, how long orders are kept, what is held at all.
import { formatDay } from "../kpis/period.ts";
import type { AccessKind, DataAccess, PrivacyRequest } from "../../prisma/generated/client.ts";
import type { Held, RetentionView } from "./retention.server.ts";
import type { Detail } from "./views.ts";
import { say, type WordId } from "../words/words.server.ts";
import { civilDay, momentText, type Place } from "./wording.server.ts";

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
  place: Pick<Place, "locale" | "timeZone"> & { now: Date },
): PrivacyView {
  const counted = [
    say(place, "privacy.orders", { n: held.orders }),
    say(place, "privacy.customers", { n: held.customers }),
    ...(held.withSums > 0 ? [say(place, "privacy.sums", { n: held.withSums })] : []),
  ];
  return {
    requests: requests.map((request) => requestView(request, place)),
    retention,
    taken: taken.map((access) => ({ id: access.id, text: takenText(access, place) })),
    details: [
      { label: say(place, "privacy.heldNow"), value: counted.join(", "), help: null },
      ...DETAILS.map(([label, value, help]) => ({
        label: say(place, label),
        value: say(place, value),
        help: help === null ? null : say(place, help),
      })),
    ],
  };
}

type At = Pick<Place, "locale" | "timeZone"> & { now: Date };

const FILES = {
  segments_file: "privacy.segmentsFile",
  members_file: "privacy.membersFile",
  customer_file: "privacy.customerFile",
  rows_file: "privacy.rowsFile",
} as const satisfies Readonly<Record<AccessKind, WordId>>;

function takenText({ kind, at, userId }: DataAccess, place: At): string {
  const what = { file: say(place, FILES[kind]), at: momentText(at, place.now, place) };
  return userId === null
    ? say(place, "privacy.takenByApp", what)
    : say(place, "privacy.takenByStaff", { ...what, id: String(userId) });
}

function requestView(request: PrivacyRequest & { expiresAt: Date }, place: At): RequestView {
  const day = (at: Date) => formatDay(civilDay(at, place.timeZone), place.locale);
  const base = {
    id: request.id,
    customerId: request.customerId === null ? null : String(request.customerId),
    received: day(request.receivedAt),
    until: day(request.expiresAt),
  };
  const { downloadedAt, doneAt, topic } = request;
  if (topic === "customers_data_request")
    return {
      ...base,
      kind: say(place, "privacy.dataRequest"),
      state:
        downloadedAt === null
          ? say(place, "privacy.ready")
          : say(place, "privacy.downloaded", { day: day(downloadedAt) }),
      tone: downloadedAt === null ? "attention" : "success",
      file: `/app/export/customer.json?request=${request.id}`,
    };
  const isOfCustomer = topic === "customers_redact";
  const done =
    doneAt === null
      ? say(place, "privacy.erasing")
      : isOfCustomer
        ? say(place, "privacy.erased", { day: day(doneAt) })
        : say(place, "privacy.notErased");
  return {
    ...base,
    kind: say(place, isOfCustomer ? "privacy.eraseCustomer" : "privacy.eraseShop"),
    state: done,
    tone: doneAt === null ? "info" : "success",
    file: null,
  };
}

/** What is kept of what: its name, what that is, and what else there is to say. */
const DETAILS = [
  ["privacy.customer", "privacy.customerIs", "privacy.customerHelp"],
  ["privacy.order", "privacy.orderIs", null],
  ["privacy.recorded", "privacy.recordedAre", "privacy.recordedHelp"],
  ["privacy.goods", "privacy.goodsAre", "privacy.goodsHelp"],
  ["privacy.choices", "privacy.choicesAre", "privacy.choicesHelp"],
  ["privacy.calendar", "privacy.calendarIs", "privacy.calendarHelp"],
  ["privacy.older", "privacy.olderIs", "privacy.olderHelp"],
  ["privacy.webhooks", "privacy.webhooksAre", "privacy.webhooksHelp"],
  ["privacy.exports", "privacy.exportsAre", "privacy.exportsHelp"],
  ["privacy.requests", "privacy.requestsAre", "privacy.requestsHelp"],
  ["privacy.erasedCustomer", "privacy.erasedCustomerIs", "privacy.erasedCustomerHelp"],
  ["privacy.uninstalled", "privacy.uninstalledIs", "privacy.uninstalledHelp"],
] as const satisfies readonly (readonly [WordId, WordId, WordId | null])[];
