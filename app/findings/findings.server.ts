// The front door of findings: whether a week's are due, looking for them, and what was kept.
import { warehouse } from "../process/runtime.server.ts";
import { inOneView } from "../warehouse/view.ts";
import { Temporal } from "temporal-polyfill";
import { find, lastWeek, versionOf } from "./find.server.ts";
import type { Found } from "./finding.ts";
import { keep, keptWeeks } from "./kept.server.ts";

export { keptWeeks, type KeptWeek } from "./kept.server.ts";

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
