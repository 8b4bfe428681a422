// Everything that the server says, in every language; pages, files and answers take their sentences from here by id.
import { Bounded } from "../bounded.ts";
import { type GivenTo, type IdIn, type Say, sayIn } from "./message.ts";
import { pseudo } from "./pseudo.ts";
import { PSEUDO, screen } from "./screen.ts";
import { addressNotices } from "./server/address.ts";
import { agreement } from "./server/agreement.ts";
import { answers } from "./server/answers.ts";
import * as calendar from "./server/calendar.ts";
import { checks, findings } from "./server/checks.ts";
import * as explain from "./server/explain.ts";
import { exclusion } from "./server/exclusion.ts";
import * as facts from "./server/facts.ts";
import { cohorts } from "./server/cohorts.ts";
import { failures } from "./server/failures.ts";
import * as figures from "./server/figures.ts";
import { found, foundDays } from "./server/found.ts";
import { freshness } from "./server/freshness.ts";
import * as kpiHelp from "./server/kpi-help.ts";
import * as kpis from "./server/kpis.ts";
import * as methods from "./server/methods.ts";
import { causes, monthDetail, months } from "./server/months.ts";
import { changes, notifications } from "./server/notifications.ts";
import { movement } from "./server/movement.ts";
import * as pages from "./server/pages.ts";
import { privacy } from "./server/privacy.ts";
import * as questions from "./server/questions.ts";
import { recordings } from "./server/recordings.ts";
import { refunds } from "./server/refunds.ts";
import { retention } from "./server/retention.ts";
import * as segmentations from "./server/segmentations.ts";
import * as segments from "./server/segments.ts";
import { shopNotices } from "./server/shop-notices.ts";
import { start } from "./server/start.ts";
import { syncStatus } from "./server/sync-status.ts";
import { tables } from "./server/tables.ts";
import { trust, uncounted } from "./server/trust.ts";
import { tasks, tasksWithin, upkeep } from "./server/upkeep.ts";
import { why, whyPart, whyRows } from "./server/why.ts";

const english = {
  ...screen,
  ...calendar,
  ...explain,
  ...facts,
  ...figures,
  ...kpiHelp,
  ...kpis,
  ...methods,
  ...pages,
  ...questions,
  ...segmentations,
  ...segments,
  answers,
  failures,
  addressNotices,
  exclusion,
  causes,
  monthDetail,
  months,
  movement,
  recordings,
  refunds,
  start,
  retention,
  changes,
  cohorts,
  notifications,
  tasks,
  tasksWithin,
  upkeep,
  shopNotices,
  syncStatus,
  found,
  foundDays,
  freshness,
  checks,
  findings,
  agreement,
  privacy,
  tables,
  trust,
  uncounted,
  why,
  whyPart,
  whyRows,
} as const;
export type English = typeof english;

export type WordId = IdIn<English>;

/** Whoever reads it, by the language. */
export interface Reader {
  locale: string;
}

const MOST_LOCALES = 100;
const byLocale = new Bounded<string, Say<English>>(MOST_LOCALES);

function sayOf(locale: string): Say<English> {
  const known = byLocale.get(locale);
  if (known !== undefined) return known;
  const words = locale === PSEUDO ? pseudo(english) : english;
  return byLocale.set(locale, sayIn<English>(words, locale).say);
}

/** A sentence in the reader's language: `say(place, "privacy.customers", { n: 3 })`. */
export const say = <Id extends WordId>({ locale }: Reader, id: Id, ...given: GivenTo<English, Id>): string =>
  sayOf(locale)(id, ...given);
