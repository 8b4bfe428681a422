// The simulation of docs/statistics.md, written there: `node test/tools/statistics/run.ts` draws 20,000 shops for each number of
// customers, which takes some minutes. `--draws N` and `--up-to CUSTOMERS` make it shorter.
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { format, resolveConfig } from "prettier";
import { SIMULATED, STATISTICS, withSimulation } from "../../../app/kpis/statistics-page.ts";
import {
  type Covered,
  moneyCoverage,
  secondOrderCoverage,
  shareCoverage,
  spendCoverage,
} from "./coverage.ts";
import type { Deviation } from "./draw.ts";
import { falseAlarms } from "./false-alarms.ts";

const CUSTOMERS = [10, 20, 30, 50, 100, 250];
const DEVIATIONS: readonly Deviation[] = [0.6, 1.2];
const SHOPS = [400, 1000];
const SEED = 20_261_130;

const { values } = parseArgs({
  options: {
    draws: { type: "string", default: "20000" },
    pages: { type: "string", default: "1000" },
    "up-to": { type: "string", default: "250" },
  },
});
const draws = Number(values.draws);
const pages = Number(values.pages);
const customers = CUSTOMERS.filter((n) => n <= Number(values["up-to"]));

const share = (part: number, whole: number) => `${((100 * part) / whole).toFixed(1)} %`;
const percent = (part: number, whole: number) => ((100 * part) / whole).toFixed(1);

/** "94.7"; "95.9 (57)" where 57 % were called 95 %; "~87.3" of the rough ones. */
function heldText({ sure, rough }: Covered): string {
  const all = sure.printed + rough.printed;
  const part = rough.printed === 0 ? "" : ` (${((100 * sure.printed) / all).toFixed(0)})`;
  return [
    ...(sure.printed === 0 ? [] : [`${percent(sure.held, sure.printed)}${part}`]),
    ...(rough.printed === 0 ? [] : [`~${percent(rough.held, rough.printed)}`]),
  ].join(" ");
}

function tableOf(heading: string, byCustomers: readonly (readonly Covered[])[]): string {
  const figures = [...new Set(byCustomers.flatMap((found) => found.map(({ what }) => what)))].sort();
  const rows = figures.map((figure) => {
    const texts = byCustomers.map((found) => found.find(({ what }) => what === figure));
    return `| ${figure} | ${texts.map((covered) => (covered === undefined ? "" : heldText(covered))).join(" | ")} |`;
  });
  const head = `| Figure | ${customers.join(" | ")} |\n| --- |${customers.map(() => " --- |").join("")}`;
  return `### ${heading}\n\n${head}\n${rows.join("\n")}\n`;
}

function alarmsText(): string {
  const rows = SHOPS.flatMap((size) =>
    DEVIATIONS.map((deviation) => {
      const { alarmed, alone, judged } = falseAlarms(size, deviation, pages, SEED + size);
      const error = Math.sqrt((alarmed / pages) * (1 - alarmed / pages) * (1 / pages));
      return `| ${size} | ${deviation} | ${judged.toFixed(0)} | ${share(alarmed, pages)} ± ${(100 * error).toFixed(1)} | ${share(alone, pages)} |`;
    }),
  );
  return `| Customers | Log-sd | Changes judged | Pages with a verdict | Were each judged alone |\n| --- | --- | --- | --- | --- |\n${rows.join("\n")}\n`;
}

const parts: readonly (() => string)[] = [
  ...DEVIATIONS.map(
    (deviation) => () =>
      tableOf(
        `Order values with a log-sd of ${deviation}`,
        customers.map((n) => moneyCoverage(n, deviation, draws, SEED + n)),
      ),
  ),
  () =>
    tableOf(
      "Numbers of customers",
      customers.map((n) =>
        [shareCoverage, spendCoverage, secondOrderCoverage].flatMap((of) => of(n, draws, SEED + n)),
      ),
    ),
  alarmsText,
];

/** Each in a thread of its own. */
async function simulated(): Promise<string[]> {
  const texts = parts.map(async (_, part) => {
    const worker = new Worker(new URL(import.meta.url), {
      argv: process.argv.slice(2),
      workerData: part,
    });
    const answer: unknown[] = await once(worker, "message");
    return String(answer[0]);
  });
  return Promise.all(texts);
}

if (isMainThread) await writePage(await simulated());
else parentPort?.postMessage(parts[Number(workerData)]?.());

async function writePage(texts: readonly string[]): Promise<void> {
  const [light, heavy, numbers, alarms] = texts;
  const text = `${draws.toLocaleString("en")} draws for each number of customers, seeds from ${SEED}. The Monte-Carlo error of a coverage of 95 % in all draws is ${(100 * Math.sqrt((0.95 * 0.05) / draws)).toFixed(2)} points.

${light}
${heavy}
${numbers}
### False alarms

${pages.toLocaleString("en")} home pages of shops in which nothing has changed, for each row; the family is that of a page as it begins, over nine segments, first-time buyers and the total. The method promises at most 5 %; ± is one Monte-Carlo error.

${alarms}`;
  const page = withSimulation(
    await readFile(STATISTICS, "utf8"),
    `${SIMULATED.begin}\n\n${text}\n${SIMULATED.end}`,
  );
  await writeFile(
    STATISTICS,
    await format(page, { ...(await resolveConfig(STATISTICS)), parser: "markdown" }),
  );
}
