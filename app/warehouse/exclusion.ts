// The merchant's choice of orders that are kept out of everything that is derived, and the text by which a copy keeps it.

/** Orders that have one of the tags, in whatever case, or came by one of the channels (as channelInSql calls them). */
export interface Exclusion {
  /** UTC ISO instant of the choice: another choice of the same is another. */
  chosenAt: string;
  tags: readonly string[];
  channels: readonly string[];
}

/** A choice names no more; Shopify's longest tag, of whatever has tags, has so many letters. */
export const MOST_NAMED = { tags: 50, channels: 50, letters: 255 } as const;

/** As a copy keeps it; nothing chosen is null. */
export const exclusionText = ({ chosenAt, tags, channels }: Exclusion): string | null =>
  tags.length + channels.length === 0 ? null : JSON.stringify({ chosenAt, tags, channels });

/** What exclusionText wrote. */
export const exclusionIn = (text: string | null): Exclusion | null =>
  text === null ? null : (JSON.parse(text) as Exclusion);
