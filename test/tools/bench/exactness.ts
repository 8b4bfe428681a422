// How exact parts are: over hundreds of random shops, every KPI that can be split by every cut, how far the parts are from the
// difference, and the rows from the whole. `node test/tools/bench/exactness.ts [--shops N --postgres N]` prints rows of a table.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { type KpiId, kpiIds, kpis, segmentationIds } from "../../../app/kpis/catalogue.ts";
import type { By } from "../../../app/kpis/cuts/cut.ts";
import { orderCuts, type OrderCutId } from "../../../app/kpis/cuts/orders.ts";
import { addDays } from "../../../app/kpis/period.ts";
import { openWarehouse, type ShopView, type Warehouse } from "../../../app/warehouse/warehouse.server.ts";
import { splitKindOf } from "../../../app/why/split.ts";
import { type Split, whyMoved, type WhyQuestion } from "../../../app/why/why.server.ts";
import { startPostgres } from "../../../prisma/embedded.ts";
import { DAYS, FIRST_DAY, openShop, randomFrom } from "../../engine/kpis/shop.ts";
import { viewOf } from "../setup/view.ts";

const TODAY = addDays(FIRST_DAY, DAYS - 1);
const PERIODS = [
  { from: "2026-02-01", to: "2026-04-01" },
  { from: "2026-03-01", to: "2026-04-01" },
  { from: "2026-04-01", to: addDays(TODAY, 1) },
];
const CUTS: readonly By[] = [
  ...segmentationIds,
  ...(Object.keys(orderCuts) as OrderCutId[]).map((by): By => ({ of: "orders", by })),
  { of: "customers", by: "country", within: { segmentation: "order_count", segment: "1" } },
];
const SPLIT: readonly KpiId[] = kpiIds.filter((id) => splitKindOf(id) !== "none");
/** Money in minor units, counts by one, and rates in hundredths of a percentage point. */
const UNITS = { money: 1, count: 1, rate: 0.0001, days: 0.1, ratio: 0.01 } as const;
/** Questions of a shop. */
const ASKED = 12;
const MOST_CUSTOMERS = 60;
const MOST_ORDERS = 160;
const MADE_SEED = 20_261_201;

interface Measured {
  shops: number;
  questions: number;
  /** Of these, how many differences were there and taken apart. */
  split: number;
  kpis: Set<KpiId>;
  cuts: Set<string>;
  /** Of what is left over, the most: as a part of the smallest that is shown of such a figure. */
  worst: { remainder: number; seed: number; question: string };
  seconds: number;
}

const total = (amounts: readonly number[]) => amounts.reduce((sum, amount) => sum + amount, 0);
const amounts = (of: readonly { amount: number }[]) => total(of.map(({ amount }) => amount));

/** The most that any sum of parts is away from what it should be. */
function remainderOf(
  { then, now, difference, parts, quotient, rows, presence }: Split,
  byRows: boolean,
): number {
  const left = [
    difference - ((now ?? 0) - (then ?? 0)),
    amounts(parts) - difference,
    ...(quotient === null ? [] : [quotient.divided.amount + quotient.divisor.amount - difference]),
    ...(presence === null ? [] : [total(presence.map((each) => each.difference)) - difference]),
    ...rows.map((row) => amounts(row.parts) - row.difference.amount),
    ...(byRows ? [amounts(rows.map((row) => row.difference)) - difference] : []),
    ...(byRows ? [amounts(rows.map((row) => row.excess))] : []),
  ];
  return Math.max(...left.map(Math.abs));
}

