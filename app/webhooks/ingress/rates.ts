// How often each may ask in the long run. Places bound what is under way at once; who asks and leaves at once holds none, and
// is worked for all the same.
import { Bounded } from "../../bounded.ts";

export interface Rate {
  perSecond: number;
  /** At once, after a while of quiet. */
  burst: number;
}

/** Who has not asked for longest is forgotten first: as if quiet, which a shop of so many is. */
const REMEMBERED = 10_000;

/** Whether one more may be asked now, by whom it is asked. */
export function rateEach(
  { perSecond, burst }: Rate,
  now = () => performance.now(),
): (asker: string | null) => boolean {
  const buckets = new Bounded<string, { left: number; at: number }>(REMEMBERED);
  return (asker) => {
    if (asker === null) return true;
    const at = now();
    const known = buckets.get(asker) ?? { left: burst, at };
    const left = Math.min(burst, known.left + ((at - known.at) / 1000) * perSecond);
    buckets.set(asker, { left: left >= 1 ? left - 1 : left, at });
    return left >= 1;
  };
}
