// What the pages of a large shop ask for, as they ask for it, over a year and the year before it: the home page, a figure explained
// with its first rows, why it moved, the week's findings, cohorts, movement and membership; on both engines.
// `node test/tools/bench/pages.ts [--orders N]`.
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { USUAL_CALENDAR } from "../setup/calendar.ts";
import { queryCohorts } from "../../../app/cohorts/cohorts.server.ts";
import { explained } from "../../../app/explain/explain.server.ts";
import { findDays } from "../../../app/findings/find-days.server.ts";
import { find } from "../../../app/findings/find.server.ts";
import { listSegments } from "../../../app/kpis/member-lists.server.ts";
import { movement } from "../../../app/movement/movement.server.ts";
import { homeView } from "../../../app/reports/home.server.ts";
import { reportedShop } from "../../../app/reports/shop.server.ts";
import type { Warehouse } from "../../../app/warehouse/warehouse.server.ts";
import { whyMoved } from "../../../app/why/why.server.ts";
import { startPostgres } from "../../../prisma/embedded.ts";
import { viewOf } from "../setup/view.ts";
import { FIGURE_BY_HAND, HOME_BY_HAND } from "./home-by-hand.ts";
import { openDuckDb, openPostgres, SHOP } from "./large-shop.ts";

const ROUNDS = 5;
const PERIOD = { from: "2025-11-01", to: "2026-11-01" };
const YEAR = { from: "2025-11-01", to: "2026-10-31", compare: "previous_year" };

/** A question about another "today" is another question with the same statements. */
const dayOf = (round: number) => `2026-11-${String(2 + round).padStart(2, "0")}`;

async function homePage(warehouse: Warehouse, today: string, params: Record<string, string>) {
  const calendar = USUAL_CALENDAR;
  const now = new Date(`${today}T12:00:00Z`);
  const shop = reportedShop(await viewOf(warehouse, SHOP), { locale: "en", now, calendar });
  if (shop === null) throw new Error("the shop has no figures");
  return homeView(shop, new URLSearchParams(params));
}

async function figure(warehouse: Warehouse, today: string): Promise<number | null> {
  const { cell } = await explained(
    await viewOf(warehouse, SHOP),
    {
      ...{ kpi: "net_sales", segmentation: "rfm", segment: "champions", part: null },
      ...{ period: PERIOD, membersAt: "start", today },
    },
    { side: null, sort: null, sign: null, find: null },
    { limit: 50, offset: 0 },
  );
  return cell.value;
}

const why = async (warehouse: Warehouse, today: string) =>
  whyMoved(await viewOf(warehouse, SHOP), {
    ...{ kpi: "net_sales", segmentation: "rfm", period: PERIOD, comparison: "previous_period" },
    ...{ membersAt: "start", today },
  });

const byHand = (warehouse: Warehouse, sql: string) => warehouse.of(SHOP).query(sql);

/** Asks whose answer is kept under another day each round. */
const QUESTIONS = {
  "Home page, a year compared": (warehouse: Warehouse, today: string) => homePage(warehouse, today, YEAR),
  "Home page as it opens, 30 days compared": (warehouse: Warehouse, today: string) =>
    homePage(warehouse, today, {}),
  "A figure explained, with its first 50 rows": figure,
  "Why net sales moved, by RFM group": why,
  "Findings of a week": async (warehouse: Warehouse, today: string) =>
    find(await viewOf(warehouse, SHOP), today),
  "Days that stand out": async (warehouse: Warehouse, today: string) =>
    findDays(await viewOf(warehouse, SHOP), today),
  "Cohorts by month, 36 of them": async (warehouse: Warehouse, today: string) =>
    queryCohorts(await viewOf(warehouse, SHOP), {
      ...{ kpi: "net_sales", basis: null, unit: "month", cohorts: 36 },
      ...{ within: null, beside: null, calendar: null, today },
    }),
  "Movement of a year, by RFM": async (warehouse: Warehouse, to: string) =>
    movement(await viewOf(warehouse, SHOP), {
      ...{ segmentation: "rfm", from: PERIOD.from, to, thresholds: "first" },
    }),
  "RFM at an instant": async (warehouse: Warehouse, on: string) =>
    listSegments(await viewOf(warehouse, SHOP), "rfm", { on, until: on }),
} satisfies Record<string, (warehouse: Warehouse, today: string) => Promise<unknown>>;

