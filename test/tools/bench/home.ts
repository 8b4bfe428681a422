// The home page's query at the size of a large shop: all KPIs by RFM group in two years, against a query written by hand
// over the same tables in the same run, against PostgreSQL, and the kept answer. `node test/tools/bench/home.ts [--orders N]`
// prints rows of a table.
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { kpiIds } from "../../../app/kpis/catalogue.ts";
import type { Question } from "../../../app/kpis/answer.ts";
import { queryKpis } from "../../../app/kpis/query.server.ts";
import { whyMoved } from "../../../app/why/why.server.ts";
import type { Warehouse } from "../../../app/warehouse/warehouse.server.ts";
import { startPostgres } from "../../../prisma/embedded.ts";
import { HOME_BY_HAND } from "./home-by-hand.ts";
import { viewOf } from "../setup/view.ts";
import { openDuckDb, openPostgres, SHOP } from "./large-shop.ts";

const ROUNDS = 7;
const QUESTION: Question = {
  kpis: kpiIds,
  segmentation: "rfm",
  period: { from: "2025-11-01", to: "2026-11-01" },
  comparison: "previous_period",
  membersAt: "start",
  today: "2026-11-01",
};

export interface HomeMeasured {
  orders: number;
  /** Medians, in ms. */
  duckdb: number;
  byHand: number;
  /** The whole call, answered from what is kept. */
  unchanged: number;
  postgres: number;
  ratio: number;
  /** Why one figure moved, by the same groups over the same years. */
  why: number;
  whyPostgres: number;
}

async function timed<T>(work: () => Promise<T>): Promise<{ ms: number; result: T }> {
  const start = performance.now();
  const result = await work();
  return { ms: performance.now() - start, result };
}

const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

/** Asks anew each time: a question about another "today" is another question with the same statement. */
const asked = async (warehouse: Warehouse, round: number) =>
  queryKpis(await viewOf(warehouse, SHOP), {
    ...QUESTION,
    today: `2026-11-${String(2 + round).padStart(2, "0")}`,
  });

const askedWhy = async (warehouse: Warehouse, round: number) =>
  whyMoved(await viewOf(warehouse, SHOP), {
    ...QUESTION,
    kpi: "net_sales",
    today: `2026-11-${String(2 + round).padStart(2, "0")}`,
  });

/** Measures in a temporary directory. Fails when the two queries disagree about a segment's net sales. */
export async function measureHome(orders: number): Promise<HomeMeasured> {
  const directory = await mkdtemp(path.join(tmpdir(), "segment-kpis-home-"));
  // Run by root, PostgreSQL gets another account, which must be able to pass through.
  await chmod(directory, 0o711);
  const server = await startPostgres(path.join(directory, "postgres"), {
    database: "bench",
    settings: { fsync: "off" },
  });
  try {
    const duckdb = await openDuckDb(path.join(directory, "duckdb"), orders);
    const times = {
      duckdb: [] as number[],
      byHand: [] as number[],
      unchanged: [] as number[],
      postgres: [] as number[],
      why: [] as number[],
      whyPostgres: [] as number[],
    };
    let answer = await asked(duckdb, ROUNDS);
    for (let round = 0; round < ROUNDS; round++) {
      const anew = await timed(() => asked(duckdb, round));
      const byHand = await timed(() =>
        duckdb.of(SHOP).query<{ segment: string; sn1: number | null }>(HOME_BY_HAND),
      );
      times.duckdb.push(anew.ms);
      times.byHand.push(byHand.ms);
      times.unchanged.push((await timed(() => asked(duckdb, round))).ms);
      times.why.push((await timed(() => askedWhy(duckdb, round))).ms);
      answer = anew.result;
      for (const row of answer.segments) {
        const net = byHand.result
          .filter(({ segment }) => segment === row.id)
          .reduce((sum, { sn1 }) => sum + (sn1 ?? 0), 0);
        const own = row.cells.net_sales.value;
        if (own !== net) throw new Error(`net sales of ${row.id}: ${own} compiled, ${net} by hand`);
      }
    }
    await duckdb.close();
    const postgres = await openPostgres(path.join(directory, "scratch"), server.url, orders);
    await asked(postgres, ROUNDS);
    for (let round = 0; round < 3; round++) {
      const { ms, result } = await timed(() => asked(postgres, round));
      times.postgres.push(ms);
      times.whyPostgres.push((await timed(() => askedWhy(postgres, round))).ms);
      if (result.total.cells.net_sales.value !== answer.total.cells.net_sales.value)
        throw new Error("the engines disagree");
    }
    await postgres.close();
    const [compiled, byHand] = [median(times.duckdb), median(times.byHand)];
    return {
      orders,
      duckdb: compiled,
      byHand,
      unchanged: median(times.unchanged),
      postgres: median(times.postgres),
      ratio: compiled / byHand,
      why: median(times.why),
      whyPostgres: median(times.whyPostgres),
    };
  } finally {
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

/** Rows of: what, size, the app, the least possible, ratio, remarks. */
export function homeRows({
  orders,
  duckdb,
  byHand,
  unchanged,
  postgres,
  ratio,
  why,
  whyPostgres,
}: HomeMeasured): string[] {
  const ms = (value: number) => `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
  const size = `${orders.toLocaleString("en")} orders`;
  return [
    `| Home: ${kpiIds.length} KPIs by RFM group, 2 years compared | ${size} | ${ms(duckdb)} | ${ms(byHand)} (written by hand) | ${ratio.toFixed(2)} | unchanged ${ms(unchanged)}; PostgreSQL ${ms(postgres)} |`,
    `| Why net sales moved, by RFM group, 2 years compared | ${size} | ${ms(why)} | 400 ms (limit) | ${(why / 400).toFixed(2)} | ${(why / duckdb).toFixed(2)} of the row above; PostgreSQL ${ms(whyPostgres)} |`,
  ];
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { orders: { type: "string", default: "1000000" } } });
  for (const row of homeRows(await measureHome(Number(values.orders)))) console.log(row);
}