/** Some KPIs, each by another cut; the next shop goes on with the next KPIs, and each comes by every cut in the end. */
async function ofShop(view: ShopView, seed: number, place: number, measured: Measured): Promise<void> {
  for (let asked = 0; asked < ASKED; asked++) {
    const index = place * ASKED + asked;
    const kpi = SPLIT[index % SPLIT.length] ?? "net_sales";
    const round = Math.floor(index / SPLIT.length);
    const segmentation = CUTS[(index + round) % CUTS.length] ?? "rfm";
    const question: WhyQuestion = {
      ...{ kpi, segmentation, period: PERIODS[round % PERIODS.length] ?? { from: TODAY, to: TODAY } },
      ...{ comparison: "previous_period", membersAt: round % 2 === 0 ? "start" : "end", today: TODAY },
    };
    measured.questions++;
    const why = await whyMoved(view, question).catch((error: unknown) => {
      // A segment that this shop has not.
      if (error instanceof Error && error.name === "UnknownSegment") return null;
      throw error;
    });
    if (!why?.split) continue;
    measured.split++;
    measured.kpis.add(kpi);
    measured.cuts.add(JSON.stringify(segmentation));
    const remainder = remainderOf(why.split, why.reason === null) / UNITS[kpis[kpi].unit];
    if (remainder > measured.worst.remainder)
      measured.worst = { remainder, seed, question: `${kpi} by ${JSON.stringify(segmentation)}` };
  }
}

async function measureEngine(warehouse: Warehouse, shops: number): Promise<Measured> {
  const measured: Measured = {
    ...{ shops, questions: 0, split: 0, kpis: new Set(), cuts: new Set(), seconds: 0 },
    worst: { remainder: 0, seed: 0, question: "none" },
  };
  const began = performance.now();
  const random = randomFrom(MADE_SEED);
  for (let place = 0; place < shops; place++) {
    const seed = Math.floor(random() * 1_000_000);
    const size = {
      seed,
      customers: 1 + Math.floor(random() * MOST_CUSTOMERS),
      orders: Math.floor(random() * MOST_ORDERS),
    };
    const shop = `exact-${place}.myshopify.com`;
    await openShop(warehouse, size, shop);
    await ofShop(await viewOf(warehouse, shop), seed, place, measured);
    await warehouse.of(shop).drop();
  }
  return { ...measured, seconds: (performance.now() - began) / 1000 };
}

export interface ExactnessMeasured {
  duckdb: Measured;
  postgres: Measured;
}

export async function measureExactness(shops: number, onPostgres: number): Promise<ExactnessMeasured> {
  const directory = await mkdtemp(path.join(tmpdir(), "segment-kpis-exact-"));
  try {
    const files = await openWarehouse({ directory: path.join(directory, "duckdb"), url: undefined });
    const duckdb = await measureEngine(files, shops);
    await files.close();
    const server = await startPostgres(path.join(directory, "postgres"));
    try {
      const tables = await openWarehouse({ directory, url: server.url });
      const postgres = await measureEngine(tables, onPostgres);
      await tables.close();
      return { duckdb, postgres };
    } finally {
      await server.stop();
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

export const exactnessRows = ({ duckdb, postgres }: ExactnessMeasured): string[] =>
  (
    [
      ["DuckDB", duckdb],
      ["PostgreSQL", postgres],
    ] as const
  ).map(
    ([engine, { shops, questions, split, kpis: told, cuts, worst, seconds }]) =>
      `| Parts of a change, ${engine} | ${shops} random shops, ${questions} questions, ${split} of them taken apart (${told.size} of ${SPLIT.length} KPIs, ${cuts.size} of ${CUTS.length} cuts) | ${worst.remainder.toExponential(1)} of the smallest unit left over at most | 1 | ${worst.remainder <= 1 ? "holds" : "**above**"} | seed ${worst.seed}, ${worst.question}; ${seconds.toFixed(0)} s |`,
  );

if (import.meta.main) {
  const { values } = parseArgs({
    options: { shops: { type: "string", default: "500" }, postgres: { type: "string", default: "100" } },
  });
  const measured = await measureExactness(Number(values.shops), Number(values.postgres));
  for (const row of exactnessRows(measured)) process.stdout.write(`${row}\n`);
  process.exit(measured.duckdb.worst.remainder <= 1 && measured.postgres.worst.remainder <= 1 ? 0 : 1);
}
