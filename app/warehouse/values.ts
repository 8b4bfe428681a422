// Only plain rows leave the warehouse: how an engine's text or number becomes a number that is exact, or an error, and how
// an instant is written as the text of a TIMESTAMP and read from it.

export type Kind = "integer" | "decimal" | "real" | "boolean" | "text";

/** Integers beyond 2^53 and reals without a value are programming errors of the query, never silently rounded. */
export function plainNumber(value: unknown, kind: "integer" | "decimal" | "real", column: string): number {
  const number = Number(value);
  if (kind === "integer" && !Number.isSafeInteger(number))
    throw new RangeError(`Column ${column} holds ${String(value)}, beyond what a number holds exactly.`);
  if (!Number.isFinite(number))
    throw new RangeError(`Column ${column} holds ${String(value)}: guard the division in the query.`);
  return number;
}

/** 'YYYY-MM-DD HH:MM:SS.fff' in UTC, as a TIMESTAMP is given to a query. */
export const timestampOf = (at: Date | string): string =>
  new Date(at).toISOString().replace("T", " ").replace("Z", "");

/** The instant that a TIMESTAMP's text means, or one in ISO form. */
export const instantOf = (text: string): Date =>
  new Date(text.endsWith("Z") ? text : `${text.replace(" ", "T")}Z`);
