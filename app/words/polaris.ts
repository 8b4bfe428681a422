// What Polaris' components say by themselves ("Dismiss notification"). Another language is another entry.
import english from "@shopify/polaris/locales/en.json" with { type: "json" };
import { PSEUDO } from "./screen.ts";

type Words = typeof english;

const loaded = new Map<string, Words>([["en", english]]);

const others: ReadonlyMap<string, () => Promise<Words>> = new Map([
  [PSEUDO, async () => (await import("./pseudo.ts")).accentedTree(english)],
]);

/** English until the language's words have been loaded. */
export const polarisWords = (language: string): Words => loaded.get(language) ?? english;

/** To be awaited before anything is rendered. */
export async function loadPolaris(language: string): Promise<void> {
  if (loaded.has(language)) return;
  const words = await others.get(language)?.();
  if (words !== undefined) loaded.set(language, words);
}