type What = keyof typeof QUESTIONS;
const WHATS = Object.keys(QUESTIONS) as What[];

/** In ms, of DuckDB; the home page's on PostgreSQL as well. */
const LIMITS: Record<What, number> = {
  "Home page, a year compared": 350,
  "Home page as it opens, 30 days compared": 350,
  "A figure explained, with its first 50 rows": 200,
  "Why net sales moved, by RFM group": 400,
  "Findings of a week": 3_000,
  "Days that stand out": 3_000,
  "Cohorts by month, 36 of them": 150,
  "Movement of a year, by RFM": 300,
  "RFM at an instant": 150,
};
const HAND: Partial<Record<What, string>> = {
  "Home page, a year compared": HOME_BY_HAND,
  "A figure explained, with its first 50 rows": FIGURE_BY_HAND,
};

const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

interface Measured {
  cold: number;
  unchanged: number;
  hand: number | null;
}

async function measure(warehouse: Warehouse, rounds: number): Promise<Map<What, Measured>> {
  const found = new Map<What, Measured>();
  for (const what of WHATS) {
    const ask = (round: number) => timed(() => QUESTIONS[what](warehouse, dayOf(round)));
    await ask(rounds);
    const [cold, unchanged, hand]: [number[], number[], number[]] = [[], [], []];
    for (let round = 0; round < rounds; round++) {
      cold.push(await ask(round));
      unchanged.push(await ask(round));
      const sql = HAND[what];
      if (sql !== undefined) hand.push(await timed(() => byHand(warehouse, sql)));
    }
    found.set(what, {
      ...{ cold: median(cold), unchanged: median(unchanged) },
      hand: hand.length === 0 ? null : median(hand),
    });
  }
  return found;
}

export interface PagesMeasured {
  orders: number;
  duckdb: ReadonlyMap<What, Measured>;
  postgres: ReadonlyMap<What, Measured>;
}

/** Measures in a temporary directory. Fails when the engines disagree about the explained figure. */
export async function measurePages(orders: number): Promise<PagesMeasured> {
  const directory = await mkdtemp(path.join(tmpdir(), "segment-kpis-pages-"));
  // Run by root, PostgreSQL gets another account, which must be able to pass through.
  await chmod(directory, 0o711);
  const server = await startPostgres(path.join(directory, "postgres"), {
    database: "bench",
    settings: { fsync: "off" },
  });
  try {
    const own = await openDuckDb(path.join(directory, "duckdb"), orders);
    const duckdb = await measure(own, ROUNDS);
    const value = await figure(own, dayOf(0));
    await own.close();
    const other = await openPostgres(path.join(directory, "scratch"), server.url, orders);
    const postgres = await measure(other, 3);
    if ((await figure(other, dayOf(0))) !== value) throw new Error("the engines disagree");
    await other.close();
    return { orders, duckdb, postgres };
  } finally {
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

/** Rows of: what, size, the app, the limit, ratio, remarks. */
export function pagesRows({ orders, duckdb, postgres }: PagesMeasured): string[] {
  const ms = (value: number) => `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
  return [...duckdb].map(([what, { cold, unchanged, hand }]) => {
    const other = postgres.get(what);
    const remarks = [
      ...(hand === null ? [] : [`written by hand ${ms(hand)}`]),
      `unchanged ${ms(unchanged)}`,
      ...(other === undefined ? [] : [`PostgreSQL ${ms(other.cold)}`]),
    ];
    return `| ${what} | ${orders.toLocaleString("en")} orders | ${ms(cold)} | ${ms(LIMITS[what])} (limit) | ${(cold / LIMITS[what]).toFixed(2)} | ${remarks.join("; ")} |`;
  });
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { orders: { type: "string", default: "1000000" } } });
  for (const row of pagesRows(await measurePages(Number(values.orders)))) console.log(row);
}
