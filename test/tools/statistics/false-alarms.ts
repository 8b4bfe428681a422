// Pages of shops in which nothing has changed: how many of them call a change unlikely to be chance, by the app's own families.
import { JUDGED_TOGETHER, type KpiId } from "../../../app/kpis/catalogue.ts";
import { Z } from "../../../app/kpis/estimates/distributions.ts";
import { cellOf } from "../../../app/kpis/estimates/cell.ts";
import { type DraftRow, verdictsOf } from "../../../app/kpis/estimates/verdicts.ts";
import type { RowKind } from "../../../app/kpis/answer.ts";
import { cellsOf, termsOf } from "./cells.ts";
import { chanceFrom, type Deviation, drawPeople } from "./draw.ts";

export interface Alarms {
  pages: number;
  /** Pages with any verdict, and those that would have one if each change were judged for itself. */
  alarmed: number;
  alone: number;
  /** Changes that were judged, on average. */
  judged: number;
}

/** Segments of RFM: how large a part of a shop's customers each is. */
const PARTS = {
  champions: 0.08,
  loyal: 0.12,
  active: 0.14,
  new: 0.1,
  promising: 0.12,
  needs_attention: 0.12,
  at_risk: 0.1,
  almost_lost: 0.12,
  dormant: 0.1,
};

/** Home pages of shops with so many customers. */
export function falseAlarms(customers: number, deviation: Deviation, pages: number, seed: number): Alarms {
  const chance = chanceFrom(seed);
  const ids: readonly KpiId[] = JUDGED_TOGETHER;
  const terms = termsOf(ids);
  const members = new Map(
    Object.entries(PARTS).map(([id, part]): [string, number] => [id, Math.round(part * customers)]),
  );
  const newcomers = { now: customers / 10, then: customers / 10 };
  const rows: [string, RowKind][] = [
    ["total", "total"],
    ...[...members.keys()].map((id): [string, RowKind] => [id, "segment"]),
    ["first_time", "first_time"],
  ];
  const alarms: Alarms = { pages, alarmed: 0, alone: 0, judged: 0 };
  for (let page = 0; page < pages; page++) {
    const shop = { members, newcomers, moving: 0.3, everyoneBuys: false, deviation };
    const cells = cellsOf(terms, drawPeople(shop, chance));
    const drafts = rows.map(([id, kind]): DraftRow => {
      const holds = (segment: string) => kind === "total" || segment === id;
      const lengths = { now: 30, then: 30 };
      return new Map(
        ids.map((kpi) => [kpi, cellOf(kpi, { kind, holds }, cells, lengths, { now: null, then: null })]),
      );
    });
    const { families } = verdictsOf(drafts, ids, "apart");
    alarms.judged += families.reduce((sum, { judged }) => sum + judged, 0) / pages;
    if (families.some(({ found }) => found > 0)) alarms.alarmed += 1;
    const alone = drafts.some((row) =>
      [...row.values()].some(({ judgeable }) => {
        if (judgeable === null) return false;
        const { low, high } = judgeable.rangeAt(Z);
        return low > 0 || high < 0;
      }),
    );
    if (alone) alarms.alone += 1;
  }
  return alarms;
}
