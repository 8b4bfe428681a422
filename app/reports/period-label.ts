// What a period is called.
import type { Preset } from "../kpis/period.ts";
import { type Reader, say } from "../words/words.server.ts";

/** Where it is chosen or told of, with a remark that the days beside it make above a table. */
export const periodLabel = (place: Reader, preset: Preset): string =>
  say(place, preset === "last_365_days" ? "period.last_365_days_told" : `period.${preset}`);
