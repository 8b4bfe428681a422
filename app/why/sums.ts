// How far what a sum is made of moved it, in one segment: members, the part of them who bought, how often, for how much.
// Where that is no product, for one of its factors is nothing, the factor that is nothing has moved all of it. Pure.
import { productEffects } from "./products.ts";

/**
 * One step from the number of members to the sum. "times": what there is for each of what is one step before. "plus": what is
 * one step before, and something added to it or taken off, so that its part can be told apart even where it is no factor.
 */
export type StepKind = "times" | "plus";

export interface Step {
  name: string;
  kind: StepKind;
}

/** In the sum's unit; together they are its difference. */
export interface SumEffects {
  /** By step: the first is how many there were. */
  steps: number[];
  /** That the periods are of unequal length. */
  days: number;
  /** That the first step is nothing in one of the periods: nobody was there, or nobody is. */
  entered: number;
  left: number;
}

/** Days in each period, where the sum grows with them; equal where it does not. */
export interface Days {
  then: number;
  now: number;
}

/** The step up to which the sum is a product of factors. */
export function lastTimes(steps: readonly Step[]): number {
  const firstPlus = steps.findIndex(({ kind }) => kind === "plus");
  return (firstPlus < 0 ? steps.length : firstPlus) - 1;
}

const isProduct = (sums: readonly number[], upTo: number) => sums.slice(0, upTo).every((sum) => sum > 0);

/** What there is at each step for each of the step before. */
const factorsOf = (sums: readonly number[]) =>
  sums.map((sum, index) => (index === 0 ? sum : sum / (sums[index - 1] ?? Number.NaN)));

/**
 * @param steps from what the sum begins with to the sum itself
 * @param then its sums at each step, whole or not
 * @param flow the step whose factor grows with the days; see chain.ts
 */
export function sumEffects(
  steps: readonly Step[],
  then: readonly number[],
  now: readonly number[],
  { days, flow }: { days: Days; flow: number },
): SumEffects {
  const effects: SumEffects = { steps: steps.map(() => 0), days: 0, entered: 0, left: 0 };
  const difference = (step: number) => (now[step] ?? 0) - (then[step] ?? 0);
  const last = lastTimes(steps);
  let product = steps.length;
  while (product > 0 && !(isProduct(then, product) && isProduct(now, product))) product--;
  if (product > last) {
    const [before, after] = [factorsOf(then.slice(0, product)), factorsOf(now.slice(0, product))];
    const isLonger = days.then !== days.now;
    if (isLonger) {
      before[flow] = (before[flow] ?? Number.NaN) / days.then;
      after[flow] = (after[flow] ?? Number.NaN) / days.now;
    }
    const own = productEffects(
      [...before, ...(isLonger ? [days.then] : [])],
      [...after, ...(isLonger ? [days.now] : [])],
    );
    own.slice(0, product).forEach((effect, step) => (effects.steps[step] = effect));
    effects.days = isLonger ? (own[product] ?? 0) : 0;
  } else if (product > 0) effects.steps[product] = difference(last);
  else if ((then[0] ?? 0) > 0 === (now[0] ?? 0) > 0) effects.steps[last] = difference(last);
  else effects[(now[0] ?? 0) > 0 ? "entered" : "left"] = difference(last);
  for (let step = Math.max(product, last + 1); step < steps.length; step++)
    effects.steps[step] = difference(step) - difference(step - 1);
  return effects;
}
