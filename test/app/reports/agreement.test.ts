// What the page promises first: whether the figures are Shopify's. Every sentence is held to what is known.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { agreementView, type Held } from "../../../app/reports/agreement.server.ts";
import { failure } from "../../../app/failure.ts";
import type { ChecksState } from "../../../app/reconcile/reconcile.server.ts";
import type { SyncState } from "../../../app/sync/sync.server.ts";
import type { ShopMeta } from "../../../app/warehouse/warehouse.server.ts";
import { at, hoursAgo, meta, reaching, state } from "./synced.ts";

const held: Held = { orders: 3000, customers: 1006, gaps: 0 };
const clean: NonNullable<ChecksState["lastNight"]> = {
  startedAt: "2026-11-21T02:00:00.000Z",
  finishedAt: "2026-11-21T02:01:30.000Z",
  checked: 4006,
  found: {},
  repaired: 0,
  remaining: 0,
  error: null,
};
const refused = failure("earlier", { text: "Shopify refused." });
const checks: ChecksState = {
  running: null,
  lastNight: clean,
  lastMended: null,
  nights: { made: 1, clean: 1 },
  months: [],
  asked: null,
};
const month = (verdict: ChecksState["months"][number]["verdict"]): ChecksState["months"][number] => ({
  month: "2026-10",
  verdict,
  shopify: { orders: 2 },
  ours: { orders: 1 },
  parts: [],
});

interface Changes {
  state?: Partial<SyncState>;
  meta?: Partial<ShopMeta> | null;
  held?: Partial<Held> | null;
  checks?: Partial<ChecksState>;
  behind?: boolean;
}
const view = (change: Changes = {}) =>
  agreementView(
    {
      state: { ...state, ...change.state },
      status: { behind: change.behind ?? false },
      meta: change.meta === null ? null : { ...meta, ...change.meta },
      held: change.held === null ? null : { ...held, ...change.held },
      checks: { ...checks, ...change.checks },
    },
    at,
  );

