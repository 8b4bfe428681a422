// docs/kpis.md, written from the catalogue: `node app/kpis/docs.ts` writes it and docs/statistics.md, `--check` fails when one
// is out of date.
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { format, resolveConfig } from "prettier";
import {
  type DeclaredId,
  declaredId,
  declarations,
  kpiIds,
  kpis,
  segmentationIds,
  type KpiId,
  type SegmentationId,
} from "./catalogue.ts";
import { factOf, type FactId, facts } from "./facts/facts.ts";
import { formulaOf } from "./formula.server.ts";
import { kpiHelp, kpiLabel } from "./kpi-words.server.ts";
import { cutHelp, cutLabel, rowHelp, rowLabel } from "./row-words.server.ts";
import { countsGuests, declarationOf, inputsOf } from "./declared.ts";
import { FIRST_TIME, GUEST, NO_ORDER, segmentationOf } from "./segmentations.ts";
import { OTHER, UNKNOWN } from "./segmentations/segmentation.ts";
import { MIN_CUSTOMERS, MIN_EVENTS, SURE_UNITS } from "./estimates/gates.ts";
import { STATISTICS, statisticsPage } from "./statistics-page.ts";

/** These pages are English. */
const READER = { locale: "en" };

const FILE = new URL("../../docs/kpis.md", import.meta.url);

const uncertainty = {
  sum: "none, a sum or count is a fact; of its change over customers' contributions, those who merely turn up, and guest orders, as a compound Poisson process",
  wilson: "Wilson's, for a share of customers",
  delta: "delta method, with customers as clusters and Hall's correction for skewness",
  survival: "Greenwood's, symmetric in log(−log S), for a share of customers as far as they are followed",
  order: "by order statistics: Woodruff's, with customers as clusters",
  poisson: "Garwood's exact one for the number of customers, as what is spent is known",
  share: "delta method over all customers of the shop, inside the segment and outside, symmetric in log-odds",
} as const;
const better = {
  up: "higher is better",
  down: "lower is better",
  none: "neither direction is better",
} as const;

/** What must have been recorded, or entered, of a source that Shopify does not keep. */
const recordedText = ({ source, days }: (typeof kpis)[KpiId]["recorded"][number]) =>
  `\`${source}\` known ${
    {
      each: "of every day",
      each_and_before: "of every day and the one before the first",
      last: "of the last day",
    }[days]
  }`;

function sectionOf(id: KpiId): string {
  const kpi = kpis[id];
  const adds = [kpi.additive.segments ? "segments" : null, kpi.additive.days ? "days" : null].filter(
    (cut) => cut !== null,
  );
  return `### ${kpiLabel(READER, id)}

\`${id}\` · ${kpi.unit} · ${better[kpi.better]}

${kpiHelp(READER, id)}

- Formula: ${formulaOf(READER, id)}
- Adds up over: ${adds.length === 0 ? "nothing; it is computed anew for every cut" : adds.join(" and ")}
- Guest orders: ${countsGuests(declarations, id) ? "counted" : "left out"}
- Needs: ${[...kpi.needs.scopes.map((scope) => `\`${scope}\``), ...kpi.recorded.map(recordedText)].join(", ")}; ${kpi.needs.history === "complete" ? "all orders ever" : "the period's own days"}
- Range: ${uncertainty[kpi.uncertainty]}
`;
}

/** The inputs that are no KPI of their own, each once, in the order in which they are first named. */
function partsOf(ids: readonly string[]): DeclaredId[] {
  const parts = new Set<DeclaredId>();
  const visit = (id: string) => {
    for (const input of inputsOf(declarationOf(declarations, id).computation)) {
      if (!Object.hasOwn(kpis, input)) parts.add(declaredId(input));
      visit(input);
    }
  };
  ids.forEach(visit);
  return [...parts];
}

function segmentsOf(by: SegmentationId): string {
  const segmentation = segmentationOf(by);
  const label = (segment: string) => rowLabel(READER, { by, segment });
  if (segmentation.kind === "valued") {
    return `One segment for each of up to ${segmentation.limit} values, ${
      segmentation.order === "newest" ? "the newest" : "those with the most customers today"
    }; the rest is "${label(OTHER)}", and what is not known "${label(UNKNOWN)}".\n`;
  }
  const rows = segmentation.segments.map(
    ({ id }) => `| \`${id}\` | ${label(id)} | ${rowHelp(READER, { by, segment: id })} |`,
  );
  const minimum =
    segmentation.minimum === undefined
      ? ""
      : `Below ${segmentation.minimum.customers} customers with an order, or ${segmentation.minimum.days} days since the first one, there are no groups.\n\n`;
  return `${minimum}The first that matches holds.\n\n| Id | Segment | Who |\n| --- | --- | --- |\n${rows.join("\n")}\n`;
}

