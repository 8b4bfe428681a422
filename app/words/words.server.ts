// Everything that the server says, in every language; pages, files and answers take their sentences from here by id.
import { Bounded } from "../bounded.ts";
import { type GivenTo, type IdIn, type Say, sayIn } from "./message.ts";
import { pseudo } from "./pseudo.ts";
import { PSEUDO, screen } from "./screen.ts";
import * as facts from "./server/facts.ts";
import * as figures from "./server/figures.ts";
import * as kpiHelp from "./server/kpi-help.ts";
import * as kpis from "./server/kpis.ts";
import { privacy } from "./server/privacy.ts";
import * as questions from "./server/questions.ts";
import * as segmentations from "./server/segmentations.ts";
import * as segments from "./server/segments.ts";

const english = {
  ...screen,
  ...facts,
  ...figures,
  ...kpiHelp,
  ...kpis,
  privacy,
  ...questions,
  ...segmentations,
  ...segments,
} as const;
type English = typeof english;

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
