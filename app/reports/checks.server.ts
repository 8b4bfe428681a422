// Checks of the whole copy in words: what the last night found, what the last sweep mended, what is under way.
import type { ChecksState } from "../sync/sync.server.ts";
import { utc } from "./sync-status.server.ts";
import type { Fact } from "./trust.server.ts";
import { countText, momentText, quantity } from "./wording.server.ts";

export interface ChecksView {
  /** Where the check under way stands; null while none is. */
  running: string | null;
  /** Of the last night's check; null before the first. */
  verdict: "clean" | "mended" | "open" | null;
  facts: readonly Fact[];
}

type Result = NonNullable<ChecksState["lastNight"]>;
interface At {
  locale: string;
  timeZone: string;
  now: Date;
}

const STAGES: Readonly<Record<string, string>> = {
  sweep: "reading the latest changes",
  listing: "waiting for Shopify's list of all orders and customers",
  customers: "comparing customers",
  orders: "comparing orders",
  repair: "reading again what differs",
  months: "comparing the months",
};

/** One and many, after a number. */
const FINDINGS: Readonly<Record<string, readonly [string, string]>> = {
  orders_missing: ["order was missing", "orders were missing"],
  orders_gone: ["order was deleted in Shopify", "orders were deleted in Shopify"],
  orders_changed: ["order had changed unnoticed", "orders had changed unnoticed"],
  orders_moved: ["order belonged to another customer", "orders belonged to other customers"],
  orders_total: ["order had another total", "orders had another total"],
  customers_missing: ["customer was missing", "customers were missing"],
  customers_gone: ["customer was deleted in Shopify", "customers were deleted in Shopify"],
  customers_changed: ["customer had changed unnoticed", "customers had changed unnoticed"],
  orders_untold: ["order without a notification", "orders without a notification"],
  orders_told: ["order ahead of its notification", "orders ahead of their notifications"],
  customers_untold: ["customer without a notification", "customers without a notification"],
  customers_told: ["customer ahead of its notification", "customers ahead of their notifications"],
};

export function checksView(state: ChecksState, at: At): ChecksView {
  const moment = (instant: string) => momentText(utc(instant), at.now, at, { seconds: true });
  const { running, lastNight, lastMended, nights } = state;
  return {
    running: running && runningText(running),
    verdict:
      lastNight === null
        ? null
        : lastNight.error !== null || lastNight.remaining > 0
          ? "open"
          : Object.keys(lastNight.found).length > 0
            ? "mended"
            : "clean",
    facts: [
      {
        label: "Last check of the whole copy",
        value: lastNight ? moment(lastNight.finishedAt) : "Not yet",
        help: "Every night, while the shop sleeps, each order and customer is held against Shopify's list.",
      },
      ...(lastNight ? [{ label: "What was wrong", value: nightText(lastNight, at.locale), help: null }] : []),
      ...(nights.made > 0
        ? [
            {
              label: "Checks in the last 90 days",
              value: `${countText(nights.made, at.locale)}, ${nights.clean === nights.made ? "nothing wrong in any" : `nothing wrong in ${countText(nights.clean, at.locale)}`}`,
              help: null,
            },
          ]
        : []),
      {
        label: "Last sweep that mended something",
        value: lastMended
          ? `${moment(lastMended.finishedAt)}: ${listText(lastMended, at.locale)}`
          : "None in the last 90 days",
        help: "What a sweep finds with no notification waiting is what Shopify's notifications had lost.",
      },
    ],
  };
}

function runningText({ stage, error }: NonNullable<ChecksState["running"]>): string {
  const text = `A check is under way: ${STAGES[stage] ?? "starting"}.`;
  return error === null ? text : `${text} The last try stopped (${error}). It goes on by itself.`;
}

function listText({ found }: Result, locale: string): string {
  return Object.entries(found)
    .map(([kind, count]) => {
      const [one, many] = FINDINGS[kind] ?? [kind, kind];
      return quantity(count ?? 0, one, many, locale);
    })
    .join(", ");
}

function nightText(result: Result, locale: string): string {
  if (result.error !== null) return `It did not finish: ${result.error}`;
  const compared = `${quantity(result.checked, "order or customer", "orders and customers", locale)} compared`;
  if (Object.keys(result.found).length === 0) return `Nothing. ${compared}.`;
  const left =
    result.remaining === 0
      ? "All of it was mended."
      : `${countText(result.remaining, locale)} could not be mended yet; the next check tries again.`;
  return `${listText(result, locale)}. ${left} ${compared}.`;
}
