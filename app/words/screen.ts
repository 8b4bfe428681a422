// What the browser says by itself, in every language; all other text comes ready from the server.
import { type IdIn, type Say, type SayParts, sayIn, type Translation } from "./message.ts";
import { calendarPage } from "./screen/calendar.ts";
import { chart } from "./screen/chart.ts";
import { cohortsPage } from "./screen/cohorts.ts";
import { common } from "./screen/common.ts";
import { controls } from "./screen/controls.ts";
import { dataPage } from "./screen/data.ts";
import { errorPage } from "./screen/errors.ts";
import { exclusionPage } from "./screen/exclusion.ts";
import { explainPage } from "./screen/explain.ts";
import { findingsPage } from "./screen/findings.ts";
import { homePage } from "./screen/home.ts";
import { keys } from "./screen/keys.ts";
import { loginPage } from "./screen/login.ts";
import { movementPage, retentionTabs } from "./screen/movement.ts";
import {
  comparePage,
  chapterPages,
  kpiPages,
  menu,
  reportsPage,
  segmentPages,
  settingsPage,
} from "./screen/pages.ts";
import { privacyPage } from "./screen/privacy.ts";
import { refundsCard } from "./screen/refunds.ts";
import { segmentPage } from "./screen/segment.ts";
import { state } from "./screen/state.ts";
import { whyPage } from "./screen/why.ts";

export const screen = {
  calendarPage,
  chart,
  cohortsPage,
  common,
  comparePage,
  controls,
  dataPage,
  errorPage,
  exclusionPage,
  explainPage,
  chapterPages,
  findingsPage,
  homePage,
  keys,
  kpiPages,
  loginPage,
  menu,
  movementPage,
  privacyPage,
  refundsCard,
  reportsPage,
  retentionTabs,
  segmentPage,
  segmentPages,
  settingsPage,
  state,
  whyPage,
} as const;
export type Screen = typeof screen;
export type ScreenId = IdIn<Screen>;

export interface ScreenWords {
  say: Say<Screen>;
  sayParts: SayParts<Screen>;
}

/** The same in every language. */
export const APP_NAME = "Segment KPIs";

const english: ScreenWords = sayIn<Screen>(screen, "en");
/** What nobody speaks, by which tests find text without an id. */
export const PSEUDO = "en-XA";
export const LANGUAGES = ["en", PSEUDO] as const;

const loaded = new Map<string, ScreenWords>([["en", english]]);

/** English until the language's words have been loaded. */
export const screenWords = (language: string): ScreenWords => loaded.get(language) ?? english;

/** To be awaited before anything is rendered: other languages than English are fetched when they are asked for. */
export async function loadLanguage(language: string): Promise<void> {
  if (language !== PSEUDO || loaded.has(language)) return;
  const { pseudo } = await import("./pseudo.ts");
  const words: Translation<Screen> = pseudo(screen);
  loaded.set(language, sayIn<Screen>(words, "en"));
}