function factsText(): string {
  return (Object.keys(facts) as FactId[])
    .map((id) => {
      const { grain, owner, upTo, source } = factOf(id);
      const whose =
        owner === null
          ? "nobody's: known for the shop, and by what it shares with a segmentation"
          : owner.unit === null
            ? "a customer's"
            : "a customer's, or a guest's";
      const days = upTo === null ? "whole days" : "whole days, and today up to what is known";
      return `| \`${id}\` (${source}) | ${grain} | ${whose} | ${days} |`;
    })
    .join("\n");
}

/** The whole page as Markdown. */
export async function kpiPage(): Promise<string> {
  const text = `# KPIs and segmentations

Written from the catalogue in \`app/kpis\` by \`node app/kpis/docs.ts\`; do not edit.

Everything is in the shop's currency and time zone, for periods of whole local days. Test and deleted orders are out; a cancelled order is a sale and a reversal; gift cards sold and tips are not sales. Orders of gift cards only are no orders. Anything divided by 0 has no value, and a share of a total that is not above 0 has none.

Sums and counts are facts and have no range; rates, averages and changes are estimates. A rate is shown as it is, also of few customers. "95 %" is said of a range that covers; "rough" of one that nearly does: with fewer than ${SURE_UNITS} customers, or where a few large ones decide; below ${MIN_EVENTS} events an average has none. A change is judged from ${MIN_CUSTOMERS} customers and ${MIN_EVENTS} events on, together with others, so that few of the verdicts are chance ([statistics.md](statistics.md)). Sums and counts of periods of unequal length are compared by the day; of a period that is not over, what is known of it is compared with as much of another, today up to the same time of the clock; figures that know no hours are compared up to yesterday.

While older orders are missing, only figures that need nothing but the period's own days are shown, for all customers and for guest orders. Where older orders are not kept but each customer's sums are, everything from the first kept day on is shown, and earlier days, instants and comparisons have no value.

## KPIs

${kpiIds.map(sectionOf).join("\n")}
## Parts

What the formulas name besides KPIs.

| Part | What it is | Formula |
| --- | --- | --- |
${partsOf(kpiIds)
  .map((id) => `| ${kpiLabel(READER, id)} | ${kpiHelp(READER, id)} | ${formulaOf(READER, id)} |`)
  .join("\n")}

## Facts

What the parts sum and count: tables of things that happened, each on a day.

| Fact | One row is | Whose it is | Days |
| --- | --- | --- | --- |
${factsText()}

## Segmentations

Customers are put into segments by what was known at the start of a day: by default the first day of the period, and for a compared period its own first day. Segments never overlap and, with the three rows below, cover everything:

${[FIRST_TIME.id, NO_ORDER.id, GUEST.id]
  .map((fixed) => `- **${rowLabel(READER, { fixed })}**: ${rowHelp(READER, { fixed })}`)
  .join("\n")}

${segmentationIds
  .map((id) => `### ${cutLabel(READER, id)}\n\n\`${id}\`\n\n${cutHelp(READER, id)}\n\n${segmentsOf(id)}`)
  .join("\n")}`;
  return format(text, { ...(await resolveConfig(FILE)), parser: "markdown" });
}

if (import.meta.main)
  for (const [file, page] of [
    [FILE, await kpiPage()],
    [STATISTICS, await statisticsPage()],
  ] as const)
    if (!process.argv.includes("--check")) await writeFile(file, page);
    else if ((await readFile(file, "utf8").catch(() => "")) !== page) {
      console.error(`${fileURLToPath(file)} is out of date: run \`node app/kpis/docs.ts\`.`);
      process.exitCode = 1;
    }