describe("whether the figures are Shopify's", () => {
  it("is said with what it rests on: how many, when they were checked, what was found, how long it took", () => {
    expect(view()).toEqual({
      tone: "success",
      headline: "Your figures match Shopify.",
      holds: "3,000 orders, 1,006 customers.",
      proof: "All 3,000 orders add up to Shopify's totals to the cent, both when placed and as last read.",
      check: "Last checked 3:01: 4,006 records compared, no difference found.",
      checking:
        "A check compares every order and customer here, and every month, with Shopify. The last one took about 2 minutes.",
      endedAt: clean.finishedAt,
      ended: "Check finished: 4,006 records compared, no difference found.",
      isChecking: false,
    });
  });

  it.each<[string, Changes, string]>([
    [
      "nothing has begun",
      { state: { phase: "not_started" }, held: null, meta: null },
      "Your orders are about to arrive.",
    ],
    ["orders arrive", { state: { phase: "orders" } }, "Your orders are still being read."],
    ["reading stopped", { state: { phase: "failed" } }, "Not all of your orders have been read."],
    ["the copy is gone", { held: null, meta: null }, "There are no figures yet."],
    [
      "the shop is frozen",
      { state: { paused: { pause: "frozen", since: hoursAgo(1), until: null } } },
      "Your figures are complete only up to 13:58 (Berlin).",
    ],
    [
      "the app was shut out",
      { state: { accessLost: true } },
      "Your figures are complete only up to 13:58 (Berlin).",
    ],
    ["the sync is behind", { behind: true }, "Your figures are complete only up to 13:58 (Berlin)."],
    [
      "orders may not be read",
      { state: { lostScopes: { scopes: ["read_orders"], since: hoursAgo(1) } } },
      "Your figures are complete only up to 13:58 (Berlin).",
    ],
    [
      "nobody knows since when",
      { behind: true, meta: reaching({ fresh_at: null }) },
      "Your figures may lack the latest changes.",
    ],
    [
      "customers may not be read",
      { state: { lostScopes: { scopes: ["read_products", "read_customers"], since: hoursAgo(1) } } },
      "New orders don't say who placed them.",
    ],
    [
      "they are read again",
      { meta: reaching({ state: "customers_hidden" }) },
      "Not all orders say yet who placed them.",
    ],
    ["a change is unusable", { state: { webhooksFailed: 1 } }, "1 change in Shopify couldn't be followed."],
    ["orders differ", { held: { gaps: 1200 } }, "1,200 orders differ from Shopify's totals."],
    ["an order differs", { held: { gaps: 1 } }, "1 order differs from Shopify's totals."],
    [
      "a check left something",
      { checks: { lastNight: { ...clean, found: { orders_missing: 3 }, remaining: 1 } } },
      "The last check left 1 difference uncorrected.",
    ],
    [
      "a month differs",
      { checks: { months: [month("agrees"), month("differs")] } },
      "1 month differs from Shopify's figures without an explanation.",
    ],
    [
      "a check failed",
      { checks: { lastNight: { ...clean, error: refused } } },
      "The last check against Shopify didn't finish.",
    ],
    [
      "no check was made",
      { checks: { lastNight: null } },
      "Your figures haven't been checked against Shopify yet.",
    ],
    [
      "the checks are forgotten",
      { checks: { lastNight: null }, state: { finishedAt: hoursAgo(24 * 91) } },
      "Your figures haven't been checked against Shopify in the last 90 days.",
    ],
    [
      "the first check runs",
      { checks: { lastNight: null, running: { stage: "orders", since: hoursAgo(0), error: null } } },
      "Your figures are being checked against Shopify.",
    ],
    [
      "all was read anew since",
      { state: { finishedAt: hoursAgo(1) } },
      "Your figures haven't been checked against Shopify since all orders were read anew.",
    ],
    [
      "the last check is old",
      { checks: { lastNight: { ...clean, finishedAt: hoursAgo(49) } } },
      "Your figures matched Shopify when they were last checked.",
    ],
    [
      "differences have a reason",
      { checks: { months: [month("explained")] } },
      "Your figures match Shopify, but for differences with a known reason.",
    ],
    [
      "only 60 days are shown",
      { meta: reaching({ state: "sixty_days" }) },
      "Your figures match Shopify for the orders it shows the app.",
    ],
    [
      "only some are kept",
      { meta: reaching({ state: "retention" }), checks: { months: [month("explained")] } },
      "Your figures match Shopify for the orders you keep here, but for differences with a known reason.",
    ],
    [
      "there are none",
      { held: { orders: 0, customers: 0 } },
      "Shopify shows the app no orders, and there are none here.",
    ],
  ])("has its own sentence when %s", (_when, change, headline) => {
    expect(view(change).headline).toBe(headline);
  });

  it("is never called a match while anything speaks against it", () =>
    fc.assert(
      fc.property(
        fc.record({
          behind: fc.boolean(),
          unusable: fc.nat(2),
          gaps: fc.nat(2),
          remaining: fc.nat(1),
          error: fc.constantFrom(null, refused),
          checked: fc.boolean(),
          hours: fc.integer({ min: 0, max: 200 }),
          verdict: fc.constantFrom("agrees", "explained", "differs", "not_comparable"),
          paused: fc.boolean(),
        }),
        ({ behind, unusable, gaps, remaining, error, checked, hours, verdict, paused }) => {
          const { tone, headline } = view({
            behind,
            state: {
              webhooksFailed: unusable,
              paused: paused ? { pause: "locked", since: hoursAgo(1), until: null } : null,
            },
            held: { gaps },
            checks: {
              lastNight: checked ? { ...clean, finishedAt: hoursAgo(hours), remaining, error } : null,
              months: [month(verdict)],
            },
          });
          const sound =
            !behind &&
            !paused &&
            unusable + gaps === 0 &&
            checked &&
            remaining === 0 &&
            error === null &&
            hours <= 48 &&
            verdict !== "differs";
          expect([tone, /match Shopify/.test(headline)]).toEqual(
            sound ? ["success", true] : [expect.not.stringMatching("success"), false],
          );
          // What nobody but Shopify or the app can mend is not red.
          expect(tone).not.toBe("critical");
        },
      ),
    ));

  it("says where a check is, what it found, and nothing of how long one takes that never ended", () => {
    const running = { stage: "orders", since: hoursAgo(0), error: null };
    expect(view({ checks: { running } })).toMatchObject({
      isChecking: true,
      check: "A check is under way: comparing orders.",
    });
    const failed = view({ checks: { lastNight: { ...clean, error: refused } } });
    expect(failed.check).toBe("Last checked 3:01: it didn't finish. Shopify refused.");
    expect(failed.checking).not.toContain("took");
    const mended = { ...clean, checked: 1, found: { orders_missing: 1, customers_gone: 2 } };
    expect(view({ checks: { lastNight: mended } }).ended).toBe(
      "Check finished: 1 record compared. 1 order was missing, 2 customers were deleted in Shopify. All of it was corrected.",
    );
    expect(view({ checks: { months: [month("differs")] } }).ended).toMatch(
      /no difference found\. 1 month differs without an explanation\.$/,
    );
    expect(view({ checks: { lastNight: null } }).check).toBeNull();
  });

  it("speaks of one order and of currencies without cents as they are", () => {
    expect(view({ held: { orders: 1, customers: 1 }, meta: { currency: "JPY", decimals: 0 } })).toMatchObject(
      {
        holds: "1 order, 1 customer.",
        proof: "The one order here adds up to Shopify's totals exactly, both when placed and as last read.",
      },
    );
    expect(view({ held: { gaps: 1 } }).proof).toBeNull();
  });

  it("is red only where nothing goes on without the merchant", () => {
    const failedJobs = (gaveUp: boolean) => [
      { id: "1", job: "first_sync", error: refused, at: hoursAgo(1), gaveUp },
    ];
    for (const gaveUp of [true, false])
      expect(view({ state: { phase: "failed", failedJobs: failedJobs(gaveUp) } }).tone).toBe(
        gaveUp ? "critical" : "warning",
      );
  });
});
