// The language in which components say what they say by themselves.
import { createContext, useContext } from "react";
import { type ScreenWords, screenWords } from "../../words/screen.ts";

export const Language = createContext("en");

/** Of the page, for Intl. */
export const useLanguage = (): string => useContext(Language);

/** `say("common.save")` for text, `sayParts` where a part of the sentence is a link. */
export const useWords = (): ScreenWords => screenWords(useLanguage());
