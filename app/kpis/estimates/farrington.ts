// What a small count of a day usually is, by the same weekdays before it: a quasi-Poisson model with weekdays as its factor, earlier
// outbreaks weighed down. Farrington, Andrews, Beale & Catchpole (1996), J. R. Stat. Soc. A 159:547; Noufaily et al. (2013),
// Stat. Med. 32:1206. Pure.

/** Earlier days further out than this, in standard errors, weigh less (Noufaily et al.). */
const FAR = 2.58;

export interface CountModel {
  /** What is expected of the day. */
  expected: number;
  /** Variance by mean, of all weekdays together; 1 where counts vary less than those of a Poisson process. */
  dispersion: number;
  /** Standard error of what is counted, around what is expected. */
  error: number;
  /** Of the dispersion. */
  degrees: number;
}

/**
 * @param turns earlier counts by weekday
 * @param own the weekday of the day that is looked at
 */
export function countModel(turns: readonly (readonly number[])[], own: number): CountModel {
  const counts = turns.filter((days) => days.length > 0);
  let weights = counts.map((days) => days.map(() => 1));
  let fit = fitted(counts, weights);
  weights = counts.map((days, weekday) =>
    days.map((count) => {
      const mean = fit.means[weekday] ?? 0;
      const far = anscombe(count, mean) / Math.sqrt(fit.dispersion * (1 - 1 / days.length));
      return far > FAR ? far ** -2 : 1;
    }),
  );
  const all = weights.flat();
  const scale = all.length / all.reduce((sum, weight) => sum + weight, 0);
  weights = weights.map((days) => days.map((weight) => weight * scale));
  fit = fitted(counts, weights);
  const place = counts.indexOf(turns[own] ?? []);
  const mean = Math.max(fit.means[place] ?? 0, LEAST);
  const held = weights[place]?.reduce((sum, weight) => sum + weight, 0) ?? 1;
  return {
    expected: mean,
    dispersion: fit.dispersion,
    error: Math.sqrt(fit.dispersion * (mean + mean / held)),
    degrees: fit.degrees,
  };
}

/** Of a weekday on which nothing ever happened: half a count in eight weeks. */
const LEAST = 1 / 16;

function fitted(counts: readonly (readonly number[])[], weights: readonly (readonly number[])[]) {
  const means = counts.map((days, weekday) => {
    const own = weights[weekday] ?? [];
    const held = own.reduce((sum, weight) => sum + weight, 0);
    return days.reduce((sum, count, at) => sum + count * (own[at] ?? 0), 0) / held;
  });
  const degrees = counts.flat().length - counts.length;
  const chi = counts.reduce((sum, days, weekday) => {
    const mean = means[weekday] ?? 0;
    if (mean === 0) return sum;
    return (
      sum +
      days.reduce((of, count, at) => of + ((weights[weekday]?.[at] ?? 0) * (count - mean) ** 2) / mean, 0)
    );
  }, 0);
  return { means, degrees, dispersion: Math.max(1, degrees > 0 ? chi / degrees : 1) };
}

const anscombe = (count: number, mean: number): number =>
  mean === 0 ? 0 : 1.5 * (count ** (2 / 3) * mean ** (-1 / 6) - Math.sqrt(mean));

/**
 * How many standard errors a count is from what is expected, by the 2/3 power, which makes counts nearly normal; half a count nearer,
 * as counts are whole.
 */
export function countStrength(count: number, { expected, error }: CountModel): number {
  const away = Math.max(0, Math.abs(count - expected) - 0.5);
  const reached = count < expected ? expected - away : expected + away;
  return (1.5 * expected * ((reached / expected) ** (2 / 3) - 1)) / error;
}

/** The counts so many standard errors to either side. */
export function countsAt({ expected, error }: CountModel, z: number): { low: number; high: number } {
  const at = (of: number) => expected * Math.max(0, 1 + (2 * of * error) / (3 * expected)) ** 1.5;
  return { low: at(-z), high: at(z) };
}
