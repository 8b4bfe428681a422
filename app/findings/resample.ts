// Whether a change is there in resamples of the customers, too: each counts as often as a Poisson variable of mean 1 says, as
// in a bootstrap of many customers (Chamandy et al. 2012, Estimating uncertainty for massive data streams). The same seed gives
// the same resamples. Pure.
import { type KpiId, kpis } from "../kpis/catalogue.ts";
import { term } from "../kpis/compile/terms.ts";
import type { Cell, Slice } from "../kpis/sums.ts";

const RESAMPLES = 2_000;
const FEWEST = 400;
/** Beyond it there are fewer resamples: they take as long as a second does. */
const DRAWS = 5_000_000;
/** In so many of 100 resamples the change must lie on the same side of none. */
const SURE = 0.995;
/** Up to so many customers who are alike, each is drawn. */
const DRAWN = 20;

/** Mulberry32, seeded by the 32-bit hash of Fowler, Noll and Vo. */
export function seeded(text: string): () => number {
  let state = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) state = Math.imul(state ^ text.charCodeAt(at), 0x01000193);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function poissonOfOne(random: () => number): number {
  let left = random() * Math.E;
  let [count, term] = [0, 1];
  while (left > term && count < 30) {
    left -= term;
    count += 1;
    term /= count;
  }
  return count;
}

function weightOf(customers: number, random: () => number): number {
  if (customers <= DRAWN) {
    let sum = 0;
    for (let each = 0; each < customers; each++) sum += poissonOfOne(random);
    return sum;
  }
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return Math.max(0, Math.round(customers + Math.sqrt(customers) * normal));
}

/**
 * @param alike cells of customers who are alike
 * @param holds which segments the change is of
 */
export function holdsInResamples(
  kpi: KpiId,
  alike: readonly Cell[],
  holds: (segment: string) => boolean,
  seed: string,
): boolean {
  const { numerator, denominator } = kpis[kpi];
  const valueOf = (cell: Cell, name: string, slice: Slice) => cell.terms[`${name}_${slice}`] ?? 0;
  const rows = alike
    .map((cell) => {
      const part = (slice: Slice) => {
        const isIn = holds(cell[slice]);
        const above = isIn ? valueOf(cell, numerator, slice) : 0;
        if (denominator === null) return [above, 0];
        return [above, isIn || denominator.over === "shop" ? valueOf(cell, denominator.of, slice) : 0];
      };
      return { customers: cell.terms[term.customers] ?? 0, values: [...part("now"), ...part("then")] };
    })
    .filter(({ values }) => values.some((value) => value !== 0))
    // Engines answer in any order.
    .sort((a, b) => compared([...a.values, a.customers], [...b.values, b.customers]));
  if (rows.length === 0) return false;
  const random = seeded(seed);
  const turns = Math.max(FEWEST, Math.min(RESAMPLES, Math.floor(DRAWS / rows.length)));
  let [up, down] = [0, 0];
  for (let turn = 0; turn < turns; turn++) {
    let [nowY, nowX, thenY, thenX] = [0, 0, 0, 0];
    for (const { customers, values } of rows) {
      const weight = customers === 1 ? poissonOfOne(random) : weightOf(customers, random);
      if (weight === 0) continue;
      nowY += weight * (values[0] ?? 0);
      nowX += weight * (values[1] ?? 0);
      thenY += weight * (values[2] ?? 0);
      thenX += weight * (values[3] ?? 0);
    }
    const change = denominator === null ? nowY - thenY : nowY / nowX - thenY / thenX;
    if (change > 0) up += 1;
    else if (change < 0) down += 1;
  }
  return Math.max(up, down) >= SURE * turns;
}

function compared(a: readonly number[], b: readonly number[]): number {
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return (a[at] ?? 0) - (b[at] ?? 0);
  return 0;
}
