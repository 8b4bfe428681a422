// Which of the changes of a week are told: judged together over everything that was looked at, each movement once, at most
// five, by certainty and money. Pure but for what it asks again.
import { kpiIds } from "../kpis/catalogue.ts";
import { adjusted, FALSE_DISCOVERIES, judge } from "../kpis/estimates/discoveries.ts";
import type { Interval } from "../kpis/estimates/ranges.ts";
import type { Candidate } from "./candidates.ts";
import { isWhole, type Place, placeKey } from "./finding.ts";

export const MOST = 5;
/** So many are worked out anew by resampling, at most. */
const MOST_TRIED = 15;

export interface Chosen {
  candidate: Candidate;
  certainty: number;
  range: Interval;
  level: number;
  /** Told beside the whole shop's movement. */
  apart: boolean;
}

export interface Means {
  /** The candidates once more without the customers of these places; see lookedAgain. */
  again: (
    candidates: readonly Candidate[],
    without: readonly Place[],
    fromRest: boolean,
  ) => Promise<readonly Candidate[]>;
  /** Whether a change is there in resamples of its customers, too. */
  holds: (candidate: Candidate) => Promise<boolean>;
}

/**
 * The place that moved furthest beyond chance is told first, and everything once more without its customers: what moved with it
 * moves no more. So a movement that several ways of grouping show is told by the one that shows it best.
 */
export async function choose(candidates: readonly Candidate[], { again, holds }: Means): Promise<Chosen[]> {
  const pValues = candidates.map(({ pValue }) => pValue);
  const { found, level, z } = judge(pValues, "apart");
  const adjustedTo = adjusted(pValues, "apart");
  const certainties = new Map(candidates.map(({ key }, index) => [key, 1 - (adjustedTo[index] ?? 1)]));
  const first = candidates.filter((_, index) => found[index]);
  const original = new Map(first.map((candidate) => [candidate.key, candidate]));

  const chosen: Chosen[] = [];
  const without: Place[] = [];
  let [left, fromRest, tries] = [[...first], false, 0];
  while (left.length > 0 && chosen.length < MOST && tries < MOST_TRIED) {
    const candidate = bestOf(left, certainties);
    const { judgeable } = original.get(candidate.key) ?? candidate;
    tries += 1;
    if (!(await holds(original.get(candidate.key) ?? candidate))) {
      left = left.filter(({ key }) => key !== candidate.key);
      continue;
    }
    const apart = fromRest && !isWhole(candidate.place);
    const own = original.get(candidate.key) ?? candidate;
    chosen.push({
      candidate: { ...own, money: candidate.money, strength: candidate.strength },
      certainty: certainties.get(candidate.key) ?? 0,
      ...{ range: judgeable.shown(judgeable.rangeAt(z)), level, apart },
    });
    if (isWhole(candidate.place)) fromRest = true;
    else without.push(candidate.place);
    const told = new Set(chosen.map(({ candidate: { place } }) => placeKey(place)));
    const untold = left.flatMap(({ key, place }) =>
      told.has(placeKey(place)) ? [] : (original.get(key) ?? []),
    );
    if (untold.length === 0) break;
    // Many of what was found are one movement: the next is held to what is told, as if each were found once.
    const most = (FALSE_DISCOVERIES * (chosen.length + 1)) / candidates.length;
    left = (await again(untold, without, fromRest)).filter(
      ({ key, pValue, change }) => pValue <= most && change * (original.get(key)?.change ?? 0) > 0,
    );
  }
  return chosen.sort(byWeight);
}

/** Of the place that moved furthest: net sales, which are the money that is meant, or else the KPI that means most of it. */
function bestOf(candidates: readonly Candidate[], certainties: ReadonlyMap<string, number>): Candidate {
  const strongest = candidates.reduce((best, each) => (each.strength > best.strength ? each : best));
  const own = candidates.filter(({ place }) => placeKey(place) === placeKey(strongest.place));
  const sales = own.find(({ kpi }) => kpi === "net_sales");
  if (sales !== undefined) return sales;
  const weight = ({ key, money }: Candidate) => (certainties.get(key) ?? 0) * Math.abs(money ?? 0);
  return own.reduce((best, each) => (weight(each) > weight(best) ? each : best), strongest);
}

/** Certainty times money; what has no price comes after what has, by how sure it is. */
function byWeight(a: Chosen, b: Chosen): number {
  const weight = ({ candidate: { money }, certainty }: Chosen) =>
    money === null ? -1 : certainty * Math.abs(money);
  return (
    weight(b) - weight(a) ||
    b.candidate.strength - a.candidate.strength ||
    kpiIds.indexOf(a.candidate.kpi) - kpiIds.indexOf(b.candidate.kpi) ||
    (a.candidate.key < b.candidate.key ? -1 : 1)
  );
}
