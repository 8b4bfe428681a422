// Which language an address may name: one that Intl has data of, without what can be hung on to its name without end
// (-x-…, -u-…): each spelling would be kept with its own formatters.
import { Bounded } from "./bounded.ts";

const known = new Bounded<string, string>(500);

/** The language that Intl would use for a tag, such as "de-CH"; null for what is no tag, or of no language that it knows. */
export function supportedLocale(tag: string): string | null {
  if (tag.length > LONGEST) return null;
  const found = known.get(tag);
  if (found !== undefined) return found || null;
  return known.set(tag, resolved(tag)) || null;
}

/** With a script, a region and a variant. */
const LONGEST = 35;

function resolved(tag: string): string {
  try {
    const { language, script, region } = new Intl.Locale(tag);
    const base = [language, script, region].filter(Boolean).join("-");
    if (Intl.DateTimeFormat.supportedLocalesOf(base).length === 0) return "";
    return new Intl.DateTimeFormat(base).resolvedOptions().locale;
  } catch {
    return "";
  }
}
