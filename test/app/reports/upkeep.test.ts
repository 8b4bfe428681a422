// What is said of tasks that fail: that they stopped only when they did, and nothing of what passes by itself.
import { describe, expect, it } from "vitest";
import { failure } from "../../../app/failure.ts";
import { upkeepView } from "../../../app/reports/upkeep.server.ts";
import type { SyncState } from "../../../app/sync/sync.server.ts";
import { at, hoursAgo, state } from "./synced.ts";

const view = (change: Partial<SyncState>) =>
  upkeepView(
    {
      state: { ...state, ...change },
      webhooks: {
        counts: { received: 4, late: 1, repeated: 0, used: 3, unusable: 0, repaired: 2 },
        unreadable: [],
        unreadableInAll: 0,
        days: 30,
        lateMinutes: 5,
      },
      checks: {
        running: null,
        lastNight: null,
        lastMended: null,
        nights: { made: 3, clean: 3 },
        months: [],
        asked: null,
      },
    },
    at,
  );
const task = (job: string, gaveUp: boolean, error = failure("unusable_value")) => ({
  id: job,
  job,
  error,
  at: hoursAgo(1),
  gaveUp,
});

describe("tasks of the app", () => {
  it("that stopped stand apart from those that are tried again", () => {
    const { failing } = view({
      failedJobs: [task("sweep", true), task("check", true), task("retention", false)],
    });
    expect(failing.map(({ title, stopped }) => [title, stopped])).toEqual([
      ["Stopped: 2 tasks of the app", true],
      ["Failed, and tried again: removing orders that you don't keep", false],
    ]);
    expect(failing[0]?.tasks.map(({ name, at: when }) => [name, when])).toEqual([
      ["Looking for missed changes", "13:02"],
      ["Checking your figures", "13:02"],
    ]);
    expect(failing.map(({ next }) => next)).toEqual([
      "The app has stopped trying. Retry starts it again.",
      "The app tries again by itself. Retry does it now.",
    ]);
  });

  it("that wait for Shopify to answer need nobody, unless they stopped", () => {
    const unanswered = failure("unanswered_status", { shop: "cups.myshopify.com", status: "502" });
    expect(view({ failedJobs: [task("sweep", false, unanswered)] }).failing).toEqual([]);
    expect(view({ failedJobs: [task("sweep", true, unanswered)] }).failing).toMatchObject([
      { stopped: true },
    ]);
  });
});

it("says how the figures stay up to date, in numbers that agree", () => {
  const values = (change: Partial<SyncState>) =>
    Object.fromEntries(view(change).details.map(({ label, value }) => [label, value]));
  expect(values({ lastSweepAt: hoursAgo(0), lastSweepFound: 1, webhooksWaiting: 2 })).toEqual({
    "Last notification from Shopify": "Not yet",
    "Notifications waiting": "2",
    "Last look for missed changes": "14:02, found 1 change",
    "Last full check": "Not yet",
    "Full checks in the last 90 days": "3, no difference in any",
    "Last change that was missed and corrected": "None in the last 90 days",
  });
  expect(view({}).technical.map(({ label, value }) => `${label}: ${value}`)).toEqual([
    "First sync: Finished 15 Oct at 4:02",
    "Notifications received, last 30 days: 4",
    "Late: 1",
    "Repeated: 0",
    "Missed by Shopify, found by the app: 2",
  ]);
});
