// Which places a typed text names: those with every one of its words, first those whose name begins with it.
import type { Place } from "../../reports/places.server.ts";

/** So many are shown at once. */
const MOST = 8;

/** Without case and accents, as people type. */
const plain = (text: string): string =>
  text
    .normalize("NFD")
    .replace(/\p{Mark}/gu, "")
    .toLowerCase();

export function placesNamed(text: string, places: readonly Place[]): readonly Place[] {
  const wanted = plain(text).trim();
  const words = wanted.split(/\s+/).filter((word) => word !== "");
  const rank = (place: Place): number => {
    const label = plain(place.label);
    if (label === wanted) return 0;
    return label.startsWith(wanted) ? 1 : words.every((word) => label.includes(word)) ? 2 : 3;
  };
  return places
    .filter(({ label, kind }) => words.every((word) => plain(`${label} ${kind}`).includes(word)))
    .map((place, order) => ({ place, order, rank: rank(place) }))
    .sort((one, other) => one.rank - other.rank || one.order - other.order)
    .slice(0, MOST)
    .map(({ place }) => place);
}
