// Only plain rows leave the warehouse: how an engine's text or number becomes a number that is exact, or an error.

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
