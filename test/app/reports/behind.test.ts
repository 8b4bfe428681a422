// How far the data reach, and when that is not far enough: in words, by age, by what waits and by what fails.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Failure, failure } from "../../../app/failure.ts";
import { DatabaseAway, DiskFull } from "../../../app/outage.ts";
import { syncStatusView } from "../../../app/reports/sync-status.server.ts";
import type { SyncState } from "../../../app/sync/sync.server.ts";
import type { ShopMeta } from "../../../app/warehouse/warehouse.server.ts";
import * as synced from "./synced.ts";

const now = new Date("2026-11-21T13:02:00Z");

describe("the data of a page", () => {
  const state: SyncState = {
    ...synced.state,
    rows: 12_400,
    expectedRows: 60_000,
    ratePerSecond: 850,
    secondsLeft: 56,
    startedAt: null,
    finishedAt: null,
  };
  const meta = synced.reaching({ fresh_at: "2026-11-21 13:02:00" });
  const view = (change: Partial<SyncState>, kept: ShopMeta | null = meta) =>
    syncStatusView({ ...state, ...change }, kept, { locale: "de", now });

  const minutesAgo = (minutes: number) => new Date(now.getTime() - minutes * 60_000).toISOString();
  const freshSince = (minutes: number): ShopMeta => synced.reaching({ fresh_at: minutesAgo(minutes) });
  const failed = (error: Failure, gaveUp = false) => [
    { id: "1", job: "follow_webhooks", error, at: minutesAgo(1), gaveUp },
  ];
  const unanswered = failed(failure("unanswered_status", { shop: "cups.myshopify.com", status: "502" }));

  it("says that they are older than they should be, why, and how much waits", () => {
    const told = (change: Partial<SyncState>, minutes = 16) => {
      const { tone, behind, text } = view(change, freshSince(minutes));
      return { tone, behind, text };
    };
    const late = (text: string) => ({ tone: "warning", behind: true, text });
    const waiting = { webhooksWaiting: 2, webhooksWaitingSince: minutesAgo(14) };
    expect(told({ failedJobs: unanswered, ...waiting })).toEqual(
      late("Last updated 13:46 (Berlin). Shopify isn't answering; 2 notifications are waiting."),
    );
    expect(told({ ...waiting, webhooksWaiting: 1 })).toEqual(
      late("Last updated 13:46 (Berlin). The app is catching up; 1 notification is waiting."),
    );
    expect(told({ failedJobs: unanswered })).toEqual(
      late("Last updated 13:46 (Berlin). Shopify isn't answering; the app tries again by itself."),
    );
    // The same while it is tried once more.
    expect(told({ retried: unanswered.map(({ error }) => error) })).toEqual(told({ failedJobs: unanswered }));
    expect(told({ paused: { pause: "locked", since: minutesAgo(15), until: null } }).text).toContain(
      "Shopify has locked this store",
    );
    expect(told({ lostScopes: { scopes: ["read_orders"], since: minutesAgo(15) } }).text).toContain(
      "may not read orders",
    );
    expect(told({ accessLost: true }).text).toContain("no longer lets the app in");
    expect(told({ failedJobs: failed(new DatabaseAway(null).failure) }).text).toContain("database");
    expect(told({ failedJobs: failed(new DiskFull(null).failure) }).text).toContain("disk is full");
    expect(told({ failedJobs: failed(failure("unusable_value"), true) }).text).toContain(
      "try again on Data and trust",
    );
    expect(told({}, 90).text).toBe("Last updated 12:32 (Berlin). The app is catching up.");
    for (const [change, kept] of [
      [{ historyLimited: true }, synced.reaching({ state: "sixty_days" }, freshSince(90))],
      [{}, synced.reaching({ state: "retention" }, freshSince(90))],
    ] as const)
      expect(view(change, kept)).toMatchObject({
        tone: "warning",
        text: expect.stringContaining("Last updated 12:32 (Berlin).") as string,
      });
  });

  it("takes a shop in which nothing happens for up to date, as long as sweeps say so", () => {
    const quiet = { lastWebhookAt: minutesAgo(60 * 24 * 9) };
    for (const minutes of [0, 14, 15, 19])
      expect(view(quiet, freshSince(minutes))).toMatchObject({ behind: false, tone: "success" });
    expect(view(quiet, freshSince(21))).toMatchObject({ behind: true });
    // What has just come is on its way.
    const now0 = { webhooksWaiting: 3, webhooksWaitingSince: minutesAgo(0.2) };
    expect(view(now0, freshSince(16))).toMatchObject({ behind: false });
    // What fails is said before it is late, and changes nothing.
    expect(view({ failedJobs: unanswered }, freshSince(4))).toMatchObject({
      behind: false,
      tone: "success",
      text: "Up to date as of 13:58 (Berlin). Shopify isn't answering; changes since then follow by themselves.",
    });
  });

  it("is behind for whatever age, once it is, and never critical where nothing is to be done", () =>
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 3000, noNaN: true }),
        fc.nat(5),
        fc.boolean(),
        (age, changes, fails) => {
          const change = {
            webhooksWaiting: changes,
            webhooksWaitingSince: changes === 0 ? null : minutesAgo(Math.min(age, 14)),
            failedJobs: fails ? unanswered : [],
          };
          const at = (minutes: number) => view(change, freshSince(minutes));
          expect(at(age).tone).not.toBe("critical");
          if (at(age).behind) expect(at(age + 1).behind).toBe(true);
          expect(at(age).behind).toBe(at(age).text.startsWith("Last updated"));
          if (age < 15) expect(at(age).behind).toBe(false);
          if (age > 20) expect(at(age).behind).toBe(true);
        },
      ),
      { numRuns: 100 },
    ));

  it("does not call it stopped while Shopify isn't answering and the app tries again", () => {
    const error = failure("unanswered_status", { shop: "cups.myshopify.com", status: "502" });
    const text = expect.stringContaining("by itself") as string;
    expect(view({ phase: "failed", error })).toMatchObject({ kind: "loading", tone: "warning", text });
    expect(view({ phase: "failed", error, failedJobs: failed(error, true) })).toMatchObject({
      kind: "failed",
      tone: "critical",
    });
  });
});
