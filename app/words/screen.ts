// What the browser says by itself, in every language; all other text comes ready from the server.
import { type Say, type SayParts, sayIn, type Translation } from "./message.ts";
import { common } from "./screen/common.ts";
import { privacyPage } from "./screen/privacy.ts";

export const screen = { common, privacyPage } as const;
export type Screen = typeof screen;

export interface ScreenWords {
  say: Say<Screen>;
  sayParts: SayParts<Screen>;
}

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
