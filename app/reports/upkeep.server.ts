// How the figures stay up to date, and what of it does not work: notifications, looks for missed changes, tasks. Known
// before any data have arrived.
import type { ChecksState } from "../reconcile/reconcile.server.ts";
import type { SyncState, WebhookUpkeep } from "../sync/sync.server.ts";
import { failureOf } from "./behind.ts";
import { checkDetails } from "./checks.server.ts";
import { notificationsView, type NotificationsView } from "./notifications.server.ts";
import { instantOf } from "../warehouse/values.ts";
import { phaseText } from "./sync-status.server.ts";
import type { Detail } from "./views.ts";
import { countText, momentText, quantity } from "./wording.server.ts";

const TASKS: Readonly<Record<string, string>> = {
  first_sync: "reading your orders",
  sweep: "looking for missed changes",
  follow_webhooks: "reading what changed",
  record: "recording what Shopify doesn't keep",
  follow_place: "asking Shopify what the app may do",
  subscribe: "asking Shopify for notifications",
  retention: "removing orders that you don't keep",
  privacy: "carrying out a privacy request",
  check: "checking your figures",
};

export interface FailingTask {
  id: string;
  /** "Reading what changed" */
  name: string;
  error: string;
  at: string;
}

export interface FailingTasks {
  title: string;
  /** What brings them on. */
  next: string;
  /** Nothing happens until the merchant asks. */
  stopped: boolean;
  tasks: readonly FailingTask[];
}

export interface UpkeepView {
  details: readonly Detail[];
  technical: readonly Detail[];
  failing: readonly FailingTasks[];
  notifications: NotificationsView;
}

export function upkeepView(
  { state, webhooks, checks }: { state: SyncState; webhooks: WebhookUpkeep; checks: ChecksState },
  at: { locale: string; timeZone: string; now: Date },
): UpkeepView {
  const { locale } = at;
  const moment = (instant: string | null) =>
    instant === null ? "Not yet" : momentText(instantOf(instant), at.now, at);
  const notifications = notificationsView(webhooks, at);
  return {
    details: [
      {
        label: "Last notification from Shopify",
        value: moment(state.lastWebhookAt),
        help: "Shopify tells of changes as they happen. What a notification names is read again within seconds.",
      },
      {
        label: "Notifications waiting",
        value:
          state.webhooksWaitingSince === null
            ? countText(state.webhooksWaiting, locale)
            : `${countText(state.webhooksWaiting, locale)}, the oldest since ${moment(state.webhooksWaitingSince)}`,
        help: null,
      },
      {
        label: "Last look for missed changes",
        value:
          state.lastSweepAt === null
            ? "Not yet"
            : `${moment(state.lastSweepAt)}, found ${quantity(state.lastSweepFound ?? 0, "change", "changes", locale)}`,
        help: "Every 15 minutes the app asks Shopify for all orders and customers that changed, in case a notification was lost.",
      },
      ...checkDetails(checks, at),
    ],
    technical: [
      { label: "First sync", value: firstSync(state, moment), help: null },
      ...notifications.details,
    ],
    notifications,
    failing: failing(state, moment),
  };
}

/** What passes by itself is said where it is said how far the data reach. */
function failing({ failedJobs }: SyncState, moment: (at: string) => string): FailingTasks[] {
  const told = failedJobs.filter(({ error, gaveUp }) => gaveUp || failureOf(error) === "other");
  return [true, false].flatMap((stopped) => {
    const tasks = told
      .filter(({ gaveUp }) => gaveUp === stopped)
      .map(({ id, job, error, at }) => ({ id, name: TASKS[job] ?? job, error, at: moment(at) }));
    const [first, ...more] = tasks;
    if (first === undefined) return [];
    const what = more.length === 0 ? first.name : `${tasks.length} tasks of the app`;
    return [
      {
        title: `${stopped ? "Stopped" : "Failed, and tried again"}: ${what}`,
        next: stopped
          ? "The app has stopped trying. Retry starts it again."
          : "The app tries again by itself. Retry does it now.",
        stopped,
        tasks: tasks.map((task) => ({
          ...task,
          name: task.name.charAt(0).toUpperCase() + task.name.slice(1),
        })),
      },
    ];
  });
}

function firstSync(state: SyncState, moment: (at: string) => string): string {
  if (state.phase === "failed") return `Not finished: ${state.error ?? "Shopify didn't answer"}`;
  return state.finishedAt ? `Finished ${moment(state.finishedAt)}` : phaseText(state.phase);
}
