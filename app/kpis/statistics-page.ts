// docs/statistics.md, written from the catalogue beside docs/kpis.md: how each kind of figure's range is made, by whom, when it is
// silent, and which changes are judged together. What the simulation found is kept as test/tools/statistics/run.ts wrote it.
import { RANDOM_GROUPS } from "./compile/random-groups.ts";
import { readFile } from "node:fs/promises";
import { format, resolveConfig } from "prettier";
import { JUDGED_TOGETHER, type KpiId, kpiIds, kpis } from "./catalogue.ts";
import { FALSE_DISCOVERIES } from "./estimates/discoveries.ts";
import { MIN_CUSTOMERS, MIN_EVENTS, SURE_PART_UNITS, SURE_UNITS } from "./estimates/gates.ts";
import type { Uncertainty } from "./declared.ts";
import { say } from "../words/words.server.ts";
import { kpiInSentence, kpiLabel } from "./kpi-words.server.ts";

/** The page is English. */
const READER = { locale: "en" };

export const STATISTICS = new URL("../../docs/statistics.md", import.meta.url);
/** Between these lines stands what the simulation found. */
export const SIMULATED = { begin: "<!-- simulated -->", end: "<!-- end of what was simulated -->" };

interface Method {
  /** Of the figure's change; that of the figure itself is the words' (app/words/server/methods.ts). */
  change: string;
  /** When "95 %" is said, when the range is rough, when there is none, and when no change is judged. */
  silent: string;
}

const judgedFrom = `no verdict below ${MIN_CUSTOMERS} customers or ${MIN_EVENTS} events`;

const methods: Readonly<Record<Uncertainty, Method>> = {
  sum: {
    change:
      "over customers' contributions: n·s² of members, whose number is known; Σy² of those who turn up and of guest orders, as a compound Poisson process; less twice the covariance of who is in both periods. Symmetric where both periods have as many customers, bent by Hall's transformation where they have not",
    silent: `no verdict below ${MIN_CUSTOMERS} customers or ${2 * MIN_EVENTS} events in both periods together; "too uneven" where differing numbers of customers and a few large ones decide`,
  },
  wilson: {
    change: "Newcombe's from both Wilson ranges and the correlation of the same customers",
    silent: `"95 %" from ${MIN_CUSTOMERS} customers on with 5 who did and 5 who did not, else rough; no verdict below ${MIN_CUSTOMERS} customers in each period or ${2 * MIN_EVENTS} events in both together`,
  },
  delta: {
    change:
      "the same of the difference, with the covariance of the same customers; symmetric where both periods have as many customers",
    silent: `"95 %" from ${SURE_UNITS} customers on, above and below the line, where their number is above 2 × skewness²; rough elsewhere; none below ${MIN_EVENTS} customers or events, or where nothing varies; ${judgedFrom} in each period, or where it is too uneven`,
  },
  share: {
    change: "from both ranges and the correlation of the same customers",
    silent: `"95 %" from ${SURE_PART_UNITS} customers on, where their number is above 2 × skewness²; rough elsewhere; none below ${MIN_EVENTS}, nor of a shop whose sum is not above 0; no verdict below ${SURE_PART_UNITS} customers or ${2 * MIN_EVENTS} events in both periods together`,
  },
  poisson: {
    change: "from both ranges, as of independent figures",
    silent: `${judgedFrom} in each period`,
  },
  order: {
    change: "from both ranges, as of independent figures",
    silent: `"95 %" from ${SURE_UNITS} customers on, rough elsewhere; none below ${MIN_EVENTS} customers or values, or where nothing varies; ${judgedFrom} in each period`,
  },
  survival: {
    change: "from both ranges, as of independent figures",
    silent: `"95 %" from ${MIN_CUSTOMERS} customers on of whom ${MIN_EVENTS} are followed so long, else rough; none below ${MIN_EVENTS} events; no value where nobody is followed so long; ${judgedFrom} in each period`,
  },
};

