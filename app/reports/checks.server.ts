// Checks of every order and customer in words: what the last one found, what was corrected since, what is under way.
import type { ChecksState } from "../reconcile/reconcile.server.ts";
import { instantOf } from "../warehouse/values.ts";
import type { Detail } from "./views.ts";
import { countText, momentText, quantity } from "./wording.server.ts";

type Result = NonNullable<ChecksState["lastNight"]>;
interface At {
  locale: string;
  timeZone: string;
  now: Date;
}

const STAGES: Readonly<Record<string, string>> = {
  sweep: "reading the latest changes",
  listing: "waiting for Shopify's list of all orders and customers",
  checkouts: "comparing abandoned checkouts",
  products: "comparing products",
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
  products_missing: ["product was missing", "products were missing"],
  products_gone: ["product was deleted in Shopify", "products were deleted in Shopify"],
  products_changed: ["product had changed unnoticed", "products had changed unnoticed"],
  checkouts_missing: ["abandoned checkout was missing", "abandoned checkouts were missing"],
  checkouts_changed: [
    "abandoned checkout had changed unnoticed",
    "abandoned checkouts had changed unnoticed",
  ],
  products_untold: [
    "product of which Shopify had sent no notification",
    "products of which Shopify had sent no notification",
  ],
  products_told: [
    "product read before its notification was",
    "products read before their notifications were",
  ],
  orders_untold: [
    "order of which Shopify had sent no notification",
    "orders of which Shopify had sent no notification",
  ],
  orders_told: ["order read before its notification was", "orders read before their notifications were"],
  customers_untold: [
    "customer of whom Shopify had sent no notification",
    "customers of whom Shopify had sent no notification",
  ],
  customers_told: [
    "customer read before the notification was",
    "customers read before their notifications were",
  ],
};

/** Of checks and of what is corrected between them. */
export function checkDetails({ lastNight, lastMended, nights }: ChecksState, at: At): Detail[] {
  const moment = (instant: string) => momentText(instantOf(instant), at.now, at);
  const clean = nights.made === nights.clean ? "any" : countText(nights.clean, at.locale);
  return [
    {
      label: "Last full check",
      value: lastNight
        ? `${moment(lastNight.finishedAt)}: ${lastCheckText(lastNight, at.locale)}`
        : "Not yet",
      help: "Every night, while the shop sleeps, each order and customer is compared with Shopify's list.",
    },
    ...(nights.made > 0
      ? [
          {
            label: "Full checks in the last 90 days",
            value: `${countText(nights.made, at.locale)}, no difference in ${clean}`,
            help: null,
          },
        ]
      : []),
    {
      label: "Last change that was missed and corrected",
      value: lastMended
        ? `${moment(lastMended.finishedAt)}: ${listText(lastMended, at.locale)}`
        : "None in the last 90 days",
      help: "Found by asking, while no notification of it was waiting.",
    },
  ];
}

/** "A check is under way: comparing orders." */
export function runningText({ stage, error }: NonNullable<ChecksState["running"]>): string {
  const text = `A check is under way: ${STAGES[stage] ?? "starting"}.`;
  return error === null ? text : `${text} The last try stopped (${error}). It goes on by itself.`;
}

/** What a check found, after a colon: "1,900 orders and customers compared, no difference found." */
export function lastCheckText(result: Result, locale: string): string {
  if (result.error !== null) return `it didn't finish. ${result.error}`;
  const compared = `${quantity(result.checked, "order or customer", "orders and customers", locale)} compared`;
  if (Object.keys(result.found).length === 0) return `${compared}, no difference found.`;
  const corrected =
    result.remaining === 0
      ? "All of it was corrected."
      : `${countText(result.remaining, locale)} couldn't be corrected then; the next check tries again.`;
  return `${compared}. ${listText(result, locale)}. ${corrected}`;
}

function listText({ found }: Result, locale: string): string {
  return Object.entries(found)
    .map(([kind, count]) => {
      const [one, many] = FINDINGS[kind] ?? [kind, kind];
      return quantity(count ?? 0, one, many, locale);
    })
    .join(", ");
}
