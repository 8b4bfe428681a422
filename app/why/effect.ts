// How sure an effect is: it is worked out again without each of the random groups of customers, and how far that moves it gives
// its range. Wolter (2007), Introduction to Variance Estimation, 4.2.1: v = (G − 1) ÷ G · Σ (θ₍g₎ − mean)², with G − 1 degrees.
import { RANDOM_GROUPS } from "../kpis/compile/random-groups.ts";
import { LEVEL, normalPoint, studentT } from "../kpis/estimates/distributions.ts";

export interface Effect {
  amount: number;
  /** Null where no range can be told. */
  low: number | null;
  high: number | null;
}

/** Effects by name, of all customers or of those who are left. */
export type Effects = ReadonlyMap<string, number>;

/**
 * @param effects those without a random group; null: of all. Itself null where nothing can be told
 * @param together so many of them stand side by side: in 95 % of all cases each lies in its range
 */
export function rangedEffects(
  effects: (without: number | null) => Effects | null,
  { together, isRanged }: { together: number; isRanged: boolean },
): Map<string, Effect> | null {
  const whole = effects(null);
  if (whole === null) return null;
  const left = isRanged ? Array.from({ length: RANDOM_GROUPS }, (_, group) => effects(group)) : [];
  const z = normalPoint((1 - LEVEL) / 2 / Math.max(1, together));
  const t = studentT(RANDOM_GROUPS - 1, z);
  return new Map(
    [...whole].map(([name, amount]): [string, Effect] => {
      const without = left.flatMap((each) => each?.get(name) ?? []);
      if (without.length < RANDOM_GROUPS) return [name, { amount, low: null, high: null }];
      const mean = without.reduce((sum, each) => sum + each, 0) / without.length;
      const squares = without.reduce((sum, each) => sum + (each - mean) ** 2, 0);
      const error = t * Math.sqrt((squares * (RANDOM_GROUPS - 1)) / RANDOM_GROUPS);
      if (error === 0) return [name, { amount, low: null, high: null }];
      return [name, { amount, low: amount - error, high: amount + error }];
    }),
  );
}

export const isBeyondChance = ({ low, high }: Effect): boolean =>
  low !== null && high !== null && (low > 0 || high < 0);
