// What the merchant changed in Shopify, or Shopify for the merchant, in words: what it does to the figures, since when,
// and what ends it.
import { formatDay } from "../kpis/period.ts";
import type { SyncState } from "../sync/sync.server.ts";
import { say } from "../words/words.server.ts";
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

/** Of these scopes it is known what goes without them. */
const LOST = [
  "read_orders",
  "read_all_orders",
  "read_customers",
  "read_products",
  "read_customer_merge",
] as const;

function lostText(scope: string, since: string, at: At): string {
  const known = LOST.find((each) => each === scope);
  return known === undefined
    ? say(at, "shopNotices.otherScope", { scope })
    : say(at, `shopNotices.${known}`, { since });
}

/** Everything of this kind that holds at the moment, most pressing first. */
export function shopNotices(state: SyncState, at: At): ShopNotice[] {
  const { paused, lostScopes, currencyChange, timeZoneChange, copyLostAt } = state;
  const day = (instant: string) => formatDay(civilDay(new Date(instant), at.timeZone), at.locale);
  const notices: ShopNotice[] = [];
  if (paused) {
    const { pause, until } = paused;
    const moment = (instant: string) => momentText(new Date(instant), at.now, at);
    const since = moment(paused.since);
    notices.push({
      id: "paused",
      key: `paused ${pause} ${paused.since}`,
      tone: "warning",
      title: say(at, `shopNotices.${pause}`),
      text:
        until === null
          ? say(at, `shopNotices.${pause}Text`, { since })
          : say(at, `shopNotices.${pause}Until`, { since, next: moment(until) }),
    });
  }
  const isNews = (instant: string) => at.now.getTime() - Date.parse(instant) < NEWS_MS;
  const isBack = state.phase === "complete";
  if (copyLostAt !== null && (!isBack || isNews(copyLostAt)))
    notices.push({
      id: "copy",
      key: `copy ${copyLostAt}`,
      tone: isBack ? "info" : "warning",
      title: say(at, "shopNotices.copyLost"),
      text: say(at, isBack ? "shopNotices.copyReadAgain" : "shopNotices.copyBeingRead", {
        day: day(copyLostAt),
      }),
    });
  if (currencyChange && state.phase !== "complete")
    notices.push({
      id: "currency",
      key: `currency ${currencyChange.at}`,
      tone: "info",
      title: say(at, "shopNotices.currencyChanged", { ...currencyChange, day: day(currencyChange.at) }),
      text: say(at, "shopNotices.currencyChangedText"),
    });
  if (lostScopes)
    notices.push({
      id: "scopes",
      key: `scopes ${lostScopes.since} ${lostScopes.scopes.join()}`,
      scopes: lostScopes.scopes,
      tone: "warning",
      title: say(
        at,
        lostScopes.scopes.includes("read_customers")
          ? "shopNotices.customersRemoved"
          : "shopNotices.scopesRemoved",
      ),
      text: [
        ...lostScopes.scopes.map((scope) => lostText(scope, day(lostScopes.since), at)),
        say(at, "shopNotices.scopesBack"),
      ].join(" "),
    });
  if (timeZoneChange && isNews(timeZoneChange.at))
    notices.push({
      id: "time_zone",
      key: `time_zone ${timeZoneChange.at}`,
      tone: "info",
      title: say(at, "shopNotices.daysCounted", { timeZone: at.timeZone }),
      text: say(at, "shopNotices.daysCountedText", {
        day: day(timeZoneChange.at),
        from: timeZoneChange.from,
      }),
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
  const since = (now: string, change: { from: string; at: string } | null) =>
    change === null ? now : say(at, "shopNotices.changed", { now, day: day(change.at), from: change.from });
  return [
    ...(name === null ? [] : [{ label: say(at, "shopNotices.shop"), value: name, help: null }]),
    ...(primaryDomain === null
      ? []
      : [{ label: say(at, "shopNotices.domain"), value: primaryDomain, help: null }]),
    ...(currency === null
      ? []
      : [
          {
            label: say(at, "shopNotices.timeZone"),
            value: since(at.timeZone, timeZoneChange),
            help: say(at, "shopNotices.timeZoneHelp"),
          },
          {
            label: say(at, "shopNotices.currency"),
            value: since(currency, currencyChange?.to === currency ? currencyChange : null),
            help: say(at, "shopNotices.currencyHelp"),
          },
        ]),
  ];
}
