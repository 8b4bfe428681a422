// What an engine may do with the intervals of an observed table that no reading changes any more: keep them apart from the
// others, in whatever form takes less room. The table's own name answers all of them, and is read alone.

export interface Intervals {
  /** The table to write to: it holds all intervals that may still change. */
  readonly unpacked: string;
  /** Intervals that ended before the day, and of which the last reading was made at `readAt` or before, change no more. */
  pack(before: string, readAt: string): Promise<void>;
  /** Those that ended on the day or later may change after all; null: all may. */
  unpack(from: string | null): Promise<void>;
  /** Takes the customers of table `erased` (id), whom the column names, out of what is packed. */
  erasePacked(column: string): Promise<void>;
}

/** Of a table of which nothing is packed. */
export const unpackedIntervals = (table: string): Intervals => ({
  unpacked: table,
  pack: async () => {},
  unpack: async () => {},
  erasePacked: async () => {},
});
