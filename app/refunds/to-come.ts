// How much of what was sold is still to come back: as much as came of earlier months' sales after they were as old. Days are
// whole numbers from anywhere.

/** What was sold on some days, and what came back of it. */
export interface Cohort {
  /** The day after the last of them. */
  end: number;
  sold: number;
  back: readonly { day: number; amount: number }[];
}

/** With fewer comparable months nothing is told: of eight, the next one lies between the lowest and the highest in 7 of 9 cases. */
export const LEAST_MONTHS = 8;
/** The newest; of older ones customs may have been others. */
export const MOST_ALIKE = 24;
/** A month is comparable once it was followed until so much of what comes back had come. */
export const NEARLY_ALL = 0.99;

export type ToCome =
  | {
      kind: "estimated";
      /** The least and the most of the comparable months, further apart for a month of fewer sales than these. */
      low: number;
      high: number;
      /** Of all of these together. */
      likely: number;
      months: number;
      /** In so many cases the range holds where months are alike: (n − 1) ÷ (n + 1) for the least and most of n. */
      level: number;
    }
  /** The last sale is older than whatever came back was. */
  | { kind: "nothing" }
  | { kind: "too_few"; months: number };

/** How what comes back comes, by the age of a month. */
export interface Development {
  /** Days after a month's end in which all but a hundredth has come. */
  nearlyAllAfter: number;
  /** The part that has come so many days after the end. */
  comeBy: (days: number) => number;
}

const WEEK = 7;

/** Chain ladder by weeks after the month's end: each step over the months that are old enough for it. */
export function developmentOf(months: readonly Cohort[], now: number): Development {
  // By week: what had come by the end of the week before and by its own, of the same months.
  const steps: { before: number; after: number }[] = [];
  for (const { end, back } of months) {
    const weeks = Math.floor((now - end) / WEEK);
    const came = new Map<number, number>();
    for (const { day, amount } of back) {
      const week = day < end ? 0 : Math.floor((day - end) / WEEK) + 1;
      came.set(week, (came.get(week) ?? 0) + amount);
    }
    let sum = came.get(0) ?? 0;
    for (let week = 1; week <= weeks; week++) {
      const step = (steps[week - 1] ??= { before: 0, after: 0 });
      step.before += sum;
      sum += came.get(week) ?? 0;
      step.after += sum;
    }
  }
  /** By the end of each week; of the last one that any month is old enough for, all. */
  const come = [1];
  for (const { before, after } of steps.toReversed()) {
    const step = after > 0 ? Math.min(1, Math.max(0, before / after)) : 1;
    come.unshift((come[0] ?? 1) * step);
  }
  return {
    nearlyAllAfter: come.findIndex((part) => part >= NEARLY_ALL) * WEEK,
    comeBy: (days) => come[Math.floor(Math.max(0, days) / WEEK)] ?? 1,
  };
}

const cameIn = ({ back }: Cohort, from: number, to = Infinity): number =>
  back.reduce((sum, { day, amount }) => (day >= from && day < to ? sum + amount : sum), 0);

/**
 * @param earlier the same days of earlier months, oldest first
 * @param now the first day that is not wholly known; what came on it and later is taken from what is to come
 * @param longest the most days between a sale and what came back of it; null where nothing did
 */
export function toCome(
  of: Cohort,
  earlier: readonly Cohort[],
  {
    now,
    longest,
    development: { nearlyAllAfter, comeBy },
  }: { now: number; longest: number | null; development: Development },
): ToCome {
  const age = now - of.end;
  const alike = earlier
    .filter(({ end, sold }) => sold > 0 && end + age + nearlyAllAfter <= now)
    .slice(-MOST_ALIKE);
  if (alike.length < LEAST_MONTHS) return { kind: "too_few", months: alike.length };
  if (longest === null || age >= longest) return { kind: "nothing" };
  const after = alike.map((month) => {
    const unseen = cameIn(month, -Infinity, now) * (1 / comeBy(now - month.end) - 1);
    return { sold: month.sold, back: cameIn(month, month.end + age, now) + unseen };
  });
  const all = after.reduce((sum, { sold, back }) => ({ sold: sum.sold + sold, back: sum.back + back }));
  const together = all.back / all.sold;
  // A month of fewer sales goes further from what is usual, by the root of how many fewer.
  const shares = after.map(
    ({ sold, back }) => together + (back / sold - together) * Math.sqrt(Math.max(1, sold / of.sold)),
  );
  const since = cameIn(of, now);
  const left = (share: number) => Math.max(0, share * of.sold - since);
  return {
    kind: "estimated",
    low: Math.floor(left(Math.min(...shares))),
    high: Math.ceil(left(Math.max(...shares))),
    likely: Math.round(left(together)),
    months: alike.length,
    level: (alike.length - 1) / (alike.length + 1),
  };
}
