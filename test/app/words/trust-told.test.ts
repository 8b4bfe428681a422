// Data and trust in a language that nobody speaks: whatever a view tells has an id, and each message can be written.
import { describe, expect, it } from "vitest";
import { failure } from "../../../app/failure.ts";
import { agreementView } from "../../../app/reports/agreement.server.ts";
import { monthsView } from "../../../app/reports/months.server.ts";
import { retentionView } from "../../../app/reports/retention.server.ts";
import { shopFacts, shopNotices } from "../../../app/reports/shop-notices.server.ts";
import { syncStatusView } from "../../../app/reports/sync-status.server.ts";
import { upkeepView } from "../../../app/reports/upkeep.server.ts";
import type { ChecksState } from "../../../app/reconcile/reconcile.server.ts";
import type { SyncState } from "../../../app/sync/sync.server.ts";
import { PSEUDO } from "../../../app/words/screen.ts";
import * as synced from "../reports/synced.ts";

const at = { ...synced.at, locale: PSEUDO };
const error = failure("unanswered_status", { shop: "cups.myshopify.com", status: "502" });
const since = synced.hoursAgo(1);
const failing: SyncState = {
  ...synced.state,
  phase: "failed",
  error,
  paused: { pause: "frozen", since, until: since },
  lostScopes: { scopes: ["read_customers", "read_products"], since },
  currencyChange: { from: "EUR", to: "CHF", at: since },
  timeZoneChange: { from: "UTC", at: since },
  copyLostAt: since,
  failedJobs: [{ id: "1", job: "sweep", error, at: since, gaveUp: true }],
  lastSweepAt: since,
};
const night: NonNullable<ChecksState["lastNight"]> = {
  startedAt: since,
  finishedAt: since,
  checked: 2,
  found: { orders_missing: 1, customers_gone: 2 },
  repaired: 2,
  remaining: 1,
  error: null,
};
const amounts = { orders: 1, net: 2, gross: 0, discounts: 0, reversals: 0, taxes: 0, total: 0 };
const month = (verdict: "agrees" | "explained" | "differs" | "not_comparable", number: number) => ({
  month: `2026-0${number}`,
  verdict,
  shopify: { orders: 2, net: 3 },
  ours: { orders: 1, net: 1 },
  parts: (["tips", "gaps"] as const).map((id) => ({ id, counted: true, amounts, orders: [] })),
});
const checks: ChecksState = {
  running: { stage: "orders", since, error },
  lastNight: night,
  lastMended: night,
  nights: { made: 3, clean: 2 },
  months: [month("agrees", 1), month("explained", 2), month("differs", 3), month("not_comparable", 4)],
  asked: { at: since, source: "sales_report", reason: "not_granted" },
};
const webhooks = {
  counts: { received: 4, late: 1, repeated: 0, used: 3, unusable: 0, repaired: 2 },
  unreadable: [
    { id: "1", topic: "orders/updated", resourceIds: [1n], receivedAt: synced.now, reason: error },
  ],
  unreadableInAll: 2,
  days: 30,
  lateMinutes: 5,
};
const place = { ...at, currency: "EUR", decimals: 2 };

/** Fields that hold words; others hold amounts, days, names and addresses. */
const WORDS = new Set(
  "label title text headline help next name what reason error result summary note permission holds proof check checking ended unexplained sentence elsewhere asked amounts".split(
    " ",
  ),
);
const IS_TOLD = /^\[[^]*\]$/;

function untold(view: unknown, field = ""): string[] {
  if (typeof view === "string")
    return WORDS.has(field) && /\p{L}/u.test(view) && !IS_TOLD.test(view) ? [`${field}: ${view}`] : [];
  if (typeof view !== "object" || view === null) return [];
  return Object.entries(view).flatMap(([name, each]) => untold(each, Array.isArray(view) ? field : name));
}

describe("in a language that nobody speaks, everything is told by id", () => {
  it.each<[string, () => unknown]>([
    [
      "whether the figures agree",
      () =>
        agreementView(
          {
            state: synced.state,
            status: { behind: false },
            checks,
            meta: synced.meta,
            held: { orders: 2, customers: 1, gaps: 0 },
          },
          at,
        ),
    ],
    ["how they stay up to date", () => upkeepView({ state: failing, webhooks, checks }, at)],
    ["how far the copy is", () => ({ ...syncStatusView(failing, synced.meta, at), check: null })],
    ["that it is complete", () => ({ ...syncStatusView(synced.state, synced.meta, at), check: null })],
    ["what changed in the shop", () => shopNotices(failing, at)],
    [
      "who the shop is",
      () => shopFacts(failing, { ...at, currency: "CHF" }).map(({ label, help }) => ({ label, help })),
    ],
    [
      "the months",
      () => {
        const view = monthsView(checks, new URLSearchParams(), { place, now: synced.now });
        // A month's own name comes from Intl.
        return {
          ...view,
          rows: view.rows.map(({ result, detail }) => ({ result, detail })),
          picture: view.picture?.legend,
          differing: [],
          explained: view.explained?.text,
        };
      },
    ],
    [
      "how long orders are kept",
      () =>
        retentionView(
          null,
          synced.meta,
          { orders: 1, customers: 1, older: 0, onlyOlder: 0, withSums: 0 },
          PSEUDO,
        ),
    ],
  ])("%s", (_, view) => {
    const told = view();
    expect(JSON.stringify(told)).toMatch(/\[[^"]*\]/);
    expect(untold(told)).toEqual([]);
  });
});