function rowOf(id: KpiId): string {
  const { uncertainty, outside } = kpis[id];
  const isOfNobody = uncertainty === "sum" && outside.length > 0;
  const together: readonly KpiId[] = JUDGED_TOGETHER;
  const family = isOfNobody
    ? "never judged: what is nobody's is no matter of chance"
    : together.includes(id)
      ? "together"
      : "by itself";
  return `| ${kpiLabel(READER, id)} | ${say(READER, `methodCalled.${uncertainty}`)} | ${say(READER, `methodSources.${uncertainty}`)} | ${family} |`;
}

function methodText(of: Uncertainty): string {
  const { change, silent } = methods[of];
  return `### Of ${say(READER, `methodCalled.${of}`)}

- Range: ${say(READER, `methodRange.${of}`)}
- Range of its change: ${change}
- Sources: ${say(READER, `methodSources.${of}`)}
- Silent: ${silent}
`;
}

/** A page with another simulation in it. */
export function withSimulation(page: string, simulated: string): string {
  const [before = "", , after = ""] = split(page);
  return `${before}${simulated}${after}`;
}

function split(page: string): string[] {
  const [begin, end] = [page.indexOf(SIMULATED.begin), page.indexOf(SIMULATED.end)];
  if (begin < 0 || end < begin) return [page, `${SIMULATED.begin}\n\n${SIMULATED.end}`, ""];
  const behind = end + SIMULATED.end.length;
  return [page.slice(0, begin), page.slice(begin, behind), page.slice(behind)];
}

