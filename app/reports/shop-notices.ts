// What the merchant changed in Shopify, or Shopify for the merchant, in words: what it does to the figures, since when,
// and what ends it.
import type { Pause } from "../errors.ts";
import { formatDay } from "../kpis/period.ts";
import type { SyncState } from "../sync/sync.server.ts";
import { civilDay, momentText } from "./wording.server.ts";

export interface ShopNotice {
  id: string;
  /** Of this occurrence: what was put away stays away, and is told when it happens again. */
  key: string;
  /** Scopes that the merchant can give back. */
  scopes?: readonly string[];
  tone: "warning" | "info";
  title: string;
  text: string;
}

interface At {
  locale: string;
  timeZone: string;
  now: Date;
}

/** How long a page tells that days are counted by another clock. */
const NEWS_MS = 7 * 86_400_000;

const PAUSED: Readonly<Record<Pause, { title: string; text: string }>> = {
  frozen: {
    title: "Shopify has frozen this store",
    text: "Until its plan is paid, Shopify lets no app read its orders.",
  },
  locked: {
    title: "Shopify has locked this store",
    text: "Until it is unlocked, Shopify lets no app read its orders. Shopify Support can say why.",
  },
  unavailable: {
    title: "Shopify doesn't open this store",
    text: "While it is unavailable, Shopify lets no app read its orders.",
  },
};

const LOST: Readonly<Record<string, (since: string) => string>> = {
  read_orders: (since) =>
    `Orders (read_orders): nothing new is read since ${since}. The figures are those of that time.`,
  read_all_orders: (since) =>
    `Older orders (read_all_orders): changes to orders older than 60 days are not followed since ${since}.`,
  read_customers: (since) =>
    `Customers (read_customers): orders placed since ${since} don't say who bought. Periods that reach beyond that day have no segments and no figures per customer.`,
  read_products: (since) =>
    `Products (read_products): orders read since ${since} don't say what was bought, or what it cost.`,
  read_customer_merge: (since) =>
    `Merged customers (read_customer_merge): since ${since} a merge is noticed late.`,
};

/** Everything of this kind that holds at the moment, most pressing first. */
export function shopNotices(state: SyncState, at: At): ShopNotice[] {
  const { paused, lostScopes, currencyChange, timeZoneChange, copyLostAt } = state;
  const day = (instant: string) => formatDay(civilDay(new Date(instant), at.timeZone), at.locale);
  const notices: ShopNotice[] = [];
  if (paused) {
    const { title, text } = PAUSED[paused.pause];
    const next = paused.until === null ? "" : `, next ${momentText(new Date(paused.until), at.now, at)}`;
    notices.push({
      id: "paused",
      key: `paused ${paused.pause} ${paused.since}`,
      tone: "warning",
      title,
      text: `${text} It has been so since ${momentText(new Date(paused.since), at.now, at)}. The last figures stay here; the app tries again by itself${next}.`,
    });
  }
  const isNews = (instant: string) => at.now.getTime() - Date.parse(instant) < NEWS_MS;
  if (copyLostAt !== null && (state.phase !== "complete" || isNews(copyLostAt)))
    notices.push({
      id: "copy",
      key: `copy ${copyLostAt}`,
      tone: state.phase === "complete" ? "info" : "warning",
      title: "The app's copy of your shop was damaged",
      text: `It was found so on ${day(copyLostAt)}. Orders and customers ${
        state.phase === "complete" ? "were" : "are being"
      } read again from Shopify, and none of them is lost. What Shopify keeps no history of, such as stock, unit costs and consents of earlier days, is recorded anew from then on.`,
    });
  if (currencyChange && state.phase !== "complete")
    notices.push({
      id: "currency",
      key: `currency ${currencyChange.at}`,
      tone: "info",
      title: `The shop's currency changed from ${currencyChange.from} to ${currencyChange.to} on ${day(currencyChange.at)}`,
      text: "Figures are being read again, so that no amount of the old currency stays among the new ones.",
    });
  if (lostScopes)
    notices.push({
      id: "scopes",
      key: `scopes ${lostScopes.since} ${lostScopes.scopes.join()}`,
      scopes: lostScopes.scopes,
      tone: "warning",
      title: lostScopes.scopes.includes("read_customers")
        ? "Customer access was removed"
        : "The app may no longer read everything",
      text: [
        ...lostScopes.scopes.map((scope) => LOST[scope]?.(day(lostScopes.since)) ?? `${scope}.`),
        "When the permission is back, what is missing is read again by itself.",
      ].join(" "),
    });
  if (timeZoneChange && isNews(timeZoneChange.at))
    notices.push({
      id: "time_zone",
      key: `time_zone ${timeZoneChange.at}`,
      tone: "info",
      title: `Days are counted in the time zone ${at.timeZone}`,
      text: `The shop's time zone changed on ${day(timeZoneChange.at)}; it was ${timeZoneChange.from}. All orders, older ones too, have been booked on their days of the new one.`,
    });
  return notices;
}

/** Who the shop is and by what its figures are counted, with the last change of each. */
export function shopFacts(
  state: SyncState,
  { currency, ...at }: At & { currency: string | null },
): { label: string; value: string; help: string | null }[] {
  const { currencyChange, timeZoneChange, name, primaryDomain } = state;
  const day = (instant: string) => formatDay(civilDay(new Date(instant), at.timeZone), at.locale);
  const since = (change: { from: string; at: string } | null) =>
    change === null ? "" : ` since ${day(change.at)}, ${change.from} before`;
  return [
    ...(name === null ? [] : [{ label: "Shop", value: name, help: null }]),
    ...(primaryDomain === null ? [] : [{ label: "Domain", value: primaryDomain, help: null }]),
    ...(currency === null
      ? []
      : [
          {
            label: "Time zone",
            value: at.timeZone + since(timeZoneChange),
            help: "By it orders are put on their days. After a change all orders are booked anew.",
          },
          {
            label: "Currency",
            value: currency + since(currencyChange?.to === currency ? currencyChange : null),
            help: "Amounts in other currencies are as Shopify converted them at the order. After a change everything is read again.",
          },
        ]),
  ];
}
