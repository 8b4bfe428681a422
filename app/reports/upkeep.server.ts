// How the figures stay up to date, and what of it does not work: notifications, looks for missed changes, tasks. Known
// before any data have arrived.
import type { ChecksState } from "../reconcile/reconcile.server.ts";
import type { SyncState, WebhookUpkeep } from "../sync/sync.server.ts";
import { kindOf } from "./behind.server.ts";
import { checkDetails } from "./checks.server.ts";
import { notificationsView, type NotificationsView } from "./notifications.server.ts";
import { instantOf } from "../warehouse/values.ts";
import { phaseText } from "./sync-status.server.ts";
import type { Detail } from "./views.ts";
import { failureText } from "../words/failure.server.ts";
import { tasks as taskWords } from "../words/server/upkeep.ts";
import { say } from "../words/words.server.ts";
import { countText, momentText } from "./wording.server.ts";

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
    instant === null ? say(at, "upkeep.notYet") : momentText(instantOf(instant), at.now, at);
  const notifications = notificationsView(webhooks, at);
  return {
    details: [
      {
        label: say(at, "upkeep.lastNotification"),
        value: moment(state.lastWebhookAt),
        help: say(at, "upkeep.lastNotificationHelp"),
      },
      {
        label: say(at, "upkeep.waiting"),
        value:
          state.webhooksWaitingSince === null
            ? countText(state.webhooksWaiting, locale)
            : say(at, "upkeep.waitingSince", {
                n: countText(state.webhooksWaiting, locale),
                moment: moment(state.webhooksWaitingSince),
              }),
        help: null,
      },
      {
        label: say(at, "upkeep.lastLook"),
        value:
          state.lastSweepAt === null
            ? say(at, "upkeep.notYet")
            : say(at, "upkeep.lastLookFound", {
                moment: moment(state.lastSweepAt),
                n: state.lastSweepFound ?? 0,
              }),
        help: say(at, "upkeep.lastLookHelp"),
      },
      ...checkDetails(checks, at),
    ],
    technical: [
      { label: say(at, "upkeep.firstSync"), value: firstSync(state, moment, at), help: null },
      ...notifications.details,
    ],
    notifications,
    failing: failing(state, moment, at),
  };
}

const isTask = (job: string): job is keyof typeof taskWords => Object.hasOwn(taskWords, job);

/** What passes by itself is said where it is said how far the data reach. */
function failing(
  { failedJobs }: SyncState,
  moment: (at: string) => string,
  place: { locale: string },
): FailingTasks[] {
  const told = failedJobs.filter(({ error, gaveUp }) => gaveUp || kindOf(error) === "other");
  return [true, false].flatMap((stopped) => {
    const tasks = told.filter(({ gaveUp }) => gaveUp === stopped);
    const [first, ...more] = tasks;
    if (first === undefined) return [];
    const how = stopped ? "upkeep.stopped" : "upkeep.failed";
    const { job } = first;
    return [
      {
        title:
          more.length === 0
            ? say(place, how, { task: isTask(job) ? say(place, `tasksWithin.${job}`) : job })
            : say(place, `${how}Many`, { n: tasks.length }),
        next: say(place, `${how}Next`),
        stopped,
        tasks: tasks.map(({ id, job: name, error, at }) => ({
          id,
          name: isTask(name) ? say(place, `tasks.${name}`) : name,
          error: failureText(place, error),
          at: moment(at),
        })),
      },
    ];
  });
}

function firstSync(state: SyncState, moment: (at: string) => string, place: { locale: string }): string {
  if (state.phase === "failed")
    return state.error === null
      ? say(place, "upkeep.firstSyncUnanswered")
      : say(place, "upkeep.firstSyncStopped", { error: failureText(place, state.error) });
  return state.finishedAt
    ? say(place, "upkeep.firstSyncFinished", { moment: moment(state.finishedAt) })
    : phaseText(state.phase, place);
}
