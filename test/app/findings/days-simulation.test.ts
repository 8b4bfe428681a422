// Shops drawn day by day in which nothing happens, and others in which one day is another: what the app tells of them. Log-sd of order
// values .6, and 1.2 for heavy tails; counts vary more than a Poisson process.
import { describe, expect, it } from "vitest";
import { standOut } from "../../../app/findings/stand-out.ts";
import { usualDays } from "../../../app/findings/usual-day.ts";
import { addDays } from "../../../app/kpis/period.ts";
import { chanceFrom } from "../../tools/statistics/draw.ts";
import { drawDays, type DrawnDays } from "./simulated-days.ts";

const FIRST_DAY = "2025-11-03";
const SHOPS = 10;
/** Orders of a day, and days of the history: from a year of small counts to twelve weeks of a large shop. */
const SIZES = [
  [5, 371],
  [30, 84],
  [30, 371],
  [150, 84],
] as const;
/** Of the logarithm of what an order brings in. */
const DEVIATIONS = [0.6, 1.2] as const;
const KINDS: readonly DrawnDays[] = DEVIATIONS.flatMap((deviation) =>
  SIZES.map(([orders, days]) => ({ orders, days, deviation, dispersion: 1.5 + orders / 40, growth: 0.3 })),
);
/** So steady that such a day is far out. */
const STEADY: readonly DrawnDays[] = DEVIATIONS.flatMap((deviation) =>
  [
    [80, 371],
    [200, 84],
  ].map(([orders = 0, days = 0]) => ({ orders, days, deviation, dispersion: 1.5, growth: 0.3 })),
);
const FAR = 5;

describe("days of drawn shops", () => {
  it("stand out in at most one of ten shops in which nothing happens, whatever their kind", () => {
    const chance = chanceFrom(20_261_130);
    let silent = 0;
    for (const kind of KINDS) {
      let own = 0;
      for (let shop = 0; shop < SHOPS; shop++) {
        const { days, looked } = standOut(drawDays(kind, chance), FIRST_DAY);
        expect(looked).toBeGreaterThan(28);
        if (days.length === 0) own += 1;
      }
      silent += own;
      // So few shops of a kind say little of it alone.
      expect(own, JSON.stringify(kind)).toBeGreaterThanOrEqual(0.7 * SHOPS);
    }
    expect(silent / (SHOPS * KINDS.length)).toBeGreaterThanOrEqual(0.9);
  });

  it("are told in nine of ten shops in which a day has 0.4 or 2.5 times the usual orders, 5 standard deviations", () => {
    const chance = chanceFrom(59);
    for (const times of [0.4, 2.5]) {
      const found = { far: 0, told: 0 };
      for (const kind of STEADY)
        for (let shop = 0; shop < SHOPS; shop++) {
          const ago = 1 + (shop % 20);
          const drawn = drawDays(kind, chance, { ago, times });
          const at = kind.days - ago;
          const isFar = drawn.some(
            (series) => series.place.by === null && Math.abs(usualDays(series).get(at)?.strength ?? 0) >= FAR,
          );
          if (!isFar) continue;
          found.far += 1;
          if (standOut(drawn, FIRST_DAY).days.some(({ day }) => day === addDays(FIRST_DAY, at)))
            found.told += 1;
        }
      expect(found.far, `${times}`).toBeGreaterThan(20);
      expect(found.told / found.far, `${times}`).toBeGreaterThanOrEqual(0.9);
    }
  });
});
