// The front door of findings: whether a week's and the last days' are due, looking for them, and what was kept.
import { warehouse } from "../process/runtime.server.ts";
import { inOneView } from "../warehouse/view.ts";
import { Temporal } from "temporal-polyfill";
import type { FoundDays } from "./day.ts";
import { endOfDays, findDays, versionOfDays } from "./find-days.server.ts";
import { find, lastWeek, versionOf } from "./find.server.ts";
import type { Found } from "./finding.ts";
import { keep, keptWeeks } from "./kept.server.ts";
import { keepDays, keptDays } from "./kept-days.server.ts";

export { keptWeeks, type KeptWeek } from "./kept.server.ts";
export { daysIn, keptDays, type KeptDays } from "./kept-days.server.ts";
export type { FoundDay } from "./day.ts";

const dayIn = (timeZone: string, now: Date): string =>
  Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(timeZone).toPlainDate().toString();

/**
 * Whether the last whole week has not been looked at.
 * @param changed or has been with other data than there are now
 */
export async function findingsDue(shop: string, now: Date, changed = false): Promise<boolean> {
  const view = await (await warehouse()).of(shop).view();
  if (view === null) return false;
  const week = lastWeek(view, dayIn(view.meta.time_zone, now));
  const [kept] = await keptWeeks(shop, { week, take: 1 });
  return kept === undefined || (changed && kept.dataVersion !== versionOf(view));
}

/** Looks at the last whole week and keeps what is found; null while there is no copy. */
export async function findAndKeep(shop: string, now: Date): Promise<Found | null> {
  const made = await inOneView((await warehouse()).of(shop), async (view) =>
    view === null
      ? null
      : { found: await find(view, dayIn(view.meta.time_zone, now)), version: versionOf(view) },
  );
  if (made === null) return null;
  await keep(shop, made.found, made.version, now);
  return made.found;
}

/** The same of the last whole days. */
export async function daysDue(shop: string, now: Date, changed = false): Promise<boolean> {
  const view = await (await warehouse()).of(shop).view();
  if (view === null) return false;
  const kept = await keptDays(shop);
  if (kept?.to !== endOfDays(view, dayIn(view.meta.time_zone, now))) return true;
  return changed && kept.dataVersion !== versionOfDays(view);
}

/** Looks at the last whole days and keeps those that stand out; null while there is no copy. */
export async function findDaysAndKeep(shop: string, now: Date): Promise<FoundDays | null> {
  const made = await inOneView((await warehouse()).of(shop), async (view) =>
    view === null
      ? null
      : { found: await findDays(view, dayIn(view.meta.time_zone, now)), version: versionOfDays(view) },
  );
  if (made === null) return null;
  await keepDays(shop, made.found, made.version, now);
  return made.found;
}
