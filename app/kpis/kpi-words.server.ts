// What a KPI, or a part that KPIs are made of, is called, inside a sentence too, and what it is. One without words does not compile.
import { type Reader, say } from "../words/words.server.ts";
import type { DeclaredId } from "./catalogue.ts";

/** "Net sales". */
export const kpiLabel = (place: Reader, id: DeclaredId): string => say(place, `kpiLabel.${id}`);

/** "net sales". */
export const kpiInSentence = (place: Reader, id: DeclaredId): string => say(place, `kpiInSentence.${id}`);

export const kpiHelp = (place: Reader, id: DeclaredId): string => say(place, `kpiHelp.${id}`);

/** "net sales, orders, and average order value". */
export const kpisListed = (place: Reader, ids: readonly DeclaredId[]): string =>
  joinedLabels(
    place,
    ids.map((id) => kpiInSentence(place, id)),
  );

/** Labels in a row, as the language joins them. */
export const joinedLabels = ({ locale }: Reader, labels: readonly string[]): string =>
  new Intl.ListFormat(locale, { type: "conjunction" }).format(labels);
