// How often a range that the app prints holds the truth, of customers drawn by chance: through the app's own cells, at one number
// of customers and one spread of order values.
import type { RowKind } from "../../../app/kpis/answer.ts";
import type { KpiId } from "../../../app/kpis/catalogue.ts";
import { kpiLabel } from "../../../app/kpis/kpi-words.server.ts";
import { cellOf } from "../../../app/kpis/estimates/cell.ts";
import { Z } from "../../../app/kpis/estimates/distributions.ts";
import { term } from "../../../app/kpis/compile/terms.ts";
import type { Cell } from "../../../app/kpis/sums.ts";
import { cellsOf, termsOf } from "./cells.ts";
import { type Chance, chanceFrom, type Deviation, drawPeople, meanOrder, RETURNED } from "./draw.ts";

/** Ranges called 95 %, or rough: how many were printed, and how many held. */
export interface Held {
  printed: number;
  held: number;
}

export interface Covered {
  /** "Average order value, change". */
  what: string;
  sure: Held;
  rough: Held;
}

const ALIKE = { now: 30, then: 30 };
const KNOWN = { now: null, then: null };

export class Tally {
  private readonly found = new Map<string, Covered>();

  /** The figure's range against the truth, and, where there is one, its change's against none. */
  add(what: string, id: KpiId, row: string, cells: readonly Cell[], truth: number | null): void {
    const kind: RowKind = row === "first_time" ? "first_time" : "segment";
    const holds = (segment: string) => segment === row;
    const { cell, judgeable } = cellOf(id, { kind, holds }, cells, ALIKE, KNOWN);
    if (truth !== null) this.count(what, cell, cell.sureness, truth);
    // A change that is judged has its range by the family; here it stands alone.
    if (judgeable !== null) this.count(`${what}, change`, judgeable.rangeAt(Z), "sure", 0);
    else this.count(`${what}, change`, cell.change ?? { low: null, high: null }, "rough", 0);
  }

  private count(
    what: string,
    { low, high }: { low: number | null; high: number | null },
    sureness: "sure" | "rough" | null,
    truth: number,
  ): void {
    if (low === null || high === null || sureness === null) return;
    const none = () => ({ printed: 0, held: 0 });
    const covered = this.found.get(what) ?? { what, sure: none(), rough: none() };
    this.found.set(what, covered);
    covered[sureness].printed += 1;
    if (low <= truth && truth <= high) covered[sureness].held += 1;
  }

  get all(): Covered[] {
    return [...this.found.values()];
  }
}

const averages = ["aov", "reversal_rate"] as const;
const [ofAverage, ofAverages, ofTotals, ofNewcomers] = [
  termsOf(["aov"]),
  termsOf(averages),
  termsOf(["net_sales", "sales_share"]),
  termsOf(["aov", "net_sales"]),
];

/** Averages, rates of money and sums: of so many customers, of a segment beside one as large, and of as many who turn up. */
export function moneyCoverage(
  customers: number,
  deviation: Deviation,
  draws: number,
  seed: number,
): Covered[] {
  const chance = chanceFrom(seed);
  const tally = new Tally();
  const mean = meanOrder(deviation);
  const shop = { moving: 0.2, everyoneBuys: true, deviation };
  const members = (...ids: string[]) => new Map(ids.map((id) => [id, customers]));
  const newcomers = (now: number, then: number) => ({ members: members(), newcomers: { now, then } });
  const nobody = { now: 0, then: 0 };
  const truths = { aov: mean, reversal_rate: RETURNED };
  for (let draw = 0; draw < draws; draw++) {
    const one = cellsOf(
      ofAverages,
      drawPeople({ ...shop, members: members("a"), newcomers: nobody }, chance),
    );
    for (const id of averages) tally.add(kpiLabel({ locale: "en" }, id), id, "a", one, truths[id]);
    const two = cellsOf(
      ofTotals,
      drawPeople({ ...shop, members: members("a", "b"), newcomers: nobody }, chance),
    );
    tally.add("Net sales", "net_sales", "a", two, null);
    tally.add("Share of sales", "sales_share", "a", two, 1 / 2);
    const equal = cellsOf(ofNewcomers, drawPeople({ ...shop, ...newcomers(customers, customers) }, chance));
    tally.add("Net sales of newcomers", "net_sales", "first_time", equal, null);
    tally.add("Average order value of newcomers", "aov", "first_time", equal, mean);
    const fewer = cellsOf(ofAverage, drawPeople({ ...shop, ...newcomers(customers, 3 * customers) }, chance));
    tally.add("Average order value, three times as many before", "aov", "first_time", fewer, null);
  }
  return tally.all;
}

