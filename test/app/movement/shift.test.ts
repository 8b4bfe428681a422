// Whether a distribution has shifted: the published numbers, and what holds of any table.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chiSquareTail } from "../../../app/movement/chi-square.ts";
import { type Shift, shiftOf } from "../../../app/movement/shift.ts";

/** Unaided distance vision of 7,477 women's right and left eyes, Stuart (1955), Biometrika 42:412. */
const VISION = [
  [1520, 266, 124, 66],
  [234, 1512, 432, 78],
  [117, 362, 1772, 205],
  [36, 82, 179, 492],
];

const told = (table: readonly (readonly number[])[]): Shift => {
  const shift = shiftOf(table);
  if (typeof shift === "string") throw new Error(shift);
  return shift;
};

describe("the tail of chi-square", () => {
  it.each([
    [3.841458820694124, 1, 0.05],
    [5.991464547107979, 2, 0.05],
    [7.814727903251179, 3, 0.05],
    [16.918977604620448, 9, 0.05],
    [21.665994333461924, 9, 0.01],
    [2.167349909298057, 7, 0.95],
    [13.815510557964274, 2, 0.001],
  ])("beyond %f with %i degrees of freedom is %f", (x, degrees, tail) => {
    expect(chiSquareTail(x, degrees)).toBeCloseTo(tail, 4);
  });

  it("of two degrees is the exponential's, however far out", () => {
    for (const x of [0.01, 1, 3.9, 4.1, 50, 700]) {
      const ratio = chiSquareTail(x, 2) / Math.exp(-x / 2);
      expect(ratio).toBeCloseTo(1, 10);
    }
    expect(chiSquareTail(0, 3)).toBe(1);
  });
});

describe("a shift", () => {
  it("is Stuart's and Bhapkar's of women's eyes", () => {
    const { stuartMaxwell, bhapkar, degrees, pValue } = told(VISION);
    expect(stuartMaxwell).toBeCloseTo(11.957, 3);
    expect(bhapkar).toBeCloseTo(11.976, 3);
    expect(degrees).toBe(3);
    expect(pValue).toBeCloseTo(0.00753, 4);
  });

  it("of two segments is McNemar's", () => {
    const { stuartMaxwell, degrees } = told([
      [100, 30],
      [12, 80],
    ]);
    expect(stuartMaxwell).toBeCloseTo((30 - 12) ** 2 / 42, 10);
    expect(degrees).toBe(1);
  });

  it("is no other with a segment that is empty, or that nobody leaves or enters", () => {
    const wider = (stays: number) => [
      ...VISION.map((row) => [row[0] ?? 0, 0, ...row.slice(1)]),
      [0, stays, 0, 0, 0],
    ];
    // The fifth line belongs in the second place.
    const placed = (stays: number) => {
      const [first = [], ...rest] = wider(stays);
      const last = rest.pop() ?? [];
      return [first, last, ...rest];
    };
    expect(told(placed(0))).toEqual(told(VISION));
    const shift = told(placed(500));
    expect(shift.stuartMaxwell).toBeCloseTo(told(VISION).stuartMaxwell, 9);
    expect(shift.degrees).toBe(3);
  });

  it("of segments between whose groups nobody moves is the groups' together", () => {
    const pair = [
      [50, 30],
      [12, 60],
    ];
    const apart = [...VISION.map((row) => [...row, 0, 0]), ...pair.map((row) => [0, 0, 0, 0, ...row])];
    const shift = told(apart);
    expect(shift.stuartMaxwell).toBeCloseTo(told(VISION).stuartMaxwell + told(pair).stuartMaxwell, 8);
    expect(shift.degrees).toBe(4);
  });

  it("is not told where nobody moved, or too few", () => {
    expect(shiftOf([])).toBe("nobody_moved");
    expect(
      shiftOf([
        [5, 0],
        [0, 7],
      ]),
    ).toBe("nobody_moved");
    expect(
      shiftOf([
        [5, 6],
        [3, 7],
      ]),
    ).toBe("too_few_moved");
  });

  it("does not hang on the order of the segments, and is 0 where as many went as came", () => {
    const table = fc.array(fc.array(fc.integer({ min: 10, max: 400 }), { minLength: 5, maxLength: 5 }), {
      minLength: 5,
      maxLength: 5,
    });
    fc.assert(
      fc.property(table, fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 5 }), (counts, order) => {
        const shift = told(counts);
        const turned = told(order.map((row) => order.map((column) => counts[row]?.[column] ?? 0)));
        expect(turned.stuartMaxwell).toBeCloseTo(shift.stuartMaxwell, 6);
        expect(shift.degrees).toBe(4);
        const even = told(
          counts.map((row, a) => row.map((_, b) => (counts[Math.min(a, b)] ?? [])[Math.max(a, b)] ?? 0)),
        );
        expect(even.stuartMaxwell).toBeCloseTo(0, 9);
        expect(even.pValue).toBeCloseTo(1, 9);
      }),
      { numRuns: 30, seed: 1955 },
    );
  });
});
