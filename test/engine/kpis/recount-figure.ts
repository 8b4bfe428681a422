// What the slow recount knows of a figure in one period.
export interface Figure {
  value: number | null;
  n: number;
  events: number;
  range: { low: number; high: number; sureness: "sure" | "rough" } | null;
  /** One for each buyer: how far this one moves the figure. Their squares add up to the variance. */
  residuals: number[];
  variance: number;
  /** Third central moment, and the same taken for no smaller than log-normal spending of this spread would have. */
  third: number;
  cautious: number;
  /** At a point of the normal distribution; null where a change is not judged by both figures' ranges. */
  at: ((z: number) => Bounds) | null;
}

export interface Bounds {
  low: number;
  high: number;
}

export const Z95 = 1.959963984540054;

export const UNKNOWN: Figure = {
  value: null,
  n: 0,
  events: 0,
  range: null,
  residuals: [],
  variance: 0,
  third: 0,
  cautious: 0,
  at: null,
};