/** Of shares of customers: 1 in 10 and 3 in 10, of whom the same buy again three times in ten. */
export function shareCoverage(customers: number, draws: number, seed: number): Covered[] {
  const chance = chanceFrom(seed);
  const tally = new Tally();
  const terms = termsOf(["buyer_rate"]);
  for (let draw = 0; draw < draws; draw++)
    for (const share of [0.1, 0.3]) {
      const columns = new Map(
        ["members", "buying_members"].flatMap((name) =>
          ["now", "then"].map((slice): [string, Float64Array] => [
            `${name}_${slice}`,
            new Float64Array(customers).fill(1),
          ]),
        ),
      );
      for (let at = 0; at < customers; at++) {
        const buys = () => Number(chance.uniform() < share);
        const now = buys();
        columns.get("buying_members_now")?.set([now], at);
        columns.get("buying_members_then")?.set([chance.uniform() < 0.3 ? now : buys()], at);
      }
      const segment = { now: new Uint8Array(customers), then: new Uint8Array(customers) };
      const cells = cellsOf(terms, { count: customers, segments: ["a"], segment, columns });
      tally.add(`Share who bought, ${share * 10} in 10`, "buyer_rate", "a", cells, share);
    }
  return tally.all;
}

/** Of what is spent by the new customer, of whom so many come on average. */
export function spendCoverage(customers: number, draws: number, seed: number): Covered[] {
  const chance = chanceFrom(seed);
  const tally = new Tally();
  const spent = 100_000;
  for (let draw = 0; draw < draws; draw++) {
    const [now, then] = [chance.poisson(customers), chance.poisson(customers)];
    const terms = {
      ...{ s_ad_spend_now: spent, s_ad_spend_then: spent },
      ...{ s_new_customers_now: now, s_new_customers_then: then },
    };
    // Bounds are whole cents, rounded outwards.
    tally.add(
      "Cost per new customer",
      "cac_blended",
      "a",
      [{ now: "a", then: "a", terms }],
      spent / customers,
    );
  }
  return tally.all;
}

/** Of second orders within 90 days, at a daily chance of one in 200, of customers who are followed for up to 180. */
export function secondOrderCoverage(customers: number, draws: number, seed: number): Covered[] {
  const chance = chanceFrom(seed);
  const tally = new Tally();
  const daily = 1 / 200;
  for (let draw = 0; draw < draws; draw++) {
    const terms: Record<string, number> = {};
    for (const slice of ["now", "then"] as const) followed(customers, daily, slice, chance, terms);
    const truth = 1 - (1 - daily) ** 90;
    tally.add(
      "Second order within 90 days",
      "second_order_rate_90d",
      "a",
      [{ now: "a", then: "a", terms }],
      truth,
    );
  }
  return tally.all;
}

function followed(
  customers: number,
  daily: number,
  slice: "now" | "then",
  { uniform }: Chance,
  terms: Record<string, number>,
): void {
  for (let customer = 0; customer < customers; customer++) {
    const takes = Math.ceil(Math.log(1 - uniform()) / Math.log(1 - daily));
    const seen = Math.floor(uniform() * 181);
    const names = takes <= seen ? term.took : term.seen;
    const name = names("new_customers", "second_orders", Math.min(takes, seen), slice);
    terms[name] = (terms[name] ?? 0) + 1;
  }
}