/** The whole page as Markdown. */
export async function statisticsPage(): Promise<string> {
  const [, simulated = ""] = split(await readFile(STATISTICS, "utf8").catch(() => ""));
  const rate = `${(100 * FALSE_DISCOVERIES).toFixed(0)} %`;
  const text = `# How sure a figure is

Written from the catalogue in \`app/kpis\` by \`node app/kpis/docs.ts\`; do not edit. The code is \`app/kpis/estimates\`; the simulation is \`node test/tools/statistics/run.ts\`.

A sum or count is a fact and has no range. A rate or an average is an estimate: its range is called "95 %" where it covers as often, "rough" and without a percentage where it only nearly does, and there is none where there is too little to go by. One customer, or one guest order, is one independent unit; orders of one customer are not. All of it follows from sums, squares, cubes and cross-products that the page's own statement answers.

## Methods

${(Object.keys(methods) as Uncertainty[]).map(methodText).join("\n")}
## Many changes at once

A page shows a hundred changes, of which five would look real by chance alone. Changes are therefore judged in families, by Benjamini & Hochberg (1995) with q = ${rate}: of those that are called unlikely to be chance, at most ${rate} are expected to be chance; where nothing has changed at all, at most one page in twenty calls anything so. Segments that share no customer are judged by it as they are; sets that overlap pay Benjamini & Yekutieli's (2001) factor 1 + ½ + … + 1/m.

A family is fixed by the version of the data, the segmentation and its day, the period and the comparison: ${JUDGED_TOGETHER.map((id) => kpiInSentence(READER, id)).join(", ")} of the shop and of every row are one, whichever of them are asked for. Every other KPI is a family of its own over the same rows. So a page, a file and the API say the same of a change, and choosing columns changes no verdict. What has too few customers or is too uneven is not judged and does not count.

A change's p-value is read off its own range: the smallest p at which the range of level 1 − p leaves out 0. The range beside a verdict has the level 1 − q·R ÷ m, with R found of m judged (at least 1): ranges of what was picked out would miss too often at 95 % (Benjamini & Yekutieli 2005). A range whose change is called unlikely to be chance leaves out 0, and every other one holds it. Rough ranges of changes that are not judged are made at 95 %, and say no percentage.

## A segment against everyone else

Of rates, averages and shares of followed customers, a segment's figure is held against that of everyone who is not in it, in the same period. The two groups share no customer, so that their variances add up, and no covariance is taken off; gates and ranges are those of a change. All segments' differences are judged together, by the families of changes; since each segment is among everyone else of the others, by Benjamini & Yekutieli. Sums, shares of the shop's sum and medians are shown without a difference.

## Parts of a change

Why a figure moved is told in parts that add up to its change (\`app/why\`, ADR 52): of a sum by the logarithmic mean Divisia index (Ang 2005), of a rate by Kitagawa's (1955) own rates and weights. No formula gives their variance. Customers are in ${RANDOM_GROUPS} random groups by their ids; each part is worked out again without one group after the other, and the jackknife by random groups (Wolter 2007, 4.2) gives its range, with ${RANDOM_GROUPS - 1} degrees of freedom and at the level at which all parts side by side hold in 95 % of cases (Bonferroni). It is told from ${MIN_CUSTOMERS} customers who bought in each period on, and called rough. In simulated shops in which nothing changed (log-sd of order values 0.6 and 1.2, 200 and 800 customers) some part is called unlikely to be chance in 1 to 3 % of cases (\`test/app/why/chance.test.ts\`).

## Cohorts

A cohort's cell, and the average of the closed ones by customers, is a mean by the customer, a share of customers, or a ratio of two of their sums (\`app/cohorts\`, ADR 65). Shares have Wilson's range, of one cohort or of all together. The variance of a mean over cohorts is that of customers around the mean of their own cohort, Σ n·s² ÷ N² (Cochran 1977, 5.3): that one cohort is unlike another is no chance of the average, as cohorts are all there are. Ratios are by the delta method over customers, all cohorts together. Both are bent by Hall's transformation, and are silent or rough by the gates of any average. A cell that is not over for its whole cohort is in no average, so that an average over ages is of other cohorts at each: later ages are of older ones. Second orders are Kaplan and Meier's by days from each customer's first order, and two segments are told apart by Mantel's (1966) log-rank test, stratified by cohort, from ${MIN_CUSTOMERS} customers in each on; segments that may share customers are not tested.

## What changed in a week

Findings (\`app/findings\`, ADR 54) are the changes of a shop's last whole week that are unlikely to be chance when all of all segments are judged together, by Benjamini & Hochberg at the same rate, with 100 customers behind each figure in either week. The place that moved furthest is told, everything else asked again without its customers, and the k-th thing told held to p ≤ k·q ÷ m; each must hold in 199 of 200 Poisson resamples of its customers (Chamandy et al. 2012). In simulated shops with eight segmentations and a log-sd of order values of 1.2, 977 of 1,000 without a change had no finding (296 changes looked at on average); where one segment lost 5 % of net sales by a fall of who bought of 5 standard errors, 98 of 100 had it first, and three of these 100 another finding beside it (\`test/app/findings/simulation.test.ts\`).

## What is still to come back

Of what was sold in a month, what is still to come back (\`app/refunds\`, ADR 57) is told from earlier months' own shares of gross sales that came after the same age. The range is the least and the most of n such months, from 8 to 24 of them: where months are alike, the next one lies between them in (n − 1) ÷ (n + 1) of cases, whatever the law (Wilks 1941). Comparable is a month that has been followed beyond that age until 99 % of what comes back has come, by the chain ladder over weeks; what is left of it is made up for by the same. The deviations of months in which more was sold are widened by the root of how much more, as if all of them were chance. In simulated shops (steady, small, growing, shrinking by 5 % a month, and one to which things come back late; 300 of each, four times) the range held what came in 90 to 97 % of cases where it said 89 to 90 %; without the widening it held in 83 to 87 % in the shrinking one (\`test/app/refunds/simulation.test.ts\`).

## Days that stand out

The last 28 whole days are looked at (\`app/findings\`, ADR 59) in net sales, orders, new customers and refunds of the shop and of its large segments by country and channel. Where ten or more happen a day, a series is taken apart by STL (Cleveland et al. 1990) on log(1 + x), period 7, robust; a day is as far out as its residual is by the median absolute residual on its side of the days before it, and at least by what so many orders vary by chance, with Student's t of 0.37 degrees of freedom for each day on that side. Smaller counts stand beside the same weekdays of the eight weeks before and of the same week a year before, by Farrington's et al. (1996) quasi-Poisson model with Noufaily's et al. (2013) weights. A day must stand out without the customer who brought most, too. All of them are judged together by Benjamini & Hochberg at the same rate. 933 of 960 simulated shops in which nothing happens (5 to 150 orders a day, 57 to 371 days, counts with 1.6 to 5 times a Poisson process's variance, log-sd of order values 0.6 and 1.2) have no day told; a day of 0.4 or 2.5 times the usual orders that is 5 standard deviations out is told in 116 of 117 (\`test/app/findings/days-simulation.test.ts\`).

## Who moved

Of two days, each customer with an order by the first is in one segment then and one now (\`app/movement\`, ADR 66). That sizes shifted is told by Stuart's (1955) and Maxwell's (1970) test of equal margins: d'V⁻¹d of the segments' differences, with V as flows give it: what moved in or out of a segment on the diagonal, less what moved between two beside it. Segments that nobody moved in or out of add nothing; segments between which nobody moved are tested apart and added, with one degree of freedom less than segments in each. Bhapkar's (1966) test is W ÷ (1 − W ÷ n) and stands beside it in the API. It is told where half of who moved in or out, which is what is expected where nothing shifts, is 5 or more for four in five of the segments and 1 or more for each (Cochran 1954). By the women's eyes of Stuart's paper it is 11.957, and Bhapkar's 11.976, of 3 degrees of freedom. The part of a segment that left has Wilson's range, called as that of any share.

The test is about these customers. Whoever bought for the first time in between is counted beside it.

## What a definition settles

Some figures could be no other: nobody whose first order is past is new, so that of a segment made at the start of the period everyone who orders returns, and of first-time buyers nobody; whoever has ordered once by the period's end has not come back in it; a group made by how long ago its customers ordered is overdue as a whole or not at all; in a period that goes back to the shop's first order everyone has ordered first. Such a figure is a fact: it has no range and no verdict, is not among the changes judged, and says why. Which ones follows from the declarations (\`app/kpis/settled.ts\`).

## By KPI

| KPI | It is | Sources | Judged |
| --- | --- | --- | --- |
${kpiIds.map(rowOf).join("\n")}

## Simulation

Customers buy by a lasting habit, with log-normal order values around a lasting level of their own: a log-sd of 0.6 is a shop of goods of one kind, 1.2 one with wholesale among retail. Nothing changes between the two periods. The figures are the app's own cells, so that its gates decide what is called 95 %. A table says by number of customers how many per cent of the ranges called 95 % held the truth; in brackets how many per cent were called so, where not all were; behind ~ how many of the rough ones held it. Where few are called 95 %, they are samples that look full or even by chance, and hold the truth less often. Of changes the truth is 0, and the range stands alone, at 95 %.

${simulated}

## What was tried instead

- Symmetric ranges of averages with n > 25 × skewness² (Cochran): at a log-sd of 1.2 and 1,000 customers it called 6 % of ranges 95 %, of which 73 % held the truth; it picks the samples without large customers. With Hall's transformation n > 2 × skewness² suffices from ${SURE_UNITS} customers on.
- Hall's transformation of a change with the third moments of both periods: at a log-sd of 1.2 and 100 customers 8 to 16 % of unchanged averages and sums looked changed at p < 5 %, against 4 % of the symmetric range. The sample's own skewness goes with the difference itself. What differing numbers of customers bring is corrected; of equal numbers there is nothing to correct. So no third moments across the two periods are asked of the tables.
- A change of a sum or a share judged where the larger of two periods had enough: the larger one goes with the difference, and 7 % of pages of shops of 400 in which nothing had changed had a verdict. Both periods together say nothing of the difference.
- Hall's transformation of a part of the shop's sum: 86 to 92 % with 30 to 300 customers at 1.2 where two segments are alike, the log-odds 92 to 95 %. The change of such a part, symmetric: 90 to 93 % with 20 to 100 customers at 1.2, from both ranges in log-odds 92 to 94 %, so that it is judged from ${SURE_PART_UNITS} customers in both periods together on.
- Edgeworth's further term of a ratio, for what the residual shares with the denominator: better where frequent customers buy small (93.7 for 92.4 % at 30), worse where discounts rise with size (75.9 for 84.1 %).
`;
  return format(text, { ...(await resolveConfig(STATISTICS)), parser: "markdown" });
}
