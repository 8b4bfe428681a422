// How far a rate or average moved because segments' own did, and how far because the segments weigh otherwise: Kitagawa (1955),
// J. Am. Stat. Assoc. 50:1168–1194, each segment's weight held against the average rate, which leaves their sum as it is (as
// Oaxaca–Blinder decompositions are centred, Yun 2005, Econ. Inquiry 43:766–772). Pure.

/** What is divided (y) and by what (x), of one segment in one period. */
export interface Parts {
  y: number;
  x: number;
}

export interface RateRow {
  then: Parts;
  now: Parts;
}

/** In the rate's unit. The three of all rows together are the difference of the two rates. */
export interface RateEffects {
  /** By its own rate. */
  rate: number;
  /** By its weight, which is its part of what is divided by. */
  mix: number;
  /** By what there is to divide where there is nothing to divide by, such as returns of nobody who bought. */
  apart: number;
}

/** Null where either rate divides by nothing. */
export function rateEffects(rows: readonly RateRow[]): RateEffects[] | null {
  const totalOf = (slice: keyof RateRow): Parts => ({
    y: rows.reduce((sum, row) => sum + row[slice].y, 0),
    x: rows.reduce((sum, row) => sum + row[slice].x, 0),
  });
  const [then, now] = [totalOf("then"), totalOf("now")];
  if (then.x === 0 || now.x === 0) return null;
  const middle = (then.y / then.x + now.y / now.x) / 2;
  return rows.map((row) => {
    const [weightThen, weightNow] = [row.then.x / then.x, row.now.x / now.x];
    const own = { then: row.then.y / row.then.x, now: row.now.y / row.now.x };
    // A segment that one period has not is all weight: its rate is taken for the same.
    const rateThen = row.then.x === 0 ? (row.now.x === 0 ? 0 : own.now) : own.then;
    const rateNow = row.now.x === 0 ? rateThen : own.now;
    return {
      rate: ((weightThen + weightNow) / 2) * (rateNow - rateThen),
      mix: ((rateThen + rateNow) / 2 - middle) * (weightNow - weightThen),
      apart: (row.now.x === 0 ? row.now.y / now.x : 0) - (row.then.x === 0 ? row.then.y / then.x : 0),
    };
  });
}

/**
 * How far a quotient moved because of what is divided, and because of what it is divided by: the mean over both orders of
 * changing the two (Das Gupta 1993, U.S. Bureau of the Census P23-186). Null where either divides by nothing.
 */
export function quotientEffects(then: Parts, now: Parts): { divided: number; divisor: number } | null {
  if (then.x === 0 || now.x === 0) return null;
  const [inverseThen, inverseNow] = [1 / then.x, 1 / now.x];
  return {
    divided: (now.y - then.y) * ((inverseThen + inverseNow) / 2),
    divisor: (inverseNow - inverseThen) * ((then.y + now.y) / 2),
  };
}
